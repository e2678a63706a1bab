"""Is a message neither lost nor doubled by a server that refuses, hangs, cuts, mumbles or drips?"""

from __future__ import annotations

import socket
from threading import Event, Thread
from time import monotonic, sleep

import pytest

from dyade.service import deliver, lanes
from tests.delivery.conftest import DAY, HOUR, MINUTE, SECOND
from tests.delivery.servers import bare, free_port, until

KINDS = ("sqlite",)
"""What servers answer is the same to every store."""


def hangs(connection: socket.socket) -> None:
    """Accept, and say nothing ever."""
    connection.recv(1)


def mumbles(connection: socket.socket) -> None:
    connection.sendall(b"\x00\xff what is it? \r\n" * 3)
    connection.recv(1000)


def cuts(connection: socket.socket) -> None:
    connection.close()


def drips(connection: socket.socket) -> None:
    """Say a byte now and then: no single wait is long, and the whole never ends."""
    for _ in range(10_000):
        connection.sendall(b"2")
        sleep(0.05)


def hangs_after_hello(connection: socket.socket) -> None:
    connection.sendall(b"220 hello\r\n")
    connection.recv(1000)
    connection.sendall(b"250 go on\r\n")
    connection.recv(1000)
    connection.recv(1000)


BAD = {hangs: "timeout", mumbles: "garbage", cuts: "cut", drips: "timeout", hangs_after_hello: "timeout"}


@pytest.mark.parametrize("manners", BAD, ids=lambda one: one.__name__)
def test_a_mail_server_without_manners_costs_an_attempt_and_little_time(world, manners):
    message = world.told()
    began = monotonic()
    with bare(manners) as port:
        world.mail(port, timeout=1.0)
        done = world.deliver()

    assert monotonic() - began < 6
    assert (done.postponed, done.failed) == (1, ())
    assert world.post(message).trouble == BAD[manners]
    assert world.post(message).message.status == "waiting"


@pytest.mark.parametrize("manners", [hangs, mumbles, cuts, drips], ids=lambda one: one.__name__)
def test_an_application_without_manners_costs_an_attempt_and_little_time(world, manners):
    message = world.signalled()
    began = monotonic()
    with bare(manners) as port:
        world.hook(f"http://127.0.0.1:{port}/", timeout=1.0)
        done = world.deliver()

    assert monotonic() - began < 6
    assert (done.postponed, done.failed) == (1, ())
    assert world.post(message).trouble in (BAD[manners], "garbage")


def test_nobody_who_listens_is_an_attempt_too(world):
    message, other = world.told(), world.signalled()
    world.mail(free_port())
    world.hook(f"http://127.0.0.1:{free_port()}/")

    assert world.deliver().postponed == 2
    assert {world.post(one).trouble for one in (message, other)} == {"unreachable"}


@pytest.mark.parametrize(
    ("verb", "answer", "trouble", "lasts"),
    [
        ("MAIL", "550 no", "refused_sender 550", True),
        ("MAIL", "451 later", "refused_sender 451", False),
        ("MAIL", "421 closing", "smtp 421", False),
        ("RCPT", "550 unknown bob@people.example", "refused_recipient 550", True),
        ("RCPT", "450 greylisted", "refused_recipient 450", False),
        ("DATA", "554 spam", "refused_content 554", True),
        ("DATA", "452 full", "refused_content 452", False),
    ],
)
def test_what_a_mail_server_answers_decides_what_follows(world, mailbox, verb, answer, trouble, lasts):
    message = world.told()
    mailbox.answers[verb] = [answer]

    done = world.deliver()

    post = world.post(message)
    assert (post.trouble, post.message.status) == (trouble, "failed" if lasts else "waiting")
    assert [one.trouble for one in done.failed] == ([trouble] if lasts else [])
    assert mailbox.received == []


