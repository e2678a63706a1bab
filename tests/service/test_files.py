"""Is what is attached kept beside the store, hidden, told to those who may see it, and gone with whom it is of?"""

import json
import shutil
from base64 import b64decode
from datetime import date

import pytest

from dyade import Attachment
from dyade.errors import CommandReused, NotFound, StoreTrouble
from dyade.service import attaching
from dyade.service.attaching import plain_name, recognised
from dyade.service.importing import Arrival
from dyade.store.cabinet import Cabinet
from dyade.store.writing import Transaction
from dyade.wiring import Engine
from tests.service.lives import MONDAY, SECOND, breaking_after, done, refused, welcome
from tests.service.paperwork import PROGRAM, begun, beside, claim, pdf

WORDS = "phrase-sans-pareille"


@pytest.fixture
def engine(url, folder, clock):
    (folder / "claims.yaml").write_text(PROGRAM, encoding="utf-8")
    with Engine.open(url, folder, clock) as opened:
        welcome(opened)
        opened.enrol("olga", "claims", "office")
        yield opened


@pytest.fixture
def dyad(engine):
    return begun(engine)


def names(engine, dyad, reader):
    return [(one.n, one.name, one.path) for one in engine.files(dyad, reader=reader)]


# ----------------------------------------------------------------------------------------------------------- attaching


def test_a_file_comes_back_as_it_was_attached(engine, again, dyad):
    done(claim(engine, dyad, pdf(WORDS)))

    for one in (engine, again()):
        [filed] = one.files(dyad, reader="bob")
        assert (filed.name, filed.type, filed.label, filed.by) == ("reçu.pdf", "pdf", "Réclamations › Reçus", "bob")
        assert one.file(dyad, filed.n, reader="bob") == pdf(WORDS)
    assert engine.verify().sound


def test_its_content_is_never_written_openly_nor_its_name_or_digest(engine, dyad, file):
    done(claim(engine, dyad, pdf(WORDS)))

    said = pdf(WORDS).said()
    [content] = beside(file)
    whole = b"".join(one.read_bytes() for one in (content, *file.parent.glob(f"{file.name}*")) if one.is_file())
    assert WORDS.encode() not in whole
    assert said["sha256"].encode() not in whole
    assert "reçu".encode() not in whole
    assert content.stat().st_mode & 0o777 == 0o600
    assert content.parent.stat().st_mode & 0o777 == 0o700


def test_its_type_is_told_by_what_it_holds_not_by_its_name(engine, dyad):
    outcome = claim(engine, dyad, Attachment(name="recu.pdf", content=b"MZ executable"))

    assert refused(outcome) == {"datum_file_type"}
    assert engine.sentences(outcome.reasons, "fr", dyad=dyad) == (
        "« Reçus » : le fichier « recu.pdf » n'est pas d'un type accepté (PDF, JPEG ou PNG), d'après son contenu.",
    )
    assert done(claim(engine, dyad, Attachment(name="photo.exe", content=b"\x89PNG\r\n\x1a\n..."))).records


def test_a_file_that_is_too_large_is_refused_in_both_languages(engine, dyad, file):
    outcome = claim(engine, dyad, pdf(size=10_001))

    assert refused(outcome) == {"datum_file_size"}
    assert engine.sentences(outcome.reasons, "fr", dyad=dyad) == (
        "« Reçus » : le fichier « reçu.pdf » est trop volumineux (10 ko) : au plus 10 ko.",
    )
    assert engine.sentences(outcome.reasons, "en", dyad=dyad)[0].endswith("is too large (10 kB): at most 10 kB.")
    assert beside(file) == []


@pytest.mark.parametrize("content", [b"", b"\0", b"PDF"])
def test_what_is_nothing_is_refused(engine, dyad, content):
    assert refused(claim(engine, dyad, Attachment(name="a.pdf", content=content))) == {"datum_file_type"}


def test_more_than_is_taken_at_once_is_refused(engine, dyad, monkeypatch):
    monkeypatch.setattr(attaching, "TOGETHER", 30)

    outcome = claim(engine, dyad, pdf("a"), pdf("b" * 20))

    assert refused(outcome) == {"datum_file_together"}
    assert engine.sentences(outcome.reasons, "en", dyad=dyad)[0].startswith("These files are too large together")


