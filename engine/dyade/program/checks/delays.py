"""Is every duration one, and long enough to mean something?"""

from __future__ import annotations

from dyade.program import model as m
from dyade.program.checks.ground import Ground, Path
from dyade.program.checks.parts import marked
from dyade.program.conditions.types import DURATION, UNKNOWN, type_key
from dyade.program.diagnostics import Fix, Term
from dyade.program.durations import NOTHING, Duration, DurationError, parse_duration

PARAMS = "params."


def check(ground: Ground) -> None:
    """Tell what is no duration, and what would repeat without pause."""
    for path, part in ground.parts:
        for where, text in marked(path, part, "duration"):
            length = _length(ground, where, text)
            if length == NOTHING and where[-1] in ("every", "window", "within"):
                ground.tell("D008", where, variant="low", value=text, limit=1)


def _length(ground: Ground, path: Path, text: str) -> Duration | None:
    if text.startswith(PARAMS):
        return _of_param(ground, path, text.removeprefix(PARAMS))
    try:
        return parse_duration(text)
    except DurationError as error:
        named = text if text in ground.model.params else None
        meant = f"{PARAMS}{named}" if named else error.suggestion
        place = ground.tree.place(path)
        fixes = [Fix(place=place, text=meant)] if meant else []
        ground.tell("D020", path, text=text, suggestion=meant, fixes=fixes)
    return None


def _of_param(ground: Ground, path: Path, name: str) -> Duration | None:
    inside = (len(PARAMS), len(PARAMS) + len(name))
    if name not in ground.model.params:
        ground.unknown("D016", path, name, ground.model.params, inside=inside, kind=Term("kind.param"))
        return None
    kind, value = ground.declared.params[name]
    if kind not in (DURATION, UNKNOWN):
        about = {"wanted": Term(type_key(DURATION)), "value": f"{PARAMS}{name}", "found": Term(type_key(kind))}
        ground.tell("D021", path, variant="here", facts=about)
    return value if isinstance(value, Duration) else None


def duration_of(ground: Ground, text: str) -> Duration | None:
    """The duration that a key holds, in so many words or by a param; `None` where it is wrong."""
    if text.startswith(PARAMS):
        value = ground.declared.params.get(text.removeprefix(PARAMS), (UNKNOWN, None))[1]
        return value if isinstance(value, Duration) else None
    try:
        return parse_duration(text)
    except DurationError:
        return None


def said(ground: Ground, text: str) -> str:
    """A duration as its author wrote it, where a param holds it too."""
    param = ground.model.params.get(text.removeprefix(PARAMS)) if text.startswith(PARAMS) else None
    return str(param.value) if isinstance(param, m.Param) else text
