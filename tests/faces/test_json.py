"""Is what tools read the one object that is documented, and does it keep its shape?"""

import re
from pathlib import Path

import pytest

from dyade import cli

DOCUMENT = (Path(cli.__file__).parent / "json.md").read_text(encoding="utf-8")
KEY = re.compile(r"`([a-z_ ]+)`")


def documented(name: str) -> set[str]:
    """The keys that the document gives to a command or a part, its first cell beginning so."""
    [row] = [line for line in DOCUMENT.splitlines() if line.startswith(f"| {name}")]
    keys = re.sub(r"\([^)]*\)", "", row.split("|")[2].partition(";")[0])
    return set(KEY.findall(keys))


@pytest.fixture
def lived(peopled):
    """A dyad under way, with an agreement and a meeting."""
    for line in (
        "start jumelage mentore=amelie motif=projet --as gilles",
        "assign D-1 mentor bruno --as gilles",
        "accept D-1 --as bruno",
        "advance D-1 jumeler --as gilles",
        "fill D-1 entente objectifs=Un fin=2026-12-01 --as bruno",
        "sign D-1 entente --as bruno",
        "sign D-1 entente --as amelie",
        "fill D-1 rencontres date=2026-09-01 minutes=60 utile=oui --as amelie",
    ):
        peopled.done(*line.split())
    return peopled


@pytest.mark.parametrize(
    ("command", "row"),
    [
        ("confirm D-1 rencontres --as gilles", "every act, when done"),
        ("advance D-1 jumeler --as gilles", "every act, when refused"),
        ("start jumelage --as amelie", "`start`, when refused"),
        ("show D-1", "`show`"),
        ("why D-1", "`why`"),
        ("why D-1 terminer", "`why`"),
        ("list", "`list`"),
        ("history D-1", "`history`"),
        ("due", "`due`"),
        ("quotas jumelage", "`quotas`"),
        ("todo", "`todo`"),
        ("bulk advance jumelage fermer --as gilles", "`bulk advance`"),
        ("report jumelage --by motif", "`report`"),
        ("programs list", "`programs list`"),
        ("programs close jumelage --reason Fini", "`programs close`"),
        ("programs reopen jumelage", "`programs reopen`"),
        ("tick", "`tick`"),
        ("deliver --show", "`deliver`"),
        ("outbox list", "`outbox list`"),
        ("outbox retry --failed", "`outbox retry`"),
        ("outbox endpoints", "`outbox endpoints`"),
        ("person reach amelie", "`person reach`"),
        ("verify", "`verify`"),
        ("check", "`check`"),
        ("test", "`test`"),
        ("docs jumelage --provenance", "`docs --provenance`"),
        ("person show amelie", "`person add`"),
        ("person list", "`person list`"),
        ("enrol amelie jumelage mentore", "`enrol`"),
    ],
)
def test_a_command_answers_with_the_keys_that_are_documented(lived, command, row):
    assert set(lived(*command.split(), "--format", "json").data) == documented(row)


def test_an_error_answers_with_the_keys_that_are_documented(peopled):
    data = peopled("show", "D-9", "--format", "json").data

    assert data["outcome"] == "not_found"
    assert set(data) == documented("any other error")


def test_the_parts_have_the_keys_that_are_documented(lived):
    shown = lived("show", "D-1", "--format", "json").data
    acted = lived("advance", "D-1", "terminer", "--as", "bruno", "--format", "json").data
    due = lived("due", "--format", "json").data["due"][0]

    assert set(shown["forms"]["entente"][0]) == documented("an entry of a form")
    assert set(shown["due"][0]) == documented("something due")
    assert set(due) == documented("something due") | {"dyad", "program", "kind", "id", "at", "zone"}
    assert set(shown["next"][0]) == documented("something next")
    assert set(acted["records"][0]) == documented("a record")
    assert set(acted["advice"][0]) == documented("a reason, an advice")
    assert set(lived("list", "--format", "json").data["dyads"][0]) == documented("a listed dyad")
    person = lived("person", "show", "amelie", "--format", "json").data["person"]
    assert set(person) == documented("a person") | {"enrolments", "dyads"}
    sent = lived("outbox", "list", "--format", "json").data["messages"][0]
    assert set(sent) == documented("a message")
    enrolled = lived("person", "show", "gilles", "--format", "json").data["person"]["enrolments"][0]
    assert set(enrolled) == documented("an enrolment")


def test_values_are_those_of_the_program_whatever_the_language(lived):
    french, english = (lived("show", "D-1", "--format", "json", "--lang", lang).data for lang in ("fr", "en"))

    for data in (french, english):
        assert data["state"] == "en_cours"
        assert data["fields"] == {"motif": "projet", "fin": "2026-12-01"}
        assert data["forms"]["rencontres"][0]["data"] == {"date": "2026-09-01", "minutes": 60, "utile": True}
        assert data["people"]["mentor"] == [{"person": "bruno", "pending": False}]
    assert french["next"][0]["label"] != english["next"][0]["label"]


def test_nothing_stands_beside_the_object(lived):
    for command in ("show D-1", "advance D-1 jumeler --as gilles", "show D-9"):
        assert lived(*command.split(), "--format", "json").err == ""
