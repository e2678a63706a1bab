"""People and data of a drawn program: header, params, tables, named clauses, roles, fields."""

from __future__ import annotations

from tests.properties.drawing import SHARED, Data, Drawing

OPTIONAL = (
    "kind", "choice", "middle", "note", "fee", "hour", "moment", "span", "tags", "twin", "late", "paper", "code",
)  # fmt: skip
NEEDS = {"twin": "kind"}
FITTING = {"types": ["pdf", "jpeg"], "max_size": "1 MB"}
KINDS = {"one": "One", "two": "Two", "three": "Three"}


def names(d: Drawing) -> None:
    """Choose which fields there are, and how many persons hold each role: conditions are about them."""
    optional = d.rng.sample(OPTIONAL, min(len(OPTIONAL), {"small": 3, "middling": 6, "big": 11}[d.size]))
    d.fields = ["starts", "ends", "points", "ready", *optional]
    d.fields += [need for name, need in NEEDS.items() if name in optional and need not in optional]
    d.many = {"mentor": d.one(1, 1, 1, 3), "mentee": d.one(1, 1, 3), "coordinator": d.one(1, 1, 1, 2)}
    if d.many["mentor"] > 1:
        d.figures = ["able", "levels"]


def header(d: Drawing) -> Data:
    """Where and when the program lives."""
    calendar = d.one(
        None,
        None,
        "quebec",
        "ontario",
        {"weekend": ["friday", "saturday"], "holidays": ["2026-10-15", {"date": "2027-01-04", "label": "A day off"}]},
        {"region": "quebec", "easter": "monday"},
    )
    return {
        **({"calendar": calendar} if calendar is not None else {}),
        **d.maybe(0.3, day_time=d.one("00:00", "06:30", "23:59")),
        **d.maybe(
            0.4, timezone=d.one("America/St_Johns", "Europe/Paris", "Pacific/Auckland", "UTC", "America/Sao_Paulo")
        ),
        **d.maybe(0.1, sender="program@example.org", contacts={"coordinator": "office@example.org"}),
        **({"visibility": {"default": d.seen_by}} if d.seen_by else {}),
        **d.maybe(0.2, guidance=[{"for": d.some(d.roles), "in": d.some(d.tops), "text": "Take your time."}]),
    }


def params() -> Data:
    """Numbers of the program."""
    return {"wait": {"value": "3 weeks"}, "most": {"value": 2}, "price": {"value": 19.5, "type": "money"}}


def tables(d: Drawing) -> Data:
    """What is looked up."""
    scale: Data = {
        "scale": {"key": {"points": {"type": "int"}}, "value": "int", "rows": {"1": 2, "2": 4}, "default": 5}
    }
    if "kind" not in d.fields:
        return scale
    rows = {"one": 1, "two": 4, "three": 9}
    whole = d.chance(0.5)
    table: Data = {"key": {"kind": {"like": "fields.kind"}}, "value": "int", "rows": rows if whole else {"one": 2}}
    return scale | {"quota": table if whole else table | {"default": 3}}


def clauses(d: Drawing) -> Data:
    """Clauses with a name, used in guards."""
    found: Data = {}
    for _ in range(d.upto(1, 2, 3)):
        name = d.id("named")
        group = d.chance(0.3)
        found[name] = d.group() if group else {k: v for k, v in d.clause().items() if k != "id" or d.chance(0.3)}
    d.clauses = list(found)
    return found


def roles(d: Drawing) -> Data:
    """Who takes part; the office holds its role in every dyad."""
    attributes = {
        "level": {"type": "int", "nullable": d.chance(0.5)},
        "apt": {"type": "bool"},
        **d.maybe(0.3, near={"type": "bool", "per": "dyad"}),
    }
    mentor: Data = {"attributes": attributes, "count": {"min": d.one(0, 1), "max": d.many["mentor"]}}
    mentor |= {"accepts": True, **d.maybe(0.6, invitation="invited")} if d.accepts else {}
    mentor |= d.maybe(0.4, delegate_to=["coordinator"]) | d.maybe(0.2, assigned_in=d.some(d.tops))
    mentor |= d.maybe(0.3, assigned_by=["coordinator", "mentee"])
    if d.chance(0.5):
        mentor["eligible"] = [{"id": "is_apt", "when": "person.apt", "level": d.level()}]
        if d.chance(0.4):
            mentor["eligible"].append(
                {"any": [{"id": "is_able", "when": "person.level > 1"}, {"id": "is_ready", "when": "fields.ready"}]}
            )
    if d.figures:
        mentor["aggregates"] = {"able": {"count": "all", "where": "person.apt"}, "levels": {"count_distinct": "level"}}
    return {
        "mentor": mentor,
        "mentee": {"count": {"min": 1, "max": d.many["mentee"]}, **d.maybe(0.2, delegate_to=["coordinator"])},
        "coordinator": {
            "assigned_by": ["mentee", "coordinator"],
            "count": {"max": d.many["coordinator"]},
            "also": ["guide"],
        },
        SHARED: {"scope": "program", "count": {"min": 0, "max": 5}},
    }


def fields(d: Drawing) -> Data:
    """Data of the dyad, of every type."""
    setters = d.some(d.roles)
    day = {"type": "date", "set_by": setters}
    known: Data = {
        "starts": day,
        "ends": day | {"nullable": d.chance(0.3)},
        "points": {"type": "int", "default": 0, "min": -100, "max": 100},
        "ready": {"type": "bool", **d.maybe(0.5, default=False)},
        "middle": {
            "type": "date",
            "formula": d.one("midpoint(fields.starts, fields.ends)", "min(fields.starts, fields.ends)"),
        },
        "late": {"type": "bool", "formula": "today > fields.ends"},
        "kind": {"type": "enum", "values": dict(KINDS), **d.maybe(0.3, default="one")},
        "twin": {"like": "fields.kind", "nullable": True},
        "note": {
            "type": "text",
            "nullable": True,
            "visibility": d.some(d.roles),
            "privacy": d.one("none", "personal", *(["sensitive"] if d.seen_by else [])),
        },
        "choice": {"type": "person", "role": "mentor", "nullable": True, **d.maybe(0.5, subject="mentee")},
        "fee": {"type": "money", "currency": "CAD", "min": 0},
        "hour": {"type": "time", **d.maybe(0.3, default="08:15")},
        "moment": {"type": "datetime"},
        "span": {"type": "duration"},
        "tags": {"type": "list<enum>", "values": {"blue": "Blue", "red": "Red"}, "max": 2},
        "paper": {"type": "file", "nullable": True, "privacy": "personal", **FITTING},
        "code": {"type": "text", "pattern": "[a-z]+( [a-z]+)*", "min_length": 2, "max_length": 20, "nullable": True},
    }
    return {name: _settable(d, known[name]) for name in d.fields}


def _settable(d: Drawing, field: Data) -> Data:
    return field if "formula" in field or "set_by" in field else field | {"set_by": d.some(d.roles)}
