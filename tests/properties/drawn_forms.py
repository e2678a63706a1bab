"""Forms of a drawn program: filled once, many times or in each period; signed, confirmed, moved on by steps."""

from __future__ import annotations

from tests.properties.drawing import SHARED, Data, Drawing

NAMES = ("pact", "log", "view", "claim", "sheet")


def names(d: Drawing) -> None:
    """Choose which forms there are: conditions are about them."""
    many = {"small": d.one(1, 1, 2), "middling": d.one(2, 3), "big": 5}[d.size]
    d.confirmed = d.chance(0.7)
    d.forms = sorted(d.rng.sample(NAMES, many))


def forms(d: Drawing) -> Data:
    """What people fill, and where."""
    drawn = {"pact": _pact, "log": _log, "view": _view, "claim": _claim, "sheet": _sheet}
    return {name: drawn[name](d) | {"available_in": _where(d)} for name in d.forms}


def _where(d: Drawing) -> list[str]:
    return (
        d.some(d.tops)
        + [leaf for leaf in d.some(d.leaves)[:1] if leaf not in d.tops]
        + (["won"] if d.chance(0.3) else [])
    )


def _pact(d: Drawing) -> Data:
    signers = d.some(d.roles, 2)
    form: Data = {
        "visibility": d.roles,
        "entry": {"goal": {"type": "text", "max_length": 50}, "ends": {"type": "date"}},
        "filled_by": d.some(d.roles),
        "sets": {"ends": "ends"},
        "signed_by": d.one(signers, {"all": signers}, {"each": signers}, {"quorum": 2, "of": d.roles}),
    }
    form |= d.maybe(0.3, due="fields.ends - 1 week") | d.maybe(0.3, statements={"secret": "I keep it to myself."})
    if d.chance(0.5):
        form["valid"] = [{"id": "not_too_early", "when": "form.ends > today", **d.maybe(0.3, level="should")}]
        form["valid"][0] |= d.maybe(0.4, waivable_by=d.some(d.roles))
    return form | d.maybe(0.2, confirmed_by=["coordinator"])


def _log(d: Drawing) -> Data:
    seen_by = d.some(d.roles, 2) if d.chance(0.3) else []
    weekly = {"every": d.one("1 week", "10 days"), "from": "fields.starts", "until": "fields.ends"}
    form: Data = {
        "entry": {
            "date": {"type": "date"},
            "hours": {"type": d.one("int", "decimal"), "min": 0, "max": 50},
            "remark": {
                "type": "text",
                "nullable": True,
                **d.maybe(0.3, visibility=d.some(seen_by or d.seen_by or d.roles)),
            },
        },
        "filled_by": d.some(d.roles),
        "repeat": d.one("many", "many", weekly),
        "aggregates": {
            "number": {"count": "all"},
            "total": {"sum": "hours"},
            "latest": {"max": "date"},
            "shortest": {"min": "hours"},
            "days": {"count_distinct": "date"},
            "recent": {"count": "all", "window": "4 weeks"},
            "here": {"count": "all", "since": "state.entered"},
            "long": {"count": "all", "where": "entry.hours > params.most"},
            "mine": {"sum": "hours", "where": "entry.by in roles.mentor.people", "window": "params.wait"},
        },
        "corrected_by": d.some(d.roles),
    }
    form |= (
        d.maybe(0.6, dated_by="date")
        | d.maybe(0.3, unique=["date"])
        | ({"visibility": [*seen_by, *(["author"] if d.chance(0.3) else [])]} if seen_by else {})
    )
    if d.chance(0.5):
        limit = {
            "per": d.one("day", "week", "month", "year", "dyad"),
            "max": d.one(40, "params.most"),
            "level": d.level(),
        }
        form["limits"] = [limit | d.maybe(0.7, of="hours") | {"id": "hours", "waivable_by": ["coordinator"]}]
    return form


def _view(d: Drawing) -> Data:
    secret = {"secret": {"type": "text", "nullable": True, "filled_by": ["mentor"], "visibility": ["mentor"]}}
    form: Data = {
        "entry": {
            "words": {"type": "text"},
            "marks": {"type": "list<enum>", "values": {"good": "Good", "bad": "Bad"}, "max": 3, "nullable": True},
            **(secret if "mentor" in (d.seen_by or d.roles) and d.chance(0.3) else {}),
        },
        "filled_by": d.one(d.some(d.roles), {"each": d.some(d.roles)}),
    }
    form["due"] = d.one("fields.ends", "fields.starts + 1 month", "fields.ends - params.wait")
    if d.chance(0.5):
        form["visibility"] = d.roles
        form |= d.maybe(0.6, signed_by={"each": d.some(d.roles)})
    return form | d.maybe(0.3, corrected_by=d.some(d.roles))


def _claim(d: Drawing) -> Data:
    pay: Data = {
        "id": "pay",
        "from": ["checked", "submitted"] if d.chance(0.3) else "checked",
        "to": "paid",
        "by": ["coordinator", SHARED],
        "input": {"sum": {"type": "money"}},
        "guard": [{"id": "not_more", "when": "input.sum <= entry.amount", "level": d.level()}],
        "effects": [{"set": {"points": "fields.points + 1"}}, *([{"emit": {"name": "paid"}}] if d.chance(0.4) else [])],
    }
    return {
        "entry": {"amount": {"type": "money", "min": 0}, **d.maybe(0.3, receipt={"type": "file", "nullable": True})},
        "filled_by": ["mentor", "mentee"],
        "repeat": "many",
        **({"confirmed_by": ["coordinator"]} if d.confirmed else {}),
        "steps": [{"id": "check", "from": "submitted", "to": "checked", "by": ["coordinator"]}, pay],
        "aggregates": {"spent": {"sum": "amount", "where": "entry.step == paid"}},
    }


def _sheet(d: Drawing) -> Data:
    """A form for each period, with data of every other type."""
    return {
        "entry": {
            "hour": {"type": "time", "nullable": True},
            "who": {"type": "person", "role": "mentor", "nullable": True},
            "sure": {"type": "bool"},
        },
        "filled_by": d.some(d.roles),
        "repeat": {
            "every": d.one("1 week", "1 month", "params.wait"),
            "from": d.one("fields.starts", "dyad.created"),
            "until": "fields.ends",
            **d.maybe(0.5, grace=d.one("2 days", "3 business days")),
        },
        **d.maybe(0.4, valid=[d.group(0) | {}] if d.chance(0.3) else [{"id": "is_sure", "when": "form.sure"}]),
    }
