"""Does what we ship work far from the repository: installed from the wheel, run from another folder?"""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

LITTLE = """\
dyade: "1.0"
id: jumelage
version: "1"
title: Jumelage
summary: Deux personnes se rencontrent.
locales: [fr, en]
timezone: America/Toronto
started_by: [responsable]

roles:
  responsable: {label: Responsable, scope: program}

initial: ouverte
states:
  ouverte: {label: Ouverte}
  fermee: {label: Fermée, final: true, outcome: success}

transitions:
  - {id: fermer, label: Fermer, from: ouverte, to: fermee, event: fermer, by: [responsable]}
"""


@pytest.fixture(scope="module")
def built(root: Path, our_files, tmp_path_factory) -> Path:
    """The wheel, built as a registry's users get it: from the source archive, out of a clean copy of the repository."""
    folder = tmp_path_factory.mktemp("built")
    for path in our_files:
        copy = folder / "clone" / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    build("sdist", source=folder / "clone", into=folder)
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        # The first Pythons 3.11 know no filter; the last ones warn where none is named.
        vars(archive)["extraction_filter"] = getattr(tarfile, "data_filter", None)
        archive.extractall(folder / "source")
    build("wheel", source=next((folder / "source").iterdir()), into=folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(root: Path, built: Path, tmp_path_factory) -> Path:
    """An environment that holds the wheel, the runtime lock, and nothing else."""
    environment = tmp_path_factory.mktemp("installed") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", environment)
    python = environment / "bin" / "python"
    install(python, "--require-hashes", "--requirement", root / "requirements.lock")
    install(python, "--no-deps", built)
    return environment / "bin" / "dyade"


@pytest.fixture
def elsewhere(root: Path, tmp_path: Path) -> Path:
    """A folder far from the repository, with a copy of our programs."""
    shutil.copytree(root / "programs", tmp_path / "programs")
    return tmp_path


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(built: Path, engine: Path, our_files):
    """Migrations, compiled sentences and the types' marker come along; tests and sources of sentences do not."""
    ours = {f"dyade/{path.relative_to(engine).as_posix()}" for path in our_files if path.is_relative_to(engine)}
    sentences = {name for name in ours if name.endswith(".po")}
    compiled = {name.removesuffix(".po") + ".mo" for name in sentences}

    with zipfile.ZipFile(built) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}

    assert sentences
    assert "dyade/py.typed" in held
    assert held == ours - sentences | compiled


def test_the_installed_command_tells_its_version(installed: Path, elsewhere: Path):
    assert "0.1.0" in run(installed, "--version", folder=elsewhere)


def test_the_installed_command_checks_a_program_from_another_folder(installed: Path, elsewhere: Path):
    run(installed, "check", "programs/cisss.yaml", folder=elsewhere)


def test_the_installed_command_lives_a_dyad_from_another_folder(installed: Path, elsewhere: Path):
    """The store is made where the command runs; the next command finds the dyad where the last one left it."""
    (elsewhere / "programs" / "jumelage.yaml").write_text(LITTLE, encoding="utf-8")

    def dyade(*arguments: str) -> str:
        return run(installed, *arguments, folder=elsewhere)

    dyade("person", "add", "p1", "--name", "Camille Essai")
    dyade("enrol", "p1", "jumelage", "responsable")
    dyade("start", "jumelage", "--as", "p1")
    before = dyade("show", "D-1", "--as", "p1", "--lang", "fr")
    dyade("advance", "D-1", "fermer", "--as", "p1")
    after = dyade("show", "D-1", "--as", "p1", "--lang", "fr")

    assert (elsewhere / "dyade.db").is_file()
    assert "Ouverte" in before
    assert "Fermée" in after


def build(target: str, *, source: Path, into: Path) -> None:
    """Build one target with the tools already here, so that nothing is fetched."""
    run(sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", into, folder=source)


def install(python: Path, *arguments: str | Path) -> None:
    """Install from what the set-up has already fetched, or else from the registry."""
    command = [sys.executable, "-m", "uv", "--quiet", "pip", "install", "--python", python, *arguments]
    try:
        run(*command, "--offline")
    except AssertionError:
        run(*command)


def run(*command: str | Path, folder: Path | None = None) -> str:
    """Run a command that must succeed, with nothing of this environment that could help it."""
    ours = ("PYTHON", "DYADE_", "VIRTUAL_ENV", "COVERAGE_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**environment, "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout
