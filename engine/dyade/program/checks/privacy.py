"""Would anybody see, or be refused for, what they may not see?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dyade.program import model as m
from dyade.program.checks.forms import fillers
from dyade.program.checks.ground import Ground, Path
from dyade.program.checks.names import AUTHOR
from dyade.program.conditions.tree import Read, reads
from dyade.program.typed import actors, leaves


def check(ground: Ground) -> None:
    """Tell what is seen too widely, and refusals that would tell too much."""
    _default(ground)
    for form_id, form in ground.model.forms.items():
        seen_by = _seen_by(ground, form.visibility, fillers(form))
        for name, datum in form.entry.items():
            _within(ground, ("forms", form_id, "entry", name), datum, seen_by, form_id)
            _by_author(ground, ("forms", form_id, "entry", name), datum, form, form_id)
    for index, transition in enumerate(ground.model.transitions):
        seen_by = _seen_by(ground, transition.visibility, actors(transition))
        for name, given in transition.input.items():
            _within(ground, ("transitions", index, "input", name), given, seen_by, transition.id)
        _guard(ground, index, transition)
    glass = ground.model.visibility.break_glass if ground.model.visibility else None
    if glass is not None:
        _glass(ground, ("visibility", "break_glass"), glass)


def _glass(ground: Ground, path: Path, glass: m.BreakGlass) -> None:
    """What is opened in an emergency was closed, is open then, and somebody else hears of it."""
    for at, item in enumerate(glass.items):
        for role in glass.by:
            around, seen_by = _around(ground, item)
            if around is None or role not in ground.model.roles:
                continue
            if role in around and role in seen_by:
                ground.tell("V008", (*path, "items", at), item=item, role=role)
            elif role not in around and item.rpartition(".")[0] not in glass.items:
                facts = {"item": item, "role": role, "parent": item.rpartition(".")[0]}
                ground.tell("V008", (*path, "items", at), variant="within", facts=facts)
    if set(glass.notify.to) <= {AUTHOR}:
        ground.tell("V009", (*path, "notify", "to"))


def _around(ground: Ground, item: str) -> tuple[frozenset[str] | None, frozenset[str]]:
    """Who sees what an item stands in, and who sees the item there; nothing where there is no such item."""
    what, name, *rest = item.split(".")
    model, everyone = ground.model, frozenset(ground.model.roles)
    outer: m.Form | m.Transition | None = None
    if what == "forms":
        outer = model.forms.get(name)
    elif what == "transitions":
        outer = next((one for one in model.transitions if one.id == name), None)
    if what in ("forms", "transitions") and not rest:
        return (everyone, ground.seen_by(outer.visibility)) if outer is not None else (None, everyone)
    datum = ground.data.all.get((what, name, *rest))
    around = everyone if outer is None else ground.seen_by(outer.visibility)
    return (around, ground.seen_by(datum.model.visibility)) if datum is not None else (None, everyone)


def _default(ground: Ground) -> None:
    if ground.model.visibility is not None:
        return
    sensitive = (datum for datum in ground.data.all.values() if datum.model.privacy == "sensitive")
    first = next(sensitive, None)
    if first is not None:
        ground.tell("V005", (*first.place, "privacy"), name=first.path[-1])


def _seen_by(ground: Ground, visibility: Iterable[str] | None, authors: Iterable[str]) -> frozenset[str]:
    seen_by = ground.seen_by(visibility)
    return seen_by | frozenset(authors) if AUTHOR in seen_by else seen_by


def _by_author(ground: Ground, path: Path, datum: m.Datum, form: m.Form, form_id: str) -> None:
    """Whoever fills an entry sees nothing in it where they do not see the entry."""
    seen_by = _seen_by(ground, form.visibility, fillers(form))
    if datum.visibility is not None and AUTHOR in datum.visibility and not seen_by.issuperset(fillers(form)):
        at = datum.visibility.index(AUTHOR)
        ground.tell("V002", (*path, "visibility", at), entry=str(path[-1]), role=AUTHOR, form=form_id)


def _within(ground: Ground, path: Path, datum: m.Datum, seen_by: frozenset[str], parent: str) -> None:
    for at, role in enumerate(datum.visibility or ()):
        if role in ground.model.roles and role not in seen_by:
            ground.tell("V002", (*path, "visibility", at), entry=str(path[-1]), role=role, form=parent)


# --------------------------------------------------------------------------------------------------------------- guards


def _guard(ground: Ground, index: int, transition: m.Transition) -> None:
    roles = [role for role in actors(transition) if role in ground.model.roles]
    if not roles:
        return
    for leaf in leaves(ground.typed.guards["transitions", index, "guard"]):
        for read in reads(leaf.when):
            for seen_by in _audiences(ground, read):
                hidden = next((role for role in roles if role not in seen_by), None)
                if hidden is not None:
                    place = (*leaf.place, "when")
                    where = ground.read_place(place, leaf.when, read)
                    path = ground.tree.dotted(place)
                    ground.findings.add("E112", where, path=path, role=hidden, name=read.name)


def _audiences(ground: Ground, read: Read) -> Iterator[frozenset[str]]:
    """The roles that may see what a read tells, for each thing that limits it."""
    model = ground.model
    match read.parts:
        case ("fields", name, *_):
            yield from _limited(model.fields[name].visibility)
        case ("forms", form_id, *rest):
            form = model.forms[form_id]
            yield from _limited(form.visibility)
            for name in _data_of(form, tuple(rest)):
                yield from _limited(form.entry[name].visibility if name in form.entry else None)
        case ("series", name, what):
            yield from _limited(model.series[name].visibility)
            field = {"next_at": model.series[name].at_field, "next_place": model.series[name].place_field}.get(what)
            yield from _limited(model.fields[field].visibility if field else None)
        case ("roles", role, name) if name in model.roles[role].attributes:
            yield from _limited(model.roles[role].attributes[name].visibility)


def _limited(visibility: Iterable[str] | None) -> Iterator[frozenset[str]]:
    if visibility is not None:
        yield frozenset(visibility)


def _data_of(form: m.Form, parts: tuple[str, ...]) -> Iterator[str]:
    """The entry data that a read of a form tells about."""
    if parts[:1] == ("last",) and len(parts) > 1:
        yield parts[1]
    aggregate = form.aggregates.get(parts[0]) if parts else None
    if aggregate is not None:
        named = (aggregate.sum, aggregate.min, aggregate.max, aggregate.count_distinct)
        yield from (name for name in named if name)
