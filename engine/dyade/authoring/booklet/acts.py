"""What does a role do, when, under which conditions, what is it told, and what does it see?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dyade.authoring.booklet.pages import Block, Heading, Items, Words, facts, table
from dyade.authoring.booklet.telling import Telling
from dyade.flow.rules import Rule
from dyade.program import model as m
from dyade.program.typed import leaves

Row = tuple[str, str | Sequence[str], str | Sequence[str], str | Sequence[str]]


def role_part(t: Telling, role: str) -> Iterator[Block]:
    """The part of a booklet that is for one role."""
    model = t.model.roles[role]
    yield Heading(3, t.words.role(role))
    if model.help:
        yield Words(t.text(model.help))
    yield Words(_how_many(t, role, model))
    eligible = t.conditions(t.program.guard(("roles", role, "eligible")))
    if eligible:
        yield Words(t.say("role.eligible"))
        yield Items([_set_in(line) for line in eligible])
    clauses = [leaf.clause for leaf in leaves(t.program.guard(("roles", role, "eligible"))) if t.eyes.clause(leaf)]
    yield from facts([(t.say("title.basis"), t.basis(model, *clauses))])
    titles = [t.say(f"title.{name}") for name in ("act", "when", "conditions", "more")]
    yield from table(t.say("role.does", role=t.words.role(role)), titles, _acts(t, role))
    told = [t.say(f"title.{name}") for name in ("message", "when", "what")]
    yield from table(t.say("role.told", role=t.words.role(role)), told, _messages(t, role))
    advice = [_advice(t, one) for one in t.model.guidance if role in one.for_]
    if advice:
        yield Words(t.say("role.advice"))
        yield Items([(0, text) for text in advice])


def _set_in(line: str) -> tuple[int, str]:
    depth = 0
    while line.startswith("– "):
        line, depth = line[2:], depth + 1
    return depth, line


def _how_many(t: Telling, role: str, model: m.Role) -> str:
    """How many hold it, who gives it, whether one accepts."""
    said = [t.say(f"role.scope.{model.scope}")]
    if model.count.max > 1:
        said.append(t.say("role.count", min=model.count.min, max=model.count.max))
    if model.assigned_by:
        said.append(t.say("role.assigned", who=t.roles(model.assigned_by)))
    if model.accepts:
        said.append(t.say("role.accepts"))
    if model.delegate_to:
        said.append(t.say("role.delegate", who=t.roles(model.delegate_to)))
    enrolment = t.model.enrolments.get(role)
    if enrolment is not None and enrolment.by:
        said.append(t.say("role.enrolled", who=t.roles(enrolment.by)))
    return " ".join(said)


def _advice(t: Telling, one: m.Guidance) -> str:
    text = t.text(one.text)
    told = t.say("advice.in", text=text, where=t.states(one.in_)) if one.in_ else text
    basis = t.basis(one)
    return f"{told} [{basis[0]}]" if basis else told


# ----------------------------------------------------------------------------------------------------------------- acts


def _acts(t: Telling, role: str) -> Iterator[Row]:
    if role in t.model.started_by:
        yield t.say("act.start"), "", "", ""
    for name, other in t.model.roles.items():
        if role in (other.assigned_by or ()):
            states = t.states(other.assigned_in) if other.assigned_in else ""
            yield t.say("act.assign", role=t.words.role(name)), states, "", ""
    if t.model.roles[role].accepts:
        yield t.say("act.accept"), "", "", ""
    for name, form in t.plan.forms.items():
        yield from _form_acts(t, role, name, form.fillers, form.signers, form.confirmed_by)
    for name, series in t.model.series.items():
        yield from _meetings(t, role, name, series)
    for rule in t.plan.rules.values():
        if role in rule.by:
            yield _move(t, rule)
    yield from _rare(t, role)


def _form_acts(
    t: Telling, role: str, name: str, fillers: Sequence[str], signers: Sequence[str], confirmers: Sequence[str]
) -> Iterator[Row]:
    form = t.model.forms[name]
    states, label = t.states(form.available_in), t.words.form(name)
    if role in fillers:
        rules = t.conditions(t.program.guard(("forms", name, "valid")), as_author=True)
        due = t.day(("forms", name, "due")) if t.eyes.due(name) else ""
        more = [_repeated(t, form), t.say("form.due", day=due) if due else "", t.text(form.help)]
        yield t.say("act.fill", form=label), states, rules, [one for one in more if one]
    if role in signers:
        yield t.say("act.sign", form=label), states, "", ""
    if role in confirmers:
        yield t.say("act.confirm", form=label), states, "", ""
    if role in (form.corrected_by or ()):
        yield t.say("act.correct", form=label), "", "", t.say("act.reason")
    for i, step in enumerate(form.steps):
        if role in step.by:
            rules = t.conditions(t.program.guard(("forms", name, "steps", i, "guard")))
            yield t.say("act.step", form=label, step=t.text(step.label)), "", rules, ""


def _repeated(t: Telling, form: m.Form) -> str:
    if isinstance(form.repeat, m.Every):
        return t.say("repeat.every", every=t.words.delay(form.repeat.every))
    return t.say(f"repeat.{form.repeat}")


def _meetings(t: Telling, role: str, name: str, series: m.Series) -> Iterator[Row]:
    states, label = t.states(series.within), t.words.series(name)
    if role in series.dates_set_by:
        yield t.say("act.plan", series=label), states, "", ""
    if role in series.attendance_by:
        yield t.say("act.attend", series=label), states, "", ""
    if role in (series.mandatory or ()):
        yield t.say("act.come", series=label), "", "", t.say("act.mandatory")
    if series.absence and role in series.absence.by:
        before = series.absence.before
        delay = t.say("act.before", delay=t.words.delay(before)) if before else ""
        yield t.say("act.excuse", series=label), delay, "", ""


def _move(t: Telling, rule: Rule) -> Row:
    model = rule.model
    conditions = t.conditions(t.program.guard(("transitions", rule.index, "guard")))
    together = t.words.who(model) if rule.joint in ("all", "each", "quorum") else ""
    given = t.words.listed((t.text(datum.label) for datum in model.input.values()), "and")
    target = t.words.state(rule.target.state) if rule.target is not None else ""
    more = [
        t.text(model.help),
        t.say("act.together", who=together) if together else "",
        t.say("act.given", what=given) if given else "",
        t.say("act.leads", state=target) if target else "",
    ]
    return t.words.transition(rule.id), t.states(model.from_), conditions, [one for one in more if one]


def _rare(t: Telling, role: str) -> Iterator[Row]:
    """What is seldom done: certificates, waivers, emergencies, pairs."""
    for name, certificate in t.model.certificates.items():
        if role in certificate.revoked_by:
            yield t.say("act.revoke", certificate=t.words.certificate(name)), "", "", t.say("act.reason")
    glass = t.plan.glass
    if glass is not None and role in glass.by:
        what = t.words.listed(map(t.words.item, glass.items), "and")
        when = t.condition(("visibility", "break_glass", "when"))
        yield t.say("act.reveal"), when, "", [t.say("act.reveal.what", what=what), t.say("act.reason")]
    matching = t.model.matching
    if matching is not None and role in matching.decided_by:
        yield t.say("act.match"), t.states(matching.in_), "", ""


# ------------------------------------------------------------------------------------------------------------- messages


def _messages(t: Telling, role: str) -> Iterator[tuple[str, str, str]]:
    """What a role is written: reminders, escalations, and what follows an act."""
    yield from _reminded(t, role)
    for rule in t.plan.rules.values():
        if t.eyes.transition(rule):
            when = t.say("told.upon", act=t.words.transition(rule.id))
            yield from _written(t, role, rule.model.effects, when, ("rule", rule.id), rule.by)
    for path, node in t.plan.graph.nodes.items():
        if t.eyes.states((path,)):
            when = t.say("told.entered", state=t.words.state(path))
            yield from _written(t, role, node.model.on_enter, when, ("rule", path))
    for name, form in t.model.forms.items():
        for step in form.steps:
            if t.eyes.form(name) or role in step.by:
                when = t.say("told.step", form=t.words.form(name), step=t.text(step.label))
                yield from _written(t, role, step.effects, when, ("step", (name, step.id)), step.by)
    invitation = t.model.roles[role].invitation
    if invitation:
        yield t.say("told.invitation"), t.say("told.assigned"), _subject(t, invitation, ("role", role))


def _reminded(t: Telling, role: str) -> Iterator[tuple[str, str, str]]:
    for reminder in t.plan.reminders:
        key = ("reminder", reminder.rank)
        if role in _receivers(t, reminder.model.to, reminder.item):
            yield t.say("told.reminder"), reminder_when(t, reminder.rank), _subject(t, reminder.model.template, key)
        escalate = reminder.model.escalate
        if escalate is not None and role in escalate.to:
            when = t.say("told.after", escalate.after, n=escalate.after)
            yield t.say("told.escalation"), when, _subject(t, escalate.template, key)


def _written(
    t: Telling, role: str, effects: Sequence[m.Effect], when: str, key: tuple[object, ...], by: Sequence[str] = ()
) -> Iterator[tuple[str, str, str]]:
    for effect in effects:
        if effect.notify is not None and role in _receivers(t, effect.notify.to, None, by):
            yield t.say("told.message"), when, _subject(t, effect.notify.template, key)


def _receivers(t: Telling, to: Sequence[str], item: str | None, by: Sequence[str] = ()) -> set[str]:
    found = set(to)
    if "missing" in found and item is not None:
        form = t.plan.forms[item]
        found |= {*form.signers, *form.confirmed_by}
    return found | set(by) if "author" in found else found


def _subject(t: Telling, template: str, key: tuple[object, ...]) -> str:
    return t.words.filled(t.model.templates[template].subject, t.plan.sending_site(key))


def reminder_when(t: Telling, rank: int) -> str:
    """When a reminder is sent, in words."""
    model = t.model.reminders[rank]
    place = ("reminders", rank)
    said = []
    if model.at is not None:
        said.append(t.day((*place, "at")))
    if model.after is not None:
        key = "when.after.each" if model.each else "when.after"
        said.append(t.say(key, delay=t.words.delay(model.after), states=t.states(model.while_)))
    if model.every is not None:
        said.append(t.say("when.every", every=t.words.delay(model.every)))
    if model.max is not None:
        said.append(t.say("when.max", model.max, n=model.max))
    return "; ".join(said)
