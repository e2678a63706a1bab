"""Is the tutorial what happens? Each command of `programs/README.md` is run, each edit done as it says.

A ```console block holds commands (`$ dyade …`, `$ export NAME=value …`), what one types (after `> `), and what is
answered; `…` alone on a line stands for any lines. A ```diff block holds the lines to change in the file that its first
line names. `DYADE_REWRITE=1 pytest tests/house/test_tutorial.py` writes anew the answers that changed, their `…` lost.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from dyade.cli.root import cli

HALVES = {"fr": "## Dix minutes, en français", "en": "## Ten minutes, in English"}
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PROMPT = re.compile(r"  > \[.*?\] ?(.*)")
"""An answer to a question, after what Enter would keep."""
SAID = re.compile(r"> (.*)")
"""A line said to a simulation."""
SOME = "…"
WORDS = 1_700
"""What is read in ten minutes, at an even pace."""


class Block(NamedTuple):
    """A fenced block, and where its text stands in the page."""

    kind: str
    text: str
    start: int
    end: int


def half(page: str, lang: str) -> tuple[int, int]:
    """Where the tutorial of a language begins and ends."""
    start = page.index(f"{HALVES[lang]}\n")
    end = page.find("\n## ", start + 1)
    return start, len(page) if end < 0 else end


def blocks(page: str, lang: str) -> list[Block]:
    start, end = half(page, lang)
    return [Block(found[1], found[2], found.start(2), found.end(2)) for found in FENCE.finditer(page, start, end)]


class Reader:
    """Someone who follows the page to the letter, in an empty folder."""

    def __init__(self, folder: Path, lang: str) -> None:
        self.environment: dict[str, str | None] = {
            **{name: None for name in os.environ if name.startswith("DYADE_")},
            "NO_COLOR": None,
            "LANGUAGE": None,
            "DYADE_LANG": lang,
            "COLUMNS": "100",
            "XDG_CONFIG_HOME": str(folder / "config"),
        }

    def answered(self, line: str, expected: list[str]) -> list[str]:
        """What the screen shows after a command."""
        program, *words = shlex.split(line)
        if program == "export":
            self.environment |= dict(word.split("=", 1) for word in words)
            return []
        assert program == "dyade", line
        asked = [found[1] for said in expected if (found := PROMPT.fullmatch(said))]
        typed = asked or [found[1] for said in expected if (found := SAID.fullmatch(said))]
        runner = CliRunner(echo_stdin=bool(asked))
        ran = runner.invoke(cli, words, input="".join(f"{one}\n" for one in typed), env=self.environment)
        if ran.exception is not None and not isinstance(ran.exception, SystemExit):
            raise ran.exception
        return [shown.rstrip() for shown in ran.output.strip("\n").split("\n")]

    def edits(self, text: str) -> None:
        """Change the lines that a block says, where they stand, once."""
        heading, *lines = text.splitlines()
        file = Path(heading.removeprefix("# "))
        before = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "+")
        after = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "-")
        whole = file.read_text(encoding="utf-8")
        assert whole.count(before) == 1, f"{file} has not once:\n{before}"
        file.write_text(whole.replace(before, after), encoding="utf-8")


def turns(text: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a block, each with the lines under it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *shown = part.rstrip("\n").split("\n")
        while shown and not shown[-1]:
            shown.pop()
        yield command, shown


def commands(page: str, lang: str) -> list[str]:
    """Every command of a tutorial."""
    consoles = (block.text for block in blocks(page, lang) if block.kind == "console")
    return [command for text in consoles for command, _ in turns(text)]


def fits(expected: list[str], shown: list[str]) -> bool:
    """Whether what was shown is what the page says, with any lines where it says `…`."""
    parts = [".*(?:\n.*)*" if line.strip() == SOME else re.escape(line.rstrip()) for line in expected]
    return re.fullmatch("\n".join(parts), "\n".join(shown)) is not None


@pytest.fixture
def page(root: Path) -> Path:
    return root / "programs" / "README.md"


@pytest.mark.parametrize("lang", HALVES)
def test_who_follows_the_tutorial_sees_what_it_shows(page, lang, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    reader, text, told = Reader(tmp_path, lang), page.read_text(encoding="utf-8"), 0

    written = text[: half(text, lang)[0]]
    at = len(written)
    for block in blocks(text, lang):
        if block.kind == "diff":
            reader.edits(block.text)
        if block.kind != "console":
            continue
        lines: list[str] = []
        for command, expected in turns(block.text):
            shown = reader.answered(command, expected)
            if not os.environ.get("DYADE_REWRITE"):
                assert fits(expected, shown), "\n".join((f"$ {command}", *shown))
            lines += [f"$ {command}", *(expected if fits(expected, shown) else shown)]
            told += 1
        written += text[at : block.start] + "".join(f"{line}\n" for line in lines)
        at = block.end
    if os.environ.get("DYADE_REWRITE"):
        page.write_text(written + text[at:], encoding="utf-8")

    assert told > 20


@pytest.mark.parametrize("lang", HALVES)
def test_the_tutorial_is_read_in_ten_minutes(page, lang):
    text = page.read_text(encoding="utf-8")
    start, end = half(text, lang)

    assert len(text[start:end].split()) <= WORDS


def test_both_tutorials_run_the_same_commands(page):
    text = page.read_text(encoding="utf-8")

    french, english = ([shlex.split(command)[1] for command in commands(text, lang)] for lang in HALVES)

    assert french == english


def test_what_the_tutorial_installs_with_exists(page, root):
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for lang in HALVES:
        [installing] = [block.text for block in blocks(text, lang) if block.kind == "sh"]
        assert re.findall(r"make (\w+)", installing) == ["setup"]
    assert "setup" in targets
