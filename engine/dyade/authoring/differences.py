"""What differs between two versions of a program, in meaning: rules that came or went, that became stricter or looser,
params, delays, who may act, who may see; texts apart.

Every difference of what decides is told: what has no better word is `changed`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dyade.authoring import strictness
from dyade.authoring.strictness import CHANGED, LOOSER, STRICTER, Prove
from dyade.flow.carrying import SAME, Names, called
from dyade.flow.renaming import straight
from dyade.program import digest
from dyade.program.program import Program
from dyade.program.typed import Group, Leaf

ADDED, REMOVED, RENAMED, PARAM, DELAY, PEOPLE, VISIBILITY, TEXT, ABOUT = (
    "added", "removed", "renamed", "param", "delay", "people", "visibility", "text", "about",
)  # fmt: skip
KINDS = (REMOVED, ADDED, RENAMED, STRICTER, LOOSER, PARAM, DELAY, PEOPLE, VISIBILITY, CHANGED, TEXT, ABOUT)
"""In the order in which they are told."""

GUARDS = frozenset(("guard", "eligible", "valid"))
DELAYS = frozenset((
    "after", "at", "every", "due", "until", "grace", "within", "window", "since", "delays", "max", "roll", "repeat",
    "catch_up", "day_time", "calendar", "holidays", "timezone",
))  # fmt: skip
AUTHORITY = frozenset((
    "by", "filled_by", "signed_by", "confirmed_by", "set_by", "assigned_by", "started_by", "corrected_by", "revoked_by",
    "delegate_to", "count", "accepts", "dates_set_by", "attendance_by",
))  # fmt: skip
LANGUAGE = re.compile(r"[a-z]{2}|\*")
NESTED = ("states", "tracks")
NOTHING = object()
Path = tuple[str, ...]


class Change(NamedTuple):
    """One difference."""

    kind: str
    """One of `KINDS`."""
    section: str
    """A key of the file: `transitions`, `states` …"""
    id: str
    """Which one; empty where the section is one value."""
    what: str
    """What of it, dotted; for a clause, its id."""
    before: str
    after: str
    label: Mapping[str, str] | None = None
    """What people call it."""


def differences(old: Program, new: Program, names: Names | None = None) -> tuple[Change, ...]:
    """Compare two versions; nothing where they decide and read alike.

    `names`: the roles, forms and their data that have another name in the new one; by default, as it says itself.
    """
    names = _both(new, straight(old, new).names if names is None else names)
    decided = tuple(_walked(_form(old, names, texts=False), _form(new, texts=False), ()))
    found = [
        *_renamed(new, names),
        *_guards(old, new, names),
        *(_named(old, new, path, was, now) for path, was, now in decided if not _guarded(path)),
    ]
    seen = [path for path, _, _ in decided]
    found += [
        _worded(old, new, path, was, now)
        for path, was, now in _walked(_form(old, names, texts=True), _form(new, texts=True), ())
        if not any(path[: len(one)] == one for one in seen) and not _guarded(path, clauses=False)
    ]
    order = {kind: rank for rank, kind in enumerate(KINDS)}
    return tuple(sorted(dict.fromkeys(map(_hashable, found)), key=lambda change: order[change.kind]))


def _hashable(change: Change) -> Change:
    return change._replace(label=_Label(change.label or {}))


class _Label(dict[str, str]):
    """A text that may stand in a set."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(self.items()))


# --------------------------------------------------------------------------------------------------------------- forms


def _both(new: Program, names: Names) -> Names:
    """The names of what stands in both versions."""
    owners: Mapping[str, Mapping[str, object]] = {"roles": new.model.roles, "forms": new.model.forms}

    def stands(path: Path) -> bool:
        now = called(names, path)
        return now in new.data if len(path) > 2 else now[1] in owners[path[0]]

    return {name: new for name, new in names.items() if stands(tuple(name.split(".")))}


def _renamed(new: Program, names: Names) -> Iterator[Change]:
    for name, now in names.items():
        path = called(names, tuple(name.split(".")))
        yield Change(RENAMED, path[0], path[1], ".".join(path[2:]), name.rpartition(".")[2], now, _label(new, path[:2]))


def _form(program: Program, names: Names = SAME, *, texts: bool) -> dict[str, Any]:
    """The program as plain data, its lists by name and its states side by side; some of it under other names."""
    said: dict[str, Any] = digest.plain(program.model, texts=texts)
    for kind, inside in (("roles", "attributes"), ("forms", "entry")) if names else ():
        said[kind] = {
            called(names, (kind, name))[1]: {
                **one,
                inside: {called(names, (kind, name, key))[2]: value for key, value in one.get(inside, {}).items()},
            }
            for name, one in said.get(kind, {}).items()
        }
    states = said.pop("states", {})
    resolved = {} if texts else {"holidays": [day for day, _ in program.holidays]}
    return {**{key: _by_name(value) for key, value in said.items()}, "states": dict(_flat(states, "")), **resolved}


def _by_name(value: Any) -> Any:
    """Items that have a name, by that name."""
    if isinstance(value, dict):
        return {key: _by_name(inner) for key, inner in value.items()}
    if isinstance(value, list):
        items = [_by_name(item) for item in value]
        if items and all(isinstance(item, dict) and "id" in item for item in items):
            return {item["id"]: {key: inner for key, inner in item.items() if key != "id"} for item in items}
        return items
    return value


