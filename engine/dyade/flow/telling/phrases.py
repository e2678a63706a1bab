"""Why does a clause not hold, in words? From the program's message, or from the labels and the values that it read.

Built only for advice, explanations and refusals that are read, in every language of the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from dyade.flow.draft import Draft
from dyade.flow.guards import Judged
from dyade.flow.outcome import Reason
from dyade.flow.reads import Binder
from dyade.flow.telling.templates import fill, read_facts
from dyade.flow.telling.visibility import Reader, acting
from dyade.flow.telling.words import Words, said
from dyade.program import model as m
from dyade.program.conditions.tree import Compare, Node, Not, Read, ReadNode, reads
from dyade.program.conditions.types import DATE, DATETIME, DECIMAL, EMPTY, INT, MONEY, PLAIN, TIME, Type
from dyade.program.names import Site, SiteScope
from dyade.program.typed import Leaf
from dyade.texts import has_sentence, sentence

if TYPE_CHECKING:
    from dyade.flow.plan import Plan

NUMBERS = (INT, DECIMAL, MONEY)


class Said(NamedTuple):
    """A clause in words."""

    sentence: str
    missing: str
    """How much is wanted still, where that can be counted."""
    unknown: tuple[str, ...]
    """The labels of the empty values that it needed."""
    values: tuple[tuple[str, str], ...]
    hint: str


class Told:
    """What is said of a clause in each language; found when it is first asked for."""

    __slots__ = ("_say", "_told")

    def __init__(self, say: Callable[[], Mapping[str, Said]]) -> None:
        self._say: Callable[[], Mapping[str, Said]] | None = say
        self._told: Mapping[str, Said] = {}

    def by_language(self) -> Mapping[str, Said]:
        """What is said, by language."""
        if self._say is not None:
            self._told, self._say = self._say(), None
        return self._told


class Part(Mapping[str, str]):
    """One part of what is said of a clause, by language."""

    __slots__ = ("_pick", "_told")

    def __init__(self, told: Told, pick: Callable[[str, Said], str]) -> None:
        self._told = told
        self._pick = pick

    def __getitem__(self, lang: str) -> str:
        return self._pick(lang, self._told.by_language()[lang])

    def __iter__(self) -> Iterator[str]:
        return iter(self._told.by_language())

    def __len__(self) -> int:
        return len(self._told.by_language())

    def __repr__(self) -> str:
        return repr(dict(self))


def clause_reason(draft: Draft, row: Judged, rule: str) -> Reason:
    """Why one clause stands in the way (or advises against), in words at once: the draft may go on changing."""
    told = _say_all(draft, row) if row.leaf is not None else {}
    return _reason(acting(draft), row, rule, Told(lambda: told))


def blocking_reasons(draft: Draft, rows: Sequence[Judged], rule: str) -> tuple[Reason, ...]:
    """Why clauses stand in the way of a command that is refused, in words when they are read.

    The draft of a refusal changes no more; what only lasts while a guard is judged is put back for the words.
    """
    judged = draft.input, draft.form, draft.entry, draft.item, draft.entered, draft.entries
    reader = acting(draft)
    return tuple([_reason(reader, row, rule, Told(partial(_say_again, draft, judged, row))) for row in rows])


def _reason(reader: Reader, row: Judged, rule: str, told: Told) -> Reason:
    leaf = row.leaf
    if leaf is None:
        return Reason("nobody_holds", getattr(row.node, "role", ""), {"transition": rule})
    facts: dict[str, Any] = {
        "transition": rule,
        "verdict": _verdict(row),
        "level": "must" if leaf.must else "should",
        "waivable_by": tuple(leaf.clause.waivable_by or ()),
        "person": row.person,
    }
    if not reader.sees_clause(leaf):
        return Reason("hidden", leaf.id, facts)
    facts["missing"] = Part(told, lambda _lang, said: said.missing)
    facts["hint"] = Part(told, lambda _lang, said: said.hint)
    undecided = row.verdict is None
    return Reason("clause", leaf.id, facts, Part(told, lambda lang, said: _with_unknown(leaf, said, lang, undecided)))


def _say_all(draft: Draft, row: Judged) -> Mapping[str, Said]:
    return {lang: say(draft, row, Words(draft.plan, lang, draft.context.names)) for lang in languages(draft.plan)}


def _say_again(draft: Draft, judged: tuple[Any, ...], row: Judged) -> Mapping[str, Said]:
    before = draft.input, draft.form, draft.entry, draft.item, draft.entered, draft.entries
    draft.input, draft.form, draft.entry, draft.item, draft.entered, draft.entries = judged
    told = _say_all(draft, row)
    draft.input, draft.form, draft.entry, draft.item, draft.entered, draft.entries = before
    return told


def _with_unknown(leaf: Leaf, told: Said, lang: str, undecided: bool) -> str:
    """The program's message does not tell which empty value it was that kept a clause from being computed."""
    if not undecided or not leaf.clause.message:
        return told.sentence
    if not told.unknown:
        return sentence("answers", "clause.undecided", lang, sentence=told.sentence)
    return f"{told.sentence} {sentence('answers', 'clause.unknown', lang, names=', '.join(told.unknown))}"


