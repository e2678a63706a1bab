"""Does what someone types become the value that they meant?"""

import os
from pathlib import Path

import click
import pytest

from dyade import Attachment
from dyade.cli.values import from_text, gathered, pairs, structured
from dyade.errors import ProgramInvalid
from dyade.program.conditions.types import PLAIN, Enum, ListOf, Person

TEXTS = ListOf(PLAIN["text"])


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("bool", "oui", True),
        ("bool", " Yes ", True),
        ("bool", "non", False),
        ("bool", "peut-être", "peut-être"),
        ("int", "60", 60),
        ("int", "-4", -4),
        ("int", "1\u202f200", 1200),
        ("int", "1 h", "1 h"),
        ("int", "٣", 3),
        ("int", "²", "²"),
        ("decimal", "4,5", "4.5"),
        ("decimal", "4.5", "4.5"),
        ("money", "12,50\u00a0$", "12.50"),
        ("date", " 2026-09-15 ", "2026-09-15"),
        ("duration", "6 mois", "6 mois"),
        ("text", "  deux  ", "  deux  "),
        ("text", "", None),
        ("date", " ", None),
    ],
)
def test_a_typed_text_is_read_by_its_type(kind, text, value):
    """What does not fit is left as it is: the engine refuses it with its own reasons."""
    assert from_text(PLAIN[kind], text) == value


def test_choices_and_persons_are_ids():
    assert from_text(Enum("x", ("a", "b")), " a ") == "a"
    assert from_text(Person(), "amelie ") == "amelie"


def test_a_name_given_again_makes_a_list():
    assert gathered(["buts=a=b", "buts=c"], None, lambda _: TEXTS) == {"buts": ["a=b", "c"]}


def test_a_list_may_be_written_at_once():
    assert gathered(['buts=["a", "b"]'], None, lambda _: TEXTS) == {"buts": ["a", "b"]}


def test_an_emptied_list_is_empty():
    assert gathered(["buts="], None, lambda _: TEXTS) == {"buts": []}


def test_a_name_that_is_no_list_is_given_once():
    with pytest.raises(click.UsageError):
        gathered(["a=1", "a=2"], None, lambda _: PLAIN["int"])


def test_a_name_that_nobody_declares_is_passed_on_for_the_engine_to_refuse():
    assert gathered(["inconnu=1"], None, lambda _: None) == {"inconnu": "1"}


@pytest.mark.parametrize("text", ["abc", "=x", ""])
def test_a_pair_needs_a_name_and_a_sign(text):
    with pytest.raises(click.UsageError):
        pairs([text])


def test_arguments_go_over_structured_data():
    given = gathered(["b=3"], '{"a": 1, "b": 2}', lambda _: PLAIN["int"])

    assert given == {"a": 1, "b": 3}


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ('{"a": [1, true, null, "x"]}', {"a": [1, True, None, "x"]}),
        ("{a: 4.50, jour: 2026-09-15}", {"a": "4.50", "jour": "2026-09-15"}),
        ("a: oui", {"a": "oui"}),
    ],
)
def test_structured_data_is_json_or_yaml(data, value):
    assert structured(data) == value


def test_structured_data_may_stand_in_a_file(tmp_path):
    file = tmp_path / "entente.yaml"
    file.write_text("objectifs: [Une, Deux]\n", encoding="utf-8")

    assert structured(f"@{file}") == {"objectifs": ["Une", "Deux"]}


@pytest.mark.parametrize("data", ["{a: 1, a: 2}", "{a: &x 1}", "{", "{a: !!python/name:os.system x}"])
def test_dangerous_or_broken_data_is_refused_with_its_place(data):
    with pytest.raises(ProgramInvalid) as refused:
        structured(data)

    assert refused.value.diagnostics[0].place.line == 1


def test_data_that_names_nothing_is_refused():
    with pytest.raises(click.UsageError):
        structured("[1, 2]")


def test_a_missing_file_is_told():
    with pytest.raises(click.UsageError):
        structured("@/no/such/file.json")


def forbidden(*_: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_a_file_is_read_to_be_attached(tmp_path):
    file = tmp_path / "preuve.pdf"
    file.write_bytes(b"%PDF-")

    assert from_text(PLAIN["file"], str(file)) == Attachment(name="preuve.pdf", content=b"%PDF-")


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "large", "unreadable"])
def test_what_cannot_be_attached_is_told(tmp_path, kind, monkeypatch):
    file = tmp_path / "preuve.pdf"
    match kind:
        case "folder":
            file.mkdir()
        case "pipe":
            os.mkfifo(file)
        case "large":
            with file.open("wb") as sparse:
                sparse.truncate(25_000_001)
        case "unreadable":
            file.write_bytes(b"%PDF-")
            monkeypatch.setattr(Path, "open", forbidden)

    with pytest.raises(click.UsageError, match=r"preuve\.pdf"):
        from_text(PLAIN["file"], str(file))
