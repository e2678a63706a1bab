"""The alphabet: commands that come in, records that are kept, effects that go out.

Instants are whole microseconds since 1970, UTC; days are proleptic ordinals (`date.toordinal()`). Persons are named by
id. Values are those of `program.conditions.types`; the store writes them as JSON through `codec`.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

CLOCK = "clock"
"""The actor of what time does."""
SYSTEM = "system"
"""The actor that stands for the host application."""

Values = Mapping[str, Any]
NOTHING: Values = {}


# ------------------------------------------------------------------------------------------------------------ commands


class Start(NamedTuple):
    """Begin a dyad; `people` says who holds which roles from the start."""

    actor: str
    people: Mapping[str, tuple[str, ...]]
    fields: Values = NOTHING
    recorded_by: str | None = None
    on: int | None = None


class Assign(NamedTuple):
    """Give a role to a person."""

    actor: str
    role: str
    person: str
    attributes: Values = NOTHING
    recorded_by: str | None = None
    on: int | None = None


class Unassign(NamedTuple):
    """Take a role from a person."""

    actor: str
    role: str
    person: str
    recorded_by: str | None = None
    on: int | None = None


class Replace(NamedTuple):
    """Give to one person the role of another; the facts stay."""

    actor: str
    role: str
    old: str
    new: str
    attributes: Values = NOTHING
    recorded_by: str | None = None
    on: int | None = None


class Answer(NamedTuple):
    """Accept, or decline, an assignment that waits for its person."""

    actor: str
    role: str
    accepted: bool
    recorded_by: str | None = None
    on: int | None = None


class SetField(NamedTuple):
    """Give a field its value, or empty it (`None`)."""

    actor: str
    field: str
    value: Any
    recorded_by: str | None = None
    on: int | None = None


class Fill(NamedTuple):
    """Fill a form: a draft, or a submitted entry. `data` is JSON; `entry` names a draft of one's own to go on with."""

    actor: str
    form: str
    data: Values
    submit: bool = True
    entry: int | None = None
    recorded_by: str | None = None
    on: int | None = None


class Sign(NamedTuple):
    """Sign an entry (the last one that waits for this signature, unless named)."""

    actor: str
    form: str
    entry: int | None = None
    recorded_by: str | None = None
    on: int | None = None


class Unsign(NamedTuple):
    """Withdraw a signature from an entry that is not complete yet."""

    actor: str
    form: str
    entry: int | None = None
    recorded_by: str | None = None
    on: int | None = None


class Confirm(NamedTuple):
    """Confirm what another role submitted."""

    actor: str
    form: str
    entry: int | None = None
    recorded_by: str | None = None
    on: int | None = None


class Step(NamedTuple):
    """Move an entry through its own small life. `input` is JSON."""

    actor: str
    form: str
    step: str
    entry: int | None = None
    input: Values = NOTHING
    recorded_by: str | None = None
    on: int | None = None


class Fire(NamedTuple):
    """Fire an event, or assent to a joint one. `input` is JSON."""

    actor: str
    event: str
    input: Values = NOTHING
    recorded_by: str | None = None
    on: int | None = None


class WithdrawAssent(NamedTuple):
    """Take back one's assent to a joint act that has not happened yet."""

    actor: str
    event: str
    recorded_by: str | None = None
    on: int | None = None


class Waive(NamedTuple):
    """Lift a clause of a transition for the present visit, or a clause or a limit of a form for its next entry."""

    actor: str
    rule: str
    clause: str
    reason: str
    recorded_by: str | None = None
    on: int | None = None


class Correct(NamedTuple):
    """Put right a complete entry; the old one stays in the history. `data` holds what changes, as JSON."""

    actor: str
    form: str
    data: Values
    reason: str
    entry: int | None = None
    recorded_by: str | None = None
    on: int | None = None


class RevokeCertificate(NamedTuple):
    """Say that a certificate no longer attests to anything."""

    actor: str
    certificate: str
    reason: str
    recorded_by: str | None = None
    on: int | None = None


class ReissueCertificate(NamedTuple):
    """Issue a certificate anew, to the same holder under the name that they now bear, with a number of its own."""

    actor: str
    certificate: str
    reason: str
    recorded_by: str | None = None
    on: int | None = None


class Reveal(NamedTuple):
    """Open, in an emergency and with a written reason, what one may not see: an item, or all that stands under it."""

    actor: str
    item: str
    reason: str
    recorded_by: str | None = None
    on: int | None = None


