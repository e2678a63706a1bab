"""Which version of a program is this? Its canonical form, and the two digests that name it.

The *behaviour* form is what decides: a dyad is pinned to its digest. It leaves out what may be corrected under a
running dyad without changing what happens to it: texts, where rules come from, whom to write to, what the version is
called. The *full* form is the whole program in its own order; it can be loaded again.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any

from dyade.program import model as m

NOT_BEHAVIOUR: Mapping[type[m.Part], frozenset[str]] = {
    m.Rule: frozenset(("source", "basis", "note")),
    m.Role: frozenset(("also",)),
    # `status` says whether new dyads may start, `version` is a name that its authors give.
    m.Program: frozenset(("version", "status", "locales", "contacts", "sender", "sources", "out_of_scope", "guidance")),
}
"""Keys that decide nothing, beside the texts."""


def canonical(model: m.Program, *, texts: bool, extra: Mapping[str, Any]) -> bytes:
    """The canonical form, as JSON.

    `extra` is what was looked up when the program was read, such as its holidays; texts in it, `{fr: …, en: …}`, are
    left out of the behaviour form too.
    """
    dumped = model.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True, context={"texts": texts})
    resolved: Any = dict(extra)
    if not texts:
        dumped, resolved = _behaviour(model, dumped), _wordless(resolved)
    whole = {"program": dumped, "resolved": resolved}
    return unicodedata.normalize("NFC", "".join(_json(whole, in_order=texts))).encode()


def behaviour_digest(model: m.Program, extra: Mapping[str, Any]) -> str:
    """The sha256 of what decides: a dyad is pinned to it."""
    return sha256(canonical(model, texts=False, extra=extra)).hexdigest()


def text_digest(model: m.Program, extra: Mapping[str, Any]) -> str:
    """The sha256 of the full form: it changes with any word."""
    return sha256(canonical(model, texts=True, extra=extra)).hexdigest()


def parsed(form: bytes | str) -> tuple[m.Program, Mapping[str, Any]]:
    """Load a full form again: an equal model, and what was resolved with it."""
    stored = json.loads(form, parse_float=Decimal)
    return m.load_model(stored["program"]), stored["resolved"]


def _behaviour(part: Any, dumped: Any) -> Any:
    """Drop what decides nothing; an identifier that carried a text stays, without its text."""
    if isinstance(part, m.Part):
        names = {info.alias or name: name for name, info in type(part).model_fields.items()}
        dropped = frozenset[str]().union(*(NOT_BEHAVIOUR.get(kind, ()) for kind in type(part).__mro__))
        return {
            key: _behaviour(getattr(part, names[key]), value)
            for key, value in dumped.items()
            if value is not None and key not in dropped
        }
    if isinstance(part, dict) and isinstance(dumped, dict):
        return {key: _behaviour(part[key], value) for key, value in dumped.items()}
    if isinstance(part, list):
        return [_behaviour(item, value) for item, value in zip(part, dumped, strict=True)]
    return dumped


def _wordless(value: Any) -> Any:
    """Drop the texts of what was looked up."""
    if isinstance(value, dict):
        is_text = bool(value) and all(len(key) == 2 and isinstance(said, str) for key, said in value.items())
        return None if is_text else {key: _wordless(inner) for key, inner in value.items()}
    return [_wordless(inner) for inner in value] if isinstance(value, list | tuple) else value


def _json(value: Any, *, in_order: bool) -> Iterator[str]:
    """Write JSON without spaces; a decimal stays the number that was written, which `json` cannot do."""
    match value:
        case dict():
            items = value.items() if in_order else sorted(value.items())
            yield "{"
            for at, (key, inner) in enumerate(items):
                yield f"{',' if at else ''}{json.dumps(key, ensure_ascii=False)}:"
                yield from _json(inner, in_order=in_order)
            yield "}"
        case list() | tuple():
            yield "["
            for at, inner in enumerate(value):
                yield "," if at else ""
                yield from _json(inner, in_order=in_order)
            yield "]"
        case Decimal():
            text = str(value)
            yield text if "." in text or "E" in text else f"{text}.0"
        case _:
            yield json.dumps(value, ensure_ascii=False)
