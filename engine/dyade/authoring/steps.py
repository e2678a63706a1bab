"""What does an act of a scenario ask of a dyad? One step of the file, as commands, and as people would call it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dyade.authoring import scenario_model as s
from dyade.authoring.moments import ordinal
from dyade.flow import limits
from dyade.flow import messages as c
from dyade.flow.dyad import Dyad
from dyade.flow.plan import Plan
from dyade.flow.telling.refusals import act_label
from dyade.flow.telling.words import Words
from dyade.texts import has_sentence, sentence

People = Mapping[str, tuple[str, ...]]
"""Who would hold each role from the start."""
Orders = Iterable[Any]


class Asked:
    """What a step is read against: the program, the dyad as it stands, and everyone of the story."""

    def __init__(self, plan: Plan, dyad: Dyad | None, people: People) -> None:
        self.plan = plan
        self.dyad = dyad
        self.people = people


def orders(step: s.ActStep, asked: Asked) -> tuple[c.Command, ...]:
    """The commands of a step, in order; several where it sets several fields, or gives several roles."""
    act = step.act
    if isinstance(act, str):
        return (c.Fire(step.person, act),)
    actor, by = (act.for_, step.person) if act.for_ and act.for_ != step.person else (step.person, None)
    on = ordinal(act.on) if act.on else None
    return tuple(command._replace(recorded_by=by, on=on) for command in _ORDERS[type(act)](act, actor, asked))


def _step(act: s.TakeStep, actor: str, asked: Asked) -> Orders:
    form = act.form or next(iter(forms_with_step(asked.plan, act.step)), "")
    return [c.Step(actor, form, act.step, act.entry, act.with_)]


def _replace(act: s.ReplaceHolder, actor: str, asked: Asked) -> Orders:
    for role, new in act.replace.items():
        held = asked.dyad.holdings.get(role, ()) if asked.dyad else ()
        yield c.Replace(actor, role, act.old or next((holding.person for holding in held), ""), new)


def _waive(act: s.WaiveClause, actor: str, asked: Asked) -> Orders:
    rule = act.rule or next(iter(rules_with_clause(asked.plan, act.waive)), "")
    return [c.Waive(actor, rule, act.waive, act.reason)]


def _day(text: str) -> int:
    """A day; one that no calendar has is for the dyad to refuse."""
    return ordinal(text) or 0


def hour(text: str | None) -> int | None:
    """The minutes since midnight of an hour that the file accepts."""
    return None if text is None else int(text[:2]) * 60 + int(text[3:])


def _plan(act: s.PlanThem, actor: str, _asked: Asked) -> Orders:
    days = tuple(map(_day, act.days))
    return [c.PlanMeetings(actor, act.plan, days, _day(act.until) if act.until else None, at=hour(act.at))]


def _attend(act: s.AttendIt, actor: str, _asked: Asked) -> Orders:
    return [c.Attend(actor, act.attend, _day(act.day) if act.day else None, tuple(act.present))]


def _excuse(act: s.ExcuseIt, actor: str, _asked: Asked) -> Orders:
    return [c.Excuse(actor, act.excuse, _day(act.day), act.person or actor)]


def _start(act: s.StartDyad, actor: str, asked: Asked) -> Orders:
    people: People = asked.people
    if isinstance(act.start, dict):
        people = {role: tuple([who] if isinstance(who, str) else who) for role, who in act.start.items()}
    return [c.Start(actor, people, act.with_)]


_ORDERS: Mapping[type, Callable[[Any, str, Asked], Orders]] = {
    s.Do: lambda act, actor, _: [c.Fire(actor, act.do, act.with_)],
    s.FillIn: lambda act, actor, _: [c.Fill(actor, act.fill, act.with_, not act.draft, act.entry)],
    s.SignIt: lambda act, actor, _: [c.Sign(actor, act.sign, act.entry)],
    s.UnsignIt: lambda act, actor, _: [c.Unsign(actor, act.unsign, act.entry)],
    s.ConfirmIt: lambda act, actor, _: [c.Confirm(actor, act.confirm, act.entry)],
    s.TakeStep: _step,
    s.CorrectIt: lambda act, actor, _: [c.Correct(actor, act.correct, act.with_, act.reason, act.entry)],
    s.SetFields: lambda act, actor, _: [c.SetField(actor, field, value) for field, value in act.set.items()],
    s.AssignRole: lambda act, actor, _: [c.Assign(actor, role, who) for role, who in act.assign.items()],
    s.UnassignRole: lambda act, actor, _: [c.Unassign(actor, role, who) for role, who in act.unassign.items()],
    s.ReplaceHolder: _replace,
    s.AcceptRole: lambda act, actor, _: [c.Answer(actor, act.accept, True)],
    s.DeclineRole: lambda act, actor, _: [c.Answer(actor, act.decline, False)],
    s.WaiveClause: _waive,
    s.RevealIt: lambda act, actor, _: [c.Reveal(actor, act.reveal, act.reason)],
    s.WithdrawAssent: lambda act, actor, _: [c.WithdrawAssent(actor, act.withdraw)],
    s.RevokeIt: lambda act, actor, _: [c.RevokeCertificate(actor, act.revoke, act.reason)],
    s.ReissueIt: lambda act, actor, _: [c.ReissueCertificate(actor, act.reissue, act.reason)],
    s.PlanThem: _plan,
    s.MoveIt: lambda act, actor, _: [c.MoveMeeting(actor, act.move, _day(act.day), _day(act.to), at=hour(act.at))],
    s.CancelIt: lambda act, actor, _: [c.CancelMeeting(actor, act.cancel, _day(act.day))],
    s.AttendIt: _attend,
    s.ExcuseIt: _excuse,
    s.StartDyad: _start,
}


def forms_with_step(plan: Plan, step: str) -> tuple[str, ...]:
    """The forms whose entries may take a step."""
    return tuple(form.id for form in plan.forms.values() if step in form.steps)


def rules_with_clause(plan: Plan, clause: str) -> tuple[str, ...]:
    """The transitions, and the forms, that have a clause (or a limit) of this name which may be lifted."""
    rules = [rule.id for rule in plan.rules.values() if clause in rule.guard.waivable]
    return (*rules, *(form.id for form in plan.forms.values() if limits.waivable(form).get(clause)))


# ------------------------------------------------------------------------------------------------------------- in words


def called(command: c.Command, words: Words) -> str:
    """What people call an act."""
    match command:
        case c.Fire():
            return words.transition(command.event)
        case c.Step():
            return act_label(f"step {command.form}.{command.step}", words)
        case c.Waive():
            name = words.clause(command.rule, command.clause)
            return sentence("answers", "act.waive", words.lang, name=name)
        case c.RevokeCertificate() | c.ReissueCertificate():
            verb = "revoke" if isinstance(command, c.RevokeCertificate) else "reissue"
            return act_label(f"{verb} {command.certificate}", words)
        case c.Reveal():
            return act_label(f"reveal {command.item}", words)
        case c.Start():
            return act_label("start", words)
    verb, name = _named(command, words)
    domain = "answers" if has_sentence("answers", f"act.{verb}", words.lang) else "scenarios"
    return sentence(domain, f"act.{verb}", words.lang, name=name)


_ON_MEETINGS: Mapping[type, str] = {
    c.PlanMeetings: "plan",
    c.MoveMeeting: "move",
    c.CancelMeeting: "cancel",
    c.Attend: "attend",
    c.Excuse: "excuse",
}


def _named(command: c.Command, words: Words) -> tuple[str, str]:
    match command:
        case c.Assign():
            return "assign", f"{words.role(command.role)}, {words.person(command.person)}"
        case c.Unassign():
            return "unassign", f"{words.role(command.role)}, {words.person(command.person)}"
        case c.Replace():
            return "replace", f"{words.role(command.role)}, {words.person(command.new)}"
        case c.Answer():
            return "accept" if command.accepted else "decline", words.role(command.role)
        case c.SetField():
            return "set", words.field(command.field)
        case c.WithdrawAssent():
            return "withdraw", words.transition(command.event)
        case c.PlanMeetings() | c.MoveMeeting() | c.CancelMeeting() | c.Attend() | c.Excuse():
            return _ON_MEETINGS[type(command)], words.series(command.series)
        case c.Fill() | c.Sign() | c.Unsign() | c.Confirm() | c.Correct():
            return type(command).__name__.lower(), words.form(command.form)
    raise TypeError(type(command).__name__)