@pytest.mark.parametrize("how", ["described", "changed"])
def test_what_is_described_and_not_attached_is_refused(engine, dyad, how):
    done(claim(engine, dyad, pdf(WORDS)))
    said = pdf("another").said() if how == "described" else pdf(WORDS).said() | {"name": "contrat.pdf"}

    outcome = engine.fill(dyad, "claims", "bob", {"amount": "1", "receipts": [said]})

    assert refused(outcome) == {"datum_file_missing"}
    assert "décrit" in engine.sentences(outcome.reasons, "fr", dyad=dyad)[0]
    assert len(engine.dyad(dyad).entries["claims"]) == 1


def test_a_file_may_be_asked_for_by_a_field_a_step_and_a_transition(engine, dyad):
    done(engine.set(dyad, "contract", pdf("contrat"), "bob"))
    done(claim(engine, dyad, pdf()))
    done(engine.step(dyad, "claims", "pay", "olga", {"proof": pdf("preuve")}))
    done(engine.fire(dyad, "stop", "ana", {"letter": pdf("lettre")}))

    paths = [path for _, _, path in names(engine, dyad, "olga")]
    assert paths == ["fields.contract", "forms.claims.receipts", "steps.claims.pay.proof",
                     "transitions.stop.letter", "fields.copy"]  # fmt: skip
    assert engine.verify().sound


def test_a_field_that_a_transition_sets_keeps_the_file_too(engine, dyad, file):
    done(engine.fire(dyad, "stop", "ana", {"letter": pdf("lettre")}))

    assert engine.dyad(dyad).fields["copy"]["name"] == "reçu.pdf"
    assert len(beside(file)) == 2  # one under each of the values that say it, so that each is erased alone


def test_a_draft_keeps_its_file_which_is_not_kept_twice(engine, dyad, file):
    done(claim(engine, dyad, pdf(WORDS), submit=False))
    said = engine.dyad(dyad).entries["claims"][0].data["receipts"]
    done(engine.fill(dyad, "claims", "bob", {"amount": "9", "receipts": list(said)}))

    assert len(beside(file)) == 1
    assert len(names(engine, dyad, "bob")) == 1
    assert engine.verify().sound


def test_an_entry_that_is_put_right_keeps_its_file(engine, dyad):
    done(claim(engine, dyad, pdf(WORDS)))
    done(engine.correct(dyad, "claims", "olga", {"amount": "10"}, "Mal compté"))

    assert engine.verify().sound
    [(n, _, _)] = names(engine, dyad, "bob")
    assert engine.file(dyad, n, reader="bob") == pdf(WORDS)


def test_the_same_command_again_keeps_the_file_once(engine, dyad, file):
    first = done(claim(engine, dyad, pdf(), id="c1"))
    second = done(claim(engine, dyad, pdf(), id="c1"))

    assert (first.dyad.revision, len(beside(file))) == (second.dyad.revision, 1)
    with pytest.raises(CommandReused):
        claim(engine, dyad, pdf("autre"), id="c1")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("D:\\papiers\\reçu.pdf", "reçu.pdf"),
        ("a\x1b[31m\u202e.pdf", "a[31m.pdf"),
        (".profile", "profile"),
        ("", "-"),
        ("/", "-"),
        ("x" * 400 + ".pdf", "x" * 140 + ".pdf"),
    ],
)
def test_a_name_is_kept_without_what_could_harm(name, kept):
    assert plain_name(name) == kept


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.4", "pdf"), (b"\xff\xd8\xff\xe0", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"II*\0", "tiff"),
        (b"MM\0*", "tiff"), (b"RIFF....WEBPVP8 ", "webp"), (b"\0\0\0\x18ftypheic", "heic"), (b"PK\3\4", ""),
        (b" %PDF-1.4", ""), (b"<svg/>", ""), (b"GIF89a", ""),
    ],
)  # fmt: skip
def test_a_content_is_recognised(content, kind):
    assert recognised(content) == kind


# -------------------------------------------------------------------------------------------------------------- seeing


