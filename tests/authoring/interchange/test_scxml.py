"""Does another engine, which reads the SCXML, go the same way as the dyads of the scenarios?"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

import pytest
from statemachine.io.scxml.processor import SCXMLProcessor

from dyade.authoring import scenarios
from dyade.authoring.courses import Course
from dyade.authoring.interchange.scxml import event_of, is_guarded, predicate_of, scxml
from dyade.authoring.life import Life
from dyade.authoring.living import Living
from dyade.flow import messages as c
from dyade.flow.draft import Draft
from dyade.flow.evolve import fold
from dyade.flow.outcome import Context
from dyade.flow.plan import plan_of
from dyade.program.load import load
from dyade.program.program import Program
from tests.authoring.handed import FIVE, PROGRAMS, program
from tests.properties.programs import drawn

W3C = "{http://www.w3.org/2005/07/scxml}"
OWN = "{urn:dyade:scxml}"
SHORT = """
dyade: "1.0"
id: short
version: "1"
title: A
summary: B
locales: [en]
timezone: America/Toronto
started_by: [lead]
roles: {lead: {label: Lead}}
initial: asked
states:
  asked: {label: Asked}
  late: {label: Late}
  over: {label: "Over -- and \\"out\\" <done>", final: true, outcome: success}
transitions:
  - {id: answer, label: Answer, from: asked, to: over, by: [lead], event: say}
  - {id: expire, label: Expire, from: asked, to: late, after: 48 hours}
  - {id: close, label: Close, from: late, to: over, after: 10 business days}
"""


def _begins(course: Course, first: str) -> bool:
    """Whether a scenario, or the one that it goes on from, begins where dyads begin."""
    if course.before is not None:
        return _begins(course.before, first)
    return course.story.begins or course.story.scenario.given.state == first


def _lives(name: str) -> Iterator[Life]:
    """Whole lives: those of the scenarios that begin where dyads begin."""
    found = program(name)
    stories = (PROGRAMS / f"{name}.scenarios.yaml").read_bytes()
    living = Living(found, "fr")
    for course in scenarios.examined(found, stories)[0]:
        if _begins(course, found.model.initial):
            told = living.lived(course)
            assert told.told.failure is None
            if told.life.dyad is not None:
                yield told.life


def _engine(found: Program) -> Any:
    processor = SCXMLProcessor()
    processor.parse_scxml(found.id, scxml(found, "fr"))
    return processor.start()


def _standing(found: Program, engine: Any) -> set[str]:
    return {state for state in engine.configuration_values if state in found.graph.nodes}


def _answer(engine: Any, life: Life, before: int) -> None:
    """Let the host answer every guard by what the dyad knew before one of its records."""
    plan = plan_of(life.program)
    record = life.records[before]
    assert isinstance(record, c.Moved)
    dyad = fold(life.program, "D-1", life.records[:before])
    draft = Draft(plan, dyad, Context(record.head.at, life.shared, life.cast.profiles, life.cast.names))
    for rule in plan.rules.values():
        if rule.target is not None and is_guarded(rule):
            # What a transition is given is known of the one that fired alone.
            is_open = rule.id == record.transition or rule.guard.group.verdict(draft, frozenset()) is True
            setattr(engine.model, predicate_of(rule), is_open)


@pytest.mark.parametrize("name", FIVE)
def test_another_engine_takes_the_same_path(name):
    """The happy life, and every other scenario that begins at the beginning: the configuration after each step."""
    found = program(name)
    plan = plan_of(found)
    ended = set()
    for life in _lives(name):
        engine = _engine(found)
        assert _standing(found, engine) == {found.graph.regions[""].initial}
        for i, record in enumerate(life.records):
            if not isinstance(record, c.Moved) or record.target is None:
                continue
            _answer(engine, life, i)
            engine.send(event_of(plan.rules[record.transition]) or "look")
            after = fold(found, "D-1", life.records[: i + 1])
            assert _standing(found, engine) == {s for leaf in after.leaves.values() for s in found.graph.around(leaf)}
        assert life.dyad is not None
        ended.add(found.graph.nodes[life.dyad.leaves[""]].model.outcome)
    assert "success" in ended


@pytest.mark.parametrize("name", FIVE)
def test_another_engine_stays_where_a_guard_is_not_met(name):
    """Every event of a guarded transition, with no answer yet."""
    found = program(name)
    engine = _engine(found)
    before = _standing(found, engine)
    free = {event_of(rule) for rule in plan_of(found).rules.values() if not is_guarded(rule)}
    for rule in plan_of(found).rules.values():
        event = event_of(rule)
        if rule.target is not None and event is not None and event not in free:
            engine.send(event)
    assert _standing(found, engine) == before


@pytest.mark.parametrize("found", [*map(program, FIVE), *map(drawn, range(25))], ids=lambda found: found.text[:8])
def test_every_reference_is_to_a_state_that_is_there(found):
    """Targets, initial states; ids are of one element each, and XML takes them."""
    root = ET.fromstring(scxml(found, "fr"))
    ids = [one.get("id") or "" for one in root.iter() if one.tag != f"{W3C}data" and one.get("id")]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", one) for one in ids)
    assert {one.get(key) for one in root.iter() for key in ("target", "initial") if one.get(key)} <= set(ids)
    assert set(found.graph.nodes) <= set(ids)
    told = {one.get(f"{OWN}id") for one in root.iter(f"{W3C}transition")}
    assert {
        one.id for one in found.model.transitions if one.to is not None and plan_of(found).rules[one.id].sources
    } <= told


def _waits(found: Program) -> bool:
    """Whether nothing happens by itself, which would go on for ever where nobody answers."""
    return not any(rule.auto or (rule.after and rule.after.hours) for rule in plan_of(found).rules.values())


@pytest.mark.parametrize("found", [*filter(_waits, map(drawn, range(30)))], ids=lambda found: found.text[:8])
def test_a_program_drawn_at_random_starts_in_another_engine(found):
    """Compound states, tracks inside tracks, history: it stands where a dyad begins."""
    graph = found.graph
    first = graph.entry_leaf(graph.regions[""].initial)
    assert {first, *graph.nodes[first].ancestors} <= _standing(found, _engine(found))


def test_hours_are_delays_and_what_a_calendar_counts_is_sent_by_the_host():
    """Hours are the same real time everywhere; business days are not."""
    root = ET.fromstring(scxml(load(SHORT, "short.yaml"), "en"))
    [sent] = root.iter(f"{W3C}send")
    assert (sent.get("event"), sent.get("delay")) == ("time.expire", "172800s")
    [cancelled] = root.iter(f"{W3C}cancel")
    assert cancelled.get("sendid") == sent.get("id")
    by_id = {one.get(f"{OWN}id"): one for one in root.iter(f"{W3C}transition")}
    assert by_id["close"].get("event") == "time.close"
    assert by_id["close"].get(f"{OWN}after") == "10 business days"
    assert by_id["answer"].get("event") == "say answer"


def test_the_words_of_a_program_end_nothing():
    """Quotes, dashes and angles of a label are text."""
    root = ET.fromstring(scxml(load(SHORT, "short.yaml"), "en"))
    [final] = root.iter(f"{W3C}final")
    assert final.get(f"{OWN}label") == 'Over -- and "out" <done>'
