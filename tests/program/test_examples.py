"""Is each mistake told as its example says, in both languages, and left unsaid where there is none?

The product ships one example of each, and one of its contrary, which `dyade explain` shows. Further cases stand here:
`err/<code>-<slug>.yaml` and `ok/<code>-<slug>.yaml`; `err` also has the `.out` of every wrong one, shipped or not.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dyade.authoring import explaining
from dyade.authoring.proofs.prove import prove
from dyade.program.codes import CODES, Severity
from dyade.program.diagnostics import START
from dyade.program.load import Loaded, examine
from dyade.program.report import render_all
from dyade.texts import languages

HERE = Path(__file__).parent
SHIPPED = explaining.EXAMPLES


def _programs(*folders: Path) -> list[Path]:
    found = (path for folder in folders for path in folder.glob("*.yaml"))
    return sorted((path for path in found if not path.name.endswith(".scenarios.yaml")), key=lambda path: path.name)


BETWEEN = {"C001", "C002", "C003", "C004"}
"""Told of two versions, by those who compare them; see test_told_elsewhere."""
ERR = [path for path in _programs(SHIPPED / "wrong", HERE / "err") if path.name[:4] not in BETWEEN]
OK = _programs(SHIPPED / "right", HERE / "ok")
TODAY = date(2026, 9, 1).toordinal()
OF_SCENARIOS = {code for code in CODES if code.startswith("K")}
"""Told of the scenarios of a program, by those who read them."""
PROVED = {code for code in CODES if code.startswith("S") and code != "S002"}
"""Told where proofs are asked for, with examples in the reader's words."""
BUILT = {
    "Y001": "x-note: " + "a" * 1_100_000,
    "Y009": "".join(f"section_{n}: {{}}\n" for n in range(51)),
}
"""Examples that would be too long for a file."""


def code_of(path: Path) -> str:
    return path.name.partition("-")[0]


def examined(path: Path, text: str | None = None, lang: str = "en") -> Loaded:
    def read_file(name: str) -> bytes | None:
        beside = SHIPPED / name
        return beside.read_bytes() if beside.is_file() else None

    raw = path.read_bytes() if text is None else text
    return prove(raw, lang, read_file, TODAY).loaded if code_of(path) in PROVED else examine(raw, read_file, TODAY)


def told(path: Path) -> str:
    """What is said of a file, in English then in French."""
    text = path.read_text(encoding="utf-8")
    found = ((examined(path, lang=lang).findings, lang) for lang in ("en", "fr"))
    return "\n\n".join(render_all(findings, text, path.name, lang) for findings, lang in found) + "\n"


@pytest.mark.parametrize("path", ERR, ids=lambda path: path.stem)
def test_a_mistake_is_told_so(path):
    loaded = examined(path)

    assert code_of(path) in {found.code for found in loaded.findings}
    assert told(path) == (HERE / "err" / f"{path.stem}.out").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", OK, ids=lambda path: path.stem)
def test_nothing_is_said_where_there_is_no_mistake(path):
    loaded = examined(path)

    assert loaded.program is not None
    assert [found.code for found in loaded.findings] == []


@pytest.mark.parametrize("code", sorted(set(CODES) - OF_SCENARIOS - BETWEEN - set(BUILT)))
def test_each_mistake_has_an_example_and_its_contrary(code):
    assert any(code_of(path) == code for path in ERR)
    assert any(code_of(path) == code for path in OK)


def test_each_example_is_of_a_mistake_that_exists():
    assert {code_of(path) for path in (*ERR, *OK)} <= set(CODES)
    assert {path.stem for path in ERR} == {path.stem for path in (HERE / "err").glob("*.out")}


@pytest.mark.parametrize("code", sorted(BUILT))
def test_a_mistake_too_long_for_a_file_is_told_too(code):
    found = next(found for found in examine(BUILT[code]).findings if found.code == code)

    assert all(render_all([found], BUILT[code], "essai.yaml", lang) for lang in languages())


def test_a_file_that_is_too_large_is_refused_at_its_start():
    findings = examine(BUILT["Y001"]).findings

    assert [(found.code, found.place[:2]) for found in findings] == [("Y001", START[:2])]


@pytest.mark.parametrize("path", [p for p in ERR if CODES[code_of(p)].strict], ids=lambda path: path.stem)
def test_a_gap_stops_an_active_program_and_not_a_draft(path):
    draft = path.read_text(encoding="utf-8")
    active = draft.replace('version: "1"\n', 'version: "1"\nstatus: active\n', 1)

    def severities(text: str) -> set[Severity]:
        return {found.severity for found in examined(path, text).findings if found.code == code_of(path)}

    assert severities(draft) == {CODES[code_of(path)].severity}
    assert severities(active) == {Severity.ERROR}
    assert examined(path, active).program is None
