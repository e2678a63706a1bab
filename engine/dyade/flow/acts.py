"""What follows from an act: the records it leaves, its effects, then everything that fires by itself.

Every change of a draft goes through `record`, so that the journal and the dyad cannot differ.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from dyade.flow import messages as r
from dyade.flow.draft import Draft
from dyade.flow.dyad import Holding, Stay
from dyade.flow.evolve import apply, visit_of
from dyade.flow.guards import NONE_WAIVED, Waived
from dyade.flow.moves import target_leaf
from dyade.flow.outcome import Reason
from dyade.flow.plan import Plan, Situation
from dyade.flow.rules import ASSIGN, CLEAR, EMIT, NOTIFY, SET, START, UNASSIGN, CompiledEffect, Rule
from dyade.flow.telling.visibility import facts_for
from dyade.program.conditions.types import EMPTY
from dyade.program.conditions.values import dump_value

MOST_AUTOMATIC = 100
"""Automatic steps that may follow one another; the checker refuses programs that could go on without end."""


class EndlessLoop(RuntimeError):
    """Automatic transitions set one another off without end: the program is at fault, and the checker missed it."""


def record(draft: Draft, kind: Any, *content: Any) -> None:
    """Leave a record of the command at hand, and apply it."""
    made = kind(draft.head, *content)
    apply(draft, made)
    draft.records.append(made)


def open_head(
    draft: Draft, actor: str, recorded_at: int, recorded_by: str | None = None, on: int | None = None
) -> None:
    """Begin the records of a command: the next revision, at the draft's instant."""
    day = draft.today if on is None else on
    draft.head = r.Head(draft.revision + 1, draft.now, recorded_at, actor, recorded_by, day)


# --------------------------------------------------------------------------------------------------------------- firing


def waived(draft: Draft, rule: Rule) -> Waived:
    """The clauses of a rule that are lifted in the present visit of its source."""
    if not draft.waivers or not rule.guard.waivable:
        return NONE_WAIVED
    visit = visit_of(draft, rule.id)
    return frozenset(
        clause for clause in rule.guard.waivable if draft.waivers.get((rule.id, clause)) == visit and visit
    )


def opens(draft: Draft, rule: Rule, leaf: str) -> bool:
    """Whether a rule may fire from a leaf: its guard holds, and its effects can be computed."""
    draft.entered = _stay(draft, rule, leaf)
    lifted = waived(draft, rule) if draft.waivers else NONE_WAIVED
    found = rule.guard.opens(draft, lifted) and uncomputable(draft, rule.effects) is None
    draft.entered = None
    return found


def _stay(draft: Draft, rule: Rule, leaf: str) -> Stay | None:
    return draft.stays.get(rule.sources[leaf] or leaf)


class Undone(NamedTuple):
    """An effect that cannot be done: its value is unknown, or the role is full."""

    effect: CompiledEffect
    full: bool


def uncomputable(draft: Draft, effects: tuple[CompiledEffect, ...]) -> Undone | None:
    """The first effect that cannot be done, each read as those before it leave things.

    Setting a field to nothing is `clear`, never an accident.
    """
    if not effects:
        return None
    fields, holdings = draft.fields, draft.holdings
    found = next((undone for effect in effects if (undone := _foreseen(draft, effect)) is not None), None)
    draft.fields, draft.holdings = fields, holdings
    return found


def undoable(draft: Draft, rule: str, undone: Undone) -> Reason:
    """Why an effect of a transition, or of a step, cannot be done."""
    name = undone.effect.name
    if undone.full:
        return Reason("too_many", name, {"max": draft.plan.program.model.roles[name].count.max})
    return Reason("effect_unknown", name, {"transition": rule})


def _foreseen(draft: Draft, effect: CompiledEffect) -> Undone | None:
    """Whether an effect cannot be done; where it can, the draft reads as if it were."""
    name = effect.name
    value = effect.value(draft) if effect.value is not None else None
    if effect.kind == SET:
        draft.fields = {**draft.fields, name: value}
        return Undone(effect, False) if value is None else None
    if effect.kind == CLEAR:
        draft.fields = {**draft.fields, name: _cleared(draft, name)}
    elif effect.kind == ASSIGN:
        if not isinstance(value, str):
            return Undone(effect, False)
        if no_room(draft, name, value):
            return Undone(effect, True)
        if draft.holding(name, value) is None:
            draft.holdings = {**draft.holdings, name: (*_staying(draft, name), _holding(draft, name, value))}
    elif effect.kind == UNASSIGN:
        kept = tuple(h for h in draft.holdings.get(name, ()) if h.person != value)
        draft.holdings = {**draft.holdings, name: kept}
    return None


def _cleared(draft: Draft, field: str) -> Any:
    return EMPTY if draft.plan.program.data["fields", field].nullable else None


