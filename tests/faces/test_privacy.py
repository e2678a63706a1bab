"""What does the command line do with personal data: give, erase, tell who read, register what went wrong?"""

import json
from pathlib import Path

import pytest

WORDS = "phrase-sans-pareille"


@pytest.fixture
def lived(peopled):
    """A dyad in which amelie wrote something that is found nowhere else."""
    for command in (
        "start jumelage mentore=amelie motif=projet --as gilles",
        "assign D-1 mentor bruno --as gilles",
        "accept D-1 mentor --as bruno",
        "advance D-1 jumeler --as gilles",
        f"fill D-1 entente objectifs={WORDS} fin=2026-12-01 --as amelie",
    ):
        peopled.done(*command.split())
    return peopled


def test_an_export_gives_what_was_collected_apart_from_what_was_worked_out(lived):
    given = json.loads(lived.done("person", "export", "amelie").out)

    assert given["collected"]["person"]["name"] == "Amélie Essai"
    assert WORDS in json.dumps(given["collected"])
    assert [one["states"] for one in given["inferred"]] == [["entente"]]
    assert "bruno" not in json.dumps(given)


def test_an_export_is_written_for_its_reader_alone_and_over_nothing(lived):
    file = lived.folder / "amelie.json"
    lived.done("person", "export", "amelie", "--out", str(file))

    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text(encoding="utf-8"))["format"] == "dyade person 1"
    again = lived("person", "export", "amelie", "--out", str(file))
    assert again.code == 2
    assert "ne peut pas être écrit" in again.err


def test_an_erased_person_is_shown_by_no_command(lived):
    erased = lived.done("person", "erase", "amelie", "--reason", "À sa demande", "--format", "json").data

    assert (erased["outcome"], erased["dyads"]) == ("done", ["D-1"])
    shown = [
        lived(*command.split()).out
        for command in (
            "show D-1 --as bruno",
            "history D-1 --as bruno",
            "why D-1 --as bruno",
            "list",
            "due D-1",
            "person list",
            "person show amelie",
            "person export amelie",
            "person export bruno",
            "privacy erasures",
        )
    ]
    assert [out for out in shown if WORDS in out or "Amélie" in out or "amelie@" in out] == []
    assert "à la demande de la personne" in lived.done("history", "D-1", "--as", "bruno").out
    assert lived("verify").code == 0


def test_erasing_again_says_that_nothing_is_left(lived):
    lived.done("person", "erase", "amelie", "--reason", "x")

    assert "Il ne reste rien à effacer" in lived.done("person", "erase", "amelie", "--reason", "x").out


def test_erasing_asks_for_a_reason_and_for_someone_known(lived):
    assert lived("person", "erase", "amelie").code == 2
    assert lived("person", "erase", "personne", "--reason", "x").code == 2
    assert WORDS in lived.done("person", "export", "amelie").out


def test_erasures_are_listed_without_saying_whose(lived):
    lived.done("person", "erase", "amelie", "--reason", "x")

    [one] = lived.done("privacy", "erasures", "--format", "json").data["erasures"]
    assert (one["dyads"], one["values"] > 0) == (1, True)
    assert "amelie" not in json.dumps(one)


def test_incidents_are_registered_and_listed(lived):
    assert "Aucun incident" in lived.done("privacy", "incidents").out
    wrong = ("privacy", "incident", "--what", "Courriel au mauvais groupe", "--people", "3", "--risk", "low")
    lived.done(*wrong, "--day", "2026-08-30", "--told", "direction")

    [one] = lived.done("privacy", "incidents", "--format", "json").data["incidents"]
    assert (one["number"], one["on"], one["people"], one["risk"]) == (1, "2026-08-30", 3, "low")
    assert "Courriel au mauvais groupe" in lived.done("privacy", "incidents").out


@pytest.mark.parametrize(
    "wrong",
    [
        ("--people", "3", "--risk", "low"),
        ("--what", "x", "--people", "-1", "--risk", "low"),
        ("--what", "x", "--people", "1", "--risk", "none"),
        ("--what", "x", "--people", "1", "--risk", "low", "--day", "2026-09-02"),
    ],
)
def test_an_incident_that_is_not_well_told_is_not_registered(lived, wrong):
    assert lived("privacy", "incident", *wrong).code == 2
    assert lived.done("privacy", "incidents", "--format", "json").data == {"incidents": []}


def test_keys_are_made_once_for_their_owner_alone(dyade):
    file = dyade.folder / "keys"
    dyade.done("keys", "init", str(file))
    content = file.read_text(encoding="ascii")

    again = dyade("keys", "init", str(file))

    assert again.code == 1
    assert file.read_text(encoding="ascii") == content
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_store_that_begins_says_where_its_keys_were_made(dyade):
    keys = dyade.folder / "elsewhere"
    told = dyade.done("person", "add", "amelie", "--name", "Amélie Essai", "--keys", str(keys))

    assert str(keys) in told.err
    assert keys.exists()
    shown = dyade("person", "list", env={"DYADE_KEYS": str(keys)})
    assert "Amélie Essai" in shown.out
    assert shown.err == ""


def test_the_wrong_keys_are_told_and_show_nothing(peopled):
    peopled.done("keys", "init", str(peopled.folder / "other"))

    wrong = peopled("person", "list", "--keys", str(peopled.folder / "other"))

    assert wrong.code == 3
    assert "--keys" in wrong.err
    assert wrong.out == ""


def test_no_byte_of_the_store_says_openly_what_was_written(lived):
    content = b"".join(one.read_bytes() for one in Path(lived.folder).glob("dyade.db*"))

    assert WORDS.encode() not in content
    assert "Amélie".encode() not in content


def test_two_ids_of_one_person_are_brought_together_once_looked_at(lived):
    lived.done("person", "add", "ameliebis", "--name", "Amélie E.")
    seen = lived.done("person", "merge", "amelie", "ameliebis", "--dry-run")
    assert "rien n'a été changé" in seen.out
    assert lived.done("person", "show", "ameliebis", "--format", "json").data["person"]["id"] == "ameliebis"

    made = lived.done("person", "merge", "amelie", "ameliebis", "--format", "json").data

    assert (made["outcome"], made["kept"], made["dropped"]) == ("done", "amelie", "ameliebis")
    assert [one["dyad"] for one in made["dyads"]] == ["D-1"]
    assert lived.done("person", "show", "ameliebis", "--format", "json").data["person"]["id"] == "amelie"
    assert "deux fois" in lived.done("history", "D-1", "--as", "gilles").out
    assert "twice" in lived.done("history", "D-1", "--as", "gilles", "--lang", "en").out


def test_two_people_of_one_dyad_are_not_brought_together(lived):
    refused = lived("person", "merge", "amelie", "bruno")

    assert refused.code == 1
    assert "D-1" in refused.out
    assert lived("person", "merge", "amelie", "amelie").code == 1
    assert lived("person", "merge", "amelie", "personne").code == 2
    assert lived.done("person", "show", "bruno", "--format", "json").data["person"]["id"] == "bruno"


def test_the_register_of_anonymisations_is_told_and_is_empty_at_first(lived):
    assert lived.done("privacy", "anonymisations", "--format", "json").data["anonymisations"] == []
    assert "Rien n'a été anonymisé" in lived.done("privacy", "anonymisations").out
    assert "anonymous" in lived.done("privacy", "anonymisations", "--lang", "en").out
