"""Does `certificate` make, check, revoke and list certificates, and say nothing of why their holder was eligible?"""

import base64
import json
import re
import shlex
import shutil
import zlib
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dyade.certificates import extra
from tests.faces.conftest import Dyade

ROOT = Path(__file__).parents[2]
PROGRAM = """\
dyade: "1.0"
id: ecole
version: "1"
title: {fr: École, en: School}
summary: {fr: Une école., en: A school.}
locales: [fr, en]
timezone: America/Toronto
owner: {fr: École d'essai, en: School of trials}
started_by: [mentor]
roles:
  mentor: {label: {fr: Mentor, en: Mentor}}
  mentore: {label: {fr: Mentorée, en: Mentee}, assigned_by: [mentor]}
initial: a
states: {a: {label: {fr: En cours, en: Running}}, b: {label: {fr: Fini, en: Ended}, final: true}}
certificates:
  formation:
    title: {fr: Certificat de formation, en: Certificate of training}
    to: mentore
    number: "E-{year}-{seq:4}"
    revoked_by: [mentor]
transitions:
  - {id: finir, label: {fr: Finir, en: End}, from: a, to: b, by: [mentor], effects: [{certificate: formation}]}
"""


@pytest.fixture
def school(dyade, monkeypatch):
    """A dyad that has its certificate, and the issuer's key."""
    monkeypatch.chdir(dyade.folder)
    (dyade.folder / "programs" / "ecole.yaml").write_text(PROGRAM, encoding="utf-8")
    dyade.done("person", "add", "ana", "--name", "Ana Essai")
    dyade.done("person", "add", "bea", "--name", "Béa Été-Noël")
    dyade.done("start", "ecole", "mentor=ana", "mentore=bea", "--as", "ana")
    dyade.done("advance", "D-1", "finir", "--as", "ana")
    dyade.done("certificate", "key", "--new", "key.jwk", "--out", "public.json")
    return dyade


def make(school, *more):
    return school.done("certificate", "D-1", "--signing-key", "key.jwk", *more)


def test_in_whose_name_it_is_given_is_told_wherever_it_is_checked(dyade, monkeypatch):
    monkeypatch.chdir(dyade.folder)
    text = PROGRAM.replace("    to: mentore\n", "    to: mentore\n    issuer: mentor\n")
    (dyade.folder / "programs" / "ecole.yaml").write_text(text, encoding="utf-8")
    dyade.done("person", "add", "ana", "--name", "Ana Essai")
    dyade.done("person", "add", "bea", "--name", "Béa Été-Noël")
    dyade.done("start", "ecole", "mentor=ana", "mentore=bea", "--as", "ana")
    dyade.done("advance", "D-1", "finir", "--as", "ana")
    dyade.done("certificate", "key", "--new", "key.jwk", "--out", "public.json")
    make(dyade)

    for file in ("E-2026-0001.pdf", "E-2026-0001.jwt"):
        found = dyade.done("certificate", "verify", file, "--issuer", "public.json", "--format", "json")
        assert (found.data["outcome"], found.data["given_by"]) == ("good", "Ana Essai")


def test_a_certificate_is_made_and_checked_anywhere(school):
    made = make(school)

    assert [line.strip() for line in made.out.splitlines()[1:]] == ["E-2026-0001.pdf", "E-2026-0001.jwt"]
    for file in ("E-2026-0001.pdf", "E-2026-0001.jwt"):
        found = school.done("certificate", "verify", file, "--issuer", "public.json")
        assert "Ce certificat est bon." in found.out
        assert "Béa Été-Noël" in found.out


