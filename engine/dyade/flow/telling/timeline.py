"""What has happened to a dyad, record by record, in words; for one reader, and only what they may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from dyade.flow import messages as r
from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Context
from dyade.flow.plan import plan_of
from dyade.flow.quotas import PROGRAM, money
from dyade.flow.telling.visibility import Reader
from dyade.flow.telling.words import Words, day, said
from dyade.program.conditions.types import EMPTY, MONEY
from dyade.program.program import Program
from dyade.texts import sentence


class Event(NamedTuple):
    """One line of a history."""

    revision: int
    when: str
    """The local moment at which it took effect."""
    who: str
    what: str
    details: tuple[str, ...]


def timeline(
    program: Program,
    dyad: Dyad,
    records: Iterable[r.Record],
    context: Context,
    reader: str | None,
    lang: str,
    *,
    everything: bool = False,
) -> tuple[Event, ...]:
    """Tell the history of a dyad, oldest first; `everything` is for the author of a program, who protects nobody."""
    draft = Draft(plan_of(program), dyad, context)
    return tell(Reader(draft, reader, everything=everything), records, context.names, lang)


def tell(reader: Reader, records: Iterable[r.Record], names: Mapping[str, str], lang: str) -> tuple[Event, ...]:
    """Tell records to a reader, in the words of the program of the reader's draft."""
    view = _Teller(reader.draft, reader, Words(reader.draft.plan, lang, names))
    told = tuple(records)
    said_yes = (record for record in told if isinstance(record, r.Answered) and record.accepted)
    view.accepted = {(record.role, record.person) for record in said_yes}
    return tuple(event for record in told for event in view.tell(record))


class _Teller:
    def __init__(self, draft: Draft, reader: Reader, words: Words) -> None:
        self.plan = draft.plan
        self.reader = reader
        self.words = words
        self.lang = words.lang
        self.accepted: set[tuple[str, str]] = set()
        """Who has accepted which role, among what is told."""

    def tell(self, record: r.Record) -> Iterator[Event]:
        head = record.head
        told = _TELL[type(record)](self, record)
        if told is None:
            return
        what, details = told
        yield Event(head.revision, self.words.moment(head.at), self._who(head), what, (*details, *self._late(head)))

    def _who(self, head: r.Head) -> str:
        who = self.words.person(head.actor)
        if head.recorded_by and head.recorded_by != head.actor:
            by = self.words.person(head.recorded_by)
            return sentence("answers", "history.recorded_by", self.lang, who=who, by=by)
        return who

    def _late(self, head: r.Head) -> tuple[str, ...]:
        calendar = self.plan.calendar
        if head.on != calendar.local_date(head.at):
            return (sentence("answers", "history.happened_on", self.lang, day=day(head.on)),)
        return ()

    def say(self, key: str, **facts: str | int) -> str:
        return sentence("answers", f"history.{key}", self.lang, **facts)

    def may_hear_of(self, rule: str, clause: str) -> bool:
        """Whether this reader sees all that a clause reads."""
        leaf = self.plan.clause(rule, clause)
        return leaf is None or self.reader.sees_clause(leaf)

    def author(self, form: str, n: int) -> str:
        """Who filled an entry."""
        return self.reader.draft.entries[form][n - 1].by

    def hears_of_holder(self, record: r.Assigned) -> bool:
        """Whether this reader may know more than the name of someone who was asked to hold a role.

        Until they have accepted, whoever they would be together with has no need of it.
        """
        person = self.reader.person
        if not record.pending or person is None or person in (record.person, record.head.actor):
            return True
        held = self.reader.draft.holding(record.role, record.person)
        accepted = held is not None and not held.pending
        by = self.plan.program.model.roles[record.role].assigned_by
        return accepted or (record.role, record.person) in self.accepted or self.reader.sees(frozenset(by or ()))

    def values(self, data: Mapping[str, Any], base: tuple[str, ...], by: str = "") -> tuple[str, ...]:
        """Each value with its label, in the program's order, those that this reader may see; `by` filled the entry."""
        shown = []
        for datum in self.plan.program.declared.under(base):
            value = data.get(datum.path[-1])
            if value is None or value is EMPTY or not self._sees(datum.path, by):
                continue
            shown.append(
                self.say("value", label=self.words.datum(datum.path), value=self.words.value(value, datum.type))
            )
        return tuple(shown)

    def _sees(self, path: tuple[str, ...], by: str) -> bool:
        if path[0] == "forms":
            return self.reader.sees_entry_datum(path[1], path[2], by)
        return self.reader.sees_datum(path)


Told = tuple[str, tuple[str, ...]] | None


