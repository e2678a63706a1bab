"""What does a dyad keep of its life when it comes to another version: tracks, history, assents, waivers, marks?"""

from __future__ import annotations

import pytest

from dyade.flow.decide import decide
from dyade.flow.dyad import Dyad
from dyade.flow.evolve import fold
from dyade.flow.messages import Command, Fire, Record, SetField, Start, Waive
from dyade.flow.migrating import Passage, destinations, migrate
from dyade.flow.outcome import Context, Decision, Refusal
from dyade.program.load import load
from dyade.program.program import Program
from tests.flow.living import DAY

MONDAY = 1_790_000_000_000_000
FIRST = """\
dyade: "1.0"
id: voies
version: "1"
title: Voies
summary: Des voies et une mémoire
locales: [fr]
timezone: America/Toronto
started_by: [mentor]
roles:
  mentor: {label: Mentor}
  mentee: {label: Mentoree, assigned_by: [mentor]}
fields:
  note: {type: int, nullable: true, set_by: [mentor], label: Note}
  ready: {type: bool, nullable: true, set_by: [mentor], label: Pret}
initial: start
states:
  start: {label: Debut}
  work:
    label: Travail
    tracks:
      mood: {initial: fine, states: {fine: {label: Bien}, poor: {label: Mal}}}
      pace: {initial: slow, states: {slow: {label: Lent}, fast: {label: Vite}}}
  rest: {label: Pause, delays: {work: run}}
  over: {label: Fin, final: true, outcome: success}
transitions:
  - {id: begin, label: Commencer, from: start, to: work, by: [mentor]}
  - {id: worsen, label: Empirer, from: work.mood.fine, to: work.mood.poor, by: [mentor]}
  - {id: hurry, label: Presser, from: work.pace.slow, to: work.pace.fast, by: [mentor]}
  - {id: pause, label: Pauser, from: work, to: rest, by: [mentor]}
  - {id: resume, label: Reprendre, from: rest, to: history(work), by: [mentor]}
  - {id: agree, label: Convenir, from: work, to: over, by: {all: [mentor, mentee]}}
  - id: finish
    label: Finir
    from: work
    to: over
    by: [mentor]
    guard: [{id: is_ready, when: fields.ready, waivable_by: [mentor]}]
"""
SECOND = FIRST.replace('version: "1"', 'version: "2"').replace("Debut", "Commencement")
MIGRATION = 'migrations: [{from: "1", to: "2"%s}]\n'


def version(text: str, said: str = "", *changes: tuple[str, str]) -> Program:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return load(text + (MIGRATION % said if said else ""), "voies.yaml")


class Life:
    """A dyad of the first version, the records of all that happened to it, and what it comes to."""

    def __init__(self) -> None:
        self.program = self.first = version(FIRST)
        self.versions: dict[str, Program] = {}
        self.records: list[Record] = []
        self.now = MONDAY
        self._dyad: Dyad | None = None
        self.do(Start("mia", {"mentor": ("mia",), "mentee": ("leo",)}))

    @property
    def dyad(self) -> Dyad:
        assert self._dyad is not None
        return self._dyad

    def do(self, command: Command) -> Decision:
        outcome = decide(self.program, self._dyad, command, Context(self.now), "D-1")
        assert isinstance(outcome, Decision), outcome
        return self._keep(outcome)

    def fire(self, *events: str, by: str = "mia") -> Life:
        for event in events:
            self.do(Fire(by, event))
        return self

    def _keep(self, decision: Decision) -> Decision:
        self.records += decision.records
        self._dyad = decision.dyad
        assert fold(self.first, "D-1", self.records, self.versions) == self.dyad
        return decision

    def foreseen(self, program: Program) -> Passage:
        return migrate(self.program, program, program.behaviour, self.dyad, Context(self.now))

    def come(self, program: Program) -> Dyad:
        outcome = self.foreseen(program).outcome
        assert isinstance(outcome, Decision), outcome
        self.program = self.versions[program.behaviour] = program
        return self._keep(outcome).dyad


def test_tracks_stand_where_they_stood():
    life = Life().fire("begin", "worsen", "hurry")

    after = life.come(version(SECOND, "", ("when: fields.ready", "when: fields.ready == true")))

    assert after.leaves == {"": "work", "work.mood": "work.mood.poor", "work.pace": "work.pace.fast"}


def test_states_inside_a_renamed_one_follow_it():
    life = Life().fire("begin", "worsen")
    renamed = version(SECOND, ", states: {work: labour}", ("work", "labour"))

    after = life.come(renamed)

    assert after.leaves == {"": "labour", "labour.mood": "labour.mood.poor", "labour.pace": "labour.pace.slow"}
    assert life.fire("hurry").dyad.leaves["labour.pace"] == "labour.pace.fast"


