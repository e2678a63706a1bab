"""Certificates: issued once to the holder of a role, revoked, issued anew; each under a number of its own."""

from __future__ import annotations

from datetime import date

from dyade.flow import messages as c
from dyade.flow.draft import Draft
from dyade.flow.dyad import Issued
from dyade.flow.outcome import Reason
from dyade.flow.recording import record
from dyade.program.model import Certificate

Reasons = tuple[Reason, ...]


def declared(draft: Draft, name: str) -> Certificate:
    """A certificate of the program."""
    return draft.plan.program.model.certificates[name]


def lacking(draft: Draft, name: str) -> str | None:
    """The role that nobody holds, where a certificate that was never issued can be given to nobody, or by nobody."""
    certificate = declared(draft, name)
    if name in draft.certificates:
        return None
    wanted = (certificate.to, *((certificate.issuer,) if certificate.issuer else ()))
    return next((role for role in wanted if not draft.holders(role)), None)


def issue(draft: Draft, name: str) -> None:
    """Issue a certificate to whoever holds its role; once for a dyad, however often it is asked for."""
    if name in draft.certificates or lacking(draft, name) is not None:
        return
    person = draft.holders(declared(draft, name).to)[0]
    number, sequence = _numbered(draft, name)
    record(draft, c.Certified, name, person, _name(draft, person), number, sequence, _issuer(draft, name))


def _issuer(draft: Draft, name: str) -> str | None:
    """In whose name it is given: whoever acts, where they hold the role, else who has held it longest."""
    role = declared(draft, name).issuer
    holders = draft.holders(role) if role is not None else ()
    return draft.actor if draft.actor in holders else next(iter(holders), None)


def standing(draft: Draft, name: str) -> Issued | None:
    """The certificate of that name that attests to something at present."""
    issued = draft.certificates.get(name, ())
    return issued[-1] if issued and issued[-1].revoked_on is None else None


def revoke(draft: Draft, command: c.RevokeCertificate) -> Reasons:
    """Revoke the certificate that stands."""
    reasons = _refused(draft, command, "revoke")
    if reasons:
        return reasons
    found = standing(draft, command.certificate)
    if found is None:
        return (Reason("already_revoked", command.certificate),)
    record(draft, c.CertificateRevoked, command.certificate, found.person, found.number, command.reason)
    return ()


def reissue(draft: Draft, command: c.ReissueCertificate) -> Reasons:
    """Issue anew the last certificate, be it revoked: what was revoked by mistake is put right so."""
    reasons = _refused(draft, command, "reissue")
    if reasons:
        return reasons
    last = draft.certificates[command.certificate][-1]
    number, sequence = _numbered(draft, command.certificate)
    name = _name(draft, last.person)
    issuer = _issuer(draft, command.certificate)
    given = (command.certificate, last.person, name, number, sequence, last.number, command.reason, issuer)
    record(draft, c.CertificateReissued, *given)
    return ()


def _refused(draft: Draft, command: c.RevokeCertificate | c.ReissueCertificate, verb: str) -> Reasons:
    """Why someone may not touch a certificate; it may be touched after the end of the dyad too."""
    from dyade.flow.people import gives_reason, not_allowed

    known = draft.plan.program.model.certificates
    if command.certificate not in known:
        return (Reason("unknown_certificate", command.certificate, {"known": tuple(known)}),)
    roles = tuple(known[command.certificate].revoked_by)
    role = draft.role_among(command.actor, roles)
    if role is None:
        return (not_allowed(f"{verb} {command.certificate}", roles),)
    if command.certificate not in draft.certificates:
        return (Reason("never_issued", command.certificate),)
    if not gives_reason(command):
        return (Reason("reason_wanted", command.certificate),)
    draft.actor, draft.actor_role = command.actor, role
    return ()


def _numbered(draft: Draft, name: str) -> tuple[str, int]:
    """The next number of the program in the year at hand, and its rank.

    The store, which knows what other dyads were given, has the last word: it refuses a number that is taken.
    """
    assert draft.head is not None
    year = date.fromordinal(draft.head.on).year
    own = (one for issued in draft.certificates.values() for one in issued)
    mine = max((one.sequence for one in own if date.fromordinal(one.on).year == year), default=0)
    sequence = max(mine, draft.context.certified.get(year, 0)) + 1
    return written(declared(draft, name).number, year, sequence), sequence


def written(pattern: str, year: int, sequence: int) -> str:
    """A number, as its program writes it."""
    head, _, rest = pattern.partition("{seq")
    width, _, tail = rest.partition("}")
    return f"{head}{sequence:0{int(width[1:] or 1)}d}{tail}".replace("{year}", f"{year:04d}")


def _name(draft: Draft, person: str) -> str:
    return draft.context.names.get(person, person)