def _started(t: _Teller, _record: r.Started) -> Told:
    return t.say("Started"), ()


def _placed(t: _Teller, record: r.Placed) -> Told:
    return t.say("Placed", state=", ".join(t.words.state(leaf) for leaf in record.leaves)), ()


def _assigned(t: _Teller, record: r.Assigned) -> Told:
    key = "Assigned.pending" if record.pending else "Assigned"
    details = t.values(record.attributes, ("roles", record.role)) if t.hears_of_holder(record) else ()
    return t.say(key, person=t.words.person(record.person), role=t.words.role(record.role)), details


def _unassigned(t: _Teller, record: r.Unassigned) -> Told:
    return t.say("Unassigned", person=t.words.person(record.person), role=t.words.role(record.role)), ()


def _answered(t: _Teller, record: r.Answered) -> Told:
    key = "Answered.yes" if record.accepted else "Answered.no"
    return t.say(key, person=t.words.person(record.person), role=t.words.role(record.role)), ()


def _field_set(t: _Teller, record: r.FieldSet) -> Told:
    datum = t.plan.program.data["fields", record.field]
    if not t.reader.sees_datum(datum.path):
        return None
    value = t.words.value(record.value, datum.type)
    return t.say("FieldSet", field=t.words.field(record.field), value=value), ()


def _about_form(key: str) -> Callable[[_Teller, Any], Told]:
    def tell(t: _Teller, record: Any) -> Told:
        if not t.reader.sees_entry(record.form, t.author(record.form, record.entry)):
            return None
        return t.say(key, form=t.words.form(record.form), n=record.entry), ()

    return tell


def _filled(t: _Teller, record: r.Filled) -> Told:
    by = record.head.actor
    if not t.reader.sees_entry(record.form, by):
        return None
    key = "Filled" if record.submitted else "Filled.draft"
    details = t.values(record.data, ("forms", record.form), by)
    return t.say(key, form=t.words.form(record.form), n=record.entry), (
        *details,
        *_advice(t, record.form, record.advice),
        *_lifted(t, record.form, record.waived),
    )


def _stepped(t: _Teller, record: r.Stepped) -> Told:
    if not t.reader.sees_entry(record.form, t.author(record.form, record.entry)):
        return None
    step = t.plan.forms[record.form].steps[record.step].model
    details = t.values(record.input, ("steps", record.form, record.step))
    what = t.say("Stepped", form=t.words.form(record.form), n=record.entry, step=said(step.label, t.lang, step.id))
    return what, (*details, *_advice(t, record.step, record.advice))


def _corrected(t: _Teller, record: r.Corrected) -> Told:
    by = t.author(record.form, record.entry)
    if not t.reader.sees_entry(record.form, by):
        return None
    details = t.values(record.data, ("forms", record.form), by)
    what = t.say("Corrected", form=t.words.form(record.form), n=record.entry)
    return what, (*details, t.say("reason", reason=_text(t, record.reason)))


def _text(t: _Teller, value: Any) -> str:
    return value if isinstance(value, str) else sentence("answers", "value.erased", t.lang)


def _advice(t: _Teller, rule: str, advice: tuple[str, ...]) -> tuple[str, ...]:
    clauses = _clauses(t, rule, advice)
    return (t.say("advice", clauses=clauses),) if clauses else ()


def _lifted(t: _Teller, rule: str, waived: tuple[str, ...]) -> tuple[str, ...]:
    clauses = _clauses(t, rule, waived)
    return (t.say("waived", clauses=clauses),) if clauses else ()


def _clauses(t: _Teller, rule: str, clauses: tuple[str, ...]) -> str:
    """The clauses that this reader may be told of."""
    return " · ".join(t.words.clause(rule, clause) for clause in clauses if t.may_hear_of(rule, clause))


def _about_transition(key: str) -> Callable[[_Teller, Any], Told]:
    def tell(t: _Teller, record: Any) -> Told:
        if not t.reader.sees_transition(record.transition, record.head.actor):
            return None
        return t.say(key, transition=t.words.transition(record.transition)), ()

    return tell


def _moved(t: _Teller, record: r.Moved) -> Told:
    if not t.reader.sees_transition(record.transition, record.head.actor):
        return None
    label = t.words.transition(record.transition)
    details = [
        *t.values(record.input, ("transitions", record.transition)),
        *_advice(t, record.transition, record.advice),
    ]
    details += _lifted(t, record.transition, record.waived)
    if record.target is None:
        return t.say("Moved.stays", transition=label), tuple(details)
    return t.say("Moved", transition=label, state=t.words.state(record.target)), tuple(details)


