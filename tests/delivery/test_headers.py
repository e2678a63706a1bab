"""Can a text, whatever it holds, add a header, a recipient or a part to a mail?"""

from __future__ import annotations

import re
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyade.delivery import headers
from dyade.delivery.mime import mail
from dyade.service.parcels import Event, Letter, Parcel
from dyade.service.ports import Outgoing

KINDS = ("sqlite",)
"""What servers answer is the same to every store."""

ID = "5b0d4a1e-9d1c-5f3e-8a39-2f6d1c0b7a11"
BREAKS = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029\x00"
TRICKS = [
    "Hello\r\nBcc: all@evil.example", "Hello\nBcc: all@evil.example", "Hello\x85Bcc: all@evil.example",
    "Hello\u2028Bcc: all@evil.example", "=?utf-8?q?Hello=0D=0ABcc=3A_all=40evil=2Eexample?=",
    "=?utf-8?b?SGVsbG8NCkJjYzogYWxsQGV2aWwuZXhhbXBsZQ==?=", "=?utf-8?q?a?= =?utf-8?q?=0ABcc:x?=",
    "\r\n\r\n<html>", "a" * 5000, "é" * 2000, "\r\n--border", '"a" <b@evil.example>,', "\U0001f600" * 30,
]  # fmt: skip
texts = st.one_of(
    st.sampled_from(TRICKS),
    st.text(st.one_of(st.sampled_from(BREAKS + '=?_<>,;:"@-'), st.characters(exclude_categories=["Cs"])), max_size=120),
)
NAMES = {
    "date", "message-id", "from", "to", "subject", "content-language", "auto-submitted", "x-auto-response-suppress",
    "mime-version", "content-type",
}  # fmt: skip


def parcel(subject: str, text: str, title: str, reason: str, label: str) -> Parcel:
    message = Outgoing(ID, "D-1", 1, 0, "notice", "r", "bob", "email", "normal", "t", subject, text, "waiting", 0)
    event = Event(ID, label, "2026-10-01", "America/Toronto", True, 3)
    return Parcel(
        ID, (message,), (Letter("fr", "p", title, "", subject, text, reason, (event,)),), "bob@people.example"
    )


@given(texts, texts, texts, texts, texts)
def test_no_text_adds_a_header_a_recipient_or_a_part(subject, text, title, reason, label):
    content = mail(
        parcel(subject, text, title, reason, label), "a@office.example", title, "bob@people.example", 0
    ).content

    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998
    for rules in (policy.default, policy.compat32, policy.SMTP):
        found = message_from_bytes(content, policy=rules)
        assert {name.lower() for name in found} == NAMES
        assert len(found.keys()) == len(NAMES)
        assert [part.get_content_type() for part in found.walk()] == [
            "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics",
        ]  # fmt: skip
        assert not found.defects
    read = message_from_bytes(content, policy=policy.default)
    assert [one.addr_spec for one in read["To"].addresses] == ["bob@people.example"]
    assert [one.addr_spec for one in read["From"].addresses] == ["a@office.example"]


@given(texts)
def test_a_subject_is_read_as_it_was_written_but_for_what_breaks_a_line(subject):
    raw = f"Subject: {headers.words(subject)}\r\n\r\n".encode("ascii")
    from email.header import decode_header

    found = message_from_bytes(raw, policy=policy.compat32)["Subject"]
    read = "".join(
        piece.decode(charset or "ascii") if isinstance(piece, bytes) else piece
        for piece, charset in decode_header(found)
    )

    assert read == headers.one_line(subject)
    assert not re.search(f"[{BREAKS}]", read)


@pytest.mark.parametrize(
    "text",
    [
        "", "bob", "@people.example", "bob@", "bob@people.example, all@evil.example",
        "bob@people.example\r\nRCPT TO:<a@b>",
        "<bob@people.example>", "Bob <bob@people.example>", "bob@people.example>",
        "a b@people.example", "bob@peo ple.example",
        '"bob"@people.example', "bob@[127.0.0.1]", "bob@people..example", ".bob@people.example", "bob@-people.example",
        "bob@people.example\x85", "bob\u2028@people.example", "élise@people.example", "bob@people.example\n",
        "a" * 65 + "@people.example", "bob@" + "a." * 130 + "example", "bob%evil.example@people.example\0",
    ],
)  # fmt: skip
def test_what_is_no_single_plain_address_is_refused(text):
    assert headers.address(text) is None


@given(texts)
def test_an_address_never_holds_more_than_one_recipient(text):
    found = headers.address(f"{text}@people.example")

    assert found is None or re.fullmatch(r"[^\s,;:<>()\[\]\\\"@]+@people\.example", found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bob@people.example", "bob@people.example"),
        (" Bob.O'Neil+x@People.Example ", "Bob.O'Neil+x@people.example"),
        ("bob@québec.example", "bob@xn--qubec-csa.example"),
        ("bob@machine", "bob@machine"),
    ],
)
def test_an_address_is_given_as_a_server_takes_it(text, found):
    assert headers.address(text) == found


def test_a_hostile_text_reaches_one_person_through_a_real_server(world, mailbox):
    world.engine.change_person("ana", name="Ana\r\nBcc: all@evil.example\r\n\r\n=?utf-8?q?=0D=0ABcc:x?=")
    world.told("\r\n.\r\nMAIL FROM:<a@evil.example>\r\n--border\r\n\r\nX")

    assert world.deliver().sent == 1

    [received] = mailbox.received
    assert received.recipients == ["bob@people.example"]
    assert received.message["Bcc"] is None
    assert "MAIL FROM:<a@evil.example>" in received.part("text/plain")