def test_what_history_remembers_is_remembered_under_the_new_names():
    life = Life().fire("begin", "worsen", "hurry", "pause")
    life.come(version(SECOND, ", states: {work: labour}", ("work", "labour")))

    assert life.fire("resume").dyad.leaves == {
        "": "labour",
        "labour.mood": "labour.mood.poor",
        "labour.pace": "labour.pace.fast",
    }


def test_a_track_that_is_gone_is_left_out_and_a_new_one_begins():
    life = Life().fire("begin", "worsen", "hurry")
    other = version(
        SECOND,
        "",
        (
            "pace: {initial: slow, states: {slow: {label: Lent}, fast: {label: Vite}}}",
            "zeal: {initial: low, states: {low: {label: Bas}, high: {label: Haut}}}",
        ),
        ("work.pace.slow", "work.zeal.low"),
        ("work.pace.fast", "work.zeal.high"),
    )

    after = life.come(other)

    assert after.leaves == {"": "work", "work.mood": "work.mood.poor", "work.zeal": "work.zeal.low"}


def test_a_state_that_leads_nowhere_is_refused_and_foreseen():
    life = Life().fire("begin", "pause")
    gone = version(SECOND, "", ("rest:", "break:"), ("to: rest", "to: break"), ("from: rest", "from: break"))

    outcome = life.foreseen(gone).outcome

    assert isinstance(outcome, Refusal)
    assert [(reason.code, reason.about) for reason in outcome.reasons] == [("state_gone", "rest")]
    assert destinations(life.program, gone).keys() == {"start", "work", "over"}


def test_two_states_that_become_one_keep_the_stay_that_goes_on():
    life = Life().fire("begin")
    life.now += 3 * DAY
    life.fire("pause")
    before = life.dyad.stays["rest"]
    merged = version(
        SECOND,
        ", states: {start: calm, rest: calm}",
        ("initial: start", "initial: calm"),
        ("  start: {label: Commencement}\n", ""),
        ("rest:", "calm:"),
        ("to: rest", "to: calm"),
        ("from: rest", "from: calm"),
        ("from: start", "from: calm"),
    )

    after = life.come(merged)

    assert after.leaves == {"": "calm"}
    assert after.stays["calm"] == before


def test_an_assent_holds_where_the_joint_act_is_the_same():
    life = Life().fire("begin", "agree")
    life.come(version(SECOND, "", ("when: fields.ready", "when: fields.ready == true")))

    assert life.fire("agree", by="leo").dyad.leaves == {"": "over"}


def test_an_assent_lapses_where_others_are_asked():
    life = Life().fire("begin", "agree")

    after = life.come(version(SECOND, "", ("{all: [mentor, mentee]}", "{all: [mentee, mentor], within: 2 weeks}")))

    assert not any(after.assents.values())


def test_a_waiver_holds_where_its_clause_is_still_there():
    life = Life().fire("begin")
    life.do(Waive("mia", "finish", "is_ready", "Un cas à part"))
    life.come(version(SECOND, "", ("Finir", "Conclure"), ("when: fields.ready", "when: fields.ready == true")))

    assert life.fire("finish").dyad.leaves == {"": "over"}


def test_a_waiver_of_a_clause_that_is_gone_goes_with_it():
    life = Life().fire("begin")
    life.do(Waive("mia", "finish", "is_ready", "Un cas à part"))

    assert life.come(version(SECOND, "", ("id: is_ready", "id: prepared"))).waivers == {}


@pytest.mark.parametrize(("kind", "value"), [("decimal", 3), ("int", 3)])
def test_a_value_is_carried_where_the_new_type_reads_it(kind, value):
    life = Life()
    life.do(SetField("mia", "note", 3))

    after = life.come(
        version(
            SECOND,
            "",
            ("note: {type: int", f"note: {{type: {kind}"),
            ("when: fields.ready", "when: fields.ready == true"),
        )
    )

    assert after.fields["note"] == value


def test_a_value_that_the_new_type_cannot_read_wants_another():
    life = Life()
    life.do(SetField("mia", "note", 3))
    change = ("note: {type: int", "note: {type: date")

    blocked = life.foreseen(version(SECOND, "", change)).outcome
    after = life.come(version(SECOND, ", fields: {note: dyad.created}", change))

    assert isinstance(blocked, Refusal)
    assert [(reason.code, reason.about) for reason in blocked.reasons] == [("field_retyped", "note")]
    assert after.fields["note"] == after.holdings["mentor"][0].since
