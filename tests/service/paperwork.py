"""A small program of claims with receipts, and files to attach."""

from pathlib import Path

from dyade import Attachment
from dyade.wiring import Engine
from tests.service.lives import done

PROGRAM = """
dyade: "1.0"
id: claims
version: "1"
title: Claims
summary: Claims with receipts
locales: [fr]
timezone: America/Toronto
started_by: [mentee]
roles:
  mentee: {label: Mentee}
  mentor: {label: Mentor, assigned_by: [mentee]}
  office: {label: Office, scope: program}
visibility: {default: [mentee, mentor, office]}
fields:
  contract: {type: file, nullable: true, label: Contrat, types: [pdf], max_size: 20 kB, set_by: [mentor]}
  copy: {type: file, nullable: true, label: Copie}
forms:
  claims:
    label: Réclamations
    entry:
      amount: {type: money, label: Montant, min: 0, privacy: none}
      receipts: {type: list<file>, label: Reçus, min: 1, max: 3, max_size: 10 kB, types: [pdf, jpeg, png]}
    filled_by: [mentor, mentee]
    corrected_by: [office]
    available_in: [open]
    repeat: many
    visibility: [author, office]
    steps:
      - {id: pay, label: Payer, from: submitted, to: paid, by: [office], input: {proof: {type: file, label: Preuve}}}
initial: open
states:
  open: {label: Ouvert}
  over: {label: Fini, final: true, outcome: success}
transitions:
  - {id: stop, label: Arrêter, from: open, to: over, by: [mentee],
     input: {letter: {type: file, nullable: true, label: Lettre}}, effects: [{set: {copy: input.letter}}]}
retention:
  - {id: claims_kept, what: forms.claims, in_state: [over], keep_for: 6 months}
"""


def pdf(words: str = "recu", size: int = 0, name: str = "reçu.pdf") -> Attachment:
    """A file that begins as they do."""
    return Attachment(name=name, content=b"%PDF-1.7\n" + words.encode() + b" " * size)


def claim(engine: Engine, dyad: str, *receipts: Attachment, by: str = "bob", **told):
    """Claim some money, with receipts."""
    return engine.fill(dyad, "claims", by, {"amount": "12.50", "receipts": list(receipts)}, **told)


def begun(engine: Engine) -> str:
    """A dyad of ana and bob; olga is the office."""
    return done(engine.start("claims", "ana", {"mentee": "ana", "mentor": "bob"})).dyad.id


def beside(file: Path) -> list[Path]:
    """The contents beside a store, settled or not."""
    return sorted(one for one in file.with_name(f"{file.name}.files").rglob("*") if one.is_file())
