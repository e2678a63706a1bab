"""Whose signature is it? The key of whoever issues, in a file apart from the store, and what is handed out of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dyade.certificates.extra import imported
from dyade.errors import KeyTrouble

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey

CURVE = "Ed25519"
_MULTICODEC = b"\xed\x01"
"""What stands before an Ed25519 key, to say what it is."""
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DID = "did:key:z"


def new(path: Path) -> OKPKey:
    """Make a key, in a file that its owner alone may read; never over another file."""
    made = imported("joserfc.jwk").OKPKey.generate_key(CURVE)
    text = json.dumps(made.as_dict(private=True), indent=1)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyTrouble("exists", str(path)) from None
    except OSError as error:
        raise KeyTrouble("unwritable", f"{path}: {error.strerror}") from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    key: OKPKey = made
    return key


def private(path: Path) -> OKPKey:
    """Read the key that signs; one that others may read is refused."""
    found = _read(path)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise KeyTrouble("open", str(path))
    if "d" not in found:
        raise KeyTrouble("public", str(path))
    return _key(found, path)


def trusted(path: Path) -> dict[str, OKPKey]:
    """Read the public keys of a file: one key, or several under `keys`; each under its name."""
    found = _read(path)
    listed = found["keys"] if isinstance(found.get("keys"), list) else [found]
    keys = (_key(_public(one), path) for one in listed)
    return {did(key): key for key in keys}


def handed_out(keys: Iterable[OKPKey]) -> dict[str, Any]:
    """What whoever verifies is given: the public keys, under their names."""
    return {"keys": [{**_public(key.as_dict(private=False)), "kid": did(key)} for key in keys]}


def did(key: OKPKey) -> str:
    """The name of a key, which says the key itself (did:key)."""
    raw = _decoded(str(key.as_dict(private=False)["x"]))
    return _DID + _base58(_MULTICODEC + raw)


def named(name: str) -> OKPKey | None:
    """The key that a name says; `None` where it is no such name."""
    import base64

    raw = _unbase58(name.removeprefix(_DID)) if name.startswith(_DID) else None
    if raw is None or len(raw) != len(_MULTICODEC) + 32 or not raw.startswith(_MULTICODEC):
        return None
    x = base64.urlsafe_b64encode(raw[len(_MULTICODEC) :]).rstrip(b"=").decode()
    key: OKPKey = imported("joserfc.jwk").OKPKey.import_key({"kty": "OKP", "crv": CURVE, "x": x})
    return key


def _public(found: Any) -> dict[str, Any]:
    return {name: found.get(name) for name in ("kty", "crv", "x")} if isinstance(found, dict) else {}


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes()[:100_000])
    except OSError as error:
        raise KeyTrouble("unreadable", f"{path}: {error.strerror}") from None
    except ValueError:
        raise KeyTrouble("no_key", str(path)) from None
    if not isinstance(found, dict):
        raise KeyTrouble("no_key", str(path))
    return found


def _key(found: dict[str, Any], path: Path) -> OKPKey:
    jwk = imported("joserfc.jwk")
    if found.get("crv") != CURVE:
        raise KeyTrouble("no_key", str(path))
    try:
        key: OKPKey = jwk.OKPKey.import_key({name: found[name] for name in ("kty", "crv", "x", "d") if name in found})
        did(key)
    except Exception:
        raise KeyTrouble("no_key", str(path)) from None
    return key


def _decoded(text: str) -> bytes:
    import base64

    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _base58(raw: bytes) -> str:
    number, said = int.from_bytes(raw, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        said = _BASE58[rest] + said
    return said


def _unbase58(said: str) -> bytes | None:
    number = 0
    if len(said) > 100:
        return None
    for letter in said:
        place = _BASE58.find(letter)
        if place < 0:
            return None
        number = number * 58 + place
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
