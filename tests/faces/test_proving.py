"""Does `check --prove` show what is proved, and say how to have what it asks for?"""

import re
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "engine" / "dyade" / "authoring" / "explained"
PROGRAMS = Path(__file__).parents[2] / "programs"


def test_a_sound_program_is_said_to_be_with_its_proofs(dyade):
    ran = dyade("check", "jumelage", "--prove", "--lang", "en")

    assert ran.code == 0
    assert "nothing amiss" in ran.out
    assert "could not be told" in ran.out
    assert re.search(r"\([0-9]+\.[0-9] s\)", ran.out)
    assert re.search(r"\([0-9]+,[0-9] s\)", dyade("check", "jumelage", "--prove", "--lang", "fr").out)


@pytest.mark.parametrize(("lang", "words"), [("fr", "on peut en manquer 1"), ("en", "1 may be missed")])
def test_the_room_before_a_deadline_is_shown(dyade, lang, words):
    ran = dyade("check", str(PROGRAMS / "cscpq.yaml"), "--prove", "--lang", lang)

    assert ran.code == 0
    assert words in " ".join(ran.out.split())


def test_what_can_never_happen_fails(dyade):
    ran = dyade("check", str(EXAMPLES / "wrong" / "S001-guard-unsatisfiable.yaml"), "--prove")

    assert ran.code == 2
    assert "S001" in ran.out
    assert "assez_tard et pas_trop_tard" in ran.out


def test_a_doubt_fails_where_one_is_strict(dyade):
    path = str(EXAMPLES / "wrong" / "S003-guard-gap.yaml")

    assert dyade("check", path, "--prove").code == 0
    assert dyade("check", path, "--prove", "--strict").code == 1
    assert dyade("check", path, "--strict").code == 0


def test_proofs_are_data_for_tools(dyade):
    ran = dyade("check", str(PROGRAMS / "aqpm.yaml"), "--prove", "--format", "json")

    [proofs] = [file["proofs"] for file in ran.data["files"] if "proofs" in file]
    assert proofs["proved"] > 0
    assert proofs["margins"][0]["facts"]["weekdays"] == "2022-11-28"
    assert "proofs" not in dyade("check", str(PROGRAMS / "aqpm.yaml"), "--format", "json").data["files"][0]


def test_without_the_library_it_is_said_how_to_have_it(dyade, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("dyade.authoring.proofs")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "z3", None)

    ran = dyade("check", "jumelage", "--prove")

    assert ran.code != 0
    assert "dyade[proofs]" in ran.err


def test_proving_and_mending_do_not_go_together(dyade):
    assert dyade("check", "jumelage", "--prove", "--fix").code == 2
