"""A program whose people are brought together, and pools of any size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dyade.flow.outcome import Decision
from dyade.wiring import Engine
from tests.service.lives import MONDAY

POOL = """
dyade: "1.0"
id: pool
version: "1"
title: Pool
summary: A pool
locales: [en]
timezone: America/Toronto
started_by: [mentee]
roles:
  mentee:
    label: Mentee
    attributes:
      field: {type: enum, label: Field, values: {law: Law, art: Art, care: Care}}
      level: {type: int, label: Level}
      town: {type: text, label: Town, privacy: personal}
  mentor:
    label: Mentor
    attributes:
      ready: {type: bool, label: Ready}
      town: {type: text, label: Town, privacy: personal}
    eligible:
      - {id: ready, when: person.ready, message: Not ready.}
      - {id: two_people, when: person.id != roles.mentee.id, message: One person alone.}
  office: {label: Office, scope: program}
enrolments:
  mentor:
    by: [mentor, office]
    profile:
      fields: {type: list<text>, label: Fields}
      field: {type: enum, label: Field, values: {law: Law, art: Art, care: Care}}
      level: {type: int, label: Level, min: 0, max: 9}
    capacity: 2
fields:
  offered: {type: person, role: mentor, nullable: true, label: Offered}
matching:
  roles: [mentor, mentee]
  in: waiting
  hard:
    - {id: above, when: mentor.level > mentee.level, message: The mentor is not above.}
    - {id: not_far, when: mentor.town == mentee.town or mentor.level >= 7}
  score:
    - {id: field, label: Same field, weight: 3, value: mentor.field == fields.wished}
    - {id: near, label: Same town, weight: 1.5, value: mentor.town == mentee.town}
    - {id: gap, label: Levels apart, weight: -0.25, value: mentor.level - mentee.level}
  decided_by: [office]
  offer: offer
initial: waiting
states:
  waiting: {label: Waiting}
  offered: {label: Offered}
  paired: {label: Paired}
  end: {label: End, final: true}
transitions:
  - id: offer
    label: Offer
    from: waiting
    to: offered
    by: [office]
    input: {person: {type: person, role: mentor, label: Mentor}}
    guard: [{eligible: {mentor: input.person}}]
    effects: [{set: {offered: input.person}}]
  - {id: agree, label: Agree, from: offered, to: paired, by: [mentee], effects: [{assign: {mentor: fields.offered}}]}
  - {id: decline, label: Decline, from: offered, to: waiting, by: [mentee], effects: [{clear: [offered]}]}
  - {id: finish, label: Finish, from: paired, to: end, by: [office]}
""".replace(
    "  offered: {type: person,",
    "  wished: {like: roles.mentee.field, label: Wished}\n  offered: {type: person,",
)


def opened(folder: Path, text: str = POOL) -> Engine:
    """An engine over a pool of nobody but the office."""
    (folder / "pool.yaml").write_text(text, encoding="utf-8")
    engine = Engine.open(f"sqlite:///{folder / 'pool.db'}", programs=folder, now=lambda: MONDAY)
    engine.add_person("olga", "Olga")
    engine.enrol("olga", "pool", "office")
    return engine


def mentor(engine: Engine, name: str, capacity: int | None = None, **known: Any) -> None:
    """Somebody with room."""
    attributes = {"ready": known.pop("ready", True), "town": known.pop("town", "Laval")}
    engine.add_person(name, name.title(), attributes=attributes)
    profile = {"fields": [], "field": "law", "level": 5, **known}
    engine.enrol(name, "pool", "mentor", capacity=capacity, profile=profile)


def mentee(engine: Engine, name: str, wished: str = "law", **known: Any) -> str:
    """Somebody who waits, in a dyad of their own."""
    engine.add_person(name, name.title(), attributes={"field": wished, "level": 1, "town": "Laval", **known})
    begun = engine.start("pool", name, {"mentee": name}, fields={"wished": wished})
    assert isinstance(begun, Decision), begun
    return begun.dyad.id
