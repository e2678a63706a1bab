"""How does what someone types become the values that the engine reads?

`name=value` is read by the type of its datum; a text that does not fit is passed on as it is, for the engine to refuse
with its reasons. Structured data is read by the same strict reader as programs: JSON is a part of what it reads.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from errno import EINVAL, EISDIR
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any

import click

from dyade.cli.words import say

TypeOf = Callable[[str], Any]
"""The type of a datum by its name, `None` where there is no such datum."""

TRUE = {"true", "vrai", "oui", "o", "yes", "y", "1"}
FALSE = {"false", "faux", "non", "n", "no", "0"}
LARGEST = 1_000_000
"""Bytes of data that are read from a file or a pipe."""


def pairs(given: Iterable[str]) -> list[tuple[str, str]]:
    """The `name=value` arguments, in order."""
    found = []
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise click.UsageError(say("usage.pair", value=repr(text[:60])), click.get_current_context(silent=True))
        found.append((name.strip(), value))
    return found


def gathered(given: Iterable[str], data: str | None, type_of: TypeOf, attached: Iterable[str] = ()) -> dict[str, Any]:
    """What was given, as JSON: the structured data, then the arguments over it; a name given twice makes a list.

    `attached` are `name=path` arguments, whatever the name stands for: the engine tells where no file is expected.
    """
    found = structured(data) if data is not None else {}
    heard: set[str] = set()
    values = [(name, _value(type_of(name), text)) for name, text in pairs(given)]
    for name, value in (*values, *((name, _attached(type_of(name), text)) for name, text in pairs(attached))):
        if name in heard and isinstance(found[name], list):
            found[name] = [*found[name], *(value if isinstance(value, list) else [value])]
        elif name in heard:
            raise click.UsageError(say("usage.twice", name=repr(name[:60])), click.get_current_context(silent=True))
        else:
            found[name] = value
        heard.add(name)
    return found


def _value(kind: Any, text: str) -> Any:
    return from_text(kind, text) if kind is not None else text


def _attached(kind: Any, text: str) -> Any:
    from dyade.program.conditions.types import ListOf

    return [_file(text)] if isinstance(kind, ListOf) else _file(text)


def from_text(kind: Any, text: str) -> Any:
    """A typed text as JSON, by the type of its datum."""
    from dyade.program.conditions.types import ListOf

    if isinstance(kind, ListOf):
        return _list(kind, text)
    if text.strip() == "":
        return None
    reader = _READ.get(kind.name)
    return reader(text) if reader else text


def structured(data: str) -> dict[str, Any]:
    """What `--data` gives: text, `@file`, or `-` for the standard input."""
    from dyade.errors import ProgramInvalid
    from dyade.program.diagnostics import Findings
    from dyade.program.text import read

    raw, name = _raw(data)
    findings = Findings()
    tree = read(raw, findings)
    if tree is None or findings.errors:
        raise ProgramInvalid(findings.sorted(), name, raw.decode("utf-8", "replace"))
    if not isinstance(tree.data, Mapping):
        raise click.UsageError(say("usage.data"), click.get_current_context(silent=True))
    return {str(key): _plain(value) for key, value in tree.data.items()}


def _raw(data: str) -> tuple[bytes, str]:
    if data == "-":
        return sys.stdin.buffer.read(LARGEST + 1), "-"
    if data.startswith("@"):
        return _file_bytes(data[1:]), data[1:]
    return data.encode("utf-8", "surrogateescape"), "--data"


def _file_bytes(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise click.UsageError(say("usage.file", path=repr(path[:200]), reason=reason)) from None


def _plain(value: Any) -> Any:
    """JSON knows no decimals: they travel as text."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _list(kind: Any, text: str) -> Any:
    if text.lstrip().startswith("["):
        found = structured(f'{{"list": {text}}}')["list"]
        return found if isinstance(found, list) else [text]
    value = from_text(kind.item, text)
    return [] if value is None else [value]


def _bool(text: str) -> Any:
    folded = text.strip().casefold()
    return True if folded in TRUE else False if folded in FALSE else text


def _int(text: str) -> Any:
    digits = _digits(text)
    return int(digits) if digits.removeprefix("-").isdecimal() and len(digits) < 20 else text


def _number(text: str) -> str:
    return _digits(text).replace(",", ".", 1) if "." not in text else _digits(text)


def _money(text: str) -> str:
    return _number(text.replace("$", "").replace("€", ""))


def _digits(text: str) -> str:
    return "".join(text.split()).replace("\u202f", "").replace("\u00a0", "")


def _file(text: str) -> Any:
    """A file to attach. Only what a program could take is read, and nothing that would never end."""
    from dyade.program.attached import LARGEST as LARGEST_FILE
    from dyade.program.attached import MOST
    from dyade.service.attaching import Attachment

    path = Path(text.strip()).expanduser()
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):
            raise OSError(EISDIR if S_ISDIR(status.st_mode) else EINVAL, say("usage.file_kind"))
        if status.st_size > LARGEST_FILE:
            raise click.UsageError(say("usage.file_large", path=repr(text[:200]), most=MOST))
        with path.open("rb") as file:
            return Attachment(name=path.name, content=file.read(LARGEST_FILE + 1))
    except FileNotFoundError:
        raise click.UsageError(say("usage.file_missing", path=repr(text[:200]))) from None
    except PermissionError:
        raise click.UsageError(say("usage.file_forbidden", path=repr(text[:200]))) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise click.UsageError(say("usage.file", path=repr(text[:200]), reason=reason)) from None


_READ: Mapping[str, Callable[[str], Any]] = {
    "bool": _bool,
    "int": _int,
    "decimal": _number,
    "money": _money,
    "date": str.strip,
    "datetime": str.strip,
    "time": str.strip,
    "duration": str.strip,
    "enum": str.strip,
    "person": str.strip,
    "file": _file,
}
