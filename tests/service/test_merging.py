"""Are two ids of one person brought together wholly: dyads, enrolments, places, names, exports, erasures, journal?"""

from concurrent.futures import ProcessPoolExecutor

import pytest

from dyade.errors import NotFound, Taken
from dyade.service import merging
from dyade.wiring import Engine
from tests.service.lives import begin, done, kinds, refused, running

DROPPED = "anabis"


@pytest.fixture
def twice(engine):
    """Ana was entered a second time, and began a dyad under that id too."""
    engine.add_person(DROPPED, "Ana B.", address="ana@b.example", attributes={"level": 2, "hobby": "voile"})
    first = begin(engine)
    second = done(engine.start("small", DROPPED, {"mentee": DROPPED, "mentor": "bob", "coordinator": "cleo"})).dyad.id
    done(engine.set(second, "remark", "un-secret", DROPPED))
    done(engine.fire(second, "begin", DROPPED))
    done(engine.fill(second, "log", DROPPED, {"hours": 3, "comment": "autre-secret"}))
    return first, second


def test_a_preview_tells_and_changes_nothing(engine, twice):
    first, second = twice
    before = [engine.history(dyad) for dyad in twice]

    seen = engine.merge_persons("ana", DROPPED, keep=False)

    assert not seen.refused
    assert {(one.dyad, one.roles) for one in seen.dyads} == {(first, ()), (second, ("mentee",))}
    assert [engine.history(dyad) for dyad in twice] == before
    assert engine.person(DROPPED).name == "Ana B."
    assert engine.verify().sound


def test_every_dyad_follows_and_says_so(engine, twice):
    _, second = twice

    assert not engine.merge_persons("ana", DROPPED).refused

    dyad = engine.dyad(second)
    assert [one.person for one in dyad.holdings["mentee"]] == ["ana"]
    assert dyad.entries["log"][0].by == "ana"
    for one in twice:
        assert "Merged" in kinds(kept.record for kept in engine.history(one))
        assert any(DROPPED in event.what and "Ana" in event.what for event in engine.timeline(one, reader="cleo"))
    assert {line.id for line in engine.dyads(person="ana")} == set(twice)
    assert engine.verify().sound, engine.verify().problems


def test_the_kept_one_acts_where_the_other_did(engine, twice):
    _, second = twice
    engine.merge_persons("ana", DROPPED)

    done(engine.fire(second, "touch", "ana"))
    with pytest.raises(NotFound):
        engine.fire(second, "touch", DROPPED)
    assert engine.verify().sound


def test_the_dropped_id_stands_for_the_kept_one(engine, twice):
    _, second = twice
    engine.merge_persons("ana", DROPPED)

    assert engine.person(DROPPED).id == "ana"
    assert DROPPED not in [one.id for one in engine.people()]
    assert "unknown_person" in refused(engine.assign(second, "mentor", DROPPED, "cleo"))
    engine.enrol(DROPPED, "small", "mentee")
    assert [one.person for one in engine.enrolments(program="small") if one.role == "mentee"] == ["ana"]
    with pytest.raises(Taken):
        engine.add_person(DROPPED, "Une autre")


def test_names_in_older_records_are_those_of_the_kept_one(engine, twice):
    _, second = twice
    engine.merge_persons("ana", DROPPED)

    told = repr(engine.timeline(second, reader="cleo"))
    assert "Ana" in told
    assert "Ana B." not in told


@pytest.mark.usefixtures("twice")
def test_what_is_known_of_both_is_known_of_one(engine):
    engine.enrol(DROPPED, "small", "mentee", capacity=3, profile={"hobby": "escalade"})
    engine.enrol("ana", "small", "mentee", profile={"level": 4})
    engine.merge_persons("ana", DROPPED)

    person = engine.person("ana")
    assert (person.name, person.address) == ("Ana", "ana@b.example")
    assert dict(person.attributes) == {"level": 1, "hobby": "voile"}
    [enrolment] = engine.enrolments(person="ana")
    assert (enrolment.capacity, dict(enrolment.profile)) == (3, {"level": 4, "hobby": "escalade"})
    assert all(one.status == "ended" for one in engine.enrolments(program="small") if one.person == DROPPED)


def test_an_export_tells_all_under_either_id(engine, twice):
    engine.merge_persons("ana", DROPPED)

    given = engine.export_person(DROPPED)

    assert given == engine.export_person("ana")
    assert {one["dyad"] for one in given["collected"]["dyads"]} == set(twice)
    assert "un-secret" in repr(given)
    assert all(
        value["given_by"] == "self"
        for one in given["collected"]["dyads"]
        for value in one["values"]
        if value["path"].startswith(("fields", "forms"))
    )


@pytest.mark.parametrize("by", ["ana", DROPPED])
def test_an_erasure_reaches_both_ids(engine, twice, by):
    _, second = twice
    engine.merge_persons("ana", DROPPED)

    engine.erase_person(by, "À sa demande")

    said = repr((engine.history(second), engine.dyad(second), engine.outbox()))
    assert [word for word in ("un-secret", "autre-secret") if word in said] == []
    assert engine.verify().sound, engine.verify().problems
    assert engine.erase_person(by, "Encore").n == 0


