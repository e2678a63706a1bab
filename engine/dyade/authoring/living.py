"""How is a story lived to its end, or to the first step that is not as the scenario says?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dyade.authoring import scenario_model as s
from dyade.authoring.courses import Course
from dyade.authoring.expectations import differences
from dyade.authoring.life import Life, Unsound, cast_of
from dyade.authoring.notation import Difference
from dyade.authoring.observing import Observer, Watch
from dyade.authoring.reasons import unmet
from dyade.authoring.scenario_report import Failure, Lived, Said
from dyade.authoring.steps import Asked, called, orders
from dyade.authoring.stories import Story, StoryKey
from dyade.flow.outcome import Reason
from dyade.flow.telling.refusals import reason_sentence
from dyade.flow.telling.words import Words
from dyade.program.program import Program
from dyade.program.tree import Path
from dyade.texts import languages, sentence

NO_FACTS: Mapping[str, str] = {}


class _Ended(NamedTuple):
    """What came of a story."""

    told: Lived
    life: Life


class _Failed(Exception):
    """A step is not as the scenario says."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.key)
        self.failure = failure


class Living:
    """Lives stories, each once."""

    def __init__(self, program: Program, lang: str, observer: Observer | None = None) -> None:
        self.program = program
        self.lang = lang
        self.observer = observer
        self._ended: dict[StoryKey, _Ended] = {}

    def lived(self, course: Course) -> _Ended:
        """Live a story, after the one that it goes on from."""
        key = course.story.key
        if key not in self._ended:
            before = self.lived(course.before) if course.before else None
            earlier = before.life if before else None
            watch = Watch(self.observer) if self.observer is not None else None
            life = Life(self.program, course.story, cast_of(course.people), course.start, self.lang, earlier, watch)
            failure = _lived(course, life, before)
            self._ended[key] = _Ended(self._told(course.story, life, failure), life)
        return self._ended[key]

    def _told(self, story: Story, life: Life, failure: Failure | None) -> Lived:
        if failure is None:
            life.close()
        return Lived(name=story.name, place=story.title, failure=failure, transcript=life.transcript.text())


def _lived(course: Course, life: Life, before: _Ended | None) -> Failure | None:
    """Live a story to its end, or to the first step that is not as it should be."""
    story = course.story
    life.open(before.told.name if before else "")
    if before is not None and before.told.failure is not None:
        return _failure(life, ("given", "after"), "failed.before", facts={"name": before.told.name})
    at: Path = ("given", "state") if story.scenario.given.state else ("name",)
    try:
        if before is None and not story.begins:
            life.begin(story.scenario.given)
        elif before is not None:
            at = ("clock",)
            life.now = before.life.now
            life.travel(course.start)
        for i, step in enumerate(story.scenario.steps):
            at = ("steps", i)
            _one(course, life, i, step)
    except Unsound as trouble:
        return _failure(life, at, trouble.key, reasons=trouble.reasons, facts=trouble.facts)
    except _Failed as failed:
        return failed.failure
    return None


def _one(course: Course, life: Life, i: int, step: s.Step) -> None:
    match step:
        case s.ClockStep():
            life.travel(course.moments[i])
        case s.ThenStep():
            found = differences(life, step.then)
            if found:
                at: Path = ("steps", i, "then")
                raise _Failed(_failure(life, (*at, *found[0].path), "failed.then", found))
            life.looked()
        case s.AttributesStep():
            for person, attributes in step.attributes.items():
                life.inform(person, attributes)
        case s.OthersStep():
            life.share(step.others)
        case s.ActStep():
            _act(life, ("steps", i), step)


def _act(life: Life, at: Path, step: s.ActStep) -> None:
    reasons: tuple[Reason, ...] = ()
    people = life.cast.holders(life.plan, shared=False)
    for order in orders(step, Asked(life.plan, life.dyad, people)):
        reasons = life.act(order)
        if reasons:
            who = life.words(life.transcript.lang).person(step.person)
            life.transcript.refused(life.now, who, called(order, life.transcript.words), reasons)
            break
    if step.refused is None and reasons:
        raise _Failed(_failure(life, (*at, step.person), "failed.refused", reasons=reasons))
    if step.refused is not None and not reasons:
        raise _Failed(_failure(life, (*at, "refused"), "failed.accepted"))
    if step.refused is not None:
        found = unmet(life, step.refused, reasons)
        if found:
            raise _Failed(_failure(life, (*at, "refused"), "failed.reasons", found))


def _failure(
    life: Life,
    path: Path,
    key: str,
    differences: tuple[Difference, ...] = (),
    reasons: tuple[Reason, ...] = (),
    facts: Mapping[str, str] = NO_FACTS,
) -> Failure:
    """What went wrong, said in both languages: whoever reads the report chooses."""
    said: dict[str, Said] = {}
    for lang in languages():
        words = life.words(lang)
        told = tuple(dict.fromkeys(reason_sentence(reason, words) for reason in reasons))
        known = {name: worded(name, value, words) for name, value in facts.items()}
        said[lang] = Said(sentence("scenarios", key, lang, **known), told)
    places = life.story.places
    shown = [(places.key_place((*path[: 3 if path[:1] == ("steps",) else 1], *one.path)), one) for one in differences]
    return Failure(
        key=key,
        place=places.key_place(path),
        said=said,
        differences=tuple(shown),
        step=path[1] + 1 if len(path) > 1 and path[0] == "steps" and isinstance(path[1], int) else None,
    )


def worded(name: str, value: str, words: Words) -> str:
    """What people call what a failure is about."""
    match name:
        case "state":
            return words.state(value)
        case "transition":
            return words.transition(value)
    return value