def _waived(t: _Teller, record: r.Waived) -> Told:
    rule = t.words.transition(record.rule) if record.rule in t.plan.rules else t.words.form(record.rule)
    if not t.may_hear_of(record.rule, record.clause):
        return None
    return t.say("Waived", clause=t.words.clause(record.rule, record.clause), rule=rule), (
        t.say("reason", reason=_text(t, record.reason)),
    )


def _about_certificate(key: str) -> Callable[[_Teller, Any], Told]:
    def tell(t: _Teller, record: Any) -> Told:
        if not t.reader.sees_certificate(record.certificate, record.person):
            return None
        details = [t.say("replaces", number=record.replaces)] if hasattr(record, "replaces") else []
        if getattr(record, "issuer", None) is not None:
            details.append(t.say("issuer", person=t.words.person(record.issuer)))
        if hasattr(record, "reason"):
            details.append(t.say("reason", reason=_text(t, record.reason)))
        person, title = t.words.person(record.person), t.words.certificate(record.certificate)
        return t.say(key, certificate=title, number=record.number, person=person), tuple(details)

    return tell


def _about_meeting(key: str, *named: str) -> Callable[[_Teller, Any], Told]:
    """What happened to a meeting, with the facts that its sentence names."""

    def tell(t: _Teller, record: Any) -> Told:
        if not t.reader.sees_series(record.series):
            return None
        facts = {"series": t.words.series(record.series), "on": day(record.day)}
        if "person" in named:
            facts["person"] = t.words.person(record.person)
        return t.say(key, **facts), ()

    return tell


def _meetings_planned(t: _Teller, record: r.MeetingsPlanned) -> Told:
    if not t.reader.sees_series(record.series):
        return None
    what = t.say("MeetingsPlanned", series=t.words.series(record.series))
    return what, (t.say("days", days=", ".join(map(day, record.days))), *_at_hour(t, record))


def _meeting_moved(t: _Teller, record: r.MeetingMoved) -> Told:
    if not t.reader.sees_series(record.series):
        return None
    facts = {"series": t.words.series(record.series), "on": day(record.day), "to": day(record.to)}
    return t.say("MeetingMoved" if record.to != record.day else "MeetingMoved.hour", **facts), _at_hour(t, record)


def _at_hour(t: _Teller, record: r.MeetingsPlanned | r.MeetingMoved) -> tuple[str, ...]:
    """The hour that was said, to whoever is told the hours of the series."""
    if record.at is None or not t.reader.sees_hour(record.series):
        return ()
    return (t.say("hour", hour=t.words.hour(record.at)),)


def _meeting_held(t: _Teller, record: r.MeetingHeld) -> Told:
    told = _about_meeting("MeetingHeld")(t, record)
    if told is None:
        return None
    lists = (("present", record.present), ("absent", record.missed))
    details = [t.say(key, people=", ".join(map(t.words.person, people))) for key, people in lists if people]
    return told[0], tuple(details)


def _attributes_changed(t: _Teller, record: r.AttributesChanged) -> Told:
    roles = [
        role for role in t.plan.roles if any(("roles", role, name) in t.plan.program.data for name in record.attributes)
    ]
    details = dict.fromkeys(v for role in roles for v in t.values(record.attributes, ("roles", role)))
    known = (
        (role, name) for role in roles for name in record.attributes if ("roles", role, name) in t.plan.program.data
    )
    if not any(t.reader.sees_datum(("roles", role, name)) for role, name in known):
        return None
    return t.say("AttributesChanged", person=t.words.person(record.person)), tuple(details)


def _reminded(t: _Teller, record: r.Reminded) -> Told:
    if not t.reader.sees_reminder(t.plan.reminder(record.reminder)):
        return None
    label = t.words.reminder(record.reminder)
    details = [t.say("to", people=", ".join(t.words.person(person) for person in record.to))] if record.to else []
    if record.escalated:
        people = ", ".join(t.words.person(person) for person in record.escalated)
        details.append(t.say("escalated", people=people))
    key = f"Reminded.{record.status}"
    # Those that were rolled to one day went out as one message.
    many = record.through - record.n + 1 if record.status == "missed" else 1
    return sentence("answers", f"history.{key}", t.lang, many, reminder=label), tuple(details)


def _enrolled(t: _Teller, record: r.Enrolled) -> Told:
    """Told to whom it is about, and to those who enrol."""
    declared = t.plan.program.model.enrolments.get(record.role)
    by = frozenset(declared.by) if declared is not None else frozenset()
    if t.reader.person is not None and t.reader.person != record.person and not t.reader.sees(by):
        return None
    about = {"person": t.words.person(record.person), "role": t.words.role(record.role)}
    details = t.values(record.data, ("enrolments", record.role))
    if record.status is None:
        return t.say("Enrolled.data", **about), details
    return t.say("Enrolled", **about, status=t.words.enrolment_status(record.role, record.status)), details


