"""Does every command explain itself, in both languages, at little cost?"""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module

import click
import pytest

from dyade.cli.declare import SHARED
from dyade.cli.root import FAMILIES, FILES, cli
from dyade.cli.words import speaking

HEAVY = ("pydantic", "sqlalchemy", "alembic", "yaml", "rich", "jsonschema", "transitions", "holidays", "sqlite3", "re2")
BARE = "import click\n@click.group()\ndef cli(): 'A program.'\n@cli.command()\ndef one(): 'One.'\nrun = cli\n"


def every_command() -> Iterator[tuple[str, ...]]:
    """The path of each command, `person add` included."""
    for family in FAMILIES.values():
        for name in family:
            yield (name,)
            command = import_module(f"dyade.cli.{FILES[name]}").COMMANDS[name]
            if isinstance(command, click.Group):
                yield from ((name, inner) for inner in command.commands)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("path", list(every_command()), ids=" ".join)
def test_a_command_tells_what_it_does(dyade, path, lang):
    ran = dyade("--lang", lang, *path, "--help")

    assert ran.code == 0
    assert ran.out.startswith(("Usage :" if lang == "fr" else "Usage:") + f" dyade {' '.join(path)}")
    assert ran.err == ""


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_first_page_lists_every_command(dyade, lang):
    page = dyade("--help", env={"DYADE_LANG": lang}).out

    listed = [line.split()[0] for line in page.splitlines() if line.startswith("  ") and line.split()]
    assert [name for family in FAMILIES.values() for name in family if name not in listed] == []


def test_every_listed_command_is_found():
    """A command that no file declares would fail only when it is called."""
    context = click.Context(cli)

    assert [name for name in cli.commands if cli.get_command(context, name) is None] == []
    assert set(FILES) == {name for family in FAMILIES.values() for name in family}


def test_a_heading_follows_the_typography_of_its_language(dyade):
    assert "Programmes :" in dyade("--help").out
    assert "Programs:" in dyade("--help", "--lang", "en").out


def test_each_shared_option_of_a_command_stands_in_its_help(dyade):
    page = dyade("advance", "--help").out

    assert [shared.flag for shared in SHARED.values() if shared.flag not in page] == []


def test_click_speaks_french_too(dyade):
    ran = dyade("--lang", "fr", "shwo", "D-1")

    assert ran.code == 2
    assert "Il n'y a pas de commande 'shwo'. Vouliez-vous dire 'show'" in ran.err


def test_speaking_leaves_the_process_as_it_was():
    before = os.environ.get("LANGUAGE")

    with speaking("fr"):
        assert os.environ["LANGUAGE"] == "fr"

    assert os.environ.get("LANGUAGE") == before


def test_the_help_imports_nothing_heavy():
    script = (
        "import sys\nfrom dyade.cli import main\nsys.argv = ['dyade', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stderr.strip() == "[]"
    assert "Usage:" in done.stdout or "Usage :" in done.stdout


def test_the_help_loads_hardly_more_than_clicks_own():
    """A dozen modules of ours, and next to nothing of the library's beyond what Click has loaded."""
    ours = "from dyade.cli import main\nsys.argv = ['dyade', '--help']\nrun = main\n"

    more = _loaded(ours) - _loaded(BARE)

    assert {name.partition(".")[0] for name in more} <= {"dyade"} | sys.stdlib_module_names
    assert len(more) <= 20


def _loaded(script: str) -> set[str]:
    """The modules that are there once a script has run."""
    told = "try:\n    run()\nexcept SystemExit:\n    pass\nprint(*sys.modules, file=sys.stderr)\n"
    command = [sys.executable, "-c", f"import sys\n{script}{told}", "--help"]
    return set(subprocess.run(command, capture_output=True, check=True, text=True).stderr.split())


SLOW = ("sqlalchemy", "alembic", "rich", "holidays")
"""What costs more to import than a command does."""
USED = {
    "check": (*SLOW, "jsonschema", "sqlite3", "dyade.authoring.living"),
    "test": (*SLOW, "sqlite3"),
    "schema program": ("sqlalchemy", "sqlite3", "transitions", "rich"),
    "person show amelie": ("alembic", "rich", "jsonschema"),
    "set D-1 motif=arrivee --as amelie": (*SLOW, "yaml", "dyade.program.load"),
    "advance D-1 jumeler --as gilles": (*SLOW, "jsonschema", "yaml", "dyade.program.load", "dyade.authoring"),
    "why D-1": (*SLOW, "jsonschema", "yaml", "dyade.program.load"),
    "show D-1": (*SLOW, "jsonschema", "yaml", "dyade.program.load"),
}
"""A command -> what it has no use for."""


@pytest.mark.parametrize("command", USED)
def test_a_command_imports_only_what_it_uses(peopled, command):
    peopled.done("start", "jumelage", "mentore=amelie", "--as", "gilles")
    peopled.done("set", "D-1", "motif=projet", "--as", "amelie")
    peopled.done("assign", "D-1", "mentor", "bruno", "--as", "gilles")
    peopled.done("accept", "D-1", "--as", "bruno")
    given = {name: value for name, value in peopled.environment.items() if value is not None}
    script = (
        "import sys\nfrom dyade.cli import main\n"
        f"sys.argv = {['dyade', *command.split()]!r}\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        f"print([name for name in {USED[command]!r} if name in sys.modules], file=sys.stderr)"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, **given}, capture_output=True, text=True, check=True
    )

    assert done.stderr.strip().splitlines()[-1] == "[]"
