"""Does `dyade lsp` serve a real client: what is wrong, what a name says, where it is, what may follow, another name?"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from dyade.authoring import scenarios
from dyade.authoring.editing.renaming import edited
from dyade.editor.wire import Lines
from dyade.program.diagnostics import Fix, Place
from dyade.program.load import examine

PROGRAM, STORIES = "cisss.yaml", "cisss.scenarios.yaml"
CARET = "‸"
SMALL = """\
dyade: "1.0"
id: marche
version: "1"
title: Marche
summary: On marche 🚶 à deux.
locales: [fr]
timezone: America/Toronto
started_by: [guide]
roles:
  guide: {label: Guide}
initial: debut
states:
  debut: {label: Début}
  fin: {label: Fin, final: true, outcome: success}
transitions:
  - {id: finir, label: "🚶 Finir", from: debut, to: fin, by: [guide]}
"""


@pytest.fixture
def text(folder):
    return (folder / "programs" / PROGRAM).read_text(encoding="utf-8")


def where(text: str, line: str, word: str = "") -> tuple[int, int]:
    """The position, as the wire has it, one letter into a word of the first line that holds some letters."""
    number = next(number for number, written in enumerate(text.split("\n")) if line in written)
    column = text.split("\n")[number].index(word or line)
    position = Lines(text).position(number + 1, column + 2)
    return position.line, position.character


def ask(editor, method: str, params: type, name: str, position: tuple[int, int], **more: Any) -> Any:
    return editor.ask(method, params(**editor.at(name, *position), **more))


def shown(editor, name: str, position: tuple[int, int]) -> str:
    hover = ask(editor, lsp.TEXT_DOCUMENT_HOVER, lsp.HoverParams, name, position)
    return hover.contents.value if hover is not None else ""


def written(text: str, edits: list[lsp.TextEdit]) -> str:
    """A text after the edits of an answer."""
    lines = Lines(text)

    def fix(edit: lsp.TextEdit) -> Fix:
        place = Place(*lines.place(edit.range.start), *lines.place(edit.range.end))
        return Fix(place=place, text=edit.new_text)

    return edited(text, [fix(edit) for edit in edits])


def proposed(editor, name: str, text: str) -> dict[str, lsp.CompletionItem]:
    """What is proposed at the mark that stands in a text."""
    before, after = text.split(CARET)
    editor.opens(name, before + after)
    line = before.split("\n")[-1]
    position = before.count("\n"), len(line.encode("utf-16-le")) // 2
    answer = ask(editor, lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionParams, name, position)
    return {item.label: item for item in answer.items}


# ------------------------------------------------------------------------------------------------------ what is wrong


def test_a_mistake_is_told_as_it_is_written_and_forgotten_as_it_is_mended(editor, text):
    first = editor.open(PROGRAM)
    assert [found for found in first.diagnostics if found.severity == lsp.DiagnosticSeverity.Error] == []

    told = editor.write(PROGRAM, text.replace("from: besoin", "from: besion", 1), until=bool)

    [found] = told.diagnostics
    assert (found.code, found.source, found.severity) == ("D011 unknown-state", "dyade", lsp.DiagnosticSeverity.Error)
    assert "besion" in found.message
    assert "vouliez-vous dire « besoin »" in found.message
    line, column = where(text, "    from: besoin", "besoin")
    assert found.range == lsp.Range(lsp.Position(line, column - 1), lsp.Position(line, column + 5))
    assert told.version == first.version + 1
    assert editor.write(PROGRAM, text, until=lambda found: not found).version == first.version + 2


def test_what_is_wrong_after_letters_of_two_units_is_told_where_the_editor_has_it(editor):
    """An editor counts 🚶 as two: a server that counts letters would underline the word before."""
    told = editor.open("marche.yaml", SMALL.replace("to: fin", "to: fni"))

    [found] = [one for one in told.diagnostics if one.code.startswith("D011")]
    line = next(line for line in SMALL.split("\n") if "to: fin" in line)
    before = len(line.partition("to: ")[0].encode("utf-16-le")) // 2 + 4
    assert (found.range.start.character, found.range.end.character) == (before, before + 3)


def test_another_place_that_matters_comes_along(editor):
    told = editor.open("marche.yaml", SMALL.replace("states:", "states:\n  debut: {label: Autre}"))

    [found] = [one for one in told.diagnostics if one.code.startswith("Y003")]
    [related] = found.related_information
    assert related.location.range.start.line == found.range.start.line - 1


def test_a_program_that_changes_is_held_against_its_scenarios(editor, text):
    """A transition of the stories is gone: their file is told, though the other one was written."""
    editor.open(PROGRAM)

    editor.write(PROGRAM, text.replace("id: jumeler", "id: apparier", 1))

    told = editor.hears(STORIES, lambda told: told.diagnostics)
    assert any("jumeler" in found.message for found in told.diagnostics)


def test_scenarios_are_judged_by_the_program_that_is_being_written(editor, text, folder):
    editor.open(PROGRAM, text.replace("id: jumeler", "id: apparier", 1))
    stories = (folder / "programs" / STORIES).read_text(encoding="utf-8")

    told = editor.open(STORIES, stories.replace("jumeler", "apparier"))

    assert [found.message for found in told.diagnostics] == []


def test_a_text_that_yaml_cannot_read_is_told_and_its_names_stay(editor, text):
    broken = text.replace("    from: besoin", '    from: "besoin', 1)
    editor.open(PROGRAM, text)

    told = editor.write(PROGRAM, broken, until=bool)

    assert any(found.code.startswith("Y002") for found in told.diagnostics)
    assert "Date" not in shown(editor, PROGRAM, where(broken, "formula: midpoint", "date_debut"))
    assert "date" in shown(editor, PROGRAM, where(broken, "formula: midpoint", "date_debut"))
    answer = ask(
        editor,
        lsp.TEXT_DOCUMENT_DEFINITION,
        lsp.DefinitionParams,
        PROGRAM,
        where(broken, "within: params", "delai_accord"),
    )
    assert answer.range.start.line == where(broken, "  delai_accord:")[0]


def test_another_file_of_yaml_is_left_alone(editor):
    editor.open(PROGRAM)
    editor.opens("compose.yaml", "services: {a: [}\n")

    assert shown(editor, "compose.yaml", (0, 2)) == ""
    assert editor.uri("compose.yaml") not in editor.told


def test_what_is_wrong_can_be_mended_at_once(editor):
    text = SMALL.replace("to: fin", "to: fni").replace("title: Marche", "title: Marche\u2028")
    told = editor.open("marche.yaml", text)
    whole = lsp.Range(lsp.Position(0, 0), lsp.Position(99, 0))

    actions = editor.ask(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionParams(
            lsp.TextDocumentIdentifier(editor.uri("marche.yaml")), whole, lsp.CodeActionContext(told.diagnostics)
        ),
    )

    [meant] = [action for action in actions if action.title == "Écrire « fin »"]
    [edits] = meant.edit.changes.values()
    assert written(text, edits) == text.replace("to: fni", "to: fin")
    assert {action.kind for action in actions} == {lsp.CodeActionKind.QuickFix}
    assert any(action.diagnostics[0].code.startswith("Y008") and action.is_preferred for action in actions)


# -------------------------------------------------------------------------------------------------- what a name says


def test_hovering_a_name_tells_its_label_its_type_its_provision_and_its_places(editor, text):
    editor.open(PROGRAM)

    said = shown(editor, PROGRAM, where(text, "when: input.nouvelle_fin > fields.date_fin", "date_fin"))

    assert said.startswith("champ `date_fin` · Fin prévue")
    assert "Type : date" in said
    assert "> **CISSS-16** L'entente indique" in said
    assert "Reçoit sa valeur de : `forms.entente`, `transitions.prolonger`" in said
    assert "`deadlines.fin`" in said
    assert "scénarios" in said


@pytest.mark.parametrize(
    ("line", "word", "said"),
    [
        ("    from: besoin", "besoin", "état `besoin` · Besoin exprimé"),
        ("  - id: jumeler", "jumeler", "transition `jumeler` · "),
        ("started_by: [mentore", "mentore", "rôle `mentore` · Personne mentorée"),
        ("when: forms.bilan_final.done", "bilan_final", "formulaire `bilan_final` · Bilan final"),
        ("when: form.date_fin <=", "duree_max", "paramètre `duree_max` · Durée maximale"),
        ("when: person.experimente", "experimente", "attribut `experimente` · Expérience reconnue"),
        ("({roles.mentore.discipline})", "discipline})", "attribut `discipline` · Discipline"),
        ("    source: CISSS-12", "CISSS-12", "> **CISSS-12** "),
        ("started_by:", "started_by", "Les rôles qui peuvent commencer une dyade."),
    ],
)
def test_hovering_tells_what_a_word_is(editor, text, line, word, said):
    editor.open(PROGRAM)

    assert said in shown(editor, PROGRAM, where(text, line, word))


def test_hovering_in_the_scenarios_tells_of_the_program(editor, folder):
    stories = (folder / "programs" / STORIES).read_text(encoding="utf-8")
    editor.open(STORIES)

    assert "transition `jumeler`" in shown(editor, STORIES, where(stories, "gilles: jumeler", "jumeler"))
    assert "formulaire `entente`" in shown(editor, STORIES, where(stories, "fill: entente", "entente"))


@pytest.mark.parametrize(
    ("options", "environment", "begun", "said"),
    [
        (("--lang", "en"), {}, {}, "role `mentore` · Mentee"),
        (("--lang", "en"), {}, {"options": {"lang": "fr"}}, "rôle `mentore` · Personne mentorée"),
        ((), {}, {"locale": "fr-CA"}, "rôle `mentore` · Personne mentorée"),
        ((), {"LC_ALL": "fr_CA.UTF-8"}, {"locale": "de"}, "rôle `mentore` · Personne mentorée"),
        (("--lang", "en"), {}, {"locale": "fr"}, "role `mentore` · Mentee"),
    ],
    ids=["the command", "the settings of the editor", "the editor", "the machine", "the command before the editor"],
)
def test_the_language_is_what_was_asked_for(editors, text, options, environment, begun, said):
    editor = editors(*options, **environment)
    editor.start(**begun)
    editor.open(PROGRAM)

    assert said in shown(editor, PROGRAM, where(text, "started_by: [mentore", "mentore"))


def test_the_outline_lists_the_parts_under_their_sections(editor, text):
    editor.open(PROGRAM)

    answer = editor.ask(
        lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL,
        lsp.DocumentSymbolParams(lsp.TextDocumentIdentifier(editor.uri(PROGRAM))),
    )

    listed = {symbol.name: symbol for symbol in answer}
    assert [part.name for part in listed["roles"].children] == ["mentore", "mentor", "gestionnaire", "appr"]
    jumeler = next(part for part in listed["transitions"].children if part.name == "jumeler")
    assert jumeler.selection_range.start.line == where(text, "  - id: jumeler")[0]
    assert "entente" in [part.name for part in listed["states"].children]
    assert "date_debut" in [part.name for form in listed["forms"].children for part in form.children]


# ------------------------------------------------------------------------------------------------------ where it is


@pytest.mark.parametrize(
    ("line", "word", "declared"),
    [
        ("    from: besoin", "besoin", "  besoin:"),
        ("when: input.nouvelle_fin > fields.date_fin", "date_fin", "  date_fin:\n"),
        ("started_by: [mentore, gestionnaire", "gestionnaire", "  gestionnaire:\n"),
        ("within: params.delai_accord", "delai_accord", "  delai_accord:\n"),
        ("soit le {fields.date_fin}", "date_fin}", "  date_fin:\n"),
    ],
)
def test_a_name_leads_to_where_it_is_declared(editor, text, line, word, declared):
    editor.open(PROGRAM)

    answer = ask(editor, lsp.TEXT_DOCUMENT_DEFINITION, lsp.DefinitionParams, PROGRAM, where(text, line, word))

    assert answer.uri == editor.uri(PROGRAM)
    assert answer.range.start.line == text[: text.index(f"\n{declared}") + 1].count("\n")


def test_a_word_of_the_scenarios_leads_to_the_program(editor, folder, text):
    stories = (folder / "programs" / STORIES).read_text(encoding="utf-8")
    editor.open(STORIES)

    answer = ask(
        editor,
        lsp.TEXT_DOCUMENT_DEFINITION,
        lsp.DefinitionParams,
        STORIES,
        where(stories, "gilles: jumeler", "jumeler"),
    )

    assert (answer.uri, answer.range.start.line) == (editor.uri(PROGRAM), where(text, "  - id: jumeler")[0])


def test_a_provision_leads_to_its_catalogue(editor, text, folder):
    editor.open(PROGRAM)

    answer = ask(
        editor,
        lsp.TEXT_DOCUMENT_DEFINITION,
        lsp.DefinitionParams,
        PROGRAM,
        where(text, "    source: CISSS-12", "CISSS-12"),
    )

    catalogue = (folder / "programs" / "sources" / "cisss.yaml").read_text(encoding="utf-8").split("\n")
    assert answer.uri == editor.uri("sources/cisss.yaml")
    assert catalogue[answer.range.start.line].strip().startswith("CISSS-12")


def test_every_place_that_says_a_name_is_found_in_both_files(editor, text, folder):
    editor.open(PROGRAM)

    found = ask(
        editor,
        lsp.TEXT_DOCUMENT_REFERENCES,
        lsp.ReferenceParams,
        PROGRAM,
        where(text, "  - id: jumeler", "jumeler"),
        context=lsp.ReferenceContext(include_declaration=True),
    )

    stories = (folder / "programs" / STORIES).read_text(encoding="utf-8").split("\n")
    told = [one.range for one in found if one.uri == editor.uri(STORIES)]
    assert {stories[one.start.line][one.start.character : one.end.character] for one in told} == {"jumeler"}
    assert len(told) == sum(line.split("#")[0].count("jumeler") for line in stories if "name:" not in line)


# ------------------------------------------------------------------------------------------------------ another name


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("when: input.nouvelle_fin > fields.date_fin", "date_fin"),
        ("    from: entente", "entente"),
        ("({roles.mentore.discipline})", "mentore.discipline"),
        ("within: params.delai_accord", "delai_accord"),
        ("when: input.nouvelle_fin > fields.date_fin", "nouvelle_fin"),
    ],
    ids=["a field", "a state", "a role, in a text", "a param", "an input that a shared clause reads"],
)
def test_a_name_changes_everywhere_and_all_stays_sound(editor, text, folder, line, word):
    editor.open(PROGRAM)
    stories = (folder / "programs" / STORIES).read_text(encoding="utf-8")

    answer = ask(
        editor, lsp.TEXT_DOCUMENT_RENAME, lsp.RenameParams, PROGRAM, where(text, line, word), new_name="tout_neuf"
    )

    program = written(text, answer.changes[editor.uri(PROGRAM)])
    told = written(stories, answer.changes.get(editor.uri(STORIES), []))
    loaded = examine(program, lambda name: (folder / "programs" / name).read_bytes())
    assert loaded.program is not None
    assert "tout_neuf" in program
    assert [found for found in scenarios.check(loaded.program, told) if found.severity == "error"] == []


@pytest.mark.parametrize(
    ("name", "why"),
    [("Été", "n'est pas un identifiant"), ("date_debut", "est déjà un nom"), ("and", "a déjà un sens")],
)
def test_a_name_that_cannot_be_is_refused_with_the_reason(editor, text, name, why):
    editor.open(PROGRAM)
    position = where(text, "when: input.nouvelle_fin > fields.date_fin", "date_fin")

    with pytest.raises(JsonRpcException, match=why):
        ask(editor, lsp.TEXT_DOCUMENT_RENAME, lsp.RenameParams, PROGRAM, position, new_name=name)


def test_what_names_nothing_cannot_be_renamed(editor, text):
    editor.open(PROGRAM)

    with pytest.raises(JsonRpcException, match="aucun nom du programme"):
        ask(editor, lsp.TEXT_DOCUMENT_PREPARE_RENAME, lsp.PrepareRenameParams, PROGRAM, where(text, "timezone:"))


def test_an_editor_that_knows_versions_is_given_edits_of_those_alone(editors, text):
    editor = editors("--lang", "fr")
    editor.start(workspace_edit=lsp.WorkspaceEditClientCapabilities(document_changes=True))
    editor.open(PROGRAM)
    editor.write(PROGRAM, text)

    answer = ask(
        editor,
        lsp.TEXT_DOCUMENT_RENAME,
        lsp.RenameParams,
        PROGRAM,
        where(text, "  - id: jumeler", "jumeler"),
        new_name="unir",
    )

    versions = {change.text_document.uri: change.text_document.version for change in answer.document_changes}
    assert versions == {editor.uri(PROGRAM): 2, editor.uri(STORIES): None}


# ----------------------------------------------------------------------------------------------------- what may follow


@pytest.mark.parametrize(
    ("old", "new", "wanted", "unwanted"),
    [
        ("when: forms.bilan_final.done", "when: forms.‸", {"entente", "bilan_final"}, {"besoin", "fields"}),
        ("when: forms.bilan_final.done", "when: forms.bilan_final.‸", {"done", "count"}, {"bilan_final"}),
        ("when: forms.bilan_final.done", "when: fi‸", {"fields", "forms", "is_in"}, {"besoin"}),
        ("when: forms.bilan_final.done", "when: is_in(‸", {"besoin", "entente"}, {"fields", "climat"}),
        ("when: forms.bilan_final.done", "when: fields.motif == n‸", {"nouveau_programme"}, set()),
        ("when: input.nouvelle_fin > today", "when: input.‸", {"nouvelle_fin"}, {"date_fin"}),
        ("    from: besoin", "    from: [be‸", {"besoin", "en_cours"}, {"mentore", "climat"}),
        ("    from: besoin", "    from: besoin\n    ‸", {"input", "visibility"}, {"from", "label", "auto"}),
        ("    from: besoin", "    from: besoin\n    inp‸", {"input"}, {"from"}),
        ("started_by: [mentore,", "started_by: [‸,", {"mentore", "appr"}, {"besoin"}),
        ("status: active", "status: ‸", {"draft", "active", "retired"}, {"mentore"}),
        ("soit le {fields.date_fin}", "soit le {fields.‸}", {"date_fin", "motif"}, {"mentore"}),
        ("within: params.delai_accord", "within: ‸", {"params.delai_accord"}, set()),
    ],
)
def test_what_is_proposed_is_what_may_stand_there(editor, text, old, new, wanted, unwanted):
    assert text.count(old) > 0

    found = proposed(editor, PROGRAM, text.replace(old, new, 1))

    assert wanted <= found.keys()
    assert not unwanted & found.keys()


def test_what_is_proposed_says_what_it_is(editor, text):
    found = proposed(editor, PROGRAM, text.replace("when: forms.bilan_final.done", "when: fields.‸", 1))

    assert found["date_fin"].detail == "date · Fin prévue"


def test_what_is_chosen_takes_the_place_of_the_word_that_was_begun(editor, text):
    begun = text.replace("when: forms.bilan_final.done", "when: forms.bil‸an", 1)

    chosen = proposed(editor, PROGRAM, begun)["bilan_final"].text_edit

    assert isinstance(chosen, lsp.TextEdit)
    after = written(begun.replace(CARET, ""), [chosen])
    assert after == text.replace("forms.bilan_final.done", "forms.bilan_final", 1)


def test_names_are_proposed_while_another_line_cannot_be_read(editor, text):
    broken = text.replace("sender: mentorat", 'sender: "mentorat', 1)

    found = proposed(editor, PROGRAM, broken.replace("    from: besoin", "    from: ‸", 1))

    assert {"besoin", "entente"} <= found.keys()


@pytest.mark.parametrize(
    ("new", "wanted"),
    [
        ("      - gilles: ‸", {"jumeler"}),
        ("      - ‸", {"gilles", "clock", "then"}),
        ("      - then: {state: ‸}", {"besoin", "terminee"}),
        ("      - then: {‸}", {"state", "notified", "blocked"}),
        ("      - bruno: {fill: entente, with: {‸}}", {"objectifs", "date_debut"}),
        ("      - bruno: {sign: ‸}", {"entente"}),
        ("      - then: {notified: [‸]}", {"bruno", "amelie"}),
    ],
)
def test_scenarios_are_proposed_the_names_of_the_program_and_of_their_people(editor, folder, new, wanted):
    stories = (folder / "programs" / STORIES).read_text(encoding="utf-8")

    found = proposed(editor, STORIES, stories.replace("      - gilles: jumeler", new, 1))

    assert wanted <= found.keys()


# ------------------------------------------------------------------------------------------------------- its own life


SPOILT = """
import dyade.editor.server as server
def broken(*given):
    raise RuntimeError("broken on purpose")