def test_two_parts_of_one_dyad_are_two_persons(engine, twice):
    first, _ = twice
    before = engine.history(first)

    made = engine.merge_persons("ana", "bob")

    assert made.refused
    assert {reason.code for one in made.dyads for reason in one.reasons} == {"merge_conflict"}
    assert engine.history(first) == before
    assert engine.person("bob").name == "Bob"
    assert engine.enrolments(person="bob") == []


@pytest.mark.usefixtures("twice")
def test_nothing_is_half_done_where_one_dyad_refuses(engine):
    engine.add_person("bobbis", "Bob B.")
    mixed = done(engine.start("small", "ana", {"mentee": "ana", "mentor": "bobbis"})).dyad.id
    done(engine.start("small", "bob", {"mentee": "bob", "mentor": "bobbis"}))

    made = engine.merge_persons("bob", "bobbis")

    assert made.refused
    assert [one.person for one in engine.dyad(mixed).holdings["mentor"]] == ["bobbis"]
    assert engine.verify().sound


@pytest.mark.parametrize(("kept", "dropped", "code"), [
    ("ana", "ana", "merge_same"), ("ana", "gone", "merge_erased"), ("gone", "ana", "merge_erased"),
    ("ana", "before", "merged_before"),
])  # fmt: skip
def test_what_is_nobody_any_more_is_not_brought_together(engine, kept, dropped, code):
    for id_ in ("gone", "before"):
        engine.add_person(id_, id_.title())
    engine.erase_person("gone", "À sa demande")
    engine.merge_persons("bob", "before")

    assert [reason.code for reason in engine.merge_persons(kept, dropped).reasons] == [code]


def test_nobody_unknown_is_brought_together(engine):
    with pytest.raises(NotFound):
        engine.merge_persons("ana", "personne")


def test_one_who_was_kept_may_be_dropped_later(engine, twice):
    _, second = twice
    engine.add_person("anater", "Ana T.")
    engine.merge_persons("ana", DROPPED)
    engine.merge_persons("anater", "ana")

    assert engine.person(DROPPED).id == engine.person("ana").id == "anater"
    assert [one.person for one in engine.dyad(second).holdings["mentee"]] == ["anater"]
    engine.erase_person("anater", "À sa demande")
    assert "un-secret" not in repr(engine.history(second))
    assert engine.verify().sound, engine.verify().problems


def test_readings_are_told_under_the_kept_id(engine, twice):
    engine._desk.write(lambda t: (t.note_access(1, DROPPED, twice[0], "forms.log"), t.commit()))
    engine.merge_persons("ana", DROPPED)

    assert [one.reader for one in engine.accesses()] == ["ana"]


def test_a_merge_that_breaks_midway_leaves_everything(engine, twice, monkeypatch):
    def breaking(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    before = [engine.history(dyad) for dyad in twice]
    with monkeypatch.context() as patched:
        patched.setattr(merging, "tell", breaking)
        with pytest.raises(ZeroDivisionError):
            engine.merge_persons("ana", DROPPED)
    assert [engine.history(dyad) for dyad in twice] == before
    assert engine.person(DROPPED).id == DROPPED
    assert not engine.merge_persons("ana", DROPPED).refused
    assert engine.verify().sound


def touching(url, folder, dyad, times):
    """Another process that acts in a dyad meanwhile, under whichever id takes part."""
    accepted = 0
    with Engine.open(url, folder) as other:
        for _ in range(times):
            for person in (DROPPED, "ana"):
                try:
                    accepted += type(other.fire(dyad, "touch", person)).__name__ == "Decision"
                except NotFound:
                    continue
                break
    return accepted


def merging_too(url, folder, kept, dropped):
    with Engine.open(url, folder) as other:
        return other.merge_persons(kept, dropped).refused


def test_processes_that_act_meanwhile_lose_nothing(engine, twice, url, folder):
    _, second = twice
    before = len(engine.history(second))
    with ProcessPoolExecutor(4) as pool:
        acting = [pool.submit(touching, url, folder, second, 15) for _ in range(2)]
        merges = [
            pool.submit(merging_too, url, folder, "ana", DROPPED),
            pool.submit(merging_too, url, folder, DROPPED, "ana"),
        ]
        refusals = [one.result() for one in merges]
        accepted = sum(one.result() for one in acting)

    assert sorted(refusals) == [False, True]
    assert engine.verify().sound, engine.verify().problems
    records = [one.record for one in engine.history(second)][before:]
    assert kinds(records).count("Merged") == 1
    assert kinds(records).count("Moved") == accepted == 30
    held = engine.dyad(second).holdings["mentee"]
    assert len({one.person for one in held} | {engine.person("ana").id}) == 1


def test_a_running_dyad_replays_under_its_own_version(engine, twice):
    _, second = twice
    engine.merge_persons("ana", DROPPED)
    done(engine.fire(second, "touch", "ana"))

    [lived] = engine.replay("small", engine.program("small"), [second])

    assert lived.replayed.divergences == ()
    assert running(engine)
