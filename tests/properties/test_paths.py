"""Is what a store answers and keeps what deciding alone says, command by command?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from dyade.errors import NotFound
from dyade.flow.messages import Start
from dyade.flow.outcome import Context, Decision, Reason, Refusal
from dyade.flow.placing import Placement
from dyade.program.program import Program
from dyade.wiring import Engine
from tests.flow.living import whole
from tests.properties.programs import PEOPLE, described, drawn
from tests.properties.walks import Asked, Walk

GROUPS, TOGETHER, STEPS = 2, 16, 120
FIRST = 1_000
"""Other programs than those of the long walks."""


class KeptWalk(Walk):
    """A walk whose commands go to a store too, under the dyad that it began there."""

    def __init__(self, program: Program, seed: int, engine: Engine, clock: list[int]) -> None:
        super().__init__(program, seed)
        self.engine = engine
        self.clock = clock
        self.id = ""
        self.met: Counter[str] = Counter()

    def start(self) -> Start:
        """A store begins dyads by a command alone."""
        while not isinstance(command := super().start(), Start):
            pass
        return command

    def decided(self, command: Asked, context: Context) -> Decision | Refusal:
        """What the store answers: the same as deciding alone, unless it refuses to know someone."""
        alone = super().decided(command, context._replace(quiet_until=None))
        self.clock[0] = self.now
        if self.dyad is not None and isinstance(command, Start):
            with pytest.raises(TypeError):
                self.engine.act(self.id, command)
            return Refusal((Reason("already_begun"),))
        try:
            kept = self._kept(command)
        except NotFound:
            # Nobody outside a dyad may do anything in it, nor learn that it is there.
            assert isinstance(alone, Refusal), command
            self.met["not found"] += 1
            return Refusal((Reason("hidden"),))
        if isinstance(kept, Refusal) and {reason.code for reason in kept.reasons} == {"unknown_person"}:
            self.met["unknown person"] += 1
            return kept
        self._agree(command, alone, kept)
        self.met[type(kept).__name__] += 1
        return alone

    def _kept(self, command: Asked) -> Decision | Refusal:
        if isinstance(command, Start) and self.dyad is None:
            begun = self.engine.start(self.program.id, command.actor, command.people, command.fields)
            self.id = begun.dyad.id if isinstance(begun, Decision) else ""
            return begun
        assert not isinstance(command, Placement)
        return self.engine.act(self.id, command)

    def _agree(self, command: Asked, alone: Decision | Refusal, kept: Decision | Refusal) -> None:
        """Refused by both for the same reasons, or accepted by both with the same records, effects and next instant."""
        assert type(kept) is type(alone), (command, kept, alone)
        if isinstance(kept, Refusal) and isinstance(alone, Refusal):
            assert [reason[:2] for reason in kept.reasons] == [reason[:2] for reason in alone.reasons]
        mine = alone if isinstance(alone, Decision) else alone.time
        theirs = kept if isinstance(kept, Decision) else kept.time
        assert (mine is None) == (theirs is None), command
        if mine is not None and theirs is not None:
            assert theirs._replace(dyad=mine.dyad, advice=mine.advice) == mine
            assert theirs.dyad._replace(id=mine.dyad.id) == mine.dyad


@pytest.fixture
def clock() -> list[int]:
    return [0]


@pytest.fixture
def engine(tmp_path: Path, clock: list[int]) -> Iterator[Engine]:
    """A store in memory, that knows everyone."""
    with Engine.open("sqlite://", tmp_path, lambda: clock[0]) as opened:
        yield opened


@pytest.mark.parametrize("group", range(GROUPS))
def test_a_store_answers_and_keeps_what_deciding_alone_says(engine, clock, tmp_path, group):
    """Told until when time has nothing to do, gathering the context by itself, it comes to the same."""
    met: Counter[str] = Counter()
    profiles = Walk(drawn(FIRST), 0).profiles
    for person in PEOPLE:
        engine.add_person(person, person.title(), attributes=dict(profiles[person]))
    for seed in range(FIRST + group * TOGETHER, FIRST + (group + 1) * TOGETHER):
        name = f"drawn_{seed}"
        (tmp_path / f"{name}.yaml").write_text(json.dumps(whole(described(seed) | {"id": name})), encoding="utf-8")
        engine.enrol("olga", name, "office")
        walk = KeptWalk(engine.program(name), seed, engine, clock)
        for n, step in enumerate(walk.steps(STEPS)):
            if n % 5 == 0 and step.kept is not None and step.kept.dyad == step.after:
                assert [kept.record for kept in engine.history(walk.id)] == walk.records
        met += walk.met
    assert engine.verify().problems == ()
    assert met["Decision"] > 200
    assert met["Refusal"] > 200
    assert met["not found"] > 20
