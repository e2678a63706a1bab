"""How prompt are people, how often away, how fast do they go? The rates of a forecast, as they are said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dyade.flow.plan import Plan
from dyade.program.diagnostics import Findings
from dyade.program.text import read
from dyade.texts import sentence

PLAIN: Mapping[str, tuple[float, float, float]] = {
    "arrival_weeks": (8, 0, 520),
    "pace": (1, 0.05, 20),
    "absences": (0.05, 0, 1),
    "absence_days": (10, 0, 365),
    "withdraws": (0.03, 0, 1),
}
"""Rate → what it is otherwise, and its bounds."""
BY_ROLE: Mapping[str, tuple[float, float, float]] = {"delay_days": (2, 0, 365), "answers": (0.99, 0, 1)}
"""The same, of rates that each role has of its own."""


class BadRate(ValueError):
    """A rate that does not exist, or is out of bounds; `key` names the sentence that says so."""

    def __init__(self, key: str, **facts: str) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What a forecast supposes of people."""

    plain: Mapping[str, float]
    by_role: Mapping[str, Mapping[str, float]]

    @classmethod
    def of(cls, plan: Plan) -> Rates:
        """What is supposed where nothing is said."""
        roles = {name: dict.fromkeys(plan.roles, given[0]) for name, given in BY_ROLE.items()}
        return cls(plain={name: given[0] for name, given in PLAIN.items()}, by_role=roles)

    def of_roles(self, name: str, roles: tuple[str, ...]) -> float:
        """A rate of somebody, by the first of their roles."""
        known = self.by_role[name]
        return next((known[role] for role in roles if role in known), BY_ROLE[name][0])

    def but(self, name: str, value: object) -> Rates:
        """The same, with another rate: `pace`, `answers` for every role, or `answers.mentor`."""
        rate, _, role = name.partition(".")
        if rate in PLAIN and not role:
            return replace(self, plain={**self.plain, rate: _number(name, value, PLAIN[rate])})
        if rate not in BY_ROLE or (role and role not in self.by_role[rate]):
            raise BadRate("forecast.rate.unknown", name=name)
        number = _number(name, value, BY_ROLE[rate])
        roles = [role] if role else [*self.by_role[rate]]
        return replace(self, by_role={**self.by_role, rate: {**self.by_role[rate], **dict.fromkeys(roles, number)}})

    def names(self) -> Iterator[tuple[str, float]]:
        """Every rate by its full name, with its value."""
        yield from self.plain.items()
        for name, roles in self.by_role.items():
            yield from ((f"{name}.{role}", value) for role, value in roles.items())


def _number(name: str, value: object, bounds: tuple[float, float, float]) -> float:
    _, least, most = bounds
    try:
        number = float(str(value))
    except ValueError:
        number = float("nan")
    if isinstance(value, bool) or not least <= number <= most:
        raise BadRate("forecast.rate.bounds", name=name, least=f"{least:g}", most=f"{most:g}")
    return number


def read_rates(rates: Rates, text: bytes) -> Rates:
    """Rates with those that a file says instead; raise `BadRate`."""
    tree = read(text, Findings())
    data: Any = tree.data if tree is not None else None
    if not isinstance(data, dict):
        raise BadRate("forecast.rate.file")
    for name, value in data.items():
        if isinstance(value, dict):
            for role, inner in value.items():
                rates = rates.but(f"{name}.{role}", inner)
        else:
            rates = rates.but(str(name), value)
    return rates


def template(rates: Rates, lang: str) -> str:
    """The rates as a file to be changed, each with what it means."""
    lines = [f"# {sentence('booklets', 'forecast.template', lang)}"]
    for name, value in rates.plain.items():
        lines += ["", f"# {sentence('booklets', f'forecast.rate.{name}', lang)}", f"{name}: {value:g}"]
    for name, roles in rates.by_role.items():
        lines += ["", f"# {sentence('booklets', f'forecast.rate.{name}', lang)}", f"{name}:"]
        lines += [f"  {role}: {value:g}" for role, value in roles.items()]
    return "\n".join(lines) + "\n"
