"""Who is proposed for whom, with which reasons, and what becomes of a decision on it?"""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyade.errors import NotFound
from dyade.flow.pairs import beside, fits
from dyade.service import matrix
from dyade.service.pool import Pool
from tests.service.lives import done, refused
from tests.service.pool import POOL, mentee, mentor, opened


@pytest.fixture
def engine(tmp_path):
    with opened(tmp_path) as found:
        yield found


def proposed(engine, **told):
    return {pair.dyad: pair.person for pair in engine.propose("pool", **told).pairs}


def why(engine, who):
    return {pair.person: pair for pair in engine.explain_pairs("pool", who)}


def test_a_pair_is_proposed_with_what_each_part_of_the_score_gives(engine):
    mentor(engine, "bob")
    dyad = mentee(engine, "ana")

    [pair] = engine.propose("pool").pairs

    assert (pair.dyad, pair.person, pair.score) == (dyad, "bob", Decimal("3.50"))
    assert [(part.id, part.points) for part in pair.worth] == [
        ("field", Decimal(3)),
        ("near", Decimal("1.5")),
        ("gap", Decimal("-1.00")),
    ]


def test_as_many_pairs_as_possible_come_before_the_best_one(engine):
    mentor(engine, "bob", capacity=1)
    mentor(engine, "zoe", capacity=1, level=3, field="art")
    best = mentee(engine, "ana", wished="law", level=1)
    only_bob = mentee(engine, "eve", wished="art", level=4)

    assert proposed(engine) == {only_bob: "bob", best: "zoe"}


def test_nobody_is_proposed_beyond_their_capacity(engine):
    mentor(engine, "bob", capacity=2)
    dyads = [mentee(engine, name) for name in ("ana", "eve", "ida")]

    found = engine.propose("pool")

    assert len(found.pairs) == 2
    assert {one.dyad for one in found.left_out} | {pair.dyad for pair in found.pairs} == set(dyads)


def test_a_capacity_that_is_not_said_is_that_of_the_program(engine):
    mentor(engine, "bob")

    assert engine.propose("pool").room == {"bob": 2}


def test_a_quota_gives_the_capacity_where_nothing_else_says_it(tmp_path):
    with opened(tmp_path, POOL.replace("    capacity: 2\n", "") + PLACES) as engine:
        mentor(engine, "bob")

        assert engine.propose("pool").room == {"bob": 3}


PLACES = """
quotas:
  places: {label: Places, max: 3, per: mentor, reserve_on: [agree], release_on: [end]}
"""


def test_what_is_in_the_way_is_told_in_words(engine):
    mentor(engine, "bob", level=0)
    mentor(engine, "zoe", ready=False)
    mentee(engine, "ana")

    found = why(engine, "ana")

    assert {name: pair.status for name, pair in found.items()} == {"bob": "blocked", "zoe": "blocked"}
    assert engine.sentences(found["bob"].reasons, "en", program="pool") == ("The mentor is not above.",)
    assert engine.sentences(found["zoe"].reasons, "en", program="pool") == ("Not ready.",)


def test_nobody_is_paired_with_themselves(engine):
    mentor(engine, "bob")
    engine.set_attributes("bob", {"field": "law", "level": 1})
    done(engine.start("pool", "bob", {"mentee": "bob"}))

    assert proposed(engine) == {}


def test_why_another_was_not_chosen_is_told(engine):
    mentor(engine, "bob", capacity=1)
    mentor(engine, "zoe", field="art")
    mentor(engine, "max", capacity=0)
    mentee(engine, "ana")
    mentee(engine, "eve", wished="art")

    assert {name: pair.status for name, pair in why(engine, "eve").items()} == {
        "zoe": "proposed",
        "bob": "elsewhere",
        "max": "full",
    }