def _flat(states: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, state in states.items():
        path = f"{prefix}{name}"
        yield path, {key: _by_name(inner) for key, inner in state.items() if key not in NESTED}
        yield from _flat(state.get("states", {}), f"{path}.")
        for track, inside in state.get("tracks", {}).items():
            yield f"{path}.{track}", {key: inner for key, inner in inside.items() if key != "states"}
            yield from _flat(inside.get("states", {}), f"{path}.{track}.")


def _walked(old: Any, new: Any, path: Path) -> Iterator[tuple[Path, Any, Any]]:
    """(path, before, after) of each smallest part that differs; what came or went is told whole."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            yield from _walked(old.get(key, NOTHING), new.get(key, NOTHING), (*path, key))
        return
    if len(path) == 1 and NOTHING in (old, new) and isinstance(old if new is NOTHING else new, dict):
        yield from _walked({} if old is NOTHING else old, {} if new is NOTHING else new, path)
    elif old is NOTHING or new is NOTHING or old != new:
        yield path, old, new


def _guarded(path: Path, *, clauses: bool = True) -> bool:
    """Whether a guard tells of it: named clauses are told where they are used."""
    return (clauses and path[0] == "clauses") or (len(path) > 2 and not GUARDS.isdisjoint(path[2:]))


# --------------------------------------------------------------------------------------------------------------- names


def _named(old: Program, new: Program, path: Path, was: Any, now: Any) -> Change:
    section, id_, what = path[0], path[1] if len(path) > 1 else "", ".".join(path[2:])
    label = _label(new, path) or _label(old, path)
    before, after = _said(was), _said(now)
    if len(path) == 2 and NOTHING in (was, now) and isinstance(now if was is NOTHING else was, dict):
        return Change(ADDED if was is NOTHING else REMOVED, section, id_, "", "", "", label)
    return Change(_kind(path), section, id_, what, before, after, label)


def _kind(path: Path) -> str:
    if path[0] == "params":
        return PARAM
    if "visibility" in path:
        return VISIBILITY
    if path[0] in ("deadlines",) or not DELAYS.isdisjoint(path[-1:]) or not DELAYS.isdisjoint(path[:1]):
        return DELAY
    if not DELAYS.isdisjoint(path[2:3]):
        return DELAY
    return PEOPLE if not AUTHORITY.isdisjoint(path) else CHANGED


def _worded(old: Program, new: Program, path: Path, was: Any, now: Any) -> Change:
    """What differs in words alone, or in what is said about the program."""
    of_text = bool(LANGUAGE.fullmatch(path[-1])) and isinstance(was if now is NOTHING else now, str)
    whole = next((value for value in (was, now) if isinstance(value, dict)), {})
    of_text = of_text or (bool(whole) and all(LANGUAGE.fullmatch(key) for key in whole))
    change = _named(old, new, path, was, now)
    if change.kind in (ADDED, REMOVED):
        return change._replace(kind=ABOUT, before=_said(was), after=_said(now))
    return change._replace(kind=TEXT if of_text else ABOUT)


def _label(program: Program, path: Path) -> Mapping[str, str] | None:
    model: Any = program.model
    if len(path) < 2:
        return None
    if path[0] == "states":
        node = program.graph.nodes.get(path[1])
        return node.model.label if node is not None else None
    section = getattr(model, path[0], None)
    item = section.get(path[1]) if isinstance(section, dict) else None
    if isinstance(section, list):
        item = next((one for one in section if getattr(one, "id", None) == path[1]), None)
    label = getattr(item, "label", None)
    return label if isinstance(label, dict) else None


def _said(value: Any) -> str:
    """A value as it is written in a file, on one line."""
    if value is NOTHING:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False, default=str)


# -------------------------------------------------------------------------------------------------------------- guards


def _guards(old: Program, new: Program, names: Names) -> Iterator[Change]:
    """The clauses that differ, in each guard that stands in both versions."""
    after = dict(_placed(new))
    before = {(kind, called(names, (kind, name))[1], what): guard for (kind, name, what), guard in _placed(old)}
    prove = _prover(new)
    for key in after:
        section, id_, what = key
        for change in strictness.of_guards(before[key], after[key], prove=prove) if key in before else ():
            was, now = _clause(old, change.before), _clause(new, change.after)
            dotted = f"{what}.{change.id}" if what != "guard" else change.id
            yield Change(change.relation, section, id_, dotted, was, now, _label(new, (section, id_)))


def _prover(new: Program) -> Prove:
    """What proves how a clause has changed, where its library is there; it is looked for at the first need."""
    found: list[Prove] = []

    def prove(was: Leaf, now: Leaf) -> str:
        if not found:
            try:
                from dyade.authoring.proofs.comparing import Comparer
            except ModuleNotFoundError:
                found.append(lambda _was, _now: CHANGED)
            else:
                found.append(Comparer(new))
        return found[0](was, now)

    return prove


def _placed(program: Program) -> Iterator[tuple[tuple[str, str, str], Group]]:
    """((section, id, what), guard) of every guard."""
    model = program.model
    for i, transition in enumerate(model.transitions):
        yield ("transitions", transition.id, "guard"), program.guard(("transitions", i, "guard"))
    for name in model.roles:
        yield ("roles", name, "eligible"), program.guard(("roles", name, "eligible"))
    for name, form in model.forms.items():
        yield ("forms", name, "valid"), program.guard(("forms", name, "valid"))
        for i, step in enumerate(form.steps):
            yield ("forms", name, f"steps.{step.id}"), program.guard(("forms", name, "steps", i, "guard"))


def _clause(program: Program, leaf: Leaf | None) -> str:
    """A clause as it is written, each param by its value."""
    if leaf is None:
        return ""

    def value(found: re.Match[str]) -> str:
        param = program.model.params.get(found[1])
        return str(param.value) if param is not None else found[0]

    text = re.sub(r"params\.([a-z][a-z0-9_]*)", value, leaf.clause.when)
    return text if leaf.must else f"({leaf.clause.level}) {text}"
