"""What must hold after each step of a walk, whatever was asked."""

from __future__ import annotations

from collections.abc import Iterable
from json import dumps, loads

from dyade.flow import firing, recording
from dyade.flow import messages as c
from dyade.flow.codec import RecordCodec
from dyade.flow.decide import decide
from dyade.flow.draft import EMPTY_DYAD, Draft
from dyade.flow.dyad import Dyad
from dyade.flow.evolve import apply, fold
from dyade.flow.outcome import Context, Decision, Refusal
from dyade.flow.plan import plan_of
from dyade.flow.snapshot import SnapshotCodec
from dyade.flow.telling.cards import card
from dyade.flow.telling.explain import ClauseView, TransitionView, explain
from dyade.flow.telling.refusals import refusal_sentences
from dyade.flow.telling.templates import render_template
from dyade.flow.telling.timeline import timeline
from dyade.program.program import Program
from tests.properties.walks import ID, NEVER, Step, Walk, outcome_of

FAR = 2**62
MONTHS = 60 * 24 * 3_600_000_000
"""How far ahead time is lived to compare a patient clock with a late one."""


class Mirror:
    """The dyad that the records make, step by step: the fold, without starting anew at each step."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def takes(self, step: Step) -> None:
        if step.before is None:
            self.draft = Draft(plan_of(self.program), EMPTY_DYAD._replace(id=ID), Context(0))
        for record in step.kept.records if step.kept else ():
            apply(self.draft, record)
        assert self.draft.frozen() == (step.after or EMPTY_DYAD._replace(id=ID))


class Order:
    """Revisions 1, 2, 3 without a gap, instants that never decrease, one record for each occurrence."""

    def begin(self) -> None:
        self.revision = 0
        self.at = self.recorded_at = 0
        self.reached: dict[tuple[str, int, int, int], int] = {}
        self.entered = 0
        self.noted: set[tuple[str, int, int]] = set()

    def takes(self, step: Step) -> None:
        if step.before is None:
            self.begin()
        for record in step.kept.records if step.kept else ():
            head = record.head
            assert head.revision - self.revision in ((0, 1) if self.revision else (1,)), record
            assert head.at >= self.at, record
            assert head.recorded_at >= self.recorded_at, record
            assert head.recorded_at >= head.at, record
            self.revision, self.at, self.recorded_at = head.revision, head.at, head.recorded_at
            if isinstance(record, c.Reminded):
                self._once(record)
            elif isinstance(record, c.Moved):
                self._once_a_visit(record)

    def _once_a_visit(self, record: c.Moved) -> None:
        """What time armed and moves nothing happens once in one visit for one instant."""
        if record.target is not None:
            self.entered += 1
        elif record.due is not None:
            key = (record.transition, record.due, self.entered)
            assert key not in self.noted, record
            self.noted.add(key)

    def _once(self, record: c.Reminded) -> None:
        key = (record.reminder, record.item, record.visit, record.anchor)
        assert record.n == self.reached.get(key, -1) + 1, record
        assert record.through >= record.n, record
        self.reached[key] = record.through


def changes_nothing_when_refused(program: Program, step: Step) -> None:
    """A refusal keeps what time would have done anyway, and nothing else."""
    if not isinstance(step.outcome, Refusal):
        return
    assert step.outcome.reasons, step.command
    if step.before is None:
        assert step.outcome.time is None
        return
    alone = decide(program, step.before, c.Tick(), step.context)
    assert isinstance(alone, Decision)
    if step.outcome.time is None:
        assert alone.records == ()
    else:
        assert alone == step.outcome.time


def final_states_are_final(program: Program, step: Step) -> None:
    """Nothing moves a dyad that has ended."""
    if step.before is not None and step.after is not None and program.graph.nodes[step.before.leaves[""]].model.final:
        assert step.after.leaves == step.before.leaves
        assert not any(isinstance(record, c.Moved) for record in (step.kept.records if step.kept else ()))


def says_the_same_twice(program: Program, step: Step) -> None:
    """Deciding depends on what it is given, and changes none of it; to know when time acts spares work, and no more."""
    context = step.context._replace(quiet_until=None)
    assert outcome_of(program, step.before, step.command, context) == step.outcome


def says_the_same_after_a_tick(program: Program, step: Step) -> None:
    """Whether a worker has ticked just before a command, or not, changes neither the answer nor what is kept."""
    if step.before is None:
        return
    first = decide_tick(program, step.before, step.context)
    quiet = NEVER if first.next_due is None else first.next_due
    outcome = outcome_of(program, first.dyad, step.command, step.context._replace(quiet_until=quiet))
    assert type(outcome) is type(step.outcome)
    if isinstance(outcome, Refusal) and isinstance(step.outcome, Refusal):
        assert outcome.reasons == step.outcome.reasons
        assert outcome.time is None
    elif isinstance(outcome, Decision) and isinstance(step.outcome, Decision):
        assert (*first.records, *outcome.records) == step.outcome.records
        assert sent(first) + sent(outcome) == sent(step.outcome)
        assert outcome._replace(records=(), effects=()) == step.outcome._replace(records=(), effects=())


def sent(decision: Decision) -> list[c.Effect]:
    """What goes out."""
    return [effect for _, effect in decision.effects]


def comes_back_from_json(program: Program, dyad: Dyad, records: list[c.Record]) -> None:
    """Records and dyad go through the JSON of the journal and of the store, and are the same."""
    codec, snapshots = RecordCodec(program), SnapshotCodec(program)
    read = []
    for record in records:
        encoded = codec.encode(record, dyad.holdings, lambda: b"salt")
        sealed = {i: item.value for i, item in enumerate(encoded.sealed)}
        head = c.Head(*loads(dumps(record.head)))
        read.append(codec.decode(encoded.kind, head, encoded.body, sealed))
    assert read == records
    assert fold(program, ID, read) == dyad
    snapshot = snapshots.encode(dyad)
    assert snapshots.decode(snapshot.public_text, snapshot.private_text) == dyad


# ----------------------------------------------------------------------------------------------------------------- time


def nothing_happens_before_it_is_due(program: Program, step: Step) -> None:
    """Until the instant that was announced, time has nothing to do; from then on, waiting longer changes no move."""
    if not isinstance(step.outcome, Decision):
        return
    due, dyad = step.outcome.next_due, step.outcome.dyad
    _nothing_is_open(program, step.outcome, step.context)
    if due is None:
        return
    if due - 1 > step.context.now:
        early = decide_tick(program, dyad, step.context._replace(now=due - 1))
        assert early.records == ()
        # It may have been announced in vain: what stops a reminder can begin to hold meanwhile.
        assert early.next_due is None or early.next_due >= due


def _nothing_is_open(program: Program, decision: Decision, context: Context) -> None:
    """Without asking what was announced: nothing fires by itself now, nor at the midnights before it is due."""
    draft = Draft(plan_of(program), decision.dyad, context._replace(quiet_until=None))
    until = min(decision.next_due or FAR, draft.now + MONTHS // 6)
    instant: int | None = draft.now
    while instant is not None and instant < until:
        draft.turn_to(instant)
        recording.open_head(draft, c.CLOCK, instant)
        firing.settle(draft)
        assert draft.records == [], instant
        instant = draft.plan.calendar.start_of_day(draft.today + 1)


def a_late_clock_moves_as_a_patient_one(program: Program, dyad: Dyad, context: Context) -> None:
    """Ticking at each announced instant, or once long after: the same moves, at the same instants."""
    until = max(context.now, dyad.at) + MONTHS
    late = decide_tick(program, dyad, context._replace(now=until))
    first = decide_tick(program, dyad, context)
    patient, records, due = first.dyad, [*first.records], first.next_due
    while due is not None and due <= until:
        ticked = decide_tick(program, patient, context._replace(now=max(due, context.now)))
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
    assert reached(program, records) == reached(program, late.records)


def looking_more_often_changes_nothing(program: Program, dyad: Dyad, context: Context) -> None:
    """Ticking at each announced instant, or every day as well: the very same records, and the same dyad."""
    calendar = plan_of(program).calendar
    begins = decide_tick(program, dyad, context)
    until = max(context.now, dyad.at) + MONTHS // 2
    today = calendar.local_date(context.now)
    days = [at for n in range(1, 31) if (at := calendar.start_of_day(today + n)) is not None and at < until]
    seldom = _ticked(program, begins, context, until, [])
    often = _ticked(program, begins, context, until, days)
    assert often == seldom


def _ticked(
    program: Program, begins: Decision, context: Context, until: int, besides: list[int]
) -> tuple[Dyad, tuple[c.Record, ...]]:
    """The dyad, and the records, of a life with a tick at each announced instant and at some others."""
    dyad, due, records = begins.dyad, begins.next_due, begins.records
    others = [*besides]
    while (at := min([*others[:1], *([due] if due is not None else [])], default=until)) < until:
        others = [other for other in others if other > at]
        ticked = decide_tick(program, dyad, context._replace(now=max(at, context.now)))
        dyad, due, records = ticked.dyad, ticked.next_due, records + ticked.records
    return dyad, records


def reached(program: Program, records: Iterable[c.Record]) -> dict[tuple[object, ...], int]:
    """The last occurrence of each series that left a record; those that end after so many sent depend on the clock."""
    endless = {reminder.id for reminder in program.model.reminders if reminder.max is None}
    found = (record for record in records if isinstance(record, c.Reminded) and record.reminder in endless)
    return {(one.reminder, one.item, one.visit, one.anchor): one.through for one in found}


def decide_tick(program: Program, dyad: Dyad, context: Context) -> Decision:
    """What time does now, without being told when to look."""
    found = decide(program, dyad, c.Tick(), context._replace(quiet_until=None))
    assert isinstance(found, Decision)
    return found


def moves(records: Iterable[c.Record]) -> list[tuple[object, ...]]:
    """What moved, or changed, and when."""
    return [(record.head.at, *record[1:]) for record in records if not isinstance(record, c.Reminded)]


# -------------------------------------------------------------------------------------------------------------- telling


def is_told_in_words(program: Program, step: Step) -> None:
    """Every refusal has a sentence in both languages, and every effect its text."""
    if isinstance(step.outcome, Refusal):
        for lang in ("fr", "en"):
            told = refusal_sentences(program, step.outcome.reasons, lang, {})
            assert told
            assert all(told)
    for _, effect in step.kept.effects if step.kept else ():
        if isinstance(effect, c.Notice):
            subject, _ = render_template(program, effect.template, effect.facts, "fr", {})
            assert "\n" not in subject


def is_shown_to_anyone(program: Program, walk: Walk, lang: str) -> None:
    """A dyad is shown, explained and its history told to anyone, whoever they are."""
    if walk.dyad is None:
        return
    context = walk.context
    for reader in (None, walk._person()):
        shown = card(program, walk.dyad, context, reader, lang)
        assert shown.dyad == ID
        assert len(timeline(program, walk.dyad, walk.records, context, reader, lang)) <= len(walk.records)
    told = timeline(program, walk.dyad, walk.records, context, None, lang, everything=True)
    assert len(told) == len(walk.records)


def explain_agrees_with_decide(program: Program, walk: Walk) -> int:
    """What is told open is granted, and the rest refused for the reasons told; return how many were tried."""
    if walk.dyad is None:
        return 0
    person = walk._person()
    context = walk.context._replace(quiet_until=None)
    # Time first: explain tells of the dyad as it stands.
    now = decide_tick(program, walk.dyad, context)
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
        assert isinstance(granted, Refusal) or statuses & {"open", "waiting"}, (event, given, statuses)
    if isinstance(outcome, Decision):
        assert statuses & {"open", "waiting"}, (event, statuses)
    elif "open" in statuses and not asks:
        assert codes == {"invariant"}, (event, statuses, outcome.reasons)
    elif statuses == {"blocked"} and not asks:
        told = {clause.id for view in seen for clause in view.clauses if clause.verdict in ("no", "unknown", "hidden")}
        refused = {reason.about for reason in outcome.reasons if reason.code in ("clause", "hidden", "nobody_holds")}
        assert refused <= told, (event, refused, told)
        flat = not any(clause.op or clause.depth for view in seen for clause in view.clauses)
        if flat and "already_assented" not in codes:
            # Without groups, each clause that must hold and does not is in the way by itself.
            assert refused >= {clause.id for view in seen for clause in view.clauses if _is_in_the_way(clause)}
    elif statuses <= {"not_available", "not_allowed"}:
        assert codes <= {"not_available", "not_allowed", "ended"}, (event, statuses, outcome.reasons)
        if statuses == {"not_allowed"} and not Draft(walk.plan, dyad, context).is_final:
            assert codes == {"not_allowed"}, (event, outcome.reasons)


def _is_in_the_way(clause: ClauseView) -> bool:
    return clause.level == "must" and clause.verdict in ("no", "unknown")
