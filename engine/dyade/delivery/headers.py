"""What may stand in the header of a mail? One line of text, and one address; whatever the text tries.

The standard library decodes words such as `=?utf-8?q?…?=` as it writes a header, and what they hide may then begin
another. So nothing is decoded here: text that is not plain is encoded, whole, in pieces that hold no line end.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b64encode
from typing import Final

LONGEST: Final = 400
"""Characters of a subject; no screen shows more."""
_PLAIN = re.compile(r"[A-Za-z0-9 .,;:!?'()/&+-]*")
_PIECE: Final = 39
"""Bytes of text in one encoded word, so that it fits in a line of 75."""
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*")


def one_line(text: str) -> str:
    """A text without anything that a mail program might take for the end of a line, or hide."""
    spaced = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp", "Zs") else char for char in text)
    shown = "".join(char for char in spaced if unicodedata.category(char) not in ("Cf", "Cs", "Co", "Cn"))
    return " ".join(shown.split())[:LONGEST].rstrip()


def words(text: str) -> str:
    """A text as the value of a header, folded where it is long."""
    line = one_line(text)
    if _PLAIN.fullmatch(line) and len(line) < 60:
        return line
    return _encoded(line)


def _pieces(line: str) -> list[bytes]:
    """The bytes of a text, cut between characters."""
    pieces = [b""]
    for char in line:
        encoded = char.encode()
        if len(pieces[-1]) + len(encoded) > _PIECE:
            pieces.append(b"")
        pieces[-1] += encoded
    return pieces


def address(text: str) -> str | None:
    """An address as a server is given it, its domain in ASCII; `None` where it is no single plain address."""
    local, at, domain = text.strip(" ").rpartition("@")
    try:
        domain = domain.lower().encode("idna").decode("ascii") if domain else ""
    except UnicodeError:
        return None
    if not at or len(local) > 64 or len(domain) > 253:
        return None
    return f"{local}@{domain}" if _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain) else None


def mailbox(name: str, plain: str) -> str:
    """A name and its address, as the value of a header."""
    line = one_line(name)
    if not line:
        return plain
    if re.fullmatch(r"[A-Za-z0-9 ]{1,40}", line):
        return f"{line} <{plain}>"
    return f"{_encoded(line)}\r\n <{plain}>"


def _encoded(line: str) -> str:
    return "\r\n ".join(f"=?utf-8?b?{b64encode(piece).decode()}?=" for piece in _pieces(line))
