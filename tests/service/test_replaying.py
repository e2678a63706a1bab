"""Is a real life decided again under another version, command by command, each divergence told?"""

from pathlib import Path

import pytest

from dyade.errors import NotFound
from dyade.program.load import load
from tests.service.lives import begin, done, running


@pytest.fixture
def program(folder: Path):
    """Reads the program again, with changes."""
    text = (folder / "small.yaml").read_text(encoding="utf-8")

    def changed(*changes):
        made = text
        for old, new in changes:
            assert old in made
            made = made.replace(old, new)
        return load(made, "small.yaml")

    return changed


def lived(engine, clock):
    """A life in which almost every kind of command was given."""
    dyad = begin(engine, fields={"remark": "Bienvenue"})
    done(engine.set(dyad, "proposed", "cleo", "ana"))
    done(engine.fire(dyad, "propose", "ana"))
    done(engine.replace(dyad, "mentor", "cleo", "bob", "ana"))
    done(engine.fire(dyad, "begin", "ana"))
    clock.pass_days(3)
    done(engine.fill(dyad, "log", "ana", {"hours": 3, "comment": "Premier jour"}))
    done(engine.correct(dyad, "log", "ana", {"hours": 2}, "Une heure de trop", entry=1))
    done(engine.set_attributes("ana", {"level": 2})[0])
    done(engine.fire(dyad, "finish", "ana"))
    done(engine.withdraw(dyad, "finish", "ana"))
    done(engine.fire(dyad, "finish", "ana"))
    done(engine.fire(dyad, "finish", "bob"))
    return dyad


def parted(engine, new, *only):
    """(dyad, kind, what) of each divergence."""
    return [(d.kind, d.about) for one in engine.replay("small", new, only) for d in one.replayed.divergences]


def test_a_life_lived_again_by_its_own_rules_does_not_part(engine, clock, program):
    dyad = lived(engine, clock)

    [one] = engine.replay("small", program())

    assert one.replayed.divergences == ()
    assert one.replayed.commands == 12
    assert one.replayed.after.leaves == engine.dyad(dyad).leaves == {"": "done"}
    assert one.replayed.after.fields == engine.dyad(dyad).fields


def test_what_would_be_refused_now_is_told_with_its_reasons(engine, clock, program):
    lived(engine, clock)

    [one] = engine.replay("small", program(("forms.log.total >= 2", "forms.log.total >= 20")))

    first = one.replayed.divergences[0]
    assert (first.kind, first.about, [reason.about for reason in first.reasons]) == ("refused", "finish", ["worked"])
    assert one.replayed.after.leaves == {"": "running"}


def test_another_state_is_told(engine, clock, program):
    lived(engine, clock)

    assert parted(engine, program(("level >= 5", "level >= 1")))[0] == ("state", "begin")


def test_other_messages_are_told(engine, clock, program):
    lived(engine, clock)

    [one] = engine.replay("small", program(("to: [mentor, office], template", "to: [mentor], template")))

    [effects] = one.replayed.divergences
    assert (effects.kind, effects.before, effects.after) == ("effects", "begun → olga", "")


def test_other_due_dates_are_told_once(engine, clock, program):
    lived(engine, clock)

    assert parted(engine, program(("value: 2 days", "value: 5 days"))) == [
        ("due", "begin"),
        ("effects", "log"),
    ]


def test_dyads_may_be_chosen(engine, program):
    first, other = running(engine), running(engine)

    assert [one.dyad for one in engine.replay("small", program(), [other])] == [other]
    assert first not in [one.dyad for one in engine.replay("small", program(), [other])]
    with pytest.raises(NotFound):
        engine.replay("small", program(), ["D-9"])


def test_living_again_keeps_nothing(engine, clock, program):
    dyad = lived(engine, clock)
    before = engine.dyad(dyad), len(engine.outbox())

    engine.replay("small", program(("level >= 5", "level >= 1")))

    assert (engine.dyad(dyad), len(engine.outbox())) == before
    assert engine.verify().sound
