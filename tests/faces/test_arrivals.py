"""Are the shared places of dyads that come in told, refused and passed over from the shell, in both languages?"""

from pathlib import Path

import pytest

from dyade.cli.ending import REFUSED

PLACES = Path(__file__).parents[1] / "store" / "places.yaml"


@pytest.fixture
def places(dyade):
    """Two places, and a file of three dyads that have one each."""
    folder = dyade.folder / "programs"
    folder.mkdir(exist_ok=True)
    text = PLACES.read_text(encoding="utf-8").replace("max: 32", "max: 2")
    (folder / "places.yaml").write_text(text, encoding="utf-8")
    for name in ("ana", "bob", "cleo"):
        dyade.done("person", "add", name, "--name", name.title())
    lines = ["state,mentee,since", *(f"inside,{name},2026-09-01" for name in ("ana", "bob", "cleo"))]
    (dyade.folder / "dyads.csv").write_text("\n".join(lines), encoding="utf-8")
    return dyade


def test_dyads_for_which_there_is_no_place_are_refused_with_their_line_and_the_way_out(places):
    ran = places("import", "places", str(places.folder / "dyads.csv"), "--apply", "--lang", "en")

    assert ran.code == REFUSED
    assert "line 4: " in ran.out
    assert "--beyond-places" in ran.out
    assert places.done("quotas", "places", "--format", "json").data["shared"][0]["used"] == 0


def test_the_preview_tells_the_places_that_they_have(places):
    ran = places("import", "places", str(places.folder / "dyads.csv"), "--beyond-places")

    assert ran.code == 0
    assert "3 places prises : Places" in ran.out
    data = places("import", "places", str(places.folder / "dyads.csv"), "--beyond-places", "--format", "json").data
    assert data["places"] == {"places": 3}


def test_places_may_be_passed_over_and_are_counted(places):
    places.done("import", "places", str(places.folder / "dyads.csv"), "--beyond-places", "--apply")

    assert places.done("quotas", "places", "--format", "json").data["shared"][0]["used"] == 3
