"""In which language does the command line speak, and how does it say a sentence?"""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import pairwise

from dyade.texts import LOCALE, languages, sentence

FALLBACK = "en"
ASKED = ("DYADE_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
"""Where a language may be asked for, the first that says something being heard."""

_spoken: ContextVar[str] = ContextVar("spoken", default=FALLBACK)


def lang() -> str:
    """The language of this command."""
    return _spoken.get()


def say(key: str, /, n: int | None = None, **facts: str | int) -> str:
    """One sentence of the faces, in the language of this command."""
    return sentence("faces", key, lang(), n, **facts)


def chosen(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language that a command asks for, known before its options are read: `--help` needs it too."""
    asked = [after for option, after in pairwise(arguments) if option == "--lang"]
    asked += [option[7:] for option in arguments if option.startswith("--lang=")]
    if asked and asked[-1] in languages():
        return asked[-1]
    told = next((environment[name] for name in ASKED if environment.get(name)), "")
    return told[:2].lower() if told[:2].lower() in languages() and not told[2:3].isalpha() else FALLBACK


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything in one language: our sentences, and Click's own, which it looks for with gettext."""
    token = _spoken.set(language)
    domain, before = gettext.textdomain(), os.environ.get("LANGUAGE")
    gettext.bindtextdomain("faces", str(LOCALE))
    gettext.textdomain("faces")
    os.environ["LANGUAGE"] = language
    try:
        yield
    finally:
        _spoken.reset(token)
        gettext.textdomain(domain)
        if before is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before
