"""Which values are worth trying? Those that a program's conditions turn on, and the ones just beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from random import Random
from typing import Any

from dyade.flow.plan import Plan
from dyade.flow.telling.words import day
from dyade.program.conditions.tree import Const, ReadNode, walk
from dyade.program.conditions.types import Enum, ListOf, Type
from dyade.program.data import TypedDatum
from dyade.program.durations import Duration, DurationError, negated, parse_duration, written
from dyade.program.program import Program
from dyade.program.typed import leaves

TEXTS = {"fr": ("Quelques mots", "Autre chose"), "en": ("A few words", "Something else")}
FILE = {"name": "piece.pdf", "size": 20_000}
MOST_LETTERS = 400


class Values:
    """Draws values for the data of one program."""

    def __init__(self, program: Program, plan: Plan, people: Sequence[str], rng: Random, lang: str) -> None:
        self.program = program
        self.plan = plan
        self.people = [*people]
        self.rng = rng
        self.texts = TEXTS.get(lang, TEXTS["en"])
        found = [*_constants(program)]
        numbers = {int(one) for one in found if isinstance(one, int | Decimal) and not isinstance(one, bool)}
        self.numbers = sorted({near for n in numbers if 0 <= n < 100_000 for near in (n - 1, n, n + 1)} | {0, 1, 2})
        durations = {one for one in found if isinstance(one, Duration)} | set(_delays(program))
        self.durations = sorted(durations) or [Duration(days=7)]

    def of(self, datum: TypedDatum, today: int) -> Any:
        """A value that its kind takes."""
        if isinstance(datum.type, ListOf):
            return self._several(datum, datum.type, today)
        return self._one(datum, datum.type, today)

    def day(self, today: int) -> int:
        """A day near a day, or so much before or after it as the program counts somewhere."""
        rng = self.rng
        if rng.random() < 0.4:
            return today + rng.choice((0, 0, 0, -1, 1, 7, -7, 30, 90))
        delay = rng.choice(self.durations)
        delay = delay if rng.random() < 0.7 else negated(delay)
        return (self.plan.calendar.add(today, delay) or today) + rng.choice((0, 0, -1, 1))

    def delay(self) -> Duration:
        """A stretch of time that the program counts somewhere."""
        return self.rng.choice(self.durations)

    def _several(self, datum: TypedDatum, kind: ListOf, today: int) -> list[Any]:
        least = datum.model.min if isinstance(datum.model.min, int) else 1
        most = datum.model.max if isinstance(datum.model.max, int) else least + 1
        wanted = self.rng.randint(least, max(least, min(most, least + 1)))
        pool = kind.item.values if isinstance(kind.item, Enum) else ()
        if pool:
            return self.rng.sample([*pool], min(len(pool), max(1, wanted)))
        if kind.item.name == "text":
            return [f"{self._text(datum)} {n}" if n > 1 else self._text(datum) for n in range(1, wanted + 1)]
        found: list[Any] = []
        for _ in range(wanted * 3):
            value = self._one(datum, kind.item, today)
            if value not in found and len(found) < wanted:
                found.append(value)
        return found

    def _one(self, datum: TypedDatum, kind: Type, today: int) -> Any:
        rng = self.rng
        if isinstance(kind, Enum):
            return rng.choice(kind.values) if kind.values else None
        match kind.name:
            case "bool":
                return rng.random() < 0.65
            case "int":
                return self._number(datum)
            case "decimal" | "money":
                return str(self._number(datum))
            case "date":
                return day(max(1, self.day(today)))
            case "datetime":
                return f"{day(max(1, self.day(today)))}T14:00:00Z"
            case "time":
                return rng.choice(("09:00", "14:00", "18:30"))
            case "duration":
                return written(self.delay())
            case "person":
                return rng.choice(self.people)
            case "file":
                return dict(FILE)
        return self._text(datum)

    def _number(self, datum: TypedDatum) -> int:
        low, high = _bound(datum.model.min), _bound(datum.model.max)
        near = [n for n in self.numbers if (low is None or n >= low) and (high is None or n <= high)]
        near += [bound for bound in (low, high) if bound is not None]
        return self.rng.choice(near or [0])

    def _text(self, datum: TypedDatum) -> str:
        text = self.rng.choice(self.texts)
        least, most = datum.model.min_length or 0, datum.model.max_length
        if len(text) < least:
            text = (text + " ") * (min(least, MOST_LETTERS) // len(text) + 1)
        return text[:most].strip() if most else text.strip()


def _bound(value: Any) -> int | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        return int(Decimal(str(value)))
    except (ArithmeticError, ValueError):
        return None


def _constants(program: Program) -> Iterator[Any]:
    """Everything that conditions compare with, and every param."""
    yield from (value for _, value in program.declared.params.values())
    nodes = [*program.typed.nodes.values()]
    nodes += [leaf.when for guard in program.typed.guards.values() for leaf in leaves(guard)]
    for node in nodes:
        for part in walk(node):
            if isinstance(part, Const):
                yield part.value
            elif isinstance(part, ReadNode) and part.read.constant is not None:
                yield part.read.constant
    for table in program.model.tables.values():
        yield from table.rows.values()


def _delays(program: Program) -> Iterator[Duration]:
    """What time waits for before it acts."""
    model = program.model
    texts = [transition.after for transition in model.transitions]
    texts += [text for reminder in model.reminders for text in (reminder.after, reminder.every)]
    for text in texts:
        if isinstance(text, str) and not text.startswith("params."):
            try:
                yield parse_duration(text)
            except DurationError:
                continue