class PlanMeetings(NamedTuple):
    """Plan meetings of a series on these days; with `until`, also every so often after the last of them."""

    actor: str
    series: str
    days: tuple[int, ...]
    until: int | None = None
    recorded_by: str | None = None
    on: int | None = None
    at: int | None = None
    """The hour at which they begin, in minutes since midnight; by default, that of the series."""


class MoveMeeting(NamedTuple):
    """Give another day to a planned meeting, or another hour on the same day."""

    actor: str
    series: str
    day: int
    to: int
    recorded_by: str | None = None
    on: int | None = None
    at: int | None = None
    """In minutes since midnight; by default, the hour that it has."""


class CancelMeeting(NamedTuple):
    """Cancel a planned meeting."""

    actor: str
    series: str
    day: int
    recorded_by: str | None = None
    on: int | None = None


class Attend(NamedTuple):
    """Say that a meeting was held, and who was there; without a day, the oldest one that waits for it."""

    actor: str
    series: str
    day: int | None
    present: tuple[str, ...]
    recorded_by: str | None = None
    on: int | None = None


class Excuse(NamedTuple):
    """Excuse beforehand someone who will not be at a meeting."""

    actor: str
    series: str
    day: int
    person: str
    recorded_by: str | None = None
    on: int | None = None


class ChangeAttributes(NamedTuple):
    """Tell a dyad that what is known of a person has changed (the values that its program reads, as JSON)."""

    actor: str
    person: str
    attributes: Values
    recorded_by: str | None = None
    on: int | None = None


class Offer(NamedTuple):
    """Give to a dyad the place that it waits for."""

    actor: str
    quota: str
    person: str
    """Whose place it is; empty for a place of the program."""
    recorded_by: str | None = None
    on: int | None = None


class NoteErasure(NamedTuple):
    """Tell a dyad that personal data were erased from it: `cause` is `request`, or the rule that asked for it."""

    actor: str
    cause: str
    values: int
    recorded_by: str | None = None
    on: int | None = None


class MergePersons(NamedTuple):
    """Tell a dyad that two ids are of one person: the dropped one stands for the kept one from now on."""

    actor: str
    kept: str
    dropped: str
    recorded_by: str | None = None
    on: int | None = None


class Tick(NamedTuple):
    """Let time do what is due."""

    actor: str = CLOCK
    recorded_by: str | None = None
    on: int | None = None


Command = (
    Start | Assign | Unassign | Replace | Answer | SetField | Fill | Sign | Unsign | Confirm | Step | Fire
    | WithdrawAssent | Waive | Correct | RevokeCertificate | ReissueCertificate | ChangeAttributes | NoteErasure
    | Reveal
    | MergePersons
    | Tick | Offer
    | PlanMeetings | MoveMeeting | CancelMeeting | Attend | Excuse
)  # fmt: skip


# ------------------------------------------------------------------------------------------------------------- records


class Head(NamedTuple):
    """What every record says: which command it belongs to, when, and who."""

    revision: int
    at: int
    """The instant that it is true from: for what time did late, the instant at which it was due."""
    recorded_at: int
    actor: str
    recorded_by: str | None
    on: int
    """The local day on which it happened."""


class Started(NamedTuple):
    """A dyad began."""

    head: Head
    program: str
    behaviour: str


class Placed(NamedTuple):
    """A dyad stands where it was put, unjudged, by a scenario or an import: as if it had entered there from nothing."""

    head: Head
    leaves: tuple[str, ...]
    """The main leaf, and those of tracks that do not stand at their initial one."""


class Assigned(NamedTuple):
    """A person received a role; `pending` until they accept it."""

    head: Head
    role: str
    person: str
    pending: bool
    attributes: Values


class Unassigned(NamedTuple):
    """A person lost a role."""

    head: Head
    role: str
    person: str


class Answered(NamedTuple):
    """A person accepted, or declined, an assignment."""

    head: Head
    role: str
    person: str
    accepted: bool


class FieldSet(NamedTuple):
    """A field received a value (`None`: it is empty)."""

    head: Head
    field: str
    value: Any
    cause: str
    """The transition or form that set it; empty where a person did."""


class Filled(NamedTuple):
    """An entry of a form was drafted or submitted."""

    head: Head
    form: str
    entry: int
    role: str
    """The role in which the person filled it."""
    data: Values
    submitted: bool
    completes: bool
    """Nothing more is wanted of this entry: it counts from now on."""
    advice: tuple[str, ...]
    """`should` clauses that did not hold."""
    waived: tuple[str, ...] = ()
    """Clauses and limits that were lifted for this entry."""


class Signed(NamedTuple):
    """A person signed an entry."""

    head: Head
    form: str
    entry: int
    person: str
    role: str
    content: str
    """sha256 of what was signed, statements included."""
    completes: bool


