"""Do dyads know of people what the store knows, at once and no more than their program reads?"""

import pytest

from dyade.errors import NotFound, Taken
from dyade.store.writing import Transaction
from tests.service.lives import begin, breaking_after, done, kinds, refused, running


def attributes(engine, dyad, role):
    return engine.dyad(dyad).holdings[role][0].attributes


def test_a_person_is_added_once(engine):
    assert engine.add_person("dan", "Dan", lang="en") == engine.add_person("dan", "Dan", lang="en")
    with pytest.raises(Taken, match='person "dan"'):
        engine.add_person("dan", "Daniel", lang="en")
    assert engine.person("dan").name == "Dan"


def test_people_are_listed_by_name(engine):
    assert [person.id for person in engine.people()] == ["ana", "bob", "cleo", "olga"]


def test_only_what_a_role_reads_is_kept_with_it(engine):
    dyad = begin(engine)

    assert attributes(engine, dyad, "mentor") == {"level": 1}
    assert attributes(engine, dyad, "coordinator") == {}


def test_what_an_enrolment_knows_wins_over_what_is_known_of_the_person(engine):
    engine.enrol("bob", "small", "mentor", profile={"level": 3})

    assert attributes(engine, begin(engine), "mentor") == {"level": 3}


def test_a_person_named_in_a_field_is_known_when_they_receive_a_role(engine):
    dyad = done(engine.start("small", "ana", {"mentee": "ana"})).dyad.id
    done(engine.set(dyad, "proposed", "bob", "ana"))

    done(engine.fire(dyad, "propose", "ana"))

    assert attributes(engine, dyad, "mentor") == {"level": 1}
    assert [one.id for one in engine.dyads(person="bob")] == [dyad]


def test_a_change_about_a_person_reaches_their_dyads(engine):
    dyad = running(engine)

    outcomes = engine.set_attributes("ana", {"hobby": "voile"})

    assert kinds(done(outcomes[0]).records) == ["AttributesChanged"]
    assert attributes(engine, dyad, "mentee") == {"level": 1, "hobby": "voile"}
    assert engine.person("ana").attributes == {"level": 1, "hobby": "voile"}
    assert engine.verify().sound


def test_a_change_about_a_person_moves_their_dyads(engine):
    dyad = running(engine)

    engine.set_attributes("ana", {"level": 5})

    assert engine.show(dyad).outcome == "success"


def test_what_is_forgotten_about_a_person_is_forgotten_by_their_dyads(engine):
    dyad = begin(engine)

    engine.set_attributes("ana", {"level": None})

    assert not isinstance(attributes(engine, dyad, "mentee").get("level"), int)
    assert engine.person("ana").attributes == {}


def test_a_dyad_is_not_told_what_its_program_does_not_read(engine):
    begin(engine)

    assert engine.set_attributes("bob", {"hobby": "voile"}) == ()
    assert engine.set_attributes("cleo", {"level": 4}) == ()


def test_a_dyad_that_has_ended_is_told_nothing(engine):
    running(engine)
    engine.set_attributes("ana", {"level": 5})

    assert engine.set_attributes("ana", {"level": 6}) == ()


def test_a_change_that_one_dyad_cannot_bear_is_not_kept_at_all(engine, monkeypatch):
    dyads = [begin(engine), begin(engine)]
    with monkeypatch.context() as broken:
        broken.setattr(Transaction, "keep", breaking_after(dyads[1]))
        with pytest.raises(ZeroDivisionError):
            engine.set_attributes("ana", {"level": 2})

    assert engine.person("ana").attributes == {"level": 1}
    assert attributes(engine, dyads[0], "mentee") == {"level": 1}
    engine.set_attributes("ana", {"level": 3})
    assert [attributes(engine, dyad, "mentee")["level"] for dyad in dyads] == [3, 3]


def test_a_profile_that_changes_reaches_the_dyads_of_its_program(engine):
    dyad = begin(engine)

    engine.enrol("ana", "small", "mentee", profile={"level": 4})

    assert attributes(engine, dyad, "mentee")["level"] == 4


def test_enrolment_grants_the_shared_roles_while_it_is_active(engine):
    dyad = running(engine)
    assert {message.recipient for message in engine.outbox(dyad)} == {"bob", "olga"}
    engine.enrol("olga", "small", "office", status="ended")
    engine.enrol("cleo", "small", "office")

    other = running(engine)

    assert {message.recipient for message in engine.outbox(other)} == {"bob", "cleo"}


def test_enrolments_are_listed(engine):
    engine.enrol("bob", "small", "mentor", capacity=2, profile={"level": 3})

    assert [(e.person, e.role) for e in engine.enrolments(program="small")] == [("bob", "mentor"), ("olga", "office")]
    assert [(e.capacity, e.profile, e.status) for e in engine.enrolments(person="bob")] == [(2, {"level": 3}, "active")]
    assert engine.enrolments(person="bob", program="other") == []
    assert len(engine.enrolments()) == 2


def test_nobody_is_enrolled_in_what_is_not_there(engine):
    with pytest.raises(NotFound, match='person "zoe"'):
        engine.enrol("zoe", "small", "office")
    with pytest.raises(NotFound, match='program "none"'):
        engine.enrol("ana", "none", "office")
    with pytest.raises(NotFound, match='role "none"'):
        engine.enrol("ana", "small", "none")


def test_a_shared_role_lets_its_holder_act_and_no_other(engine):
    dyad = running(engine)

    assert refused(engine.fire(dyad, "touch", "olga")) == {"not_allowed"}
