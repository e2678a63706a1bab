"""Do the programs that nobody wrote hold every construct of the language, and often enough?"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from dyade.program import model as m
from dyade.program.keys import keys
from tests.properties.constructs import constructs
from tests.properties.programs import MANY, described, drawn, later, next_described

SHARES = {
    0.9: """
        from=any transitions.by transitions.guard templates.*.body deadlines.*.at roles.*.attributes scope=program
        states.*.final type=int type=date type=bool type=money reads plural
        """,
    0.5: """
        type=text level=should transitions.effects.set transitions.guard.any transitions.guard.waivable_by
        transitions.guard.message to=history transitions.effects.clear
        by=office reminders states.*.delays clauses.* calendar forms.*.aggregates type=time
        type=list<enum> reads params.wait reads person.apt reads in
        """,
    0.25: """
        transitions.input transitions.by.within type=enum tables.*.rows
        reads dyad.created reads state.entered reads not type=person roles.*.delegate_to fields.*.formula
        transitions.auto states.*.tracks states.*.states states.*.on_enter transitions.guard.all
        transitions.guard.none by=system transitions.guard.use transitions.guard.eligible transitions.by.all
        transitions.by.each transitions.after transitions.at transitions.upon upon=filled transitions.event
        transitions.visibility transitions.effects.notify transitions.effects.emit transitions.effects.start
        forms.*.repeat.every repeat=many forms.*.signed_by forms.*.confirmed_by forms.*.steps.guard
        forms.*.steps.input forms.*.due forms.*.valid forms.*.sets forms.*.corrected_by forms.*.visibility
        forms.*.aggregates.*.sum forms.*.aggregates.*.count forms.*.aggregates.*.min forms.*.aggregates.*.max
        forms.*.aggregates.*.where forms.*.aggregates.*.window forms.*.aggregates.*.since
        forms.*.aggregates.*.count_distinct roles.*.eligible roles.*.accepts reminders.every reminders.max
        reminders.at fields.*.like fields.*.visibility fields.*.pattern visibility.default timezone day_time
        deadlines.*.while type=file type=duration type=datetime reads first_set reads is_in reads or
        reads deadlines.limit.missed fields.*.types fields.*.max_size series.*.dates_set_by series.*.attendance_by
        quotas.*.reserve_on quotas.*.release_on when_full=waitlist certificates.*.number
        transitions.effects.certificate retention.what
        """,
    0.1: """
        invariants transitions.by.quorum reads weeks_between reads forms.log.total reads days_between
        reads business_days_between transitions.effects.unassign states.*.states.*.states transitions.effects.assign
        transitions.by.message roles.*.aggregates.*.count roles.*.attributes.*.per roles.*.eligible.any
        forms.*.filled_by.each forms.*.signed_by.each forms.*.limits forms.*.dated_by forms.*.repeat.grace
        forms.*.entry.*.visibility reminders.after reminders.stop_when reminders.only_if reminders.roll
        reminders.escalate catch_up=all catch_up=skip calendar.weekend calendar.region calendar.holidays.date
        easter=monday guidance invariants.while tables.*.default clauses.*.any reads midpoint reads visited
        reads days_in reads overlap reads is_set reads min reads max reads deadlines.limit.left
        reads forms.pact.signed reads forms.pact.missing reads forms.log.last.hours reads forms.view.overdue
        reads forms.claim.spent reads forms.sheet.overdue reads roles.mentor.level reads tables.quota
        reads roles.mentor.assigned fields.*.subject reads actor.role visibility.break_glass series.*.absence
        series.*.every series.*.mandatory series.*.visibility upon=held quotas.*.per reads quotas.places.left
        reads quotas.places.held budgets.*.spent budgets.*.blocks reads budgets.purse.left
        certificates.*.revoked_by reads certificates.badge.issued retention.in_state retention.outcome
        then=anonymise enrolments.*.profile enrolments.*.statuses transitions.effects.enrolment matching.hard
        matching.score migrations
        """,
    0.03: """
        forms.*.unique forms.*.statements states.*.tracks.*.states.*.states reminders.each reads item.date
        forms.*.signed_by.all forms.*.signed_by.quorum forms.*.entry.*.filled_by transitions.effects.notify.priority
        to=author to=other upon=signed upon=confirmed invariants.message
        roll=previous_business_day roll=none roll=next_business_day states.*.on_enter.set reads roles.mentor.able
        reads deadlines.limit.missed_on to=missing roles.*.invitation roles.*.assigned_in upon=accepted
        upon=declined transitions.effects.only_if clauses.*.none reminders.channel transitions.guard.eligible.mentor
        forms.*.steps.effects.emit visibility.break_glass.when series.*.beforehand series.*.cohort
        series.*.absence.before upon=moved upon=cancelled upon=excused upon=offered reads item.excused
        reads series.talks.held reads series.talks.missed quotas.*.visibility quotas.*.message budgets.*.visibility
        certificates.*.guard certificates.*.visibility retention.from retention.keep enrolments.*.by
        enrolments.*.capacity matching.begin matching.offer reads mentor.status migrations.states migrations.fields
        transitions.effects.enrolment.set migrations.roles migrations.forms migrations.delays migrations.policy
        """,
    0.02: "upon=pay transitions.by.count_distinct",
}
"""In which share of the programs each construct stands at least."""

SAID_ELSEWHERE = {
    "Program": {"status", "owner", "jurisdiction", "sources", "out_of_scope"},
    "Rule": {"source", "basis", "note"},
    "Quotation": {"doc", "quote"},
    "Source": {"title", "provisions", "document"},
    "Datum": {"help"},
    "Role": {"help"},
    "Form": {"help"},
    "State": {"help"},
    "Transition": {"help"},
    "Clause": {"label"},
    "FormStep": {"to_label"},
    "Table": {"label"},
    "Aggregate": {"label"},
    "Track": {"label"},
    "Reminder": {"label"},
    "Limit": {"message"},
}
"""Keys that decide nothing, and that no program drawn here writes."""
NOT_DRAWN = {
    "Series": {"help", "at", "place"},
    "Certificate": {"issuer"},
}
"""When and where a meeting is, who stands behind a certificate: lived in tests of their own."""


def test_each_construct_stands_in_its_share_of_the_programs():
    """A construct that is never drawn is never walked through."""
    found: Counter[str] = Counter()
    for seed in range(MANY):
        found.update(constructs(described(seed)))
        coming = next_described(seed)
        found.update(constructs({"migrations": coming["migrations"]}) if coming is not None else ())

    rare = {
        name: found[name] / MANY
        for share, names in SHARES.items()
        for name in _each(names)
        if found[name] < share * MANY
    }

    assert rare == {}


def test_every_key_of_the_language_that_decides_something_is_drawn():
    """A key that is added to the language is added to the generator too."""
    lacking = {
        (kind, key.attribute)
        for kind in _kinds(m.Part)
        if kind.__module__ == m.__name__
        for key in keys(kind)
        if key.attribute in kind.__annotations__
        and not any(key.attribute in SAID_ELSEWHERE.get(one.__name__, ()) for one in kind.__mro__)
        and key.attribute not in NOT_DRAWN.get(kind.__name__, ())
    }

    # Chance has them all in the first programs: the others are read only where it has not.
    for seed in range(150):
        written = {*_written(drawn(seed).model)}
        next_version = later(seed)
        written.update(_written(next_version.model) if next_version is not None else ())
        lacking = {
            (kind, name)
            for kind, name in lacking
            if not any((heir.__name__, name) in written for heir in (kind, *_kinds(kind)))
        }
        if not lacking:
            break

    assert {(kind.__name__, name) for kind, name in lacking} == set()


def _each(names: str) -> Iterator[str]:
    """The names of a list: `reads x` is one."""
    words = iter(names.split())
    for word in words:
        yield f"reads {next(words)}" if word == "reads" else word


def _kinds(part: type[m.Part]) -> list[type[m.Part]]:
    return [kind for direct in part.__subclasses__() for kind in (direct, *_kinds(direct))]


def _written(value: Any) -> Iterator[tuple[str, str]]:
    """(kind of part, key) of everything that is written in a program."""
    if isinstance(value, m.Part):
        for key in keys(type(value)):
            said = getattr(value, key.attribute)
            if key.required or said != key.default:
                yield type(value).__name__, key.attribute
                yield from _written(said)
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _written(item)


def test_programs_are_small_middling_and_big():
    """Most are small, so that there are many; some are as large as those that we ship."""
    states = Counter(len(drawn(seed).graph.nodes) // 10 for seed in range(60))
    assert states[0] >= 30
    assert sum(many for tens, many in states.items() if tens >= 2) >= 1
