"""Is a clause that changed proved stricter, looser or the same, where its words do not tell?"""

import pytest

from dyade.authoring.proofs.comparing import Comparer
from dyade.authoring.strictness import CHANGED, LOOSER, SAME, STRICTER, of_conditions
from dyade.program.load import load
from dyade.program.program import Program
from dyade.program.typed import leaves


def program(when: str) -> Program:
    return load(
        f"""
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
  heures: {{type: int, label: Heures, set_by: [mentor]}}
  debut: {{type: date, label: Début, set_by: [mentor]}}
  fin: {{type: date, label: Fin, set_by: [mentor]}}
tables:
  jours: {{label: Jours, key: {{heures: {{like: fields.heures}}}}, value: int, rows: {{"1": 2}}}}
initial: a
states:
  a: {{label: A}}
  b: {{label: B, final: true}}
transitions:
  - {{id: finir, label: Finir, from: a, to: b, by: [mentor], guard: [{{id: x, when: "{when}"}}]}}
""",
        "essai.yaml",
    )


@pytest.mark.parametrize(
    ("before", "after", "relation"),
    [
        ("fields.heures < 4", "fields.heures <= 3", SAME),
        ("fields.heures > 3 or fields.heures == 3", "fields.heures >= 3", SAME),
        ("fields.fin >= fields.debut + 6 months", "fields.fin > fields.debut + 200 days", STRICTER),
        ("fields.fin >= fields.debut + 6 months", "fields.fin >= fields.debut + 180 days", LOOSER),
        ("fields.fin >= fields.debut + 6 months", "fields.fin >= fields.debut + 183 days", CHANGED),
        ("fields.fin > fields.debut", "days_between(fields.debut, fields.fin) > 10", STRICTER),
        ("fields.heures > 3", "fields.fin > fields.debut", CHANGED),
        ("is_set(fields.fin)", "fields.fin > fields.debut", STRICTER),
        ("tables.jours(fields.heures) > 1", "tables.jours(fields.heures) >= 2", CHANGED),
    ],
)
def test_what_a_clause_lets_through_is_compared(before, after, relation):
    old, new = program(before), program(after)
    [was], [now] = (list(leaves(one.guard(("transitions", 0, "guard")))) for one in (old, new))

    assert of_conditions(was.when, now.when) == CHANGED
    assert Comparer(new)(was, now) == relation
