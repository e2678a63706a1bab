"""In which order are stories lived, and when is each of their steps? Each begins once, and time only goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dyade.authoring import scenario_model as s
from dyade.authoring.moments import instant, is_later
from dyade.authoring.stories import Story, StoryKey
from dyade.flow.plan import Plan
from dyade.flow.telling.words import Words
from dyade.program.diagnostics import Findings, Term
from dyade.program.durations import DurationError
from dyade.program.tree import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A story with its people, its beginning and its hours."""

    story: Story
    before: Course | None
    """The story that it goes on from."""
    people: Mapping[str, s.Person]
    start: int
    moments: Mapping[int, int]
    """Step → the instant to which its clock is set."""
    end: int


class Courses:
    """Puts stories in order; those that cannot begin, or whose clock cannot be read, are told and left out."""

    def __init__(self, plan: Plan, stories: tuple[Story, ...], findings: Findings) -> None:
        self.plan = plan
        self.findings = findings
        self.by_name: dict[str, list[Story]] = {}
        for story in stories:
            self.by_name.setdefault(story.scenario.name, []).append(story)
        self._found: dict[StoryKey, Course | None] = {}
        self._open: list[StoryKey] = []

    def of(self, story: Story) -> Course | None:
        """The course of a story."""
        if story.key not in self._found:
            self._open.append(story.key)
            self._found[story.key] = self._course(story)
            self._open.pop()
        return self._found[story.key]

    def _course(self, story: Story) -> Course | None:
        sound = self._begins_once(story)
        before = None
        if story.scenario.given.after is not None:
            before = self._before(story, story.scenario.given.after)
            if before is None:
                return None
        start = self._start(story, before)
        if start is None:
            return None
        moments, end = self._moments(story, start)
        people = {**(before.people if before else {}), **story.scenario.people}
        course = Course(story=story, before=before, people=people, start=start, moments=moments, end=end)
        return course if sound else None

    # ------------------------------------------------------------------------------------------------------ beginning

    def _before(self, story: Story, name: str) -> Course | None:
        found = self.by_name.get(name, [])
        if len(found) == 1 and found[0].key not in self._open:
            return self.of(found[0])
        path: Path = ("given", "after")
        if not found:
            self._tell("D016", story, path, name=name, kind_of="scenario", near=self.by_name)
        else:
            self._tell("K007", story, path, variant="matrix" if len(found) > 1 else "circular", name=name)
        return None

    def _begins_once(self, story: Story) -> bool:
        """Something is given, or the first step starts the dyad; nobody acts before it is there."""
        given = story.scenario.given
        beside = sorted(given.model_fields_set - {"after"})
        if story.begins and given.model_fields_set:
            self._tell("K007", story, ("given",), at_key=True, variant="start")
            return False
        if given.after is not None and beside:
            self._tell("K007", story, ("given", beside[0]), at_key=True, variant="after", name=beside[0])
            return False
        return self._acts_in_order(story)

    def _acts_in_order(self, story: Story) -> bool:
        started = not story.begins
        for i, step in enumerate(story.scenario.steps):
            starts = isinstance(step, s.ActStep) and isinstance(step.act, s.StartDyad)
            if isinstance(step, s.ClockStep | s.AttributesStep | s.OthersStep) or (starts and not started):
                started = started or (isinstance(step, s.ActStep) and step.refused is None)
                continue
            if starts or not started:
                key = step.person if isinstance(step, s.ActStep) else "then"
                self._tell("K007", story, ("steps", i, key), at_key=True, variant="again" if starts else "before")
                return False
        return True

    # ----------------------------------------------------------------------------------------------------------- hours

    def _start(self, story: Story, before: Course | None) -> int | None:
        written = story.scenario.clock
        if written is None and before is None:
            self._tell("D006", story, ("name",), variant="here", key="clock")
            return None
        if written is None or before is None:
            return before.end if before else self._read(story, ("clock",), written or "", 0)
        found = self._read(story, ("clock",), written, before.end)
        return self._onward(story, ("clock",), before.end, found) if found is not None else None

    def _moments(self, story: Story, start: int) -> tuple[Mapping[int, int], int]:
        found: dict[int, int] = {}
        now = start
        for i, step in enumerate(story.scenario.steps):
            if isinstance(step, s.ClockStep):
                path: Path = ("steps", i, "clock")
                read = self._read(story, path, step.clock, now)
                now = now if read is None else self._onward(story, path, now, read)
                found[i] = now
        return found, now

    def _onward(self, story: Story, path: Path, now: int, wanted: int) -> int:
        if wanted < now:
            words = Words(self.plan, "en", {})
            self._tell("K006", story, path, moment=words.moment(wanted), now=words.moment(now))
        return max(wanted, now)

    def _read(self, story: Story, path: Path, text: str, now: int) -> int | None:
        try:
            found = instant(self.plan.calendar, self.plan.day_time, text, now)
        except DurationError as error:
            self._tell("D020", story, path, text=text, suggestion=f"+{error.suggestion}" if error.suggestion else None)
            return None
        if found is None:
            self._tell("D020" if is_later(text) else "Y013", story, path, text=text)
        return found

    def _tell(
        self, code: str, story: Story, path: Path, *, at_key: bool = False, kind_of: str = "", **about: object
    ) -> None:
        places = story.places
        place = places.key_place(path) if at_key else places.place(path)
        facts = {"kind": Term(f"kind.{kind_of}")} if kind_of else {}
        near = about.pop("near", None)
        if near is not None:
            about["near"] = (about["name"], near)
        self.findings.add(code, place, path=places.dotted(path), **about, **facts)  # type: ignore[arg-type]
