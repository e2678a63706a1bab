"""Write down the schema that programs are held against; `make schemas` runs this."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from pprint import pformat
from typing import Any

from dyade.authoring.scenario_model import Scenarios
from dyade.program.model import Part, Program
from dyade.program.schema import structure

ENGINE = Path(__file__).parents[2] / "engine" / "dyade"
TABLES: Mapping[Path, type[Part]] = {
    ENGINE / "program" / "program_structure.py": Program,
    ENGINE / "authoring" / "scenarios_structure.py": Scenarios,
}
HEAD = '''"""The schema that {files} are held against, without words: written by `make schemas` from the models."""

# fmt: off
from __future__ import annotations

from typing import Any, Final

STRUCTURE: Final[dict[str, Any]] = \\
'''


def table(path: Path) -> str:
    """The text of a module."""
    shown = pformat(bare(structure(TABLES[path])), width=116, compact=True, sort_dicts=False)
    return HEAD.replace("{files}", f"{path.stem.partition('_')[0].rstrip('s')}s") + shown + "\n"


def bare(schema: Any, names: bool = False) -> Any:
    """A schema without its words; under `properties` and `definitions`, keys are names and all are kept."""
    if isinstance(schema, list):
        return [bare(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = (key for key in schema if names or key not in ("description", "default"))
    return {key: bare(schema[key], not names and key in ("properties", "definitions")) for key in kept}


if __name__ == "__main__":
    for path in TABLES:
        path.write_text(table(path), encoding="utf-8")
