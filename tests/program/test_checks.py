"""Are the checks fair: a small draft is legal, one mistake is told once, and the work grows with the program alone?"""

from __future__ import annotations

import cProfile
import os
import pstats
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dyade.authoring.explaining import EXAMPLES
from dyade.program import checks
from dyade.program import model as m
from dyade.program.checks.ground import Ground
from dyade.program.codes import Severity
from dyade.program.diagnostics import Findings
from dyade.program.load import examine
from dyade.program.names import Declared
from dyade.program.text import read
from dyade.program.tree import Node, Tree
from dyade.program.typed import Typed

PROGRAMS = [p for p in sorted((Path(__file__).parents[2] / "programs").glob("*.yaml")) if ".scenarios" not in p.name]
SMALLEST = """\
dyade: "1.0"
id: essai
version: "1"
title: Essai
summary: Un essai
locales: [fr]
timezone: America/Toronto
started_by: [mentor]
roles: {mentor: {label: Mentor}}
initial: a
states: {a: {label: A}, b: {label: B, final: true}}
transitions:
  - {id: finir, label: Finir, from: a, to: b, by: [mentor]}
"""
WHOLE = """\
dyade: "1.0"
id: essai
version: "1"
title: Essai
summary: Un essai
locales: [fr]
timezone: America/Toronto
started_by: [mentor]
params:
  delai: {value: 6 months, label: Délai}
roles:
  mentor: {label: Mentor, assigned_by: [mentor]}
forms:
  bilan:
    label: Bilan
    entry: {note: {type: text, label: Note}}
    filled_by: [mentor]
    available_in: [a]
    due: dyad.created + params.delai
initial: a
states:
  a: {label: A}
  attente: {label: Attente}
  b: {label: B, final: true}
transitions:
  - id: attendre
    label: Attendre
    from: a
    to: attente
    by: [mentor]
    guard:
      - {id: bilan_fait, when: forms.bilan.done}
    effects:
      - notify: {to: [mentor], template: attente}
  - {id: finir, label: Finir, from: attente, to: b, by: [mentor]}
templates:
  attente: {subject: Attente, body: "Bonjour, {roles.mentor.name}."}
"""


def codes(text: str) -> list[str]:
    return [found.code for found in examine(text).findings]


def test_the_smallest_draft_has_thirteen_lines_and_is_legal():
    loaded = examine(SMALLEST)

    assert SMALLEST.count("\n") == 13
    assert loaded.program is not None
    assert all(found.severity is not Severity.ERROR for found in loaded.findings)


def test_a_program_without_mistake_is_told_nothing():
    assert codes(WHOLE) == []


@pytest.mark.parametrize(
    ("wrong", "right", "code"),
    [
        ("gaurd:", "guard:", "D002"),
        ("to: attent\n", "to: attente\n", "D011"),
        ("template: atente", "template: attente", "D012"),
        ("forms.bilann.done", "forms.bilan.done", "E102"),
        ("forms.bilan.done &", "forms.bilan.done", "E100"),
        ("params.delay", "params.delai", "E102"),
        ("{roles.mentr.name}", "{roles.mentor.name}", "T004"),
        ("entri:", "entry:", "D002"),
        ("{note: {type: txt,", "{note: {type: text,", "D007"),
        ("available_in: [aa]", "available_in: [a]", "D011"),
        ("filled_by: [mentr]", "filled_by: [mentor]", "D010"),
        ("{vallue: 6 months,", "{value: 6 months,", "D002"),
        ("{value: 6 moi, type: duration,", "{value: 6 months,", "D021"),
        ("atente: {label: Attente}", "attente: {label: Attente}", "D011"),
        ("{subjet: Attente,", "{subject: Attente,", "D002"),
        ("!x forms.bilan.done", "forms.bilan.done", "Y006"),
    ],
)
def test_one_mistake_is_told_as_one_kind_of_mistake(wrong, right, code):
    """Nothing follows from what is unknown: no state becomes unreachable, nothing becomes unused."""
    assert WHOLE.count(right) >= 1

    assert set(codes(WHOLE.replace(right, wrong, 1))) == {code}


def test_a_broken_form_hides_no_dead_end():
    broken = WHOLE.replace("entry:", "entri:").replace("from: attente, to: b", "from: a, to: b")

    assert codes(broken) == ["D002", "G002"]


