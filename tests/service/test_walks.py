"""Whatever people do, and whatever time does, does what is kept stay what its records lead to?"""

from random import Random

import pytest

from dyade.errors import NotFound
from dyade.flow.outcome import Decision, Refusal
from tests.service.lives import PEOPLE, begin

STEPS = 150


def acts(engine, chance, dyad):
    """One thing that someone may try; some are refused."""
    who, other = chance.choice(PEOPLE), chance.choice(PEOPLE)
    log = {"hours": chance.randrange(4), "comment": chance.choice(["été", None, "x" * 300])}
    return chance.choice(
        [
            lambda: engine.fire(dyad, "begin", who),
            lambda: engine.fire(dyad, "touch", who),
            lambda: engine.fire(dyad, "touch", who),
            lambda: engine.fire(dyad, "finish", who),
            lambda: engine.withdraw(dyad, "finish", who),
            lambda: engine.fire(dyad, "propose", who),
            lambda: engine.fill(dyad, "log", who, log),
            lambda: engine.fill(dyad, "log", who, log, submit=False),
            lambda: engine.correct(dyad, "log", who, {"hours": 2}, "mal compté"),
            lambda: engine.set(dyad, "remark", chance.choice(["bien", None]), who),
            lambda: engine.set(dyad, "proposed", other, who),
            lambda: engine.set(dyad, "ends", "2027-01-15", who),
            lambda: engine.assign(dyad, "mentor", other, who),
            lambda: engine.unassign(dyad, "mentor", other, who),
            lambda: engine.replace(dyad, "mentor", other, who, "cleo"),
            lambda: engine.answer(dyad, "mentor", chance.random() < 0.5, who),
            lambda: engine.fire(dyad, "begin", who, id=f"{dyad} {chance.randrange(5)}"),
        ]
    )


@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_is_what_its_records_lead_to(engine, again, clock, seed):
    chance = Random(seed)
    dyads = [begin(engine) for _ in range(3)]
    decided = refused = 0
    for _ in range(STEPS):
        if chance.random() < 0.1:
            clock.pass_days(chance.choice([0.2, 1, 4]))
        if chance.random() < 0.1:
            engine.set_attributes(chance.choice(PEOPLE), {"level": chance.randrange(5), "hobby": "voile"})
        if chance.random() < 0.1:
            engine.tick()
        dyad = chance.choice(dyads)
        before = engine.dyad(dyad)
        try:
            outcome = acts(engine, chance, dyad)()
        except NotFound:
            assert engine.dyad(dyad) == before
            refused += 1
            continue
        after = engine.dyad(dyad)
        if isinstance(outcome, Refusal):
            refused += 1
            assert after == (before if outcome.time is None else outcome.time.dyad)
        elif after != outcome.dyad:
            # Answered again, under the id of an earlier command.
            assert after == before
        decided += isinstance(outcome, Decision)

    other = again()
    assert decided > 10
    assert refused > 10
    assert engine.verify().problems == ()
    assert [other.dyad(dyad) for dyad in dyads] == [engine.dyad(dyad) for dyad in dyads]
    assert [other.history(dyad) for dyad in dyads] == [engine.history(dyad) for dyad in dyads]
