"""Another version of a drawn program, and how its dyads come to live by it."""

from __future__ import annotations

import json
import re

from tests.properties.drawing import Data, Drawing

FIRST, SECOND = "1", "2"
OTHER = {"mentee": "learner", "near": "beside", "log": "diary", "view": "report", "sheet": "page", "remark": "word"}
"""What the next version may call roles, forms, and their data."""


def changed(d: Drawing, program: Data) -> Data:
    """A copy with some changes; now and then one that a dyad cannot come to."""
    states: dict[str, str] = {}
    copy = _renamed(d, program, states) if d.chance(0.5) else json.loads(json.dumps(program))
    fields: dict[str, str] = {}
    if d.chance(0.6):
        copy["fields"]["extra"] = {"type": "int", "nullable": True, "set_by": d.some(d.roles)}
        fields = d.maybe(0.7, extra=d.one("fields.points + 1", "forms.log.number" if "log" in d.forms else "3"))
    if d.chance(0.4):
        copy["roles"]["mentor"]["attributes"]["fresh"] = {"type": "int", "nullable": True}
    _rules(d, copy)
    _gone(d, copy)
    leaf = next((name for name, state in copy["states"].items() if not state.keys() - {"on_enter", "delays"}), None)
    if leaf is not None and d.chance(0.4):
        copy["states"][leaf] |= {"initial": "within", "states": {"within": {}}}
    others = d.rng.sample(sorted(OTHER), d.one(0, 1, 2, 3))
    for name in others:
        copy = json.loads(re.sub(rf"\b{name}\b", OTHER[name], json.dumps(copy)))
    migration: Data = {"from": FIRST, "to": SECOND, **d.maybe(0.5, delays=d.one("keep", "recompute"))}
    migration |= {"states": states} if states and d.chance(0.85) else {}
    migration |= {"fields": fields} if fields else {}
    migration |= _names(program, others)
    migration |= d.maybe(0.3, policy=d.one("ask", "finish_on_old"))
    return {**copy, "version": SECOND, "migrations": [migration]}


def _renamed(d: Drawing, program: Data, states: dict[str, str]) -> Data:
    """One state under another name, wherever it is named."""
    name = d.one(*d.tops)
    states[name] = "elsewhere"
    copy: Data = json.loads(re.sub(rf"\b{name}\b", "elsewhere", json.dumps(program)))
    return copy


def _names(program: Data, others: list[str]) -> Data:
    """What a migration says of the roles, the forms and their data that have another name."""
    roles = {name: OTHER[name] for name in others if name in program["roles"]}
    forms = {name: OTHER[name] for name in others if name in program["forms"]}
    if "near" in others and "near" in program["roles"]["mentor"]["attributes"]:
        roles["mentor.near"] = OTHER["near"]
    if "remark" in others and "log" in program["forms"]:
        forms["log.remark"] = OTHER["remark"]
    return {**({"roles": roles} if roles else {}), **({"forms": forms} if forms else {})}


def _rules(d: Drawing, copy: Data) -> None:
    """Stricter here, looser there, sooner or later elsewhere."""
    for rule in d.some(copy["transitions"])[:3]:
        if rule.get("guard") and "auto" not in rule and d.chance(0.5):
            rule["guard"] = rule["guard"][1:] if rule.keys() & {"by"} else rule["guard"]
        elif "by" in rule:
            clause = {"id": "another", "when": d.one("fields.points < 9", "is_set(fields.ends)")}
            rule["guard"] = [*rule.get("guard", []), clause]
    copy["reminders"] = [reminder for reminder in copy["reminders"] if d.chance(0.8)]


def _gone(d: Drawing, copy: Data) -> None:
    """A field that nothing reads, and what dyads shared, may be gone."""
    text = json.dumps({key: part for key, part in copy.items() if key != "fields"})
    for name in ("note", "code", "paper", "hour"):
        if name in copy["fields"] and not re.search(rf"\b{name}\b", text) and d.chance(0.3):
            del copy["fields"][name]
    if "retention" in copy and d.chance(0.3):
        del copy["retention"]