def test_each_verdict_has_its_exit_code(school):
    make(school)
    issuer = ("--issuer", "public.json")
    assert school("certificate", "verify", "E-2026-0001.pdf").code == 4
    touched = bytearray(Path("E-2026-0001.pdf").read_bytes())
    touched[len(touched) // 2] ^= 1
    Path("touched.pdf").write_bytes(touched)
    assert school("certificate", "verify", "touched.pdf", *issuer).code == 1
    school.done("certificate", "revoke", "D-1", "formation", "--reason", "Un rapport falsifié", "--as", "ana")
    assert school("certificate", "verify", "E-2026-0001.pdf", *issuer).code == 5
    assert school("certificate", "verify", "public.json", *issuer).code == 2
    assert school("certificate", "verify", "absent.pdf", *issuer).code == 2


def test_revoked_is_told_far_from_the_store_by_the_signed_list(school, tmp_path):
    make(school)
    school.done("person", "set", "bea", "--name", "Béatrice Été")
    school.done("certificate", "reissue", "D-1", "formation", "--reason", "Son nom", "--as", "ana")
    make(school)
    listed = school.done("certificate", "list", "--out", "revoked.jwt", "--signing-key", "key.jwk")
    assert "E-2026-0001" in listed.out
    far = {"DYADE_DB": f"sqlite:///{tmp_path / 'far' / 'none.db'}"}
    given = ("--issuer", "public.json", "--revoked", "revoked.jwt")

    assert school("certificate", "verify", "E-2026-0001.pdf", *given, env=far).code == 5
    found = school("certificate", "verify", "E-2026-0002.jwt", *given, env=far)
    assert (found.code, "Béatrice Été" in found.out) == (0, True)
    unknown = school("certificate", "verify", "E-2026-0001.pdf", "--issuer", "public.json", env=far)
    assert (unknown.code, "--revoked" in unknown.out) == (0, True)


def test_a_list_signed_by_another_is_refused(school):
    make(school)
    school.done("certificate", "key", "--new", "other.jwk")
    school.done("certificate", "list", "--out", "revoked.jwt", "--signing-key", "other.jwk")

    assert (
        school("certificate", "verify", "E-2026-0001.jwt", "--issuer", "public.json", "--revoked", "revoked.jwt").code
        == 2
    )


def test_json_says_the_verdict_and_the_facts(school):
    make(school, "--format", "json")
    found = school("certificate", "verify", "E-2026-0001.jwt", "--issuer", "public.json", "--format", "json").data

    assert (found["outcome"], found["number"], found["holder"]) == ("good", "E-2026-0001", "Béa Été-Noël")
    assert found["revocations"] == "store"


def test_no_file_is_written_over_unless_it_is_asked(school):
    make(school)
    before = Path("E-2026-0001.jwt").read_bytes()

    refused = school("certificate", "D-1", "--signing-key", "key.jwk", "--out", "E-2026-0001.pdf")
    assert (refused.code, "--force" in refused.err) == (2, True)
    assert Path("E-2026-0001.jwt").read_bytes() == before
    assert make(school, "--force").code == 0
    assert school("certificate", "key", "--new", "key.jwk").code == 2


def test_who_takes_no_part_finds_no_certificate(school):
    school.done("person", "add", "zoe", "--name", "Zoé")

    assert school("certificate", "D-1", "--signing-key", "key.jwk", "--as", "zoe").code == 2
    assert school("certificate", "D-9", "--signing-key", "key.jwk").code == 2
    assert not list(Path().glob("*.pdf"))


def test_without_a_key_one_is_told_how_to_make_it(school):
    found = school("certificate", "D-1")

    assert (found.code, "dyade certificate key --new" in found.err) == (2, True)


def test_without_the_extra_one_is_told_how_to_install_it(school, monkeypatch):
    def absent(name):
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr(extra, "import_module", absent)
    for arguments in (("key", "--new", "new.jwk"), ("D-1", "--signing-key", "key.jwk")):
        found = school("certificate", *arguments)
        assert (found.code, "pip install 'dyade[certificates]'" in found.err) == (3, True)
    assert not Path("new.jwk").exists()


def test_the_card_and_the_history_tell_of_it(school):
    [one] = school.done("show", "D-1", "--format", "json").data["certificates"]["formation"]
    assert (one["number"], one["person"], one["revoked_on"]) == ("E-2026-0001", "bea", None)
    assert "E-2026-0001" in school.done("show", "D-1").out
    assert "Certificat de formation, E-2026-0001" in school.done("history", "D-1").out


# ----------------------------------------------------------------------------------------------------- what is not said


SILENT = ("", "#", "@", "en", "fr", "!", "why", "show", "history", "due", "list", "verify")
"""What a life says without anything happening."""


def live(tmp_path, life):
    """Play a life until the certificate is issued; give what people wrote and said of themselves meanwhile."""
    shutil.copytree(ROOT / "programs", tmp_path / "programs")
    dyade = Dyade(tmp_path)
    said: set[str] = set()
    for line in (ROOT / "demo" / "lives" / f"{life}.life").read_text(encoding="utf-8").splitlines():
        if line.startswith("@ "):
            moment = datetime.fromisoformat(line[2:].strip()).replace(tzinfo=ZoneInfo("America/Toronto"))
            dyade.environment["DYADE_NOW"] = moment.isoformat()
        if line.partition(" ")[0] in SILENT:
            continue
        words = shlex.split(line)
        dyade.done(*words)
        if words[0] in ("fill", "step", "set", "person", "waive", "plan"):
            said |= {value for word in words[2:] if len(value := word.partition("=")[2]) > 5 and not value[0].isdigit()}
        if dyade("certificate", "list", "--format", "json").data["certificates"]:
            break
    return dyade, said


def readable(made):
    """All that can be read in a document: as it stands, and what is packed in it."""
    found = [made]
    for match in re.finditer(rb"stream\r?\n(.*?)endstream", made, re.DOTALL):
        unpacker = zlib.decompressobj()
        try:
            found.append(unpacker.decompress(match[1]))
        except zlib.error:
            continue
    return b"\n".join(found)


@pytest.mark.parametrize(("life", "holder"), [("aqpm", "Alix"), ("cscpq", "Leila")])
def test_nothing_tells_why_the_holder_was_eligible(tmp_path, monkeypatch, life, holder):
    """A disability, a ground, a need, a job: each word that was written in the dyad is looked for."""
    monkeypatch.chdir(ROOT / "demo")
    dyade, said = live(tmp_path, life)
    key, out = str(tmp_path / "key.jwk"), tmp_path / "made.pdf"
    dyade.done("certificate", "key", "--new", key)
    told = dyade.done("certificate", "D-1", "--signing-key", key, "--out", str(out))
    credential = out.with_suffix(".jwt").read_text(encoding="utf-8")
    payload = json.loads(base64.urlsafe_b64decode(credential.split(".")[1] + "=="))
    everything = "\n".join(
        (told.out, json.dumps(payload, ensure_ascii=False), readable(out.read_bytes()).decode("latin-1"))
    )

    assert len(said) >= 5
    assert [word for word in said if word.lower() in everything.lower()] == []
    assert not re.search("incapacit|disabilit|handicap", everything, re.IGNORECASE)
    assert holder in json.dumps(payload)