def test_an_offer_waits_for_the_answer_and_takes_a_place_meanwhile(engine):
    mentor(engine, "bob", capacity=1)
    dyad = mentee(engine, "ana")
    other = mentee(engine, "eve")

    offered = done(engine.decide_pair("pool", "ana", "bob", "olga"))

    assert offered.dyad.leaves[""] == "offered"
    assert not offered.dyad.holdings.get("mentor")
    assert proposed(engine) == {}
    assert refused(engine.decide_pair("pool", other, "bob", "olga")) == {"pair_no_room"}
    agreed = done(engine.fire(dyad, "agree", "ana"))
    assert [held.person for held in agreed.dyad.holdings["mentor"]] == ["bob"]
    assert engine.propose("pool").room == {"bob": 0}


def test_whoever_was_declined_is_not_proposed_again(engine):
    mentor(engine, "bob")
    mentor(engine, "zoe", field="art")
    dyad = mentee(engine, "ana")
    done(engine.decide_pair("pool", "ana", "bob", "olga"))
    done(engine.fire(dyad, "decline", "ana"))

    assert proposed(engine) == {dyad: "zoe"}
    assert why(engine, "ana")["bob"].status == "declined"


def test_only_those_who_decide_see_and_decide(engine):
    mentor(engine, "bob")
    dyad = mentee(engine, "ana")

    assert proposed(engine, reader="olga") == {dyad: "bob"}
    assert proposed(engine, reader="ana") == {}
    assert refused(engine.decide_pair("pool", dyad, "bob", "ana")) == {"pair_not_decided"}
    with pytest.raises(NotFound):
        engine.decide_pair("pool", dyad, "bob", "bob")


def test_a_decision_against_a_hard_clause_is_refused(engine):
    mentor(engine, "bob", level=0)
    dyad = mentee(engine, "ana")

    assert refused(engine.decide_pair("pool", dyad, "bob", "olga")) == {"pair_clause"}
    assert refused(engine.decide_pair("pool", dyad, "ana", "olga")) == {"pair_not_enrolled"}
    assert refused(engine.decide_pair("pool", "nobody", "bob", "olga")) == {"pair_not_waiting"}


def test_the_same_decision_under_one_id_is_done_once(engine):
    mentor(engine, "bob")
    dyad = mentee(engine, "ana")

    first = done(engine.decide_pair("pool", dyad, "bob", "olga", id="once"))
    again = done(engine.decide_pair("pool", dyad, "bob", "olga", id="once"))

    assert first.dyad.revision == again.dyad.revision == engine.dyad(dyad).revision


def test_without_an_offer_the_role_is_assigned(tmp_path):
    text = POOL.replace("  offer: offer\n", "").replace("  mentor:\n    label: Mentor\n", ASSIGNED, 1)
    with opened(tmp_path, text) as engine:
        mentor(engine, "bob")
        dyad = mentee(engine, "ana")

        assigned = done(engine.decide_pair("pool", dyad, "bob", "olga"))

        assert [held.pending for held in assigned.dyad.holdings["mentor"]] == [True]
        done(engine.answer(dyad, "mentor", False, "bob"))
        assert proposed(engine) == {}


ASSIGNED = "  mentor:\n    label: Mentor\n    accepts: true\n    assigned_by: [office]\n"


def test_the_same_pool_gives_the_same_pairs(engine):
    for name in ("bob", "zoe", "max"):
        mentor(engine, name, capacity=1)
    for name in ("ana", "eve", "ida"):
        mentee(engine, name)

    assert len({tuple(proposed(engine).items()) for _ in range(5)}) == 1


# ----------------------------------------------------------------------------------------------------------- the oracle

