"""Is nobody disturbed when they do not want to be, and is a day told once to who wants it so?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyade.service.hours import OFF, chosen, leave_at, local_day
from dyade.service.ports import Preference
from tests.delivery.conftest import DAY, HOUR, MINUTE, SECOND

EVENING, MORNING = 21 * 60, 7 * 60
TORONTO = ZoneInfo("America/Toronto")


def at(text: str, zone: str = "America/Toronto") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()) * SECOND


def quiet(zone: str = "America/Toronto") -> Preference:
    return Preference("bob", zone, EVENING, MORNING)


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        ("2026-09-21T20:59", "2026-09-21T20:59"),
        ("2026-09-21T21:00", "2026-09-22T07:00"),
        ("2026-09-22T06:59", "2026-09-22T07:00"),
        ("2026-09-22T07:00", "2026-09-22T07:00"),
        ("2026-10-31T23:00", "2026-11-01T07:00"),
        ("2027-03-13T23:00", "2027-03-14T07:00"),
    ],
)
def test_quiet_hours_end_at_their_hour_whatever_clocks_do(now, leaves):
    assert leave_at(quiet(), at(now), at(now)) == at(leaves)


def test_quiet_hours_are_those_of_the_place_where_one_is():
    now = at("2026-09-21T22:00")

    assert leave_at(quiet("America/Vancouver"), now, now) == now
    assert leave_at(quiet("America/Halifax"), now, now) == at("2026-09-22T07:00", "America/Halifax")


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.sampled_from(["America/Toronto", "America/St_Johns", "Europe/Paris", "Australia/Lord_Howe", "UTC"]),
)
def test_nothing_ever_leaves_in_quiet_hours_nor_waits_for_longer_than_they_last(moment, start, end, zone):
    """An oracle walks from minute to minute with the library's own clocks."""
    now = int(moment.replace(tzinfo=UTC).timestamp()) * SECOND
    found = leave_at(Preference("bob", zone, start, end), now, now)

    def is_quiet(instant: int) -> bool:
        local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)).astimezone(ZoneInfo(zone))
        minutes = local.hour * 60 + local.minute
        return start <= minutes < end if start <= end else minutes >= start or minutes < end

    walked = now
    while is_quiet(walked):
        walked += MINUTE - walked % MINUTE
    assert not is_quiet(found)
    # Where clocks go back inside the quiet hours, their end may come twice.
    assert abs(found - walked) <= HOUR


@pytest.mark.usefixtures("mailbox")
def test_a_mail_waits_for_the_morning_and_an_urgent_one_does_not(world):
    world.engine.prefer("bob", lambda known: known._replace(quiet_from=EVENING, quiet_until=MORNING))
    world.time = at("2026-09-21T22:00")
    dyad = world.begin()
    world.fire(dyad, "tell")
    world.fire(dyad, "shout")

    done = world.deliver()
    assert (done.sent, done.held) == (1, 1)

    world.time = at("2026-09-22T06:59")
    assert world.deliver().sent == 0
    world.time = at("2026-09-22T07:00")
    assert world.deliver().sent == 1
    assert [post.attempts for post in world.posts()] == [1, 1]


def test_a_message_that_failed_wakes_nobody_when_it_is_tried_again(world, mailbox):
    world.usual(quiet_from=EVENING, quiet_until=MORNING)
    world.time = at("2026-09-21T20:59")
    world.told()
    mailbox.answers["RCPT"] = ["450 later"]
    world.deliver()

    world.time = at("2026-09-21T23:00")
    assert world.deliver().held == 1
    world.time = at("2026-09-22T07:00")
    assert world.deliver().sent == 1


def test_the_messages_of_a_day_come_as_one_with_an_id_of_its_own(world, mailbox):
    world.engine.prefer("bob", lambda known: known._replace(digest_at=8 * 60))
    messages = [world.told(f"Mot {n}") for n in range(3)]
    assert world.deliver().held == 3

    world.time = at("2026-09-22T08:00")
    assert world.deliver().sent == 3

    [mail] = mailbox.received
    assert mail.message["Subject"] == "Vos 3 messages du jour : Mentorat d'essai"
    assert all(f"Mot {n}" in mail.part(kind) for n in range(3) for kind in ("text/plain", "text/html"))
    assert mail.message["Message-ID"] not in {f"<{message}@dyade.invalid>" for message in messages}
    assert {post.parcel for post in world.posts("sent")} == {messages[0]}


