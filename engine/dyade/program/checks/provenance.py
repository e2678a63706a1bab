"""Does each rule say where it comes from, and does each provision find its way into the program?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from dyade.program import model as m
from dyade.program.catalogue import FORCES, Catalogue, Unreadable, read_catalogue
from dyade.program.checks.ground import Ground, Path
from dyade.program.quoted import Document, is_readable

RULES = (
    m.Transition,
    m.Clause,
    m.Form,
    m.FormStep,
    m.Limit,
    m.Reminder,
    m.Deadline,
    m.Invariant,
    m.Param,
    m.Table,
    m.Guidance,
)
"""What decides something, and so must have a reason."""


def check(ground: Ground) -> None:
    """Tell citations that lead nowhere, rules without a reason, and provisions that nothing carries."""
    known = _provisions(ground)
    cited = _cited(ground, known)
    for path, part in ground.of(m.Rule):
        _basis(ground, path, part)
    _forgotten(ground, known, cited)
    for provisions in known.values():
        ground.provisions |= {name: said.text for name, said in provisions.items() if name in cited}


# ----------------------------------------------------------------------------------------------------------- catalogues


def _provisions(ground: Ground) -> Mapping[str, Catalogue]:
    """The provisions of each source whose catalogue could be read."""
    found: dict[str, Catalogue] = {}
    for name, source in ground.model.sources.items():
        if source.provisions is not None:
            path: Path = ("sources", name, "provisions")
            provisions = _catalogue(ground, path, source.provisions)
            if provisions is not None:
                found[name] = provisions
    return found


def _catalogue(ground: Ground, path: Path, file: str) -> Catalogue | None:
    raw = ground.read_file(file)
    if raw is None:
        ground.tell("P008", path, file=file)
        return None
    provisions = read_catalogue(raw)
    if isinstance(provisions, Unreadable):
        ground.tell("P008", path, variant="unreadable", file=file, line=provisions.line)
        return None
    short = [name for name, provision in provisions.items() if provision.lacks(ground.model.locales)]
    if short:
        ground.tell("P009", path, n=len(short), list=_listed(short), forces=", ".join(FORCES))
    return provisions


def _documents(ground: Ground) -> Mapping[str, Document]:
    """The documents that an author keeps beside the program, where somebody quotes them."""
    found: dict[str, Document] = {}
    for name in dict.fromkeys(quotation.doc for _, quotation in ground.of(m.Quotation)):
        source = ground.model.sources.get(name)
        if source is not None and source.document is not None and is_readable(source.document):
            raw = ground.read_file(source.document)
            if raw is None:
                ground.tell("P008", ("sources", name, "document"), variant="document", file=source.document)
            else:
                found[name] = Document(raw.decode("utf-8", "replace"))
    return found


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:6]) + (", …" if len(names) > 6 else "")


# ------------------------------------------------------------------------------------------------------------ citations


def _cited(ground: Ground, known: Mapping[str, Collection[str]]) -> set[str]:
    """Every provision that a rule cites."""
    provisions = [name for names in known.values() for name in names]
    complete = len(known) == len(ground.model.sources)
    documents = _documents(ground)
    cited: set[str] = set()
    for path, name in _citations(ground):
        cited.add(name)
        if complete and name not in provisions:
            ground.unknown("P001", path, name, provisions)
    for path, quotation in ground.of(m.Quotation):
        if quotation.doc not in ground.model.sources:
            ground.unknown("P001", (*path, "doc"), quotation.doc, ground.model.sources)
        elif (document := documents.get(quotation.doc)) is not None and not document.says(quotation.quote):
            meant = document.closest(quotation.quote)
            ground.tell("P002", (*path, "quote"), name=quotation.doc, suggestion=meant)
    for name in ground.model.out_of_scope:
        if complete and name not in provisions:
            ground.unknown("P001", ("out_of_scope", name), name, provisions, at_key=True)
        elif name in cited:
            ground.tell("P010", ("out_of_scope", name), at_key=True, name=name)
    return cited


def _citations(ground: Ground) -> Iterator[tuple[Path, str]]:
    for path, rule in ground.of(m.Rule):
        if isinstance(rule.source, list):
            yield from (((*path, "source", at), name) for at, name in enumerate(rule.source))


def _forgotten(ground: Ground, known: Mapping[str, Collection[str]], cited: set[str]) -> None:
    for source, provisions in known.items():
        left = [name for name in provisions if name not in cited and name not in ground.model.out_of_scope]
        if left and not ground.broken:
            ground.tell("P007", ("sources", source, "provisions"), n=len(left), list=_listed(left))


# ---------------------------------------------------------------------------------------------------------------- basis


def _basis(ground: Ground, path: Path, rule: m.Rule) -> None:
    if rule.basis == "interpretation":
        if rule.source is None:
            ground.tell("P004", (*path, "basis"), variant="source")
        if rule.note is None:
            ground.tell("P004", (*path, "basis"))
    elif rule.basis == "stated" and rule.source is None:
        ground.tell("P003", (*path, "basis"), variant="stated")
    elif rule.basis is None and rule.source is None and _wants_reason(ground, path, rule):
        where, at_key = _who(path, rule)
        ground.tell("P003", where, at_key=at_key)


def _wants_reason(ground: Ground, path: Path, rule: m.Rule) -> bool:
    """Whether a rule decides something by itself, in a program that follows documents."""
    return bool(ground.model.sources) and isinstance(rule, RULES) and not _is_covered(ground, path)


def _is_covered(ground: Ground, path: Path) -> bool:
    """Whether a rule around this one says where both come from."""
    around = (ground.rules.get(path[:size]) for size in range(len(path) - 1, 0, -1))
    return any(rule.source is not None or rule.basis is not None for rule in around if isinstance(rule, RULES))


def _who(path: Path, rule: m.Rule) -> tuple[Path, bool]:
    """Where a rule says who it is: its id, or its key."""
    own = getattr(rule, "id", None)
    return ((*path, "id"), False) if isinstance(path[-1], int) and own else (path, True)
