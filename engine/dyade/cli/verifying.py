"""Is a certificate good? `certificate verify`, which asks nothing of any network."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dyade.cli.declare import KEEPING, Family, argument, command, option
from dyade.cli.ending import DONE, REFUSED
from dyade.cli.paper import Span, clean, flow, mark
from dyade.cli.session import Page, Session
from dyade.cli.words import say

if TYPE_CHECKING:
    from dyade.certificates.checking import Verdict

ALTERED, UNKNOWN_KEY, REVOKED = REFUSED, 4, 5
"""The exit codes of a certificate that is not good, beside those that every command has."""
CODES: Mapping[str, int] = {"good": DONE, "altered": ALTERED, "unknown_key": UNKNOWN_KEY, "revoked": REVOKED}
KEY = "DYADE_CERTIFICATE_KEY"
CHECKING: Family = {}


def file_path(value: str) -> Path:
    return Path(value)


@command(CHECKING, "verify", KEEPING, key="certificate.verify")
@argument("checked_file")
@option("--issuer", "trusted_keys", type=file_path, multiple=True)
@option("--revoked", "revoked_list", type=file_path)
@option("--signing-key", "signing_key", type=file_path, envvar=KEY)
def verify(
    session: Session,
    checked_file: str,
    trusted_keys: tuple[Path, ...],
    revoked_list: Path | None,
    signing_key: Path | None,
) -> Page:
    """Tell whether a certificate is good; nothing is asked of any network."""
    from dyade.certificates import keys
    from dyade.certificates.checking import check

    content = _content(checked_file)
    trusted = {name: one for path in trusted_keys for name, one in keys.trusted(path).items()}
    if signing_key is not None:
        trusted |= keys.trusted(signing_key)
    revoked, against = _revoked(session, revoked_list, trusted)
    found = check(content, trusted, revoked)
    if found is None:
        raise click.UsageError(say("certificate.verify.none", file=clean(checked_file)))
    if against == "store" and found.facts.get("id") not in (revoked or {}):
        # Another store issued it: this one cannot tell.
        against = "none"
    data = {
        "outcome": found.verdict,
        **found.facts,
        "signer": found.signer,
        "revoked_on": found.revoked_on or None,
        "revocations": against,
        "file": "pdf" if found.is_paper else "jwt",
    }
    return Page(data, lambda: _verdict_lines(found, against), CODES[found.verdict])


def _content(file: str) -> bytes:
    from dyade.certificates.paper import LARGEST

    try:
        if file == "-":
            return sys.stdin.buffer.read(LARGEST)
        with Path(file).open("rb") as opened:
            return opened.read(LARGEST)
    except OSError as error:
        why = str(error.strerror)
        raise click.UsageError(say("certificate.verify.unreadable", file=clean(file), why=why)) from None


def _revoked(session: Session, listed: Path | None, trusted: Mapping[str, Any]) -> tuple[dict[str, str] | None, str]:
    """What tells which certificates were revoked: a list, else the store where there is one, else nothing."""
    from dyade.certificates.checking import revocations
    from dyade.certificates.credential import identity
    from dyade.errors import StoreTrouble

    if listed is not None:
        opened = revocations(_content(str(listed)).decode("utf-8", "replace"), trusted)
        if opened is None:
            raise click.UsageError(say("certificate.verify.list", file=str(listed)))
        return dict(opened[0]), "list"
    try:
        with session.engine() as engine:
            known = engine.certificates()
    except StoreTrouble as trouble:
        if trouble.reason != "missing":
            raise
        return None, "none"
    return {identity(one.program, one.number): one.revoked_on or "" for one in known}, "store"


def _verdict_lines(found: Verdict, against: str) -> list[str]:
    good = found.verdict == "good"
    sign = Span(mark("✔", "+"), "yes") if good else Span(mark("✘", "x"), "no")
    said = say(f"certificate.{found.verdict}", day=found.revoked_on)
    lines = flow(Span(said, "yes" if good else "no"), lead=[sign, " "])
    for name in ("holder", "title", "number", "on", "issuer", "given_by"):
        if name in found.facts:
            label = say(f"certificate.fact.{name}").ljust(12)
            lines += flow(found.facts[name], lead=["  ", Span(label, "quiet")])
    if found.signer:
        lines += flow(found.signer, lead=["  ", Span(say("certificate.fact.signer").ljust(12), "quiet")])
    if good and against == "none":
        lines += flow(say("certificate.unchecked"), lead=["  ", Span("!", "warn"), " "])
    return lines