def _verdict(row: Judged) -> str:
    if row.verdict is None:
        return "unknown"
    return "yes" if row.verdict else "no"


def languages(plan: Plan) -> tuple[str, ...]:
    """The languages in which answers are prepared: ours that the program has."""
    found = tuple(lang for lang in ("fr", "en") if lang in plan.program.model.locales)
    return found or ("fr", "en")


def message_of(draft: Draft, text: m.Text | None) -> Mapping[str, str] | None:
    """A program's message with its placeholders filled, in each of its languages."""
    if not text:
        return None
    site = Site()
    return {
        lang: fill(words, _facts(draft, words, site), Words(draft.plan, lang, draft.context.names))
        for lang, words in text.items()
    }


def say(draft: Draft, row: Judged, words: Words) -> Said:
    """A clause in words, for one language."""
    leaf = row.leaf
    assert leaf is not None
    before = draft.person, draft.person_role
    draft.person, draft.person_role = row.person, leaf.site.person
    unknown = unknown_labels(draft, leaf, words) if row.verdict is None else ()
    counted = None if row.under_none else _counted(draft, leaf, words)
    if leaf.clause.message:
        text = said(leaf.clause.message, words.lang)
        told = fill(text, _facts(draft, text, leaf.site), words)
    elif unknown:
        told = sentence("answers", "clause.unknown", words.lang, names=", ".join(unknown))
    elif counted is not None:
        told = counted[0]
    else:
        told = _of_node(draft, leaf, leaf.when, words, row.under_none)
    values = tuple(_values(draft, leaf, words))
    hint_text = said(leaf.clause.hint, words.lang)
    hint = fill(hint_text, _facts(draft, hint_text, leaf.site), words) if hint_text else ""
    draft.person, draft.person_role = before
    missing = counted[1] if counted and not leaf.clause.message else ""
    return Said(told, missing, unknown, values, hint)


def _facts(draft: Draft, text: str, site: Site) -> Mapping[tuple[str, ...], tuple[Any, Type]]:
    return read_facts(text, lambda name: read_value(draft, name, site))


def read_value(draft: Draft, name: tuple[str, ...], site: Site) -> tuple[Any, Type]:
    """The value, and the type, of a name at a place."""
    found = SiteScope(draft.plan.program.declared, site).resolve(name)
    if not isinstance(found, Read):
        return None, PLAIN["text"]
    if found.constant is not None:
        return found.constant, found.type
    return Binder(draft.plan, site).read(found)(draft), found.type


def _value_of(draft: Draft, leaf: Leaf, node: Node) -> Any:
    return Binder(draft.plan, leaf.site).value(node)(draft)


def unknown_labels(draft: Draft, leaf: Leaf, words: Words) -> tuple[str, ...]:
    """The labels of the empty values that a clause needed."""
    found: dict[str, None] = {}
    for read in reads(leaf.when):
        if read.constant is None and Binder(draft.plan, leaf.site).read(read)(draft) in (None, EMPTY):
            found.setdefault(_label(draft, read, leaf, words))
    return tuple(found)


