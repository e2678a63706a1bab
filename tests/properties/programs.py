"""Programs at random, of every construct: what the random walks walk over.

A program is drawn from a seed alone, and kept only where the checker finds no error in it: what it warns of is welcome.
"""

from __future__ import annotations

import json
from functools import cache
from random import Random
from typing import Any

from dyade.program.load import examine
from dyade.program.program import Program
from tests.flow.living import completed

Data = dict[str, Any]
PEOPLE = ("ana", "bob", "cleo", "dan", "eve", "fred", "olga", "zed")
"""Olga holds what is shared by all dyads; zed takes part in nothing."""


@cache
def drawn(seed: int) -> Program:
    """The program of a seed: the first that is valid among those that follow from it."""
    for attempt in range(60):
        text = json.dumps(completed(json.dumps(_Drawing(Random(seed * 1_000 + attempt)).program())))
        found = examine(text)
        if found.program is not None:
            return found.program
    raise AssertionError(f"no valid program follows from seed {seed}")


class _Drawing:
    """One program, drawn piece by piece."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.n = 0

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def some(self, items: list[Any], least: int = 1) -> list[Any]:
        return self.rng.sample(items, self.rng.randint(least, len(items)))

    def id(self, kind: str) -> str:
        self.n += 1
        return f"{kind}{self.n}"

    def program(self) -> Data:
        self.roles = ["mentor", "mentee", "coordinator"]
        self.forms = self._forms()
        self.tops, self.leaves, states = self._states()
        transitions = self._transitions()
        return {
            "id": "drawn",
            "params": {"wait": {"value": self._delay()}, "most": {"value": self.rng.randint(1, 4)}},
            "roles": self._roles(),
            "fields": self._fields(),
            "forms": self.forms,
            "initial": self.tops[0],
            "states": states,
            "transitions": transitions,
            "deadlines": {"limit": {"at": "fields.ends"}},
            "reminders": [self._reminder() for _ in range(self.rng.randint(0, 4))],
            **({"invariants": [self._invariant()]} if self.chance(0.3) else {}),
            **({"visibility": {"default": self.some(self.roles, 2)}} if self.chance(0.3) else {}),
        }

    # ------------------------------------------------------------------------------------------------- people and data

    def _roles(self) -> Data:
        attributes = {"level": {"type": "int", "nullable": self.chance(0.5)}, "apt": {"type": "bool"}}
        mentor: Data = {"attributes": attributes, "accepts": self.chance(0.3)}
        if self.chance(0.4):
            mentor["eligible"] = [{"id": "is_apt", "when": "person.apt", "level": self._level()}]
        if self.chance(0.3):
            mentor["assigned_by"] = ["coordinator", "mentee"]
        if self.chance(0.4):
            mentor["delegate_to"] = ["coordinator"]
        mentee: Data = {"count": {"min": 1, "max": self.rng.choice((1, 1, 3))}}
        office = {"scope": "program", "count": {"min": 0, "max": 5}}
        return {
            "mentor": mentor,
            "mentee": mentee,
            "coordinator": {"assigned_by": ["mentee", "coordinator"]},
            "office": office,
        }

    def _level(self) -> str:
        return self.rng.choice(("must", "must", "should"))

    def _fields(self) -> Data:
        setters = self.some(self.roles)
        return {
            "starts": {"type": "date", "set_by": setters},
            "ends": {"type": "date", "set_by": setters, "nullable": self.chance(0.3)},
            "middle": {"type": "date", "formula": "midpoint(fields.starts, fields.ends)"},
            "points": {"type": "int", "default": 0, "min": -100, "max": 100, "set_by": self.some(self.roles)},
            "ready": {
                "type": "bool",
                "set_by": self.some(self.roles),
                **({"default": False} if self.chance(0.5) else {}),
            },
            "kind": {"type": "enum", "values": ["one", "two"], "set_by": self.some(self.roles)},
            "note": {
                "type": "text",
                "nullable": True,
                "set_by": self.some(self.roles),
                "visibility": self.some(self.roles),
            },
            "choice": {"type": "person", "role": "mentor", "nullable": True, "set_by": self.some(self.roles)},
        }

    def _forms(self) -> Data:
        return {"pact": self._pact(), "log": self._log(), "view": self._view(), "claim": self._claim()}

    def _pact(self) -> Data:
        form: Data = {
            "entry": {"goal": {"type": "text", "max_length": 50}, "ends": {"type": "date"}},
            "filled_by": self.some(self.roles),
            "sets": {"ends": "ends"},
            "available_in": [],
        }
        signers = self.some(self.roles, 2)
        form["signed_by"] = self.rng.choice(
            [signers, {"all": signers}, {"each": signers}, {"quorum": 2, "of": self.roles}]
        )
        if self.chance(0.4):
            form["valid"] = [{"id": "not_too_early", "when": "form.ends > today"}]
        if self.chance(0.3):
            form["due"] = "fields.ends - 1 week"
        return form

    def _log(self) -> Data:
        form: Data = {
            "entry": {
                "date": {"type": "date"},
                "hours": {"type": self.rng.choice(("int", "decimal")), "min": 0, "max": 50},
                "remark": {"type": "text", "nullable": True},
            },
            "filled_by": self.some(self.roles),
            "repeat": self.rng.choice(
                ("many", "many", {"every": "1 week", "from": "fields.starts", "until": "fields.ends"})
            ),
            "aggregates": {
                "number": {"count": "all"},
                "total": {"sum": "hours"},
                "latest": {"max": "date"},
                "recent": {"count": "all", "window": "4 weeks"},
                "here": {"count": "all", "since": "state.entered"},
                "long": {"count": "all", "where": "entry.hours > 2"},
            },
            "corrected_by": self.some(self.roles),
            "available_in": [],
        }
        if self.chance(0.6):
            form["dated_by"] = "date"
        if self.chance(0.3):
            form["unique"] = ["date"]
        if self.chance(0.4):
            limit = {
                "per": self.rng.choice(("day", "week", "month", "dyad")),
                "max": 40,
                "of": "hours",
                "level": self._level(),
            }
            form["limits"] = [limit | {"waivable_by": ["coordinator"]}]
        if self.chance(0.3):
            form["visibility"] = self.some(self.roles, 2)
        return form

    def _view(self) -> Data:
        form: Data = {
            "entry": {
                "words": {"type": "text"},
                "marks": {"type": "list<enum>", "values": ["good", "bad"], "max": 3, "nullable": True},
            },
            "filled_by": self.rng.choice([self.some(self.roles), {"each": self.some(self.roles)}]),
            "available_in": [],
        }
        if self.chance(0.5):
            form["due"] = "fields.middle"
        if self.chance(0.3):
            form["signed_by"] = {"each": self.some(self.roles)}
        return form

    def _claim(self) -> Data:
        return {
            "entry": {"amount": {"type": "money", "min": 0}},
            "filled_by": ["mentor", "mentee"],
            "repeat": "many",
            "confirmed_by": ["coordinator"],
            "available_in": [],
            "steps": [
                {"id": "check", "from": "submitted", "to": "checked", "by": ["coordinator"]},
                {
                    "id": "pay",
                    "from": "checked",
                    "to": "paid",
                    "by": ["coordinator", "office"],
                    "input": {"sum": {"type": "money"}},
                    "guard": [{"id": "not_more", "when": "input.sum <= entry.amount"}],
                    "effects": [{"set": {"points": "fields.points + 1"}}],
                },
            ],
            "aggregates": {"spent": {"sum": "amount", "where": "entry.step == paid"}},
        }

    # ---------------------------------------------------------------------------------------------------------- states

    def _states(self) -> tuple[list[str], list[str], Data]:
        """Top states in a row, some compound, some with tracks; the paths of all leaves."""
        tops = [f"s{i}" for i in range(self.rng.randint(2, 4))]
        leaves: list[str] = []
        states: Data = {}
        self.history: list[str] = []
        self.inner: dict[str, list[str]] = {}
        for top in tops:
            states[top] = {}
            leaves.append(top)
            shape = self.rng.choice(("leaf", "leaf", "compound", "tracks"))
            if shape == "compound":
                self.history.append(top)
                self.inner[top] = [f"{top}a", f"{top}b"]
                states[top] = {"initial": f"{top}a", "states": {f"{top}a": {}, f"{top}b": {}}}
                leaves += self.inner[top]
            elif shape == "tracks":
                self.history.append(top)
                states[top] = {"tracks": {}}
                for track in ("x", "y"):
                    names = [f"{top}{track}a", f"{top}{track}b"]
                    self.inner[f"{top}.{track}"] = names
                    states[top]["tracks"][track] = {"initial": names[0], "states": {name: {} for name in names}}
                    leaves += names
        for top in tops:
            delays = {other: self.rng.choice(("run", "pause", "restart")) for other in self.history if other != top}
            if delays:
                states[top]["delays"] = delays
        states["won"] = {"final": True, "outcome": "success"}
        states["lost"] = {"final": True, "outcome": "failure"}
        for form in self.forms.values():
            form["available_in"] = self.some(
                [*tops, *self.rng.sample(leaves, 1), *(["won"] if self.chance(0.3) else [])]
            )
        return tops, leaves, states

    def _transitions(self) -> list[Data]:
        found: list[Data] = []
        for source, target in zip(self.tops, [*self.tops[1:], "won"], strict=True):
            found.append(self._transition(source, target))
        found.append({"id": "quit", "from": "any", "to": "lost", "by": self.some(self.roles)})
        for names in self.inner.values():
            found.append(self._transition(names[0], names[1]))
            if self.chance(0.7):
                found.append(
                    {"id": self.id("back"), "from": names[1], "to": names[0], **self._by(), "guard": self._guard(2)}
                )
        for top in self.history:
            others = [other for other in self.tops if other != top]
            if others and self.chance(0.8):
                found.append(
                    {
                        "id": self.id("resume"),
                        "from": self.some(others),
                        "to": f"history({top})",
                        **self._by(),
                        "guard": self._guard(1),
                    }
                )
            if self.chance(0.3):
                found.append({"id": self.id("renew"), "from": top, "to": top, **self._by()})
        found += [self._internal() for _ in range(self.rng.randint(1, 4))]
        if self.chance(0.5):
            event = self.id("choose")
            here = self.tops[0]
            found += [
                {"id": self.id("option"), "event": event, "from": here, "to": to, **self._by(), "guard": self._guard(2)}
                for to in (self.rng.choice(self.tops), "won")
            ]
        self.rng.shuffle(found)
        return found

    def _transition(self, source: str, target: str) -> Data:
        """A step forward: by someone, by several, by time, by itself, or after a form."""
        rule: Data = {"id": self.id("go"), "from": source, "to": target, "guard": self._guard(3)}
        kind = self.rng.random()
        if kind < 0.55:
            rule |= self._by()
        elif kind < 0.68:
            rule |= {"auto": True, "guard": [*rule["guard"], self._clause()]}
        elif kind < 0.78:
            rule |= {"after": self._delay()}
        elif kind < 0.9:
            rule |= {"at": self._day()}
        else:
            rule |= {
                "upon": self.rng.choice(
                    ("forms.pact.signed", "forms.log.filled", "forms.claim.confirmed", "forms.claim.pay")
                )
            }
        if "by" in rule and self.chance(0.3) and not isinstance(rule["by"], dict):
            rule["input"] = {"new_end": {"type": "date"}, "why": {"type": "text", "nullable": True}}
            rule["guard"].append({"id": "later", "when": "input.new_end > today"})
            rule["effects"] = [{"set": {"ends": "input.new_end"}}]
        else:
            rule["effects"] = self._effects()
        if self.chance(0.15):
            rule["visibility"] = self.rng.choice((["author", "coordinator"], ["mentor", "mentee"]))
        return rule

    def _internal(self) -> Data:
        rule: Data = {"id": self.id("note"), "from": self.rng.choice([*self.tops, "any"]), "guard": self._guard(2)}
        trigger = self.rng.choice(("by", "by", "auto", "after", "at", "upon"))
        if trigger == "by":
            rule |= self._by()
        elif trigger == "auto":
            rule |= {"auto": True, "guard": [self._clause()]}
        elif trigger == "after":
            rule |= {"after": self._delay()}
        elif trigger == "at":
            rule |= {"at": self._day()}
        else:
            rule |= {"upon": self.rng.choice(("forms.log.filled", "forms.view.filled"))}
        rule["effects"] = self._effects(least=1)
        return rule

    def _by(self) -> Data:
        roles = self.some(self.roles)
        kind = self.rng.random()
        if kind < 0.6 or len(roles) == 1:
            return {"by": roles}
        within = {"within": self._delay()} if self.chance(0.5) else {}
        if kind < 0.75:
            return {"by": {"all": roles, **within}}
        if kind < 0.9:
            return {"by": {"each": roles, **within}}
        return {"by": {"quorum": 2, "of": self.roles, **within}}

    def _effects(self, least: int = 0) -> list[Data]:
        pool: list[Data] = [
            {"set": {"points": "fields.points + 1"}},
            {"set": {"starts": "today"}},
            {"set": {"ends": "today + 3 weeks"}},
            {"clear": ["note"]},
            {"clear": ["ready"]},
            {"notify": {"to": self.some([*self.roles, "author", "other"]), "template": "told"}},
            {"emit": {"name": "happened", "data": {"points": "fields.points"}}},
            {"assign": {"mentor": "fields.choice"}},
            {"unassign": {"mentee": "roles.mentor.id"}},
        ]
        return self.rng.sample(pool, self.rng.randint(least, 2))

    # -------------------------------------------------------------------------------------------------- guards and time

    def _guard(self, most: int) -> list[Data]:
        items: list[Data] = []
        for _ in range(self.rng.randint(0, most)):
            if self.chance(0.25):
                items.append({self.rng.choice(("any", "any", "all", "none")): [self._clause(), self._clause()]})
            elif self.chance(0.08):
                items.append({"eligible": ["mentor"]})
            else:
                items.append(self._clause())
        return items

    def _clause(self) -> Data:
        clause: Data = {"id": self.id("c"), "when": self._condition()}
        if self.chance(0.2):
            clause["level"] = "should"
        if self.chance(0.25):
            clause["waivable_by"] = self.some(self.roles)
        return clause

    def _condition(self) -> str:
        return self.rng.choice(
            (
                "fields.ready",
                "not fields.ready",
                "fields.points >= params.most",
                "fields.points < 3",
                "fields.kind == one",
                "is_set(fields.choice)",
                "today >= fields.starts",
                "today >= fields.ends - 1 week",
                "today < fields.ends",
                "fields.middle <= today",
                "deadlines.limit.missed",
                "deadlines.limit.left > 5",
                "forms.pact.signed",
                "forms.pact.done",
                "forms.log.number >= 2",
                "forms.log.total >= 5",
                "forms.log.recent > 0",
                "forms.log.here > 0",
                "forms.log.long <= 1",
                "forms.log.latest > fields.starts",
                "forms.view.done",
                "forms.view.overdue",
                "forms.claim.spent > 100",
                "forms.claim.count > 0",
                "roles.mentor.assigned",
                "roles.mentor.level > 3",
                "roles.mentor.apt",
                f"days_in({self.tops[0]}) > 10" if hasattr(self, "tops") else "fields.ready",
                f"visited({self.tops[-1]})" if hasattr(self, "tops") else "fields.ready",
                f"not is_in({self.tops[-1]})" if hasattr(self, "tops") else "fields.ready",
            )
        )

    def _delay(self) -> str:
        return self.rng.choice(("1 day", "3 days", "2 weeks", "1 month", "5 business days", "36 hours"))

    def _day(self) -> str:
        return self.rng.choice(
            (
                "fields.ends",
                "fields.middle",
                "fields.starts + 2 weeks",
                "deadlines.limit.missed_on",
                "first_set(forms.log.latest, state.entered) + 10 days",
                "forms.pact.in_force_on + 1 month",
            )
        )

    def _reminder(self) -> Data:
        found: Data = {
            "id": self.id("r"),
            "to": self.some([*self.roles, "office"]),
            "while": self.rng.choice([[top] for top in self.tops] + [self.some(self.tops)]),
            "template": "told",
            "catch_up": self.rng.choice(("once", "once", "all", "skip")),
        }
        if self.chance(0.4):
            found["after"] = self.rng.choice(("2 days", "1 week", "3 business days", "1 month"))
        else:
            found["at"] = self.rng.choice((self._day(), "fields.ends - 3 days"))
        if self.chance(0.6):
            found["every"] = self.rng.choice(("1 day", "1 week", "2 business days", "1 month"))
            if self.chance(0.75):
                found["max"] = self.rng.randint(1, 5)
            if self.chance(0.4) and "max" in found:
                found["escalate"] = {
                    "after": self.rng.randint(1, found["max"]),
                    "to": ["coordinator"],
                    "template": "late",
                }
        if self.chance(0.3):
            found["stop_when"] = self._condition()
        if self.chance(0.3):
            found["only_if"] = self._condition()
        if self.chance(0.3):
            found["roll"] = self.rng.choice(("next_business_day", "previous_business_day", "none"))
        if self.chance(0.15):
            found |= {"each": "forms.log", "at": "item.date + 3 days"}
            found.pop("after", None)
        return found

    def _invariant(self) -> Data:
        always = self.rng.choice(
            ("fields.points < 6", "roles.mentor.id != roles.coordinator.id", "today <= fields.ends")
        )
        return {"id": "holds", "always": always, **({"while": self.some(self.tops)} if self.chance(0.5) else {})}
