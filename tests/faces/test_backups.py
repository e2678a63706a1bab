"""Is a store copied and put back by the command line, told in both languages?"""

from __future__ import annotations

import pytest

from tests.faces.test_json import documented


@pytest.fixture
def begun(peopled):
    """A dyad to find again."""
    peopled.done("start", "jumelage", "mentore=amelie", "motif=projet", "--as", "gilles")
    return peopled


def test_a_store_is_copied_and_put_back_elsewhere(begun, tmp_path):
    copy, other = str(tmp_path / "copy"), f"sqlite:///{tmp_path / 'other.db'}"

    made = begun.done("backup", copy).out
    back = begun.done("--db", other, "restore", copy).out

    assert made.startswith("✔ La base est copiée dans")
    assert "Les clés n'y sont pas" in made
    assert "✔ La base est remise en place, telle qu'elle était le 2026-09-01T13:00:00+00:00." in back
    assert begun.done("--db", other, "show", "D-1").out == begun.done("show", "D-1").out


def test_tools_are_answered_with_the_keys_that_are_documented(begun, tmp_path):
    copy = str(tmp_path / "copy")
    made = begun.done("backup", copy, "--format", "json").data
    back = begun.done("--db", str(tmp_path / "other.db"), "restore", copy, "--format", "json").data

    assert set(made) == documented("`backup`")
    assert set(back) == documented("`restore`")
    assert (back["aside"], back["keys_found"]) == (None, True)


@pytest.mark.parametrize(
    ("lang", "said"), [("fr", "elle est restée comme elle était"), ("en", "it was left as it was")]
)
def test_a_store_that_stands_there_is_refused(begun, tmp_path, lang, said):
    begun.done("backup", str(tmp_path / "copy"))

    ran = begun("--lang", lang, "restore", str(tmp_path / "copy"))

    assert ran.code == 3
    assert said in ran.err
    assert begun.done("restore", str(tmp_path / "copy"), "--replace").out.count("mise de côté") == 1


def test_a_store_without_its_keys_is_put_back_and_says_so(begun, tmp_path):
    begun.done("backup", str(tmp_path / "copy"))
    elsewhere = ("--db", str(tmp_path / "other.db"), "--keys", str(tmp_path / "no keys"))

    ran = begun.done(*elsewhere, "restore", str(tmp_path / "copy"))

    assert "Ses clés ne sont pas dans" in ran.out
    assert not (tmp_path / "no keys").exists()


def test_a_store_of_another_kind_is_left_to_its_own_tools(begun, tmp_path):
    ran = begun("--db", "postgresql://localhost/dyade", "backup", str(tmp_path / "copy"), "--format", "json")

    assert ran.code == 3
    assert ran.data["facts"] == {"reason": "server", "detail": "postgresql://localhost/dyade"}