def _label(draft: Draft, read: Read, leaf: Leaf, words: Words) -> str:
    label = words.read(read, leaf.site.input or (), leaf.site.form or leaf.site.entry or leaf.site.item or "")
    role = leaf.site.person
    if read.parts[0] == "person" and role and draft.person and words.model.roles[role].count.max > 1:
        # Where several may hold the role, each is judged: the label alone would not tell who.
        return f"{label} ({words.person(draft.person)})"
    return label


def _values(draft: Draft, leaf: Leaf, words: Words) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for read in reads(leaf.when):
        value = read.constant if read.constant is not None else Binder(draft.plan, leaf.site).read(read)(draft)
        found.setdefault(_label(draft, read, leaf, words), words.value(value, read.type))
    return list(found.items())


def _counted(draft: Draft, leaf: Leaf, words: Words) -> tuple[str, str] | None:
    """ "Meetings: 1 of 4", and how many are missing, for an amount that must reach another."""
    node = leaf.when
    if not isinstance(node, Compare) or node.op not in (">=", ">", "==") or node.left.type not in NUMBERS:
        return None
    if not isinstance(node.left, ReadNode):
        return None
    have, want = _value_of(draft, leaf, node.left), _value_of(draft, leaf, node.right)
    if have is None or want is None or have is EMPTY or want is EMPTY:
        return None
    if node.op == "==" and have > want:
        return None
    label = _label(draft, node.left.read, leaf, words)
    kind = node.left.type
    key = "clause.count_more" if node.op == ">" else "clause.count"
    told = sentence("answers", key, words.lang, label=label, have=words.value(have, kind), want=words.value(want, kind))
    short = want - have + (1 if node.op == ">" and kind == INT else 0)
    if short <= 0:
        return told, ""
    if kind == INT:
        return told, sentence("answers", "clause.missing", words.lang, short)
    return told, sentence("answers", "clause.missing_amount", words.lang, amount=words.value(short, kind))


def _of_node(draft: Draft, leaf: Leaf, node: Node, words: Words, under_none: bool) -> str:
    if isinstance(node, ReadNode):
        return _of_read(draft, node.read, leaf, words, wanted=not under_none)
    if isinstance(node, Not) and isinstance(node.item, ReadNode):
        return _of_read(draft, node.item.read, leaf, words, wanted=under_none)
    if isinstance(node, Compare) and not under_none:
        told = _of_comparison(draft, leaf, node, words)
        if told:
            return told
    label = said(leaf.clause.label, words.lang)
    return sentence("answers", "clause.no" if not under_none else "clause.none", words.lang, name=label or leaf.id)


def _of_read(draft: Draft, read: Read, leaf: Leaf, words: Words, *, wanted: bool) -> str:
    head, name = read.parts[0], read.parts[-1]
    key = f"read.{head}.{name}.{'no' if wanted else 'yes'}"
    label = _label(draft, read, leaf, words)
    if head in ("forms", "roles", "deadlines") and has_sentence("answers", key, words.lang):
        return sentence("answers", key, words.lang, label=label)
    return sentence("answers", "read.truth.no" if wanted else "read.truth.yes", words.lang, label=label)


_WORDS = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge", "in": "in"}
_ORDERED = ("lt", "le", "gt", "ge")
_WHEN: Mapping[Type, str] = {DATE: ".day", DATETIME: ".day", TIME: ".hour"}
"""Days come before and after one another; numbers are less and more."""


def _of_comparison(draft: Draft, leaf: Leaf, node: Compare, words: Words) -> str:
    """ "New end: 2027-03-01; it must be after 2027-03-15 (planned end)"."""
    if not isinstance(node.left, ReadNode):
        return ""
    have, want = _value_of(draft, leaf, node.left), _value_of(draft, leaf, node.right)
    shown = words.value(want, node.right.type)
    if isinstance(node.right, ReadNode) and node.right.read.parts[0] not in ("today", "now"):
        shown = f"{shown} ({_label(draft, node.right.read, leaf, words)})"
    word = _WORDS[node.op]
    when = _WHEN.get(node.left.type, "") if word in _ORDERED else ""
    relation = sentence("answers", f"compare.{word}{when}", words.lang, want=shown)
    label, have_shown = _label(draft, node.left.read, leaf, words), words.value(have, node.left.type)
    return sentence("answers", "clause.compare", words.lang, label=label, have=have_shown, relation=relation)
