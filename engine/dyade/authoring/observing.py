"""What do lives touch of a program, while they are lived? Its clauses, its rules and its states, as they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dyade.authoring import coverage as k
from dyade.flow import firing, sharing
from dyade.flow import messages as r
from dyade.flow.answers import Answers
from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Reason
from dyade.flow.plan import Plan
from dyade.program.diagnostics import Findings
from dyade.program.graph import MAIN
from dyade.program.program import Program
from dyade.program.restore import restore
from dyade.program.text import read

if TYPE_CHECKING:
    from dyade.authoring.life import Life

REFUSED = {"quota_full": ("quota", k.FULL), "budget_passed": ("budget", k.PASSED)}
"""The code of a reason → what it shows to be at its end."""
Key = tuple[str, str, str]
"""An item as lives show it: its kind, its name, its way."""


class Observer:
    """Watches the lives of one file of scenarios, over a plan of its own: what is not observed is not slowed."""

    def __init__(self, program: Program) -> None:
        self._answers = Answers()
        self.program = restore(program.canonical())
        self.plan = Plan(self.program, self._answers)
        self.program.plan = self.plan
        self._seen: set[Key] = set()
        self._deadlines = {
            name: (self.plan.deadline(name), tuple(map(self.plan.graph.path, deadline.while_ or ())))
            for name, deadline in self.program.model.deadlines.items()
        }
        self._guidance = [
            (f"guidance[{i}]", tuple(advice.for_), tuple(map(self.plan.graph.path, advice.in_ or ())))
            for i, advice in enumerate(self.program.model.guidance)
        ]

    # -------------------------------------------------------------------------------------------------------- watching

    def stand(self, life: Life, running: dict[str, int]) -> None:
        """Look at a dyad after something has happened, or time has passed; `running` are its deadlines that run."""
        dyad = life.dyad
        if dyad is None:
            return
        self._standing(dyad)
        draft = life.draft()
        self._advised(draft)
        self._without_place(draft)
        for name, (day, states) in self._deadlines.items():
            alive = not draft.is_final and (not states or any(map(draft.is_in, states)))
            due = day(draft) if alive else running.pop(name, None)
            if due is not None and draft.today >= due:
                self._saw("deadline", name, k.COME)
                running.pop(name, None)
            elif due is not None and alive:
                running[name] = due
            elif due is not None:
                self._saw("deadline", name, k.KEPT)

    def _advised(self, draft: Draft) -> None:
        """Advice is given where someone for whom it is meant takes part, in its states."""
        for path, roles, states in self._guidance:
            if (not states or any(map(draft.is_in, states))) and any(map(draft.holders, roles)):
                self._saw("guidance", path)

    def _without_place(self, draft: Draft) -> None:
        """What fires by itself and finds no place is refused to nobody: it stays."""
        if self.plan.shared is None or draft.is_final:
            return
        for rule, leaf in (*draft.situation.automatic, *draft.situation.timed):
            due = firing.due_of(draft, rule, leaf) if rule.timed else draft.now
            if rule.reserves and due is not None and due <= draft.now and firing.holds(draft, rule, leaf):
                for lack in sharing.lacking(draft, rule):
                    self._saw("quota", lack.quota.id, k.FULL)

    def _standing(self, dyad: Dyad) -> None:
        nodes = self.plan.graph.nodes
        for leaf in dyad.leaves.values():
            self._stood(leaf)
        outcome = nodes[dyad.leaves[MAIN]].model.outcome
        if outcome:
            self._saw("outcome", outcome)

    def _stood(self, state: str) -> None:
        for path in (state, *self.plan.graph.nodes[state].ancestors):
            self._saw("state", path)

    def happened(self, records: Iterable[r.Record]) -> None:
        """Note what records tell."""
        for record in records:
            self._seen.update(_told(record))
            if isinstance(record, r.Moved):
                self._stood(record.source)
                if record.target is not None:
                    self._stood(record.target)

    def refused(self, reasons: Iterable[Reason]) -> None:
        """Note what a refusal tells."""
        for reason in reasons:
            if reason.code in REFUSED:
                kind, way = REFUSED[reason.code]
                self._saw(kind, reason.about, way)

    def _saw(self, kind: str, name: str, way: str = "") -> None:
        self._seen.add((kind, name, way))

    def forget(self) -> None:
        """Begin anew: nothing has been seen."""
        self._seen.clear()
        for answers in self._answers.seen.values():
            answers.clear()

    # --------------------------------------------------------------------------------------------------------- telling

    def coverage(self, text: bytes | str, file: str) -> k.Coverage:
        """What was touched, over everything that the text of the program holds."""
        tree = read(text, Findings())
        assert tree is not None, "a program that was read can be read again"
        touched = {item: self.is_touched(item) for item in k.items(self.program, tree)}
        return k.Coverage(file, tree, touched)

    def is_touched(self, item: k.Item) -> bool:
        """Whether something was touched since the observer began."""
        if item.kind in k.ANSWERED:
            return (item.way == k.YES) in self._answers.seen.get(item.path, ())
        return (item.kind, item.name, item.way) in self._seen


class Watch:
    """One life, being observed: its deadlines run apart from those of others."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._running: dict[str, int] = {}

    def copy(self) -> Watch:
        """The same, for a life that goes on from here in its own way."""
        watch = Watch(self._observer)
        watch._running = dict(self._running)
        return watch

    def happened(self, life: Life, records: Iterable[r.Record]) -> None:
        """Note what a decision holds, and where it leaves the dyad."""
        self._observer.happened(records)
        self._observer.stand(life, self._running)

    def refused(self, reasons: Iterable[Reason]) -> None:
        """Note why an act was refused."""
        self._observer.refused(reasons)

    def passed(self, life: Life) -> None:
        """Note where the dyad stands after time."""
        self._observer.stand(life, self._running)


def _told(record: r.Record) -> Iterator[Key]:
    """What one record shows to be touched."""
    match record:
        case r.Moved():
            yield "transition", record.transition, ""
        case r.Reminded(status="sent"):
            yield from (("reminder", record.reminder, ""),) if record.to else ()
            yield from (("escalation", record.reminder, ""),) if record.escalated else ()
        case r.Stepped():
            yield "step", f"{record.form}.{record.step}", ""
        case r.Purged():
            yield "retention", record.rule, ""
        case r.Certified():
            yield "certificate", record.certificate, ""
        case _:
            yield from _shared(record)


def _shared(record: r.Record) -> Iterator[Key]:
    """What a record shows of meetings, and of what dyads share."""
    match record:
        case r.MeetingHeld():
            yield "series", record.series, k.HELD
            yield from (("series", record.series, k.ABSENT),) if record.missed else ()
        case r.Excused():
            yield "series", record.series, k.EXCUSED
        case r.Reserved():
            yield "quota", record.quota, k.TAKEN
        case r.Queued():
            yield "quota", record.quota, k.FULL
        case r.Spent():
            yield "budget", record.budget, k.SPENT
