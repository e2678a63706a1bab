"""Write down the schema that programs are held against; `make schemas` runs this."""

from __future__ import annotations

from pathlib import Path
from pprint import pformat
from typing import Any

from dyade.program.model import Program
from dyade.program.schema import structure

TABLE = Path(__file__).parents[2] / "engine" / "dyade" / "program" / "program_structure.py"
HEAD = '''"""The schema that programs are held against, without words: written by `make schemas` from the models."""

# fmt: off
from __future__ import annotations

from typing import Any, Final

STRUCTURE: Final[dict[str, Any]] = \\
'''


def table() -> str:
    """The text of the module."""
    return HEAD + pformat(bare(structure(Program)), width=116, compact=True, sort_dicts=False) + "\n"


def bare(schema: Any, names: bool = False) -> Any:
    """A schema without its words; under `properties` and `definitions`, keys are names and all are kept."""
    if isinstance(schema, list):
        return [bare(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = (key for key in schema if names or key not in ("description", "default"))
    return {key: bare(schema[key], not names and key in ("properties", "definitions")) for key in kept}


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
