"""Did that key sign these words? Short signed texts (JWS, Ed25519), made and opened."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dyade.certificates import keys
from dyade.certificates.extra import imported

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey

WRITTEN = "EdDSA"
"""The name of the algorithm that every verifier knows; RFC 9864 gave it a second one."""
READ = ("EdDSA", "Ed25519")
LONGEST = 100_000


class Opened(NamedTuple):
    """A signed text, opened."""

    payload: Mapping[str, Any]
    signer: str
    """The name of the key that it says it was signed with."""
    holds: bool
    """Whether that key signed exactly this."""


def sign(payload: Mapping[str, Any], key: OKPKey, kind: str = "") -> str:
    """Sign data; `kind` says what it is, where others than dyade read it."""
    jws = imported("joserfc.jws")
    name = keys.did(key)
    said = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    header = {"alg": WRITTEN, "kid": name}
    if kind:
        header = {"alg": WRITTEN, "typ": kind, "kid": f"{name}#{name.removeprefix('did:key:')}"}
    with warnings.catch_warnings():
        # The first name of the algorithm is discouraged, and the only one that is understood everywhere.
        warnings.simplefilter("ignore")
        made: str = jws.serialize_compact(header, said, key, algorithms=list(READ))
    return made


def opened(text: str, trusted: Mapping[str, OKPKey]) -> Opened | None:
    """Open a signed text, with the key that it names; `None` where it is none."""
    parts = _parts(text)
    if parts is None:
        return None
    header, payload = parts
    signer = str(header.get("kid", "")).partition("#")[0]
    key = trusted.get(signer) or keys.named(signer)
    return Opened(payload, signer, key is not None and header.get("alg") in READ and _holds(text, key))


def _holds(text: str, key: OKPKey) -> bool:
    jws, errors = imported("joserfc.jws"), imported("joserfc.errors")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            jws.deserialize_compact(text, key, algorithms=list(READ))
        except (errors.JoseError, ValueError):
            return False
    return True


def _parts(text: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    import base64

    pieces = text.split(".")
    if len(pieces) != 3 or len(text) > LONGEST or not text.isascii():
        return None
    found = []
    for piece in pieces[:2]:
        try:
            said = json.loads(base64.b64decode(piece + "=" * (-len(piece) % 4), b"-_", validate=True))
        except (ValueError, RecursionError):
            return None
        if not isinstance(said, dict):
            return None
        found.append(said)
    return found[0], found[1]
