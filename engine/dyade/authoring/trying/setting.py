"""Where does a trial of a program begin: who takes part, when, and what is given?

The defaults of its scenarios say so. Where there are none, one person is invented for each role, named by its label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dyade.authoring import scenario_model as s
from dyade.flow.plan import Plan
from dyade.flow.telling.words import day
from dyade.program.conditions.types import Enum, ListOf
from dyade.program.diagnostics import Findings
from dyade.program.program import Program
from dyade.program.text import read

Data = dict[str, Any]
MERGED = ("people", "given")
GIVEN = ("state", "tracks", "fields", "forms", "series")
ABSENT: Any = object()


class Setting(NamedTuple):
    """The beginning of a scenario, as its file would say it: `clock`, `people`, `given`."""

    data: Mapping[str, Any]
    """The whole of it."""
    defaults: Mapping[str, Any]
    """What the file says for all of its scenarios: the rest has to be written with the scenario."""

    def own(self) -> Data:
        """What a scenario has to say beside the defaults of its file, which it is merged over."""
        found: Data = {}
        if self.data.get("clock") != self.defaults.get("clock"):
            found["clock"] = self.data["clock"]
        for key in MERGED:
            new = _beside(self.data.get(key) or {}, self.defaults.get(key) or {})
            if new:
                found[key] = dict(sorted(new.items(), key=lambda one: _rank(one[0]))) if key == "given" else new
        return found

    def with_(self, **changed: Any) -> Setting:
        """The same with other people, another clock, or something else given."""
        data = {**self.data}
        for key, value in changed.items():
            data[key] = {**(self.data.get(key) or {}), **value} if key in MERGED else value
        return self._replace(data=data)

    def without(self, path: Sequence[str]) -> Setting:
        """The same as the defaults have it, at a path into people or into what is given."""
        before: Any = self.defaults
        for name in path:
            before = before.get(name, ABSENT) if isinstance(before, dict) else ABSENT
        return self._replace(data=_put(self.data, path, before))


def _rank(key: str) -> int:
    """Where authors write what is given: the state first."""
    return GIVEN.index(key) if key in GIVEN else len(GIVEN)


def _beside(mine: Mapping[str, Any], before: Mapping[str, Any], depth: int = 2) -> Data:
    """What is not as it was: value by value, as deep as a scenario is merged."""
    found: Data = {}
    for name, value in mine.items():
        old = before.get(name, ABSENT)
        if depth > 1 and isinstance(value, dict) and isinstance(old, dict):
            less = _beside(value, old, depth - 1)
            found |= {name: less} if less else {}
        elif value != old:
            found[name] = value
    return found


def _put(data: Any, path: Sequence[str], value: Any) -> Data:
    """The same data with another value at a path, or nothing there."""
    found = dict(data)
    name, *rest = path
    new = _put(found[name], rest, value) if rest else value
    if new is ABSENT:
        del found[name]
    else:
        found[name] = new
    return found


def setting_of(program: Program, plan: Plan, stories: bytes | str | None, today: int) -> Setting:
    """The setting of a program's scenarios file, or an invented one that begins on a working day from `today` on."""
    defaults = _defaults(stories) if stories is not None else {}
    data: Data = {"clock": _clock(plan, today), **defaults}
    if not data.get("people"):
        data["people"] = invented(program)
    return Setting(data, defaults)


def _defaults(stories: bytes | str) -> Data:
    tree = read(stories, Findings())
    found = tree.data.get("defaults") if tree is not None and isinstance(tree.data, dict) else None
    return dict(found) if isinstance(found, dict) else {}


def _clock(plan: Plan, today: int) -> str:
    first = next((d for d in range(today, today + 10) if plan.calendar.is_business_day(d)), today)
    return f"{day(first)} {plan.day_time // 60:02}:{plan.day_time % 60:02}"


def invented(program: Program) -> Data:
    """One person for each role, as many as it takes at least; what is known of them lets them take part, mostly."""
    people: Data = {}
    for role, declared in program.model.roles.items():
        for n in range(max(1, declared.count.min or 1)):
            name = role if n == 0 else f"{role}_{n + 1}"
            name = f"{name}_1" if name in s.NOBODY_IS else name
            people[name] = {"role": role, **_known(program, role)}
    return people


def newcomers(program: Program) -> Data:
    """Somebody more for each role that is given, who holds none yet."""
    people: Data = {}
    for role, declared in program.model.roles.items():
        if declared.scope == "dyad":
            people[f"{role}_2"] = {"role": role, "pool": True, **_known(program, role)}
    return people


def _known(program: Program, role: str) -> Data:
    found: Data = {}
    for path, datum in program.data.items():
        if path[0] in ("roles", "enrolments") and path[1] == role and datum.model.formula is None:
            value = _plain(datum)
            if value is not None and path[2] != "status":
                found[path[2]] = value
    return found


def _plain(datum: Any) -> Any:
    """A first value of a kind of data; nothing where nothing would be plain."""
    kind = datum.type
    if isinstance(kind, Enum):
        return kind.values[0] if kind.values else None
    if isinstance(kind, ListOf):
        return None
    return {"bool": True, "int": datum.model.min or 1, "decimal": "1", "text": "—"}.get(kind.name)
