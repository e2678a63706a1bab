"""Which messages would a whole life send, to whom and when? Told before anybody is written to.

The life is one that a scenario tells, from its beginning, put off to another day: all its days move together, and time
acts on them by the calendar as it is then. What the scenario expects is not looked at: `test` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dyade.authoring import scenario_model as s
from dyade.authoring.courses import Course
from dyade.authoring.life import Life, Sent, Unsound, cast_of
from dyade.authoring.living import Living
from dyade.authoring.scenarios import examined
from dyade.authoring.steps import Asked, called, orders
from dyade.flow.outcome import Reason
from dyade.flow.plan import plan_of
from dyade.flow.telling.refusals import reason_sentence
from dyade.flow.telling.templates import render_template
from dyade.flow.telling.words import Words, day
from dyade.program.graph import MAIN
from dyade.program.nearest import fold
from dyade.program.program import Program
from dyade.texts import sentence

SUCCESS = "success"


class Message(NamedTuple):
    """A message that would leave."""

    when: str
    to: str
    name: str
    roles: tuple[str, ...]
    """What its reader is in the dyad, in words."""
    kind: str
    """`notice`, `reminder` or `escalation`."""
    rule: str
    template: str
    channel: str
    priority: str
    subject: str
    body: str


class Stopped(NamedTuple):
    """Where a life cannot go on from that day."""

    when: str
    act: str
    reasons: tuple[str, ...]


class Preview(NamedTuple):
    """A life, as those who write to people see it."""

    scenario: str
    first: str
    last: str
    state: str
    ending: str | None
    """The outcome of the state where it ends; `None` where it goes on, or the program does not say."""
    messages: tuple[Message, ...]
    unsent: tuple[str, ...]
    """The texts of the program that this life does not send."""
    stopped: Stopped | None


def preview(program: Program, text: bytes | str, first: int, lang: str, name: str = "") -> Preview | None:
    """Live a scenario as from a day: the one whose name holds `name`, else a life that ends well and sends the most.

    `None` where there is none. The scenarios have no mistake.
    """
    courses, _ = examined(program, text)
    found = _named(courses, name) if name else _fullest(courses, program, lang)
    if found is None:
        return None
    calendar = plan_of(program).calendar
    later = first - calendar.local_date(_root(found).start)
    course = next(one for one in examined(program, text, later)[0] if one.story.key == found.story.key)
    life, stopped = _lived(program, course, lang)
    words = life.words(lang)
    leaf = life.dyad.leaves[MAIN] if life.dyad is not None else None
    sent = {one.notice.template for one in life.sent}
    return Preview(
        course.story.name,
        day(calendar.local_date(_root(course).start)),
        day(calendar.local_date(life.now)),
        words.state(leaf) if leaf is not None else "",
        life.plan.graph.nodes[leaf].model.outcome if leaf is not None else None,
        tuple(_message(program, one, words) for one in life.sent),
        tuple(template for template in program.model.templates if template not in sent),
        stopped,
    )


def _message(program: Program, sent: Sent, words: Words) -> Message:
    notice = sent.notice
    subject, body = render_template(program, notice.template, notice.facts, words.lang, words.names)
    roles = tuple(map(words.role, sent.roles))
    about = (notice.kind, notice.rule, notice.template, notice.channel, notice.priority)
    return Message(words.moment(sent.at), notice.to, words.person(notice.to), roles, *about, subject, body)


# ----------------------------------------------------------------------------------------------------------- the choice


def _root(course: Course) -> Course:
    return course if course.before is None else _root(course.before)


def _named(courses: Iterable[Course], name: str) -> Course | None:
    """The scenario of that name, else the first whose name holds it."""
    found = [course for course in courses if fold(name) in fold(course.story.name)]
    return next((course for course in found if course.story.name == name), found[0] if found else None)


def _fullest(courses: Sequence[Course], program: Program, lang: str) -> Course | None:
    """Of the lives that begin at the beginning, one that ends well before the others, and sends the most texts."""
    living = Living(program, lang)
    best: tuple[tuple[bool, int], Course] | None = None
    for course in courses:
        if not _from_the_beginning(program, _root(course)):
            continue
        ended = living.lived(course)
        dyad = ended.life.dyad
        if ended.told.failure is not None or dyad is None:
            continue
        well = ended.life.plan.graph.nodes[dyad.leaves[MAIN]].model.outcome == SUCCESS
        rank = (well, len({one.notice.template for one in ended.life.sent}))
        if best is None or rank > best[0]:
            best = (rank, course)
    return None if best is None else best[1]


def _from_the_beginning(program: Program, course: Course) -> bool:
    given = course.story.scenario.given
    if course.story.begins or given.state is None:
        return True
    graph = plan_of(program).graph
    return graph.entry_leaf(graph.path(given.state)) == graph.entry_leaf(graph.regions[MAIN].initial)


# ------------------------------------------------------------------------------------------------------------- the life


def _lived(program: Program, course: Course, lang: str) -> tuple[Life, Stopped | None]:
    """Live a story after the one before it, to its end or to what is refused from that day."""
    before, stopped = _lived(program, course.before, lang) if course.before is not None else (None, None)
    life = Life(program, course.story, cast_of(course.people), course.start, lang, before)
    if stopped is not None:
        return life, stopped
    act = ""
    try:
        if before is not None:
            life.now = before.now
            life.travel(course.start)
        elif not course.story.begins:
            life.begin(course.story.scenario.given)
        for place, step in enumerate(course.story.scenario.steps):
            act, reasons = _one(course, life, place, step)
            if reasons:
                return life, _stopped(life, act, reasons)
    except Unsound as trouble:
        return life, _stopped(life, act, trouble.reasons)
    return life, None


def _one(course: Course, life: Life, place: int, step: s.Step) -> tuple[str, tuple[Reason, ...]]:
    """Take one step of a life; what the scenario wants to see refused is left out."""
    match step:
        case s.ClockStep():
            life.travel(course.moments[place])
        case s.AttributesStep():
            for person, attributes in step.attributes.items():
                life.inform(person, attributes)
        case s.OthersStep():
            life.share(step.others)
        case s.ActStep() if step.refused is None:
            for order in orders(step, Asked(life.plan, life.dyad, life.cast.holders(life.plan, shared=False))):
                if reasons := life.act(order):
                    return called(order, life.transcript.words), reasons
    return "", ()


def _stopped(life: Life, act: str, reasons: tuple[Reason, ...]) -> Stopped:
    words = life.transcript.words
    told = dict.fromkeys(reason_sentence(reason, words) for reason in reasons)
    shown = act or sentence("scenarios", "preview.life", words.lang)
    return Stopped(words.moment(life.now), shown, tuple(told))