def _watched(t: _Teller, record: r.Watched) -> Told:
    watched = next(one for one in t.plan.invariants if one.model.id == record.invariant)
    if not t.reader.sees_invariant(watched):
        return None
    return t.say("Watched.yes" if record.holds else "Watched.no", invariant=record.invariant), ()


def _migrated(t: _Teller, record: r.Migrated) -> Told:
    # Which track stands where is told to whoever sees it, where the dyad is shown.
    return t.say("Migrated", version=record.version, state=t.words.state(record.leaves[0])), ()


def _revealed(t: _Teller, record: r.Revealed) -> Told:
    """Told to whoever opened it, and to those whom the program tells of it: the reason may say much."""
    glass = t.plan.glass
    to = frozenset(glass.notify.to) if glass else frozenset()
    told = t.reader.roles & to or (t.reader.roles and "other" in to)
    if not (t.reader.everything or told or t.reader.person == record.head.actor):
        return None
    details = [t.say("until", moment=t.words.moment(record.until)), t.say("reason", reason=_text(t, record.reason))]
    return t.say("Revealed", items=", ".join(map(t.words.item, record.items))), tuple(details)


def _data_erased(t: _Teller, record: r.DataErased) -> Told:
    return t.say(f"DataErased.{record.cause}"), ()


def _merged(t: _Teller, record: r.Merged) -> Told:
    return t.say("Merged", person=t.words.person(record.kept), dropped=record.dropped), ()


def _purged(t: _Teller, record: r.Purged) -> Told:
    rule = next((one for one in t.plan.program.model.retention if one.id == record.rule), None)
    key = "Purged.anonymised" if record.then is not None else "Purged"
    return t.say(key, rule=said(rule.label if rule else None, t.lang, record.rule)), ()


def _about_quota(key: str) -> Callable[[_Teller, Any], Told]:
    def tell(t: _Teller, record: Any) -> Told:
        declared = t.plan.program.model.quotas.get(record.quota)
        # That a dyad has places of its people, each of which is told, is no news.
        if declared is None or (declared.per != PROGRAM and not record.person):
            return None
        if not t.reader.sees_listed(declared.visibility):
            return None
        label = t.words.quota(record.quota)
        if record.person:
            label = f"{label} ({t.words.person(record.person)})"
        offered = ".offered" if isinstance(record, r.Reserved) and record.offered else ""
        return t.say(f"{key}{offered}", quota=label), ()

    return tell


def _spent(t: _Teller, record: r.Spent) -> Told:
    if record.budget not in t.plan.program.model.budgets or not t.reader.sees_budget(record.budget):
        return None
    amount = t.words.value(money(record.amount), MONEY)
    return t.say("Spent", budget=t.words.budget(record.budget), amount=amount), ()


_TELL: dict[type, Callable[[_Teller, Any], Told]] = {
    r.Started: _started,
    r.Placed: _placed,
    r.Assigned: _assigned,
    r.Unassigned: _unassigned,
    r.Answered: _answered,
    r.FieldSet: _field_set,
    r.Filled: _filled,
    r.Signed: _about_form("Signed"),
    r.Unsigned: _about_form("Unsigned"),
    r.Confirmed: _about_form("Confirmed"),
    r.Stepped: _stepped,
    r.Corrected: _corrected,
    r.Assented: _about_transition("Assented"),
    r.AssentWithdrawn: _about_transition("AssentWithdrawn"),
    r.Moved: _moved,
    r.Waived: _waived,
    r.MeetingsPlanned: _meetings_planned,
    r.MeetingMoved: _meeting_moved,
    r.MeetingCancelled: _about_meeting("MeetingCancelled"),
    r.MeetingHeld: _meeting_held,
    r.Excused: _about_meeting("Excused", "person"),
    r.Certified: _about_certificate("Certified"),
    r.CertificateRevoked: _about_certificate("CertificateRevoked"),
    r.CertificateReissued: _about_certificate("CertificateReissued"),
    r.AttributesChanged: _attributes_changed,
    r.Revealed: _revealed,
    r.DataErased: _data_erased,
    r.Purged: _purged,
    r.Merged: _merged,
    r.Reminded: _reminded,
    r.Watched: _watched,
    r.Reserved: _about_quota("Reserved"),
    r.Queued: _about_quota("Queued"),
    r.Released: _about_quota("Released"),
    r.Spent: _spent,
    r.Enrolled: _enrolled,
    r.Migrated: _migrated,
}
