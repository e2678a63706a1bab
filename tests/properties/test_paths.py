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
from tests.properties.beside import Forget, Migrate, Turn
from tests.properties.programs import PEOPLE, described, drawn, next_described
from tests.properties.walks import Asked, Walk

GROUPS, TOGETHER, STEPS = 2, 16, 120
UNKNOWN = frozenset(("unknown_person", "datum_file_missing"))
"""What a store alone can tell: that nobody, or no file, is there."""
FIRST = 1_000
"""Other programs than those of the long walks."""


class KeptWalk(Walk):
    """A walk whose commands go to a store too, under the dyad that it began there."""

    def __init__(self, program: Program, seed: int, engine: Engine, clock: list[int]) -> None:
        super().__init__(program, seed)
        self.engine = engine
        self.clock = clock
        self.met: Counter[str] = Counter()

    def can_forget(self) -> bool:
        """A store erases somebody everywhere at once: it is asked for that at the end."""
        return False

    @property
    def context(self) -> Context:
        """A store knows names too."""
        return super().context._replace(names={person: person.title() for person in PEOPLE})

    def may_turn(self) -> bool:
        """A store offers what is given back to who waits: one dyad at a time is not surprised by that."""
        return False

    def start(self) -> Start:
        """A store begins dyads by a command alone."""
        while not isinstance(command := super().start(), Start):
            pass
        return command

    def decided(self, command: Asked, context: Context) -> Decision | Refusal:
        """What the store answers: the same as deciding alone, unless it refuses to know someone."""
        self.clock[0] = self.now
        if self.dyad is not None and isinstance(command, Start):
            with pytest.raises(TypeError):
                self.engine.act(self.id, command)
            return Refusal((Reason("already_begun"),))
        try:
            kept = self._kept(command)
        except NotFound:
            # Nobody outside a dyad may do anything in it, nor learn that it is there.
            assert isinstance(super().decided(command, context._replace(quiet_until=None)), Refusal), command
            self.met["not found"] += 1
            return Refusal((Reason("hidden"),))
        if isinstance(kept, Refusal) and {reason.code for reason in kept.reasons} <= UNKNOWN:
            self.met["unknown"] += 1
            return kept
        alone = super().decided(command, context._replace(quiet_until=None))
        self._agree(command, alone, kept)
        self.met[type(kept).__name__] += 1
        return alone

    def _kept(self, command: Asked) -> Decision | Refusal:
        if isinstance(command, Start) and self.dyad is None:
            begun = self.engine.start(self.program.id, command.actor, command.people, command.fields)
            if isinstance(begun, Decision):
                self.id = begun.dyad.id
                self.others = self.world.others(self.id)
            return begun
        assert not isinstance(command, Placement | Forget | Migrate | Turn)
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
        _counts_the_same(engine, walk)
        met["proposed"] += _brings_together(engine, walk)
        met["foreseen"] += _comes_to_the_next(engine, tmp_path, seed)
    assert engine.verify().problems == ()
    for person in ("ana", "cleo"):
        assert engine.erase_person(person, "asked for").values > 0
    assert engine.verify().problems == ()
    assert met["proposed"] + met["foreseen"] > 0
    assert met["Decision"] > 200
    assert met["Refusal"] > 200
    assert met["not found"] > 20


def _counts_the_same(engine: Engine, walk: KeptWalk) -> None:
    """What a store counts of all its dyads is what their records tell."""
    told: Counter[tuple[str, str]] = Counter()
    for shares in walk.world.told.values():
        told.update(shares)
    kinds = {"quota": "quotas", "budget": "budgets"}
    counted = {(f"{kinds[one.kind]}.{one.id}", one.person): one.used for one in engine.shared(walk.first.id)}
    personal = {f"quotas.{name}" for name, one in walk.first.model.quotas.items() if one.per != "program"}
    wanted = {key: used for key, used in told.items() if used and (key[1] or key[0] not in personal)}
    assert {key: used for key, used in counted.items() if used} == wanted


def _brings_together(engine: Engine, walk: KeptWalk) -> int:
    """A pair that is proposed may be decided on; nobody is proposed to more dyads than they have room for."""
    program = walk.first.id
    if walk.first.model.matching is None:
        return 0
    for person in PEOPLE[:5]:
        engine.enrol(person, program, "mentor")
    found = engine.propose(program)
    proposed = Counter(pair.person for pair in found.pairs)
    assert all(many <= found.room[person] for person, many in proposed.items())
    for pair in found.pairs:
        assert (pair.dyad, pair.waiting) in found.waiting
        # Whoever waits without a dyad is named themselves.
        who = pair.dyad or pair.waiting or ""
        told = [one for one in engine.explain_pairs(program, who) if one.person == pair.person]
        assert [(one.status, one.score) for one in told] == [("proposed", pair.score)]
        decided = engine.decide_pair(program, who, pair.person, "system")
        # Who decides is one of those that the program names; the host is not always.
        assert isinstance(decided, Decision) or not {r.code for r in decided.reasons} & {"not_eligible", "pair_clause"}
    return len(found.pairs)


def _comes_to_the_next(engine: Engine, folder: Path, seed: int) -> int:
    """The dyads of a program come to its next version, or are told why not."""
    said = next_described(seed)
    if said is None:
        return 0
    name = f"drawn_{seed}"
    (folder / f"{name}.yaml").write_text(json.dumps(whole(said | {"id": name})), encoding="utf-8")
    foreseen = {move.dyad: move.status for move in engine.foresee_migration(name)}
    moved = {one.dyad: one.status for one in engine.migrate(name) if one.status == "moved"}
    assert moved == {dyad: "moved" for dyad, status in foreseen.items() if status == "moves"}
    return len(foreseen)
