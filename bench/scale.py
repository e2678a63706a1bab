"""How does the time of checking a program grow with its states?

    python -m bench.scale

As text, as far as the limits of a file let it grow; beyond them, on the model: the same data without their text.
"""

from __future__ import annotations

import gc
import json
import math
from collections.abc import Callable
from statistics import median
from time import perf_counter_ns
from typing import Any

from dyade.program import checks
from dyade.program.checks.ground import Ground
from dyade.program.diagnostics import Diagnostic, Findings, Severity
from dyade.program.load import examine, no_file
from dyade.program.model import load_model
from dyade.program.names import Declared
from dyade.program.program import Program
from dyade.program.tree import Node, Tree
from dyade.program.typed import Typed

TEXTS = (45, 90, 180, 360)
MODELS = (250, 500, 1000, 2000)
ROUNDS = 5


def of_size(states: int) -> dict[str, Any]:
    """A program of so many states, each with a guarded way on and a way back to the first."""

    def label(text: str) -> dict[str, str]:
        return {"fr": text, "en": text}

    def step(n: int) -> dict[str, Any]:
        guard = {"id": f"enough_{n}", "when": "fields.done >= params.enough", "message": label(f"Not enough for {n}.")}
        rule = {"id": f"on_{n}", "label": label(f"On {n}"), "from": f"s{n}", "to": f"s{n + 1}", "by": ["mentee"]}
        return {**rule, "guard": [guard]}

    def back(n: int) -> dict[str, Any]:
        return {"id": f"back_{n}", "label": label(f"Back {n}"), "from": f"s{n}", "to": "s0", "by": ["mentor"]}

    count = {"type": "int", "default": 0, "label": label("Done"), "set_by": ["mentee"]}
    ways = [way for n in range(states - 1) for way in ((step(n), back(n)) if n else (step(n),))]
    return {
        "dyade": "1.0",
        "id": "scale",
        "version": "1",
        "title": label("Scale"),
        "summary": label("Many states."),
        "locales": ["fr", "en"],
        "timezone": "America/Toronto",
        "started_by": ["mentee"],
        "roles": {role: {"label": label(role), "assigned_by": ["mentee"]} for role in ("mentee", "mentor")},
        "params": {"enough": {"value": 4, "label": label("Enough")}},
        "fields": {"done": count},
        "initial": "s0",
        "states": {f"s{n}": {"label": label(f"State {n}"), "final": n == states - 1} for n in range(states)},
        "transitions": ways,
    }


def as_text(data: dict[str, Any]) -> str:
    """The same program as a file, an item on each line."""
    lines: list[str] = []
    for key, value in data.items():
        if isinstance(value, dict):
            lines += [f"{key}:", *(f"  {name}: {_flow(item)}" for name, item in value.items())]
        elif isinstance(value, list):
            lines += [f"{key}:", *(f"  - {_flow(item)}" for item in value)]
        else:
            lines.append(f"{key}: {_flow(value)}")
    return "\n".join(lines) + "\n"


def _flow(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def on_text(text: str) -> tuple[Diagnostic, ...]:
    """Everything that `check` does with a text."""
    return examine(text).findings


def on_model(data: dict[str, Any]) -> tuple[Diagnostic, ...]:
    """The same but for the reading of the text and of its shape."""
    findings = Findings()
    model = load_model(data)
    declared = Declared.of(model)
    typed = Typed(declared)
    bare = Tree(data, Node((0, 0), (0, 0)), ())
    checks.run(Ground(declared, typed, bare, findings, no_file, (), data, None))
    Program(model, declared, typed)
    return findings.sorted()


def grow(sizes: tuple[int, ...], given: Callable[[int], Any], check: Callable[[Any], Any]) -> dict[int, float]:
    """Milliseconds of each size, in rounds through all of them."""
    programs = {size: given(size) for size in sizes}
    for size, program in programs.items():
        # What is advice alone does not stand in the way of a program.
        found = [one for one in check(program) if one.severity is not Severity.INFO]
        assert not found, (size, found[0])
    spent: dict[int, list[float]] = {size: [] for size in sizes}
    for _ in range(ROUNDS):
        for size, program in programs.items():
            gc.collect()
            began = perf_counter_ns()
            check(program)
            spent[size].append((perf_counter_ns() - began) / 1e6)
    return {size: median(times) for size, times in spent.items()}


def exponent(times: dict[int, float]) -> float:
    """The power of the size that the time grows with, by least squares: 1 is linear, 2 is quadratic."""
    xs = [math.log(size) for size in times]
    ys = [math.log(time) for time in times.values()]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


def main() -> None:
    """Print what was found, as JSON."""
    text = grow(TEXTS, lambda size: as_text(of_size(size)), on_text)
    model = grow(MODELS, of_size, on_model)
    print(json.dumps({"text": text, "model": model, "exponents": {"text": exponent(text), "model": exponent(model)}}))


if __name__ == "__main__":
    main()
