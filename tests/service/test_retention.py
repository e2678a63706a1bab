"""Does time erase what a program keeps no longer, everywhere, and leave a record of it?"""

import shutil

import pytest

from dyade.errors import StoreTrouble
from dyade.service import erasing
from dyade.store.vault import Vault
from dyade.wiring import Engine
from tests.conftest import ON_SERVERS, STORES
from tests.service.lives import done, kinds, running, welcome

KINDS = (*STORES, ON_SERVERS)
RULE = (
    "  - {id: logs, label: {fr: Journaux, en: Logs}, what: forms.log, in_state: [closed, done], keep_for: 6 months}\n"
)
WHOLE = RULE.replace("forms.log", "dyad").replace("logs", "whole").replace("6 months", "1 year")
COMMENT, REMARK, REASON = "confidence-du-journal", "remarque-du-champ", "motif-de-correction"


@pytest.fixture
def engine(url, folder, clock, keys_place):
    """The small program, whose logs are kept for six months, and the rest for a year."""
    file = folder / "small.yaml"
    file.write_text(f"{file.read_text(encoding='utf-8')}\nretention:\n{RULE}{WHOLE}", encoding="utf-8")
    with Engine.open(url, folder, clock, keys=keys_place) as opened:
        welcome(opened)
        yield opened


def written(engine):
    dyad = running(engine)
    done(engine.set(dyad, "remark", REMARK, "ana"))
    done(engine.fill(dyad, "log", "ana", {"hours": 3, "comment": COMMENT}))
    done(engine.correct(dyad, "log", "ana", {"hours": 4}, REASON))
    return dyad


@pytest.fixture
def over(engine):
    """A dyad that ended on the first day."""
    dyad = written(engine)
    done(engine.fire(dyad, "follow", "cleo"))
    return dyad


def told(engine, dyad):
    said = repr((engine.history(dyad), engine.dyad(dyad), engine.timeline(dyad, reader="cleo"), engine.outbox(dyad)))
    return [word for word in (COMMENT, REASON, REMARK) if word in said]


def test_nothing_is_erased_before_its_time(engine, over, clock):
    clock.pass_days(180)
    engine.tick()

    assert told(engine, over) == [COMMENT, REASON, REMARK]


def test_when_it_falls_due_is_known(engine, over):
    [row] = engine.dyads(program="small", ended=True)

    assert row.id == over
    assert row.next_due is not None


def test_what_a_form_gave_is_erased_by_time_and_the_rest_stays(engine, over, clock):
    clock.pass_days(182)
    assert engine.tick().failures == ()

    assert told(engine, over) == [REMARK]
    assert engine.dyad(over).entries["log"][0].data["hours"] == 4
    assert engine.verify().sound, engine.verify().problems


def test_it_leaves_a_record_that_people_are_told_of(engine, over, clock):
    clock.pass_days(182)
    engine.tick()

    assert kinds(one.record for one in engine.history(over))[-1] == "Purged"
    assert "Journaux" in engine.timeline(over, reader="cleo")[-1].what
    [(_, dyads, values)] = engine.erasures().values()
    assert (dyads, values) == (1, 3)


def test_then_the_whole_dyad_is_erased(engine, over, clock):
    clock.pass_days(366)
    engine.tick()

    assert told(engine, over) == []
    assert engine.verify().sound, engine.verify().problems
    assert [one.record.rule for one in engine.history(over) if type(one.record).__name__ == "Purged"] == [
        "logs",
        "whole",
    ]


def test_it_is_erased_once(engine, over, clock):
    clock.pass_days(366)
    engine.tick()
    revision = engine.dyad(over).revision
    clock.pass_days(366)

    assert engine.tick().done == ()
    assert engine.dyad(over).revision == revision
    assert engine.dyads(program="small", ended=True)[0].next_due is None


def test_a_dyad_that_goes_on_keeps_everything(engine, clock):
    dyad = written(engine)
    clock.pass_days(800)
    engine.tick()

    assert told(engine, dyad) == [COMMENT, REASON, REMARK]


def test_other_dyads_keep_theirs(engine, over, clock):
    clock.pass_days(100)
    later = written(engine)
    done(engine.fire(later, "follow", "cleo"))
    clock.pass_days(90)
    engine.tick()

    assert told(engine, over) == [REMARK]
    assert told(engine, later) == [COMMENT, REASON, REMARK]


def test_an_old_copy_of_the_store_gives_back_only_what_is_still_kept(engine, over, clock, file, tmp_path, folder):
    copy = tmp_path / "old" / "dyade.db"
    copy.parent.mkdir()
    for one in file.parent.glob(f"{file.name}*"):
        shutil.copy(one, copy.parent / one.name)
    clock.pass_days(182)
    engine.tick()

    with Engine.open(f"sqlite:///{copy}", folder, clock) as restored:
        assert told(restored, over) == [REMARK]
        assert restored.verify().sound, restored.verify().problems
        restored.tick()
        assert told(restored, over) == [REMARK]
        assert kinds(one.record for one in restored.history(over))[-1] == "Purged"
        assert restored.verify().sound, restored.verify().problems


def test_an_old_copy_that_is_told_nothing_cannot_be_read(engine, over, clock, file, tmp_path, folder, monkeypatch):
    """The keys are gone: that is what makes the copy say nothing, not what is done to it as it is opened."""
    for one in file.parent.glob(f"{file.name}*"):
        shutil.copy(one, tmp_path / one.name.replace("dyade.db", "old.db"))
    clock.pass_days(182)
    engine.tick()
    monkeypatch.setattr(erasing, "catch_up", lambda _desk: ())

    with Engine.open(f"sqlite:///{tmp_path / 'old.db'}", folder, clock) as untold:
        with pytest.raises(StoreTrouble):
            untold.dyad(over)
        said = repr(untold._desk.look(lambda view: view.sealed(over)))
    assert COMMENT not in said
    assert REMARK in said


