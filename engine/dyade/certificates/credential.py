"""What does a certificate say, signed? A verifiable credential (Open Badges 3.0, VC-JWT), and a short form for a code.

Nothing here tells why the holder was eligible: a name, a title, a number, a day, an issuer, and no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, uuid5

from dyade.certificates import keys
from dyade.certificates.signed import sign
from dyade.texts import sentence

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey

CREDENTIAL = "vc+jwt"
CONTEXTS = ("https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json")
_OURS = UUID("6f1f7a2e-5d0b-5c8f-9a64-2f0c4f9d7b31")


class Worded(NamedTuple):
    """A certificate in one language."""

    id: str
    """The same for the paper, the credential and the list of those that are revoked; it says nothing."""
    kind: str
    """The same for all certificates of a kind."""
    number: str
    holder: str
    title: str
    text: str
    issuer: str
    issued_on: str
    replaces: str
    lang: str
    given_by: str = ""
    """In whose name the issuer gives it; empty where nobody is named."""


def identity(program: str, number: str) -> str:
    """The id of a certificate."""
    return uuid5(_OURS, f"{program}/{number}").urn


def kind(program: str, certificate: str) -> str:
    """The id of what certificates of one kind attest to."""
    return uuid5(_OURS, f"{program}/{certificate}/").urn


def credential(worded: Worded, key: OKPKey) -> str:
    """The whole credential, signed."""
    achievement = {
        "id": worded.kind,
        "type": ["Achievement"],
        "name": worded.title,
        "description": worded.text or worded.title,
        "criteria": {"narrative": sentence("answers", "certificate.criteria", worded.lang)},
    }
    subject: dict[str, Any] = {
        "type": ["AchievementSubject"],
        "identifier": [
            {"type": "IdentityObject", "identityHash": worded.holder, "identityType": "name", "hashed": False}
        ],
        "licenseNumber": worded.number,
        "achievement": achievement,
    }
    if worded.given_by:
        # What the standard calls who assessed, on behalf of the issuer.
        source = {"id": uuid5(_OURS, f"{worded.id}/{worded.given_by}").urn, "type": ["Profile"]}
        subject["source"] = {**source, "name": worded.given_by}
    issuer = keys.did(key)
    payload = {
        "@context": list(CONTEXTS),
        "id": worded.id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer, "type": ["Profile"], "name": worded.issuer},
        "validFrom": f"{worded.issued_on}T00:00:00Z",
        "name": worded.title,
        "credentialSubject": subject,
        "iss": issuer,
        "jti": worded.id,
    }
    return sign(payload, key, CREDENTIAL)


def short(worded: Worded, key: OKPKey) -> str:
    """What fits in a code that a telephone reads."""
    said = {
        "id": worded.id,
        "number": worded.number,
        "holder": worded.holder,
        "title": worded.title,
        "issuer": worded.issuer,
        "on": worded.issued_on,
    }
    return sign({**said, "given_by": worded.given_by} if worded.given_by else said, key)


def revocations(revoked: Iterable[tuple[str, str]], on: str, key: OKPKey) -> str:
    """A list of (id, day) of certificates that no longer attest, as it was on a day."""
    return sign({"list": "revoked", "on": on, "revoked": [list(one) for one in revoked]}, key)


def facts(payload: Mapping[str, Any]) -> dict[str, str] | None:
    """What a credential, or its short form, says; `None` where it is neither."""
    given_by: object
    if "credentialSubject" not in payload:
        found = {name: payload.get(name) for name in ("id", "number", "holder", "title", "issuer", "on")}
        given_by = payload.get("given_by")
    else:
        subject, issuer = payload["credentialSubject"], payload.get("issuer")
        try:
            found = {
                "id": payload.get("id"),
                "number": subject["licenseNumber"],
                "holder": subject["identifier"][0]["identityHash"],
                "title": subject["achievement"]["name"],
                "issuer": issuer["name"] if isinstance(issuer, dict) else None,
                "on": str(payload["validFrom"])[:10],
            }
            given_by = subject["source"]["name"] if "source" in subject else None
        except (KeyError, IndexError, TypeError):
            return None
    if given_by is not None:
        found["given_by"] = given_by
    return {name: str(value) for name, value in found.items()} if all(map(_is_text, found.values())) else None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)
