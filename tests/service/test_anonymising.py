"""Is a history that time made anonymous of nobody, everywhere and for ever, and still whole?"""

import shutil

import pytest

from dyade.flow.anonymous import PREFIX
from dyade.service import anonymising
from dyade.wiring import Engine
from tests.service.lives import done, kinds, running, welcome

RULE = """
  - id: numbers
    label: {fr: Nombres, en: Numbers}
    what: dyad
    outcome: [failure]
    keep_for: 1 year
    then: anonymise
    purpose: {fr: Compter, en: To count}
"""
COMMENT, REMARK, REASON = "confidence-du-journal", "remarque-du-champ", "motif-de-correction"


@pytest.fixture
def engine(url, folder, clock):
    """The small program, whose histories become anonymous a year after a failure."""
    file = folder / "small.yaml"
    file.write_text(f"{file.read_text(encoding='utf-8')}\nretention:{RULE}", encoding="utf-8")
    with Engine.open(url, folder, clock) as opened:
        welcome(opened)
        yield opened


@pytest.fixture
def over(engine):
    """A dyad that failed on the first day."""
    dyad = running(engine)
    done(engine.set(dyad, "remark", REMARK, "ana"))
    done(engine.set(dyad, "proposed", "bob", "ana"))
    done(engine.fill(dyad, "log", "ana", {"hours": 3, "comment": COMMENT}))
    done(engine.correct(dyad, "log", "ana", {"hours": 4}, REASON))
    done(engine.fire(dyad, "follow", "cleo"))
    return dyad


def said(engine, dyad):
    """Everything that the store and its views say of a dyad."""
    looked = engine._desk.look(lambda view: (view.records(dyad), view.sealed(dyad), view.accesses(dyad)))
    return repr((engine.history(dyad), engine.dyad(dyad), engine.timeline(dyad), engine.outbox(dyad), looked))


def named(engine, dyad):
    told = said(engine, dyad)
    return [
        one
        for one in ("'ana'", '"ana"', "'bob'", "'cleo'", '"cleo"', "Ana", "Bob", "Cleo", COMMENT, REMARK)
        if one in told
    ]


def pass_a_year(engine, clock):
    clock.pass_days(367)
    assert engine.tick().failures == ()


def test_before_its_time_everyone_is_there(engine, over, clock):
    clock.pass_days(364)
    engine.tick()

    assert {"'ana'", "'bob'", "'cleo'", COMMENT, REMARK} <= set(named(engine, over))


def test_nobody_can_be_told_in_it_any_more(engine, over, clock):
    pass_a_year(engine, clock)

    assert named(engine, over) == []
    assert {one.record.head.actor for one in engine.history(over)} <= {
        "clock",
        "system",
        *(f"{PREFIX}{n}" for n in range(1, 9)),
    }


def test_what_says_nothing_of_a_person_stays(engine, over, clock):
    before = kinds(one.record for one in engine.history(over))
    pass_a_year(engine, clock)

    dyad = engine.dyad(over)
    assert dyad.entries["log"][0].data["hours"] == 4
    assert dyad.leaves[""] == "closed"
    assert kinds(one.record for one in engine.history(over))[: len(before)] == before
    assert sorted(role for role, held in dyad.holdings.items() if held) == ["coordinator", "mentee", "mentor"]


def test_the_chain_and_the_fold_hold(engine, over, clock):
    pass_a_year(engine, clock)

    assert len(engine.anonymisations()) == 1, over
    assert engine.verify().sound, engine.verify().problems


def test_the_people_and_their_other_dyads_are_untouched(engine, over, clock):
    other = running(engine)
    done(engine.set(other, "remark", REMARK, "ana"))
    pass_a_year(engine, clock)

    assert engine.person("ana").name == "Ana"
    assert engine.dyad(other).fields["remark"] == REMARK
    assert over not in [line.id for line in engine.dyads(person="ana", ended=True)]
    assert PREFIX not in repr(engine.people())


def test_the_register_tells_which_and_for_what(engine, over, clock):
    head = engine.history(over)[-1].hash
    pass_a_year(engine, clock)

    [one] = engine.anonymisations()
    assert (one.dyad, one.program, one.rule) == (over, "small", "numbers")
    assert one.purpose == {"fr": "Compter", "en": "To count"}
    assert one.persons == 3
    assert one.values > 0
    assert len(one.head) == len(head.hex())
    assert one.n in engine.erasures()


def test_it_is_done_once(engine, over, clock):
    pass_a_year(engine, clock)
    before = engine.history(over)
    pass_a_year(engine, clock)

    assert engine.history(over) == before
    assert len(engine.anonymisations()) == 1


def test_the_same_person_is_the_same_nobody_throughout(engine, over, clock):
    pass_a_year(engine, clock)

    dyad = engine.dyad(over)
    mentee, mentor = (dyad.holdings[role][0].person for role in ("mentee", "mentor"))
    assert dyad.entries["log"][0].by == mentee
    assert dyad.fields["proposed"] == mentor
    assert mentee != mentor


def test_no_one_may_be_entered_under_such_an_id(engine):
    with pytest.raises(Exception, match=f"{PREFIX}7"):
        engine.add_person(f"{PREFIX}7", "Qui?")


def test_an_old_copy_is_made_anonymous_as_it_is_opened(engine, over, clock, file, tmp_path, folder):
    copy = tmp_path / "old" / "dyade.db"
    copy.parent.mkdir()
    for one in file.parent.glob(f"{file.name}*"):
        shutil.copy(one, copy.parent / one.name)
    pass_a_year(engine, clock)

    with Engine.open(f"sqlite:///{copy}", folder, clock) as restored:
        assert named(restored, over) == []
        restored.tick()
        assert named(restored, over) == []
        assert restored.verify().sound, restored.verify().problems


def test_a_rewriting_that_breaks_leaves_everything_as_it_was(engine, over, clock, monkeypatch):
    def breaking(*_: object) -> None:
        raise ZeroDivisionError

    clock.pass_days(367)
    with monkeypatch.context() as patched:
        patched.setattr(anonymising, "link", breaking)
        [failure] = engine.tick().failures
        assert failure.dyad == over
    assert engine.anonymisations() == []
    assert "'ana'" in named(engine, over)
    engine.tick()
    assert named(engine, over) == []
    assert engine.verify().sound, engine.verify().problems


def test_records_cannot_be_written_over_otherwise(engine, over):
    with pytest.raises(Exception, match=r"never changed|IntegrityConstraint"):
        engine._desk.write(lambda t: t._connection.execute("UPDATE records SET body = '{}' WHERE dyad = ?", (over,)))
