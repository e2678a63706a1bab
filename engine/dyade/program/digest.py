"""Which version of a program is this? Its canonical form, and the two digests that name it.

The *behaviour* form is what decides: a dyad is pinned to its digest. It leaves out what may be corrected under a
running dyad without changing what happens to it: texts, where rules come from, whom to write to, what the version is
called. The *full* form is the whole program in its own order; it can be loaded again.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import Any

from dyade.program import model as m
from dyade.program.keys import Key, keys

NOT_BEHAVIOUR: Mapping[type[m.Part], frozenset[str]] = {
    m.Rule: frozenset(("source", "basis", "note")),
    m.Role: frozenset(("also",)),
    # `status` says whether new dyads may start, `version` is a name that its authors give.
    # How dyads come from another version is read once, when they do.
    m.Program: frozenset(
        (
            "version",
            "status",
            "locales",
            "contacts",
            "sender",
            "sources",
            "out_of_scope",
            "guidance",
            "migrations",
        )
    ),
}
"""Keys that decide nothing, beside the texts."""


def canonical(model: m.Program, *, texts: bool, extra: Mapping[str, Any]) -> bytes:
    """The canonical form, as JSON.

    `extra` is what was looked up when the program was read, such as its holidays; texts in it, `{fr: …, en: …}`, are
    left out of the behaviour form too.
    """
    resolved: Any = dict(extra)
    whole = {"program": plain(model, texts=texts), "resolved": resolved if texts else _wordless(resolved)}
    return unicodedata.normalize("NFC", _json(whole, in_order=texts)).encode()


def behaviour_digest(model: m.Program, extra: Mapping[str, Any]) -> str:
    """The sha256 of what decides: a dyad is pinned to it."""
    return sha256(canonical(model, texts=False, extra=extra)).hexdigest()


def text_digest(model: m.Program, extra: Mapping[str, Any]) -> str:
    """The sha256 of the full form: it changes with any word."""
    return sha256(canonical(model, texts=True, extra=extra)).hexdigest()


def parsed(form: bytes | str) -> tuple[m.Program, Mapping[str, Any]]:
    """Load a full form again: an equal model, and what was resolved with it."""
    stored = json.loads(form, parse_float=Decimal)
    return m.made(m.Program, stored["program"], kept=True), stored["resolved"]


def plain(value: Any, *, texts: bool = True) -> Any:
    """What a part says, as plain data; without texts, only what decides.

    What is as it would be if it were not said is left out. An identifier that carried a text stays, without its text.
    """
    if isinstance(value, m.Part):
        kind = type(value)
        said = ((key, value.__dict__.get(key.attribute)) for key in _told(kind, texts))
        return {
            key.key: _text(inner, texts) if key.kind == "text" else plain(inner, texts=texts)
            for key, inner in said
            if inner is not None and (key.required or inner != key.default)
        }
    if isinstance(value, dict):
        return {key: plain(inner, texts=texts) for key, inner in value.items()}
    return [plain(item, texts=texts) for item in value] if isinstance(value, list) else value


def _text(value: Any, texts: bool) -> Any:
    return value if texts else dict.fromkeys(value)


@cache
def _told(kind: type[m.Part], texts: bool) -> tuple[Key, ...]:
    """The keys of a kind of part that are told; without texts, those that decide."""
    if texts:
        return keys(kind)
    dropped = frozenset[str]().union(*(NOT_BEHAVIOUR.get(base, ()) for base in kind.__mro__))
    return tuple(key for key in keys(kind) if key.key not in dropped and (key.kind != "text" or key.each))


def _wordless(value: Any) -> Any:
    """Drop the texts of what was looked up."""
    if isinstance(value, dict):
        is_text = bool(value) and all(len(key) == 2 and isinstance(said, str) for key, said in value.items())
        return None if is_text else {key: _wordless(inner) for key, inner in value.items()}
    return [_wordless(inner) for inner in value] if isinstance(value, list | tuple) else value


def _json(value: Any, *, in_order: bool) -> str:
    """Write JSON without spaces; a decimal stays the number that was written, which `json` cannot do."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=not in_order, separators=(",", ":"), default=_marked)
    return _DECIMAL.sub(r"\1", text)


_DECIMAL = re.compile(r'"\\u0000([0-9.E+-]+)"')
"""A decimal, marked by a character that no program holds."""


def _marked(value: Any) -> str:
    if not isinstance(value, Decimal):
        raise TypeError(type(value))
    text = str(value)
    return "\0" + (text if "." in text or "E" in text else f"{text}.0")
