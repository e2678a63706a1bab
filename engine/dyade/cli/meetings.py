"""What becomes of planned meetings, in one dyad or in all those of a cohort? `series`, `cohort`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dyade.cli.answers import act
from dyade.cli.declare import ACTING, READING, STARTING, Day, Family, Hour, argument, command, option
from dyade.cli.paper import Span, flow, mark
from dyade.cli.picture import listed
from dyade.cli.reached import count, exit_code, row
from dyade.cli.reached import lines as reached_lines
from dyade.cli.root import Telling
from dyade.cli.session import Page, Session
from dyade.cli.words import lang, say
from dyade.flow.messages import Attend, CancelMeeting, Excuse, MoveMeeting, PlanMeetings
from dyade.flow.outcome import Decision

if TYPE_CHECKING:
    from dyade.flow.messages import Command
    from dyade.flow.telling.meetings import Told
    from dyade.service.cohort import Order, Reached
    from dyade.service.engine import Engine

SERIES: Family = {}
COHORT: Family = {}
DAY, HOUR = Day(), Hour()
SIGNS = {"planned": ("○", "o"), "overdue": ("!", "!"), "held": ("✔", "+"), "cancelled": ("✘", "x")}


class Meetings(Telling):
    """`dyade series`."""

    key = "series"


class Cohorts(Telling):
    """`dyade cohort`."""

    key = "cohort"


COMMANDS: Family = {
    "series": Meetings("series", commands=SERIES),
    "cohort": Cohorts("cohort", commands=COHORT),
}


# ------------------------------------------------------------------------------------------------------------- one dyad


@command(SERIES, "list", READING, key="series.list")
@argument("dyad", completer="dyads")
def list_meetings(session: Session, dyad: str) -> Page:
    """List the meetings of a dyad."""
    with session.engine() as engine:
        found = engine.meetings(dyad, reader=session.reader, lang=lang())
    data = {"dyad": dyad, "meetings": [{**one._asdict(), **_people(one)} for one in found]}
    return Page(data, lambda: _lines(found))


def _people(one: Told) -> dict[str, list[str]]:
    return {"present": list(one.present), "missed": list(one.missed), "excused": list(one.excused)}


def _lines(found: tuple[Told, ...]) -> list[str]:
    lines: list[str] = []
    label = ""
    for one in found:
        if one.label != label:
            label = one.label
            lines += flow(Span(label, "title"))
        details = [*filter(None, (one.at, one.place)), one.said]
        if one.moved_from:
            details.append(say("series.moved", day=one.moved_from))
        for key, people in _people(one).items():
            if people:
                details.append(say(f"series.{key}", people=listed(people)))
        lines += flow(" · ".join(details), lead=["  ", mark(*SIGNS[one.status]), f" {one.day}  "])
    return lines or flow(Span(say("series.none"), "quiet"))


def _do(session: Session, dyad: str, order: Command) -> Page:
    with session.engine() as engine:
        return act(session, engine, dyad, order._replace(recorded_by=session.recorded_by, on=session.on))


@command(SERIES, "plan", ACTING, key="series.plan")
@argument("dyad", completer="dyads")
@argument("series", completer="series")
@argument("days", nargs=-1, required=True, type=DAY)
@option("--until", "last_day", type=DAY)
@option("--at", "hour", type=HOUR)
def plan(
    session: Session, dyad: str, series: str, days: tuple[int, ...], last_day: int | None, hour: int | None
) -> Page:
    """Plan meetings."""
    return _do(session, dyad, PlanMeetings(session.actor, series, days, last_day, at=hour))


@command(SERIES, "move", ACTING, key="series.move")
@argument("dyad", completer="dyads")
@argument("series", completer="series")
@argument("day", type=DAY)
@argument("new_day", type=DAY)
@option("--at", "hour", type=HOUR)
def move(session: Session, dyad: str, series: str, day: int, new_day: int, hour: int | None) -> Page:
    """Give another day to a meeting."""
    return _do(session, dyad, MoveMeeting(session.actor, series, day, new_day, at=hour))


@command(SERIES, "cancel", ACTING, key="series.cancel")
@argument("dyad", completer="dyads")
@argument("series", completer="series")
@argument("day", type=DAY)
def cancel(session: Session, dyad: str, series: str, day: int) -> Page:
    """Cancel a meeting."""
    return _do(session, dyad, CancelMeeting(session.actor, series, day))


@command(SERIES, "attend", ACTING, key="series.attend")
@argument("dyad", completer="dyads")
@argument("series", completer="series")
@argument("present", nargs=-1, completer="people")
@option("--day", "meeting_day", type=DAY)
def attend(session: Session, dyad: str, series: str, present: tuple[str, ...], meeting_day: int | None) -> Page:
    """Say who was at a meeting."""
    return _do(session, dyad, Attend(session.actor, series, meeting_day, present))


@command(SERIES, "excuse", ACTING, key="series.excuse")
@argument("dyad", completer="dyads")
@argument("series", completer="series")
@argument("day", type=DAY)
@argument("absent", required=False, completer="people")
def excuse(session: Session, dyad: str, series: str, day: int, absent: str | None) -> Page:
    """Excuse an absence beforehand."""
    return _do(session, dyad, Excuse(session.actor, series, day, absent or session.actor))


# -------------------------------------------------------------------------------------------------------------- cohorts


@command(COHORT, "plan", STARTING, key="cohort.plan")
@argument("program", completer="programs")
@argument("cohort")
@argument("series", completer="series")
@argument("days", nargs=-1, required=True, type=DAY)
@option("--until", "last_day", type=DAY)
@option("--at", "hour", type=HOUR)
def plan_all(
    session: Session,
    program: str,
    cohort: str,
    series: str,
    days: tuple[int, ...],
    last_day: int | None,
    hour: int | None,
) -> Page:
    """Plan meetings of a cohort."""
    return _reach(session, program, cohort, PlanMeetings(session.actor, series, days, last_day, at=hour))


@command(COHORT, "move", STARTING, key="cohort.move")
@argument("program", completer="programs")
@argument("cohort")
@argument("series", completer="series")
@argument("day", type=DAY)
@argument("new_day", type=DAY)
@option("--at", "hour", type=HOUR)
def move_all(
    session: Session, program: str, cohort: str, series: str, day: int, new_day: int, hour: int | None
) -> Page:
    """Give another day to a meeting of a cohort."""
    return _reach(session, program, cohort, MoveMeeting(session.actor, series, day, new_day, at=hour))


@command(COHORT, "cancel", STARTING, key="cohort.cancel")
@argument("program", completer="programs")
@argument("cohort")
@argument("series", completer="series")
@argument("day", type=DAY)
def cancel_all(session: Session, program: str, cohort: str, series: str, day: int) -> Page:
    """Cancel a meeting of a cohort."""
    return _reach(session, program, cohort, CancelMeeting(session.actor, series, day))


@command(COHORT, "attend", STARTING, key="cohort.attend")
@argument("program", completer="programs")
@argument("cohort")
@argument("series", completer="series")
@argument("day", type=DAY)
@argument("present", nargs=-1, completer="people")
def attend_all(session: Session, program: str, cohort: str, series: str, day: int, present: tuple[str, ...]) -> Page:
    """Say who was at a meeting of a cohort."""
    return _reach(session, program, cohort, Attend(session.actor, series, day, present))


def _reach(session: Session, program: str, cohort: str, order: Order) -> Page:
    with session.engine() as engine:
        given = order._replace(recorded_by=session.recorded_by, on=session.on)
        reached = engine.meet(program, cohort, given, id=session.id)
        rows = [_reached(engine, one) for one in reached]
    done = count(rows)
    data = {"program": program, "cohort": cohort, "series": order.series, "done": done, "dyads": rows}
    return Page(data, lambda: _reached_lines(rows, done, cohort), exit_code(reached))


def _reached(engine: Engine, one: Reached) -> dict[str, Any]:
    found = row(engine, one)
    return {**found, "revision": one.outcome.dyad.revision} if isinstance(one.outcome, Decision) else found


def _reached_lines(rows: list[dict[str, Any]], done: int, cohort: str) -> list[str]:
    if not rows:
        return flow(say("cohort.none", cohort=cohort), lead=[Span(mark("✘", "x"), "no"), " "])
    lines = flow(say("cohort.done", done=done, all=len(rows), cohort=cohort))
    lines += reached_lines(rows)
    if done < len(rows):
        lines += flow(say("cohort.again"))
    return lines
