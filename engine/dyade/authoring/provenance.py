"""Does a program account for its documents? Each provision with what carries it, each rule with its source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from dyade.program import model as m
from dyade.program.catalogue import FORCES, Provision, Unreadable, read_catalogue
from dyade.program.checks.parts import parts
from dyade.program.diagnostics import Findings
from dyade.program.program import Program
from dyade.program.text import read

CARRIED, EXCUSED, FORGOTTEN = "carried", "out_of_scope", "forgotten"
FATES = (CARRIED, EXCUSED, FORGOTTEN)
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Carrier(NamedTuple):
    """A part of the program that says where it comes from."""

    name: str
    """Its path, items of lists named by their ids."""
    kind: str
    line: int
    provisions: tuple[str, ...]
    """Those that it cites; a document that it quotes is none."""
    quotes: str
    """The source that it quotes, where it does."""
    basis: str
    """`stated`, `interpretation` or `assumed`."""
    note: Mapping[str, str]


class Row(NamedTuple):
    """A provision, and what became of it."""

    source: str
    provision: Provision
    carriers: tuple[Carrier, ...]
    reason: Mapping[str, str]
    """Why it is out of scope."""

    @property
    def fate(self) -> str:
        """`carried`, `out_of_scope` or `forgotten`."""
        return CARRIED if self.carriers else EXCUSED if self.reason else FORGOTTEN


class Account(NamedTuple):
    """Every provision of the documents of a program, and every rule that says where it comes from."""

    program: str
    rows: tuple[Row, ...]
    rules: tuple[Carrier, ...]
    unread: tuple[str, ...]
    """Sources without a catalogue that can be read: nothing is known of their provisions."""

    @property
    def is_whole(self) -> bool:
        """Whether every provision is known, and accounted for."""
        return not self.unread and all(row.fate != FORGOTTEN for row in self.rows)

    def totals(self) -> dict[str, dict[str, int]]:
        """force → how many provisions, and what became of them."""
        found: dict[str, dict[str, int]] = {}
        for force in FORCES:
            fates = [row.fate for row in self.rows if row.provision.force == force]
            if fates:
                found[force] = {"provisions": len(fates), **{fate: fates.count(fate) for fate in FATES}}
        return found

    def count(self, fate: str) -> int:
        """How many provisions had this fate."""
        return sum(row.fate == fate for row in self.rows)

    def based(self, basis: str) -> int:
        """How many rules rest on this."""
        return sum(rule.basis == basis for rule in self.rules)

    def to_json(self, lang: str) -> dict[str, Any]:
        """The account for tools; texts are in the reader's language."""
        return {
            "program": self.program,
            "counts": {
                "provisions": len(self.rows),
                **{fate: self.count(fate) for fate in FATES},
                **{basis: self.based(basis) for basis in ("stated", "interpretation", "assumed")},
            },
            "by_force": self.totals(),
            "unread": list(self.unread),
            "provisions": [_row_as_json(row, lang) for row in self.rows],
            "rules": [
                {
                    "rule": rule.name,
                    "kind": rule.kind,
                    "line": rule.line,
                    "provisions": list(rule.provisions),
                    "quotes": rule.quotes or None,
                    "basis": rule.basis,
                    "note": said(rule.note, lang) or None,
                }
                for rule in self.rules
            ],
        }


def _row_as_json(row: Row, lang: str) -> dict[str, Any]:
    return {
        "id": row.provision.id,
        "source": row.source,
        "force": row.provision.force or None,
        "where": row.provision.where,
        "text": said(row.provision.text, lang),
        "fate": row.fate,
        "carried_by": [{"rule": one.name, "line": one.line, "basis": one.basis} for one in row.carriers],
        "reason": said(row.reason, lang) or None,
    }


def said(text: Mapping[str, str], lang: str) -> str:
    """A text in a language, else in the first that it has."""
    return text.get(lang) or next(iter(text.values()), "")


def account(program: Program, text: bytes | str, read_file: Callable[[str], bytes | None]) -> Account:
    """Account for the documents of a program; `text` is its file, whose lines are told."""
    rules = tuple(_rules(program.model, text))
    rows: list[Row] = []
    unread: list[str] = []
    excused = program.model.out_of_scope
    for name, source in program.model.sources.items():
        raw = read_file(source.provisions) if source.provisions else None
        catalogue = read_catalogue(raw) if raw is not None else Unreadable(1)
        if isinstance(catalogue, Unreadable):
            unread.append(name)
            continue
        for provision in catalogue.values():
            carriers = tuple(rule for rule in rules if provision.id in rule.provisions)
            rows.append(Row(name, provision, carriers, excused.get(provision.id, {})))
    return Account(program.id, tuple(rows), rules, tuple(unread))


def _rules(model: m.Program, text: bytes | str) -> Iterator[Carrier]:
    """Whatever says where it comes from, in the order of the file."""
    tree = read(text, Findings())
    assert tree is not None, "a program that was read can be read again"
    for path, part in parts(model):
        if not isinstance(part, m.Rule) or (part.source is None and part.basis is None):
            continue
        cited = tuple(part.source) if isinstance(part.source, list) else ()
        quoted = part.source.doc if isinstance(part.source, m.Quotation) else ""
        kind = _WORDS.sub("_", type(part).__name__).lower()
        line = tree.key_place(path).line
        yield Carrier(tree.dotted(path), kind, line, cited, quoted, part.basis or "stated", part.note or {})
