"""How is a scenario written as its authors would: one step on a line, what is small in braces, comments kept?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dyade.authoring.notation import shown
from dyade.program.diagnostics import Findings
from dyade.program.text import read
from dyade.program.tree import Tree

WIDEST = 120
SCHEMA = "# yaml-language-server: $schema=../schemas/scenarios.schema.json"
BLOCKS = ("people", "given", "then")
"""Keys whose braces may be opened where the line is long."""


def scenario_lines(scenario: Mapping[str, Any], margin: str = "  ") -> list[str]:
    """A scenario, as an item of `scenarios`."""
    lines = [f"{margin}- name: {text(scenario['name'])}"]
    inside = f"{margin}  "
    for key in ("clock", "people", "given"):
        if key in scenario:
            lines += _pair(key, scenario[key], inside)
    lines.append(f"{inside}steps:")
    for step in scenario["steps"]:
        lines += step_lines(step, f"{inside}  ")
    return lines


def step_lines(step: Mapping[str, Any], margin: str) -> list[str]:
    """A step, as an item of `steps`."""
    lines: list[str] = []
    for key, value in step.items():
        lines += _pair(key, value, f"{margin}  ")
    lines[0] = f"{margin}- {lines[0][len(margin) + 2 :]}"
    return lines


def text(value: str) -> str:
    """A name alone on its line, in quotes where YAML needs them."""
    plain = (
        all(sign not in value for sign in (": ", " #", "\n", '"'))
        and (value[:1].isalnum() or value[:1] in "«“")
        and value[-1:] != ":"
    )
    return value if plain and value == value.strip() else shown(value)


def _pair(key: str, value: Any, margin: str) -> list[str]:
    line = f"{margin}{key}: {value if key == 'clock' else shown(value)}"
    if len(line) <= WIDEST or key not in BLOCKS or not isinstance(value, dict):
        return [line]
    return [f"{margin}{key}:", *(f"{margin}  {name}: {shown(one)}" for name, one in value.items())]


def added(stories: str, scenarios: Sequence[Mapping[str, Any]], heading: str = "") -> str:
    """The text of a scenarios file with some more at its end; everything that was there is kept as it is, ends of
    lines too."""
    end = "\r\n" if "\r\n" in stories else "\n"
    body = stories.rstrip("\r\n")
    margin = _margin(stories)
    blocks = [[f"{margin}# {heading}"]] if heading else []
    blocks += [scenario_lines(one, margin) for one in scenarios]
    return end.join([body, *(end + end.join(block) for block in blocks)]) + end


def names(stories: str) -> frozenset[str]:
    """What the scenarios of a file are called."""
    tree = read(stories, Findings())
    found = tree.data.get("scenarios") if tree is not None and isinstance(tree.data, dict) else None
    return frozenset(str(one.get("name")) for one in found or () if isinstance(one, dict))


def _margin(stories: str) -> str:
    """How far the scenarios of a file stand from its edge."""
    tree = read(stories, Findings())
    found = tree.data.get("scenarios") if isinstance(tree, Tree) and isinstance(tree.data, dict) else None
    if not found or tree is None:
        return "  "
    # The place of an item is that of its first key, behind the dash.
    return " " * max(0, tree.key_place(("scenarios", 0, "name")).column - 3)


def begun(program: str, defaults: Mapping[str, Any], schema: str | None = SCHEMA) -> str:
    """The head of a new scenarios file."""
    lines = [schema] if schema else []
    lines += [f"scenarios_for: {program}", "defaults:"]
    if "clock" in defaults:
        lines.append(f"  clock: {defaults['clock']}")
    lines.append("  people:")
    lines += [f"    {name}: {shown(one)}" for name, one in (defaults.get("people") or {}).items()]
    if defaults.get("given"):
        lines.append(f"  given: {shown(defaults['given'])}")
    return "\n".join([*lines, "", "scenarios:"]) + "\n"