server.hover = broken
server.serve("fr", None, lambda: 740_000)
"""


def test_what_fails_ends_nothing(editors, text):
    editor = editors(command=(sys.executable, "-c", SPOILT))
    editor.start()
    editor.open(PROGRAM)

    with pytest.raises(JsonRpcException, match="broken on purpose"):
        shown(editor, PROGRAM, where(text, "started_by: [mentore", "mentore"))

    position = where(text, "started_by: [mentore", "mentore")
    assert ask(editor, lsp.TEXT_DOCUMENT_DEFINITION, lsp.DefinitionParams, PROGRAM, position).uri == editor.uri(PROGRAM)


def test_a_position_that_is_not_there_is_no_trouble(editor):
    editor.open(PROGRAM)

    assert shown(editor, PROGRAM, (99_999, 5)) == ""


def test_the_server_ends_when_the_editor_has_had_enough(editors):
    editor = editors()
    editor.start()
    editor.open(PROGRAM)

    assert editor.stop() == 0


def test_the_settings_that_the_page_gives_start_the_server(editors, folder):
    page = (folder / "programs" / "EDITORS.md").read_text(encoding="utf-8")
    settings = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL)]

    for one in settings:
        assert one["glspc.server.command"] == "dyade"
        name, *options = one["glspc.server.commandArguments"]
        assert name == "lsp"
        editor = editors(*options)
        assert editor.start().server_info.name == "dyade"
        assert editor.stop() == 0
    assert len(settings) == 2


def test_the_server_ends_with_an_editor_that_is_gone(folder):
    done = subprocess.run(
        [sys.executable, "-m", "dyade", "lsp"], input=b"", capture_output=True, cwd=folder, check=False
    )

    assert (done.returncode, done.stdout) == (0, b"")


def test_without_its_libraries_it_says_what_to_install(folder):
    script = (
        "import sys\nsys.modules['pygls'] = None\nfrom dyade.cli import main\n"
        "sys.argv = ['dyade', 'lsp', '--lang', 'en']\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=folder, check=False)

    assert done.returncode == 3
    assert "dyade[editor]" in done.stderr
