"""What is proved of whole programs: the five, variants of them that are broken, and what the command shows."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from dyade.authoring.proofs import solver
from dyade.authoring.proofs.prove import Proved, prove
from dyade.program.codes import CODES
from dyade.program.load import examine
from dyade.program.report import message

ROOT = Path(__file__).parents[3]
PROGRAMS = sorted(path for path in (ROOT / "programs").glob("*.yaml") if not path.name.endswith(".scenarios.yaml"))
BY_PROOF = {code for code in CODES if code.startswith("S")}


def proved(text: str, lang: str = "en", **more: Any) -> Proved:
    def read_file(name: str) -> bytes | None:
        path = ROOT / "programs" / name
        return path.read_bytes() if path.is_file() else None

    return prove(text, lang, read_file, **more)


def told(text: str, lang: str = "en") -> list[tuple[str, str]]:
    """(code, sentence) of what is proved."""
    found = proved(text, lang).loaded.findings
    return [(one.code, message(one, lang)) for one in found if one.code in BY_PROOF]


def source(name: str) -> str:
    return (ROOT / "programs" / f"{name}.yaml").read_text(encoding="utf-8")


def changed(name: str, before: str, after: str) -> str:
    text = source(name)
    assert text.count(before) == 1, before
    return text.replace(before, after)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_sound_program_raises_no_alarm(path):
    text = path.read_text(encoding="utf-8")
    begun = time.perf_counter()
    found = proved(text)

    assert [(one.code, one.facts) for one in found.loaded.findings if one.code in BY_PROOF] == []
    assert found.proofs is not None
    assert found.proofs.proved > 10
    assert found.proofs.untold <= 3
    print(f"{path.stem}: {found.proofs.proved} proofs, {time.perf_counter() - begun:.2f} s")  # noqa: T201


def test_a_placement_of_three_months_leaves_one_week_to_miss():
    """144 hours at 12 a week take 12 weeks; 89 to 92 days hold 12 or 13."""
    proofs = proved(source("cscpq")).proofs
    assert proofs is not None
    [margin] = proofs.margins

    assert {key: margin.facts[key] for key in ("amount", "rate", "weeks", "least", "most", "held", "n")} == {
        "amount": "144", "rate": "12", "weeks": 12, "least": 89, "most": 92, "held": "12 or 13", "n": 1,
    }  # fmt: skip
    assert "1 may be missed at the most" in margin.sentence


def test_ninety_week_days_before_the_deadline_begin_on_a_monday_of_november():
    proofs = proved(source("aqpm"), "fr").proofs
    assert proofs is not None
    margin = next(margin for margin in proofs.margins if margin.facts["amount"] == "90")

    assert (margin.facts["last"], margin.facts["weekdays"]) == ("2023-03-31", "2022-11-28")
    assert "sans les fins de semaine, 2022-11-28" in margin.sentence


def test_hours_that_cannot_be_done_in_time_are_told():
    fewer = "    label: {fr: Heures par semaine"
    [(code, sentence)] = set(told(changed("cscpq", f"    value: 12\n{fewer}", f"    value: 9\n{fewer}")))

    assert code == "S006"
    assert "144 do not fit in 3 months (89 to 92 days) at 9 a week" in sentence


def test_a_refusal_that_must_come_before_and_after_never_happens():
    late = "      - {id: trop_tard, when: today > fields.date_fin, basis: assumed}\n      - id: encore_temps\n"
    [(code, sentence)] = told(changed("cisss", "      - id: encore_temps\n", late))

    assert (code, sentence) == (
        "S001",
        '"refuser_fin" can never happen: no values meet these conditions together: trop_tard and encore_temps',
    )


def test_what_a_form_asks_for_is_known_of_the_fields_that_it_sets():
    """The agreement wants its end after its beginning, and no extension undoes it: nothing may ask for the contrary."""
    backwards = (
        "      - {id: a_l_envers, when: fields.date_fin < fields.date_debut, basis: assumed}\n      - id: suivi_recu\n"
    )
    [(code, sentence)] = told(changed("cisss", "      - id: suivi_recu\n", backwards))

    assert (code, "a_l_envers" in sentence) == ("S001", True)


def test_an_example_is_in_the_words_of_the_reader():
    text = (ROOT / "engine/dyade/authoring/explained/wrong/S003-guard-gap.yaml").read_text(encoding="utf-8")

    assert [sentence for code, sentence in told(text, "fr") if code == "S003"] == [
        "dans certains cas, aucune de reussir et echouer ne s'applique. Exemple : Heures = 144"
    ]


def test_rivals_that_exclude_each_other_are_no_longer_suspected():
    """Words alone do not show that a date before another is not after it; a proof does."""
    text = rivals("fields.fin + 1 day <= fields.debut", "fields.fin >= fields.debut")

    assert told(text) == []
    assert "S002" in {one.code for one in examine(text).findings}


def test_rivals_that_both_apply_are_shown_with_dates():
    [(code, sentence)] = told(rivals("fields.fin <= fields.debut", "fields.fin >= fields.debut"))

    assert code == "S002"
    shown = re.search(r"Example: Fin = (20\d\d-\d\d-\d\d); Début = (20\d\d-\d\d-\d\d)", sentence)
    assert shown is not None
    assert shown[1] == shown[2]


def rivals(first: str, second: str) -> str:
    return f"""