class Unsigned(NamedTuple):
    """A person withdrew their signature."""

    head: Head
    form: str
    entry: int
    person: str


class Confirmed(NamedTuple):
    """A second role confirmed an entry."""

    head: Head
    form: str
    entry: int
    person: str
    completes: bool


class Stepped(NamedTuple):
    """An entry moved through its own small life."""

    head: Head
    form: str
    entry: int
    step: str
    to: str
    input: Values
    advice: tuple[str, ...]


class Corrected(NamedTuple):
    """An entry was put right; `data` is the whole of it, as it now reads."""

    head: Head
    form: str
    entry: int
    data: Values
    reason: str


class Assented(NamedTuple):
    """A person agreed to a joint act."""

    head: Head
    transition: str
    person: str
    role: str
    visit: int
    """The visit of the source state in which it counts: the rank of the record that began it."""
    input: Values


class AssentWithdrawn(NamedTuple):
    """A person took their assent back."""

    head: Head
    transition: str
    person: str


class Moved(NamedTuple):
    """A transition fired. `source` and `target` are leaves; no target: the dyad stayed where it was."""

    head: Head
    transition: str
    source: str
    target: str | None
    input: Values
    due: int | None
    """The instant at which time armed it."""
    advice: tuple[str, ...]
    waived: tuple[str, ...]


class Waived(NamedTuple):
    """A clause was lifted, for one visit."""

    head: Head
    rule: str
    clause: str
    visit: int
    """The rank of the record that began the visit of the source state; for a form, the number of the entry."""
    reason: str


class MeetingsPlanned(NamedTuple):
    """Meetings of a series were planned."""

    head: Head
    series: str
    days: tuple[int, ...]
    at: int | None = None
    """The hour, in minutes since midnight, where it is not that of the series."""


class MeetingMoved(NamedTuple):
    """A planned meeting received another day or hour; who had been excused is expected again."""

    head: Head
    series: str
    meeting: int
    day: int
    to: int
    at: int | None = None
    """Its new hour, in minutes since midnight; `None` where it keeps the one that it had."""


class MeetingCancelled(NamedTuple):
    """A planned meeting will not be held."""

    head: Head
    series: str
    meeting: int
    day: int


class MeetingHeld(NamedTuple):
    """A meeting was held; recorded again, attendance is put right."""

    head: Head
    series: str
    meeting: int
    day: int
    present: tuple[str, ...]
    missed: tuple[str, ...]
    """Those who had to be there, were not, and had not been excused."""


class Excused(NamedTuple):
    """Someone was excused beforehand from a meeting."""

    head: Head
    series: str
    meeting: int
    day: int
    person: str


class AttributesChanged(NamedTuple):
    """What is known of a person who holds a role changed."""

    head: Head
    person: str
    attributes: Values


class Certified(NamedTuple):
    """A certificate was issued."""

    head: Head
    certificate: str
    person: str
    """Its holder."""
    name: str
    """The name that it bears, for good."""
    number: str
    sequence: int
    """Its place among the certificates of its program and year, from 1."""
    issuer: str | None = None
    """In whose name it is given, where the program says so."""


class CertificateRevoked(NamedTuple):
    """A certificate no longer attests to anything."""

    head: Head
    certificate: str
    person: str
    number: str
    reason: str


class CertificateReissued(NamedTuple):
    """A certificate was issued anew; the one that it replaces no longer attests to anything."""

    head: Head
    certificate: str
    person: str
    name: str
    number: str
    sequence: int
    replaces: str
    """The number of the one before it."""
    reason: str
    issuer: str | None = None
    """In whose name it is given, where the program says so."""


class Revealed(NamedTuple):
    """Someone opened, in an emergency, what they may not see."""

    head: Head
    item: str
    """What was asked for."""
    items: tuple[str, ...]
    """What they could not see of it."""
    until: int
    """The instant from which they see it no more."""
    reason: str


class DataErased(NamedTuple):
    """Personal data were erased: how many values, and why; the records that held them stay."""

    head: Head
    cause: str
    values: int


class Purged(NamedTuple):
    """The time to keep personal data has passed: what the rule names was erased."""

    head: Head
    rule: str
    what: tuple[str, ...]
    """`dyad`, or `forms.x`."""
    visit: int
    anchor: int
    """The day on which the state was entered."""
    then: str | None = None
    """`anonymise`, where texts went too, and nobody can be told any more."""
    keep: tuple[str, ...] = ()
    """What stayed all the same: `certificate`, `forms.x`."""


