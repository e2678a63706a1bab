"""How is a parcel written as a mail? In parts that are all encoded, so that no text can begin a header or a part.

Two attempts write the same bytes but for the date of the attempt: the id, the parts and their borders come from the
parcel alone.
"""

from __future__ import annotations

from base64 import encodebytes
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from typing import NamedTuple

from dyade.delivery import headers, pages
from dyade.delivery.invitations import calendar
from dyade.service.parcels import Parcel


class Mail(NamedTuple):
    """A mail ready to leave, and its envelope."""

    sender: str
    recipient: str
    content: bytes


def mail(parcel: Parcel, sender: str, name: str, recipient: str, now: int) -> Mail:
    """Write a parcel, from a mailbox to a plain address; both have passed `headers.address`."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=now)
    border = sha256(parcel.id.encode()).hexdigest()[:32]
    head = [
        ("Date", format_datetime(moment)),
        # No domain of ours, which settings could change between two attempts.
        ("Message-ID", f"<{parcel.id}@dyade.invalid>"),
        ("From", headers.mailbox(name, sender)),
        ("To", recipient),
        ("Subject", headers.words(pages.subject(parcel))),
        ("Content-Language", pages.spoken(parcel.first)),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/mixed; boundary="{border}-m"'),
    ]
    lines = "".join(f"{name}: {value}\r\n" for name, value in head)
    return Mail(sender, recipient, f"{lines}\r\n".encode("ascii") + _parts(parcel, border, sender, recipient))


def _parts(parcel: Parcel, border: str, sender: str, recipient: str) -> bytes:
    """Text, page and invitation are three ways to say the same; the invitation is a file too, to be kept."""
    events = tuple({event.id: event for letter in parcel.letters for event in letter.events}.values())
    ways = [_part("text/plain; charset=utf-8", pages.text(parcel).encode())]
    ways.append(_part("text/html; charset=utf-8", pages.page(parcel).encode()))
    files = []
    if events:
        invitation = calendar(events, sender, recipient, parcel.messages[0].created_at)
        ways.append(_part("text/calendar; charset=utf-8; method=REQUEST", invitation))
        files.append(_part('application/ics; name="dyade.ics"', invitation, "dyade.ics"))
    inner = f'Content-Type: multipart/alternative; boundary="{border}-a"\r\n\r\n'.encode()
    inner += _joined(ways, f"{border}-a")
    return _joined([inner, *files], f"{border}-m")


def _part(kind: str, content: bytes, file: str = "") -> bytes:
    """One part, in base64: its alphabet has no dash, so that nothing in it can be taken for a border."""
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n"
    if file:
        head += f'Content-Disposition: attachment; filename="{file}"\r\n'
    body = encodebytes(content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")).replace(b"\n", b"\r\n")
    return head.encode() + b"\r\n" + body


def _joined(parts: list[bytes], border: str) -> bytes:
    edge = f"--{border}".encode()
    return b"".join(edge + b"\r\n" + part + b"\r\n" for part in parts) + edge + b"--\r\n"
