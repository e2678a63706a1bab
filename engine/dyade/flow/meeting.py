"""What do people do with the meetings of a series? Plan, move, cancel, say who was there, excuse beforehand.

A meeting is known by its day: a series has one a day at most, those that were cancelled aside.
"""

from __future__ import annotations

from dyade.flow import messages as c
from dyade.flow import series
from dyade.flow.draft import Draft
from dyade.flow.dyad import Meeting
from dyade.flow.firing import happened
from dyade.flow.outcome import Reason
from dyade.flow.people import ended, not_allowed
from dyade.flow.recording import record
from dyade.flow.series import MOST_MEETINGS, SeriesPlan
from dyade.program.durations import LAST_ORDINAL

Reasons = tuple[Reason, ...]
DAY_MINUTES = 24 * 60
Order = c.PlanMeetings | c.MoveMeeting | c.CancelMeeting | c.Attend | c.Excuse


def plan(draft: Draft, command: c.PlanMeetings) -> Reasons:
    """Plan meetings on so many days."""
    found, reasons = _series(draft, command, "plan")
    if found is None:
        return reasons
    reasons = _badly_dated(command.days if command.until is None else (*command.days, command.until))
    reasons = reasons or _badly_timed(command.at)
    if reasons or not command.days:
        return reasons or (Reason("required", "days", {"path": ()}),)
    days = tuple(sorted(command.days))
    if command.until is not None:
        if found.every is None:
            return (Reason("no_interval", found.id),)
        days = (*days, *found.laid_out(days[-1], command.until))
    if found.model.beforehand and days[0] < draft.today:
        return (Reason("day_passed", found.id, {"on": days[0]}),)
    if len(draft.meetings.get(found.id, ())) + len(days) > MOST_MEETINGS:
        return (Reason("too_many_meetings", found.id, {"max": MOST_MEETINGS}),)
    taken = [meeting.on for meeting in _standing(draft, found.id)]
    twice = tuple(day for i, day in enumerate(days) if day in taken or day in days[:i])
    if twice:
        return tuple(Reason("same_day", found.id, {"on": day}) for day in dict.fromkeys(twice))
    record(draft, c.MeetingsPlanned, found.id, days, command.at)
    return ()


def move(draft: Draft, command: c.MoveMeeting) -> Reasons:
    """Give another day to a planned meeting, or another hour on the same day."""
    found, reasons = _series(draft, command, "plan")
    if found is None:
        return reasons
    reasons = _badly_dated((command.day, command.to)) or _badly_timed(command.at)
    if reasons:
        return reasons
    meeting, reasons = _planned(draft, found, command.day)
    if meeting is None:
        return reasons
    if found.model.beforehand and command.to < draft.today:
        return (Reason("day_passed", found.id, {"on": command.to}),)
    stays = command.to == meeting.on and command.at is not None and command.at != found.hour(draft, meeting)
    if not stays and any(other.on == command.to for other in _standing(draft, found.id)):
        return (Reason("same_day", found.id, {"on": command.to}),)
    record(draft, c.MeetingMoved, found.id, meeting.n, meeting.on, command.to, command.at)
    _follows(draft, found, meeting, "moved")
    return ()


def cancel(draft: Draft, command: c.CancelMeeting) -> Reasons:
    """Cancel a planned meeting, wherever the dyad stands until it ends."""
    found, reasons = _series(draft, command, "plan", anywhere=True)
    if found is None:
        return reasons
    reasons = _badly_dated((command.day,))
    if reasons:
        return reasons
    meeting, reasons = _planned(draft, found, command.day)
    if meeting is None:
        return reasons
    record(draft, c.MeetingCancelled, found.id, meeting.n, meeting.on)
    _follows(draft, found, meeting, "cancelled")
    return ()


def attend(draft: Draft, command: c.Attend) -> Reasons:
    """Say that a meeting was held and who was there; said again, it puts the attendance right."""
    found, reasons = _series(draft, command, "attend")
    if found is None:
        return reasons
    reasons = _badly_dated((command.day,)) if command.day is not None else ()
    if reasons:
        return reasons
    meeting, reasons = _held(draft, found, command.day)
    if meeting is None:
        return reasons
    strangers = [person for person in dict.fromkeys(command.present) if not draft.roles_of(person)]
    if strangers:
        return tuple(Reason("not_expected", found.id, {"person": person}) for person in strangers)
    present = tuple(dict.fromkeys(command.present))
    missed = found.missed(draft, meeting, present)
    record(draft, c.MeetingHeld, found.id, meeting.n, meeting.on, present, missed)
    if meeting.status == "planned":
        _follows(draft, found, meeting, "held")
    return ()


