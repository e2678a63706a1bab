"""Does the line that an editor reads lead it to the schema of this kind of file?"""

from __future__ import annotations

import re
from typing import Final

from dyade.program.checks.ground import Ground
from dyade.program.diagnostics import Findings, Fix, Place
from dyade.program.tree import Tree

PROGRAM: Final = "program.schema.json"
SCENARIOS: Final = "scenarios.schema.json"

_LINE = re.compile(r"#\s*yaml-language-server:\s*\$schema=(\S+)")


def check(ground: Ground) -> None:
    """Tell a line that leads an editor elsewhere; a file without one is for people who need none."""
    told(ground.tree, PROGRAM, ground.findings)


def told(tree: Tree, wanted: str, findings: Findings) -> None:
    """Tell a line, among the comments above the first key, that names another schema than the one wanted."""
    for number, line in enumerate(tree.lines):
        text = line.strip()
        if text and not text.startswith("#"):
            return
        found = _LINE.search(line)
        if found is None:
            continue
        folder, slash, name = found[1].rpartition("/")
        if name != wanted:
            place = Place(number + 1, found.start(1) + 1, number + 1, found.end(1) + 1)
            fix = Fix(place=place, text=f"{folder}{slash}{wanted}")
            findings.add("Y014", place, name=name, wanted=wanted, fixes=[fix])
        return