def _staying(draft: Draft, role: str) -> tuple[Holding, ...]:
    """Who keeps a role when somebody else receives it: nobody, where one person holds it."""
    return () if draft.plan.program.model.roles[role].count.max == 1 else draft.holdings.get(role, ())


def _holding(draft: Draft, role: str, person: str) -> Holding:
    pending = draft.plan.program.model.roles[role].accepts and person != draft.actor
    return Holding(person, draft.today, pending, profile(draft, role, person))


def no_room(draft: Draft, role: str, person: str) -> bool:
    """Whether a role that several hold is full; where one person holds it, the new one takes the place of the old."""
    most = draft.plan.program.model.roles[role].count.max
    return most > 1 and len(draft.holdings.get(role, ())) >= most and draft.holding(role, person) is None


def fire(draft: Draft, rule: Rule, leaf: str, due: int | None = None) -> None:
    """Make a transition that is open: move, then effects in order, then what entering does."""
    plan = draft.plan
    stay = _stay(draft, rule, leaf)
    draft.entered = stay
    advice = rule.guard.advice(draft)
    lifted = tuple(sorted(waived(draft, rule))) if draft.waivers else ()
    target = target_leaf(draft, rule.target) if rule.target is not None else None
    visits = (
        {path: known.visit for path, known in draft.stays.items() if known.left_on is None} if plan.on_enter else {}
    )
    record(draft, r.Moved, rule.id, leaf, target, draft.input, due, advice, lifted)
    index = len(draft.records) - 1
    for effect in rule.effects:
        perform(draft, effect, ("rule", rule.id), index)
    draft.entered = None
    if target is not None and plan.on_enter:
        _on_enter(draft, plan, visits, index)


def _on_enter(draft: Draft, plan: Plan, visits: dict[str, int], index: int) -> None:
    """The effects of the states that were entered, outermost first."""
    for path, effects in plan.on_enter.items():
        stay = draft.stays.get(path)
        if stay is not None and stay.left_on is None and visits.get(path) != stay.visit:
            for effect in effects:
                perform(draft, effect, ("rule", path), index)


def entering(draft: Draft) -> None:
    """The effects of the states in which a dyad begins."""
    if draft.plan.on_enter:
        _on_enter(draft, draft.plan, {}, len(draft.records) - 1)


def perform(draft: Draft, effect: CompiledEffect, site_key: tuple[str, Any], index: int) -> None:
    """Do one effect; the key tells whose it is: ("rule", transition or state) or ("step", (form, step))."""
    kind = effect.kind
    rule = site_key[1] if site_key[0] == "rule" else site_key[1][0]
    if kind == SET and effect.value is not None:
        value = effect.value(draft)
        # Only what entering a state sets may be unknown here: nobody can be refused for it, and nothing is lost.
        if value is not None:
            record(draft, r.FieldSet, effect.name, value, rule)
    elif kind == CLEAR:
        record(draft, r.FieldSet, effect.name, _cleared(draft, effect.name), rule)
    elif kind == NOTIFY:
        _notify(draft, effect, site_key, index)
    elif kind == EMIT:
        draft.effects.append((index, r.Emitted(effect.name, _given(draft, effect))))
    elif kind == START:
        draft.effects.append((index, r.NewDyad(effect.name, _given(draft, effect))))
    elif effect.value is not None:
        person = effect.value(draft)
        if isinstance(person, str):
            _hold(draft, effect, person)


def _hold(draft: Draft, effect: CompiledEffect, person: str) -> None:
    if effect.kind == ASSIGN:
        held = draft.holds(person, effect.name) or draft.holding(effect.name, person) is not None
        if not held and not no_room(draft, effect.name, person):
            assign(draft, effect.name, person, {})
    elif draft.holding(effect.name, person) is not None:
        record(draft, r.Unassigned, effect.name, person)


def assign(draft: Draft, role: str, person: str, given: dict[str, Any]) -> None:
    """Give a role; where one person holds it, the new one takes the place of the old."""
    staying = _staying(draft, role)
    for holding in draft.holdings.get(role, ()):
        if holding not in staying and holding.person != person:
            record(draft, r.Unassigned, role, holding.person)
    made = _holding(draft, role, person)
    record(draft, r.Assigned, role, person, made.pending, {**made.attributes, **given})


def profile(draft: Draft, role: str, person: str) -> dict[str, Any]:
    """What the program reads about a person for a role, as values: kept with the holding."""
    known = draft.context.profiles.get(person, {})
    found: dict[str, Any] = {}
    for name in draft.plan.program.model.roles[role].attributes:
        value = draft.plan.profile_value(role, name, known[name]) if name in known else None
        if value is not None:
            found[name] = value
    return found


def _given(draft: Draft, effect: CompiledEffect) -> dict[str, Any]:
    return {name: dump_value(kind, value(draft)) for name, value, kind in effect.given}


# -------------------------------------------------------------------------------------------------------------- notices


