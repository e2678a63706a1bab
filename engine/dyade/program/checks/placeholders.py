"""Do the braces of each text name what may be shown where the text is sent, alike in every language?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce

from dyade.program import model as m
from dyade.program.checks.ground import Ground, Path
from dyade.program.checks.languages import BARE
from dyade.program.checks.parts import marked
from dyade.program.conditions.tree import Read
from dyade.program.conditions.types import NUMBERS
from dyade.program.names import Site, SiteScope
from dyade.program.placeholders import PlaceholderError, Plural, Value, names, pieces
from dyade.program.sensitive import is_sensitive
from dyade.program.typed import leaves

LOCAL = frozenset(("input", "form", "entry", "item", "person", "actor", "state"))
"""What only some places have: a template that nobody sends is not held to it."""


def check(ground: Ground) -> None:
    """Tell braces that mean nothing, and languages that do not show the same."""
    known = sites(ground)
    for path, part in ground.parts:
        for where, texts in filled(path, part):
            read = {language: _read(ground, where, language, text) for language, text in texts.items()}
            _alike(ground, where, read)
            for site in known.get(path, [None]):
                for language, found in read.items():
                    _known(ground, place_of(where, language), found, site)


def filled(path: Path, part: m.Part) -> Iterator[tuple[Path, Mapping[str, str]]]:
    """The texts of a part whose braces are filled in."""
    wanted: Mapping[type[m.Part], tuple[str, ...]] = {
        m.Template: ("subject", "body"),
        m.Clause: ("message", "hint"),
        m.Invariant: ("message",),
        m.JointQuorum: ("message",),
        m.Limit: ("message",),
        m.Quota: ("message",),
        m.Budget: ("message",),
    }
    keys = next((keys for kind, keys in wanted.items() if isinstance(part, kind)), ())
    return ((where, texts) for where, texts in marked(path, part, "text") if where[-1] in keys)


def place_of(where: Path, language: str) -> Path:
    return where if language == BARE else (*where, language)


# ---------------------------------------------------------------------------------------------------------------- sites


def sites(ground: Ground) -> dict[Path, list[Site | None]]:
    """What may be read where each template is sent and each clause is used."""
    found: dict[Path, dict[Site | None, None]] = {}
    for guard in ground.typed.guards.values():
        for leaf in leaves(guard):
            found.setdefault(leaf.place, {})[leaf.site] = None
    for path, part in ground.parts:
        site = _sender_site(ground, path)
        if isinstance(part, m.Notify | m.Escalation | m.Reminder) and site is not None:
            found.setdefault(("templates", part.template), {})[site] = None
        elif isinstance(part, m.Role) and part.invitation is not None:
            found.setdefault(("templates", part.invitation), {})[Site(person=str(path[1]))] = None
        elif isinstance(part, m.Quota | m.Budget):
            found.setdefault(path, {})[Site()] = None
        elif isinstance(part, m.Invariant):
            found.setdefault(path, {})[Site(states=ground.states(part.while_ or ()))] = None
    return {path: list(sites) for path, sites in found.items()}


def _sender_site(ground: Ground, path: Path) -> Site | None:
    match path:
        case ("transitions", int(index), *_):
            return ground.typed.transition_site(ground.model.transitions[index])
        case ("reminders", int(index), *_):
            reminder = ground.model.reminders[index]
            what, item = reminder.each.split(".")[:2] if reminder.each else ("", "")
            return Site(
                states=ground.states(reminder.while_),
                item=item if what == "forms" and item in ground.model.forms else None,
                meeting=item if what == "series" and item in ground.model.series else None,
            )
        case ("forms", str(form_id), "steps", int(index), *_):
            form = ground.model.forms[form_id]
            step = form.steps[index]
            given = ("steps", form_id, step.id)
            return Site(states=ground.states(form.available_in), input=given, entry=form_id, actor=tuple(step.by))
        case ("visibility", "break_glass", *_):
            glass = ground.model.visibility.break_glass if ground.model.visibility else None
            return Site(actor=tuple(glass.by)) if glass else None
        case ("states", *_):
            return Site(states=(ground.state_at[path[: path.index("on_enter")]],)) if "on_enter" in path else None
    return None


# ---------------------------------------------------------------------------------------------------------- the braces


def _read(ground: Ground, where: Path, language: str, text: str) -> tuple[Value | Plural, ...] | None:
    """The placeholders of a text; `None`, and told, where its braces cannot be understood."""
    if "{" not in text and "}" not in text:
        return ()
    try:
        return tuple(names(pieces(text)))
    except PlaceholderError as error:
        inside = (error.start, error.end)
        ground.tell("T004", place_of(where, language), inside=inside, variant=error.reason)
        return None


def _alike(ground: Ground, where: Path, read: Mapping[str, tuple[Value | Plural, ...] | None]) -> None:
    shown = {language: {part.name: part for part in found} for language, found in read.items() if found is not None}
    if len(shown) < 2:
        return
    every = reduce(lambda all_, some: all_ | some, shown.values())
    for language, own in shown.items():
        for name in every:
            if name not in own:
                facts = {"lang": language, "placeholder": f"{{{'.'.join(name)}}}"}
                ground.tell("T003", place_of(where, language), variant="missing", facts=facts)
                break


def _known(ground: Ground, where: Path, found: tuple[Value | Plural, ...] | None, site: Site | None) -> None:
    scope = SiteScope(ground.declared, site or Site())
    for part in found or ():
        name, inside = ".".join(part.name), (part.start, part.end)
        read = scope.resolve(part.name)
        if isinstance(read, Read):
            if isinstance(part, Plural) and read.type not in NUMBERS:
                ground.tell("T004", where, inside=inside, variant="number", placeholder=name)
            if where[0] == "templates" and is_sensitive(ground.typed, part.name, scope.site):
                ground.tell("V011", where, inside=inside, placeholder=name)
        elif read is not None:
            facts = {key: str(fact) for key, fact in read.facts.items()}
            ground.tell(read.code, where, inside=inside, suggestion=read.suggestion, facts=facts)
        elif not ground.is_lost(name) and not (site is None and part.name[0] in LOCAL):
            meant = ground.near(name, tuple(scope.candidates("read")))
            if meant:
                ground.meant.add(meant)
            ground.tell("T004", where, inside=inside, placeholder=name, suggestion=meant)
