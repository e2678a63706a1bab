"""Which file is a program, which are its scenarios, and when is either judged, whatever they are called?"""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from lsprotocol import types as lsp

from dyade.editor import server as serving
from dyade.editor.desk import Desk, Open
from dyade.editor.server import Server, uri_of
from tests.editors.test_language_server import SMALL

TOLD = """\
scenarios_for: marche
scenarios:
  - name: On finit
    clock: 2026-09-14 10:00
    people: {ana: {role: guide}}
    steps:
      - ana: {start: {guide: ana}}
      - ana: finir
      - then: {state: fin}
"""
BROKEN = SMALL.replace("to: fin", "to: fni")


def today():
    return 740_000


@pytest.fixture
def desk():
    return Desk(today)


@pytest.fixture
def put(tmp_path):
    """Keeps texts in a folder: their paths."""

    def kept(**texts: str) -> list[str]:
        made = []
        for name, text in texts.items():
            path = tmp_path / name.replace("__", ".")
            path.write_text(text, encoding="utf-8")
            made.append(str(path))
        return made

    return kept


def found(desk, file):
    return {one.file: [finding.code for finding in one.findings] for one in desk.judged(file)}


@pytest.mark.parametrize("program", ["marche__yaml", "marche__yml"])
@pytest.mark.parametrize(
    "stories", ["marche__scenarios__yaml", "marche__scenarios__yml", "stories__yaml", "autre__scenarios__yaml"]
)
def test_scenarios_are_judged_with_their_program_whatever_the_two_files_are_called(desk, put, program, stories):
    one, other = put(**{program: SMALL, stories: TOLD})

    assert desk.program_of(other) == one
    assert found(desk, other) == {one: [], other: []}


def test_what_is_wrong_in_scenarios_of_another_name_is_told_in_them(desk, put):
    program, stories = put(marche__yml=SMALL, stories__yaml=TOLD.replace("ana: finir", "ana: finri"))

    judged = found(desk, stories)

    assert judged[program] == []
    assert judged[stories] != []


def test_the_scenarios_of_a_program_are_those_beside_it_or_those_that_are_open(desk, put):
    program, other, stories = put(marche__yml=SMALL, stories__yaml=TOLD, marche__scenarios__yml=TOLD)
    assert desk.scenarios_of(program) == stories

    desk.open[stories] = Open("id: [", 1)
    assert set(found(desk, program)) == {program, stories}

    [program] = put(seul__yaml=SMALL)
    assert desk.scenarios_of(program) is None
    told = TOLD.replace("scenarios_for: marche", "scenarios_for: seul")
    desk.open[other] = Open(told, 1)
    assert desk.scenarios_of(program) == other


@pytest.mark.parametrize("name", ["stories__yaml", "marche__scenarios__yml", "marche__yaml"])
def test_scenarios_whose_program_is_not_there_are_not_judged(desk, put, name):
    [stories] = put(**{name: TOLD})

    assert desk.tells(stories)
    assert desk.program_of(stories) is None
    assert desk.judged(stories) == ()
    assert desk.telling(stories, "fr") is None
    assert desk.told(stories) is None


def test_a_program_is_found_in_the_folder_of_its_scenarios_alone(desk, put, tmp_path):
    (tmp_path / "inner").mkdir()
    put(marche__yaml=SMALL)
    stories = tmp_path / "inner" / "stories.yaml"

    for meant in ("../marche", "marche"):
        stories.write_text(TOLD.replace("scenarios_for: marche", f"scenarios_for: {meant}"), encoding="utf-8")
        assert desk.program_of(str(stories)) is None


# ------------------------------------------------------------------------------------------------------------ closing


@pytest.fixture
def server(monkeypatch):
    """A server, and what it told: (file, how many findings)."""
    monkeypatch.setattr(serving, "PAUSE", 0.0)
    monkeypatch.setattr(Server, "server_capabilities", SimpleNamespace(position_encoding=None))
    made: Any = Server("fr", None, today)
    made.heard = []
    monkeypatch.setattr(
        made,
        "text_document_publish_diagnostics",
        lambda told: made.heard.append((told.uri, len(told.diagnostics))),
        raising=False,
    )
    return made


