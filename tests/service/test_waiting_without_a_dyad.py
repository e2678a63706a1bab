"""Is whoever is enrolled on the waiting side brought together with others, and does the decision begin their dyad?"""

import pytest

from tests.service.lives import done, refused
from tests.service.pool import POOL, mentee, mentor, opened

BEGIN = POOL.replace("  in: waiting\n", "  in: waiting\n  begin: true\n")
BEGIN = BEGIN.replace("started_by: [mentee]", "started_by: [mentee, office]").replace(
    "  mentee:\n    label: Mentee\n", "  mentee:\n    label: Mentee\n    assigned_by: [office]\n", 1
)
WITHOUT_OFFER = BEGIN.replace("  offer: offer\n", "").replace(
    "  mentor:\n    label: Mentor\n", "  mentor:\n    label: Mentor\n    accepts: true\n    assigned_by: [office]\n", 1
)


def waiting(engine, name, **known):
    """Somebody who is enrolled, and in no dyad."""
    engine.add_person(name, name.title(), attributes={"field": "law", "level": 1, "town": "Laval", **known})
    engine.enrol(name, "pool", "mentee")


@pytest.fixture
def engine(tmp_path):
    with opened(tmp_path, BEGIN) as found:
        mentor(found, "bob")
        yield found


@pytest.fixture
def simple(tmp_path):
    with opened(tmp_path, WITHOUT_OFFER) as found:
        mentor(found, "bob", capacity=1)
        yield found


def test_whoever_is_enrolled_is_proposed_somebody_without_having_a_dyad(engine):
    waiting(engine, "ana")

    found = engine.propose("pool")

    assert [(pair.dyad, pair.waiting, pair.person) for pair in found.pairs] == [(None, "ana", "bob")]
    assert engine.dyads(program="pool") == []


def test_those_who_have_a_dyad_wait_in_it_alone(engine):
    dyad = mentee(engine, "eve")
    engine.enrol("eve", "pool", "mentee")

    assert [one.dyad for one in engine.propose("pool").waiting] == [dyad]


def test_what_is_in_the_way_is_told_of_them_too(engine):
    waiting(engine, "ana", level=8)

    [pair] = engine.explain_pairs("pool", "ana")

    assert (pair.dyad, pair.status, [reason.about for reason in pair.reasons][:1]) == (None, "blocked", ["above"])


def test_a_decision_begins_the_dyad_and_offers_the_other(engine):
    waiting(engine, "ana")

    offered = done(engine.decide_pair("pool", "ana", "bob", "olga", id="once"))
    again = done(engine.decide_pair("pool", "ana", "bob", "olga", id="once"))

    assert offered.dyad.leaves[""] == "offered"
    assert [held.person for held in offered.dyad.holdings["mentee"]] == ["ana"]
    assert (again.dyad.id, again.dyad.revision) == (offered.dyad.id, offered.dyad.revision)
    assert len(engine.dyads(program="pool")) == 1
    assert engine.propose("pool").waiting == ()


def test_a_decision_begins_the_dyad_with_both_where_nothing_is_offered(simple):
    waiting(simple, "ana")

    begun = done(simple.decide_pair("pool", "ana", "bob", "olga", id="once"))
    again = done(simple.decide_pair("pool", "ana", "bob", "olga", id="once"))

    assert [held.pending for held in begun.dyad.holdings["mentor"]] == [True]
    assert again.dyad.id == begun.dyad.id
    assert simple.propose("pool").room == {"bob": 0}


def test_whoever_declines_leaves_a_dyad_that_waits(simple):
    waiting(simple, "ana")
    dyad = done(simple.decide_pair("pool", "ana", "bob", "olga")).dyad.id

    done(simple.answer(dyad, "mentor", False, "bob"))

    found = simple.propose("pool")
    assert [(one.dyad, one.person) for one in found.left_out] == [(dyad, "ana")]


def test_a_decision_that_would_be_refused_begins_nothing(engine):
    waiting(engine, "ana", level=8)

    assert refused(engine.decide_pair("pool", "ana", "bob", "olga")) == {"pair_clause"}
    assert engine.dyads(program="pool") == []


def test_whoever_does_not_decide_neither_sees_nor_begins(engine):
    waiting(engine, "ana")

    assert engine.propose("pool", reader="bob").waiting == ()
    assert engine.dyads(program="pool") == []


def test_nobody_waits_without_a_dyad_where_the_program_does_not_say_so(tmp_path):
    with opened(tmp_path) as engine:
        mentor(engine, "bob")
        waiting(engine, "ana")

        assert engine.propose("pool").waiting == ()


# ------------------------------------------------------------------------------------------------------------ statuses

OVER = "{enrolment: {role: mentee, status: over}}"
STATUSES = BEGIN.replace(
    "enrolments:\n",
    "enrolments:\n"
    "  mentee:\n"
    "    by: [office]\n"
    "    statuses:\n"
    "      waits: {label: Waits}\n"
    "      rests: {label: Rests, active: false}\n"
    "      paired: {label: Paired}\n"
    "      over: {label: Over, active: false}\n",
).replace(
    "{assign: {mentor: fields.offered}}",
    "{assign: {mentor: fields.offered}}, {enrolment: {role: mentee, status: paired}}",
)
STATUSES = STATUSES.replace("label: End, final: true", f"label: End, final: true, on_enter: [{OVER}]")


@pytest.fixture
def register(tmp_path):
    with opened(tmp_path, STATUSES) as found:
        mentor(found, "bob")
        found.add_person("ana", "Ana", attributes={"field": "law", "level": 1, "town": "Laval"})
        yield found


