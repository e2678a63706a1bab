"""What is there to draw of a program? Its states, its moves, who makes them, when, and under which conditions.

A move that leaves many states would cross the whole picture once for each: it is drawn once, from a small plate that
names the states by their numbers. What moves nothing is a line under the picture, and so are the conditions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from dyade.authoring.plainly import Plainly, sentence_case
from dyade.authoring.seen import Eyes
from dyade.flow.plan import Plan, plan_of
from dyade.flow.rules import Rule
from dyade.flow.telling.trail import Trail
from dyade.flow.telling.words import said
from dyade.program.graph import ANY, MAIN, Node
from dyade.program.program import Program
from dyade.program.typed import Guard, Leaf

MANY = 3
"""A move that leaves so many states starts from a plate."""


class Place(NamedTuple):
    """A state that holds no other, drawn as a card; or a plate, from which a move leaves many states."""

    key: str
    path: str
    """The path of a state; the transition of a plate."""
    number: int
    """0 for a plate."""
    label: str
    lines: tuple[str, ...]
    """What a plate says under its name."""
    box: str
    """The box that it stands in; empty for none."""
    kind: str
    """`first`, `state`, the outcome of a final state or `final`; `plate`."""
    here: bool
    visited: bool
    untouched: bool


class Box(NamedTuple):
    """A state that holds others, or a track; drawn around them."""

    key: str
    path: str
    number: int
    label: str
    box: str
    track: bool
    here: bool


class Arrow(NamedTuple):
    """A move, from a card or a box to another."""

    key: str
    id: str
    source: str
    target: str
    """Keys of cards or boxes."""
    label: str
    who: str
    timed: bool
    note: int
    """The number of its conditions; 0 where there are none."""
    back: bool
    """It comes back to where the box was left."""
    visited: bool
    untouched: bool


class Aside(NamedTuple):
    """Something that happens and moves nothing."""

    id: str
    label: str
    who: str
    timed: bool
    where: str
    note: int
    untouched: bool


class Note(NamedTuple):
    """The conditions of a move."""

    number: int
    title: str
    lines: tuple[str, ...]


class Chart(NamedTuple):
    """Everything that a picture of a program shows."""

    title: str
    lang: str
    words: Plainly
    places: tuple[Place, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    asides: tuple[Aside, ...]
    notes: tuple[Note, ...]
    live: bool
    """Whether it shows where a dyad stands."""
    measured: bool
    """Whether it shows what no story touches."""

    def alternative(self) -> str:
        """What the picture shows, for those who do not see it."""
        cards = [place for place in self.places if place.kind != "plate"]
        first = next((place.label for place in cards if place.kind == "first"), "")
        ends = self.words.listed((p.label for p in cards if p.kind not in ("first", "state")), "and")
        number = len(cards) + sum(not box.track for box in self.boxes)
        return self.words.say("picture.alt", number, n=number, first=first, ends=ends)


class Touched(NamedTuple):
    """What stories have touched."""

    states: Collection[str]
    transitions: Collection[str]


def chart(
    program: Program, lang: str, role: str | None = None, trail: Trail | None = None, touched: Touched | None = None
) -> Chart:
    """Gather what there is to draw, as far as a role may be told of it; all of it, where no role is named."""
    plan = plan_of(program)
    return _Drawing(plan, Plainly(plan, lang), Eyes(plan, role), trail, touched).chart()


class _Drawing:
    def __init__(self, plan: Plan, words: Plainly, eyes: Eyes, trail: Trail | None, touched: Touched | None) -> None:
        self.plan = plan
        self.words = words
        self.eyes = eyes
        self.trail = trail
        self.touched = touched
        self.shown = {path: node for path, node in plan.graph.nodes.items() if eyes.track(node.region)}
        self.numbers = {path: number for number, path in enumerate(self.shown, start=1)}
        self.notes: list[Note] = []
        self.plates: list[Place] = []

    def chart(self) -> Chart:
        """Everything, in the order of the file."""
        places = [self._card(node) for node in self.shown.values() if not self._holds(node)]
        boxes = [box for node in self.shown.values() if self._holds(node) for box in self._boxes(node)]
        arrows: list[Arrow] = []
        asides: list[Aside] = []
        for rule in self.plan.rules.values():
            if not self.eyes.transition(rule):
                continue
            if rule.target is None or rule.target.state not in self.shown or not self._sources(rule):
                # Whoever may fire what they do not see the end of is told of the act alone.
                asides.append(self._aside(rule))
            else:
                arrows += self._arrows(rule)
        return Chart(
            said(self.plan.program.model.title, self.words.lang, self.plan.program.id),
            self.words.lang,
            self.words,
            (*places, *self.plates),
            tuple(boxes),
            tuple(arrows),
            tuple(asides),
            tuple(self.notes),
            self.trail is not None,
            self.touched is not None,
        )

    # ----------------------------------------------------------------------------------------------------------- states

    def _holds(self, node: Node) -> bool:
        """Whether something is drawn inside a state."""
        return not node.is_leaf or any(self.eyes.track(track) for track in node.tracks)

    def _around(self, node: Node) -> str:
        """The box that a state stands in."""
        if not node.ancestors:
            return ""
        owner = node.ancestors[-1]
        return f"box_{owner}" if self.plan.graph.nodes[owner].region == node.region else f"track_{node.region}"

    def _card(self, node: Node) -> Place:
        kind: str = (node.model.outcome or "final") if node.model.final else "state"
        if node.path == self.plan.graph.entry_leaf(self.plan.graph.regions[MAIN].initial):
            kind = "first"
        return Place(
            f"state_{node.path}",
            node.path,
            self.numbers[node.path],
            self.words.state(node.path),
            (),
            self._around(node),
            kind,
            self.trail is not None and node.path in self.trail.leaves,
            self.trail is not None and node.path in self.trail.visited,
            self.touched is not None and node.path not in self.touched.states,
        )

    def _boxes(self, node: Node) -> Iterator[Box]:
        here = self.trail is not None and node.path in self.trail.leaves
        label = self.words.state(node.path)
        yield Box(f"box_{node.path}", node.path, self.numbers[node.path], label, self._around(node), False, here)
        for track in node.tracks:
            if self.eyes.track(track):
                yield Box(f"track_{track}", track, 0, self.words.region(track), f"box_{node.path}", True, False)

    def _key(self, path: str) -> str:
        return f"box_{path}" if self._holds(self.plan.graph.nodes[path]) else f"state_{path}"

    # ------------------------------------------------------------------------------------------------------------ moves

    def _arrows(self, rule: Rule) -> Iterator[Arrow]:
        assert rule.target is not None
        sources = self._sources(rule)
        target = self._key(rule.target.state)
        label, who = said(rule.model.label, self.words.lang, rule.id), self._who(rule)
        note, timed = self._note(rule), rule.timed
        fired = self.trail is not None and rule.id in self.trail.fired
        missed = self._is_missed(rule)
        back = rule.target.history
        if len(sources) < MANY and ANY not in rule.model.from_:
            for i, source in enumerate(sources):
                key = f"move_{rule.id}_{i}"
                came = fired and self.trail is not None and source in self.trail.visited
                start = self._key(source)
                yield Arrow(key, rule.id, start, target, label, who, timed, note, back, came, missed)
            return
        plate = f"plate_{rule.id}"
        lines = tuple(line for line in (who, self.words.say("picture.from", where=self._numbers(rule))) if line)
        self.plates.append(Place(plate, rule.id, 0, label, lines, "", "plate", False, fired, missed))
        yield Arrow(f"move_{rule.id}", rule.id, plate, target, "", "", timed, note, back, fired, missed)

    def _sources(self, rule: Rule) -> list[str]:
        """The states that a move leaves: as the file says them, but those that do not leave by it."""
        found = dict.fromkeys(self.plan.graph.path(ref) for ref in rule.model.from_ if ref != ANY)
        if ANY in rule.model.from_:
            found.update(dict.fromkeys(state or leaf for leaf, state in rule.sources.items()))
        return [path for path in found if path in self.shown]

    def _who(self, rule: Rule) -> str:
        model = rule.model
        if model.at is not None and not self.eyes.place(("transitions", rule.index, "at")):
            return self.words.say("trigger.day")
        return self.words.who(model) or self.words.trigger(model, rule.index)

    def _aside(self, rule: Rule) -> Aside:
        label, who = said(rule.model.label, self.words.lang, rule.id), self._who(rule)
        missed = self._is_missed(rule)
        return Aside(rule.id, label, who, rule.timed, self._numbers(rule), self._note(rule), missed)

    def _is_missed(self, rule: Rule) -> bool:
        return self.touched is not None and rule.id not in self.touched.transitions

    def _numbers(self, rule: Rule) -> str:
        """The states that something leaves, by their numbers: `1 à 4, 7`; all of them, in a word."""
        if ANY in rule.model.from_:
            return self.words.say("picture.any")
        numbers = sorted({self.numbers[path] for path in self._sources(rule)})
        return ", ".join(self._run(first, last) for first, last in _runs(numbers))

    def _run(self, first: int, last: int) -> str:
        if first == last:
            return str(first)
        return f"{first}, {last}" if last == first + 1 else self.words.say("picture.run", first=first, last=last)

    def _note(self, rule: Rule) -> int:
        """The number of its conditions; those that may not be told are counted."""
        lines, hidden = guard_lines(
            self.words, self.eyes, self.plan.program.guard(("transitions", rule.index, "guard"))
        )
        if rule.reserves and self.plan.shared is not None:
            for name, quota in self.plan.program.model.quotas.items():
                if rule.id in quota.reserve_on and self.eyes.quota(name):
                    lines.append((0, None, self.words.say("guard.place", quota=self.words.quota(name))))
        said_ = ["– " * depth + text for depth, _, text in lines]
        if hidden:
            said_.append(self.words.say("guard.hidden", hidden))
        if not said_:
            return 0
        number = len(self.notes) + 1
        self.notes.append(Note(number, said(rule.model.label, self.words.lang, rule.id), tuple(said_)))
        return number


def guard_lines(words: Plainly, eyes: Eyes, guard: Guard) -> tuple[list[tuple[int, Leaf | None, str]], int]:
    """(depth, clause, words) of the lines of a guard that may be told, and how many may not."""
    lines = []
    hidden = 0
    for depth, leaf, text in words.guard(guard):
        if leaf is not None and not eyes.clause(leaf):
            hidden += 1
            continue
        if leaf is not None and not leaf.must:
            text = words.say("guard.should", what=text)
        lines.append((depth, leaf, sentence_case(text)))
    return lines, hidden


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = last = 0
    for number in numbers:
        if first and number == last + 1:
            last = number
            continue
        if first:
            yield first, last
        first = last = number
    if first:
        yield first, last