def lives(doing):
    """Run something, then all that waits."""

    async def living():
        doing()
        for _ in range(5):
            await asyncio.sleep(0)

    asyncio.run(living())


def test_a_text_that_is_written_is_judged(server, put):
    [program] = put(marche__yaml=SMALL)
    server.desk.open[program] = Open(BROKEN, 2)

    lives(lambda: server.written(program))

    [(uri, count)] = server.heard
    assert uri == uri_of(program)
    assert count > 0


def test_nothing_is_told_of_a_text_that_was_closed_before_it_was_judged(server, put):
    [program] = put(marche__yaml=BROKEN)
    server.desk.open[program] = Open(BROKEN, 2)

    def written_then_closed():
        server.written(program)
        server.closed(program)

    lives(written_then_closed)

    assert server.heard == [(uri_of(program), 0)]


def test_a_text_whose_first_line_changed_is_forgotten_as_well(server, put):
    """What it was judged with is not what it is judged with now."""
    _, stories = put(marche__yaml=BROKEN, stories__yaml=TOLD)

    def changed_then_closed():
        server.desk.open[stories] = Open(TOLD, 1)
        server.written(stories)
        server.desk.open[stories] = Open(TOLD.replace("scenarios_for: marche", "scenarios_for: m"), 2)
        server.written(stories)
        server.closed(stories)

    lives(changed_then_closed)

    assert server.heard == [(uri_of(stories), 0)]


@pytest.mark.parametrize("last", ["program", "stories"])
def test_a_partner_that_is_still_open_is_judged_by_what_the_disk_has_and_alone(server, put, last):
    program, stories = put(marche__yaml=SMALL, marche__scenarios__yaml=TOLD)
    server.desk.open |= {program: Open(BROKEN, 1), stories: Open(TOLD.replace("ana: finir", "ana: finri"), 1)}
    closed, kept = (program, stories) if last == "program" else (stories, program)

    def written_then_closed():
        server.written(closed)
        server.closed(closed)

    lives(written_then_closed)

    assert [uri for uri, _ in server.heard] == [uri_of(closed), uri_of(kept)]
    assert server.heard[0][1] == 0
    assert server.heard[1][1] > 0


def test_what_was_told_of_the_scenarios_goes_when_the_last_text_is_closed(server, put):
    program, stories = put(marche__yaml=SMALL, marche__scenarios__yaml=TOLD.replace("ana: finir", "ana: finri"))
    server.desk.open[program] = Open(SMALL, 1)
    server.publish(program)
    assert dict(server.heard)[uri_of(stories)] > 0

    server.closed(program)

    assert dict(server.heard) == {uri_of(program): 0, uri_of(stories): 0}


def test_what_was_told_of_a_program_goes_with_the_scenarios_that_were_never_kept(server, put):
    program, stories = put(marche__yaml=BROKEN, stories__yaml="scenarios_for: autre\n")
    server.desk.open[stories] = Open(TOLD, 1)
    server.publish(stories)
    assert dict(server.heard)[uri_of(program)] > 0

    server.closed(stories)

    assert dict(server.heard)[uri_of(program)] == 0


def test_findings_of_scenarios_go_when_their_program_is_no_longer_found(server, put):
    _, stories = put(marche__yaml=SMALL, stories__yaml=TOLD)
    server.desk.open[stories] = Open(TOLD.replace("ana: finir", "ana: finri"), 1)
    server.publish(stories)
    assert dict(server.heard)[uri_of(stories)] > 0

    server.desk.open[stories] = Open(TOLD.replace("scenarios_for: marche", "scenarios_for: autre"), 2)
    server.publish(stories)

    assert dict(server.heard)[uri_of(stories)] == 0


def test_the_editor_that_closes_a_text_is_heard(editor):
    editor.open("marche.yaml", BROKEN)
    closed = lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(editor.uri("marche.yaml")))

    editor.notify(lsp.TEXT_DOCUMENT_DID_CLOSE, closed)

    assert editor.hears("marche.yaml", lambda told: not told.diagnostics).version is None
