"""What is written down, when is it wanted, what is sent and shared, how long is it kept? The rest of a booklet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dyade.authoring.booklet.acts import reminder_when
from dyade.authoring.booklet.pages import Block, Heading, Words, facts, table
from dyade.authoring.booklet.telling import Telling
from dyade.flow.telling.words import figures, said
from dyade.program import model as m
from dyade.program.conditions.types import Enum, ListOf, Person, Type
from dyade.program.names import Site
from dyade.program.typed import issued


def forms_part(t: Telling) -> Iterator[Block]:
    """Each form: who fills, signs, confirms and sees it, and each datum that it asks for."""
    shown = [name for name in t.plan.forms if t.eyes.form(name) or t.eyes.fills(name)]
    fields = list(_fields(t))
    if not shown and not fields:
        return
    yield Heading(2, t.say("part.forms"))
    for name in shown:
        yield from _form(t, name)
    if fields:
        yield Heading(3, t.say("part.fields"))
        yield from fields


def _fields(t: Telling) -> Iterator[Block]:
    """What is known of the dyad itself."""
    titles = [t.say(f"title.{one}") for one in ("datum", "type", "what", "seen", "basis")]
    rows = []
    for name, field in t.model.fields.items():
        if not t.eyes.field(name):
            continue
        formula = t.condition(("fields", name, "formula"))
        what = [
            t.text(field.help),
            t.say("field.computed", what=formula) if formula else "",
            t.say("field.set", who=t.roles(field.set_by)) if field.set_by else "",
        ]
        seen = t.who_sees(field.visibility) if field.visibility is not None else ""
        rows.append((t.text(field.label), _type(t, ("fields", name)), what, seen, t.basis(field)))
    yield from table(t.say("fields.data"), titles, rows)


def _form(t: Telling, name: str) -> Iterator[Block]:
    plan, form = t.plan.forms[name], t.model.forms[name]
    gives = t.role in plan.fillers
    yield Heading(3, t.words.form(name))
    if form.help:
        yield Words(t.text(form.help))
    due = t.day(("forms", name, "due")) if t.eyes.due(name) else ""
    signers = t.roles(plan.signers)
    if isinstance(form.signed_by, m.QuorumOf):
        signers = t.say("who.quorum", n=form.signed_by.quorum, who=signers)
    yield from facts(
        (
            (t.say("form.filled"), t.roles(plan.fillers)),
            (t.say("form.signed"), signers),
            (t.say("form.confirmed"), t.roles(plan.confirmed_by)),
            (t.say("form.corrected"), t.roles(form.corrected_by)),
            (t.say("form.when"), t.states(form.available_in)),
            (t.say("form.repeat"), _repeat(t, name, form)),
            (t.say("form.wanted"), due),
            (t.say("form.seen"), t.who_sees(form.visibility)),
            (t.say("form.statements"), [t.words.filled(one, Site(form=name)) for one in form.statements.values()]),
            (t.say("form.conditions"), t.conditions(t.program.guard(("forms", name, "valid")), as_author=gives)),
            (t.say("form.limits"), [_limit(t, name, limit) for limit in form.limits]),
            (t.say("form.steps"), _steps(t, form)),
            (t.say("form.figures"), _figures(t, name, form)),
            (t.say("title.basis"), t.basis(form, *form.limits, *form.steps)),
        )
    )
    titles = [t.say(f"title.{one}") for one in ("datum", "type", "asked", "seen", "basis")]
    rows = [_datum(t, name, key, datum) for key, datum in form.entry.items() if t.eyes.datum(name, key)]
    yield from table(t.say("form.data", form=t.words.form(name)), titles, rows)


def _repeat(t: Telling, name: str, form: m.Form) -> str:
    if not isinstance(form.repeat, m.Every):
        return t.say(f"repeat.{form.repeat}")
    told = t.say("repeat.every", every=t.words.delay(form.repeat.every))
    place = ("forms", name, "repeat")
    start, until = t.day((*place, "from")), t.day((*place, "until"))
    return t.say("repeat.between", told=told, start=start, until=until)


def _limit(t: Telling, name: str, limit: m.Limit) -> str:
    entry = t.model.forms[name].entry
    of = t.text(entry[limit.of].label) if limit.of in entry else t.say("limit.entries")
    most = str(limit.max)
    if most.startswith("params."):
        param = most.removeprefix("params.")
        kind, value = t.program.declared.params[param]
        most = t.words.value(value, kind)
    told = t.say(f"limit.{limit.per}", of=of, most=most)
    return t.say("guard.should", what=told) if limit.level == "should" else told


def _steps(t: Telling, form: m.Form) -> list[str]:
    return [
        t.say("step.line", step=t.text(step.label), to=said(step.to_label, t.words.lang, step.to), who=t.roles(step.by))
        for step in form.steps
    ]


def _figures(t: Telling, name: str, form: m.Form) -> list[str]:
    seen = (one for key, one in form.aggregates.items() if t.eyes.figure(name, key))
    return [t.text(one.label) for one in seen if one.label]


def _datum(t: Telling, form: str, key: str, datum: m.EntryDatum) -> Sequence[str | Sequence[str]]:
    path = ("forms", form, key)
    asked = [t.text(datum.help)]
    if datum.nullable or datum.default is not None:
        asked.append(t.say("datum.optional"))
    if datum.filled_by:
        asked.append(t.say("datum.filled", who=t.roles(datum.filled_by)))
    asked += [t.say(f"datum.{bound}", value=figures(value, t.words.lang)) for bound in ("min", "max")
              if (value := getattr(datum, bound)) is not None]  # fmt: skip
    seen = t.who_sees(datum.visibility) if datum.visibility is not None else ""
    if datum.privacy == "sensitive":
        asked.append(t.say("datum.sensitive"))
    return t.text(datum.label), _type(t, path), asked, seen, t.basis(datum)


def _type(t: Telling, path: tuple[str, ...]) -> str:
    return _kind(t, t.program.data[path].type)


def _kind(t: Telling, kind: Type) -> str:
    match kind:
        case ListOf():
            return t.say("type.list", of=_kind(t, kind.item))
        case Enum():
            return t.words.listed(t.words.choice(kind, value) for value in kind.values)
        case Person():
            return t.say("type.person")
    return t.say(f"type.{kind.name}")


def calendar_part(t: Telling) -> Iterator[Block]:
    """Meetings, deadlines and reminders."""
    blocks = [*_meetings(t), *_deadlines(t), *_reminders(t)]
    if blocks:
        yield Heading(2, t.say("part.calendar"))
        yield from blocks


def _meetings(t: Telling) -> Iterator[Block]:
    titles = [t.say(f"title.{one}") for one in ("meeting", "when", "who", "seen", "basis")]
    rows = []
    for name, series in t.model.series.items():
        if not t.eyes.listed(series.visibility):
            continue
        who = [t.say("series.planned", who=t.roles(series.dates_set_by)),
               t.say("series.attendance", who=t.roles(series.attendance_by)),
               t.say("series.mandatory", who=t.roles(series.mandatory)) if series.mandatory else ""]  # fmt: skip
        if series.absence is not None:
            delay = (
                f" ({t.say('act.before', delay=t.words.delay(series.absence.before))})" if series.absence.before else ""
            )
            who.append(t.say("series.excused", who=t.roles(series.absence.by)) + delay)
        when = [t.states(series.within), t.say("when.every", every=t.words.delay(series.every)) if series.every else ""]
        seen = t.who_sees(series.visibility)
        rows.append(([t.words.series(name), t.text(series.help)], when, who, seen, t.basis(series)))
    yield from table(t.say("part.meetings"), titles, rows)


def _deadlines(t: Telling) -> Iterator[Block]:
    titles = [t.say(f"title.{one}") for one in ("deadline", "day", "when", "basis")]
    rows = []
    for name, deadline in t.model.deadlines.items():
        if t.eyes.place(("deadlines", name, "at")):
            day = t.day(("deadlines", name, "at"))
            rows.append((t.text(deadline.label), day, t.states(deadline.while_), t.basis(deadline)))
    yield from table(t.say("part.deadlines"), titles, rows)


def _reminders(t: Telling) -> Iterator[Block]:
    titles = [t.say(f"title.{one}") for one in ("reminder", "when", "stops", "basis")]
    rows = []
    for reminder in t.plan.reminders:
        if not t.eyes.reminder(reminder):
            continue
        model, place = reminder.model, ("reminders", reminder.rank)
        about = ""
        if model.each:
            label = t.words.form(reminder.item) if reminder.item else t.words.series(reminder.meeting or "")
            about = t.say("reminder.waiting" if reminder.waits else "reminder.each", what=label)
        stop, only = t.condition((*place, "stop_when")), t.condition((*place, "only_if"))
        stops = [t.say("reminder.stop", what=stop) if stop else "", t.say("reminder.only", what=only) if only else ""]
        then = ""
        if model.escalate is not None:
            then = t.say(
                "reminder.escalate", model.escalate.after, n=model.escalate.after, who=t.roles(model.escalate.to)
            )
        counted = model.after is not None and not model.each
        where = "" if counted else t.say("reminder.while", states=t.states(model.while_))
        name = [t.words.reminder(model.id), t.say("reminder.to", who=t.roles(model.to))]
        rows.append((name, [reminder_when(t, reminder.rank), about, where], [*stops, then], t.basis(model)))
    yield from table(t.say("part.reminders"), titles, rows)


def shared_part(t: Telling) -> Iterator[Block]:
    """Places and money that are shared, certificates, how long data are kept, the numbers of the program."""
    blocks = [*_matching(t), *_shared(t), *_certificates(t), *_retention(t), *_params(t)]
    if blocks:
        yield Heading(2, t.say("part.more"))
        yield from blocks


def _matching(t: Telling) -> Iterator[Block]:
    """How pairs are proposed, for those who see the proposals."""
    matching = t.model.matching
    if matching is None or (t.role is not None and t.role not in matching.decided_by):
        return
    titles = [t.say(f"title.{one}") for one in ("pair", "what", "weight", "basis")]
    rows = []
    for i, clause in enumerate(matching.hard):
        what = t.condition(("matching", "hard", i, "when"))
        rows.append((t.say("pair.hard"), what, "", t.basis(clause)))
    for i, part in enumerate(matching.score):
        what = t.condition(("matching", "score", i, "value"))
        rows.append((t.text(part.label), what, str(part.weight), t.basis(part)))
    yield from table(t.say("part.matching"), titles, rows)


def _shared(t: Telling) -> Iterator[Block]:
    rows = []
    for name, quota in t.model.quotas.items():
        if t.eyes.quota(name):
            when = t.say(f"quota.{quota.when_full}")
            per = t.say("quota.per", role=t.words.role(quota.per)) if quota.per != "program" else t.say("quota.program")
            rows.append((t.words.quota(name), _most(t, quota.max), [per, when], t.basis(quota)))
    for name, budget in t.model.budgets.items():
        if t.eyes.budget(name):
            rows.append((t.words.budget(name), _most(t, budget.max), [t.say("quota.program")], t.basis(budget)))
    titles = [t.say(f"title.{one}") for one in ("shared", "most", "what", "basis")]
    yield from table(t.say("part.shared"), titles, rows)


def _most(t: Telling, most: object) -> str:
    told = str(most)
    if not told.startswith("params."):
        return told
    kind, value = t.program.declared.params[told.removeprefix("params.")]
    return t.words.value(value, kind)


def _certificates(t: Telling) -> Iterator[Block]:
    titles = [t.say(f"title.{one}") for one in ("certificate", "to", "when", "basis")]
    rows = []
    for name, one in t.model.certificates.items():
        if t.role is None or t.role == one.to or t.eyes.listed(one.visibility):
            issuing = [rule for rule in t.plan.rules.values() if name in issued(rule.model) and t.eyes.transition(rule)]
            when = [t.say("told.upon", act=t.words.transition(rule.id)) for rule in issuing]
            rows.append(([t.words.certificate(name), t.text(one.text)], t.words.role(one.to), when, t.basis(one)))
    yield from table(t.say("part.certificates"), titles, rows)


def _retention(t: Telling) -> Iterator[Block]:
    titles = [t.say(f"title.{one}") for one in ("kept", "how_long", "then", "basis")]
    rows = []
    for rule in t.model.retention:
        kept = [_kept(t, one) for one in rule.what if not one.startswith("forms.") or t.eyes.form(one[6:])]
        what = t.words.listed(kept, "and")
        if not what:
            continue
        ends = [t.say(f"outcome.{one}") for one in rule.outcome]
        after = t.words.listed([*(t.words.state(t.path(one)) for one in rule.in_state), *ends])
        length = t.say("kept.for", delay=t.words.delay(rule.keep_for))
        long = [length, t.say("kept.after", ends=after) if after else ""]
        rows.append(([t.text(rule.label), what], long, t.say(f"kept.{rule.then}"), t.basis(rule)))
    yield from table(t.say("part.retention"), titles, rows)


def _kept(t: Telling, what: str) -> str:
    return t.words.form(what.removeprefix("forms.")) if what.startswith("forms.") else t.say(f"kept.{what}")


def _params(t: Telling) -> Iterator[Block]:
    titles = [t.say(f"title.{one}") for one in ("param", "value", "basis")]
    rows = []
    for name, param in t.model.params.items():
        kind, value = t.program.declared.params[name]
        rows.append((t.text(param.label), t.words.value(value, kind), t.basis(param)))
    yield from table(t.say("part.params"), titles, rows)