@pytest.mark.parametrize("broken", ["retire_within", "destroy"])
def test_an_erasure_cut_short_is_done_in_the_end(engine, over, clock, again, monkeypatch, broken):
    def cut(*_: object) -> None:
        raise ZeroDivisionError

    clock.pass_days(182)
    with monkeypatch.context() as patched:
        patched.setattr(Vault, broken, cut)
        try:
            engine.tick()
        except ZeroDivisionError:
            assert broken == "destroy"

    after = again()
    after.tick()
    assert told(after, over) == [REMARK]
    assert not any(one.open for one in after._desk.store.vault.erasures())
    assert after.verify().sound, after.verify().problems


def test_someone_may_be_erased_where_time_has_passed_already(engine, over, clock):
    clock.pass_days(182)
    engine.tick()

    engine.erase_person("ana", "À sa demande")

    assert told(engine, over) == []
    assert engine.verify().sound, engine.verify().problems


# ------------------------------------------------------------------------------------ from when, after what, what stays


def keeping(url, folder, clock, rules, keys=None):
    """The small program under other rules."""
    file = folder / "small.yaml"
    file.write_text(f"{file.read_text(encoding='utf-8')}\nretention:\n{rules}", encoding="utf-8")
    opened = Engine.open(url, folder, clock, keys=keys)
    welcome(opened)
    return opened


def test_the_time_runs_from_the_day_that_the_rule_names(url, folder, clock):
    rule = "  - {id: whole, what: dyad, outcome: failure, from: fields.ends, keep_for: 1 year}\n"
    with keeping(url, folder, clock, rule) as engine:
        dyad = written(engine)
        done(engine.set(dyad, "ends", "2026-12-21", "cleo"))  # ninety-one days on
        done(engine.fire(dyad, "follow", "cleo"))
        clock.pass_days(455)
        engine.tick()
        assert told(engine, dyad) == [COMMENT, REASON, REMARK]
        clock.pass_days(2)
        engine.tick()
        assert told(engine, dyad) == []
        assert engine.verify().sound, engine.verify().problems


def test_without_that_day_the_time_runs_from_the_end(url, folder, clock):
    rule = "  - {id: whole, what: dyad, outcome: failure, from: fields.ends, keep_for: 1 year}\n"
    with keeping(url, folder, clock, rule) as engine:
        dyad = written(engine)
        done(engine.fire(dyad, "follow", "cleo"))
        clock.pass_days(366)
        engine.tick()
        assert told(engine, dyad) == []


def test_nothing_is_erased_before_the_end_however_early_the_time_began(url, folder, clock):
    rule = "  - {id: whole, what: dyad, outcome: failure, from: dyad.created, keep_for: 10 days}\n"
    with keeping(url, folder, clock, rule) as engine:
        dyad = written(engine)
        clock.pass_days(60)
        engine.tick()
        assert told(engine, dyad) == [COMMENT, REASON, REMARK]
        done(engine.fire(dyad, "follow", "cleo"))
        engine.tick()
        assert told(engine, dyad) == []


def test_another_outcome_keeps_everything(url, folder, clock):
    rule = "  - {id: whole, what: dyad, outcome: success, keep_for: 10 days}\n"
    with keeping(url, folder, clock, rule) as engine:
        dyad = written(engine)
        done(engine.fire(dyad, "follow", "cleo"))
        clock.pass_days(400)
        engine.tick()
        assert told(engine, dyad) == [COMMENT, REASON, REMARK]


def test_a_form_that_must_stay_stays_and_can_still_be_read(url, folder, clock, again, keys_place):
    rule = "  - {id: whole, what: dyad, outcome: failure, keep_for: 10 days, keep: forms.log}\n"
    with keeping(url, folder, clock, rule, keys_place) as engine:
        dyad = written(engine)
        done(engine.fire(dyad, "follow", "cleo"))
        clock.pass_days(20)
        engine.tick()
        assert told(engine, dyad) == [COMMENT, REASON]
        assert engine.verify().sound, engine.verify().problems
        assert told(again(), dyad) == [COMMENT, REASON]


CERTIFIED = """
certificates:
  diploma:
    title: {fr: Diplôme, en: Diploma}
    issued_by: {fr: École, en: School}
    to: mentee
    number: "E-{year}-{seq}"
"""
ISSUED = "    effects:\n      - {certificate: diploma}\n      - {start:"


@pytest.mark.parametrize(("kept", "names"), [("", [None]), (", keep: certificate", ["Ana"])])
def test_the_name_on_a_certificate_stays_where_the_rule_keeps_it(url, folder, clock, again, keys_place, kept, names):
    file = folder / "small.yaml"
    text = file.read_text(encoding="utf-8").replace("    effects:\n      - {start:", ISSUED, 1)
    assert ISSUED in text
    file.write_text(f"{text}{CERTIFIED}", encoding="utf-8")
    rule = f"  - {{id: whole, what: dyad, outcome: failure, keep_for: 10 days{kept}}}\n"
    with keeping(url, folder, clock, rule, keys_place) as engine:
        dyad = written(engine)
        done(engine.fire(dyad, "follow", "cleo"))
        clock.pass_days(20)
        engine.tick()
        assert told(engine, dyad) == []
        assert engine.verify().sound, engine.verify().problems
        for one in (engine, again()):
            found = [kept.record.name for kept in one.history(dyad) if type(kept.record).__name__ == "Certified"]
            assert [name if isinstance(name, str) else None for name in found] == names
