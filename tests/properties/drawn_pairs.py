"""How a drawn program brings people together: who is enrolled, what makes a pair, and an offer that waits."""

from __future__ import annotations

from tests.properties.drawing import Data, Drawing

AWAY: Data = {"label": "Away", "active": False}


def pairs(d: Drawing, program: Data) -> None:
    """Add enrolments and a matching: decided by an assignment, or by an offer that silence withdraws."""
    if "coordinator" not in (d.seen_by or d.roles):
        return
    program["enrolments"] = {
        "mentor": {
            **d.maybe(0.5, by=["coordinator"], capacity=d.one(1, 2)),
            "profile": {"years": {"type": "int", "label": "Years", "nullable": True}},
            "statuses": {"ready": {"label": "Ready"}, "busy": {"label": "Busy"}, "away": AWAY},
        }
    }
    for at, rule in enumerate(d.some(program["transitions"], 2)[:4]):
        said: Data = {"status": d.one("ready", "busy", "away"), **({"set": {"years": "1 + 1"}} if at % 2 else {})}
        rule["effects"] = [*rule.get("effects", []), {"enrolment": {"role": "mentor", **said}}]
    standing = {"id": "not_busy", "when": "mentor.status != busy"}
    hard = {"id": "not_oneself", "when": "mentor.id != mentee.id", **d.maybe(0.4, message="They are one.")}
    score = [
        {"id": "apt", "label": "Apt", "weight": d.one(2, 0.5), "value": "mentor.apt"},
        {"id": "level", "label": "Level", "weight": d.one(1, -1), "value": "mentor.level"},
        {"id": "years", "label": "Years", "weight": 1, "value": "mentor.years"},
    ]
    matching: Data = {
        "roles": ["mentor", "mentee"],
        "in": d.some(d.tops),
        "decided_by": ["coordinator"],
        **d.maybe(0.7, hard=[hard, *([standing] if d.chance(0.5) else [])]),
        **d.maybe(0.7, score=d.some(score)),
    }
    if d.chance(0.5):
        # Whoever waits needs no dyad: it begins where one waits for a pair.
        program["enrolments"]["mentee"] = {}
        matching |= {"begin": True, "in": list(dict.fromkeys((d.tops[0], *matching["in"])))}
    assigned_by = program["roles"]["mentor"].setdefault("assigned_by", ["coordinator"])
    if "choice" in d.fields and d.chance(0.7):
        matching["offer"] = "propose"
        _offer(d, program)
    elif "coordinator" not in assigned_by:
        assigned_by.append("coordinator")
    program["matching"] = matching


def _offer(d: Drawing, program: Data) -> None:
    """Somebody is offered, and says yes or no; or says nothing for so long."""
    here = d.tops[0]
    asked = {"who": {"type": "person", "role": "mentor"}}
    program["transitions"] += [
        {"id": "propose", "from": here, "by": ["coordinator"], "input": asked,
         "effects": [{"set": {"choice": "input.who"}}]},
        {"id": "agree", "from": here, "by": ["mentee"], "guard": [{"id": "offered", "when": "is_set(fields.choice)"}],
         "effects": [{"assign": {"mentor": "fields.choice"}}, {"clear": ["choice"]}]},
        {"id": "decline", "from": here, "by": ["mentee"], "guard": [{"id": "asked", "when": "is_set(fields.choice)"}],
         "effects": [{"clear": ["choice"]}]},
        {"id": "unanswered", "from": here, "at": d.one("dyad.created + 2 weeks", "fields.starts + 3 weeks"),
         "guard": [{"id": "silent", "when": "is_set(fields.choice)"}], "effects": [{"clear": ["choice"]}]},
    ]  # fmt: skip
