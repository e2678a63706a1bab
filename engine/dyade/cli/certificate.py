"""What attests to something, and is it good? `certificate`: on paper, its keys, revoked, issued anew, listed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dyade.cli.answers import act
from dyade.cli.declare import ACTING, KEEPING, READING, SAYING, Family, argument, command, option
from dyade.cli.paper import Span, clean, flow, mark
from dyade.cli.root import Telling
from dyade.cli.session import Page, Session
from dyade.cli.verifying import CHECKING, KEY, file_path
from dyade.cli.words import lang, say
from dyade.errors import NotFound
from dyade.flow.messages import ReissueCertificate, RevokeCertificate

if TYPE_CHECKING:
    from dyade.certificates.credential import Worded
    from dyade.service.certificates import Attested
    from dyade.service.engine import Engine

MAKE = "make"
CERTIFICATE: Family = {}


class Certificates(Telling):
    """`dyade certificate`; what is no command of its own is a dyad, whose certificate is made."""

    key = "certificate"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Name the command that is meant where a dyad stands first."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [MAKE, *args]
        return super().parse_args(ctx, args)


@command(CERTIFICATE, MAKE, READING, key="certificate.make")
@argument("dyad", completer="dyads")
@argument("certificate", required=False, completer="certificates")
@option("--out", type=file_path)
@option("--signing-key", "signing_key", type=file_path, envvar=KEY)
@option("--force", is_flag=True)
def make(
    session: Session, dyad: str, certificate: str | None, out: Path | None, signing_key: Path | None, force: bool
) -> Page:
    """Put a certificate on paper, with its credential beside it."""
    from dyade.certificates import keys
    from dyade.certificates.credential import credential

    with session.engine() as engine:
        found = _chosen(engine, session, dyad, certificate)
        worded = _worded(engine, found)
    key = keys.private(_wanted(signing_key))
    paper = out if out is not None else Path(f"{_file_name(found.number)}.pdf")
    beside = paper.with_suffix(".jwt")
    made: dict[Path, bytes] = {beside: f"{credential(worded, key)}\n".encode()}
    if paper.suffix != ".jwt":
        from dyade.certificates.paper import paper as on_paper

        made[paper] = on_paper(worded, key)
    _write(made, force=force)
    files = [str(path) for path in sorted(made, key=lambda path: path.suffix, reverse=True)]
    data = {"outcome": "done", **_facts(worded), "dyad": dyad, "files": files, "revoked_on": found.revoked_on}

    def lines() -> list[str]:
        said = say("certificate.made", number=found.number, holder=clean(found.holder))
        told = flow(said, lead=[Span(mark("✔", "+"), "yes"), " "])
        if found.revoked_on:
            told += flow(say("certificate.made.revoked", day=found.revoked_on), lead=["  ", Span("!", "warn"), " "])
        return told + [line for file in files for line in flow(file, lead=["  "])]

    return Page(data, lines)


@command(CERTIFICATE, "key", SAYING, key="certificate.key")
@option("--new", "new_key", type=file_path)
@option("--signing-key", "signing_key", type=file_path, envvar=KEY)
@option("--out", type=file_path)
@option("--force", is_flag=True)
def key(session: Session, new_key: Path | None, signing_key: Path | None, out: Path | None, force: bool) -> Page:
    """Make a key that signs, or give the public half of one."""
    from dyade.certificates import keys
    from dyade.cli.paper import as_json

    found = keys.new(new_key) if new_key is not None else keys.private(_wanted(signing_key))
    public = keys.handed_out([found])
    if out is not None:
        _write({out: f"{as_json(public)}\n".encode()}, force=force)
    data = {"outcome": "done", "did": keys.did(found), **public}

    def lines() -> list[str]:
        if session.as_json or (new_key is None and out is None):
            return as_json(public).splitlines()
        told = []
        if new_key is not None:
            told += flow(say("certificate.key.made", file=str(new_key)), lead=[Span(mark("✔", "+"), "yes"), " "])
        if out is not None:
            told += flow(say("certificate.key.public", file=str(out)), lead=[Span(mark("✔", "+"), "yes"), " "])
        return told + flow(keys.did(found), lead=["  "])

    return Page(data, lines)


CERTIFICATE.update(CHECKING)


@command(CERTIFICATE, "revoke", ACTING, key="certificate.revoke")
@argument("dyad", completer="dyads")
@argument("certificate", completer="certificates")
@option("--reason", required=True)
def revoke(session: Session, dyad: str, certificate: str, reason: str) -> Page:
    """Say that a certificate no longer attests to anything."""
    with session.engine() as engine:
        order = RevokeCertificate(session.actor, certificate, reason, session.recorded_by, session.on)
        return act(session, engine, dyad, order)


@command(CERTIFICATE, "reissue", ACTING, key="certificate.reissue")
@argument("dyad", completer="dyads")
@argument("certificate", completer="certificates")
@option("--reason", required=True)
def reissue(session: Session, dyad: str, certificate: str, reason: str) -> Page:
    """Issue a certificate anew, under another number."""
    with session.engine() as engine:
        order = ReissueCertificate(session.actor, certificate, reason, session.recorded_by, session.on)
        return act(session, engine, dyad, order)


@command(CERTIFICATE, "list", KEEPING, key="certificate.list")
@option("--program", "one_program", completer="programs")
@option("--revoked", "only_revoked", is_flag=True)
@option("--out", type=file_path)
@option("--signing-key", "signing_key", type=file_path, envvar=KEY)
@option("--force", is_flag=True)
def list_certificates(
    session: Session,
    one_program: str | None,
    only_revoked: bool,
    out: Path | None,
    signing_key: Path | None,
    force: bool,
) -> Page:
    """List the numbers that were given; `--out` writes the signed list of those that were revoked."""
    with session.engine() as engine:
        found = engine.certificates(one_program)
    if out is not None:
        _export(found, session, out, signing_key, force=force)
    shown = [one for one in found if one.revoked_on or not (only_revoked or out is not None)]
    data = {"outcome": "done", "certificates": [one._asdict() for one in shown], "file": str(out) if out else None}

    def lines() -> list[str]:
        from dyade.cli.tables import table

        told = [] if out is None else flow(say("certificate.list.made", file=str(out)), lead=[mark("✔", "+"), " "])
        if not shown:
            return [*told, *flow(say("certificate.list.none"))]
        titles = [say(f"certificate.list.{name}") for name in ("number", "dyad", "certificate", "revoked")]
        return [*told, *table(titles, [[one.number, one.dyad, one.certificate, one.revoked_on or ""] for one in shown])]

    return Page(data, lines)


COMMANDS: Family = {"certificate": Certificates("certificate", commands=CERTIFICATE)}


# ------------------------------------------------------------------------------------------------------- what is found


def _chosen(engine: Engine, session: Session, dyad: str, certificate: str | None) -> Attested:
    """The last certificate of a dyad, or the last of one name, or the one that bears a number."""
    found = engine.attested(dyad, reader=session.reader)
    wanted = [one for one in found if certificate in (None, one.certificate, one.number)]
    if not wanted:
        raise NotFound("certificate", certificate or dyad)
    return wanted[-1]


def _worded(engine: Engine, found: Attested) -> Worded:
    from dyade.certificates.credential import Worded, identity, kind
    from dyade.flow.telling.words import said

    program = engine.show(found.dyad).dyad.program
    return Worded(
        identity(program, found.number),
        kind(program, found.certificate),
        found.number,
        found.holder,
        said(found.title, lang()),
        said(found.text, lang()) if found.text else "",
        said(found.issuer, lang()),
        found.issued_on,
        found.replaces or "",
        lang(),
        found.given_by,
    )


def _facts(worded: Worded) -> dict[str, Any]:
    return {
        "number": worded.number,
        "holder": worded.holder,
        "title": worded.title,
        "issuer": worded.issuer,
        **({"given_by": worded.given_by} if worded.given_by else {}),
        "on": worded.issued_on,
    }


def _wanted(signing_key: Path | None) -> Path:
    if signing_key is None:
        raise click.UsageError(say("certificate.key.wanted", variable=KEY))
    return signing_key


def _file_name(number: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "._-" else "-" for letter in number)


def _write(made: Mapping[Path, bytes], *, force: bool) -> None:
    """Write files, all or none where one stands there already."""
    for path in made:
        if path.exists() and not force:
            raise click.UsageError(say("certificate.exists", file=str(path)))
    for path, content in made.items():
        try:
            path.write_bytes(content)
        except OSError as error:
            raise click.UsageError(say("certificate.unwritable", file=str(path), why=str(error.strerror))) from None


def _export(found: Any, session: Session, out: Path, signing_key: Path | None, *, force: bool) -> None:
    from datetime import date, datetime, timezone

    from dyade.certificates import keys
    from dyade.certificates.credential import identity, revocations
    from dyade.wiring import now

    instant = (session.now or now)()
    on: date = datetime.fromtimestamp(instant / 1_000_000, timezone.utc).date()  # noqa: UP017
    revoked = [(identity(one.program, one.number), one.revoked_on) for one in found if one.revoked_on]
    signed = revocations(revoked, on.isoformat(), keys.private(_wanted(signing_key)))
    _write({out: f"{signed}\n".encode()}, force=force)