def test_what_fails_is_tried_again_later_each_time_for_more_than_three_days(world, mailbox):
    message = world.told()
    mailbox.answers["RCPT"] = ["450 later"] * 20
    begun, waits = world.time, []
    while world.post(message).message.status == "waiting":
        world.deliver()
        post = world.post(message)
        assert world.deliver().sent == 0
        if post.message.status == "waiting":
            waits.append(post.try_at - world.time)
            world.time = post.try_at

    assert waits == sorted(waits)
    assert waits[0] == 30 * SECOND
    assert world.time - begun >= 3 * DAY
    assert (post.attempts, post.trouble) == (deliver.MOST_ATTEMPTS, "refused_recipient 450")


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_chance_spreads_the_attempts(world, mailbox, chance):
    world.chance = chance
    message = world.told()
    mailbox.answers["RCPT"] = ["450 later"]

    world.deliver()

    assert world.post(message).try_at - world.time == 30 * SECOND * (1 + chance / 4)


def test_a_server_that_comes_back_gets_everything_once(world, mailbox):
    port = mailbox.port
    messages = [world.told(f"Mot {n}") for n in range(3)]
    world.mail(free_port())
    assert world.deliver().postponed == 3

    world.mail(port)
    world.time += 5 * MINUTE
    assert world.deliver().sent == 3
    assert sorted(mail.message["Message-ID"] for mail in mailbox.received) == sorted(
        f"<{message}@dyade.invalid>" for message in messages
    )


def test_a_dead_endpoint_delays_nobody(world, mailbox):
    """An application hangs on a hundred messages; the mails that come after them arrive while it still does."""
    for n in range(100):
        world.signalled(f"Fait {n}")
    for n in range(5):
        world.told(f"Mot {n}")
    enough = Event()

    def hangs_until_then(connection: socket.socket) -> None:
        enough.wait(30)
        connection.close()

    with bare(hangs_until_then) as port:
        world.hook(f"http://127.0.0.1:{port}/")
        round_ = Thread(target=world.deliver)
        round_.start()
        until(lambda: len(mailbox.received) == 5)
        assert not enough.is_set()
        enough.set()
        round_.join(30)

    waiting = [post for post in world.posts("waiting") if post.message.kind == "emit"]
    assert len(waiting) == 100
    assert {post.trouble for post in waiting} >= {"cut", "resting"}


def test_an_endpoint_that_fails_rests_longer_each_time_then_one_message_goes_first(world, hook):
    hook.answers = [(500, {})] * 6
    for n in range(20):
        world.signalled(f"Fait {n}")
    world.settings = world.settings._replace(webhooks=(world.settings.webhooks[0]._replace(at_once=1),))

    world.deliver()

    [endpoint] = world.engine.endpoints()
    assert len(hook.received) == endpoint.failures == lanes.ENOUGH
    assert endpoint.rests_until == world.time + MINUTE
    world.deliver()
    assert len(hook.received) == lanes.ENOUGH

    world.time += HOUR
    world.deliver()
    [endpoint] = world.engine.endpoints()
    assert len(hook.received) == lanes.ENOUGH + 1
    assert endpoint.rests_until == world.time + 2 * MINUTE

    world.time += HOUR
    assert world.deliver().sent == 20
    assert world.engine.endpoints()[0].failures == 0


def test_a_store_that_was_restarted_remembers_who_rests(world, hook):
    hook.answers = [(503, {"Retry-After": "600"})]
    message = world.signalled()
    world.deliver()

    assert world.engine.endpoints()[0].rests_until == world.time + 10 * MINUTE
    assert world.post(message).try_at == world.time + 10 * MINUTE


@pytest.mark.usefixtures("mailbox")
def test_a_channel_that_breaks_is_an_attempt_and_told_as_our_fault(world, monkeypatch):
    monkeypatch.setattr("dyade.delivery.smtp.MailLine.send", lambda *_: 1 / 0)
    message = world.told()

    assert world.deliver().postponed == 1
    assert world.post(message).trouble == "fault ZeroDivisionError"