def test_a_transition_that_is_left_out_still_leads_somewhere():
    broken = WHOLE.replace("- {id: finir, label: Finir,", "- {id: finir, labell: Finir, helpp: x,")

    assert set(codes(broken)) == {"D002"}


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_that_we_ship_is_told_nothing(path):
    def read_file(name: str) -> bytes | None:
        beside = path.parent / name
        return beside.read_bytes() if beside.is_file() else None

    loaded = examine(path.read_bytes(), read_file)

    assert [found for found in loaded.findings if found.severity is not Severity.INFO] == []


def test_findings_are_the_same_whatever_the_order_of_sets():
    """Each run is a process of its own, with its own seed for hashes."""
    script = (
        "import sys; from pathlib import Path; from dyade.program.load import examine\n"
        "for path in sorted(path for folder in sys.argv[1:] for path in Path(folder).glob('*.yaml')):\n"
        "    print(path.name, *examine(path.read_bytes()).findings, sep='\\n')"
    )
    command = [sys.executable, "-c", script, str(EXAMPLES / "wrong"), str(Path(__file__).parent / "err")]
    said = {
        subprocess.run(command, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": str(seed)}).stdout
        for seed in (0, 1, 2)
    }

    assert len(said) == 1
    assert all(len(one) > 1000 for one in said)


# ------------------------------------------------------------------------------------------------------- hostile texts

TRANSITION = "  - {{id: t{0}, label: T, from: a, to: b, by: [mentor], guard: [{1}]}}\n"
ROLE = "roles: {mentor: {label: Mentor}}"


def with_section(section: str, guard: str = "", size: int = 0) -> str:
    """The smallest program with one more section, and many transitions that say the same."""
    more = "".join(TRANSITION.format(n, guard.replace("#", str(n))) for n in range(size))
    return SMALLEST.replace("initial:", f"{section}\ninitial:") + more


TOWER = (
    "".join(f"  c{n}: {{all: [{{use: c{n + 1}}}, {{use: c{n + 1}}}]}}\n" for n in range(40)) + '  c40: {when: "true"}'
)
CLAUSES = ", ".join(f"{{id: x{n}, when: person.id == person.name}}" for n in range(300))
LIKES = (
    "".join(f"  f{n}: {{like: fields.f{n + 1}, label: F}}\n" for n in range(2000)) + "  f2000: {type: int, label: F}"
)
SUMS = "".join(f"  f{n}: {{type: int, label: F, formula: fields.f{n + 1} + fields.f{n + 1}}}\n" for n in range(1500))
STATES = "".join(f"  etat_tres_long_{n}: {{label: S}}\n" for n in range(1200))
HOSTILE = {
    "a tower of clauses": with_section(f"clauses:\n{TOWER}", "{use: c0}", 1),
    "a chain of clauses": with_section(
        "clauses:\n" + "".join(f"  c{n}: {{all: [{{use: c{n + 1}}}]}}\n" for n in range(900))
    ),
    "a role eligible to itself": SMALLEST.replace(
        ROLE, "roles: {mentor: {label: M, eligible: [{eligible: [mentor]}]}}"
    ),
    "clauses of a role, everywhere": with_section("", "{eligible: [mentor]}", 500).replace(
        ROLE, f"roles: {{mentor: {{label: M, eligible: [{CLAUSES}]}}}}"
    ),
    "a chain of likes": with_section(f"fields:\n{LIKES}"),
    "a circle of likes": with_section(f"fields:\n{LIKES.replace('type: int', 'like: fields.f0')}"),
    "sums of sums": with_section(f"fields:\n{SUMS}  f1500: {{type: int, label: F}}"),
    "states that nearly exist": SMALLEST.replace(
        "states: {a:", f"states:\n{STATES}  a: {{label: A}}\n  b: {{label: B}}\nx-: {{a:"
    )
    + "".join(TRANSITION.format(n, f"{{id: x, when: is_in(etot_tres_lonk_{n})}}") for n in range(500)),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_program_costs_no_more_than_another(kind):
    """Counted in calls, so that no slow machine fails."""
    profile = cProfile.Profile()
    loaded = profile.runcall(examine, HOSTILE[kind])

    assert loaded.findings or loaded.program
    assert "Y007" not in {found.code for found in loaded.findings}
    assert pstats.Stats(profile).total_calls < 6_000_000  # type: ignore[attr-defined]


# ------------------------------------------------------------------------------------------------------- how it grows


def program(size: int, shape: str) -> dict[str, Any]:
    """A program of so many states and twice as many transitions."""
    names = [f"s{n}" for n in range(size - 1)]
    states: dict[str, Any] = {name: {"label": "S"} for name in names}
    first = "s0"
    if shape in ("compound", "history"):
        states, first = {"tout": {"label": "T", "initial": "s0", "states": states}, "ailleurs": {"label": "A"}}, "tout"
    states["fin"] = {"label": "F", "final": True}
    transitions = []
    for n, name in enumerate(names):
        source = {"any": "any", "compound": "tout", "history": "tout"}.get(shape if n % 2 else "", name)
        guard = [{"id": "fait", "when": "forms.bilan.done"}]
        following = names[n + 1] if n + 1 < len(names) else "fin"
        back = {"history": "history(tout)", "any": "fin"}.get(shape, names[max(0, n - 1)])
        origin = "ailleurs" if shape == "history" else name
        fired = {"auto": True} if shape == "auto" else {"by": ["mentor"]}
        transitions.append({"id": f"t{n}", "label": "T", "from": source, "to": following, "guard": guard, **fired})
        transitions.append({"id": f"u{n}", "label": "U", "from": origin, "to": back, "by": ["mentor"]})
    if first == "tout":
        transitions.append({"id": "partir", "label": "P", "from": "tout", "to": "ailleurs", "by": ["mentor"]})
        transitions.append({"id": "revenir", "label": "R", "from": "ailleurs", "to": "tout", "by": ["mentor"]})
    form = {"label": "B", "entry": {"note": {"type": "text", "label": "N"}}, "filled_by": ["mentor"]}
    sections = {"initial": first, "states": states, "transitions": transitions}
    tree = read(SMALLEST, Findings())
    assert tree is not None
    return {**tree.data, **sections, "forms": {"bilan": {**form, "available_in": [first]}}}


def work(data: Mapping[str, Any]) -> int:
    """How many calls the checks of a program make: what its time is made of, whatever the machine."""
    declared = Declared.of(m.load_model(dict(data)))
    findings, tree = Findings(), Tree(data, Node((0, 0), (0, 0)), [])
    ground = Ground(declared, Typed(declared), tree, findings, lambda _name: None)
    profile = cProfile.Profile()
    profile.runcall(checks.run, ground)
    assert not findings.errors
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


@pytest.mark.parametrize("shape", ["line", "any", "auto", "compound", "history"])
def test_twice_the_program_is_twice_the_work(shape):
    """Two thousand states and four thousand transitions, against half as many."""
    assert work(program(2000, shape)) < 2.3 * work(program(1000, shape))


def test_a_role_whose_name_was_misspelled_where_it_is_declared_is_told_as_what_it_is():
    """Who is assigned by effects alone is nobody yet, even under a name that no role has."""
    text = (
        SMALLEST.replace("{mentor: {label: Mentor}}", "{mentor: {label: Mentor}, guid: {label: Guide}}")
        .replace("by: [mentor]}", "by: [guide]}")
        .replace("transitions:\n", "transitions:\n"
            "  - {id: nommer, label: Nommer, from: a, by: [mentor], effects: [{assign: {guide: roles.mentor.id}}]}\n")
    )  # fmt: skip

    found = [finding for finding in examine(text).findings if finding.severity is Severity.ERROR]

    assert {finding.code for finding in found} == {"D010"}
    assert {finding.suggestion for finding in found} == {"guid"}


@pytest.mark.parametrize(
    "condition",
    ["forms.bilan.count >= rencontres", "forms.bilan.count => rencontres", "forms.bilan.count ≥ param.rencontres"],
)
def test_what_a_broken_condition_was_meant_to_read_is_not_called_unused(condition):
    right = (EXAMPLES / "right" / "E110-magic-number.yaml").read_text(encoding="utf-8")
    text = right.replace("forms.bilan.count >= params.rencontres", condition)
    codes = {one.code for one in examine(text).findings}

    assert codes & {"E100", "E102"}
    assert "U002" not in codes
