"""Does every name mean something that exists?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from dyade.program import model as m
from dyade.program.checks.ground import Ground, Path
from dyade.program.data import like_path
from dyade.program.diagnostics import Term
from dyade.program.graph import ANY, Ambiguous
from dyade.program.keys import keys
from dyade.program.names import form_steps

SYSTEM, AUTHOR, OTHER, MISSING = "system", "author", "other", "missing"
RESERVED_ROLES = frozenset((SYSTEM, AUTHOR, OTHER, MISSING, "clock"))

Table = Mapping[type[m.Part], Mapping[str, tuple[str, ...]]]
"""Where one kind of name stands: the keys of each part, and the words that may stand there instead."""

NAMED: Mapping[str, Table] = {
    "role": {
        m.Program: {"started_by": (), "contacts": (), "enrolments": ()},
        m.Visibility: {"default": ()},
        m.BreakGlass: {"by": ()},
        m.Role: {"assigned_by": (), "delegate_to": ()},
        m.Datum: {"role": (), "subject": (), "visibility": ()},
        m.FieldDatum: {"set_by": ()},
        m.EntryDatum: {"filled_by": (), "visibility": (AUTHOR,)},
        m.Clause: {"waivable_by": ()},
        m.Limit: {"waivable_by": ()},
        m.Form: {"filled_by": (), "signed_by": (), "confirmed_by": (), "corrected_by": (), "visibility": (AUTHOR,)},
        m.FormStep: {"by": ()},
        m.Series: {"dates_set_by": (), "attendance_by": (), "mandatory": (), "visibility": ()},
        m.Absence: {"by": ()},
        m.EachOf: {"each": ()},
        m.AllRoles: {"all": ()},
        m.QuorumOf: {"of": ()},
        m.Transition: {"by": (SYSTEM,), "visibility": (AUTHOR,)},
        m.JointAll: {"all": ()},
        m.JointEach: {"each": ()},
        m.JointQuorum: {"of": ()},
        m.Effect: {"assign": (), "unassign": ()},
        m.EnrolmentEffect: {"role": ()},
        m.Notify: {"to": (AUTHOR, OTHER)},
        m.Reminder: {"to": (MISSING,)},
        m.Escalation: {"to": ()},
        m.Guidance: {"for_": ()},
        m.Certificate: {"to": (), "issuer": (), "revoked_by": (), "visibility": ()},
        m.Quota: {"per": ("program",), "visibility": ()},
        m.Budget: {"visibility": ()},
        m.Enrolment: {"by": ()},
        m.Matching: {"roles": (), "decided_by": ()},
    },
    "state": {
        m.Role: {"assigned_in": ()},
        m.Form: {"available_in": ()},
        m.Series: {"within": ()},
        m.State: {"delays": ()},
        m.Transition: {"from_": (ANY,), "to": ()},
        m.Deadline: {"while_": ()},
        m.Quota: {"release_on": ()},
        m.Reminder: {"while_": ()},
        m.Guidance: {"in_": ()},
        m.Invariant: {"while_": ()},
        m.Retention: {"in_state": ()},
        m.Matching: {"in_": ()},
    },
    "template": {
        m.Role: {"invitation": ()},
        m.Notify: {"template": ()},
        m.Reminder: {"template": ()},
        m.Escalation: {"template": ()},
    },
    # What receives a value; what is read is the concern of conditions.
    "field": {m.Effect: {"set": (), "clear": ()}},
}


class Use(NamedTuple):
    """A name, where it stands."""

    path: Path
    name: str
    key: bool
    """Whether it is a key."""
    also: tuple[str, ...]
    """The words that may stand there too."""


def uses(path: Path, part: m.Part, kind: str) -> Iterator[Use]:
    """The names of one kind that a part mentions by itself."""
    for attribute, key, also in _mentions(type(part), kind):
        value = getattr(part, attribute)
        here = (*path, key)
        if isinstance(value, str):
            yield Use(here, value, False, also)
        elif isinstance(value, dict):
            yield from (Use((*here, name), name, True, also) for name in value)
        elif isinstance(value, list):
            yield from (Use((*here, i), name, False, also) for i, name in enumerate(value))


@cache
def _mentions(part: type[m.Part], kind: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """(attribute, key, words) of a kind of part, what it inherits included."""
    wanted = {name: also for cls in reversed(part.__mro__) for name, also in NAMED[kind].get(cls, {}).items()}
    return tuple((key.attribute, key.key, wanted[key.attribute]) for key in keys(part) if key.attribute in wanted)


def check(ground: Ground) -> None:
    """Tell every name that leads nowhere."""
    model = ground.model
    for path, part in ground.parts:
        _roles(ground, path, part)
        for use in uses(path, part, "state"):
            _state(ground, use)
        _plain(ground, "D012", uses(path, part, "template"), model.templates)
        _plain(ground, "D013", uses(path, part, "field"), model.fields)
        if isinstance(part, m.Effect) and part.certificate is not None and part.certificate not in model.certificates:
            known = model.certificates
            ground.unknown("D016", (*path, "certificate"), part.certificate, known, kind=Term("kind.certificate"))
        _of_forms(ground, path, part)
        for at, item in enumerate(part.items if isinstance(part, m.BreakGlass) else ()):
            _behind_glass(ground, (*path, "items", at), item)
    _reserved(ground)
    _guards(ground)
    _likes(ground)


def _roles(ground: Ground, path: Path, part: m.Part) -> None:
    seen: set[tuple[Path, str]] = set()
    for use in uses(path, part, "role"):
        if use.name not in ground.model.roles and use.name not in use.also:
            why = "D010.author.help" if use.name == "author" else ""
            ground.unknown("D010", use.path, use.name, (*ground.model.roles, *use.also), at_key=use.key, why=why)
        elif isinstance(use.path[-1], int) and (use.path[:-1], use.name) in seen:
            ground.tell("D007", use.path, variant="repeated", value=use.name)
        seen.add((use.path[:-1], use.name))


def _plain(ground: Ground, code: str, named: Iterator[Use], known: Collection[str]) -> None:
    for use in named:
        if use.name not in known:
            ground.unknown(code, use.path, use.name, known, at_key=use.key)


def _state(ground: Ground, use: Use) -> None:
    history = use.name.startswith("history(")
    name = use.name[8:-1] if history else use.name
    if name in use.also:
        return
    found = ground.graph.find(name)
    inside = (8, len(use.name) - 1) if history else None
    if isinstance(found, Ambiguous):
        ground.tell("D015", use.path, at_key=use.key, inside=inside, name=name, choices=", ".join(found.paths))
    elif found is None:
        ground.unknown("D011", use.path, name, ground.state_names, at_key=use.key, inside=inside)


# ----------------------------------------------------------------------------------------------------- inside forms


def _of_forms(ground: Ground, path: Path, part: m.Part) -> None:
    match part:
        case m.Form():
            _form(ground, path, part)
        case m.Aggregate():
            _aggregate(ground, path, part)
        case m.Limit() if part.of is not None:
            _entry(ground, (*path, "of"), part.of, path[1])
        case m.Transition():
            _upon(ground, path, part)
            _distinct(ground, path, part)
        case m.Retention():
            _retention(ground, path, part)
        case m.Reminder() if part.each is not None:
            _each(ground, (*path, "each"), part.each)
        case m.Series():
            cohort = part.cohort.removeprefix("fields.") if part.cohort else None
            for key, name in (("cohort", cohort), ("at", part.at_field), ("place", part.place_field)):
                if name is not None and name not in ground.model.fields:
                    inside = (len("fields."), len("fields.") + len(name))
                    ground.unknown("D013", (*path, key), name, ground.model.fields, inside=inside)


def _behind_glass(ground: Ground, path: Path, item: str) -> None:
    """What may be opened in an emergency: a thing of the program, or a datum of it."""
    what, name, *rest = item.split(".")
    model, inside = ground.model, (len(what) + 1, len(what) + 1 + len(name))
    kind: dict[str, tuple[str, Mapping[str, Mapping[str, m.Datum]]]] = {
        "fields": ("D013", {field: {} for field in model.fields}),
        "forms": ("D014", {form_id: form.entry for form_id, form in model.forms.items()}),
        "roles": ("D010", {role_id: role.attributes for role_id, role in model.roles.items()}),
        "transitions": ("D016", {transition.id: transition.input for transition in model.transitions}),
    }
    code, known = kind[what]
    if name not in known:
        facts = {"kind": Term("kind.transition")} if code == "D016" else {}
        ground.unknown(code, path, name, known, inside=inside, **facts)
    elif rest and rest[0] not in known[name]:
        term = Term({"forms": "kind.entry", "roles": "kind.attribute", "transitions": "kind.input"}[what])
        ground.unknown("D016", path, rest[0], known[name], inside=(inside[1] + 1, len(item)), kind=term)


def _retention(ground: Ground, path: Path, rule: m.Retention) -> None:
    for key, named in (("what", rule.what), ("keep", rule.keep)):
        for at, what in enumerate(named):
            name = what.removeprefix("forms.")
            if name != what and name not in ground.model.forms:
                inside = (len("forms."), len(what))
                ground.unknown("D014", (*path, key, at), name, ground.model.forms, inside=inside)


def _each(ground: Ground, path: Path, each: str) -> None:
    what, name = each.split(".")[:2]
    inside = (len(what) + 1, len(what) + 1 + len(name))
    if what == "series":
        _one_series(ground, path, name, inside)
    elif name not in ground.model.forms:
        ground.unknown("D014", path, name, ground.model.forms, inside=inside)


def _one_series(ground: Ground, path: Path, name: str, inside: tuple[int, int]) -> None:
    if name not in ground.model.series:
        ground.unknown("D016", path, name, ground.model.series, inside=inside, kind=Term("kind.series"))


def _form(ground: Ground, path: Path, form: m.Form) -> None:
    for name, field in form.sets.items():
        _entry(ground, (*path, "sets", name), name, path[1], at_key=True)
        if field not in ground.model.fields:
            ground.unknown("D013", (*path, "sets", name), field, ground.model.fields)
    for at, name in enumerate(form.unique or ()):
        _entry(ground, (*path, "unique", at), name, path[1])
    if form.dated_by is not None:
        _entry(ground, (*path, "dated_by"), form.dated_by, path[1])
    known = {"submitted", *(step.to for step in form.steps)}
    for at, step in enumerate(form.steps):
        named = [step.from_] if isinstance(step.from_, str) else step.from_
        for i, name in enumerate(named):
            if name not in known:
                where = (*path, "steps", at, "from", i)
                ground.unknown("D016", where, name, known, kind=Term("kind.step"))


def _entry(ground: Ground, path: Path, name: str, form: object, *, at_key: bool = False) -> None:
    entry = ground.model.forms[str(form)].entry
    if name not in entry:
        ground.unknown("D016", path, name, entry, at_key=at_key, kind=Term("kind.entry"))


def _aggregate(ground: Ground, path: Path, aggregate: m.Aggregate) -> None:
    for verb in ("sum", "min", "max", "count_distinct"):
        name = getattr(aggregate, verb)
        if name is None:
            continue
        if path[0] == "forms":
            _entry(ground, (*path, verb), name, path[1])
        elif name not in ground.model.roles[str(path[1])].attributes:
            known = ground.model.roles[str(path[1])].attributes
            ground.unknown("D016", (*path, verb), name, known, kind=Term("kind.attribute"))


def _upon(ground: Ground, path: Path, transition: m.Transition) -> None:
    if transition.upon is None:
        return
    what, name, event = transition.upon.split(".")
    start = len(f"{what}.")
    if what == "roles":
        if name not in ground.model.roles:
            ground.unknown("D010", (*path, "upon"), name, ground.model.roles, inside=(start, start + len(name)))
        return
    if what == "series":
        _one_series(ground, (*path, "upon"), name, (start, start + len(name)))
        return
    if what == "quotas":
        if name not in ground.model.quotas:
            inside = (start, start + len(name))
            ground.unknown("D016", (*path, "upon"), name, ground.model.quotas, inside=inside, kind=Term("kind.quota"))
        return
    form = ground.model.forms.get(name)
    if form is None:
        ground.unknown("D014", (*path, "upon"), name, ground.model.forms, inside=(start, start + len(name)))
        return
    known = events(form)
    if event not in known:
        span = (start + len(name) + 1, len(transition.upon))
        ground.unknown("D016", (*path, "upon"), event, known, inside=span, expected=known, kind=Term("kind.event"))


def events(form: m.Form) -> tuple[str, ...]:
    """What may happen to a form."""
    signed = ("signed",) if form.signed_by else ()
    confirmed = ("confirmed",) if form.confirmed_by else ()
    return ("filled", *signed, *confirmed, *(step.id for step in form.steps))


def _distinct(ground: Ground, path: Path, transition: m.Transition) -> None:
    by = transition.by
    if not isinstance(by, m.JointQuorum) or by.count_distinct is None:
        return
    roles = [ground.model.roles[role] for role in by.of if role in ground.model.roles]
    known = tuple(dict.fromkeys(name for role in roles for name in role.attributes))
    if roles and by.count_distinct not in known:
        where = (*path, "by", "count_distinct")
        ground.unknown("D016", where, by.count_distinct, known, kind=Term("kind.attribute"))


# ---------------------------------------------------------------------------------------------------------- the rest


def _reserved(ground: Ground) -> None:
    for role in ground.model.roles:
        if role in RESERVED_ROLES:
            ground.tell("D005", ("roles", role), at_key=True, variant="reserved", name=role)
    for path, node in ground.graph.nodes.items():
        if path.rpartition(".")[2] == ANY:
            ground.tell("D005", node.place, at_key=True, variant="reserved", name=ANY)
    for form_id, form in ground.model.forms.items():
        steps = form_steps(form)
        for at, step in enumerate(form.steps):
            if step.id in ("filled", "signed", "confirmed") and step.id not in steps:
                ground.tell("D005", ("forms", form_id, "steps", at, "id"), variant="reserved", name=step.id)


def _guards(ground: Ground) -> None:
    for bad in ground.typed.bad_names:
        if bad.kind == "clause":
            ground.unknown("D016", bad.place, bad.name, ground.model.clauses, kind=Term("kind.clause"))
        elif bad.kind == "role":
            at_key = isinstance(bad.place[-1], str)
            ground.unknown("D010", bad.place, bad.name, ground.model.roles, at_key=at_key)
        elif bad.kind == "many":
            ground.tell("D030", bad.place, variant="many", name=bad.name)
        else:
            ground.tell("D030", bad.place, name=bad.name)


def _likes(ground: Ground) -> None:
    names = tuple(".".join(path) for path in ground.data.all if len(path) < 4 and path[0] != "transitions")
    for problem in ground.data.problems:
        if problem.circular:
            ground.tell("D030", problem.place, name=problem.reference)
        else:
            ground.unknown("E102", problem.place, problem.reference, names)
    for table_id, table in ground.model.tables.items():
        for name, key in table.key.items():
            if key.like is not None and like_path(key.like) not in ground.data.all:
                ground.unknown("E102", ("tables", table_id, "key", name, "like"), key.like, names)
