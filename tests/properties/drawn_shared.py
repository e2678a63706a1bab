"""What stands beside the states of a drawn program: meetings, places and money that its dyads share."""

from __future__ import annotations

from tests.properties.drawing import Data, Drawing

MEETINGS = (
    "series.talks.held > 0", "series.talks.planned > 1", "series.talks.missed < 2", "series.talks.overdue == 0",
    "series.talks.next > today", "series.talks.excused > 0", "series.talks.attended >= 1",
    "days_between(series.talks.last, today) > 3",
)  # fmt: skip
PLACES = (
    "quotas.places.left > 0", "quotas.places.held", "quotas.places.waiting < 2", "quotas.places.used < params.most",
)  # fmt: skip
MONEY = ("budgets.purse.left > 50", "budgets.purse.used < params.price")


def meetings(d: Drawing, program: Data) -> None:
    """Add a series, with what reads it, what follows from it and what reminds of it."""
    able = d.seen_by or d.roles
    planning, attending = d.some(able), d.some(able)
    series: Data = {
        "within": list(dict.fromkeys((d.tops[0], *d.some(d.tops)))),
        "dates_set_by": planning,
        "attendance_by": attending,
        **d.maybe(0.7, every=d.one("1 week", "10 days", "1 month")),
        **d.maybe(0.3, beforehand=True),
        **d.maybe(0.7, mandatory=d.some(d.roles)),
    }
    if d.chance(0.75):
        series["absence"] = {"by": d.some(d.roles), **d.maybe(0.4, before=d.one("1 day", "2 business days"))}
    if d.chance(0.4):
        series["visibility"] = list(dict.fromkeys((*planning, *attending)))
    series |= d.maybe(0.5, cohort="fields.kind") if "kind" in d.fields else {}
    program["series"] = {"talks": series}
    guarded(d, program, MEETINGS)
    what = d.one("held", "held", "moved", "cancelled", "excused")
    guard = [{"id": d.id("c"), "when": d.one("item.missed", "not item.attended", "item.excused", "item.date < today")}]
    program["transitions"].append({
        "id": d.id("met"), "from": "any", "upon": f"series.talks.{what}", **d.maybe(0.4, guard=guard),
        "effects": [{"set": {"points": "fields.points + 1"}}, {"notify": {"to": [*d.roles], "template": "told"}}],
    })  # fmt: skip
    if d.chance(0.7):
        program["reminders"].append({
            "id": d.id("r"), "to": d.some(d.roles), "while": d.some(d.tops), "each": "series.talks",
            "at": d.one("item.date", "item.date - 2 days"), "template": "told",
            **d.maybe(0.3, only_if="not item.excused"),
        })  # fmt: skip


def places(d: Drawing, program: Data) -> None:
    """Add places that all dyads share, or that a person has, with what takes one, gives it back and reads of it."""
    acted = [rule["id"] for rule in program["transitions"] if "by" in rule]
    others = [rule["id"] for rule in program["transitions"] if "by" not in rule and "upon" not in rule]
    listed = d.chance(0.7)
    taking = [d.one(*acted), *([d.one(*others)] if others and not listed and d.chance(0.5) else [])]
    quota: Data = {
        "label": "Places",
        "max": d.one(0, 1, 1, 2, "params.most"),
        "reserve_on": taking,
        **d.maybe(0.4, per=d.one(*d.roles)),
        **d.maybe(0.8, release_on=d.some(["won", "lost", d.one(*d.tops)])),
        **({"when_full": "waitlist"} if listed else {}),
        **d.maybe(0.3, visibility=d.some(d.roles)),
        **d.maybe(0.3, message="There is no place."),
    }
    program["quotas"] = {"places": quota}
    guarded(d, program, PLACES)
    if listed and d.chance(0.7):
        told = {"notify": {"to": d.some(d.roles), "template": "told"}}
        rule = {"id": d.id("offered"), "from": "any", "upon": "quotas.places.offered", "effects": [told]}
        program["transitions"].append(rule)


def money(d: Drawing, program: Data) -> None:
    """Add a sum that all dyads spend, with what may not pass it."""
    blocked = ["forms.claim.pay", "forms.claim.filled", d.one(*program["transitions"])["id"]]
    program["budgets"] = {
        "purse": {
            "label": "Purse",
            "max": d.one(100, "params.price", 60.5),
            "spent": d.one("forms.claim.spent", ["forms.claim.spent"]),
            **d.maybe(0.8, blocks=d.some(blocked)),
            **d.maybe(0.3, visibility=d.some(d.roles)),
            **d.maybe(0.3, message="There is no more."),
        }
    }
    guarded(d, program, MONEY)


def guarded(d: Drawing, program: Data, conditions: tuple[str, ...]) -> None:
    """Let what people do, and what follows by itself, depend on this here and there."""
    rules = [rule for rule in program["transitions"] if rule.keys() & {"by", "auto"} and rule["id"] != "quit"]
    for rule in d.some(rules)[:2] if rules else ():
        clause = {"id": d.id("c"), "when": d.one(*conditions), **d.maybe(0.4, level="should")}
        rule["guard"] = [*rule.get("guard", []), clause]
