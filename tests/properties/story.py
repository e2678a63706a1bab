"""What was asked of a dyad before something broke: told as short as it still breaks, with its program."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

from dyade.program.program import Program
from tests.properties.beside import Forget, Migrate, Turn
from tests.properties.walks import Asked, Step, Walk

Told = list[tuple[int, Asked]]
Hold = Callable[[Walk, Iterable[Step], int], None]
PATIENCE = 4_000
"""Commands that are asked again in search of a shorter life."""


def story(walk: Walk, seed: int, error: type[Exception], hold: Hold) -> str:
    """The seed, the program and the commands of the life that broke."""
    told = shortened(walk.first, walk.asked, seed, error, hold, walk.later)
    program = json.dumps(json.loads(walk.first.canonical())["program"], ensure_ascii=False)
    asked = "\n".join(f"  {now}  {command!r}" for now, command in told)
    return f"seed {seed}, {len(told)} of {len(walk.asked)} commands:\n{asked}\nprogram:\n  {program}"


def shortened(
    program: Program, asked: Told, seed: int, error: type[Exception], hold: Hold, later: Program | None = None
) -> Told:
    """Leave out whatever can be left out, large parts first, while the life breaks in the same way."""
    patience = PATIENCE
    found, size = asked, len(asked)
    if not breaks(program, found, seed, error, hold, later):
        return asked
    while size := size // 2:
        at = 0
        while at < len(found) and patience > 0:
            without = found[:at] + found[at + size :]
            patience -= len(without)
            if breaks(program, without, seed, error, hold, later):
                found = without
            else:
                at += size
    return found


def breaks(
    program: Program, asked: Told, seed: int, error: type[Exception], hold: Hold, later: Program | None = None
) -> bool:
    """Whether a life breaks in this way when everything is asked at every step."""
    walk = Walk(program, seed, later)
    try:
        hold(walk, _steps(walk, asked), 1)
    except error:
        return True
    except Exception:
        return False
    return False


def _steps(walk: Walk, asked: Told) -> Iterator[Step]:
    for now, command in asked:
        walk.now = now
        if isinstance(command, Turn):
            walk.turn(command.to)
        elif _can_be(walk, command):
            yield walk.step(command)


def _can_be(walk: Walk, command: Asked) -> bool:
    """Whether it can still be asked, once something before it was left out."""
    if isinstance(command, Migrate):
        return walk.can_migrate()
    return not isinstance(command, Forget) or walk.dyad is not None
