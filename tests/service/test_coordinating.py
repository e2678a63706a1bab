"""Is the worklist true and discreet, is an act done to many dyads once each, are figures right, is a season closed?"""

from collections import Counter
from datetime import date

import pytest

from dyade.errors import NotFound
from dyade.flow.messages import Fire, SetField
from dyade.flow.outcome import Decision, Refusal
from dyade.service.report import FEWEST, _hidden
from tests.service.lives import begin, done, refused, running

# ------------------------------------------------------------------------------------------------------------ worklist


def test_a_dyad_in_which_nothing_happens_is_stuck_and_one_that_moves_is_not(engine, clock):
    still = begin(engine)
    clock.pass_days(20)
    moving = begin(engine)
    clock.pass_days(15)

    found = [(one.dyad, one.kind, one.days) for one in engine.worklist()]

    assert found == [(still, "stuck", 35)]
    assert {one.dyad for one in engine.worklist(idle=10)} == {still, moving}


def test_what_has_ended_wants_nothing(engine, clock):
    dyad = running(engine)
    done(engine.fire(dyad, "follow", "cleo"))
    clock.pass_days(60)

    assert dyad not in {one.dyad for one in engine.worklist()}


def test_a_joint_act_waits_for_the_one_who_has_not_assented(engine):
    dyad = running(engine)
    done(engine.fill(dyad, "log", "ana", {"hours": 3}))
    done(engine.fire(dyad, "finish", "ana"))

    assert [(one.kind, one.text) for one in engine.worklist(reader="bob", lang="en")] == [("mine", "Finish")]
    assert engine.worklist(reader="ana") == []


def test_only_what_is_open_is_proposed(engine):
    """Two hours are wanted before the pair may finish."""
    running(engine)

    assert engine.worklist(reader="ana") == []


def test_someone_who_takes_no_part_has_no_work_there(engine, clock):
    begin(engine)
    clock.pass_days(60)
    engine.add_person("zoe", "Zoé")

    assert engine.worklist(reader="zoe") == []
    assert engine.worklist(reader="olga") != []


def test_nothing_is_kept_by_looking(engine, clock):
    dyad = running(engine)
    before = engine.dyad(dyad).revision
    clock.pass_days(30)

    engine.worklist()

    assert engine.dyad(dyad).revision == before


# ---------------------------------------------------------------------------------------------------------------- many


@pytest.fixture
def three(engine):
    """Two dyads that wait, with and without a remark, and one that runs."""
    first, second, third = begin(engine), begin(engine), running(engine)
    done(engine.set(first, "remark", "soon", "ana"))
    return first, second, third


def test_dyads_are_chosen_by_state_and_by_value(engine, three):
    first, second, third = three

    assert [dyad for dyad, _ in engine.choose("small", state="waiting")] == [first, second]
    assert [dyad for dyad, _ in engine.choose("small", where={"remark": "soon"})] == [first]
    assert [dyad for dyad, _ in engine.choose("small", reader="cleo")] == [first, second, third]
    with pytest.raises(NotFound):
        engine.choose("small", state="nowhere")
    with pytest.raises(NotFound):
        engine.choose("small", where={"nothing": "x"})


def test_those_of_others_are_not_chosen(engine, three):
    engine.add_person("zoe", "Zoé")

    assert engine.choose("small", reader="zoe") == []
    assert len(three) == 3


def test_looking_first_tells_what_would_come_of_it_and_keeps_nothing(engine, three):
    chosen = engine.choose("small")
    before = [engine.dyad(dyad).revision for dyad in three]

    batch, reached = engine.foresee_on_all("small", chosen, Fire("cleo", "begin"))

    assert [isinstance(one.outcome, Decision) for one in reached] == [True, True, False]
    assert [engine.dyad(dyad).revision for dyad in three] == before
    assert batch == engine.foresee_on_all("small", chosen, Fire("cleo", "begin"))[0]
    assert batch != engine.foresee_on_all("small", chosen, Fire("cleo", "touch"))[0]


