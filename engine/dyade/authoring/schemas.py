"""Which schemas do we publish for editors? One for programs, one for scenarios, made from the models."""

from __future__ import annotations

import json
from pathlib import Path

from dyade.authoring.scenario_model import scenarios_schema
from dyade.program.schema import Schema, program_schema


def schemas() -> dict[str, str]:
    """The text of every schema, by the name of its file."""
    made = {"program": program_schema(), "scenarios": scenarios_schema()}
    return {f"{name}.schema.json": _text(schema) for name, schema in made.items()}


def write(folder: Path) -> tuple[Path, ...]:
    """Write the schemas in a folder, and say which files they are."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in schemas().items():
        path = folder / name
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    return tuple(written)


def _text(schema: Schema) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
