"""Are pairs proposed, explained and decided on from the shell, in both languages?"""

import pytest

from dyade.cli.ending import REFUSED
from tests.faces.test_json import documented
from tests.service.pool import POOL, mentee, mentor, opened


@pytest.fixture
def pool(dyade):
    """Ana and Eve wait; Bob and Zoe have room."""
    folder = dyade.folder / "programs"
    folder.mkdir(exist_ok=True)
    (folder / "pool.yaml").write_text(POOL, encoding="utf-8")
    dyade.environment["DYADE_DB"] = f"sqlite:///{folder / 'pool.db'}"
    with opened(folder) as engine:
        mentor(engine, "bob", capacity=1)
        mentor(engine, "zoe", capacity=1, level=0)
        mentee(engine, "ana")
        mentee(engine, "eve", wished="art")
    return dyade


def test_pairs_are_told_with_their_reasons_line_by_line(pool):
    assert pool("match", "pool", "--lang", "en").out.splitlines() == [
        "✔ Ana (D-1) with Bob (3.5)",
        "    Same field: 3 of 3",
        "    Same town: 1.5 of 1.5",
        "    Levels apart: -1",
        "1 person is proposed nobody.",
        "  Eve (D-2)",
        "To decide: dyade match accept PROGRAM WAITING OTHER",
    ]


def test_why_the_others_are_not_proposed_is_told(pool):
    out = pool("match", "pool", "--explain", "eve").out.splitlines()

    assert out[0] == "· Eve (D-2) avec Bob : proposé à d'autres (0,5)"
    assert out[4:] == [
        "✘ Eve (D-2) avec Zoe : impossible",
        "    - The mentor is not above.",
    ]


def test_a_decision_is_an_act_of_the_dyad(pool):
    ran = pool("match", "accept", "pool", "ana", "bob", "--as", "olga", "--format", "json")

    assert (ran.code, ran.data["outcome"], ran.data["dyad"], ran.data["state"]) == (0, "done", "D-1", "offered")


def test_a_decision_that_cannot_be_is_refused_with_its_reason(pool):
    ran = pool("match", "accept", "pool", "ana", "zoe", "--as", "olga")

    assert ran.code == REFUSED
    assert "The mentor is not above." in ran.out


def test_tools_are_told_the_same(pool):
    data = pool("match", "pool", "--format", "json", "--as", "olga").data

    [pair] = data["pairs"]
    assert (pair["dyad"], pair["person"], pair["status"], pair["score"]) == ("D-1", "bob", "proposed", "3.5")
    assert [(part["id"], part["points"], part["most"]) for part in pair["parts"]] == [
        ("field", "3", "3"),
        ("near", "1.5", "1.5"),
        ("gap", "-1", None),
    ]
    assert data["left_out"] == [{"dyad": "D-2", "person": "eve"}]
    assert data["room"] == {"bob": 1, "zoe": 1}


def test_nothing_is_told_to_those_who_do_not_decide(pool):
    assert pool("match", "pool", "--as", "ana").out == "Personne n'attend un jumelage.\n"


def test_a_program_that_says_nothing_of_pairs_is_told(peopled):
    ran = peopled("match", "jumelage")

    assert ran.code != 0
    assert "Le programme « jumelage » ne dit rien des jumelages" in ran.err


def test_an_enrolment_that_lacks_what_is_asked_is_refused(pool):
    pool.done("person", "add", "max", "--name", "Max")

    ran = pool("enrol", "max", "pool", "mentor", "level=3", "--format", "json")

    assert (ran.code, ran.data["outcome"]) == (REFUSED, "refused")
    assert [reason["about"] for reason in ran.data["reasons"]] == ["fields", "field"]


def test_people_enrol_themselves_where_the_program_says_so(pool):
    pool.done("person", "add", "max", "--name", "Max", "--address", "max@example.org")
    asked = ("enrol", "max", "pool", "mentor", "fields=droit", "field=law", "level=3")

    assert pool(*asked, "--as", "ana").code == REFUSED
    assert pool(*asked, "--as", "max").code == 0


def test_tools_are_told_what_is_documented(pool):
    said = pool("match", "pool", "--format", "json").data

    assert set(said) == documented("`match` ")
    assert set(said["pairs"][0]) | {"id", "label", "points", "most"} >= documented("a pair")
    assert set(pool("match", "pool", "--explain", "ana", "--format", "json").data) == documented("`match --explain`")
