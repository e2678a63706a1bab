"""How does a mail read? Its words, then why one has it: as plain text, and as a page that any mail program shows."""

from __future__ import annotations

import re
from html import escape

from dyade.service.parcels import Letter, Parcel
from dyade.texts import languages, sentence

_STYLE = (
    "margin:0 auto;max-width:38em;padding:1.5em 1em;font-family:Arial,Helvetica,sans-serif;font-size:16px;"
    "line-height:1.5;color:#1a1a1a"
)
_FOOT = "margin-top:2em;padding-top:1em;border-top:1px solid #8a8a8a;font-size:14px;color:#555555"
_HEAD = "font-size:18px;margin:1.5em 0 0.5em"


def spoken(letter: Letter) -> str:
    """The language of what stands around a letter: ours, where its program speaks another."""
    return letter.lang if letter.lang in languages() else "en"


def subject(parcel: Parcel) -> str:
    """The subject: of the one letter, or of the digest."""
    first = parcel.first
    if len(parcel.letters) == 1:
        return first.subject
    return sentence("letters", "digest.subject", spoken(first), len(parcel.letters), program=_programs(parcel))


def _programs(parcel: Parcel) -> str:
    return ", ".join(dict.fromkeys(letter.title for letter in parcel.letters))


def _reasons(parcel: Parcel) -> list[str]:
    return list(dict.fromkeys(letter.reason for letter in parcel.letters))


def text(parcel: Parcel) -> str:
    """The mail as plain text."""
    first = parcel.first
    if len(parcel.letters) == 1:
        parts = [first.text.strip()]
    else:
        parts = [sentence("letters", "digest.intro", spoken(first), len(parcel.letters))]
        for n, letter in enumerate(parcel.letters, 1):
            title = f"{n}. {letter.subject}"
            parts.append(f"{title}\n{'-' * min(len(title), 72)}\n{letter.text.strip()}")
    return "\n\n".join([*parts, "\n".join(["-- ", *_reasons(parcel)])]) + "\n"


def page(parcel: Parcel) -> str:
    """The mail as a page; whatever was written by people is shown as text."""
    first = parcel.first
    if len(parcel.letters) == 1:
        body = _paragraphs(first.text)
    else:
        body = f"<p>{escape(sentence('letters', 'digest.intro', spoken(first), len(parcel.letters)))}</p>\n"
        body += "\n".join(
            f'<section lang="{escape(letter.lang)}"><h2 style="{_HEAD}">{escape(letter.subject)}</h2>\n'
            f"{_paragraphs(letter.text)}</section>"
            for letter in parcel.letters
        )
    reasons = "".join(f"<p>{escape(reason)}</p>" for reason in _reasons(parcel))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(first.lang)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(subject(parcel))}</title>\n</head>\n<body style="margin:0;background:#ffffff">\n'
        f'<div style="{_STYLE}">\n{body}\n<div style="{_FOOT}">{reasons}</div>\n</div>\n</body>\n</html>\n'
    )


def _paragraphs(words: str) -> str:
    """Blank lines part paragraphs, and lines stay lines; nothing becomes a link, for a mail has none of ours."""
    parts = [part for part in re.split(r"\n\s*\n", words.strip()) if part.strip()]
    return "\n".join(f"<p>{escape(part.strip()).replace(chr(10), '<br>' + chr(10))}</p>" for part in parts)
