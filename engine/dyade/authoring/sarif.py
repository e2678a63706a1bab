"""How are findings given to tools that gather those of many checkers? SARIF 2.1.0, with the edits that mend them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from dyade.authoring.checked import Checked
from dyade.authoring.explaining import explain
from dyade.program.codes import CODES
from dyade.program.diagnostics import Diagnostic, Fix, Place, Severity
from dyade.program.report import helps, message, seen
from dyade.texts import languages, sentence

VERSION: Final = "2.1.0"
SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def sarif(checked: Sequence[Checked], lang: str) -> dict[str, Any]:
    """The findings of some files as one run; what their authors set aside is there too, with the reason."""
    every: list[tuple[str, Diagnostic, str | None]] = [
        (one.file, found, None) for one in checked for found in one.findings
    ]
    every += [(one.file, aside.diagnostic, aside.reason) for one in checked for aside in one.suppressed]
    codes = sorted({found.code for _, found, _ in every})
    rank = {code: at for at, code in enumerate(codes)}
    driver = {"name": "dyade", "version": version("dyade"), "rules": [_rule(code, lang) for code in codes]}
    run = {
        "tool": {"driver": {**driver, "language": lang}},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": _location(one.file), "encoding": "UTF-8"} for one in checked],
        "results": [_result(found, file, reason, rank[found.code], lang) for file, found, reason in every],
    }
    return {"$schema": SCHEMA, "version": VERSION, "runs": [run]}


def _rule(code: str, lang: str) -> dict[str, Any]:
    """A code, with what it means in every language."""
    pages = {each: explain(code, each) for each in languages()}
    page = pages[lang]
    return {
        "id": code,
        "name": page.slug,
        "shortDescription": {"text": page.slug.replace("-", " ").capitalize()},
        "fullDescription": {"text": page.why},
        "help": {"text": f"{page.why}\n\ndyade explain {code}"},
        "defaultConfiguration": {"level": LEVELS[CODES[code].severity]},
        "properties": {"help": {each: one.why for each, one in pages.items()}},
    }


def _result(found: Diagnostic, file: str, reason: str | None, rank: int, lang: str) -> dict[str, Any]:
    said = "\n".join((message(found, lang), *helps(found, lang)))
    result: dict[str, Any] = {
        "ruleId": found.code,
        "ruleIndex": rank,
        "level": LEVELS[found.severity],
        "message": {"text": said},
        "locations": [_at(file, found.place, found.path)],
        **_where_else(found, file, lang),
    }
    if found.fixes:
        result["fixes"] = [_fix(found, file, lang)]
    if reason is not None:
        result["suppressions"] = [{"kind": "inSource", "justification": reason}]
    return result


def _where_else(found: Diagnostic, file: str, lang: str) -> Mapping[str, Any]:
    others = [
        {"id": at, **_at(file, place), "message": {"text": seen(place, key, lang)}}
        for at, (place, key) in enumerate(found.related, 1)
    ]
    return {"relatedLocations": others} if others else {}


def _fix(found: Diagnostic, file: str, lang: str) -> dict[str, Any]:
    key = "report.sure" if found.is_sure else "report.unsure"
    return {
        "description": {"text": sentence("diagnostics", key, lang)},
        "artifactChanges": [{"artifactLocation": _location(file), "replacements": _replacements(found.fixes)}],
    }


def _replacements(fixes: Iterable[Fix]) -> list[dict[str, Any]]:
    return [{"deletedRegion": _region(fix.place), "insertedContent": {"text": fix.text}} for fix in fixes]


def _at(file: str, place: Place, path: str = "") -> dict[str, Any]:
    where: dict[str, Any] = {"physicalLocation": {"artifactLocation": _location(file), "region": _region(place)}}
    if path:
        where["logicalLocations"] = [{"fullyQualifiedName": path}]
    return where


def _region(place: Place) -> dict[str, int]:
    keys = ("startLine", "startColumn", "endLine", "endColumn")
    return dict(zip(keys, place, strict=True))


def _location(file: str) -> dict[str, str]:
    path = PurePath(file)
    return {"uri": path.as_uri() if path.is_absolute() else quote(path.as_posix())}
