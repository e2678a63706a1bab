"""When does someone want to be written to: how is it said on the command line, and shown?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from dyade.cli.paper import flow
from dyade.cli.words import say
from dyade.service.hours import OFF
from dyade.service.ports import Preference

NEVER, USUAL = "off", "usual"
"""No such hours, whatever is usual here; or those that are usual."""


def changed(timezone: str | None, quiet: str | None, digest: str | None) -> Callable[[Preference], Preference] | None:
    """The change that options ask for; `None` where they ask for nothing."""
    from dyade.delivery.settings import is_zone, minutes, span

    changes: dict[str, Any] = {}
    if timezone is not None:
        if timezone != USUAL and not is_zone(timezone):
            raise click.UsageError(say("usage.timezone", value=repr(timezone[:40])), click.get_current_context())
        changes["timezone"] = None if timezone == USUAL else timezone
    try:
        if quiet is not None:
            start, end = {USUAL: (None, None), NEVER: (OFF, OFF)}.get(quiet) or span(quiet)
            changes |= {"quiet_from": start, "quiet_until": end}
        if digest is not None:
            hour: int | None = OFF if digest == NEVER else None if digest == USUAL else minutes(digest)
            changes["digest_at"] = hour
    except ValueError as error:
        raise click.UsageError(say("usage.hours", value=repr(str(error)[:40])), click.get_current_context()) from None
    return (lambda known: known._replace(**changes)) if changes else None


def told(wish: Preference) -> dict[str, Any]:
    """When someone wants to be written to, for tools."""
    return {"timezone": wish.timezone, "quiet": _quiet(wish), "digest": _hour(wish.digest_at)}


def lines(wish: Preference) -> list[str]:
    """The same, for people."""
    usual = say("reach.usual")
    shown = {
        "timezone": wish.timezone or usual,
        "quiet": _in_words(_quiet(wish)),
        "digest": _in_words(_hour(wish.digest_at)),
    }
    return [line for name, value in shown.items() for line in flow(say(f"reach.{name}", value=value))]


def _in_words(value: str) -> str:
    return say(f"reach.{value}") if value in (NEVER, USUAL) else value


def _quiet(wish: Preference) -> str:
    if wish.quiet_from is None or wish.quiet_from == OFF:
        return _hour(wish.quiet_from)
    return f"{_hour(wish.quiet_from)}-{_hour(wish.quiet_until)}"


def _hour(at: int | None) -> str:
    if at is None:
        return USUAL
    return NEVER if at == OFF else f"{at // 60:02}:{at % 60:02}"
