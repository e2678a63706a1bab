"""Does the engine stay free of programs, the repository free of machines, and each module named by its question?"""

import re
from pathlib import Path

import pytest

PROGRAMS = {"aqpm", "cscpq", "altimaitre", "sct", "cisss"}
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "core", "base", "manager", "managers", "common", "misc", "shared"}
MACHINE = re.compile(
    r"(?<![\w.~])/(?:work|root|home|Users|opt|mnt)/\w"  # a folder of one person's machine
    r"|\b[A-Z]:\\\\?Users\b"
    r"|\bpypi\.org\b|\bpythonhosted\.org\b|\bnpmjs\.(?:org|com)\b"  # a registry
    r"|\blocalhost\.localdomain\b",
)
BINARY = {".png", ".jpg", ".gz", ".zip", ".pdf", ".db", ".ico", ".woff2"}


def program_names(text: str) -> list[str]:
    """Find the programs that a text of the engine names, whatever the case or the separator."""
    return [word for word in re.findall(r"[^\W\d_]+", text.casefold()) if word in PROGRAMS]


def machine_names(text: str) -> list[str]:
    """Find the folders and the hosts that belong to one machine."""
    return MACHINE.findall(text)


def test_every_program_that_we_ship_is_looked_for(root):
    shipped = {path.stem for path in (root / "programs").glob("*.yaml") if not path.stem.endswith(".scenarios")}

    assert shipped
    assert shipped <= PROGRAMS


def test_the_engine_names_no_program(engine: Path, our_files):
    named = {
        str(path.relative_to(engine)): program_names(f"{path.relative_to(engine)}\n{_text(path)}")
        for path in our_files
        if path.is_relative_to(engine)
    }

    assert len(named) > 1
    assert {path: words for path, words in named.items() if words} == {}


def test_no_file_names_a_machine_or_a_registry(root: Path, our_files):
    named = {
        str(path.relative_to(root)): machine_names(_text(path))
        for path in our_files
        if path.suffix not in BINARY and path != Path(__file__).resolve()
    }

    assert {path: words for path, words in named.items() if words} == {}


def test_a_module_is_named_by_its_question(engine: Path):
    """`utils`, `helpers` and their like say nothing of what is inside."""
    modules = [path for path in engine.rglob("*") if path.suffix == ".py" or path.is_dir()]

    assert modules
    assert [str(path.relative_to(engine)) for path in modules if path.stem in EMPTY_NAMES] == []


@pytest.mark.parametrize("text", ["the CISSS rules", "programs/sct.yaml", "aqpm_rule", "class Altimaitre:"])
def test_a_program_named_in_the_engine_is_seen(text):
    assert program_names(text)


@pytest.mark.parametrize(
    "text",
    [
        "cd /home/someone/dyade",
        "at /Users/x/y",
        "see https://pypi.org/simple",
        r"C:\Users\x",
        "--find-links=/opt/wheels",
    ],
)
def test_a_machine_named_in_a_file_is_seen(text):
    assert machine_names(text)


@pytest.mark.parametrize("text", ["./work/here", "homework/root/x", "https://example.org/home/page", "/tmp/dyade"])
def test_a_path_of_no_machine_is_left_alone(text):
    assert machine_names(text) == []


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
