"""Which rules does a program live by? Its states, its moves, their conditions and their basis, what always holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dyade.authoring.booklet.pages import Block, Heading, Words, table
from dyade.authoring.booklet.telling import Telling
from dyade.flow.rules import Rule
from dyade.program import model as m
from dyade.program.typed import Leaf, leaves


def states_part(t: Telling) -> Iterator[Block]:
    """Each state, by the number that the picture gives it."""
    shown = [node for node in t.plan.graph.nodes.values() if t.eyes.track(node.region)]
    titles = [t.say(f"title.{name}") for name in ("state", "what", "end", "basis")]
    rows = []
    for number, node in enumerate(shown, start=1):
        around = [t.words.state(path) for path in node.ancestors]
        if node.region:
            around.append(t.words.region(node.region))
        inside = t.say("state.inside", around=" › ".join(around)) if around else ""
        end = t.say(f"outcome.{node.model.outcome or 'final'}") if node.model.final else ""
        label = f"{number}. {t.words.state(node.path)}"
        rows.append((label, [inside, t.text(node.model.help)], end, t.basis(node.model)))
    yield from table(t.say("part.states"), titles, rows)


def moves_part(t: Telling) -> Iterator[Block]:
    """Each transition, with its conditions, what follows, and where it comes from."""
    yield Heading(2, t.say("part.rules"))
    yield Words(t.say("rules.intro"))
    titles = [t.say(f"title.{name}") for name in ("rule", "from_to", "conditions", "follows", "basis")]
    rules = [rule for rule in t.plan.rules.values() if t.eyes.transition(rule)]
    yield from table(t.say("rules.moves"), titles, (_move(t, rule) for rule in rules))
    yield from _invariants(t)


def _move(t: Telling, rule: Rule) -> Sequence[str | Sequence[str]]:
    model = rule.model
    who = t.words.who(model)
    if not who:
        hidden = model.at is not None and not t.eyes.place(("transitions", rule.index, "at"))
        who = t.say("trigger.day") if hidden else t.words.trigger(model, rule.index)
    target = ""
    if rule.target is not None:
        target = f"→ {t.words.state(rule.target.state)}"
        target += f" {t.say('picture.back')}" if rule.target.history else ""
    guard = t.program.guard(("transitions", rule.index, "guard"))
    shown = [leaf for leaf in leaves(guard) if t.eyes.clause(leaf)]
    return (
        [t.words.transition(rule.id), f"({who})"],
        [t.states(model.from_), target],
        [*t.conditions(guard), *_waivers(t, shown)],
        _effects(t, rule),
        t.basis(model, *(leaf.clause for leaf in shown if leaf.place[0] != "roles")),
    )


def _waivers(t: Telling, shown: Sequence[Leaf]) -> list[str]:
    """Who may lift a condition, with a written reason."""
    return [
        t.say("rule.waivable", what=t.words.clause(leaf), who=t.roles(leaf.clause.waivable_by))
        for leaf in shown
        if leaf.clause.waivable_by
    ]


def _effects(t: Telling, rule: Rule) -> list[str]:
    """What follows: messages, certificates, data and roles that change."""
    found: list[str] = []
    for effect in rule.model.effects:
        found += _effect(t, effect)
    return list(dict.fromkeys(found))


def _effect(t: Telling, effect: m.Effect) -> Iterator[str]:
    if effect.notify is not None:
        yield t.say("effect.notify", who=t.roles(effect.notify.to))
    for field in [*(effect.set or ()), *(effect.clear or ())]:
        if t.eyes.field(field):
            yield t.say("effect.clear" if field in (effect.clear or ()) else "effect.set", field=t.words.field(field))
    for role in effect.assign or ():
        yield t.say("effect.assign", role=t.words.role(role))
    for role in effect.unassign or ():
        yield t.say("effect.unassign", role=t.words.role(role))
    if effect.certificate is not None:
        yield t.say("effect.certificate", certificate=t.words.certificate(effect.certificate))
    if effect.start is not None:
        yield t.say("effect.start", program=effect.start.program)
    if effect.enrolment is not None and t.role is None:
        role, status = effect.enrolment.role, effect.enrolment.status
        said = [t.words.enrolment_status(role, status)] if status is not None else []
        said += [t.words.datum(("enrolments", role, name)) for name in effect.enrolment.set or ()]
        yield t.say("effect.enrolment", role=t.words.role(role), status=", ".join(said))


def _invariants(t: Telling) -> Iterator[Block]:
    titles = [t.say(f"title.{name}") for name in ("always", "when", "basis")]
    rows = []
    for i, invariant in enumerate(t.model.invariants):
        place = ("invariants", i, "always")
        if t.eyes.place(place) and t.eyes.states(map(t.path, invariant.while_ or ())):
            rows.append((t.words.at(place), t.states(invariant.while_), t.basis(invariant)))
    yield from table(t.say("rules.always"), titles, rows)
