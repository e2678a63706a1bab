"""Is each message delivered at least once, under one id, whoever dies or delivers beside?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from threading import Thread

import pytest

from dyade.errors import NotFound, StoreTrouble
from dyade.service.deliver import LEASE
from tests.delivery.conftest import DAY, MINUTE, SECOND
from tests.delivery.servers import until

CHILD = """
import os, sys
from pathlib import Path
from random import random
from dyade.delivery.routes import SettledRoutes
from dyade.delivery.settings import MailSettings, Settings
from dyade.service.deliver import deliver_round
from dyade.service import deliver
from dyade.wiring import Engine

url, programs, now, port, dies = sys.argv[1:]
settings = Settings(mail=MailSettings("127.0.0.1", int(port), "none", "dyade@office.example", hello="here.example"))
if dies == "yes":
    # Killed between the answer of the server and the note that is made of it.
    deliver._Round.ended = lambda *_: os.kill(os.getpid(), 9)
with Engine.open(url, programs, lambda: int(now), create=False) as engine:
    print("open", flush=True)
    sys.stdin.readline()
    print(deliver_round(engine._desk, SettledRoutes(settings, print), random, seconds=60).sent, flush=True)
"""


def deliverer(world, port, dies="no") -> subprocess.Popen[str]:
    """Another process that delivers once it is told to."""
    arguments = [
        sys.executable,
        "-c",
        CHILD,
        world.url,
        str(world.folder / "programs"),
        str(world.time),
        str(port),
        dies,
    ]
    return subprocess.Popen(
        arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def test_several_processes_deliver_each_message_once(world, mailbox):
    messages = [world.told(f"Mot {n}") for n in range(60)]
    others = [deliverer(world, mailbox.port) for _ in range(3)]
    for other in others:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
    said = [other.communicate("go\n", timeout=60)[0] for other in others]

    assert sum(map(int, said)) == 60
    ids = Counter(mail.message["Message-ID"] for mail in mailbox.received)
    assert ids == Counter(f"<{message}@dyade.invalid>" for message in messages)


def test_a_deliverer_killed_after_sending_costs_one_more_copy_of_the_same_mail(world, mailbox):
    message = world.told()
    other = deliverer(world, mailbox.port, dies="yes")
    other.communicate("go\n", timeout=60)
    assert other.returncode == -signal.SIGKILL
    assert len(mailbox.received) == 1

    assert world.deliver().sent == 0
    world.time += LEASE
    assert world.deliver().sent == 1
    world.time += 30 * DAY
    assert world.deliver().sent == 0

    one, again = mailbox.received
    assert one.message["Message-ID"] == again.message["Message-ID"] == f"<{message}@dyade.invalid>"
    assert world.post(message).attempts == 2


def test_threads_of_one_process_deliver_each_message_once(world, mailbox):
    for n in range(40):
        world.told(f"Mot {n}")
    rounds = [Thread(target=world.deliver) for _ in range(3)]
    for one in rounds:
        one.start()
    for one in rounds:
        one.join()

    assert len(mailbox.received) == 40
    assert len({mail.message["Message-ID"] for mail in mailbox.received}) == 40


def test_what_took_too_long_in_a_queue_is_left_to_others(world, mailbox, monkeypatch):
    """A deliverer that was frozen must not send what somebody else may hold by now."""
    monkeypatch.setattr("dyade.service.lanes.PATIENCE", -1.0)
    message = world.told()

    world.deliver(limit=1)

    assert mailbox.received == []
    assert (world.post(message).attempts, world.post(message).message.status) == (0, "waiting")


@pytest.mark.usefixtures("mailbox")
def test_a_round_that_is_stopped_gives_back_what_it_did_not_send(world):
    for n in range(5):
        world.told(f"Mot {n}")

    assert world.deliver(stop=lambda: True).sent == 0
    assert world.deliver(limit=2).sent == 2
    assert world.deliver().sent == 3


def test_nothing_is_noted_by_who_no_longer_holds_a_message(world):
    message = world.told()
    with world.engine._desk.store.writing() as transaction:
        [held] = transaction.claim(("email",), world.time, world.time + MINUTE, "one", 10)
        assert transaction.claim(("email",), world.time, world.time + MINUTE, "two", 10) == []
        transaction.commit()
    assert held.message.id == message
    with world.engine._desk.store.writing() as transaction:
        [again] = transaction.claim(("email",), world.time + MINUTE, world.time + 2 * MINUTE, "two", 10)
        assert not transaction.settle(message, "one", "sent", world.time, "")
        assert transaction.settle(message, "two", "sent", world.time, "")
        transaction.commit()
    assert (again.attempts, world.post(message).message.status) == (2, "sent")


def test_a_failed_message_can_be_sent_again_under_its_id(world, mailbox):
    message = world.told()
    mailbox.answers["RCPT"] = ["550 unknown"]
    world.deliver()
    assert [post.message.id for post in world.posts("failed")] == [message]

    assert world.engine.send_again([message]) == [message]
    assert world.deliver().sent == 1
    assert world.engine.send_again([message]) == []
    assert mailbox.received[0].message["Message-ID"] == f"<{message}@dyade.invalid>"


@pytest.mark.usefixtures("mailbox")
def test_a_dropped_message_never_leaves_and_says_why(world):
    message = world.told()

    assert world.engine.drop_messages([message], "Envoyé à la main") == [message]
    assert world.deliver().sent == 0
    post = world.post(message)
    assert (post.message.status, post.trouble, post.settled_at) == ("dropped", "Envoyé à la main", world.time)


def test_an_unknown_message_is_told(world):
    with pytest.raises(NotFound):
        world.engine.send_again(["x"])
    with pytest.raises(NotFound):
        world.engine.message("x")
    with pytest.raises(NotFound):
        world.engine.resume_endpoint("x")


def test_what_no_setting_takes_waits_and_is_seen(world):
    world.told()

    assert world.deliver() == (0, 0, 0, ())
    assert [post.message.status for post in world.posts()] == ["waiting"]


def test_erased_words_are_not_kept_in_a_letter(world, mailbox):
    """What was written for a first attempt goes with the rest; a message that had not left never will."""
    mailbox.answers["RCPT"] = ["450 later"]
    message = world.told("phrase-sans-pareille")
    world.deliver()
    assert "phrase-sans-pareille" in world.post(message).letter

    world.engine.erase_person("ana", "À sa demande")

    post = world.post(message)
    assert (post.letter, post.message.body, post.message.status) == ("", "", "failed")
    with world.engine._desk.store.reading() as view:
        assert view._all("SELECT letter FROM outbox WHERE id = ?", message) == [(None,)]
    world.time += DAY
    assert world.deliver().sent == 0


def test_letters_are_hidden_in_the_file(world, mailbox, file):
    mailbox.answers["RCPT"] = ["450 later"]
    world.told("phrase-sans-pareille")
    world.deliver()
    world.engine.close()

    content = b"".join(path.read_bytes() for path in file.parent.glob("dyade.db*"))
    assert b"phrase-sans-pareille" not in content
    assert b"bob@people.example" not in content


def test_a_busy_store_does_not_lose_what_came_of_a_message(world, mailbox, monkeypatch):
    """Twice the store refuses the note; the third time it takes it, and nothing is sent again."""
    desk, refusals = world.engine._desk, iter([True, True])
    write = type(desk).write

    def refusing(self, work):
        if mailbox.received and next(refusals, False):
            raise StoreTrouble("busy", "-")
        return write(self, work)

    monkeypatch.setattr(type(desk), "write", refusing)
    message = world.told()

    world.deliver()

    monkeypatch.undo()
    assert world.post(message).message.status == "sent"
    assert len(mailbox.received) == 1


def test_logs_hold_no_word_and_no_address(world, mailbox, caplog):
    caplog.set_level("DEBUG")
    mailbox.answers["RCPT"] = ["550 no such user bob@people.example", "450 bob@people.example later"]
    for n in range(4):
        world.told(f"phrase-sans-pareille {n}")
    world.engine.change_person("bob", address="not an address")
    world.told("phrase-sans-pareille")
    world.deliver()

    ours = [one.getMessage() for one in caplog.records if one.name.startswith("dyade")]
    assert ours
    assert not [line for line in ours if "people.example" in line or "pareille" in line or "Essai" in line]


def test_a_round_may_be_long_and_still_takes_what_comes_meanwhile(world, mailbox):
    first = world.told()
    seen: list[str] = []

    def stop() -> bool:
        if mailbox.received and len(seen) < 1:
            seen.append(world.told("Encore"))
        return False

    world.deliver(stop=stop)
    world.deliver()
    until(lambda: len(mailbox.received) == 2)

    assert [world.post(one).message.status for one in (first, *seen)] == ["sent", "sent"]
    assert world.time % SECOND == 0