def status(engine):
    [found] = [one for one in engine.enrolments(person="ana", program="pool") if one.role == "mentee"]
    return found.profile["status"], found.status


def test_whoever_is_enrolled_has_the_first_status(register):
    register.enrol("ana", "pool", "mentee")

    assert status(register) == ("waits", "active")


def test_a_status_that_is_not_active_leaves_the_pool_and_comes_back(register):
    register.enrol("ana", "pool", "mentee", profile={"status": "rests"})
    assert status(register) == ("rests", "ended")
    assert register.propose("pool").waiting == ()

    register.enrol("ana", "pool", "mentee", profile={"status": "waits"})
    assert [one.person for one in register.propose("pool").waiting] == ["ana"]


def test_a_status_stays_where_another_thing_is_changed(register):
    register.enrol("ana", "pool", "mentee", profile={"status": "rests"})

    register.enrol("ana", "pool", "mentee", capacity=2)

    assert status(register) == ("rests", "ended")


def test_a_status_that_is_not_declared_is_refused(register):
    [outcome] = register.enrol("ana", "pool", "mentee", profile={"status": "gone"})

    assert refused(outcome) == {"datum_choice"}


def test_a_dyad_gives_enrolments_their_status_as_it_goes(register):
    register.enrol("ana", "pool", "mentee")
    dyad = done(register.decide_pair("pool", "ana", "bob", "olga")).dyad.id
    done(register.fire(dyad, "agree", "ana"))
    assert status(register) == ("paired", "active")

    done(register.fire(dyad, "finish", "olga"))

    assert status(register) == ("over", "ended")
    assert register.verify().sound
    assert 'Enrolment of Ana as "Mentee": Paired' in [event.what for event in register.timeline(dyad, lang="en")]


def test_whoever_was_never_enrolled_is_by_what_a_dyad_says(register):
    dyad = done(register.start("pool", "ana", {"mentee": "ana"}, {"wished": "law"})).dyad.id
    done(register.decide_pair("pool", dyad, "bob", "olga"))

    done(register.fire(dyad, "agree", "ana"))

    assert status(register) == ("paired", "active")


def test_what_a_dyad_says_of_an_enrolment_is_told_to_whom_it_is_about_and_to_those_who_enrol(register):
    dyad = done(register.start("pool", "ana", {"mentee": "ana"}, {"wished": "law"})).dyad.id
    done(register.decide_pair("pool", dyad, "bob", "olga"))
    done(register.fire(dyad, "agree", "ana"))

    def heard(reader):
        return any("Enrolment" in event.what for event in register.timeline(dyad, reader=reader, lang="en"))

    assert (heard("ana"), heard("olga"), heard("bob")) == (True, True, False)


# ---------------------------------------------------------------------------------------------------------------- data

NEXT = "{enrolment: {role: mentee, set: {done: fields.wished, again: today + 6 months, note: fields.remark}}}"
PROFILES = STATUSES.replace(
    "    statuses:\n      waits",
    "    profile:\n"
    "      done: {like: roles.mentee.field, label: Done, nullable: true}\n"
    "      again: {type: date, label: Again, nullable: true, visibility: [office]}\n"
    "      note: {type: text, label: Note, nullable: true, privacy: personal}\n"
    "    statuses:\n      waits",
).replace(
    f"on_enter: [{OVER}]",
    "on_enter: [{enrolment: {role: mentee, status: over}}, " + NEXT + "]",
)
PROFILES = PROFILES.replace(
    "fields:\n  wished", "fields:\n  remark: {type: text, label: Remark, nullable: true}\n  wished"
)


@pytest.fixture
def filed(tmp_path):
    with opened(tmp_path, PROFILES) as found:
        mentor(found, "bob")
        found.add_person("ana", "Ana", attributes={"field": "law", "level": 1, "town": "Laval"})
        yield found


def lived(engine, given):
    engine.enrol("ana", "pool", "mentee", profile={"note": "before"})
    dyad = done(engine.start("pool", "ana", {"mentee": "ana"}, {"wished": "law", **given})).dyad.id
    done(engine.decide_pair("pool", dyad, "bob", "olga"))
    done(engine.fire(dyad, "agree", "ana"))
    done(engine.fire(dyad, "finish", "olga"))
    return dyad


def profile(engine):
    [found] = [one for one in engine.enrolments(person="ana", program="pool") if one.role == "mentee"]
    return dict(found.profile)


def test_a_dyad_gives_enrolments_their_data_as_it_goes(filed):
    lived(filed, {"remark": "shy"})

    assert profile(filed) == {"status": "over", "done": "law", "again": "2027-03-21", "note": "shy"}
    assert filed.verify().sound


def test_what_is_empty_in_the_dyad_becomes_empty_in_the_enrolment(filed):
    lived(filed, {})

    assert "note" not in profile(filed)


def test_the_history_tells_of_the_data_to_those_who_may_see_them(filed):
    dyad = lived(filed, {"remark": "shy"})

    def details(reader):
        told = filed.timeline(dyad, reader=reader, lang="en")
        [event] = [event for event in told if event.what == 'Enrolment of Ana as "Mentee" changed']
        return list(event.details)

    assert details("ana") == ["Done: Law", "Note: shy"]
    assert details("olga") == ["Done: Law", "Again: 2027-03-21", "Note: shy"]


def test_what_is_personal_in_an_enrolment_is_gone_from_the_history_of_whoever_is_erased(filed):
    dyad = lived(filed, {"remark": "shy"})

    filed.erase_person("ana", "asked")

    assert "shy" not in str([(event.what, event.details) for event in filed.timeline(dyad, lang="en")])
    assert filed.verify().sound
