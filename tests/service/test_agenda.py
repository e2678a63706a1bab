"""Is what time will do told in order, for a dyad, a person or a program, and only to those who may know?"""

from datetime import date

import pytest

from dyade.errors import NotFound
from tests.service.lives import DAY, begin, clock, done, engine, folder, running, url

__all__ = ["clock", "engine", "folder", "url"]


def told(found) -> list[tuple[str, str, str]]:
    """(dyad, kind, id) of what is planned."""
    return [(one.dyad, one.kind, one.id) for one in found]


@pytest.fixture
def dated(engine) -> str:
    """A dyad under way, which ends by itself on the last day of September."""
    dyad = running(engine)
    done(engine.set(dyad, "ends", date(2026, 9, 30), "cleo"))
    return dyad


def test_a_dyad_is_told_all_that_time_will_do_in_order(engine, dated):
    """Two reminders, then the end: the third reminder would come after it."""
    found = engine.agenda(dyad=dated)

    assert told(found) == [(dated, "reminder", "nudge")] * 3 + [(dated, "transition", "expire")]
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert [one.due for one in found] == list(engine.due(dated, found[-1].at, lang="fr"))


def test_nothing_is_told_past_the_day_that_is_asked(engine, dated):
    found = engine.agenda(dyad=dated, until=date(2026, 9, 27))

    assert told(found) == [(dated, "reminder", "nudge")] * 2


def test_a_person_is_told_of_the_dyads_that_they_take_part_in(engine, dated):
    """By a role in the dyad, or by one of the whole program; nobody else's."""
    engine.add_person("dan", "Dan")
    other = done(engine.start("small", "dan", {"mentee": "dan", "mentor": "dan"})).dyad.id
    done(engine.fire(other, "begin", "dan"))

    assert {one.dyad for one in engine.agenda(person="bob")} == {dated}
    assert {one.dyad for one in engine.agenda(person="dan")} == {other}
    assert {one.dyad for one in engine.agenda(person="olga")} == {dated, other}
    assert {one.dyad for one in engine.agenda(program="small")} == {dated, other}


def test_a_person_is_told_what_they_may_see(engine, dated):
    for person in ("ana", "bob", "cleo", "olga"):
        mine = [one.due for one in engine.agenda(person=person)]
        assert mine == list(engine.due(dated, engine.now() + 366 * DAY, reader=person))


def test_a_dyad_of_others_is_as_if_it_were_not_there(engine, dated):
    engine.add_person("dan", "Dan")

    for asked in ({"reader": "dan"}, {"person": "dan"}):
        with pytest.raises(NotFound):
            engine.agenda(dyad=dated, **asked)
    assert engine.agenda(program="small", reader="dan") == []
    with pytest.raises(NotFound):
        engine.agenda(person="nobody")


def test_what_is_due_keeps_its_id_while_nothing_changes(engine, clock, dated):
    before = [one.event.id for one in engine.agenda(dyad=dated)]
    clock.pass_days(1)
    after = [one.event.id for one in engine.agenda(dyad=dated)]

    assert before == after
    assert len(set(before)) == 4


@pytest.mark.usefixtures("dated")
def test_two_dyads_share_no_id(engine):
    running(engine)

    found = [one.event.id for one in engine.agenda(program="small")]

    assert len(found) == len(set(found)) == 7


def test_what_has_ended_or_not_begun_has_nothing_to_come(engine, dated):
    begin(engine)
    done(engine.fire(dated, "follow", "cleo"))

    assert engine.agenda() == []
