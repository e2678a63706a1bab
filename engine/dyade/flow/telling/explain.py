"""What may happen next to a dyad, what stands in the way, and the shortest way out: views ready to be shown.

Everything is said in the reader's language, and only what the reader may see. `explain` and `decide` ask the same
guards, so that they agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dyade.flow import advancing, effects, firing, sharing
from dyade.flow import messages as c
from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad
from dyade.flow.guards import Judged
from dyade.flow.outcome import Context, Reason
from dyade.flow.plan import plan_of
from dyade.flow.rules import CERTIFY, Rule
from dyade.flow.telling.phrases import say
from dyade.flow.telling.refusals import reason_sentence
from dyade.flow.telling.todo import acts_wanted, role_todo, standing, todo_for, way_out
from dyade.flow.telling.upcoming import Coming, upcoming
from dyade.flow.telling.visibility import Reader
from dyade.flow.telling.words import Words, day, said
from dyade.program import model as m
from dyade.program.program import Program
from dyade.program.typed import leaves
from dyade.texts import sentence


class ClauseView(NamedTuple):
    """One clause of a guard, or the head of a group of them (`op`)."""

    id: str
    level: str
    """`must` or `should`."""
    verdict: str
    """`yes`, `no`, `unknown`, `waived`, or `hidden` from this reader; of a group with a hidden clause too."""
    depth: int
    op: str
    """``""`` for a clause; `all`, `any`, `none` for the head of a group."""
    sentence: str
    values: tuple[tuple[str, str], ...]
    missing: str
    unknown: tuple[str, ...]
    todo: str
    hint: str
    provisions: tuple[tuple[str, str], ...]
    """(id, what it says)."""
    waivable_by: tuple[str, ...]


class TransitionView(NamedTuple):
    """One transition, seen from where the dyad stands."""

    id: str
    event: str
    label: str
    target: str
    status: str
    """`open`, `blocked`, `not_allowed`, `not_available`, `waiting` (for assents), or `automatic`.

    A reader without a person is told `not_allowed` where anything else would tell of what is narrowed.
    """
    who: tuple[str, ...]
    together: bool
    assents: tuple[tuple[str, str], ...]
    missing_assents: tuple[str, ...]
    until: str
    clauses: tuple[ClauseView, ...]
    todo: tuple[str, ...]
    from_: tuple[str, ...]
    when: str


class Explanation(NamedTuple):
    """Where a dyad stands and what it can do."""

    dyad: str
    program: str
    day: str
    states: tuple[tuple[str, str], ...]
    """(region label, state label); the main region has no label."""
    outcome: str
    transitions: tuple[TransitionView, ...]
    todo: tuple[str, ...]
    """What is wanted at least before the dyad ends well."""
    upcoming: tuple[tuple[str, str], ...]
    """(when, what time will do if nothing changes)."""


def explain(
    program: Program, dyad: Dyad, context: Context, reader: str | None, lang: str, transition: str | None = None
) -> Explanation:
    """Tell a reader (the operator of the store, where there is none) what may happen next, and why not."""
    draft = Draft(plan_of(program), dyad, context)
    view = _View(draft, Reader(draft, reader), Words(draft.plan, lang, context.names))
    rules = [r for r in draft.plan.rules.values() if transition in (None, r.id, r.event_name)]
    return Explanation(
        dyad.id,
        said(program.model.title, lang),
        day(draft.today),
        view.states(),
        program.graph.nodes[dyad.leaves[""]].model.outcome or "",
        tuple(view.transition(rule) for rule in rules),
        tuple(way_out(draft, view.words, view.reader)),
        tuple(view.ahead()),
    )


class _View:
    """One dyad, as one reader may see it, in their language."""

    def __init__(self, draft: Draft, reader: Reader, words: Words) -> None:
        self.draft = draft
        self.plan = draft.plan
        self.reader = reader
        self.words = words

    def ahead(self) -> Iterator[tuple[str, str]]:
        """What time will do; what is late already is told elsewhere."""
        for coming in upcoming(self.draft, self.reader):
            if not coming.late:
                yield self.words.moment(coming.at), self.coming(coming)

    def states(self) -> tuple[tuple[str, str], ...]:
        """Where each region stands."""
        main = self.draft.leaves[""]
        around = [self.words.state(path) for path in reversed(self.plan.graph.around(main))]
        shown = [(r, leaf) for r, leaf in self.draft.leaves.items() if r and self.reader.sees_track(r)]
        tracks = [(self.words.region(region), self.words.state(leaf)) for region, leaf in shown]
        return (("", " › ".join(around)), *tracks)

    def transition(self, rule: Rule) -> TransitionView:
        """One transition, from here."""
        here = (leaf for leaf in self.draft.leaves.values() if leaf in rule.sources)
        leaf = None if self._is_veiled(rule) else next(here, None)
        given = standing(self.draft, rule, self.reader) if rule.joint and leaf else ()
        missing = advancing.missing(self.draft, rule, given) if rule.joint and leaf else ()
        rows = self._judged(rule, leaf) if leaf is not None else []
        status = self._status(rule, leaf, bool(given))
        until = advancing.until(self.draft, rule, given)
        todo = self._todo(rule) if leaf is not None else ()
        return TransitionView(
            rule.id,
            rule.event_name,
            said(rule.model.label, self.words.lang, rule.id),
            self._target(rule),
            status,
            tuple(self.words.role(role) for role in rule.by),
            rule.joint in ("all", "each", "quorum"),
            tuple((self.words.person(assent.person), day(assent.on)) for assent in given),
            tuple(self._wanted(name) for name in missing),
            self.words.moment(until) if until is not None else "",
            tuple(rows),
            tuple(dict.fromkeys((*todo, *self._assents_todo(missing if given else ())))),
            tuple(self.words.state(state) for state in self._sources(rule)),
            self._when(rule, leaf),
        )

    def _sources(self, rule: Rule) -> tuple[str, ...]:
        return tuple(dict.fromkeys(state or leaf for leaf, state in rule.sources.items()))

    def _wanted(self, name: str) -> str:
        if name not in self.plan.roles:
            return self.words.person(name)
        holders = self.draft.holders(name)
        return self.words.person(holders[0]) if len(holders) == 1 else self.words.role(name)

    def _todo(self, rule: Rule) -> list[str]:
        self._act_as(rule, self.reader.person)
        found = acts_wanted(self.draft, rule, self.words, self.reader)
        self.draft.actor, self.draft.actor_role = c.CLOCK, None
        return found

    def _assents_todo(self, missing: tuple[str, ...]) -> Iterator[str]:
        for name in missing:
            yield sentence("answers", "todo.assent", self.words.lang, who=self._wanted(name))

    def _target(self, rule: Rule) -> str:
        if rule.target is None:
            return ""
        leaf = rule.target.state
        label = self.words.state(leaf)
        return sentence("answers", "state.history", self.words.lang, state=label) if rule.target.history else label

    def _status(self, rule: Rule, leaf: str | None, assented: bool) -> str:
        person = self.reader.person
        if self._is_veiled(rule):
            return "not_allowed" if rule.by else "automatic"
        if leaf is None:
            return "not_available"
        if not rule.by:
            return "automatic"
        if not self._may_fire(rule) and (person is not None or self._hides(rule)):
            return "not_allowed"
        self._act_as(rule, person)
        is_open = firing.opens(self.draft, rule, leaf) or (
            bool(rule.data) and not advancing.blocked_without_input(self.draft, rule, leaf)
        )
        # An assent moves nothing yet: what the move would pass is judged with the last one.
        is_open = is_open and (bool(rule.joint) or not sharing.exhausted(self.draft, rule))
        self.draft.actor, self.draft.actor_role = c.CLOCK, None
        if not is_open:
            return "blocked"
        return "waiting" if assented else "open"

    def _may_fire(self, rule: Rule) -> bool:
        person = self.reader.person
        return person is not None and advancing.acting_role(self.draft, rule, person) is not None

    def _hides(self, rule: Rule) -> bool:
        """Whether to tell that it is open, or blocked, would tell of a clause that this reader may not see."""
        return any(leaf.must and not self.reader.sees_clause(leaf) for leaf in rule.guard.clauses)

    def _is_veiled(self, rule: Rule) -> bool:
        """Whether to be told anything of it from here would tell where a track stands; whoever may fire it can try."""
        return not self._may_fire(rule) and advancing.is_secret(self.reader, rule)

    def _act_as(self, rule: Rule, person: str | None) -> None:
        actor = person or next((p for role in rule.by for p in self.draft.holders(role)), c.SYSTEM)
        self.draft.actor, self.draft.actor_role = actor, advancing.acting_role(self.draft, rule, actor)

    def _when(self, rule: Rule, leaf: str | None) -> str:
        seen = rule.timed and leaf is not None and self.reader.sees_due(rule)
        due = firing.due_of(self.draft, rule, leaf) if seen and leaf is not None else None
        return self.words.moment(due) if due is not None else ""

    # --------------------------------------------------------------------------------------------------------- clauses

    def _judged(self, rule: Rule, leaf: str) -> list[ClauseView]:
        self._act_as(rule, self.reader.person)
        self.draft.entered = self.draft.stays.get(rule.sources[leaf] or leaf)
        rows = [self.clause(row) for row in rule.guard.judge(self.draft, firing.waived(self.draft, rule))]
        self.draft.entered = None
        if rule.reserves:
            rows += [self._lack(reason) for reason in sharing.reasons(self.draft, rule)]
        if not rule.joint:
            rows += [self._lack(reason) for reason in sharing.exhausted(self.draft, rule)]
        rows += self._unissuable(rule)
        self.draft.actor, self.draft.actor_role = c.CLOCK, None
        return rows

    def _lack(self, reason: Reason) -> ClauseView:
        """A place, or money, that is not there, among the clauses that do not hold."""
        quota = self.plan.program.model.quotas.get(reason.about)
        sees = self.reader.sees_budget(reason.about) if quota is None else self.reader.sees_listed(quota.visibility)
        if not sees:
            reason = Reason(reason.code, reason.about, {}, reason.sentence)
        text = reason_sentence(reason, self.words)
        return ClauseView(reason.about, "must", "no", 0, "", text, (), "", (), "", "", (), ())

    def _unissuable(self, rule: Rule) -> Iterator[ClauseView]:
        """A certificate that nobody could receive, among the clauses that do not hold."""
        undone = effects.uncomputable(self.draft, rule.effects)
        if undone is not None and undone.effect.kind == CERTIFY:
            reason = effects.undoable(self.draft, rule.id, undone)
            text, todo = reason_sentence(reason, self.words), role_todo(self.draft, reason.about, self.words)
            yield ClauseView(reason.about, "must", "no", 0, "", text, (), "", (), todo, "", (), ())

    def clause(self, row: Judged) -> ClauseView:
        """One clause, told to this reader."""
        if row.leaf is None:
            return self._group(row)
        leaf = row.leaf
        level = "must" if leaf.must else "should"
        waivable = tuple(self.words.role(role) for role in leaf.clause.waivable_by or ())
        if not self.reader.sees_clause(leaf):
            hidden = sentence("answers", "clause.hidden", self.words.lang)
            return ClauseView(leaf.id, level, "hidden", row.depth, "", hidden, (), "", (), "", "", (), waivable)
        verdict = "waived" if row.waived else {True: "yes", False: "no", None: "unknown"}[row.verdict]
        if row.under_none and row.verdict is not None and not row.waived:
            verdict = "no" if row.verdict else "yes"
        told = say(self.draft, row, self.words)
        text = self._label(row) if verdict == "yes" else told.sentence
        todo = todo_for(self.draft, row, self.words, self.reader) if verdict in ("no", "unknown") else ""
        missing = told.missing if verdict == "no" else ""
        return ClauseView(
            leaf.id, level, verdict, row.depth, "", text, told.values, missing, told.unknown, todo, told.hint,
            self._provisions(leaf.clause), waivable,
        )  # fmt: skip

    def _provisions(self, rule: m.Rule) -> tuple[tuple[str, str], ...]:
        known = self.plan.program.provisions
        return tuple((name, said(known.get(name), self.words.lang)) for name in provisions(rule))

    def _label(self, row: Judged) -> str:
        assert row.leaf is not None
        label = said(row.leaf.clause.label, self.words.lang)
        pairs = say(self.draft, row, self.words).values
        return label or "; ".join(
            sentence("answers", "history.value", self.words.lang, label=name, value=value) for name, value in pairs
        )

    def _group(self, row: Judged) -> ClauseView:
        verdict = {True: "yes", False: "no", None: "unknown"}[row.verdict]
        if row.under_none and row.verdict is not None:
            verdict = "no" if row.verdict else "yes"
        if row.node is not None and not all(self.reader.sees_clause(leaf) for leaf in leaves(row.node)):
            verdict = "hidden"
        if row.op == "eligible":
            role = getattr(row.node, "role", "")
            text = sentence("answers", "refused.nobody_holds", self.words.lang, role=self.words.role(role))
            todo = role_todo(self.draft, role, self.words)
            return ClauseView(role, "must", verdict, row.depth, "", text, (), "", (), todo, "", (), ())
        text = sentence("answers", f"group.{row.op}", self.words.lang)
        return ClauseView("", "must", verdict, row.depth, row.op, text, (), "", (), "", "", (), ())

    def coming(self, coming: Coming) -> str:
        """One thing that time will do, in words."""
        facts = {"name": coming.label(self.words)}
        return sentence("answers", f"coming.{coming.kind}", self.words.lang, **facts)


def provisions(rule: m.Rule) -> tuple[str, ...]:
    """The provisions that a rule cites."""
    if isinstance(rule.source, m.Quotation):
        return (rule.source.doc,)
    return tuple(rule.source or ())
