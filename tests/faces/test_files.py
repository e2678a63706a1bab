"""Does a receipt go in and come out by the command line, and is each refusal told in both languages?"""

import json
import shutil
from base64 import b64decode
from pathlib import Path

import pytest

from tests.service.paperwork import PROGRAM

PDF = b"%PDF-1.7\nrecu de taxi"


@pytest.fixture
def claiming(dyade):
    """A dyad of claims, and a receipt in the folder."""
    (dyade.folder / "programs" / "claims.yaml").write_text(PROGRAM, encoding="utf-8")
    for person in ("ana", "bob", "olga"):
        dyade.done("person", "add", person, "--name", person.title(), "--language", "fr")
    dyade.done("enrol", "olga", "claims", "office")
    dyade.done("start", "claims", "mentee=ana", "mentor=bob", "--as", "ana")
    (dyade.folder / "reçu.pdf").write_bytes(PDF)
    return dyade


def path(dyade, name="reçu.pdf"):
    return str(dyade.folder / name)


def listed(dyade, reader):
    return dyade.done("file", "list", "D-1", "--as", reader, "--format", "json").data["files"]


OPEN = Path.open


def forbidden(self: Path, *given, **named):
    """As for someone who may not read that file."""
    if self.name == "reçu-2.pdf":
        raise PermissionError(13, "Permission denied")
    return OPEN(self, *given, **named)


@pytest.mark.parametrize("how", ["--attach", "value"])
def test_a_file_is_attached_listed_and_written(claiming, how):
    named = f"receipts={path(claiming)}"
    claiming.done("fill", "D-1", "claims", "amount=12,50", *(("--attach", named) if how == "--attach" else (named,)),
                  "--as", "bob")  # fmt: skip

    [one] = listed(claiming, "bob")
    assert (one["name"], one["size"], one["type"]) == ("reçu.pdf", len(PDF), "pdf")
    assert one["path"] == "forms.claims.receipts"
    out = claiming.folder / "out.pdf"
    ran = claiming.done("file", "get", "D-1", str(one["number"]), "--as", "bob", "--out", str(out))
    assert out.read_bytes() == PDF
    assert out.stat().st_mode & 0o777 == 0o600
    assert "est écrit" in ran.out
    assert "reçu.pdf" in claiming.done("history", "D-1", "--as", "bob").out


def test_several_files_make_a_list(claiming):
    (claiming.folder / "photo.pdf").write_bytes(b"\x89PNG\r\n\x1a\n")
    given = [arg for name in ("reçu.pdf", "photo.pdf") for arg in ("--attach", f"receipts={path(claiming, name)}")]
    claiming.done("fill", "D-1", "claims", "amount=3", *given, "--as", "bob")

    assert [one["type"] for one in listed(claiming, "bob")] == ["pdf", "png"]


def test_a_file_is_asked_for_at_the_prompt_and_judged_there(claiming):
    (claiming.folder / "faux.pdf").write_bytes(b"MZ")
    typed = f"12,50\n{path(claiming, 'faux.pdf')}\n{path(claiming, 'rien.pdf')}\n{path(claiming)}\n\n"

    ran = claiming.done("fill", "D-1", "claims", "--as", "bob", stdin=typed)

    assert "n'est pas d'un type accepté" in ran.err
    assert "rien.pdf" in ran.err
    assert [one["name"] for one in listed(claiming, "bob")] == ["reçu.pdf"]


def test_a_draft_at_the_prompt_keeps_what_was_attached(claiming):
    claiming.done("fill", "D-1", "claims", "--draft", "--attach", f"receipts={path(claiming)}", "--as", "bob")

    ran = claiming.done("fill", "D-1", "claims", "--as", "bob", stdin="12,50\n\n")

    assert "reçu.pdf" in ran.err
    assert [one["name"] for one in listed(claiming, "bob")] == ["reçu.pdf"]


@pytest.mark.parametrize(
    ("lang", "content", "told"),
    [
        ("fr", b"MZ", "n'est pas d'un type accepté (PDF, JPEG ou PNG), d'après son contenu."),
        ("en", b"MZ", "is not of an accepted type (PDF, JPEG or PNG), going by its content."),
        ("fr", b"%PDF-" + b" " * 20_000, "est trop volumineux (20 ko) : au plus 10 ko."),
        ("en", b"%PDF-" + b" " * 20_000, "is too large (20 kB): at most 10 kB."),
    ],
)
def test_a_file_that_does_not_fit_is_refused(claiming, lang, content, told):
    (claiming.folder / "faux.pdf").write_bytes(content)

    ran = claiming("fill", "D-1", "claims", "amount=1", "--attach", f"receipts={path(claiming, 'faux.pdf')}", "--as",
                   "bob", "--lang", lang)  # fmt: skip

    assert ran.code == 1
    assert told in " ".join(ran.out.split())


