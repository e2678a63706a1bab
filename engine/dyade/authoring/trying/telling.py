"""What is a scenario that was found called, and what does it expect? In the words and the language of its program."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from dyade.authoring import coverage as k
from dyade.authoring.proposing import best
from dyade.authoring.trying.searching import Way
from dyade.authoring.trying.trial import Taken, Trial, starts
from dyade.flow import messages as c
from dyade.flow.plan import Plan
from dyade.flow.telling.words import Words, said
from dyade.program import report
from dyade.program.diagnostics import Findings
from dyade.program.graph import MAIN
from dyade.program.program import Program
from dyade.program.text import read
from dyade.program.typed import leaves
from dyade.texts import has_sentence, languages, sentence


def language(program: Program) -> str:
    """The language in which the scenarios of a program are written."""
    return next((lang for lang in program.model.locales if lang in languages()), "en")


# ---------------------------------------------------------------------------------------------------------------- names


def name_of(program: Program, plan: Plan, item: k.Item, taken: Collection[str]) -> str:
    """A name that nothing else in the file has, by what the scenario touches."""
    lang = language(program)
    words = Words(plan, lang, {})
    key = f"suggest.name.{item.kind}" + (f".{item.way}" if item.way else "")
    key = key if has_sentence("scenarios", key, lang) else "suggest.name.other"
    name = sentence("scenarios", key, lang, name=_label(program, words, item), of=_around(program, words, item))
    name = " ".join(name.split()).lstrip(", ")
    name = name[:1].upper() + name[1:]
    found, n = name, 1
    while found in taken:
        n += 1
        found = f"{name} ({n})"
    return found


def _label(program: Program, words: Words, item: k.Item) -> str:
    """What people call an item."""
    plain: dict[str, Callable[[str], str]] = {
        "state": words.state,
        "transition": words.transition,
        "reminder": words.reminder,
        "escalation": words.reminder,
        "series": words.series,
        "quota": words.quota,
        "budget": words.budget,
        "certificate": words.certificate,
    }
    if item.kind in plain:
        return plain[item.kind](item.name)
    match item.kind:
        case "clause" | "limit":
            return _clause(program, item)
        case "deadline":
            return said(program.model.deadlines[item.name].label, words.lang, item.name)
        case "outcome":
            return sentence("faces", f"outcome.{item.name}", words.lang)
        case "step":
            form, step = item.name.split(".")
            declared = next(one for one in program.model.forms[form].steps if one.id == step)
            return said(declared.label, words.lang, step)
        case "branch":
            return _branch(program, words, item)
    return item.name


def _branch(program: Program, words: Words, item: k.Item) -> str:
    """What does something in some cases only."""
    match item.path:
        case ("reminders", int(index), *_):
            return words.reminder(program.model.reminders[index].id)
        case ("transitions", int(index), *_):
            return words.transition(program.model.transitions[index].id)
    return item.name


def _clause(program: Program, item: k.Item) -> str:
    """A clause by its own name: what is brief, and what the file holds."""
    for guard in program.typed.guards.values():
        for leaf in leaves(guard):
            if leaf.place == item.path:
                return leaf.id
    return item.name.rpartition(".")[2]


def _around(program: Program, words: Words, item: k.Item) -> str:
    """What a clause stands in."""
    match item.path:
        case ("transitions", int(index), *_):
            return words.transition(program.model.transitions[index].id)
        case ("forms", str(form), *_):
            return words.form(form)
        case ("roles", str(role), *_):
            return words.role(role)
    return ""


def left_out(file: str, text: bytes | str, items: Iterable[k.Item], lang: str) -> list[str]:
    """What was not touched, in words, each with its line in the program."""
    tree = read(text, Findings())
    assert tree is not None
    findings = k.Coverage(file, tree, dict.fromkeys(items, False)).findings()
    return [f"{file}:{found.place.line}: {report.message(found, lang)}" for found, _ in findings]


# --------------------------------------------------------------------------------------------------------- expectations


def scenario(way: Way, trial: Trial, taken: Iterable[Taken], name: str, item: k.Item) -> dict[str, Any]:
    """A way as a scenario: what was refused is expected to be, and at the end, what one would look at."""
    steps: list[dict[str, Any]] = []
    for one in taken:
        if "then" in one.step:
            steps.append({"then": {"proposed": best(trial)}})
        else:
            steps.append(one.told())
    look = expected(trial, item)
    if look:
        steps.append({"then": look})
    own = way.setting.own()
    if starts(way.steps):
        own.pop("given", None)
    return {"name": name, **own, "steps": steps}


def expected(trial: Trial, item: k.Item | None = None) -> dict[str, Any]:
    """What one would look at now: where the dyad stands, how it ended, who was written to since the last look.

    Of reminders, only the one that a scenario is about, where it is about something.
    """
    dyad = trial.dyad
    if dyad is None:
        return {}
    graph = trial.plan.graph
    main = dyad.leaves[MAIN]
    look: dict[str, Any] = {"state": short(trial.plan, main)}
    outcome = graph.nodes[main].model.outcome
    if outcome:
        look["outcome"] = outcome
    order = [*trial.cast.names]
    notified = {notice.to for notice in trial.notices if notice.kind == "notice"}
    if notified:
        look["notified"] = sorted(notified, key=lambda who: order.index(who) if who in order else len(order))
    for kind, key in (("reminder", "reminded"), ("escalation", "escalated")):
        told: dict[str, list[str]] = {}
        for notice in trial.notices:
            about = item is None or (item.kind in (kind, "reminder") and item.name == notice.rule)
            if about and notice.kind == kind and notice.to not in told.setdefault(notice.rule, []):
                told[notice.rule].append(notice.to)
        if told:
            look[key] = told
    purged = dict.fromkeys(record.rule for record in trial.records if isinstance(record, c.Purged))
    if purged:
        look["purged"] = [*purged]
    return look


def short(plan: Plan, path: str) -> str:
    """A state, as briefly as it may be called."""
    last = path.rpartition(".")[2]
    return last if plan.graph.find(last) == path else path
