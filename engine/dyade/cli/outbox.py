"""What becomes of messages? Those that wait, that left, that could not: `outbox`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dyade.cli.declare import KEEPING, Family, argument, command, option
from dyade.cli.ending import DONE, REFUSED
from dyade.cli.instants import minute, stamp
from dyade.cli.paper import Span, clean, flow, mark
from dyade.cli.root import Telling
from dyade.cli.session import Page, Session
from dyade.cli.words import lang, say
from dyade.texts import has_sentence

if TYPE_CHECKING:
    from dyade.service.ports import Endpoint, Posted

OUTBOX: Family = {}
SHORT = 8
"""Letters of an id that a list shows: any that tell one message from the others name it."""
STATUSES = ("waiting", "sent", "failed", "dropped")


class Outbox(Telling):
    """`dyade outbox`."""

    key = "outbox"


@command(OUTBOX, "list", KEEPING, key="outbox.list")
@option("--status", type=click.Choice(STATUSES))
@option("--dyad", completer="dyads")
@option("--most", type=click.IntRange(min=1))
def list_messages(session: Session, status: str | None, dyad: str | None, most: int | None) -> Page:
    """List messages; nothing of what they say."""
    with session.engine() as engine:
        found = engine.posted(*([status] if status else []), dyad=dyad, limit=most)
    return Page({"messages": [told(one) for one in found]}, lambda: _table(found))


@command(OUTBOX, "show", KEEPING, key="outbox.show")
@argument("message", completer="messages")
def show(session: Session, message: str) -> Page:
    """Show one message, with its words."""
    with session.engine() as engine:
        found = engine.message(message)
    words = {"subject": found.message.subject, "body": found.message.body}
    return Page({"message": {**told(found), **words}}, lambda: _card(found))


@command(OUTBOX, "retry", KEEPING, key="outbox.retry")
@argument("messages", nargs=-1, completer="messages")
@option("--failed", is_flag=True)
def retry(session: Session, messages: tuple[str, ...], failed: bool) -> Page:
    """Let messages be tried again."""
    with session.engine() as engine:
        wanted = _wanted(messages, failed, [one.message.id for one in engine.posted("failed")] if failed else [])
        done = engine.send_again(wanted)
    return _reached("outbox.retried", wanted, done)


@command(OUTBOX, "drop", KEEPING, key="outbox.drop")
@argument("messages", nargs=-1, completer="messages")
@option("--failed", is_flag=True)
@option("--reason", required=True)
def drop(session: Session, messages: tuple[str, ...], failed: bool, reason: str) -> Page:
    """Let messages never leave."""
    with session.engine() as engine:
        wanted = _wanted(messages, failed, [one.message.id for one in engine.posted("failed")] if failed else [])
        done = engine.drop_messages(wanted, reason)
    return _reached("outbox.dropped", wanted, done)


@command(OUTBOX, "endpoints", KEEPING, key="outbox.endpoints")
def endpoints(session: Session) -> Page:
    """List where messages went, and how that goes."""
    with session.engine() as engine:
        found, now = engine.endpoints(), engine.now()
    data = [
        {
            "endpoint": one.name,
            "failures": one.failures,
            "rests_until": stamp(one.rests_until) if one.rests_until > now else None,
            "stopped": one.stopped or None,
            "trouble": one.trouble or None,
        }
        for one in found
    ]
    return Page({"endpoints": data}, lambda: _ways(found, now))


@command(OUTBOX, "resume", KEEPING, key="outbox.resume")
@argument("endpoint")
def resume(session: Session, endpoint: str) -> Page:
    """Send to an endpoint again."""
    with session.engine() as engine:
        engine.resume_endpoint(endpoint)
    said = say("outbox.resumed", endpoint=endpoint)
    return Page({"outcome": "done", "endpoint": endpoint}, lambda: flow(said, lead=_done()))


COMMANDS: Family = {"outbox": Outbox("outbox", commands=OUTBOX)}


def _wanted(messages: tuple[str, ...], failed: bool, all_failed: list[str]) -> list[str]:
    if bool(messages) == failed:
        raise click.UsageError(say("usage.messages"), click.get_current_context())
    return list(dict.fromkeys(messages)) or all_failed


def _reached(key: str, wanted: list[str], done: list[str]) -> Page:
    """What was done; some messages had left already."""
    left = [id_ for id_ in wanted if id_ not in done]
    data = {"outcome": "refused" if left else "done", "messages": done, "left": left}

    def lines() -> list[str]:
        said = flow(say(key, len(done)), lead=_done()) if done or not left else []
        for id_ in left:
            said += flow(say("outbox.has_left", message=id_), lead=[Span(mark("✘", "x"), "no"), " "])
        return said

    return Page(data, lines, REFUSED if left else DONE)


def _done() -> list[str | Span]:
    return [Span(mark("✔", "+"), "yes"), " "]


def told(one: Posted) -> dict[str, Any]:
    """A message, for tools: nothing of what it says."""
    message = one.message
    return {
        "message": message.id,
        "dyad": message.dyad,
        "kind": message.kind,
        "rule": message.rule,
        "recipient": message.recipient,
        "channel": message.channel,
        "priority": message.priority,
        "template": message.template or None,
        "status": message.status,
        "created_at": stamp(message.created_at),
        "attempts": one.attempts,
        "next_attempt": stamp(one.try_at) if message.status == "waiting" and one.try_at else None,
        "trouble": one.trouble or None,
        "settled_at": None if one.settled_at is None else stamp(one.settled_at),
        "with": one.parcel or None,
    }


def trouble(code: str) -> str:
    """What went wrong, in words; what the other side answered stands beside."""
    what, _, answer = code.partition(" ")
    key = f"trouble.{what}"
    said = say(key) if has_sentence("faces", key, lang()) else what
    return f"{said} ({answer})" if answer else said


def _table(found: list[Posted]) -> list[str]:
    from dyade.cli.tables import table

    if not found:
        return flow(say("outbox.none"))
    titles = [say(f"outbox.column.{name}") for name in ("message", "dyad", "recipient", "status", "when", "trouble")]
    return table(titles, [_row(one) for one in found], whole=[0, 4])


def _row(one: Posted) -> list[str]:
    message = one.message
    when = one.settled_at or (one.try_at if message.status == "waiting" and one.try_at else message.created_at)
    why = one.trouble if message.status == "dropped" else trouble(one.trouble) if one.trouble else ""
    to = message.recipient or message.channel
    return [message.id[:SHORT], message.dyad, to, say(f"outbox.status.{message.status}"), minute(when), why]


def _card(one: Posted) -> list[str]:
    message = one.message
    lines = flow(Span(message.id, "title"), " ", Span(say(f"outbox.status.{message.status}"), "quiet"))
    facts = {
        "dyad": message.dyad,
        "recipient": message.recipient or message.channel,
        "rule": message.rule,
        "created_at": minute(message.created_at),
        "attempts": str(one.attempts),
        "trouble": one.trouble if message.status == "dropped" else trouble(one.trouble) if one.trouble else "",
        "settled_at": minute(one.settled_at) if one.settled_at else "",
    }
    for name, value in facts.items():
        if value:
            lines += flow(say("outbox.line", title=say(f"outbox.column.{name}"), value=value), lead=["  "])
    lines += ["", *flow(Span(message.subject, "strong"))] if message.subject else [""]
    return lines + [clean(line) for line in message.body.splitlines()]


def _ways(found: list[Endpoint], now: int) -> list[str]:
    from dyade.cli.tables import table

    if not found:
        return flow(say("outbox.no_endpoint"))
    titles = [say(f"outbox.column.{name}") for name in ("endpoint", "failures", "state", "trouble")]
    return table(titles, [_way(one, now) for one in found])


def _way(one: Endpoint, now: int) -> list[str]:
    if one.stopped:
        state = say("outbox.stopped")
    elif one.rests_until > now:
        state = say("outbox.rests", when=minute(one.rests_until))
    else:
        state = say("outbox.well") if not one.failures else say("outbox.doubted")
    return [one.name, str(one.failures), state, trouble(one.trouble) if one.trouble else ""]
