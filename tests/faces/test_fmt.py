"""Are files laid out when that is asked, shown when that is asked, and left alone when they cannot be read?"""

import pytest

UNTIDY = 'id: x\ndyade: "1.0"\nroles:\n      a: {label: {fr: A}} # qui\n'
TIDY = """\
# yaml-language-server: $schema=../schemas/program.schema.json
dyade: "1.0"
id: x

roles:
  a: {label: {fr: A}}     # qui
"""


@pytest.fixture
def untidy(dyade):
    for path in (dyade.folder / "programs").glob("*"):
        path.unlink()
    path = dyade.folder / "programs" / "x.yaml"
    path.write_text(UNTIDY, encoding="utf-8")
    return path


def test_a_file_is_laid_out_once(dyade, untidy):
    assert "mis en forme" in dyade.done("fmt", "x").out
    assert untidy.read_text(encoding="utf-8") == TIDY
    assert "déjà en forme" in dyade.done("fmt", "x").out


def test_looking_writes_nothing_and_tells_by_its_code(dyade, untidy):
    ran = dyade("fmt", "--check")

    assert ran.code == 1
    assert "serait mis en forme" in ran.out
    assert untidy.read_text(encoding="utf-8") == UNTIDY
    dyade.done("fmt")
    assert dyade("fmt", "--check").code == 0


def test_a_difference_is_shown_and_not_written(dyade, untidy):
    ran = dyade("fmt", "x", "--diff")

    assert ran.code == 1
    assert "-      a: {label: {fr: A}} # qui" in ran.out
    assert "+  a: {label: {fr: A}}     # qui" in ran.out
    assert untidy.read_text(encoding="utf-8") == UNTIDY


def test_an_id_names_both_files_and_nothing_names_all(dyade, untidy):
    stories = untidy.with_name("x.scenarios.yaml")
    other = untidy.with_name("y.yaml")
    stories.write_text("scenarios_for:   x\n", encoding="utf-8")
    other.write_text("id:   y\n", encoding="utf-8")

    dyade.done("fmt", "x")
    assert "scenarios_for: x\n" in stories.read_text(encoding="utf-8")
    assert other.read_text(encoding="utf-8") == "id:   y\n"

    dyade.done("fmt")
    assert "id: y\n" in other.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_read_is_left_as_it_is_and_the_others_are_not(dyade, untidy):
    broken = untidy.with_name("casse.yaml")
    broken.write_bytes(b"id: [a\r\n")

    ran = dyade("fmt")

    assert ran.code == 2
    assert "Y002" in ran.out
    assert "laissé tel quel" in ran.out
    assert broken.read_bytes() == b"id: [a\r\n"
    assert untidy.read_text(encoding="utf-8") == TIDY


def test_an_old_encoding_is_not_written_over(dyade, untidy):
    untidy.write_bytes("title: {fr: Été}\n".encode("cp1252"))

    assert dyade("fmt", "x").code == 2
    assert untidy.read_bytes() == "title: {fr: Été}\n".encode("cp1252")


def test_a_file_keeps_its_rights_and_a_link_stays_one(dyade, untidy):
    untidy.chmod(0o640)
    link = untidy.with_name("lien.yaml")
    link.symlink_to(untidy.name)

    dyade.done("fmt", str(link))

    assert link.is_symlink()
    assert untidy.read_text(encoding="utf-8") == TIDY
    assert untidy.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in untidy.parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.usefixtures("untidy")
def test_a_tool_is_told_of_each_file(dyade):
    data = dyade("fmt", "x", "--diff", "--format", "json").data

    assert data["outcome"] == "refused"
    assert [one["outcome"] for one in data["files"]] == ["would"]
    assert "+# yaml-language-server" in data["files"][0]["diff"]
    assert dyade.done("fmt", "x", "--format", "json").data["files"][0]["outcome"] == "done"