def template_facts(draft: Draft, template: str, site_key: tuple[Any, ...]) -> tuple[Any, ...]:
    """(value, type) of a template's placeholders, in the order of `plan.placeholders`."""
    getters = draft.plan.template_getters(template, site_key)
    return tuple([(get(draft), kind) for get, kind in getters])


def recipients(draft: Draft, roles: list[str]) -> tuple[str, ...]:
    """The persons behind the words of `to`, each once; `author` is who acted, `other` are the other holders."""
    found: dict[str, None] = {}
    for role in roles:
        if role == "author":
            persons: tuple[str, ...] = (draft.actor,) if draft.actor not in (r.CLOCK, r.SYSTEM) else ()
        elif role == "other":
            everyone = (h.person for held in draft.holdings.values() for h in held if not h.pending)
            persons = tuple(person for person in everyone if person != draft.actor)
        else:
            persons = draft.holders(role)
        found.update(dict.fromkeys(persons))
    return tuple(found)


def _notify(draft: Draft, effect: CompiledEffect, site_key: tuple[str, Any], index: int) -> None:
    notify = effect.model.notify
    assert notify is not None
    to = recipients(draft, notify.to)
    rule = site_key[1] if site_key[0] == "rule" else ".".join(site_key[1])
    if to:
        send(draft, to, notify.template, site_key, index, "notice", rule, notify.priority)


def send(
    draft: Draft,
    to: tuple[str, ...],
    template: str,
    site_key: tuple[str, Any],
    index: int,
    kind: str,
    rule: str,
    priority: str = "normal",
    channel: str = "email",
) -> None:
    """Put one message for each person into what goes out."""
    facts = template_facts(draft, template, site_key)
    for person in to:
        seen = facts_for(draft, person, template, site_key, facts)
        draft.effects.append((index, r.Notice(person, template, seen, rule, kind, priority, channel)))


# --------------------------------------------------------------------------------------------------------------- settle


def here(draft: Draft) -> Situation:
    """What is alive where the dyad stands."""
    found = draft.plan.situation(tuple(draft.leaves.values()))
    return found.without(draft.veiled) if draft.veiled else found


def settle(draft: Draft) -> None:
    """Fire what fires by itself, until nothing does: what time has armed first, then automatic transitions."""
    for _ in range(MOST_AUTOMATIC):
        if not _one_automatic(draft):
            return
    raise EndlessLoop(draft.program)


def _one_automatic(draft: Draft) -> bool:
    return _one_timed(draft) or _one_by_itself(draft)


def _one_timed(draft: Draft) -> bool:
    """Fire the first transition that time has armed and that is open, the earliest due first."""
    timed = here(draft).timed
    if not timed:
        return False
    armed = [
        (due, rule.index, rule, leaf)
        for rule, leaf in timed
        if (due := due_of(draft, rule, leaf)) is not None and due <= draft.now and not _already(draft, rule, due)
    ]
    for due, _, rule, leaf in sorted(armed, key=lambda found: found[:2]):
        if opens(draft, rule, leaf):
            fire(draft, rule, leaf, due)
            return True
    return False


def _one_by_itself(draft: Draft) -> bool:
    """Fire the first open transition that nobody has to fire, innermost source first, then in document order."""
    for rule, leaf in here(draft).automatic:
        if not _already(draft, rule, -1) and opens(draft, rule, leaf):
            fire(draft, rule, leaf)
            return True
    return False


def _already(draft: Draft, rule: Rule, due: int) -> bool:
    """An internal transition fires by itself once a visit, or once for each instant."""
    if rule.target is not None or rule.id not in draft.fired:
        return False
    return draft.fired[rule.id] == (visit_of(draft, rule.id), due)


def due_of(draft: Draft, rule: Rule, leaf: str) -> int | None:
    """The instant at which time arms a rule; `None` while its anchor is unknown."""
    calendar = draft.plan.calendar
    stay = _stay(draft, rule, leaf)
    if stay is None:
        return None
    if rule.after is not None:
        entered = stay.entered_at
        if stay.paused_days:
            day = calendar.local_date(entered) + stay.paused_days
            moved = calendar.instant(day, calendar.local_minutes(entered))
            entered = moved if moved is not None else entered
        return calendar.add_instant(entered, rule.after)
    assert rule.at is not None
    draft.entered = stay
    day_due = rule.at(draft)
    draft.entered = None
    return calendar.start_of_day(day_due) if isinstance(day_due, int) else None


def happened(draft: Draft, what: str, entry: Any) -> None:
    """Something was filled, signed, confirmed or moved on: the first open transition that waits for it fires."""
    candidates = sorted(
        (
            (-rule.depths[leaf], rule.index, rule, leaf)
            for leaf in draft.leaves.values()
            for rule in draft.plan.upon_at[leaf].get(what, ())
        ),
        key=lambda found: found[:2],
    )
    for _, _, rule, leaf in candidates:
        draft.entry = entry
        if opens(draft, rule, leaf):
            fire(draft, rule, leaf)
            break
    draft.entry = None
