"""Does somebody act in a story on a holiday, which its author may not have looked up?"""

from __future__ import annotations

from dyade.authoring import scenario_model as s
from dyade.authoring.moments import is_later, ordinal
from dyade.authoring.stories import Story
from dyade.flow.telling.words import said
from dyade.program.diagnostics import Findings
from dyade.program.program import Program
from dyade.program.tree import Path


def check_days(program: Program, story: Story, findings: Findings) -> None:
    """Tell the holidays of the calendar, written as dates, on which people act at once; many answer on a Sunday."""
    holidays = dict(program.holidays)
    last: tuple[Path, str] | None = None if story.scenario.clock is None else (("clock",), story.scenario.clock)
    for i, step in enumerate(story.scenario.steps):
        if isinstance(step, s.ClockStep):
            last = ("steps", i, "clock"), step.clock
        elif isinstance(step, s.ActStep) and last is not None:
            path, clock = last
            last = None
            label = None if is_later(clock) else holidays.get(ordinal(clock[:10]) or 0)
            if label is not None:
                facts = {"date": clock[:10], "name": said(label, program.model.locales[0])}
                findings.add("K004", story.places.place(path), path=story.places.dotted(path), facts=facts)
