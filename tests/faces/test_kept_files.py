"""Does what an author wrote stay whole, when a disk is full, a file in old letters, or someone writes meanwhile?"""

from __future__ import annotations

import errno
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dyade.authoring.trying import scouring, suggesting
from dyade.cli.rewriting import create, create_all

LIVED = "horloge +1 jour\n"


@contextmanager
def little_room(size: int) -> Iterator[None]:
    """No file may be longer than so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def stories(dyade) -> Path:
    return dyade.folder / "programs" / "jumelage.scenarios.yaml"


@pytest.fixture
def short(stories) -> Path:
    """Only the first scenario, so that others are missing."""
    text = stories.read_text(encoding="utf-8")
    cut = text.find("\n  - name:", text.index("  - name:") + 1)
    stories.write_text(text[:cut].rstrip("\n") + "\n", encoding="utf-8")
    return stories


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def meanwhile(monkeypatch, module, name, act):
    """Let something happen while one searches."""
    found = getattr(module, name)

    def searched(*arguments, **options):
        came = found(*arguments, **options)
        act()
        return came

    monkeypatch.setattr(module, name, searched)


# -------------------------------------------------------------------------------------------------- whole or not at all


def test_a_scenario_that_finds_no_room_leaves_the_others_whole(dyade, stories):
    stories.write_text(stories.read_text(encoding="utf-8") + "# long\n" * 1000, encoding="utf-8")
    before = stories.read_bytes()

    with little_room(len(before)):
        ran = dyade.done("simulate", "jumelage", stdin=f"{LIVED}garder zzz\nqui\n")

    assert stories.read_bytes() == before
    assert "ne peut pas être écrit" in " ".join(ran.out.split())
    assert "> qui" in ran.out, "the life goes on"
    assert hidden(stories.parent) == []


def test_suggestions_that_find_no_room_leave_the_scenarios_whole(dyade, short):
    short.write_text(short.read_text(encoding="utf-8") + "# long\n" * 1000, encoding="utf-8")
    before = short.read_bytes()

    with little_room(len(before)):
        ran = dyade("test", "jumelage", "--suggest", "--seconds", "15", "--write")

    assert ran.code == 1
    assert "ne peut pas être écrit" in " ".join(ran.out.split())
    assert "  - name: " in ran.out, "what was found is shown"
    assert short.read_bytes() == before


def test_a_program_that_finds_no_room_leaves_nothing_and_can_be_tried_again(dyade):
    with little_room(2000):
        ran = dyade("new", "essai", "--yes")

    assert ran.code == 2
    assert "ne peut pas être écrit" in " ".join(ran.err.split())
    assert [*(dyade.folder / "programs").glob("*essai*")] == []
    dyade.done("new", "essai", "--yes")


def test_the_second_file_that_fails_takes_the_first_with_it(tmp_path):
    taken = tmp_path / "b"
    taken.write_text("à moi", encoding="utf-8")

    assert create_all([(tmp_path / "a", "A"), (taken, "B")]) == taken

    assert [path.name for path in tmp_path.iterdir()] == ["b"]
    assert taken.read_text(encoding="utf-8") == "à moi"


def test_a_disk_without_second_names_is_written_too_and_nothing_is_replaced(tmp_path, monkeypatch):
    def refused(*_arguments):
        raise OSError(errno.EPERM, "no links")

    monkeypatch.setattr(Path, "hardlink_to", refused)

    assert create(tmp_path / "a", "A")
    assert not create(tmp_path / "a", "B")

    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [("a", "A")]


def test_a_new_file_has_the_rights_of_any_other(tmp_path):
    (tmp_path / "b").write_text("B", encoding="utf-8")
    create(tmp_path / "a", "A")

    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


# ----------------------------------------------------------------------------------------------------- someone else too


@pytest.mark.parametrize("which", ["jumelage.scenarios.yaml", "jumelage.yaml"])
def test_what_is_written_while_one_searches_is_kept(dyade, short, monkeypatch, which):
    edited = short.with_name(which)

    def edit() -> None:
        edited.write_text(edited.read_text(encoding="utf-8") + "# à moi\n", encoding="utf-8")

    meanwhile(monkeypatch, suggesting, "suggest", edit)
    ran = dyade("test", "jumelage", "--suggest", "--seconds", "15", "--write", "--format", "json")

    [one] = ran.data["files"]
    assert ran.code == 1
    assert (one["written"], which in one["message"]) == (False, True)
    assert one["scenarios"]
    assert edited.read_text(encoding="utf-8").endswith("# à moi\n")
    assert short.read_text(encoding="utf-8").count("- name:") == 1


def test_each_program_is_written_once_it_was_searched(dyade, short, monkeypatch):
    for suffix in (".yaml", ".scenarios.yaml"):
        text = short.with_name(f"jumelage{suffix}").read_text(encoding="utf-8")
        short.with_name(f"second{suffix}").write_text(text.replace("jumelage", "second"), encoding="utf-8")
    seen = []
    meanwhile(monkeypatch, suggesting, "suggest", lambda: seen.append(short.read_text(encoding="utf-8").count("name:")))

    dyade.done("test", "jumelage", "second", "--suggest", "--seconds", "15", "--write")

    assert seen[0] == 1
    assert seen[1] > 1


def test_a_counter_example_is_added_to_what_was_written_meanwhile(dyade, stories, monkeypatch):
    program = stories.with_name("jumelage.yaml")
    program.write_text(
        f"{program.read_text(encoding='utf-8')}\ninvariants:\n  - {{id: bref, always: 'days_between(dyad.created, "
        "today) < 20', message: {fr: Trop long., en: Too long.}, basis: assumed}\n",
        encoding="utf-8",
    )
    before = stories.read_text(encoding="utf-8")
    meanwhile(monkeypatch, scouring, "scour", lambda: stories.write_text(f"{before}# à moi\n", encoding="utf-8"))

    assert dyade("simulate", "jumelage", "--random", "300", "--write").code == 1

    after = stories.read_text(encoding="utf-8")
    assert "# à moi\n" in after
    assert "Contre-exemple" in after


# -------------------------------------------------------------------------------------------------------------- letters


@pytest.mark.parametrize(
    "line", [("test", "jumelage", "--suggest", "--seconds", "15", "--write"), ("simulate", "jumelage"),
             ("simulate", "jumelage", "--random", "300", "--write")],
)  # fmt: skip
def test_old_letters_are_told_as_check_tells_them_and_never_written_over(dyade, short, line):
    short.write_bytes(short.read_text(encoding="utf-8").replace("Le jumelage", "Été").encode("cp1252"))
    before = short.read_bytes()

    ran = dyade(*line)

    assert ran.code == 2
    assert "Y008" in ran.err
    assert short.read_bytes() == before


def test_old_letters_that_come_while_one_plays_end_no_life(dyade, stories, monkeypatch):
    from dyade.authoring.trying.session import Simulation

    old = stories.read_text(encoding="utf-8").replace("Le jumelage", "Été").encode("cp1252")
    meanwhile(monkeypatch, Simulation, "begin", lambda: stories.write_bytes(old))

    ran = dyade.done("simulate", "jumelage", stdin=f"{LIVED}garder zzz\nqui\n")

    assert "Y008" in ran.out
    assert "> qui" in ran.out
    assert stories.read_bytes() == old


def test_the_ends_of_lines_stay_those_of_the_file(dyade, stories):
    before = stories.read_bytes().replace(b"\n", b"\r\n")
    stories.write_bytes(before)

    dyade.done("simulate", "jumelage", stdin=f"{LIVED}garder zzz\n")

    after = stories.read_bytes()
    assert after.startswith(before.rstrip())
    assert after.count(b"\r\n") == after.count(b"\n") > before.count(b"\n")
    dyade.done("test", "jumelage")


# ---------------------------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize("name", ["Le jumelage", "La fermeture est", "jumelage"])
def test_a_name_that_only_begins_another_is_free(dyade, stories, name):
    dyade.done("simulate", "jumelage", stdin=f"{LIVED}garder {name}\n")

    assert f"  - name: {name}\n" in stories.read_text(encoding="utf-8")


def test_a_name_is_taken_however_it_is_quoted(dyade, stories):
    text = stories.read_text(encoding="utf-8").replace(
        "name: La fermeture est toujours possible", "name: 'La fermeture est toujours possible'"
    )
    stories.write_text(text, encoding="utf-8")

    ran = dyade.done("simulate", "jumelage", stdin=f"{LIVED}garder La fermeture est toujours possible\n")

    assert "s'appelle déjà" in ran.out
    assert stories.read_text(encoding="utf-8") == text


def test_another_scenario_that_fails_keeps_no_name_from_being_used(dyade, stories):
    text = stories.read_text(encoding="utf-8").replace("outcome: failure", "outcome: success")
    stories.write_text(text, encoding="utf-8")

    dyade.done("simulate", "jumelage", stdin=f"{LIVED}garder La fermeture\n")

    assert "  - name: La fermeture\n" in stories.read_text(encoding="utf-8")
