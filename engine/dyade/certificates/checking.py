"""Is a certificate good? Its signature, its key, whether it was revoked; without any store where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from dyade.certificates import paper
from dyade.certificates.credential import facts
from dyade.certificates.signed import Opened, opened

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey

GOOD, ALTERED, REVOKED, UNKNOWN_KEY = "good", "altered", "revoked", "unknown_key"

Keys = Mapping[str, "OKPKey"]


class Verdict(NamedTuple):
    """What was found of a certificate."""

    verdict: str
    """`good`, `altered`, `revoked`, or `unknown_key`."""
    facts: Mapping[str, str]
    """What it says: a number, a holder, a title, an issuer, a day."""
    signer: str
    revoked_on: str
    """The day on which it was revoked, where it was."""
    is_paper: bool


def check(found: bytes, trusted: Keys, revoked: Mapping[str, str] | None) -> Verdict | None:
    """Judge a file: a credential, its short form, or a document; `None` where it is no certificate.

    `revoked` is day by id, from a store or a list; `None` where nothing tells.
    """
    is_paper = found[:1024].lstrip().startswith(b"%PDF")
    text = paper.inside(found) if is_paper else found[:200_000].decode("utf-8", "replace").strip()
    credential = opened(text, trusted) if text else None
    said = facts(credential.payload) if credential is not None else None
    if credential is None or said is None:
        # Something of ours whose words can no longer be read was altered; anything else is none of ours.
        return Verdict(ALTERED, {}, "", "", is_paper) if _was_ours(found, text, is_paper) else None
    day = (revoked or {}).get(said["id"], "")
    return Verdict(_verdict(found, credential, said, trusted, day, is_paper), said, credential.signer, day, is_paper)


def revocations(text: str, trusted: Keys) -> tuple[Mapping[str, str], Opened] | None:
    """Open a list of revoked certificates: day by id; `None` where it is none, or where no trusted key signed it."""
    found = opened(text.strip(), trusted)
    if found is None or not found.holds or found.signer not in trusted or found.payload.get("list") != "revoked":
        return None
    listed = found.payload.get("revoked")
    rows = [one for one in listed if isinstance(one, list) and len(one) == 2] if isinstance(listed, list) else []
    return {str(id_): str(day) for id_, day in rows}, found


def _verdict(found: bytes, credential: Opened, said: Mapping[str, str], trusted: Keys, day: str, is_paper: bool) -> str:
    if not credential.holds or (is_paper and not _is_whole(found, credential, said, trusted)):
        return ALTERED
    if credential.signer not in trusted:
        return UNKNOWN_KEY
    return REVOKED if day else GOOD


def _is_whole(found: bytes, credential: Opened, said: Mapping[str, str], trusted: Keys) -> bool:
    """Whether every byte of a document is as it was sealed, by whoever signed the credential inside."""
    made, text = paper.unsealed(found)
    seal = opened(text, trusted)
    return (
        seal is not None
        and seal.holds
        and seal.signer == credential.signer
        and seal.payload.get("number") == said["number"]
        and seal.payload.get("sha256") == sha256(made).hexdigest()
        # Nothing may hide between the seal and the end.
        and found == made + paper.SEAL + text.encode() + b"\n"
    )


def _was_ours(found: bytes, text: str | None, is_paper: bool) -> bool:
    if is_paper:
        return paper.SEAL in found
    return text is not None and text.count(".") == 2 and text.startswith("ey")
