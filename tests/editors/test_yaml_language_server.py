"""Do our schemas say to the YAML language server, which most editors run, what an author needs?"""

from __future__ import annotations

import os

import pytest
from lsprotocol import types as lsp

from tests.editors.client import Editor
from tests.editors.node import yaml_language_server

PROGRAM = "programs/cisss.yaml"
SETTINGS = {"yaml": {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}}


@pytest.fixture(scope="module")
def started(folder):
    """An editor with the YAML language server, and nothing of ours but the first line of each file."""
    one = Editor(yaml_language_server(), folder, os.environ)
    one.versioned = False
    one.settings = SETTINGS
    one.start()
    one.notify(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, lsp.DidChangeConfigurationParams(SETTINGS))
    yield one
    one.close()


@pytest.fixture
def editor(started):
    yield started
    started.close_all()


@pytest.fixture
def text(folder):
    return (folder / PROGRAM).read_text(encoding="utf-8")


def line_of(text: str, start: str) -> int:
    return next(number for number, line in enumerate(text.split("\n")) if line.startswith(start))


def test_our_programs_and_their_scenarios_have_nothing_wrong(editor, folder):
    files = sorted(path.name for path in (folder / "programs").glob("*.yaml"))

    told = {name: [one.message for one in editor.open(f"programs/{name}").diagnostics] for name in files}

    assert len(told) >= 10
    assert {name: found for name, found in told.items() if found} == {}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    from: besoin", "    gaurd: []\n    from: besoin", "gaurd"),
        ("status: active", "status: actif", "active"),
        ("initial: besoin\n", "", "initial"),
    ],
    ids=["a key that is not one", "a value that is none of the choices", "a key that is missing"],
)
def test_what_has_not_the_shape_of_a_program_is_told(editor, text, old, new, said):
    assert old in text
    editor.open(PROGRAM)

    told = editor.write(
        PROGRAM, text.replace(old, new, 1), until=lambda found: any(said in one.message for one in found)
    )

    assert len(told.diagnostics) == 1


def test_hovering_a_key_tells_what_it_is_for_in_both_languages(editor, text):
    editor.open(PROGRAM)

    hover = editor.ask(lsp.TEXT_DOCUMENT_HOVER, lsp.HoverParams(**editor.at(PROGRAM, line_of(text, "started_by"), 3)))

    assert "The roles that may start a dyad." in hover.contents.value
    assert "Les rôles qui peuvent commencer une dyade." in hover.contents.value


def test_the_keys_of_a_transition_are_proposed_with_what_they_are_for(editor, text):
    number = line_of(text, "    from: besoin")
    lines = text.split("\n")
    editor.open(PROGRAM, "\n".join([*lines[:number], "    ", *lines[number:]]))

    answer = editor.ask(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionParams(**editor.at(PROGRAM, number, 4)))

    found = {item.label: item for item in (answer if isinstance(answer, list) else answer.items)}
    assert {"visibility", "input", "note"} <= found.keys()
    assert "started_by" not in found
    about = found["input"].documentation
    assert "What the actor gives" in (about if isinstance(about, str) else about.value)


def test_the_choices_of_a_key_are_proposed(editor, text):
    number = line_of(text, "status: ")
    lines = text.split("\n")
    editor.open(PROGRAM, "\n".join([*lines[:number], "status: ", *lines[number + 1 :]]))

    answer = editor.ask(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionParams(**editor.at(PROGRAM, number, 8)))

    items = answer if isinstance(answer, list) else answer.items
    assert {"draft", "active", "retired"} <= {item.label for item in items}
