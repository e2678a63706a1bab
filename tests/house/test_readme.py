"""What the README shows is what dyade does."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dyade import Decision, Engine, Refusal
from dyade.cli.root import cli


@pytest.fixture
def blocks(root: Path) -> dict[str, list[str]]:
    """The code blocks of the README, by language."""
    text = (root / "README.md").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for language, block in re.findall(r"```(\w+)\n(.*?)```", text, re.DOTALL):
        found.setdefault(language, []).append(block)
    return found


def test_the_broken_program_is_told_as_the_readme_says(blocks, tmp_path, monkeypatch):
    (tmp_path / "tutoring.yaml").write_text(blocks["yaml"][0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    answered = CliRunner().invoke(cli, ["check", "tutoring.yaml", "--lang", "en"])

    command, _, expected = blocks["text"][0].partition("\n")
    assert command == "$ dyade check tutoring.yaml"
    assert answered.output.strip() == expected.strip()
    assert answered.exit_code == 2


def test_the_ten_lines_of_python_run(blocks, root, tmp_path, monkeypatch, capsys):
    (tmp_path / "programs").symlink_to(root / "programs")
    monkeypatch.chdir(tmp_path)

    exec(compile(blocks["python"][0], "README.md", "exec"), {})

    assert "No mentor is named." in capsys.readouterr().out


def test_what_the_demo_is_said_to_show_is_shown(blocks, root, monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(root / "demo"))
    run = importlib.import_module("run")

    run.live(root / "demo" / "lives" / "cisss.life", "en")

    shown = capsys.readouterr().out
    for line in blocks["text"][1].strip().splitlines():
        assert line in shown


def test_the_smallest_program_of_the_guide_may_live(root, tmp_path, monkeypatch):
    text = (root / "programs" / "README.md").read_text(encoding="utf-8")
    [smallest] = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "walk.yaml").write_text(smallest, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    answered = CliRunner().invoke(cli, ["check", "walk.yaml", "--lang", "en"])

    assert answered.exit_code == 0
    assert "error" not in answered.output


def test_the_guide_names_every_program(root):
    text = (root / "programs" / "README.md").read_text(encoding="utf-8")
    programs = {path.stem for path in (root / "programs").glob("*.yaml") if "." not in path.stem}

    assert set(re.findall(r"\| \[(\w+)\]\(\1\.yaml\)", text)) == programs


@pytest.fixture
def house_blocks(root: Path) -> list[str]:
    """The Python of the page on the house, in order."""
    text = (root / "engine" / "README.md").read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


@pytest.fixture
def begun(root, tmp_path, monkeypatch):
    """A dyad of the first program, in a folder of its own."""
    (tmp_path / "programs").symlink_to(root / "programs")
    monkeypatch.chdir(tmp_path)
    with Engine.open("sqlite:///dyade.db", programs="programs") as engine:
        for person in ("gilles", "amelie"):
            engine.add_person(person, person.title())
        started = engine.start("cisss", "gilles", {"gestionnaire": "gilles", "mentore": "amelie"})
        assert isinstance(started, Decision)
        return started.dyad


def test_the_web_handler_of_the_house_answers_as_a_web_does(house_blocks, begun):
    page: dict[str, Any] = {}
    exec(compile(house_blocks[0], "README.md", "exec"), page)
    post = page["post_event"]

    try:
        assert post(begun.id, "jumeler", "gilles", {}, "one", None)[0] == 422
        assert post("D-99", "jumeler", "gilles", {}, "two", None) == (404, {})
        assert post(begun.id, "fermer", "gilles", {}, "three", 7) == (409, {"revision": 1})
        done = post(begun.id, "fermer", "gilles", {}, "four", 1)
        assert done == (200, {"revision": 2, "waiting_for": ()})
        assert post(begun.id, "fermer", "gilles", {}, "four", 1) == done
    finally:
        page["engine"].close()


@pytest.mark.usefixtures("begun")
def test_the_worker_of_the_house_lets_time_act(house_blocks):
    served: list[bool] = []

    exec(compile(house_blocks[1], "README.md", "exec"), {"serve": lambda: served.append(True)})

    assert served


@pytest.mark.usefixtures("begun")
def test_the_messages_of_the_house_leave(house_blocks, tmp_path):
    (tmp_path / "delivery.toml").write_text('[console]\nchannels = ["email"]\n', encoding="utf-8")
    page: dict[str, Any] = {}

    exec(compile(house_blocks[2], "README.md", "exec"), page)

    assert page["done"] == (0, 0, 0, ())


def test_the_pure_core_of_the_house_decides_without_a_store(house_blocks, begun):
    page: dict[str, Any] = {"dyad": begun}

    exec(compile(house_blocks[3], "README.md", "exec"), page)

    assert isinstance(page["outcome"], Refusal)
