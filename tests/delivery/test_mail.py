"""Does a message arrive as a mail that its reader understands, through a real server?"""

from __future__ import annotations

import pytest

from tests.delivery.conftest import LOGIN

KINDS = ("sqlite",)
"""What servers answer is the same to every store."""


def test_a_message_arrives_once_and_is_noted(world, mailbox):
    message = world.told()

    first, second = world.deliver(), world.deliver()

    assert (first.sent, second.sent) == (1, 0)
    [mail] = mailbox.received
    assert (mail.sender, mail.recipients) == ("mentorat@office.example", ["bob@people.example"])
    assert world.post(message).message.status == "sent"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_mail_is_in_its_readers_language(world, mailbox, lang):
    world.engine.change_person("bob", lang=lang)
    world.told("Ça va ?")

    world.deliver()

    [mail] = mailbox.received
    subject, words, why = {
        "fr": ("Un mot de Ana Essai", "Ana Essai vous écrit : Ça va ?", "Vous recevez ce message parce que"),
        "en": ("A word from Ana Essai", "Ana Essai writes to you: Ça va ?", "You receive this message because"),
    }[lang]
    assert mail.message["Subject"] == subject
    assert mail.message["Content-Language"] == lang
    for kind in ("text/plain", "text/html"):
        assert words in mail.part(kind)
        assert why in mail.part(kind)
    assert f'<html lang="{lang}">' in mail.part("text/html")


def test_the_reason_tells_the_role_and_the_program(world, mailbox):
    dyad = world.begin()
    world.fire(dyad, "tell_all")

    world.deliver()

    said = {mail.recipients[0]: mail.part("text/plain") for mail in mailbox.received}
    assert f"« Mentorat d'essai » à titre de : Mentor (dyade {dyad})" in said["bob@people.example"]
    assert "à titre de : Personne mentorée" in said["ana@people.example"]


def test_the_id_of_a_mail_is_that_of_its_message(world, mailbox):
    message = world.told()

    world.deliver()

    [mail] = mailbox.received
    assert mail.message["Message-ID"] == f"<{message}@dyade.invalid>"
    assert mail.message["Auto-Submitted"] == "auto-generated"


def test_every_attempt_has_the_same_id_and_the_same_body(world, mailbox):
    """The server takes the mail and hangs up before saying so: the second attempt is the same mail."""
    message = world.told()
    mailbox.answers["DATA"] = ["lose it"]
    first = world.deliver()
    world.engine.change_person("bob", lang="en")
    world.time += 86_400_000_000

    second = world.deliver()

    assert (first.postponed, second.sent) == (1, 1)
    one, other = mailbox.received
    assert one.message["Message-ID"] == other.message["Message-ID"] == f"<{message}@dyade.invalid>"
    assert one.message["Date"] != other.message["Date"]
    assert _without_date(one.content) == _without_date(other.content)


def _without_date(content: bytes) -> bytes:
    return b"\r\n".join(line for line in content.split(b"\r\n") if not line.startswith(b"Date:"))


def test_the_sender_of_the_settings_comes_before_that_of_the_program(world, mailbox):
    world.mail(mailbox.port, senders={"talks": "other@office.example"})
    world.told()

    world.deliver()

    assert mailbox.received[0].sender == "other@office.example"
    assert mailbox.received[0].message["From"].addresses[0].display_name == "Mentorat d'essai"


@pytest.mark.parametrize(("kind", "security"), [("starttls_mailbox", "starttls"), ("tls_mailbox", "tls")])
def test_a_mail_goes_in_private_with_a_password(world, certificate, request, kind, security):
    server = request.getfixturevalue(kind)
    server.received.clear()
    world.mail(server.port, host="localhost", security=security, ca=str(certificate.chain), **LOGIN)
    world.told()

    assert world.deliver().sent == 1
    assert server.received[0].login == "dyade"


@pytest.mark.parametrize(("kind", "security"), [("starttls_mailbox", "starttls"), ("tls_mailbox", "tls")])
def test_a_server_that_nobody_vouches_for_is_told_nothing(world, request, kind, security):
    server = request.getfixturevalue(kind)
    server.received.clear()
    world.mail(server.port, host="localhost", security=security, **LOGIN)
    message = world.told()

    assert world.deliver().postponed == 1
    assert world.post(message).trouble == "privacy"
    assert server.received == []


def test_a_server_without_encryption_is_told_nothing(world, mailbox):
    world.mail(mailbox.port, security="starttls")
    message = world.told()

    world.deliver()

    assert world.post(message).trouble == "privacy"
    assert mailbox.received == []


def test_a_wrong_password_is_tried_again_later(world, certificate, tls_mailbox):
    tls_mailbox.received.clear()
    world.mail(
        tls_mailbox.port, host="localhost", security="tls", ca=str(certificate.chain), user="dyade", password="wrong"
    )
    message = world.told()

    assert world.deliver().postponed == 1
    assert world.post(message).trouble == "authentication"
    assert "wrong" not in repr(world.settings)


def test_many_mails_share_a_connection(world, mailbox):
    for n in range(30):
        world.told(f"Mot {n}")

    assert world.deliver().sent == 30
    assert len({mail.message["Message-ID"] for mail in mailbox.received}) == 30


def test_a_person_without_an_address_is_shown_as_failed(world, mailbox):
    world.engine.add_person("cleo", "Cleo Essai", lang="fr")
    dyad = world.begin()
    world.engine.replace(dyad, "mentor", "bob", "cleo", "ana")
    world.fire(dyad, "tell")

    done = world.deliver()

    assert [one.trouble for one in done.failed] == ["no_address"]
    assert mailbox.received == []


def test_mails_go_to_the_allowed_domains_alone(world, mailbox):
    world.mail(mailbox.port, domains=("office.example",))
    message = world.told()

    assert [one.trouble for one in world.deliver().failed] == ["domain_not_allowed"]

    world.mail(mailbox.port, domains=("people.example",))
    world.engine.send_again([message])
    assert world.deliver().sent == 1


def test_what_people_wrote_is_shown_as_text(world, mailbox):
    world.told('<script>alert("x")</script> & <b>gras</b>')

    world.deliver()

    page = mailbox.received[0].part("text/html")
    assert "<script>" not in page
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &lt;b&gt;gras&lt;/b&gt;" in page
