"""Does anything go wrong in many lives drawn at random, legal acts and illegal ones? If so, in which fewest steps?

After each step the records fold to the dyad, the invariants hold, time comes to rest, the same question has the same
answer, and what a person is told they may do is what they may do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, NamedTuple

from dyade.authoring import coverage as k
from dyade.authoring.life import DYAD, Unsound
from dyade.authoring.observing import Observer
from dyade.authoring.trying.drawing import Drawer
from dyade.authoring.trying.searching import Way
from dyade.authoring.trying.setting import Setting, newcomers
from dyade.authoring.trying.shrinking import shrunk
from dyade.authoring.trying.telling import language
from dyade.authoring.trying.trial import Misread, Step, Trial, starts
from dyade.flow import messages as c
from dyade.flow.decide import decide
from dyade.flow.evolve import fold
from dyade.flow.outcome import Refusal
from dyade.flow.telling.explain import explain
from dyade.program.diagnostics import Findings
from dyade.program.graph import MAIN
from dyade.program.program import Program
from dyade.program.text import read

BOLD = 0.3
"""How often somebody asks for what is not theirs, or not for now."""
ELSEWHERE = 0.4
"""How often a life begins in some other state than the file's own begin in."""
LONGEST = 40
OPEN = ("open", "waiting")
CLOSED = ("clause", "not_allowed", "not_available", "ended")
"""Why an event is refused of which a person is told beforehand that it is closed to them."""


class Wrong(NamedTuple):
    """What went wrong, and the fewest steps that were found to lead there."""

    key: str
    """The sentence that says what."""
    facts: Mapping[str, str]
    way: Way

    def scenario(self, name: str) -> dict[str, Any]:
        """The steps that lead there, as a scenario: it fails for as long as they do."""
        own = self.way.setting.own()
        if starts(self.way.steps):
            own.pop("given", None)
        return {"name": name, **own, "steps": list(self.way.steps) or [{"clock": "+1 day"}]}


class Scoured(NamedTuple):
    """What came of many steps drawn at random."""

    steps: int
    refused: int
    lives: int
    wrong: Wrong | None
    never: tuple[k.Item, ...]
    """The states and transitions that were never seen."""


class _Broken(Exception):
    """A property does not hold."""

    def __init__(self, key: str, **facts: str) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


def scour(
    program: Program,
    text: bytes | str,
    setting: Setting,
    *,
    steps: int,
    seed: int,
    heard: Callable[[int, int], None] = lambda _done, _all: None,
) -> Scoured:
    """Draw so many steps, life after life; stop at the first thing that is wrong."""
    observer = Observer(program)
    lang, rng = language(program), Random(seed)
    tree = read(text, Findings())
    assert tree is not None
    drawer = Drawer(observer.program, observer.plan, setting.data.get("people") or {}, rng, lang, BOLD)
    done = refused = lives = 0
    wrong: Wrong | None = None
    while done < steps and wrong is None:
        lives += 1
        beginning = setting.with_(people=newcomers(program)) if rng.random() < 0.5 else setting
        if rng.random() < ELSEWHERE:
            # Most lives are over before they come far: some begin in the middle.
            beginning = beginning.with_(given={"state": rng.choice(observer.plan.graph.regions[MAIN].leaves)})
        way = Way(beginning, ())
        try:
            trial = Trial(observer.program, beginning, lang, observer).begun()
            checked(trial)
            while len(way.steps) < LONGEST and done < steps:
                step = drawer.draw(trial)
                way = Way(beginning, (*way.steps, step))
                done += 1
                refused += checked_step(trial, step)
        except Misread:
            continue
        except (Unsound, _Broken) as trouble:
            # Where a dyad cannot be put is no life.
            wrong = _least(observer, lang, way, trouble) if way.steps or beginning is setting else None
        heard(done, steps)
    items = [one for one in k.items(program, tree) if one.kind in ("state", "transition")]
    never = tuple(one for one in items if not observer.is_touched(one)) if wrong is None else ()
    return Scoured(done, refused, lives, wrong, never)


def checked_step(trial: Trial, step: Step) -> bool:
    """Take a step and look at everything that must hold after it; tell whether it was refused."""
    told_open = _foretold(trial, step)
    reasons = trial.take(step).reasons
    closed = any(reason.code in CLOSED for reason in reasons)
    if told_open is not None and (told_open if closed else not (told_open or reasons)):
        raise _Broken("random.explain", act=str(next(iter(step.values()))))
    checked(trial)
    return bool(reasons)


def _foretold(trial: Trial, step: Step) -> bool | None:
    """Whether a person was told that an event without an input is open to them; nothing where it is not that simple."""
    [(person, act), *rest] = step.items()
    if rest or not isinstance(act, str) or person == "clock" or trial.dyad is None:
        return None
    told = explain(trial.program, trial.dyad, trial.context(), person, trial.transcript.lang, act)
    views = [view for view in told.transitions if view.event == act]
    return any(view.status in OPEN for view in views) if views else None


def checked(trial: Trial) -> None:
    """Look at what must hold of a dyad, whatever was asked; raise where it does not."""
    dyad = trial.dyad
    if dyad is None:
        return
    if fold(trial.program, DYAD, trial.records) != dyad:
        raise _Broken("random.fold")
    once = decide(trial.program, dyad, c.Tick(), trial.context())
    if isinstance(once, Refusal) or once != decide(trial.program, dyad, c.Tick(), trial.context()):
        raise _Broken("random.twice")


def _least(observer: Observer, lang: str, way: Way, trouble: Unsound | _Broken) -> Wrong:
    """The fewest steps that show the same trouble."""

    def shows(tried: Way) -> bool:
        found = _trouble(observer, lang, tried)
        return found is not None and found.key == trouble.key and found.facts == trouble.facts

    return Wrong(trouble.key, trouble.facts, shrunk(way, shows) if shows(way) else way)


def _trouble(observer: Observer, lang: str, way: Way) -> Unsound | _Broken | None:
    """What goes wrong on a way."""
    try:
        trial = Trial(observer.program, way.setting, lang)
        if not starts(way.steps):
            trial.begun()
        for step in way.steps:
            checked_step(trial, step)
    except (Unsound, _Broken) as trouble:
        return trouble
    except (Misread, ValueError):
        return None
    return None
