"""What does the command line do with messages: send them, list them, take them up again, ask when people want them?"""

from __future__ import annotations

import pytest

from tests.delivery.servers import Mailbox


@pytest.fixture(scope="module")
def server():
    made = Mailbox(auth_required=False)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def mailbox(server, peopled):
    """A server, and settings that lead to it."""
    (peopled.folder / "delivery.toml").write_text(
        f"""[mail]
host = "127.0.0.1"
port = {server.port}
security = "none"
from = "dyade@office.example"
hello = "here.example"
""",
        encoding="utf-8",
    )
    peopled.environment["DYADE_SETTINGS"] = str(peopled.folder / "delivery.toml")
    yield server
    server.received.clear()
    server.answers.clear()


@pytest.fixture
def waiting(peopled):
    """A message that waits: bruno is asked to accept a role, or told of it."""
    for line in (
        "start jumelage mentore=amelie motif=projet --as gilles",
        "assign D-1 mentor bruno --as gilles",
        "accept D-1 --as bruno",
        "advance D-1 jumeler --as gilles",
    ):
        peopled.done(*line.split())
    found = peopled.done("outbox", "list", "--format", "json").data["messages"]
    assert found
    return peopled


def messages(dyade, *arguments):
    return dyade.done("outbox", "list", "--format", "json", *arguments).data["messages"]


def test_what_waits_is_delivered_and_listed_so(waiting, mailbox):
    count = len(messages(waiting))

    told = waiting.done("deliver")

    assert f"{count} message" in told.out
    assert len(mailbox.received) == count
    assert {one["status"] for one in messages(waiting)} == {"sent"}
    assert "Aucun message n'attend de partir." in waiting.done("deliver").out


@pytest.mark.parametrize(
    ("lang", "said"), [("fr", "le serveur a refusé l'adresse de la personne (550)"), ("en", "refused the address")]
)
def test_what_failed_is_told_in_words_and_ends_so(waiting, mailbox, lang, said):
    mailbox.answers["RCPT"] = ["550 unknown"] * 9

    ran = waiting("deliver", "--lang", lang)

    assert ran.code == 3
    assert said in ran.out.replace("\n  ", " ")
    assert {one["trouble"] for one in messages(waiting, "--status", "failed")} == {"refused_recipient 550"}


def test_what_failed_is_taken_up_again(waiting, mailbox):
    mailbox.answers["RCPT"] = ["550 unknown"] * 9
    waiting("deliver")
    mailbox.answers.clear()

    waiting.done("outbox", "retry", "--failed")
    waiting.done("deliver")

    assert {one["status"] for one in messages(waiting)} == {"sent"}
    first = messages(waiting)[0]["message"]
    again = waiting("outbox", "retry", first)
    assert again.code == 1
    assert "est déjà parti" in again.out


def test_a_message_is_shown_with_its_words_and_dropped_with_a_reason(waiting):
    first = messages(waiting)[0]
    shown = waiting.done("outbox", "show", first["message"], "--format", "json").data["message"]
    assert shown["subject"]
    assert shown["subject"] in waiting.done("outbox", "show", first["message"]).out

    waiting.done("outbox", "drop", first["message"], "--reason", "Dit de vive voix")

    [dropped] = messages(waiting, "--status", "dropped")
    assert (dropped["message"], dropped["trouble"]) == (first["message"], "Dit de vive voix")


def test_a_list_holds_nothing_of_what_messages_say(waiting):
    first = messages(waiting)[0]
    shown = waiting.done("outbox", "show", first["message"], "--format", "json").data["message"]

    assert shown["subject"] not in waiting.done("outbox", "list").out
    assert "subject" not in first
    assert "body" not in first


def test_messages_are_shown_here_where_one_asks(waiting):
    told = waiting.done("deliver", "--show")

    assert "Vous recevez ce message parce que" in told.out
    assert {one["status"] for one in messages(waiting)} == {"sent"}


def test_json_stays_one_object_where_messages_are_shown(waiting):
    ran = waiting.done("deliver", "--show", "--format", "json")

    assert ran.data["outcome"] == "done"
    assert "Vous recevez ce message parce que" in ran.err


def test_without_settings_the_command_says_what_it_needs(peopled):
    ran = peopled("deliver")

    assert ran.code == 2
    assert "--settings" in ran.err


@pytest.mark.usefixtures("mailbox")
def test_settings_with_a_mistake_are_a_usage_error(waiting):
    (waiting.folder / "delivery.toml").write_text('[mail]\nhots = "x"\n', encoding="utf-8")

    ran = waiting("deliver", "--format", "json")

    assert ran.code == 2
    assert (ran.data["outcome"], ran.data["facts"]["place"]) == ("settings_trouble", "mail.from")


@pytest.mark.parametrize("command", [("retry",), ("drop", "--reason", "x"), ("retry", "x", "--failed")])
def test_messages_are_named_or_all_that_failed(peopled, command):
    assert peopled("outbox", *command).code == 2


def test_endpoints_are_listed_and_taken_up_again(waiting, mailbox):
    mailbox.answers["MAIL"] = ["421 closing"] * 9
    waiting("deliver")

    [found] = waiting.done("outbox", "endpoints", "--format", "json").data["endpoints"]
    assert (found["endpoint"], found["trouble"]) == ("mail 127.0.0.1", "smtp 421")
    assert "mail 127.0.0.1" in waiting.done("outbox", "endpoints").out

    waiting.done("outbox", "resume", "mail 127.0.0.1")
    [found] = waiting.done("outbox", "endpoints", "--format", "json").data["endpoints"]
    assert found["failures"] == 0


def test_someone_says_when_they_want_to_be_written_to(peopled):
    peopled.done(
        "person", "reach", "bruno", "--quiet", "21:00-07:00", "--digest", "08:00", "--timezone", "Europe/Paris"
    )

    found = peopled.done("person", "reach", "bruno", "--format", "json").data
    assert found == {"person": "bruno", "timezone": "Europe/Paris", "quiet": "21:00-07:00", "digest": "08:00"}
    assert "Heures calmes : 21:00-07:00" in peopled.done("person", "reach", "bruno").out

    peopled.done("person", "reach", "bruno", "--quiet", "off", "--digest", "usual", "--timezone", "usual")
    found = peopled.done("person", "reach", "bruno", "--format", "json").data
    assert found == {"person": "bruno", "timezone": None, "quiet": "off", "digest": "usual"}


@pytest.mark.parametrize(
    "arguments", [("--quiet", "21h"), ("--quiet", "25:00-07:00"), ("--digest", "8:00"), ("--timezone", "Mars/Base")]
)
def test_hours_that_are_none_are_refused(peopled, arguments):
    assert peopled("person", "reach", "bruno", *arguments).code == 2


def test_what_is_given_on_a_person_says_when_they_want_to_be_written_to(peopled):
    peopled.done("person", "reach", "bruno", "--quiet", "21:00-07:00")

    given = peopled.done("person", "export", "bruno").data

    assert given["collected"]["reached"] == {"timezone": None, "quiet": [1260, 420], "digest": None}


def test_an_erased_person_keeps_no_hours(peopled):
    peopled.done("person", "reach", "bruno", "--quiet", "21:00-07:00")
    peopled.done("person", "erase", "bruno", "--reason", "À sa demande")

    found = peopled.done("person", "reach", "bruno", "--format", "json").data
    assert found["quiet"] == "usual"
