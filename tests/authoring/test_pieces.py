"""Is a piece put where it belongs, in a file that stays as its author wrote it?"""

from pathlib import Path

import pytest

from dyade.authoring.starting.inserting import AlreadyThere, NoRoom, inserted
from dyade.authoring.starting.pieces import ASKED, KINDS, SECTIONS, Wanted, choices, default, names, pieces
from dyade.program.diagnostics import Findings
from dyade.program.load import examine
from dyade.program.text import read
from dyade.service.folder import Folder

PROGRAMS = Path(__file__).parents[2] / "programs"
SHIPPED = sorted(path for path in PROGRAMS.glob("*.yaml") if ".scenarios" not in path.name)
SMALL = """\
dyade: "1.0"
id: walk
version: "0.1.0"
title: {en: Walk}
summary: {en: A walk for two.}
locales: [en]
timezone: America/Toronto
started_by: [guide]
roles: {guide: {label: {en: Guide}}}   # who knows the way
initial: going
states:
  going: {label: {en: Walking}}
  home: {label: {en: Home}, final: true, outcome: success}
transitions:
  # The only way home.
  - {id: arrive, label: {en: Go home}, from: going, to: home, by: [guide]}   # at last
# The end.
"""


def data(text):
    findings = Findings()
    tree = read(text, findings)
    assert tree is not None
    assert not findings.errors
    return tree.data


def added(text, kind, name="nouveau", **answers):
    known = names(data(text))
    for question in ASKED[kind]:
        answers.setdefault(question, default(question, known, answers) or "4")
    label = {lang: f"{lang} label" for lang in known.locales}
    return inserted(text, pieces(Wanted(kind=kind, name=name, label=label, answers=answers), known))


def errors(text, folder=PROGRAMS):
    return [(one.code, one.path) for one in examine(text, Folder(folder).read).findings if one.severity == "error"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", SHIPPED[:2], ids=lambda path: path.stem)
def test_a_piece_goes_to_its_section_and_nothing_else_changes(path, kind):
    text = path.read_text(encoding="utf-8")

    made = added(text, kind)

    lines = iter(made.split("\n"))
    assert all(line in lines for line in text.split("\n")), "every line that was there is there, in the same order"
    before, after = data(text), data(made)
    grown = {SECTIONS[kind], "templates"} if kind == "reminder" else {SECTIONS[kind]}
    assert {key for key in after if after[key] != before.get(key)} == grown


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_is_added_breaks_nothing(path):
    """What remains to decide may be an error of a program in use: never one of shape, names or types."""
    text = path.read_text(encoding="utf-8")

    for kind in KINDS:
        text = added(text, kind)

    assert [code for code, _ in errors(text) if code[0] in "YDE" or code == "T001"] == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "deadline"])
def test_a_section_that_is_not_there_is_made_where_it_belongs(kind):
    made = added(SMALL, kind)

    order = [line.split(":")[0] for line in made.split("\n") if line[:1].isalpha()]
    wanted = [
        "params", "roles", "fields", "forms", "initial", "states", "transitions", "reminders", "templates",
    ]  # fmt: skip
    assert [section for section in order if section in wanted] == [one for one in wanted if one in order]
    assert "# who knows the way" in made
    assert "# at last" in made
    assert errors(made) in ([], [("G001", "states.nouveau")])


def test_a_section_between_braces_is_opened():
    made = added(SMALL, "role", "friend")

    assert "roles:   # who knows the way\n  guide: {label: {en: Guide}}\n  friend:\n    label: {en: en label}\n" in made


def test_a_piece_uses_the_names_that_there_are():
    made = data(added(SMALL, "transition", "stop", to="home"))["transitions"][-1]

    assert made == {"id": "stop", "label": {"en": "en label"}, "from": "going", "to": "home", "by": ["guide"]}


def test_a_reminder_comes_with_its_words():
    made = data(added(SMALL, "reminder", "nudge"))

    assert made["reminders"][0]["template"] == "nudge"
    assert made["templates"]["nudge"]["subject"] == {"en": "en label"}


def test_items_that_stand_apart_are_joined_by_one_that_does():
    apart = SMALL.replace("# The end.", "\n  - {id: stop, label: {en: Stop}, from: going, to: home, by: [guide]}")

    assert "\n\n  - id: nouveau\n" in added(apart, "transition")
    assert "# at last\n  - id: nouveau\n" in added(SMALL, "transition")


def test_what_is_there_already_is_not_written_twice():
    with pytest.raises(AlreadyThere):
        added(SMALL, "transition", "arrive")
    with pytest.raises(AlreadyThere):
        added(SMALL, "role", "guide")


@pytest.mark.parametrize("text", ["---\nroles: {a: {}}\n", "roles: [\n", "{roles: {a: {label: x}}}\n", "roles: some\n"])
def test_a_file_that_cannot_be_added_to_is_left_alone(text):
    piece = pieces(Wanted(kind="role", name="b", label={"fr": "B"}), names({}))

    with pytest.raises(NoRoom):
        inserted(text, piece)


def test_a_file_that_does_not_end_its_last_line_is_added_to():
    assert data(added(SMALL.removesuffix("\n# The end.\n"), "transition"))["transitions"][1]["id"] == "nouveau"


def test_states_in_tracks_are_named_as_conditions_name_them():
    known = names(data((PROGRAMS / "cisss.yaml").read_text(encoding="utf-8")))

    assert {"besoin", "mesentente", "premiere_moitie"} <= set(choices("state", known))
    assert list(known.states)[-2:] == ["terminee", "fermee"], "those that are final come last"
