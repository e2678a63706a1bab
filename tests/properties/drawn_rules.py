"""Rules of a drawn program: transitions with who or what fires them, effects, reminders, invariants."""

from __future__ import annotations

from tests.properties.drawing import SHARED, Data, Drawing

HAPPENS = {
    "pact": ("forms.pact.signed", "forms.pact.filled"),
    "log": ("forms.log.filled",),
    "view": ("forms.view.filled",),
    "claim": ("forms.claim.filled", "forms.claim.pay", "forms.claim.check"),
    "sheet": ("forms.sheet.filled",),
}


def transitions(d: Drawing) -> list[Data]:
    """What leads through each row of states, back, out and in again; and what follows without a move."""
    found = [_forward(d, source, target) for source, target in zip(d.tops, [*d.tops[1:], "won"], strict=True)]
    found.append({"id": "quit", "from": "any", "to": "lost", "by": d.some(d.roles)})
    for row in d.rows[1:]:
        found.append(_forward(d, row[0], row[1]))
        if d.chance(0.7):
            found.append({"id": d.id("back"), "from": row[1], "to": row[0], **_by(d), "guard": d.guard(2)})
    for state in d.remembered:
        others = [top for top in d.tops if not state.startswith(top)]
        if others and d.chance(0.8):
            resume = {"id": d.id("resume"), "from": d.some(others), "to": f"history({state})"}
            found.append({**resume, **_by(d), "guard": d.guard(1)})
        if d.chance(0.3):
            found.append({"id": d.id("renew"), "from": state, "to": state, **_by(d)})
    found += [_internal(d) for _ in range(max(d.one(0, 1), d.upto(1, 3, 5)))]
    if d.chance(0.4):
        found += _rivals(d)
    d.rng.shuffle(found)
    return found


def _rivals(d: Drawing) -> list[Data]:
    """Two transitions that compete for one event."""
    event = d.id("choose")
    return [
        {"id": d.id("option"), "event": event, "from": d.tops[0], "to": to, **_by(d), "guard": d.guard(2)}
        for to in (d.one(*d.tops), "won")
    ]


def _forward(d: Drawing, source: str, target: str) -> Data:
    """A step forward: by someone, by several, by time, by itself, or after a form."""
    rule: Data = {"id": d.id("go"), "from": source, "to": target, "guard": d.guard(3)}
    kind = d.rng.random()
    if kind < 0.52:
        rule |= _by(d)
    elif kind < 0.65:
        rule |= {"auto": True, "guard": [*rule["guard"], d.clause()]}
    elif kind < 0.88:
        rule |= _timed(d, "after" if kind < 0.78 else "at", rule["guard"])
    else:
        rule |= _upon(d)
    rule["effects"] = effects(d, _kind(rule))
    if "by" in rule and d.chance(0.35):
        _ask(d, rule)
    elif "by" in rule and d.chance(0.3):
        theirs = d.one("actor in roles.mentor.people", "actor.role != mentee")
        rule["guard"] = [*rule["guard"], d.clause(theirs)]
    return rule | d.maybe(0.15, visibility=d.one(["author", "coordinator"], ["mentor", "mentee"]))


def _timed(d: Drawing, kind: str, guard: list[Data]) -> Data:
    """What time does: where nothing can stop it, later than any reminder, which it would take the place of."""
    if not guard:
        return {kind: "6 weeks" if kind == "after" else "fields.ends + 2 weeks"}
    return {kind: d.delay() if kind == "after" else d.day(), "guard": [*guard, d.clause(level="must")]}


def _ask(d: Drawing, rule: Data) -> None:
    """Let whoever fires it give something."""
    rule["input"] = {"new_end": {"type": "date"}, **d.maybe(0.6, why={"type": "text", "nullable": True})}
    rule["guard"] = [*rule["guard"], {"id": "later", "when": "input.new_end > today", "level": d.level()}]
    rule["effects"] = [{"set": {"ends": "input.new_end"}}]


def _internal(d: Drawing) -> Data:
    rule: Data = {"id": d.id("note"), "from": d.one(*d.tops, "any"), "guard": d.guard(2)}
    trigger = d.one("by", "by", "auto", "after", "at", "upon")
    if trigger == "by":
        rule |= _by(d)
    elif trigger == "auto":
        rule |= {"auto": True, "guard": [d.clause()]}
    elif trigger == "after":
        rule |= {"after": d.delay()}
    elif trigger == "at":
        rule |= {"at": d.day()}
    else:
        rule |= _upon(d)
    rule["effects"] = effects(d, _kind(rule), least=1)
    return rule


def _upon(d: Drawing) -> Data:
    confirmed = ["forms.claim.confirmed"] * 2 if d.confirmed and "claim" in d.forms else []
    answered = ["roles.mentor.accepted", "roles.mentor.declined"] if d.accepts else []
    return {"upon": d.one(*confirmed, *answered, *(what for form in d.forms for what in HAPPENS[form]))}