@pytest.mark.parametrize(
    ("lang", "kind", "told"),
    [
        ("fr", "missing", "il n'y a pas de fichier"),
        ("en", "missing", "there is no file"),
        ("fr", "forbidden", "vous n'avez pas le droit de lire"),
        ("en", "forbidden", "you may not read"),
        ("fr", "folder", "ce n'est pas un fichier ordinaire"),
        ("en", "folder", "it is not an ordinary file"),
        ("fr", "large", "on ne joint rien de plus de 25 MB"),
        ("en", "large", "nothing over 25 MB is attached"),
        ("fr", "elsewhere", "on attend"),
        ("en", "elsewhere", "is expected"),
    ],
)
def test_what_cannot_be_attached_is_told(claiming, monkeypatch, lang, kind, told):
    file = claiming.folder / "reçu-2.pdf"
    if kind == "folder":
        file.mkdir()
    elif kind == "large":
        with file.open("wb") as sparse:
            sparse.truncate(25_000_001)
    elif kind == "forbidden":
        file.write_bytes(PDF)
        monkeypatch.setattr(Path, "open", forbidden)
    elif kind == "elsewhere":
        shutil.copyfile(path(claiming), file)
    name = "amount" if kind == "elsewhere" else "receipts"

    ran = claiming("fill", "D-1", "claims", "--attach", f"{name}={file}", "--as", "bob", "--lang", lang)

    assert ran.code == (1 if kind == "elsewhere" else 2)
    assert told in " ".join((ran.out + ran.err).split())
    assert listed(claiming, "bob") == []


def test_what_is_not_seen_is_as_if_it_were_not_there(claiming):
    claiming.done("fill", "D-1", "claims", "amount=1", "--attach", f"receipts={path(claiming)}", "--as", "bob")

    assert "Aucun fichier" in claiming.done("file", "list", "D-1", "--as", "ana").out
    hidden, absent = (claiming("file", "get", "D-1", n, "--as", "ana") for n in ("1", "2"))
    assert hidden.code == absent.code == 2
    assert hidden.err.replace("1", "2") == absent.err


def test_who_reads_what_is_confidential_is_noted(claiming):
    claiming.done("fill", "D-1", "claims", "amount=1", "--attach", f"receipts={path(claiming)}", "--as", "bob")
    out = claiming.folder / "out.pdf"

    claiming.done("file", "get", "D-1", "1", "--as", "olga", "--out", str(out))

    [access] = claiming.done("privacy", "accesses", "--format", "json").data["accesses"]
    assert (access["reader"], access["what"]) == ("olga", ["forms.claims"])


def test_nothing_is_written_over(claiming):
    claiming.done("fill", "D-1", "claims", "amount=1", "--attach", f"receipts={path(claiming)}", "--as", "bob")

    ran = claiming("file", "get", "D-1", "1", "--as", "olga", "--out", path(claiming))

    assert ran.code == 2
    assert "il existe déjà" in ran.err
    assert claiming.done("privacy", "accesses", "--format", "json").data["accesses"] == []


def test_an_export_holds_the_content(claiming):
    claiming.done("fill", "D-1", "claims", "amount=1", "--attach", f"receipts={path(claiming)}", "--as", "bob")

    told = json.loads(claiming.done("person", "export", "bob").out)

    [value] = [one["value"] for one in told["collected"]["dyads"][0]["values"] if one["path"].endswith("receipts")]
    assert b64decode(value[0]["content"]) == PDF


def test_a_content_that_is_gone_is_told_by_verify(claiming):
    claiming.done("fill", "D-1", "claims", "amount=1", "--attach", f"receipts={path(claiming)}", "--as", "bob")
    for one in (claiming.folder / "dyade.db.files").iterdir():
        if one.is_file():
            one.unlink()

    french, english = claiming("verify"), claiming("verify", "--lang", "en")

    assert french.code == english.code == 3
    assert "introuvable" in french.out
    assert "is missing" in english.out


def test_a_step_and_a_transition_take_a_file_too(claiming):
    claiming.done("fill", "D-1", "claims", "amount=1", "--attach", f"receipts={path(claiming)}", "--as", "bob")
    claiming.done("step", "D-1", "claims", "pay", "--attach", f"proof={path(claiming)}", "--as", "olga")
    claiming.done("advance", "D-1", "stop", "--attach", f"letter={path(claiming)}", "--as", "ana")

    assert [one["path"] for one in listed(claiming, "olga")] == [
        "forms.claims.receipts", "steps.claims.pay.proof", "transitions.stop.letter", "fields.copy",
    ]  # fmt: skip


def test_a_table_that_would_bring_files_in_is_refused_and_its_column_may_be_left_out(claiming):
    table = claiming.folder / "claims.csv"
    table.write_text("état;mentee;contract\nopen;ana;reçu.pdf\n", encoding="utf-8")

    ran = claiming("import", "claims", str(table))

    assert ran.code == 1
    assert "Un fichier n'entre pas par un tableau" in ran.out
    claiming.done("import", "claims", str(table), "--map", "contract=")
