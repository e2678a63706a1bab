"""What must hold after each step of a walk, whatever was asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from dyade.flow import firing, recording
from dyade.flow import messages as c
from dyade.flow.carrying import carried
from dyade.flow.decide import decide
from dyade.flow.draft import EMPTY_DYAD, Draft
from dyade.flow.dyad import Dyad
from dyade.flow.evolve import apply, fold
from dyade.flow.outcome import Context, Decision, Refusal
from dyade.flow.plan import plan_of
from dyade.flow.retention import ANONYMISE
from dyade.flow.snapshot import SnapshotCodec
from dyade.flow.tagged import ERASED
from dyade.flow.telling.cards import card
from dyade.flow.telling.chapters import told
from dyade.flow.telling.explain import ClauseView, TransitionView, explain
from dyade.flow.telling.refusals import refusal_sentences
from dyade.flow.telling.templates import render_template
from dyade.flow.telling.timeline import Event, timeline
from dyade.program.program import Program
from tests.properties.beside import Migrate
from tests.properties.programs import PEOPLE
from tests.properties.walks import NEVER, SECRET, Life, Step, Walk, Where

FAR = 2**62
BLAMED = ("clause", "hidden", "nobody_holds", "quota_full", "quota_waiting", "budget_passed")
"""The reasons of a refusal that name what is in the way."""
MONTHS = 60 * 24 * 3_600_000_000
"""How far ahead time is lived to compare a patient clock with a late one."""


class Mirror:
    """The dyad that the records make, step by step: the fold, without starting anew at each step."""

    def __init__(self) -> None:
        self.drafts: dict[str, Draft] = {}

    def takes(self, step: Step) -> None:
        """Fold what a step left, whichever dyad it is about."""
        where, nothing = step.where, EMPTY_DYAD._replace(id=step.where.id)
        if step.before is None or step.forgot is not None:
            # What was erased is no more in the records: the dyad that they make is another one.
            self.drafts[where.id] = Draft(plan_of(where.program), step.before or nothing, Context(0))
        for record in step.kept.records if step.kept else ():
            if isinstance(record, c.Migrated):
                self.drafts[where.id] = carried(self.drafts[where.id], step.then.program, record)
            else:
                apply(self.drafts[where.id], record)
        assert self.drafts[where.id].frozen() == (step.after or nothing)


class Order:
    """Revisions 1, 2, 3 without a gap, instants that never decrease, one record for each occurrence."""

    def __init__(self) -> None:
        self.lives: dict[str, OrderOfOne] = {}

    def takes(self, step: Step) -> None:
        """Look at what a step left, whichever dyad it is about."""
        if step.before is None:
            self.lives[step.where.id] = OrderOfOne()
        self.lives[step.where.id].takes(step)


class OrderOfOne:
    """The same, of one dyad."""

    def __init__(self) -> None:
        self.revision = 0
        self.at = self.recorded_at = 0
        self.reached: dict[tuple[str, int, int, int], int] = {}
        self.entered = 0
        self.noted: set[tuple[object, ...]] = set()
        self.came = False
        """Whether it came from another version."""

    def takes(self, step: Step) -> None:
        """Look at the records of a step."""
        for record in step.kept.records if step.kept else ():
            head = record.head
            assert head.revision - self.revision in ((0, 1) if self.revision else (1,)), record
            assert head.at >= self.at, record
            assert head.recorded_at >= self.recorded_at, record
            assert head.recorded_at >= head.at, record
            self.revision, self.at, self.recorded_at = head.revision, head.at, head.recorded_at
            match record:
                case c.Reminded():
                    self._once(record)
                case c.Moved():
                    self._once_a_visit(record)
                case c.Purged():
                    self._never_again(record, record.rule, record.visit, record.anchor)
                case c.Certified():
                    self._never_again(record, record.certificate)
                case c.Migrated():
                    # What was marked may go on, or begin anew.
                    self.noted.clear()
                    self.reached.clear()
                    self.came = True

    def _never_again(self, record: c.Record, *key: object) -> None:
        """What happens once at most in a life, or in one visit."""
        assert (type(record).__name__, *key) not in self.noted, record
        self.noted.add((type(record).__name__, *key))

    def _once_a_visit(self, record: c.Moved) -> None:
        """What time armed and moves nothing happens once in one visit for one instant."""
        if record.target is not None:
            self.entered += 1
        elif record.due is not None:
            self._never_again(record, record.transition, record.due, self.entered)

    def _once(self, record: c.Reminded) -> None:
        key = (record.reminder, record.item, record.visit, record.anchor)
        if key in self.reached or not self.came:
            assert record.n == self.reached.get(key, -1) + 1, record
        assert record.through >= record.n, record
        self.reached[key] = record.through


def changes_nothing_when_refused(step: Step) -> None:
    """A refusal keeps what time would have done anyway, and nothing else."""
    if not isinstance(step.outcome, Refusal):
        return
    assert step.outcome.reasons, step.command
    if step.before is None:
        assert step.outcome.time is None
        return
    alone = step.where.outcome(step.before, c.Tick(), step.context)
    assert isinstance(alone, Decision)
    if step.outcome.time is None:
        assert alone.records == ()
    else:
        assert alone == step.outcome.time


def final_states_are_final(step: Step) -> None:
    """Nothing moves a dyad that has ended."""
    nodes = step.where.program.graph.nodes
    if step.before is not None and step.after is not None and nodes[step.before.leaves[""]].model.final:
        assert step.after.leaves == step.before.leaves
        assert not any(isinstance(record, c.Moved) for record in (step.kept.records if step.kept else ()))


def says_the_same_twice(step: Step) -> None:
    """Deciding depends on what it is given, and changes none of it; to know when time acts spares work, and no more."""
    context = step.context._replace(quiet_until=None)
    assert step.where.outcome(step.before, step.command, context) == step.outcome


def says_the_same_after_a_tick(step: Step) -> None:
    """Whether a worker has ticked just before a command, or not, changes neither the answer nor what is kept."""
    if step.before is None:
        return
    first = decide_tick(step.where, step.before, step.context)
    quiet = NEVER if first.next_due is None else first.next_due
    outcome = step.where.outcome(first.dyad, step.command, step.context._replace(quiet_until=quiet))
    assert type(outcome) is type(step.outcome)
    if isinstance(outcome, Refusal) and isinstance(step.outcome, Refusal):
        assert outcome.reasons == step.outcome.reasons
        assert outcome.time is None
    elif isinstance(outcome, Decision) and isinstance(step.outcome, Decision):
        assert (*first.records, *outcome.records) == step.outcome.records
        assert sent(first) + sent(outcome) == sent(step.outcome)
        assert {**first.bounds, **outcome.bounds} == step.outcome.bounds
        assert _besides(outcome) == _besides(step.outcome)


def _besides(decision: Decision) -> Decision:
    """All that came of it but what adds up: records, effects, bounds."""
    return decision._replace(records=(), effects=(), bounds={})


def sent(decision: Decision) -> list[c.Effect]:
    """What goes out."""
    return [effect for _, effect in decision.effects]


def comes_back_from_json(life: Life) -> None:
    """Records and dyad go through the JSON of the journal and of the store, and are the same."""
    assert [*life.journal.read()] == life.records
    assert life.journal.fold(life.where.id) == life.dyad
    snapshots = SnapshotCodec(life.where.program)
    snapshot = snapshots.encode(life.dyad)
    assert snapshots.decode(snapshot.public_text, snapshot.private_text) == life.dyad


def is_erased_as_time_said(life: Life) -> None:
    """A store that erases the values that time let go keeps the same dyad: it had nothing of them any more."""
    for n, record in enumerate(life.records):
        if isinstance(record, c.Purged) and record.then == ANONYMISE:
            _tells_of_nobody(life, life.records[:n])
        elif isinstance(record, c.Purged):
            assert life.journal.without(record.what, record.keep, n).fold(life.where.id) == life.dyad


def _tells_of_nobody(life: Life, records: list[c.Record]) -> None:
    """A history that was anonymised names nobody, and says no word of anybody; done again, that changes nothing."""
    told = life.journal.anonymous(records)
    assert [one for one in (SECRET, *map(repr, PEOPLE)) if one in repr(told)] == []
    assert life.journal.anonymous(told) == told


# ----------------------------------------------------------------------------------------------------------------- time


def nothing_happens_before_it_is_due(step: Step) -> None:
    """Until the instant that was announced, time has nothing to do; from then on, waiting longer changes no move."""
    if not isinstance(step.outcome, Decision):
        return
    due, dyad = step.outcome.next_due, step.outcome.dyad
    _nothing_is_open(step.then, step.outcome, step.context)
    if due is None:
        return
    if due - 1 > step.context.now:
        early = decide_tick(step.then, dyad, step.context._replace(now=due - 1))
        assert early.records == ()
        # It may have been announced in vain: what stops a reminder can begin to hold meanwhile.
        assert early.next_due is None or early.next_due >= due


def _nothing_is_open(where: Where, decision: Decision, context: Context) -> None:
    """Without asking what was announced: nothing fires by itself now, nor at the midnights before it is due."""
    around = where.others.around(decision.dyad, context._replace(quiet_until=None))
    draft = Draft(plan_of(where.program), decision.dyad, around)
    until = min(decision.next_due or FAR, draft.now + MONTHS // 6)
    instant: int | None = draft.now
    while instant is not None and instant < until:
        draft.turn_to(instant)
        recording.open_head(draft, c.CLOCK, instant)
        firing.settle(draft)
        assert draft.records == [], instant
        instant = draft.plan.calendar.start_of_day(draft.today + 1)


def a_late_clock_moves_as_a_patient_one(where: Where, dyad: Dyad, context: Context) -> None:
    """Ticking at each announced instant, or once long after: the same moves, at the same instants."""
    until = max(context.now, dyad.at) + MONTHS
    late = decide_tick(where, dyad, context._replace(now=until))
    first = decide_tick(where, dyad, context)
    patient, records, due = first.dyad, [*first.records], first.next_due
    while due is not None and due <= until:
        ticked = decide_tick(where, patient, context._replace(now=max(due, context.now)))
        patient = ticked.dyad
        records += ticked.records
        assert ticked.next_due is None or ticked.next_due > due
        due = ticked.next_due
    assert moves(records) == moves(late.records)
    assert (patient.leaves, patient.fields, patient.holdings) == (
        late.dyad.leaves,
        late.dyad.fields,
        late.dyad.holdings,
    )
    assert {path: stay.entered_at for path, stay in patient.stays.items()} == {
        path: stay.entered_at for path, stay in late.dyad.stays.items()
    }
    assert reached(where.program, records) == reached(where.program, late.records)


def looking_more_often_changes_nothing(where: Where, dyad: Dyad, context: Context) -> None:
    """Ticking at each announced instant, or every day as well: the very same records, and the same dyad."""
    calendar = plan_of(where.program).calendar
    begins = decide_tick(where, dyad, context)
    until = max(context.now, dyad.at) + MONTHS // 2
    today = calendar.local_date(context.now)
    days = [at for n in range(1, 31) if (at := calendar.start_of_day(today + n)) is not None and at < until]
    seldom = _ticked(where, begins, context, until, [])
    often = _ticked(where, begins, context, until, days)
    assert often == seldom


def _ticked(
    where: Where, begins: Decision, context: Context, until: int, besides: list[int]
) -> tuple[Dyad, tuple[c.Record, ...]]:
    """The dyad, and the records, of a life with a tick at each announced instant and at some others."""
    dyad, due, records = begins.dyad, begins.next_due, begins.records
    others = [*besides]
    while (at := min([*others[:1], *([due] if due is not None else [])], default=until)) < until:
        others = [other for other in others if other > at]
        ticked = decide_tick(where, dyad, context._replace(now=max(at, context.now)))
        dyad, due, records = ticked.dyad, ticked.next_due, records + ticked.records
    return dyad, records


def reached(program: Program, records: Iterable[c.Record]) -> dict[tuple[object, ...], int]:
    """The last occurrence of each series that left a record; those that end after so many sent depend on the clock."""
    endless = {reminder.id for reminder in program.model.reminders if reminder.max is None}
    found = (record for record in records if isinstance(record, c.Reminded) and record.reminder in endless)
    return {(one.reminder, one.item, one.visit, one.anchor): one.through for one in found}


def decide_tick(where: Where, dyad: Dyad, context: Context) -> Decision:
    """What time does now, without being told when to look."""
    found = where.outcome(dyad, c.Tick(), context._replace(quiet_until=None))
    assert isinstance(found, Decision)
    return found


def moves(records: Iterable[c.Record]) -> list[tuple[object, ...]]:
    """What moved, or changed, and when."""
    return [(record.head.at, *record[1:]) for record in records if not isinstance(record, c.Reminded)]


# -------------------------------------------------------------------------------------------------------------- telling


def is_told_in_words(step: Step) -> None:
    """Every refusal has a sentence in both languages, and every effect its text."""
    if isinstance(step.command, Migrate):
        return
    program = step.where.program
    if isinstance(step.outcome, Refusal):
        for lang in ("fr", "en"):
            said = refusal_sentences(program, step.outcome.reasons, lang, {})
            assert said
            assert all(said)
    for _, effect in step.kept.effects if step.kept else ():
        if isinstance(effect, c.Notice):
            subject, _ = render_template(program, effect.template, effect.facts, "fr", {})
            assert "\n" not in subject


def is_shown_to_anyone(program: Program, walk: Walk, lang: str) -> None:
    """A dyad is shown, explained and its history told to anyone, whoever they are."""
    if walk.dyad is None:
        return
    context = walk.context
    for reader in (None, walk.person()):
        shown = card(program, walk.dyad, context, reader, lang)
        assert shown.dyad == walk.id
        assert len(history(walk, reader, lang)) <= len(walk.records)
    if walk.program is walk.first:
        everything = timeline(program, walk.dyad, walk.records, context, None, lang, everything=True)
        assert len(everything) == len([record for record in walk.records if not _is_a_mark(program, record)])


def _is_a_mark(program: Program, record: c.Record) -> bool:
    """Whether it says no more than that a dyad has places of its people: theirs are told."""
    if not isinstance(record, c.Reserved | c.Queued | c.Released):
        return False
    return not record.person and program.model.quotas[record.quota].per != "program"


class Chapter(NamedTuple):
    """The part of a life under one version."""

    program: Program
    dyad: Dyad
    records: tuple[c.Record, ...]


def history(walk: Walk, reader: str | None, lang: str) -> tuple[Event, ...]:
    """The life at hand, told to somebody."""
    assert walk.dyad is not None
    came = next((n for n, record in enumerate(walk.records) if isinstance(record, c.Migrated)), None)
    if came is None:
        return tuple(timeline(walk.program, walk.dyad, walk.records, walk.context, reader, lang))
    past, present = walk.records[:came], walk.records[came:]
    first = Chapter(walk.first, fold(walk.first, walk.id, past), tuple(past))
    last = Chapter(walk.program, walk.dyad, tuple(present))
    return told(walk.program, walk.dyad, (first, last), walk.context, reader, lang)


def explain_agrees_with_decide(program: Program, walk: Walk) -> int:
    """What is told open is granted, and the rest refused for the reasons told; return how many were tried."""
    if walk.dyad is None:
        return 0
    person = walk.person()
    context = walk.context._replace(quiet_until=None)
    # Time first: explain tells of the dyad as it stands.
    now = decide_tick(walk.where, walk.dyad, context)
    context = walk.others.around(now.dyad, context)
    views = explain(program, now.dyad, context, person, "en").transitions
    by_event: dict[str, list[TransitionView]] = {}
    for view in views:
        if program_rule(walk, view).by:
            by_event.setdefault(view.event, []).append(view)
    for event, seen in by_event.items():
        _agrees(program, walk, now.dyad, context, person, event, seen)
    return len(by_event)


def program_rule(walk: Walk, view: TransitionView):
    return walk.plan.rules[view.id]


def _agrees(
    program: Program, walk: Walk, dyad: Dyad, context: Context, person: str, event: str, seen: list[TransitionView]
) -> None:
    outcome = decide(program, dyad, c.Fire(person, event), context)
    asks = any(any(datum.required for datum in program_rule(walk, view).data.values()) for view in seen)
    codes = {reason.code for reason in outcome.reasons} if isinstance(outcome, Refusal) else set()
    statuses = {view.status for view in seen}
    if asks:
        # What is asked for is given: what is granted then was told open.
        given = walk.data_of(program_rule(walk, seen[0]))
        granted = decide(program, dyad, c.Fire(person, event, given), context)
        may = isinstance(granted, Refusal) or statuses & {"open", "waiting"} or _waits(granted)
        assert may, (event, given, statuses)
    if isinstance(outcome, Decision):
        assert statuses & {"open", "waiting"} or _waits(outcome), (event, statuses)
    elif "open" in statuses and not asks:
        # A way of the same event that comes first is taken where its guard holds: what it would pass refuses it, and no
        # later way is tried.
        first = codes == {"budget_passed"} and "blocked" in statuses
        assert first or codes == {"invariant"}, (event, statuses, outcome.reasons)
    elif statuses == {"blocked"} and not asks:
        shown = {clause.id for view in seen for clause in view.clauses if clause.verdict in ("no", "unknown", "hidden")}
        refused = {reason.about for reason in outcome.reasons if reason.code in BLAMED}
        assert refused <= shown, (event, refused, shown)
        flat = not any(clause.op or clause.depth for view in seen for clause in view.clauses)
        if flat and "already_assented" not in codes:
            # Without groups, each clause that must hold and does not is in the way by itself.
            # What is found only once it is done comes after those.
            later = {*program.model.budgets, *program.model.roles}
            expected = {clause.id for view in seen for clause in view.clauses if _is_in_the_way(clause)} - later
            assert refused >= expected, (event, outcome.reasons, expected)
    elif statuses <= {"not_available", "not_allowed"}:
        assert codes <= {"not_available", "not_allowed", "ended"}, (event, statuses, outcome.reasons)
        if statuses == {"not_allowed"} and not Draft(walk.plan, dyad, context).is_final:
            assert codes == {"not_allowed"}, (event, outcome.reasons)


def _waits(decision: Decision) -> bool:
    """Whether all that came of an act is a place in a waiting list."""
    return any(isinstance(record, c.Queued) for record in decision.records) and not any(
        isinstance(record, c.Moved | c.Assented) for record in decision.records
    )


def _is_in_the_way(clause: ClauseView) -> bool:
    return clause.level == "must" and clause.verdict in ("no", "unknown")


# -------------------------------------------------------------------------------------------------------------- erasing


def forgets_nothing_else(step: Step) -> None:
    """Once the data of a person are erased, the life is the same: who, where, when; only values are gone."""
    assert step.forgot is not None
    person, was, _ = step.forgot
    now = step.before
    assert now is not None
    same = ("id", "revision", "rank", "at", "leaves", "stays", "memory", "waivers", "marks", "fired", "shares")
    assert [(part, getattr(now, part)) for part in same] == [(part, getattr(was, part)) for part in same], person
    assert _without_values(now) == _without_values(was)
    before, after = _values(was), _values(now)
    assert before.keys() == after.keys(), person
    assert {path for path, value in after.items() if value not in (before[path], ERASED)} == set(), person


def _without_values(dyad: Dyad) -> object:
    entries = {form: [entry._replace(data={}) for entry in log] for form, log in dyad.entries.items()}
    holdings = {role: [one._replace(attributes={}) for one in held] for role, held in dyad.holdings.items()}
    assents = {rule: [one._replace(input={}) for one in given] for rule, given in dyad.assents.items()}
    return entries, holdings, assents, dyad.meetings, dyad.certificates


def _values(dyad: Dyad) -> dict[tuple[object, ...], object]:
    found: dict[tuple[object, ...], object] = {("fields", name): value for name, value in dyad.fields.items()}
    for form, log in dyad.entries.items():
        found |= {(form, entry.n, name): value for entry in log for name, value in entry.data.items()}
    for role, held in dyad.holdings.items():
        found |= {(role, one.person, name): value for one in held for name, value in one.attributes.items()}
    return found
