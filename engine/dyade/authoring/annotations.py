"""How is a finding shown beside a line that is reviewed? The annotations of GitHub's workflows, one on a line.

What a file holds cannot make a command of its own: ends of lines and what separates values are written in figures.
"""

from __future__ import annotations

from collections.abc import Iterable

from dyade.authoring.checked import Checked
from dyade.program.diagnostics import Diagnostic, Severity
from dyade.program.report import helps, message

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def for_github(checked: Iterable[Checked], lang: str) -> list[str]:
    """Every finding of every file."""
    return [_annotation(found, one.file, lang) for one in checked for found in one.findings]


def _annotation(found: Diagnostic, file: str, lang: str) -> str:
    place = found.place
    facts: dict[str, str | int] = {"file": file, "line": place.line, "col": place.column, "endLine": place.end_line}
    if place.line == place.end_line:
        facts["endColumn"] = place.end_column
    facts["title"] = f"{found.code} {found.slug}"
    told = "\n".join((message(found, lang), *helps(found, lang), f"dyade explain {found.code}"))
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in facts.items())
    return f"::{LEVELS[found.severity]} {properties}::{_data(told)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