def test_a_file_is_told_to_those_who_may_see_it(engine, dyad):
    done(claim(engine, dyad, pdf(WORDS)))
    [(n, *_)] = names(engine, dyad, "bob")

    assert [len(names(engine, dyad, reader)) for reader in ("bob", "olga", "ana", None)] == [1, 1, 0, 0]
    for reader in ("ana", None):
        with pytest.raises(NotFound):
            engine.file(dyad, n, reader=reader)
    with pytest.raises(NotFound):
        engine.file(dyad, n, reader="cleo")  # takes no part in it
    with pytest.raises(NotFound):
        engine.file(dyad, n + 1, reader="bob")


def test_a_file_of_another_dyad_is_not_given_by_its_number(engine, dyad):
    done(claim(engine, dyad, pdf(WORDS)))
    [(n, *_)] = names(engine, dyad, "bob")

    with pytest.raises(NotFound):
        engine.file(begun(engine), n, reader="bob")


def test_whoever_reads_a_confidential_file_is_noted_and_who_gave_it_is_not(engine, dyad):
    done(claim(engine, dyad, pdf(WORDS)))
    [(n, *_)] = names(engine, dyad, "bob")
    engine.file(dyad, n, reader="bob")
    assert engine.accesses(dyad) == []

    engine.file(dyad, n, reader="olga")

    assert [(one.reader, one.what) for one in engine.accesses(dyad)] == [("olga", "forms.claims")]


def test_what_cannot_be_noted_is_not_read(engine, dyad, monkeypatch):
    def full(*_: object) -> None:
        raise StoreTrouble("full")

    done(claim(engine, dyad, pdf(WORDS)))
    [(n, *_)] = names(engine, dyad, "bob")
    monkeypatch.setattr(Transaction, "note_access", full)

    with pytest.raises(StoreTrouble):
        engine.file(dyad, n, reader="olga")


# ------------------------------------------------------------------------------------------------------------- erasing


def test_a_file_goes_with_its_person(engine, again, dyad, file):
    done(claim(engine, dyad, pdf(WORDS), by="ana"))
    done(claim(engine, dyad, pdf("de bob")))
    before = file.with_name("copy")
    shutil.copytree(file.with_name(f"{file.name}.files"), before)

    engine.erase_person("bob", "À sa demande")

    assert len(beside(file)) == 1
    assert names(engine, dyad, "olga") == names(engine, dyad, "ana") != []
    assert engine.verify().sound
    assert again().verify().sound
    kept = [engine._desk.store.vault.show_content(one.read_bytes()) for one in before.iterdir() if one.is_file()]
    assert sorted(kept, key=str) == sorted([None, pdf(WORDS).content], key=str)  # a copy of it is unreadable


def test_a_file_goes_when_it_was_kept_long_enough(engine, dyad, file, clock):
    done(engine.set(dyad, "contract", pdf("contrat"), "bob"))
    done(claim(engine, dyad, pdf(WORDS)))
    done(engine.fire(dyad, "stop", "ana"))
    clock.pass_days(190)
    engine.tick()

    assert [path for _, _, path in names(engine, dyad, "olga")] == ["fields.contract"]
    assert len(beside(file)) == 1
    assert engine.verify().sound


def test_an_older_copy_that_is_put_back_loses_the_file_again(engine, again, dyad, file, url, folder, clock):
    done(claim(engine, dyad, pdf(WORDS)))
    there, copy = file.with_name(f"{file.name}.files"), file.with_name("copy")
    engine.close()
    shutil.copytree(there, copy / "files")
    shutil.copyfile(file, copy / "store")
    with again() as other:
        other.erase_person("bob", "À sa demande")
    shutil.rmtree(there)
    shutil.copytree(copy / "files", there)
    shutil.copyfile(copy / "store", file)

    with Engine.open(url, folder, clock) as opened:
        assert opened.files(dyad, reader="olga") == ()
        assert beside(file) == []
        assert opened.verify().sound


def test_an_export_holds_the_files_of_the_person_and_of_nobody_else(engine, dyad):
    done(claim(engine, dyad, pdf(WORDS)))
    done(claim(engine, dyad, pdf("d'ana"), by="ana"))

    told = engine.export_person("bob")

    [value] = [one["value"] for one in told["collected"]["dyads"][0]["values"] if one["path"].endswith("receipts")]
    assert [b64decode(one["content"]) for one in value] == [pdf(WORDS).content]
    assert "d'ana" not in json.dumps(told)
    assert pdf("d'ana").said()["sha256"] not in json.dumps(told)