def test_there_is_one_digest_a_day(world, mailbox):
    world.engine.prefer("bob", lambda known: known._replace(digest_at=8 * 60))
    world.told("Hier")
    world.time = at("2026-09-22T08:00") - SECOND
    late = world.told("Juste avant")
    world.time += SECOND
    world.deliver()
    world.engine.send_again([late])
    world.time += MINUTE
    world.told("Après")
    assert world.deliver().sent == 0

    world.time = at("2026-09-23T08:00")
    world.deliver()
    assert len(mailbox.received) == 2


def test_two_deliverers_on_the_same_morning_make_one_digest(world, mailbox):
    from threading import Thread

    world.engine.prefer("bob", lambda known: known._replace(digest_at=8 * 60))
    for n in range(6):
        world.told(f"Mot {n}")
    world.time = at("2026-09-22T08:00")
    rounds = [Thread(target=world.deliver, kwargs={"limit": 2}) for _ in range(2)]
    for one in rounds:
        one.start()
    for one in rounds:
        one.join()

    [mail] = mailbox.received
    assert all(f"Mot {n}" in mail.part("text/plain") for n in range(6))


def test_a_digest_that_failed_is_tried_again_as_it_was(world, mailbox):
    world.engine.prefer("bob", lambda known: known._replace(digest_at=8 * 60))
    for n in range(3):
        world.told(f"Mot {n}")
    world.time = at("2026-09-22T08:00")
    mailbox.answers["DATA"] = ["lose it"]
    assert world.deliver().postponed == 3
    world.told("Trop tard")
    world.time += HOUR
    assert world.deliver().sent == 3

    one, other = mailbox.received
    assert one.message["Message-ID"] == other.message["Message-ID"]
    assert one.part("text/plain") == other.part("text/plain")
    assert "Trop tard" not in other.part("text/plain")


def test_a_message_of_a_dead_digest_is_sent_again_alone_under_its_own_id(world, mailbox):
    world.engine.prefer("bob", lambda known: known._replace(digest_at=8 * 60))
    first, second = world.told("Mot 1"), world.told("Mot 2")
    world.time = at("2026-09-22T08:00")
    mailbox.answers["RCPT"] = ["550 unknown"]
    world.deliver()
    assert {post.message.id for post in world.posts("failed")} == {first, second}

    world.engine.prefer("bob", lambda known: known._replace(digest_at=OFF))
    world.engine.send_again([second])
    assert world.deliver().sent == 1
    assert mailbox.received[0].message["Message-ID"] == f"<{second}@dyade.invalid>"
    assert world.post(second).parcel == ""


def test_one_message_alone_makes_no_digest(world, mailbox):
    world.engine.prefer("bob", lambda known: known._replace(digest_at=8 * 60))
    world.told()
    world.time = at("2026-09-22T08:00")
    world.deliver()

    assert mailbox.received[0].message["Subject"] == "Un mot de Ana Essai"


def test_what_someone_chose_comes_before_what_is_usual():
    usual = Preference("", None, EVENING, MORNING, 8 * 60)

    assert chosen(None, usual, "America/Toronto")[1:5] == ("America/Toronto", EVENING, MORNING, 480)
    own = Preference("bob", "Europe/Paris", OFF, OFF, OFF, 5)
    assert chosen(own, usual, "America/Toronto") == own


def test_a_deliverer_that_was_down_makes_one_digest_of_all_the_days(world, mailbox):
    world.engine.prefer("bob", lambda known: known._replace(digest_at=8 * 60))
    for n in range(3):
        world.told(f"Mot {n}")
        world.time += DAY
    world.deliver()

    assert len(mailbox.received) == 1
    kept = world.engine.preference("bob").digested_on
    assert kept is not None
    assert date.fromordinal(kept) == date(2026, 9, 24)
    assert local_day(Preference("bob", "America/Toronto"), world.time) == kept
