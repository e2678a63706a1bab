"""How is a certificate put on paper? One page, a code to check it by, the credential inside, a seal over the whole.

The seal is a comment after the end of the document: readers pass over it, and it covers every byte before it.
"""

from __future__ import annotations

import io
import json
import re
import zlib
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from dyade.certificates.credential import Worded, credential, short
from dyade.certificates.extra import imported
from dyade.certificates.signed import sign
from dyade.texts import sentence

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey

SEAL = b"\n%dyade-seal "
LARGEST = 20_000_000
"""No certificate weighs so many bytes."""
_EMBEDDED = re.compile(rb"/Type\s*/EmbeddedFile(.{0,600}?)>>\s*stream\r?\n", re.DOTALL)


def paper(worded: Worded, key: OKPKey) -> bytes:
    """A page of A4 to frame, with all that it takes to check it."""
    said: dict[str, Any] = {
        "lang": worded.lang,
        "issuer": worded.issuer,
        "title": worded.title,
        "holder": worded.holder,
        "text": worded.text,
        "awarded": sentence("answers", "certificate.awarded", worded.lang),
        "day": written_out(worded.issued_on, worded.lang),
        "number": sentence("answers", "certificate.number", worded.lang, number=worded.number),
        "replaces": _replaces(worded),
        "given_by": _given_by(worded),
        "check": sentence("answers", "certificate.check", worded.lang),
        "code": code(short(worded, key)),
        "credential": credential(worded, key),
    }
    template = files("dyade.certificates").joinpath("certificate.typ").read_bytes()
    typst = imported("typst")
    made: bytes = typst.compile(
        template, format="pdf", sys_inputs={"said": json.dumps(said, ensure_ascii=False)}, ignore_system_fonts=True
    )
    return sealed(made, worded.number, key)


def code(text: str) -> str:
    """A code that a telephone reads, drawn."""
    drawn = imported("segno").make_qr(text, error="l")
    out = io.BytesIO()
    drawn.save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()


def sealed(made: bytes, number: str, key: OKPKey) -> bytes:
    """A document, and after it the signature over each of its bytes."""
    made = made.rstrip(b"\n")
    return made + SEAL + sign({"number": number, "sha256": sha256(made).hexdigest()}, key).encode() + b"\n"


def unsealed(found: bytes) -> tuple[bytes, str]:
    """A document, and its seal; an empty text where it has none."""
    made, _, seal = found.rpartition(SEAL)
    return (made, seal.strip().decode("ascii", "replace")) if made else (found, "")


def inside(found: bytes) -> str | None:
    """The credential that a document carries."""
    for match in _EMBEDDED.finditer(found):
        end = found.find(b"endstream", match.end())
        raw = found[match.end() : end].rstrip(b"\r\n") if end > 0 else b""
        if b"FlateDecode" in match[1]:
            try:
                raw = zlib.decompressobj().decompress(raw, 200_000)
            except zlib.error:
                continue
        if raw.count(b".") == 2:
            return raw.decode("ascii", "replace").strip()
    return None


def written_out(on: str, lang: str) -> str:
    """A day in full letters."""
    year, month, day = on.split("-")
    months = sentence("answers", "certificate.months", lang).split()
    first = "1er" if lang == "fr" and int(day) == 1 else str(int(day))
    return sentence("answers", "certificate.day", lang, day=first, month=months[int(month) - 1], year=year)


def _given_by(worded: Worded) -> str:
    return sentence("answers", "certificate.given_by", worded.lang, person=worded.given_by) if worded.given_by else ""


def _replaces(worded: Worded) -> str:
    return sentence("answers", "certificate.replaces", worded.lang, number=worded.replaces) if worded.replaces else ""
