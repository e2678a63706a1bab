"""Are findings given to other tools as those tools want them? SARIF and the annotations of GitHub."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from dyade.authoring.annotations import for_github
from dyade.authoring.checked import Checked, check_program
from dyade.authoring.explaining import EXAMPLES
from dyade.authoring.sarif import sarif
from dyade.program.diagnostics import Diagnostic, Place, Severity
from dyade.texts import languages

URI = {"type": "object", "required": ["uri"], "properties": {"uri": {"type": "string", "pattern": r"^[^ \\]+$"}}}
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
REGION = {
    "type": "object",
    "required": ["startLine", "startColumn", "endLine", "endColumn"],
    "additionalProperties": {"type": "integer", "minimum": 1},
}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
LOCATION = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation", "region"],
            "properties": {"artifactLocation": URI, "region": REGION},
            "additionalProperties": False,
        },
        "logicalLocations": {"type": "array", "items": {"type": "object", "required": ["fullyQualifiedName"]}},
        "message": TEXT,
        "id": {"type": "integer", "minimum": 0},
    },
    "additionalProperties": False,
}
REPLACEMENT = {
    "type": "object",
    "required": ["deletedRegion"],
    "properties": {"deletedRegion": REGION, "insertedContent": {"type": "object", "required": ["text"]}},
    "additionalProperties": False,
}
FIX = {
    "type": "object",
    "required": ["artifactChanges"],
    "properties": {
        "description": TEXT,
        "artifactChanges": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["artifactLocation", "replacements"],
                "properties": {
                    "artifactLocation": URI,
                    "replacements": {"type": "array", "minItems": 1, "items": REPLACEMENT},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
RULE = {
    "type": "object",
    "required": ["id", "name", "shortDescription", "fullDescription", "help", "defaultConfiguration"],
    "properties": {
        "shortDescription": TEXT,
        "fullDescription": TEXT,
        "help": TEXT,
        "defaultConfiguration": {"type": "object", "properties": {"level": LEVEL}, "additionalProperties": False},
        "properties": {"type": "object"},
    },
}
RESULT = {
    "type": "object",
    "required": ["message", "ruleId", "ruleIndex", "level", "locations"],
    "properties": {
        "message": TEXT,
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "locations": {"type": "array", "minItems": 1, "items": LOCATION},
        "relatedLocations": {"type": "array", "items": LOCATION},
        "fixes": {"type": "array", "items": FIX},
        "suppressions": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["kind"],
                "properties": {"kind": {"enum": ["inSource", "external"]}, "justification": {"type": "string"}},
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "name": {"type": "string"},
                                    "version": {"type": "string"},
                                    "language": {"type": "string", "pattern": "^[a-z]{2}(-[A-Z]{2})?$"},
                                    "rules": {"type": "array", "uniqueItems": True, "items": RULE},
                                },
                                "additionalProperties": False,
                            }
                        },
                        "additionalProperties": False,
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "artifacts": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {"location": URI, "encoding": {"type": "string"}},
                            "additionalProperties": False,
                        },
                    },
                    "results": {"type": "array", "items": RESULT},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
"""What of the standard's schema (OASIS, SARIF 2.1.0) concerns the parts that are written."""


def checked(name: str) -> Checked:
    [path] = (EXAMPLES / "wrong").glob(f"{name}-*.yaml")
    return check_program(f"programmes/{path.name}", path.read_bytes(), lambda _: None, 739_860)


EVERY = [
    check_program(path.name, path.read_bytes(), lambda _: None, 739_860)
    for path in sorted((EXAMPLES / "wrong").glob("*.yaml"))
    if not path.name.endswith(".scenarios.yaml")
]


@pytest.mark.parametrize("lang", languages())
def test_every_finding_is_sarif(lang):
    made = sarif(EVERY, lang)

    jsonschema.Draft7Validator(SARIF).validate(made)
    [run] = made["runs"]
    assert len(run["results"]) == sum(len(one.findings) + len(one.suppressed) for one in EVERY)
    assert all(run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])


def test_a_finding_has_its_place_its_path_and_its_edits():
    [result] = sarif([checked("E102")], "en")["runs"][0]["results"]
    [location] = result["locations"]
    region = {"startLine": 28, "startColumn": 26, "endLine": 28, "endColumn": 41}

    assert location["physicalLocation"]["region"] == region
    assert location["physicalLocation"]["artifactLocation"] == {"uri": "programmes/E102-unknown-name.yaml"}
    assert location["logicalLocations"] == [{"fullyQualifiedName": "transitions.finir.guard.pret.when"}]
    [change] = result["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [{"deletedRegion": region, "insertedContent": {"text": "forms.bilan.done"}}]


def test_a_rule_is_told_in_each_language():
    for lang in languages():
        [rule] = sarif([checked("E102")], lang)["runs"][0]["tool"]["driver"]["rules"]
        assert set(rule["properties"]["help"]) == set(languages())
        assert rule["fullDescription"]["text"] == rule["properties"]["help"][lang]


def test_what_was_set_aside_is_there_with_its_reason():
    text = (EXAMPLES / "right" / "U011-unknown-suppression.yaml").read_bytes()
    [result] = sarif([check_program("a.yaml", text, lambda _: None, 739_860)], "fr")["runs"][0]["results"]

    assert result["ruleId"] == "M004"
    assert result["suppressions"] == [{"kind": "inSource", "justification": "le rappel cesse avec la dyade"}]


def test_a_path_is_written_as_an_address():
    one = checked("E102")._replace(file="mes programmes/é#1.yaml")
    whole = checked("E102")._replace(file=str(Path("/tmp/a b.yaml")))
    files = [run["location"]["uri"] for run in sarif([one, whole], "fr")["runs"][0]["artifacts"]]

    assert files == ["mes%20programmes/%C3%A9%231.yaml", "file:///tmp/a%20b.yaml"]


def test_an_annotation_has_its_place_and_its_words():
    where = "file=programmes/E102-unknown-name.yaml,line=28,col=26,endLine=28,endColumn=41,title=E102 unknown-name"
    words = 'unknown name "forms.bilan.don"%0Adid you mean "forms.bilan.done"?%0Adyade explain E102'

    assert for_github([checked("E102")], "en") == [f"::error {where}::{words}"]


def test_each_annotation_is_one_line_that_a_file_cannot_break():
    lines = for_github(EVERY, "fr")

    assert len(lines) == sum(len(one.findings) for one in EVERY)
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) and "\n" not in line for line in lines)


def test_what_separates_is_written_in_figures():
    found = Diagnostic(
        code="D001", place=Place(1, 1, 2, 1), severity=Severity.ERROR, facts={"key": "100 %\r::error::x"}
    )
    [line] = for_github([Checked("a,b:c%.yaml", "", (found,))], "en")

    assert "file=a%2Cb%3Ac%25.yaml,line=1,col=1,endLine=2,title=" in line
    assert "100 %25" in line
    assert "\r" not in line