def test_what_stops_one_dyad_stops_no_other(engine, three):
    reached = engine.act_on_all(engine.choose("small"), Fire("cleo", "begin"), id="lot")

    assert [type(one.outcome) for one in reached] == [Decision, Decision, Refusal]
    assert {engine.dyad(dyad).leaves[""] for dyad in three} == {"running"}


def test_what_was_cut_short_goes_on_under_the_same_id(engine, three, monkeypatch):
    chosen = engine.choose("small", state="waiting")
    acted = engine.act
    calls = []

    def breaking(dyad, command, **given):
        calls.append(dyad)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return acted(dyad, command, **given)

    monkeypatch.setattr(engine, "act", breaking)
    with pytest.raises(KeyboardInterrupt):
        engine.act_on_all(chosen, SetField("cleo", "remark", "seen"), id="lot")
    monkeypatch.undo()
    once = engine.dyad(chosen[0][0]).revision

    reached = engine.act_on_all(chosen, SetField("cleo", "remark", "seen"), id="lot")

    assert all(isinstance(one.outcome, Decision) for one in reached)
    assert engine.dyad(chosen[0][0]).revision == once
    assert {engine.dyad(dyad).fields["remark"] for dyad, _ in chosen} == {"seen"}
    assert len(three) == 3


# -------------------------------------------------------------------------------------------------------------- report


def test_figures_count_states_endings_and_months(engine, clock):
    begin(engine)
    ended = running(engine)
    clock.pass_days(40)
    done(engine.fire(ended, "follow", "cleo"))

    found = engine.report("small")

    assert (found.total, dict(found.states)) == (3, {"waiting": 2})
    assert [(one.outcome, one.number, one.days) for one in found.endings] == [("failure", 1, 40)]
    assert [(one.month, one.begun, one.ended) for one in found.months] == [("2026-09", 2, 0), ("2026-10", 1, 1)]


def test_figures_are_of_those_that_lived_between_the_days(engine, clock):
    ended = running(engine)
    done(engine.fire(ended, "follow", "cleo"))
    clock.pass_days(40)

    assert engine.report("small", last=date(2026, 9, 20)).total == 0
    late = engine.report("small", first=date(2026, 10, 1))
    assert (late.total, late.begun, late.endings) == (1, 0, ())


def test_a_field_that_is_no_choice_is_not_counted_by(engine):
    with pytest.raises(NotFound):
        engine.report("small", by="remark")


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"yes": 10, "no": 20}, set()),
        ({"yes": 1, "no": 20}, {"yes", "no"}),
        ({"yes": 1, "no": 20, "": 30}, {"yes", "no"}),
        ({"yes": 4, "no": 4, "": 30}, {"yes", "no"}),
        ({"yes": 1, "no": 2, "": 30}, {"yes", "no", ""}),
        ({"yes": 1}, {"yes"}),
    ],
)
def test_a_small_count_of_what_concerns_people_cannot_be_worked_out(counts, hidden):
    assert FEWEST == 5
    assert _hidden(Counter(counts)) == hidden


# -------------------------------------------------------------------------------------------------------------- season


def test_no_dyad_begins_in_a_program_that_is_closed_and_those_that_live_go_on(engine, again):
    dyad = begin(engine)
    engine.close_program("small", "The season is over.")

    outcome = again().start("small", "ana", {"mentee": "ana", "mentor": "bob", "coordinator": "cleo"})

    assert refused(outcome) == {"program_closed"}
    assert engine.sentences(outcome.reasons, "en", program="small") == (
        "The program is closed to new dyads: The season is over.",
    )
    done(engine.fire(dyad, "begin", "ana"))


def test_the_first_reason_stays_until_it_is_opened_again(engine):
    engine.close_program("small", "One.")
    assert engine.close_program("small", "Two.").reason == "One."

    assert engine.open_program("small")
    assert not engine.open_program("small")
    assert engine.closures() == []
    begin(engine)


def test_a_program_that_is_not_there_cannot_be_closed(engine):
    with pytest.raises(NotFound):
        engine.close_program("nothing", "x")
