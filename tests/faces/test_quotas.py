"""Is what dyads share told by the commands, to those who may see it?"""

import shutil
from pathlib import Path

import pytest

PLACES = Path(__file__).parents[1] / "store" / "places.yaml"


@pytest.fixture
def shared(dyade):
    """Three dyads after two beds, and a claim that was paid."""
    shutil.copy(PLACES, dyade.folder / "programs")
    for line in (
        "person add ana --name Ana",
        "person add olga --name Olga",
        "enrol olga places office",
        *["start places mentee=ana --as ana"] * 3,
        *[f"advance D-{n} sleep --as ana" for n in (1, 2, 3)],
        "fill D-1 claims amount=40.50 --as ana",
        "step D-1 claims pay --as olga",
    ):
        dyade.done(*line.split())
    return dyade


def test_a_table_tells_what_is_taken_what_is_left_and_who_waits(shared):
    told = [line.split() for line in shared("quotas", "places", "--lang", "en").out.splitlines()]

    assert told[0] == ["What", "Taken", "At", "most", "Left", "Waiting"]
    assert ["Beds", "2", "2", "0", "D-3"] in told
    assert ["Places", "0", "32", "32"] in told
    assert ["Purse", "$40.50", "$100", "$59.50"] in told


def test_tools_read_the_same(shared):
    [_, beds, purse] = shared("quotas", "places", "--format", "json").data["shared"]

    assert beds == {
        "kind": "quota", "id": "beds", "person": None, "used": 2, "max": 2, "left": 0, "waiting": ["D-3"],
    }  # fmt: skip
    assert purse == {"kind": "budget", "id": "purse", "used": "40.50", "max": "100.00", "left": "59.50"}


def test_someone_who_has_no_part_in_the_program_sees_nothing(shared):
    assert shared("quotas", "places", "--as", "olga", "--format", "json").data["shared"]
    assert shared("quotas", "places", "--as", "ana", "--format", "json").data["shared"] == []


def test_a_program_that_shares_nothing_says_so(shared):
    assert shared("quotas", "jumelage").out == "Ce programme ne partage ni places ni sommes.\n"


def test_an_unknown_program_is_told(shared):
    ran = shared("quotas", "nowhere")

    assert ran.code != 0
    assert "nowhere" in ran.err


def test_the_card_and_the_history_tell_who_waits(shared):
    card = shared("show", "D-3", "--lang", "en").out
    data = shared("show", "D-3", "--format", "json").data

    assert "2 of 2 · on the waiting list · 1 waiting" in card
    assert "put on the waiting list: Beds" in shared("history", "D-3", "--lang", "en").out
    assert (data["quotas"], data["budgets"]) == (
        {"places": {}, "beds": {"program": "waiting"}, "load": {}}, {"purse": "0.00"},
    )  # fmt: skip


def test_a_refusal_tells_the_numbers(shared):
    shared.done("fill", "D-1", "claims", "amount=60", "--as", "ana")

    ran = shared("step", "D-1", "claims", "pay", "--as", "olga", "--lang", "en")

    assert ran.code == 1
    assert "Used: $40.50 of $100. $59.50 is left." in ran.out + ran.err