TOWNS = st.sampled_from(["Laval", "Alma", None])
MENTORS = st.fixed_dictionaries(
    {
        "town": TOWNS,
        "ready": st.sampled_from([True, False, None]),
        "field": st.sampled_from(["law", "art", None]),
        "level": st.one_of(st.none(), st.integers(0, 9)),
    }
)
MENTEES = st.fixed_dictionaries({"town": TOWNS, "level": st.one_of(st.none(), st.integers(0, 9))})


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_pools_are_judged_as_each_of_their_pairs_is(tmp_path_factory, data):
    mentors = data.draw(st.lists(MENTORS, max_size=4))
    mentees = data.draw(st.lists(MENTEES, max_size=3))
    with opened(tmp_path_factory.mktemp("pool")) as engine:
        for at, known in enumerate(mentors):
            said = {key: value for key, value in known.items() if value is not None}
            engine.add_person(f"m{at}", "M", attributes=said)
            engine.enrol(f"m{at}", "pool", "mentor", profile=said)
        for at, known in enumerate(mentees):
            engine.add_person(f"e{at}", "E", attributes={k: v for k, v in known.items() if v is not None})
            done(engine.start("pool", f"e{at}", {"mentee": f"e{at}"}, fields={"wished": "law"}))
        pool = engine._desk.look(lambda view: Pool(engine._desk, view, "pool"))
        if not pool.rows:
            return
        plan = pool.rows[0].plan
        drafts, sought = [row.draft for row in pool.rows], pool.profiles(plan)
        judged = matrix.Pool(plan, drafts, sought)
        possible, score = judged.possible(), judged.score()

        for row, draft in enumerate(drafts):
            for column, (person, known) in enumerate(sought):
                one = beside(draft, person, known)
                assert bool(possible[row, column]) is (fits(plan, one) and not plan.blocked(one))
                assert score[row, column] == float(sum((points for _, points in plan.worth(one)), Decimal(0)))


def best(possible, score, room):
    """(how many pairs, their score) by trying every choice."""
    seats = [column for column, left in enumerate(room) for _ in range(left)] + [None] * len(possible)
    found = [(0, 0.0)]
    for choice in set(permutations(seats, len(possible))):
        pairs = [(row, column) for row, column in enumerate(choice) if column is not None]
        if all(possible[row, column] for row, column in pairs):
            found.append((len(pairs), sum(score[row, column] for row, column in pairs)))
    return max(found)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_the_pairs_are_the_most_then_the_best_of_all_choices(data):
    rows, columns = data.draw(st.integers(0, 3)), data.draw(st.integers(0, 3))
    cells = st.lists(st.lists(st.integers(-8, 8), min_size=columns, max_size=columns), min_size=rows, max_size=rows)
    score = np.array(data.draw(cells), dtype=float).reshape(rows, columns)
    possible = np.array(data.draw(cells), dtype=float).reshape(rows, columns) > -4
    room = data.draw(st.lists(st.integers(0, 2), min_size=columns, max_size=columns))

    pairs = matrix.chosen(possible, score, room)

    assert all(possible[row, column] for row, column in pairs)
    assert len({row for row, _ in pairs}) == len(pairs)
    assert all(sum(column == one for _, one in pairs) <= left for column, left in enumerate(room))
    assert (len(pairs), sum(score[row, column] for row, column in pairs)) == best(possible, score, room)


# ------------------------------------------------------------------------------------------------------------ enrolling


def test_an_enrolment_that_lacks_what_is_asked_is_refused_and_not_kept(engine):
    engine.add_person("bob", "Bob")

    [outcome] = engine.enrol("bob", "pool", "mentor", profile={"level": 12, "odd": 1})

    assert refused(outcome) == {"required", "datum_maximum", "unknown_datum"}
    assert engine.enrolments(person="bob") == []


def test_those_whom_the_program_names_enrol_and_no_others(engine):
    for name in ("bob", "zoe"):
        engine.add_person(name, name)
    profile = {"fields": [], "field": "law", "level": 5}

    assert engine.enrol("bob", "pool", "mentor", profile=profile, actor="olga") == ()
    assert engine.enrol("zoe", "pool", "mentor", profile=profile, actor="zoe") == ()
    assert refused(engine.enrol("zoe", "pool", "mentor", profile=profile, actor="bob")[0]) == {"not_enrolled_by"}
    assert refused(engine.enrol("bob", "pool", "office", actor="olga")[0]) == {"not_enrolled_by"}
    assert refused(engine.enrol("bob", "pool", "office", actor="bob")[0]) == {"not_enrolled_by"}


def test_someone_may_leave_without_saying_more(engine):
    mentor(engine, "bob")
    mentee(engine, "ana")

    assert engine.enrol("bob", "pool", "mentor", status="ended", actor="bob") == ()
    assert proposed(engine) == {}