class Merged(NamedTuple):
    """Two ids were found to be of one person: what stood under `dropped` stands under `kept`."""

    head: Head
    kept: str
    dropped: str


class Reminded(NamedTuple):
    """Occurrences `n` to `through` of a reminder were sent, skipped or missed."""

    head: Head
    reminder: str
    item: int
    """The entry that it is about; 0 where it is about none."""
    visit: int
    anchor: int
    n: int
    through: int
    status: str
    """`sent`, `skipped` (its `only_if` did not hold) or `missed` (late, by its catch-up policy)."""
    to: tuple[str, ...]
    escalated: tuple[str, ...]


class Migrated(NamedTuple):
    """A dyad came to live by another version of its program: what follows is said in the words of that version."""

    head: Head
    behaviour: str
    """The digest of the rules that it lives by from now on."""
    version: str
    """What the authors call them."""
    leaves: tuple[str, ...]
    """Where it now stands: the main leaf, then those of its tracks."""
    states: Mapping[str, str]
    """{state of the old version: state of the new one}, for what was remembered of each."""
    delays: str
    """`keep`: what has begun keeps the day on which it began; `recompute`: it begins anew."""
    names: Mapping[str, str] | None = None
    """{role, form, or a datum of one, of the old version: its name in the new one}, for those that have another:
    "roles.mentor", "forms.log.hours"."""


class Watched(NamedTuple):
    """An invariant ceased to hold, or holds again, by the act of time or of the outside."""

    head: Head
    invariant: str
    holds: bool


class Reserved(NamedTuple):
    """A dyad took a place."""

    head: Head
    quota: str
    person: str
    """Whose place it is; empty for a place of the program."""
    offered: bool
    """Whether it had waited for it."""


class Queued(NamedTuple):
    """A dyad found no place, and waits for one."""

    head: Head
    quota: str
    person: str


class Released(NamedTuple):
    """A dyad gave its place back, or waits no more."""

    head: Head
    quota: str
    person: str


class Enrolled(NamedTuple):
    """Somebody has another status in the register of the program, or other data; `None`: the status stays."""

    head: Head
    role: str
    person: str
    status: str | None
    data: Mapping[str, Any]


class Spent(NamedTuple):
    """What a dyad has used of a budget changed; `amount` is all that it has used, in cents."""

    head: Head
    budget: str
    amount: int


Record = (
    Started | Placed | Assigned | Unassigned | Answered | FieldSet | Filled | Signed | Unsigned | Confirmed | Stepped
    | Corrected | Assented | AssentWithdrawn | Moved | Waived | AttributesChanged | Certified | CertificateRevoked
    | CertificateReissued | Revealed | Reminded | Watched | DataErased | Purged | Merged
    | Reserved | Queued | Released | Spent | Enrolled
    | Migrated
    | MeetingsPlanned | MeetingMoved | MeetingCancelled | MeetingHeld | Excused
)  # fmt: skip

RECORDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        Started,
        Placed,
        Assigned,
        Unassigned,
        Answered,
        FieldSet,
        Filled,
        Signed,
        Unsigned,
        Confirmed,
        Stepped,
        Corrected,
        Assented,
        AssentWithdrawn,
        Moved,
        Waived,
        MeetingsPlanned,
        MeetingMoved,
        MeetingCancelled,
        MeetingHeld,
        Excused,
        AttributesChanged,
        Certified,
        CertificateRevoked,
        CertificateReissued,
        Revealed,
        DataErased,
        Purged,
        Merged,
        Reminded,
        Watched,
        Reserved,
        Queued,
        Released,
        Spent,
        Enrolled,
        Migrated,
    )
}
"""Every kind of record, by its name in the journal."""


# ------------------------------------------------------------------------------------------------------------- effects


class Hidden(enum.Enum):
    """The type of `HIDDEN`."""

    HIDDEN = "hidden"


HIDDEN: Final = Hidden.HIDDEN
"""Stands in a message for a value that whoever receives it may not see."""


class Notice(NamedTuple):
    """A message to one person. `facts` are (value, type) of the template's placeholders, in their order."""

    to: str
    template: str
    facts: tuple[Any, ...]
    rule: str
    """The transition, state, role or reminder that sends it."""
    kind: str
    """`notice`, `reminder` or `escalation`."""
    priority: str
    channel: str


class Emitted(NamedTuple):
    """A message to the host application, as JSON."""

    name: str
    data: Values


class NewDyad(NamedTuple):
    """Another dyad to start, as JSON."""

    program: str
    given: Values


Effect = Notice | Emitted | NewDyad
