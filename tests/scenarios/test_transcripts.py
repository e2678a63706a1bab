"""Do the programs that we ship live as their scenarios say, and as their transcripts tell?

A change of behaviour is a difference between transcripts, to be read before it is kept:
`UPDATE_TRANSCRIPTS=1 pytest tests/scenarios` writes them anew.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from dyade.authoring.scenario_report import Lived, Report
from dyade.authoring.scenarios import run
from dyade.errors import ProgramInvalid
from dyade.program.load import load
from dyade.program.nearest import fold
from dyade.texts import languages

HERE = Path(__file__).parent
PROGRAMS = HERE.parents[1] / "programs"
SCENARIOS = ".scenarios.yaml"
SHIPPED = sorted(path.name.removesuffix(SCENARIOS) for path in PROGRAMS.glob(f"*{SCENARIOS}"))
UPDATE = bool(os.environ.get("UPDATE_TRANSCRIPTS"))
LONGEST = 90


@cache
def report(program: str, lang: str = "fr") -> Report:
    path = PROGRAMS / f"{program}.yaml"
    loaded = load(path.read_bytes(), path.name, lambda name: (PROGRAMS / name).read_bytes())
    text = (PROGRAMS / f"{program}{SCENARIOS}").read_bytes()
    return run(loaded, text, f"{program}{SCENARIOS}", lang)


def stories() -> list[tuple[str, str]]:
    return [(program, one.name) for program in SHIPPED for one in told_of(program)]


def told_of(program: str) -> tuple[Lived, ...]:
    """The stories of a program; a program with mistakes has none, and fails a test of its own."""
    try:
        return report(program).lived
    except ProgramInvalid:
        return ()


def lived(program: str, name: str, lang: str = "fr") -> Lived:
    return next(one for one in report(program, lang).lived if one.name == name)


def slug(name: str) -> str:
    """The name of a file for a story: `L'échéance, puis` is `l_echeance_puis`."""
    plain = "".join(letter if letter.isalnum() else " " for letter in fold(name))
    return "_".join(plain.split())[:LONGEST].rstrip("_")


def transcript(program: str, name: str) -> Path:
    return HERE / program / f"{slug(name)}.txt"


@pytest.mark.parametrize("program", SHIPPED)
def test_a_shipped_program_lives_as_its_scenarios_say(program):
    told = report(program)

    assert told.findings == ()
    assert told.ok, told.render("en")


@pytest.mark.parametrize(("program", "name"), stories())
def test_a_story_is_told_as_its_transcript_tells_it(program, name):
    path = transcript(program, name)
    text = lived(program, name).transcript
    if UPDATE:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")

    assert path.read_text(encoding="utf-8") == text


def test_every_transcript_is_that_of_a_story():
    wanted = [transcript(program, name) for program, name in stories()]
    kept = {path for program in SHIPPED for path in (HERE / program).glob("*")}
    if UPDATE:
        for path in kept - set(wanted):
            path.unlink()
        kept &= set(wanted)

    assert len(set(wanted)) == len(wanted)
    assert kept == set(wanted)


@pytest.mark.parametrize("program", SHIPPED)
def test_a_transcript_is_told_in_either_language(program):
    french, english = (report(program, lang) for lang in languages())

    assert [one.ok for one in english.lived] == [one.ok for one in french.lived]
    assert all(a.transcript != b.transcript for a, b in zip(french.lived, english.lived, strict=True))


@pytest.mark.parametrize("program", SHIPPED)
def test_a_transcript_depends_on_the_story_alone(program):
    """Another process, with other hashes and another zone, tells it letter by letter the same."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from dyade.authoring.scenarios import run\n"
        "from dyade.program.load import load\n"
        f"folder = Path({str(PROGRAMS)!r})\n"
        f"program = load((folder / '{program}.yaml').read_bytes(), '', lambda name: (folder / name).read_bytes())\n"
        f"told = run(program, (folder / '{program}{SCENARIOS}').read_bytes(), '', 'fr')\n"
        "sys.stdout.buffer.write(''.join(one.transcript for one in told.lived).encode())\n"
    )
    env = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}

    other = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True).stdout

    assert other.decode() == "".join(one.transcript for one in report(program).lived)
