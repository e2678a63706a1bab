"""Does a picture show all that there is to see, once, where it can be read?"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from importlib import import_module

import pytest

from dyade.authoring.pictures import layout
from dyade.authoring.pictures.chart import Touched, chart
from dyade.authoring.pictures.dot import dot
from dyade.authoring.pictures.lettering import broken, width
from dyade.authoring.pictures.mermaid import mermaid
from dyade.authoring.pictures.svg import svg
from dyade.errors import ExtraMissing
from dyade.flow.telling.trail import Trail
from dyade.flow.telling.words import said

from .handed import FIVE, changed, program

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>alert('x')</script> \\\" \\N #1; %% {x} --> [*] : `"
"""A label that would end whatever it stands in."""


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("name", FIVE)
def test_every_state_and_every_transition_is_drawn(name, lang):
    """A state is one card or one box; a transition is arrows from it, or one line under the picture."""
    found = program(name)
    drawn = chart(found, lang)

    states = [place.path for place in drawn.places if place.kind != "plate"] + [box.path for box in drawn.boxes]
    assert sorted(states) == sorted([*found.graph.nodes, *(r for r in found.graph.regions if r)])
    moves = {arrow.id for arrow in drawn.arrows}
    asides = Counter(aside.id for aside in drawn.asides)
    assert moves == {one.id for one in found.model.transitions if one.to is not None}
    assert asides == Counter(one.id for one in found.model.transitions if one.to is None)


@pytest.mark.parametrize("name", FIVE)
def test_every_guarded_transition_has_one_note(name):
    found = program(name)
    titles = Counter(note.title for note in chart(found, "fr").notes)

    guarded = {said(one.label, "fr") for one in found.model.transitions if one.guard}
    assert guarded <= set(titles)
    assert set(titles.values()) == {1}


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("name", FIVE)
def test_no_words_stand_on_others_and_a_page_of_a4_shows_them_large_enough(name, lang):
    """What the layout itself counts as faults, and how much a sheet, upright or on its side, shrinks the letters."""
    drawn = ET.fromstring(svg(chart(program(name), lang)))

    wide, high = float(drawn.attrib["width"]), float(drawn.attrib["height"])
    shrunk = max(min(540 / wide, 785 / high), min(785 / wide, 540 / high))
    smallest = min(float(text.attrib["font-size"]) for text in drawn.iter(f"{SVG}text"))
    assert shrunk * smallest >= 5.5
    assert not overlaps(drawn)


def overlaps(drawn: ET.Element) -> list[tuple[str, str]]:
    """The texts that stand on one another, as wide as they were measured."""
    group = drawn.find(f"{SVG}g")
    assert group is not None
    rooms = []
    for text in group.iter(f"{SVG}text"):
        size, words = float(text.attrib["font-size"]), text.text or ""
        wide = width(words, size, text.attrib.get("font-weight") == "bold")
        x, y = float(text.attrib["x"]), float(text.attrib["y"])
        left = x - wide / 2 if text.attrib.get("text-anchor") == "middle" else x
        rooms.append((left, y - size * 0.72, left + wide, y, words))
    return [
        (one[4], other[4])
        for i, one in enumerate(rooms)
        for other in rooms[i + 1 :]
        if min(one[2], other[2]) - max(one[0], other[0]) > 2 and min(one[3], other[3]) - max(one[1], other[1]) > 1
    ]


def test_texts_that_stand_on_one_another_are_found():
    """The measure of the test above would notice."""
    one = '<text x="10" y="20" font-size="10">first</text>'
    assert overlaps(ET.fromstring(f'<svg xmlns="{SVG[1:-1]}"><g>{one}{one}</g></svg>')) == [("first", "first")]


@pytest.mark.parametrize("write", [svg, dot, mermaid])
def test_the_same_program_is_drawn_the_same(write):
    assert write(chart(program("cisss"), "fr")) == write(chart(changed("cisss"), "fr"))


def test_a_picture_tells_what_it_shows_to_those_who_do_not_see_it():
    drawn = ET.fromstring(svg(chart(program("cisss"), "fr"), ids="a-"))

    assert drawn.attrib["role"] == "img"
    assert drawn.attrib["lang"] == "fr"
    named = {one.attrib["id"]: one.text or "" for one in drawn if "id" in one.attrib}
    assert drawn.attrib["aria-labelledby"].split() == list(named) == ["a-title", "a-desc"]
    assert "11 états" in named["a-desc"]
    assert "Mentorat terminé et Mentorat fermé" in named["a-desc"]


def test_who_acts_and_when_stand_beside_a_move():
    words = "".join(ET.fromstring(svg(chart(program("cscpq"), "en"))).itertext())

    assert "Program facilitator" in words
    assert "after 3 months" in words
    assert "from: 1 to 8, 11" in words


def test_notes_are_under_the_picture_where_they_are_wanted():
    shown = chart(program("cisss"), "fr")

    assert "[1]" not in svg(shown)
    assert "[1]" in svg(shown, notes=True)
    assert "Motif du mentorat : donné" in svg(shown, notes=True)


def test_conditions_inside_others_are_told_as_such():
    """Three clauses together are one of the ways to the certificate, not three ways."""
    [note] = [note for note in chart(program("cscpq"), "en").notes if note.title == "Issue the certificate"]

    at = note.lines.index("– All of these:")
    assert note.lines[at - 1] == "At least one of these:"
    assert all(line.startswith("– – ") for line in note.lines[at + 1 : at + 4])
    assert not note.lines[at + 4].startswith("– – ")


# ---------------------------------------------------------------------------------------------------------- highlighted


def test_where_a_dyad_stands_and_came_from_is_shown():
    trail = Trail(frozenset({"entente"}), frozenset({"besoin", "entente"}), frozenset({"jumeler"}))
    drawn = chart(program("cisss"), "fr", trail=trail)

    assert [place.path for place in drawn.places if place.here] == ["entente"]
    assert [place.path for place in drawn.places if place.visited] == ["besoin", "entente"]
    assert [arrow.id for arrow in drawn.arrows if arrow.visited] == ["jumeler"]
    assert "la dyade est ici" in svg(drawn)
    assert "class state_entente here" in mermaid(drawn)
    assert '"state_entente" [label="2. Entente à conclure", shape=box, penwidth=3]' in dot(drawn)


def test_what_no_story_touches_is_shown():
    found = program("cisss")
    touched = Touched(
        frozenset(found.graph.nodes) - {"fermee"}, {one.id for one in found.model.transitions} - {"fermer"}
    )
    drawn = chart(found, "fr", touched=touched)

    assert [place.label for place in drawn.places if place.untouched] == ["Mentorat fermé", "Fermer le mentorat"]
    assert [arrow.id for arrow in drawn.arrows if arrow.untouched] == ["fermer"]
    assert "ce qu'aucun scénario ne touche" in "".join(ET.fromstring(svg(drawn)).itertext())
    assert "class state_fermee untouched" in mermaid(drawn)
    assert "style=dashed" in dot(drawn)


def test_a_picture_for_a_role_does_not_tell_of_what_it_may_not_see():
    """A track whose moves are not shown to a role is not drawn for it; of its own act there, it sees the name alone."""
    told = "by: [mentor, mentore, gestionnaire]\n    input:\n      precisions:"
    seen = "    visibility: [mentor, mentore, gestionnaire, appr]\n    effects:\n"
    hidden = changed(
        "cisss",
        (told, told.replace(", gestionnaire]", "]")),
        (seen, seen.replace("gestionnaire, ", "")),
    )

    for_all, for_manager = chart(hidden, "fr"), chart(hidden, "fr", "gestionnaire")

    assert "en_cours.climat" in {box.path for box in for_all.boxes}
    assert "en_cours.climat" not in {box.path for box in for_manager.boxes}
    assert "resoudre_mesentente" in {aside.id for aside in for_manager.asides}
    for write in (mermaid, dot, lambda drawn: svg(drawn, notes=True)):
        assert "signalée" in write(for_all)
        assert "signalée" not in write(for_manager)
        assert "Signaler une" not in write(for_manager)


# -------------------------------------------------------------------------------------------------------------- hostile


@pytest.fixture(scope="module")
def hostile():
    quoted = HOSTILE.replace("'", "''")
    return changed("cisss", ("label: {fr: Besoin exprimé,", f"label: {{fr: '{quoted}',"))


def test_a_hostile_label_is_words_in_a_picture(hostile):
    drawn = svg(chart(hostile, "fr"), notes=True)

    assert "<script" not in drawn
    assert "alert('x')" in " ".join(ET.fromstring(drawn).itertext())


def test_a_hostile_label_is_words_in_mermaid(hostile):
    written = mermaid(chart(hostile, "fr"))
    [card] = [line for line in written.splitlines() if line.endswith(" as state_besoin")]

    inside = card.removeprefix('    state "').removesuffix('" as state_besoin')
    assert not set('"<>;:{}%\\`') & set(re.sub(r"#(?:\d+|lt|gt|quot);", "", inside))


def test_a_hostile_label_is_words_in_dot(hostile):
    """Graphviz itself reads one node of that name, whose label is the text."""
    graphviz = import_module("pygraphviz")
    read = graphviz.AGraph(dot(chart(hostile, "fr")))

    shown = read.get_node("state_besoin").attr["label"]
    assert shown.replace("\\\\", "\\") == "1. " + " ".join(HOSTILE.split())


def test_no_word_of_a_program_reaches_what_lays_it_out(hostile, monkeypatch):
    asked = []
    real = import_module("pygraphviz")

    class Watched(real.AGraph):  # type: ignore[misc, name-defined]
        def __init__(self, text):
            asked.append(text)
            super().__init__(text)

    monkeypatch.setattr(real, "AGraph", Watched)
    svg(chart(hostile, "fr"))

    assert len(asked) == len(layout.WAYS)
    assert all("script" not in text and "entente" not in text.lower() for text in asked)


def test_without_the_library_it_is_said_how_to_have_it(monkeypatch):
    def missing(name):
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr(layout, "import_module", missing)

    with pytest.raises(ExtraMissing, match=r"dyade\[docs\]"):
        svg(chart(program("cisss"), "fr"))


# ------------------------------------------------------------------------------------------------------------ lettering


def test_lines_are_no_wider_than_their_room():
    lines = broken("Un libellé assez long, dont un-mot-interminable-qui-ne-tient-sur-aucune-ligne-de-ce-genre", 10, 80)

    assert all(width(line, 10) <= 80 for line in lines)
    assert "".join(lines).replace(" ", "") == (
        "Unlibelléassezlong,dontun-mot-interminable-qui-ne-tient-sur-aucune-ligne-de-ce-genre"
    )


def test_what_is_left_out_of_a_card_is_marked():
    lines = broken("mot " * 50, 10, 80, most=3)

    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert width(lines[-1], 10) <= 80
