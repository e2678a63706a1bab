"""What do people do, and when, in a life that goes well? The acts of a scenario, as far apart as it tells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dyade.authoring import scenario_model as s
from dyade.authoring.courses import Course
from dyade.authoring.life import Cast, cast_of
from dyade.authoring.living import Living
from dyade.authoring.scenarios import examined
from dyade.authoring.stories import Story
from dyade.flow.plan import Plan, plan_of
from dyade.program.graph import MAIN
from dyade.program.nearest import fold
from dyade.program.program import Program

SUCCESS = "success"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that happens in the life: an act, or something else that becomes known."""

    step: s.ActStep | s.AttributesStep | s.OthersStep
    at: int
    """When, in the scenario."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The life that forecasts are made of."""

    name: str
    story: Story
    start: int
    given: s.Given | None
    """Where the dyad stands at first; `None` where an act starts it."""
    cast: Cast
    acts: tuple[Act, ...]
    inputs: Mapping[str, Mapping[str, Any]]
    """What is given with each event, somewhere in the scenarios."""


def model(program: Program, text: bytes | str, lang: str, name: str = "") -> Model | None:
    """The first scenario that ends well from its own beginning, or the one whose name holds `name`.

    `None` where there is none. The scenarios have no mistake.
    """
    courses, _ = examined(program, text)
    living = Living(program, lang)
    plan = plan_of(program)
    alone = (course for course in courses if course.before is None and fold(name) in fold(course.story.name))
    found = next((course for course in alone if _ends_well(plan, living, course)), None)
    return _model(found, courses) if found is not None else None


def _ends_well(plan: Plan, living: Living, course: Course) -> bool:
    lived = living.lived(course)
    dyad = lived.life.dyad
    if lived.told.failure is not None or dyad is None:
        return False
    return plan.graph.nodes[dyad.leaves[MAIN]].model.outcome == SUCCESS


def _model(course: Course, courses: tuple[Course, ...]) -> Model:
    now = course.start
    acts = []
    for i, step in enumerate(course.story.scenario.steps):
        now = course.moments.get(i, now)
        is_act = isinstance(step, s.AttributesStep | s.OthersStep) or (
            isinstance(step, s.ActStep) and step.refused is None
        )
        if is_act:
            assert isinstance(step, s.ActStep | s.AttributesStep | s.OthersStep)
            acts.append(Act(step=step, at=now))
    given = None if course.story.begins else course.story.scenario.given
    return Model(
        name=course.story.name,
        story=course.story,
        start=course.start,
        given=given,
        cast=cast_of(course.people),
        acts=tuple(acts),
        inputs=_inputs(courses),
    )


def _inputs(courses: tuple[Course, ...]) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for course in courses:
        for step in course.story.scenario.steps:
            if isinstance(step, s.ActStep) and isinstance(step.act, s.Do) and step.refused is None:
                found.setdefault(step.act.do, step.act.with_)
    return found