def excuse(draft: Draft, command: c.Excuse) -> Reasons:
    """Excuse someone beforehand."""
    found, reasons = _series(draft, command, "excuse", anywhere=True)
    if found is None:
        return reasons
    reasons = _badly_dated((command.day,))
    if reasons:
        return reasons
    if command.person != command.actor and draft.role_among(command.actor, found.others) is None:
        return (not_allowed(f"excuse {found.id}", found.others),)
    if draft.role_among(command.person, found.expected) is None:
        return (Reason("not_expected", found.id, {"person": command.person}),)
    meeting, reasons = _planned(draft, found, command.day)
    if meeting is None:
        return reasons
    if command.person in meeting.excused:
        return (Reason("already_excused", found.id, {"person": command.person, "on": meeting.on}),)
    last = found.last_day_to_excuse(meeting.on)
    if (draft.today if command.on is None else command.on) > last:
        return (Reason("excused_too_late", found.id, {"on": last}),)
    record(draft, c.Excused, found.id, meeting.n, meeting.on, command.person)
    _follows(draft, found, meeting, "excused")
    return ()


def _follows(draft: Draft, found: SeriesPlan, meeting: Meeting, what: str) -> None:
    """What waits for this to happen to a meeting; it reads the meeting as it now is."""
    if draft.situation.upon:
        draft.item = draft.meetings[found.id][meeting.n - 1]
        happened(draft, f"series.{found.id}.{what}", None)
        draft.item = None


# ------------------------------------------------------------------------------------------------------------- whether


def _series(
    draft: Draft, command: Order, act: str, *, anywhere: bool = False
) -> tuple[SeriesPlan, Reasons] | tuple[None, Reasons]:
    """The series that a command is about, where its actor may do that to it from here."""
    found = draft.plan.series.get(command.series)
    if found is None:
        return None, (Reason("unknown_series", command.series, {"known": tuple(draft.plan.series)}),)
    by = {
        "plan": found.model.dates_set_by,
        "attend": found.model.attendance_by,
        "excuse": found.model.absence.by if found.model.absence else [],
    }[act]
    role = draft.role_among(command.actor, tuple(by))
    if role is None:
        return None, (not_allowed(f"{act} {found.id}", tuple(by)),)
    if anywhere:
        if draft.is_final:
            return None, ended(draft)
    elif not any(draft.is_in(state) for state in found.states):
        return None, (Reason("series_closed", found.id, {"states": found.states}),)
    draft.actor, draft.actor_role = command.actor, role
    return found, ()


def _badly_dated(days: tuple[int, ...]) -> Reasons:
    """A day that no calendar has."""
    return () if all(0 < day <= LAST_ORDINAL for day in days) else (Reason("datum_type", "on", {"type": "date"}),)


def _badly_timed(at: int | None) -> Reasons:
    """An hour that no day has."""
    return () if at is None or 0 <= at < DAY_MINUTES else (Reason("datum_type", "at", {"type": "time"}),)


def _standing(draft: Draft, name: str) -> list[Meeting]:
    """The meetings that were not cancelled."""
    return [meeting for meeting in draft.meetings.get(name, ()) if meeting.status != "cancelled"]


def _on(draft: Draft, found: SeriesPlan, day: int) -> Meeting | None:
    return next((meeting for meeting in _standing(draft, found.id) if meeting.on == day), None)


def _planned(draft: Draft, found: SeriesPlan, day: int) -> tuple[Meeting | None, Reasons]:
    meeting = _on(draft, found, day)
    if meeting is None:
        return None, (Reason("no_meeting", found.id, {"on": day}),)
    if meeting.status == "held":
        return None, (Reason("already_held", found.id, {"on": day}),)
    return meeting, ()


def _held(draft: Draft, found: SeriesPlan, day: int | None) -> tuple[Meeting | None, Reasons]:
    """The meeting whose attendance is taken: that of a day, else the oldest that waits for it."""
    if day is None:
        due = sorted((one for one in series.planned(draft, found.id) if one.on <= draft.today), key=lambda one: one.on)
        return (due[0], ()) if due else (None, (Reason("no_meeting_due", found.id),))
    meeting = _on(draft, found, day)
    if meeting is None:
        return None, (Reason("no_meeting", found.id, {"on": day}),)
    if meeting.on > draft.today:
        return None, (Reason("not_held_yet", found.id, {"on": day}),)
    return meeting, ()