# ---------------------------------------------------------------------------------------------------------- cut short


def test_what_comes_to_nothing_leaves_nothing_beside_the_store(engine, dyad, file, monkeypatch):
    monkeypatch.setattr(Transaction, "keep", breaking_after(dyad))

    with pytest.raises(ZeroDivisionError):
        claim(engine, dyad, pdf(WORDS))

    assert beside(file) == []


def test_a_file_that_was_written_and_named_by_nothing_is_removed_by_who_opens_the_store(engine, again, dyad, file):
    # As a process leaves it that dies before it commits.
    cabinet = engine._desk.store.cabinet
    cabinet.put(b"orphan")
    done(claim(engine, dyad, pdf(WORDS)))
    assert len(beside(file)) == 2

    assert again().verify().sound

    assert len(beside(file)) == 1


def test_a_file_that_was_named_and_not_settled_is_settled_by_who_opens_the_store(
    engine, again, dyad, file, monkeypatch
):
    # As a process leaves it that dies once it has committed.
    with monkeypatch.context() as dying:
        dying.setattr(Cabinet, "settle", lambda *_, **__: None)
        done(claim(engine, dyad, pdf(WORDS)))
    [new] = beside(file)
    assert new.parent.name == "new"
    [(n, *_)] = names(engine, dyad, "bob")
    assert engine.file(dyad, n, reader="bob") == pdf(WORDS)

    opened = again()

    [settled] = beside(file)
    assert settled.parent != new.parent
    assert opened.file(dyad, n, reader="bob") == pdf(WORDS)


def test_a_file_that_was_erased_and_not_removed_is_removed_by_who_opens_the_store(
    engine, again, dyad, file, monkeypatch
):
    done(claim(engine, dyad, pdf(WORDS)))
    with monkeypatch.context() as dying:
        dying.setattr(Cabinet, "remove", lambda *_: False)
        engine.erase_person("bob", "À sa demande")
    assert len(beside(file)) == 1
    assert engine.verify().sound

    again()

    assert beside(file) == []


def test_a_disk_that_is_full_refuses_the_whole_command(engine, dyad, file, monkeypatch):
    import os

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        with pytest.raises(StoreTrouble) as trouble:
            claim(engine, dyad, pdf(WORDS))
    assert trouble.value.reason == "full"
    assert ("claims" in engine.dyad(dyad).entries, beside(file)) == (False, [])
    assert done(claim(engine, dyad, pdf(WORDS)))
    assert engine.verify().sound


# ----------------------------------------------------------------------------------------------------------- verifying


@pytest.mark.parametrize("fault", ["missing", "altered", "cut", "swapped", "unnamed", "stray"])
def test_what_is_not_as_it_was_attached_is_told(engine, dyad, file, fault):
    done(claim(engine, dyad, pdf(WORDS)))
    done(claim(engine, dyad, pdf("autre")))
    one, other = beside(file)
    match fault:
        case "missing":
            one.unlink()
        case "altered":
            one.write_bytes(one.read_bytes()[:-1] + bytes([one.read_bytes()[-1] ^ 1]))
        case "cut":
            one.write_bytes(one.read_bytes()[:20])
        case "swapped":
            one.write_bytes(other.read_bytes())
        case "unnamed":
            with engine._desk.store.writing() as transaction:
                transaction._connection.execute("DELETE FROM files WHERE place = ?", (one.name,))
                transaction.commit()
        case "stray":
            (one.parent / "0").write_bytes(b"")

    codes = {problem.code for problem in engine.verify().problems}

    assert codes == {
        "missing": {"file_missing"}, "altered": {"file_altered"}, "cut": {"file_altered"},
        "swapped": {"file_altered"}, "unnamed": {"file_missing", "file_stray"}, "stray": {"file_stray"},
    }[fault]  # fmt: skip


def test_a_file_that_is_not_as_it_was_is_not_given(engine, dyad, file):
    done(claim(engine, dyad, pdf(WORDS)))
    [(n, *_)] = names(engine, dyad, "bob")
    beside(file)[0].unlink()

    with pytest.raises(StoreTrouble):
        engine.file(dyad, n, reader="bob")