def _kind(rule: Data) -> str:
    return next(kind for kind in ("by", "auto", "after", "at", "upon") if kind in rule)


def _by(d: Drawing) -> Data:
    """Who fires: anyone of some roles, the host, or several together."""
    roles, kind = d.some(d.roles), d.rng.random()
    if kind < 0.55 or len(roles) == 1:
        return {"by": [*roles, *(["system"] if d.chance(0.1) else []), *([SHARED] if d.chance(0.15) else [])]}
    within = d.maybe(0.5, within=d.delay())
    if kind < 0.7:
        return {"by": {"all": roles, **within}}
    if kind < 0.85:
        return {"by": {"each": roles, **within}}
    quorum: Data = {"quorum": d.one(2, "params.most"), "of": d.roles, **within}
    distinct = d.maybe(0.3, of=["mentor"], count_distinct="level") if d.many["mentor"] > 1 else {}
    return {"by": quorum | distinct | d.maybe(0.3, message="Another assent is wanted.")}


def effects(d: Drawing, kind: str = "auto", least: int = 0) -> list[Data]:
    """What follows, of every kind."""
    told = {"to": d.some([*d.roles, SHARED]), "template": "told", **d.maybe(0.2, priority="urgent")}
    pool: list[Data] = [
        {"set": {"points": "fields.points + 1"}},
        {"set": {"points": "fields.points + 1", "starts": "today"}},
        {"set": {"ends": "today + 3 weeks"}},
        {"set": {"ends": "first_set(fields.ends, today) + params.wait"}},
        {"clear": ["ready"]},
        {"notify": told},
        {"emit": {"name": "happened", "data": {"points": "fields.points"}}},
        {"unassign": {"mentee": "roles.mentor.id"}} if d.many["mentor"] == 1 else {"clear": ["starts"]},
        {"start": {"program": "drawn", "with": {"points": "fields.points"}}},
    ]
    if kind == "by":
        pool.append({"notify": told | {"to": [d.one("author", "other"), *d.some(d.roles)][: d.one(1, 3)]}})
    pool += [{"clear": [name]} for name in ("note", "twin", "paper") if name in d.fields]
    pool += [{"assign": {"mentor": "fields.choice"}}] * 2 if "choice" in d.fields else []
    pool += [{"set": {"twin": "fields.kind"}}] if "twin" in d.fields else []
    found = d.rng.sample(pool, d.rng.randint(least, 2))
    return [effect | d.maybe(0.15, only_if=d.condition()) for effect in found]


def reminder(d: Drawing) -> Data:
    """A message that time sends, once or again and again."""
    found: Data = {
        "id": d.id("r"),
        "to": d.some([*d.roles, SHARED]),
        "while": d.one(*([top] for top in d.tops), d.some(d.tops), d.some(d.leaves)[:1]),
        "template": "told",
        "catch_up": d.one("once", "once", "all", "skip"),
    }
    if "log" in d.forms and d.chance(0.3):
        found |= {"each": "forms.log", "at": "item.date + 3 days"}
    elif "pact" in d.forms and d.chance(0.3):
        found |= {"each": "forms.pact.waiting", "at": d.one("item.ends", "item.ends - 2 weeks")}
        found["to"] = ["missing", *found["to"]][: d.one(1, 2)]
    elif d.chance(0.4):
        found["after"] = d.one("2 days", "1 week", "3 business days", "1 month", "params.wait")
    else:
        found["at"] = d.one(d.day(), "fields.ends - 3 days", "deadlines.limit.date - 1 week")
    if d.chance(0.6):
        found["every"] = d.one("1 day", "1 week", "2 business days", "1 month")
        if d.chance(0.75):
            found["max"] = d.rng.randint(1, 5)
            late = {"after": d.rng.randint(1, found["max"]), "to": ["coordinator"], "template": "late"}
            found |= d.maybe(0.4, escalate=late)
    found |= d.maybe(0.3, stop_when=d.condition()) | d.maybe(0.3, only_if=d.condition())
    found |= d.maybe(0.15, channel="letter")
    return found | d.maybe(0.3, roll=d.one("next_business_day", "previous_business_day", "none"))


def invariant(d: Drawing) -> Data:
    """What must hold at all times."""
    always = d.one("fields.points < 6", "today <= fields.ends", "not deadlines.limit.missed or fields.ready")
    return {"id": "holds", "always": always, **d.maybe(0.5, **{"while": d.some(d.tops)}), **d.maybe(0.3, message="No.")}


def templates() -> Data:
    """What the messages say."""
    plural = "{fields.points, plural, =0 {no point} one {# point} other {# points}}"
    return {
        "told": {"subject": "News", "body": f"Of {{fields.ends}}: {plural}."},
        "invited": {"subject": "Will you?", "body": "{person.name}, it ends on {fields.ends}."},
        "late": {"subject": "Late", "body": "It ends on {deadlines.limit.date}."},
    }
