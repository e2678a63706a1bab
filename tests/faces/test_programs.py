"""Is a program checked, and its schema given, as an author expects?"""

import json

import pytest

BROKEN = ("by: [responsable]", "by: [responsabel]")


@pytest.fixture
def broken(dyade):
    """The little program with one name misspelt."""
    path = dyade.folder / "programs" / "jumelage.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(*BROKEN, 1), encoding="utf-8")
    return dyade


def test_a_sound_program_is_said_to_be(dyade):
    ran = dyade("check")

    assert ran.code == 0
    assert "jumelage.yaml : rien à redire" in ran.out


def test_a_mistake_is_told_with_its_place_and_a_remedy(broken):
    ran = broken("check", "jumelage")

    assert ran.code == 2
    assert "D010" in ran.out
    assert "^^^" in ran.out or "^~~" in ran.out
    assert "responsable" in ran.out
    assert "1 erreur" in ran.out


def test_a_mistake_is_told_in_english(broken):
    assert "1 error" in broken("check", "--lang", "en").out


def test_the_mistakes_are_an_object_for_tools(broken):
    ran = broken("check", "--format", "json")

    assert ran.code == 2
    assert ran.data["outcome"] == "program_invalid"
    [file] = ran.data["files"]
    assert (file["errors"], file["diagnostics"][0]["code"]) == (1, "D010")
    assert file["diagnostics"][0]["start"]["line"] > 1


def test_an_unknown_file_is_a_usage_error(dyade):
    ran = dyade("check", "nulle_part")

    assert ran.code == 2
    assert "nulle_part" in ran.err


def test_a_broken_program_begins_no_dyad_and_says_why(broken):
    broken.done("person", "add", "gilles", "--name", "Gilles Essai")

    ran = broken("start", "jumelage", "mentore=gilles", "--as", "gilles")

    assert ran.code == 2
    assert "D010" in ran.err


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"[" * 5000, "é: \u202e".encode(), b"a: &x [*x]"])
def test_whatever_the_bytes_the_answer_is_a_diagnostic(dyade, content):
    path = dyade.folder / "hostile.yaml"
    path.write_bytes(content)

    ran = dyade("check", str(path))

    assert ran.code == 2
    assert "hostile.yaml:" in ran.out
    assert all(letter.isprintable() or letter == "\n" for letter in ran.out)


@pytest.mark.parametrize("which", ["program", "scenarios"])
def test_the_schema_is_shown(dyade, which):
    assert json.loads(dyade("schema", which).out)["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_the_schemas_are_written_where_asked(dyade):
    ran = dyade("schema", "--write", "--into", str(dyade.folder / "schemas"))

    assert ran.code == 0
    assert sorted(path.name for path in (dyade.folder / "schemas").iterdir()) == [
        "program.schema.json",
        "scenarios.schema.json",
    ]


def test_the_schema_must_be_named(dyade):
    assert dyade("schema").code == 2


def test_scenarios_that_hold_are_said_to(dyade):
    ran = dyade("test")

    assert ran.code == 0
    assert "✔ Le jumelage attend un mentor" in ran.out
    assert "2 scénarios" in ran.out


def test_a_scenario_that_does_not_hold_is_told_with_what_was_expected_and_got(dyade):
    path = dyade.folder / "programs" / "jumelage.scenarios.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("state: fermee", "state: besoin"), encoding="utf-8")

    ran = dyade("test", "jumelage")

    assert ran.code == 1
    assert "✘ La fermeture est toujours possible" in ran.out
    assert "jumelage.scenarios.yaml:21:" in ran.out
    assert "besoin" in ran.out
    assert "fermee" in ran.out


def test_a_selection_lives_the_scenarios_of_that_name_only(dyade):
    ran = dyade("test", "-k", "fermeture", "--format", "json")

    [file] = ran.data["files"]
    assert (ran.code, ran.data["outcome"]) == (0, "passed")
    assert [one["name"] for one in file["scenarios"]] == ["La fermeture est toujours possible"]


def test_a_scenario_may_be_told_as_it_is_lived(dyade):
    assert "Jumeler → Entente à signer" in dyade("test", "--transcript").out


def test_scenarios_of_a_broken_program_are_not_lived(broken):
    ran = broken("test")

    assert ran.code == 2
    assert "D010" in ran.err


def test_a_mistake_in_scenarios_is_told_by_both_commands(dyade):
    path = dyade.folder / "programs" / "jumelage.scenarios.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("gilles: fermer", "gilles: fermre"), encoding="utf-8")

    for command in (("check",), ("test",), ("check", str(path))):
        ran = dyade(*command)
        assert ran.code == 2
        assert "jumelage.scenarios.yaml:20:" in ran.out
        assert "fermer" in ran.out


def test_what_the_scenarios_leave_out_is_told(dyade):
    ran = dyade("test", "jumelage", "--coverage", "--lang", "en")

    assert ran.code == 0
    assert "jumelage.yaml: " in ran.out
    assert "transitions" in ran.out
    assert "never" in ran.out or "no scenario" in ran.out


def test_leaving_something_out_fails_where_that_is_wanted(dyade):
    loose = dyade("test", "jumelage", "--coverage", "--format", "json")
    strict = dyade("test", "jumelage", "--coverage", "--strict", "--format", "json")

    [file] = strict.data["files"]
    assert file["coverage"]["percent"] < 100
    assert file["coverage"]["left_out"] != []
    assert (loose.code, strict.code) == (0, 1)
    assert loose.data == strict.data


def test_being_strict_goes_with_the_coverage(dyade):
    ran = dyade("test", "jumelage", "--strict", "--lang", "en")

    assert ran.code == 2
    assert "--coverage" in ran.err