def test_a_store_in_memory_keeps_files_too(folder, clock):
    (folder / "claims.yaml").write_text(PROGRAM, encoding="utf-8")
    with Engine.open("sqlite://", folder, clock) as engine:
        welcome(engine)
        dyad = begun(engine)
        done(claim(engine, dyad, pdf(WORDS)))
        [(n, *_)] = names(engine, dyad, "bob")
        assert engine.file(dyad, n, reader="bob") == pdf(WORDS)
        engine.erase_person("bob", "À sa demande")
        assert engine.verify().sound


# --------------------------------------------------------------------------------------- dyads that begin with a file


def arrival(**fields):
    today = date.fromtimestamp(MONDAY // SECOND).toordinal()
    people = {"mentee": ("ana",), "mentor": ("bob",)}
    return Arrival(2, "open", people, fields, today - 10, today - 20)


def test_a_dyad_under_way_comes_in_with_its_file(engine, again):
    [arrived] = engine.import_dyads("claims", [arrival(contract=pdf(WORDS))], keep=True)

    for one in (engine, again()):
        [filed] = one.files(arrived.dyad)
        assert one.file(arrived.dyad, filed.n) == pdf(WORDS)
    assert engine.verify().sound


def test_what_is_only_looked_at_leaves_no_file(engine, file):
    [arrived] = engine.import_dyads("claims", [arrival(contract=pdf(WORDS))], keep=False)

    assert arrived.dyad is not None
    assert beside(file) == []


def test_a_dyad_under_way_that_only_describes_its_file_is_refused(engine):
    [arrived] = engine.import_dyads("claims", [arrival(contract=pdf(WORDS).said())], keep=True)

    assert arrived.dyad is None
    assert [reason.code for reason in arrived.reasons] == ["datum_file_missing"]
    assert list(engine.dyads()) == []


def test_a_dyad_under_way_comes_in_with_no_file_that_its_program_does_not_want(engine):
    [other] = engine.import_dyads("claims", [arrival(contract=Attachment(name="a.pdf", content=b"MZ"))], keep=True)
    [large] = engine.import_dyads("claims", [arrival(contract=pdf(size=60_000_000))], keep=True)

    assert [[reason.code for reason in one.reasons] for one in (other, large)] == [
        ["datum_file_type"],
        ["datum_file_together"],
    ]


NEXT = PROGRAM.replace("id: claims\n", "id: next\n", 1)
STARTING = PROGRAM.replace(
    "effects: [{set: {copy: input.letter}}]",
    "effects: [{start: {program: next, with: {mentee: roles.mentee.id, contract: fields.contract}}}]",
)  # fmt: skip


@pytest.fixture
def handing_on(engine, folder):
    """A dyad that begins another one, to which its contract follows."""
    (folder / "claims.yaml").write_text(STARTING, encoding="utf-8")
    (folder / "next.yaml").write_text(NEXT, encoding="utf-8")
    found = begun(engine)
    done(engine.set(found, "contract", pdf(WORDS), "bob"))
    return found


def test_a_file_follows_into_the_dyad_that_another_one_starts(engine, again, handing_on):
    done(engine.fire(handing_on, "stop", "ana", {"letter": pdf("autre")}))

    [new] = [one.id for one in engine.dyads(program="next")]
    for one in (engine, again()):
        [filed] = one.files(new)
        assert (filed.path, one.file(new, filed.n)) == ("fields.contract", pdf(WORDS))
    assert engine.verify().sound


def test_a_file_that_follows_is_another_one(engine, handing_on):
    done(engine.fire(handing_on, "stop", "ana", {"letter": pdf("autre")}))
    [new] = [one.id for one in engine.dyads(program="next")]

    assert {engine.files(dyad)[0].path for dyad in (handing_on, new)} == {"fields.contract"}
    assert engine.files(handing_on)[0].n != engine.files(new)[0].n


def test_a_dyad_whose_file_is_there_no_more_is_not_begun_and_that_is_told(engine, handing_on, monkeypatch):
    monkeypatch.setattr(attaching.KeptFiles, "content", lambda *_args, **_more: None)

    done(engine.fire(handing_on, "stop", "ana", {"letter": None}))

    assert list(engine.dyads(program="next")) == []
    assert [message.status for message in engine.outbox() if message.kind == "start"] == ["failed"]