dyade: "1.0"
id: essai
version: "1"
title: Essai
summary: Un essai
locales: [fr]
timezone: America/Toronto
started_by: [mentor]
roles:
  mentor: {{label: Mentor}}
fields:
  debut: {{type: date, label: Début, set_by: [mentor]}}
  fin: {{type: date, label: Fin, set_by: [mentor]}}
initial: a
states:
  a: {{label: A}}
  b: {{label: B, final: true}}
  c: {{label: C, final: true}}
transitions:
  - {{id: un, label: Un, event: finir, from: a, to: b, by: [mentor], guard: [{{id: x, when: {first}}}]}}
  - {{id: deux, label: Deux, event: finir, from: a, to: c, by: [mentor], guard: [{{id: y, when: {second}}}]}}
"""


def test_a_clause_that_somebody_may_lift_closes_nothing():
    late = "[{id: x, when: fields.fin < fields.debut}, {id: z, when: fields.fin > fields.debut, waivable_by: [mentor]}]"
    same = rivals("fields.fin < fields.debut", "fields.fin < fields.debut")
    text = same.replace("[{id: x, when: fields.fin < fields.debut}]", late)

    assert "S001" not in {code for code, _ in told(text)}
    assert "S001" in {code for code, _ in told(text.replace(", waivable_by: [mentor]", ""))}


def test_a_total_is_not_held_to_the_bounds_of_one_entry():
    """Each entry is of 8 hours at the most; many of them add up to more, even under the same name."""
    total = rivals("forms.heures.faites > 20", "fields.fin > fields.debut").replace(
        "initial: a",
        """forms:
  heures:
    label: Heures
    entry: {faites: {type: int, label: Heures faites, min: 1, max: 8}}
    filled_by: [mentor]
    available_in: [a]
    repeat: many
    aggregates: {faites: {sum: faites}}
initial: a""",
    )

    assert "S001" not in {code for code, _ in told(total)}
    assert "S001" in {code for code, _ in told(total.replace("faites > 20", "faites < 0"))}


def test_two_persons_are_not_taken_for_one():
    """Whoever is offered the role may be experienced where its holder is not."""
    text = rivals("not (roles.mentor.anciennete > 3)", "fields.fin > fields.debut").replace(
        "mentor: {label: Mentor}",
        """mentor:
    label: Mentor
    attributes: {anciennete: {type: int, label: Ancienneté}}
    eligible: [{id: ancien, when: person.anciennete > 3}]""",
    )
    asked = "input: {qui: {type: person, role: mentor, label: Qui}},"
    text = text.replace("event: finir, from: a, to: b,", f"event: finir, from: a, to: b, {asked}")
    judged = "guard: [{id: x, when: not (roles.mentor.anciennete > 3)}"

    other, holder = (f"{judged}, {{eligible: {who}}}" for who in ("{mentor: input.qui}", "[mentor]"))

    assert "S001" not in {code for code, _ in told(text.replace(judged, other))}
    assert "S001" in {code for code, _ in told(text.replace(judged, holder))}


def test_nothing_is_told_where_the_time_is_up():
    """Who cannot tell is silent; what was suspected before any proof still is."""
    text = rivals("fields.fin <= fields.debut", "fields.fin >= fields.debut")
    found = proved(text, seconds=0.0)

    assert found.proofs is not None
    assert (found.proofs.proved, found.proofs.untold > 0) == (0, True)
    assert [one.code for one in found.loaded.findings] == ["S002"]
    assert solver.EACH == 500


def test_a_comment_sets_a_proof_aside():
    text = rivals("fields.fin <= fields.debut", "fields.fin >= fields.debut").replace(
        "  - {id: deux", "  # dyade: ignore[S002] la première doit l'emporter\n  - {id: deux"
    )

    assert told(text) == []


def test_a_comment_about_what_is_disproved_is_not_useless():
    """Without proofs, it still sets a doubt aside."""
    text = rivals("fields.fin + 1 day <= fields.debut", "fields.fin >= fields.debut").replace(
        "  - {id: deux", "  # dyade: ignore[S002] les dates s'excluent\n  - {id: deux"
    )

    assert not {one.code for one in proved(text).loaded.findings} & {"S002", "U010"}
    assert not {one.code for one in examine(text).findings} & {"S002", "U010"}


def test_an_error_elsewhere_leaves_rivals_suspected():
    found = proved(
        rivals("fields.fin <= fields.debut", "fields.fin >= fields.debut").replace("initial: a", "initial: d")
    )

    assert found.proofs is None
    assert {"S002"} < {one.code for one in found.loaded.findings}


def test_a_tiny_draft_has_nothing_to_prove():
    proofs = proved(rivals("fields.fin < fields.debut", "fields.fin > fields.debut")).proofs

    assert proofs is not None
    assert json.loads(json.dumps(proofs.to_json()))["margins"] == []


def test_what_reading_has_told_is_not_told_again():
    """A clause that is never true is a mistake of its own: nothing follows from it."""
    found = prove(rivals("fields.fin < fields.fin", "fields.fin > fields.debut"), "en").loaded.findings

    assert [one.code for one in found] == ["E107"]
