"""How does a message become a letter? With its sender, the reason for it, and the days that it is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from json import loads
from uuid import NAMESPACE_URL, uuid5

from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Context
from dyade.flow.plan import plan_of
from dyade.flow.tagged import compact
from dyade.flow.telling.upcoming import Coming, expected
from dyade.flow.telling.visibility import Reader
from dyade.flow.telling.words import Words, day, said
from dyade.program.conditions.tree import reads
from dyade.program.program import Program
from dyade.service.desk import Desk
from dyade.service.notices import EMIT
from dyade.service.parcels import Event, Letter
from dyade.service.ports import Outgoing
from dyade.service.queries import at_present
from dyade.texts import quote_list, sentence

MOST_EVENTS = 10


def letter(desk: Desk, message: Outgoing) -> Letter:
    """Write the letter of a message, as its dyad stands now; its words were chosen when it was caused."""
    person = desk.look(lambda view: view.person(message.recipient or ""))
    wanted = person.lang if person is not None else ""

    def write(program: Program, dyad: Dyad, context: Context) -> Letter:
        model = program.model
        lang = wanted if wanted in model.locales else model.locales[0]
        title = said(model.title, lang)
        if message.kind == EMIT:
            return Letter(lang, program.id, title, "", message.rule, "", "", (), _told(message, program))
        draft = Draft(plan_of(program), dyad, context)
        words = Words(draft.plan, lang, context.names)
        reason = _reason(draft, words, message, title)
        events = _events(draft, words, message)
        return Letter(lang, program.id, title, model.sender or "", message.subject, message.body, reason, events)

    return at_present(desk, message.dyad, write)


def _told(message: Outgoing, program: Program) -> str:
    """What the host application is told."""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=message.created_at)
    told = {"type": message.rule, "timestamp": at.isoformat().replace("+00:00", "Z"), "program": program.id}
    return compact({**told, "dyad": message.dyad, "data": loads(message.body)})


def _reason(draft: Draft, words: Words, message: Outgoing, title: str) -> str:
    """Why one receives it: what one is in which program."""
    roles = [words.role(role) for role in draft.roles_of(message.recipient or "")]
    shown = quote_list(roles, _ours(words.lang))
    key = "reason.role" if roles else "reason.named"
    about = sentence("letters", key, _ours(words.lang), program=title, roles=shown, dyad=message.dyad)
    kind = "reason.automatic" if message.kind in ("reminder", "escalation") else "reason.event"
    return f"{about} {sentence('letters', kind, _ours(words.lang))}"


def _ours(lang: str) -> str:
    """A program may speak other languages than our own sentences."""
    return lang if lang in ("fr", "en") else "en"


def _events(draft: Draft, words: Words, message: Outgoing) -> tuple[Event, ...]:
    """The deadlines and the meetings to come that a message speaks of, where its reader may see them."""
    if message.recipient is None:
        return ()
    about = _about(draft, message)
    known = expected(draft, Reader(draft, message.recipient))
    coming = [one for one in known if not one.late and (one.kind, one.id) in about]
    first: dict[tuple[str, str], Coming] = {}
    for one in sorted(coming, key=lambda one: one.at):
        # A message about one meeting of a series comes before that meeting, which is then the next.
        first.setdefault((one.kind, one.id), one)
    return tuple(event_of(draft, words, one) for one in list(first.values())[:MOST_EVENTS])


def _about(draft: Draft, message: Outgoing) -> set[tuple[str, str]]:
    """What a message speaks of: what its words show, and what its reminder counts from."""
    plan = draft.plan
    paths = set(plan.placeholders(message.template)) if message.template in plan.program.model.templates else set()
    if message.kind in ("reminder", "escalation"):
        for place, reminder in enumerate(plan.program.model.reminders):
            if reminder.id == message.rule:
                node = plan.program.node(("reminders", place, "at")) if reminder.at else None
                paths |= {read.parts for read in reads(node)} if node is not None else set()
                paths |= {tuple(reminder.each.split("."))} if reminder.each else set()
    kinds = {"deadlines": "deadline", "series": "meeting"}
    return {(kinds[path[0]], path[1]) for path in paths if path[0] in kinds and len(path) > 1}


def event_of(draft: Draft, words: Words, one: Coming) -> Event:
    """Something to come, as a calendar takes it; the same thing has the same id wherever it is told."""
    calendar = draft.plan.calendar
    on = calendar.local_date(one.at)
    ends = one.kind in ("deadline", "form")
    label = one.label(words)
    title = label if one.kind == "meeting" else sentence("letters", f"event.{one.kind}", _ours(words.lang), label=label)
    of = f"{draft.plan.program.id}/{draft.id}/{draft.created_at}"
    what = f"{of}/{one.kind}/{one.id}{_which(draft, one, on)}"
    at = one.at if one.timed or one.kind in ("reminder", "transition") else None
    place = words.place(one.id, one.place) if one.place is not None else ""
    return Event(str(uuid5(NAMESPACE_URL, what)), title, day(on), str(calendar.zone), ends, draft.revision, at, place)


def _which(draft: Draft, one: Coming, on: int) -> str:
    """Which of several of one name: a deadline is one thing that moves, a meeting is known by its first day."""
    match one.kind:
        case "deadline":
            return ""
        case "meeting":
            return f"/{_first_day(draft, one.id, on)}"
        case "form":
            return f"/{on}"
    return f"/{one.at}"


def _first_day(draft: Draft, series: str, on: int) -> int:
    """The day that a meeting had before it was ever moved."""
    return next((one.first_on for one in draft.meetings.get(series, ()) if one.on == on), on)
