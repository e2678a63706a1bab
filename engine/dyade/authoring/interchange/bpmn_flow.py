"""What would the life of a program be as a process? Its nodes by lane, and the flows between them.

state                     an event-based gateway: whatever comes first decides; a plain event where one thing can
who fires                 a receive task in the lane of the role
time                      a timer; `auto`, a condition; `upon`, a message
state with tracks         a sub-process with a branch for each; what leaves it stands on its border
from any, to the end      an event sub-process
history(state)            a gateway that leads back to where the state was left
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dyade.authoring.plainly import Plainly, sentence_case
from dyade.flow.plan import Plan, plan_of
from dyade.flow.rules import Rule
from dyade.flow.telling.words import said
from dyade.program.durations import Duration
from dyade.program.graph import ANY, MAIN
from dyade.program.program import Program

PROGRAM = "program"
"""The lane of what no role does."""


class Step(NamedTuple):
    """A node of the process; `inside` is what a sub-process holds."""

    id: str
    kind: str
    """Its element in BPMN: `receiveTask`, `endEvent`, `boundaryEvent`, …"""
    name: str
    lane: str
    event: str = ""
    """What it waits for: `message`, `timer`, `conditional`, `terminate`; empty for none."""
    when: tuple[str, str] = ("", "")
    """Of a timer: (`timeDuration` or `timeDate`, expression); of a condition: ("condition", expression)."""
    notes: str = ""
    inside: Process | None = None
    on: str = ""
    """The sub-process that it stands on the border of."""
    alone: bool = False
    """An event sub-process: no flow comes to it."""


class Flow(NamedTuple):
    """A way from one node to another."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str = ""


class Process(NamedTuple):
    """A process, or the inside of a sub-process."""

    steps: tuple[Step, ...]
    flows: tuple[Flow, ...]


class Drawn(NamedTuple):
    """The process of a program."""

    id: str
    name: str
    notes: str
    lanes: tuple[tuple[str, str], ...]
    """(lane, its words), those that hold something."""
    process: Process


def drawn(program: Program, lang: str) -> Drawn:
    """Draw the life of a program as a process."""
    return _Drawing(plan_of(program), lang).drawn()


class _Drawing:
    def __init__(self, plan: Plan, lang: str) -> None:
        self.plan = plan
        self.graph = plan.graph
        self.words = Plainly(plan, lang)
        self.lang = lang
        self.moving = [rule for rule in plan.rules.values() if rule.target is not None]
        self.everywhere = [rule for rule in self.moving if self._ends_all(rule)]

    def drawn(self) -> Drawn:
        """The whole process, with its lanes in the order of the roles."""
        model = self.plan.program.model
        process = self._region(MAIN, "")
        used = {step.lane for step in process.steps}
        lanes = [(role, self.words.role(role)) for role in self.plan.roles if role in used]
        if PROGRAM in used:
            lanes.append((PROGRAM, self.words.say("bpmn.program")))
        still = [rule for rule in self.plan.rules.values() if rule.target is None]
        told = [self.words.say("bpmn.still", what=said(rule.model.label, self.lang, rule.id)) for rule in still]
        notes = "\n".join([said(model.summary, self.lang), *told])
        return Drawn(model.id, said(model.title, self.lang, model.id), notes, tuple(lanes), process)

    # ---------------------------------------------------------------------------------------------------------- regions

    def _region(self, region: str, lane: str) -> Process:
        """What happens in a region; a lane is given where it is not the main one."""
        steps: list[Step] = []
        flows: list[Flow] = []
        for leaf in self.graph.regions[region].leaves:
            self._leaf(leaf, lane, steps, flows)
        if region == MAIN:
            first = self.graph.entry_leaf(self.graph.regions[MAIN].initial)
            steps.insert(0, Step("start", "startEvent", self.words.say("bpmn.start"), self._lane_of(first)))
            flows.insert(0, Flow("start.flow", "start", f"state.{first}"))
            steps += [self._anywhere(rule) for rule in self.everywhere]
        # What nothing comes to would begin with the process; that end stands in an event sub-process.
        reached = {flow.target for flow in flows}
        over = {f"state.{self.graph.entry_leaf(rule.target.state)}" for rule in self.everywhere if rule.target}
        return Process(tuple(step for step in steps if step.id in reached or step.id not in over), tuple(flows))

    def _leaf(self, leaf: str, lane: str, steps: list[Step], flows: list[Flow]) -> None:
        node = self.graph.nodes[leaf]
        mine = lane or self._lane_of(leaf)
        name, notes = self.words.state(leaf), said(node.model.help, self.lang)
        rules = [rule for rule in self._leaving(leaf) if self._is_here(rule, leaf)]
        key = f"state.{leaf}"
        if node.model.final:
            steps.append(Step(key, "endEvent", name, mine, notes=notes))
            return
        if node.tracks:
            steps.append(Step(key, "subProcess", name, mine, notes=notes, inside=self._tracks(leaf, mine)))
            rules += [rule for rule in self._from_inside(leaf) if rule not in rules]
        elif rules:
            kind = "eventBasedGateway" if len(rules) > 1 else "intermediateThrowEvent"
            steps.append(Step(key, kind, name, mine, notes=notes))
        else:
            steps.append(Step(key, "endEvent" if lane else "intermediateThrowEvent", name, mine, notes=notes))
        for rule in rules:
            self._exit(leaf, rule, mine, bool(node.tracks), steps, flows)

    def _tracks(self, leaf: str, lane: str) -> Process:
        """A branch for each track, all begun together."""
        steps = [Step(f"begin.{leaf}", "startEvent", "", lane)]
        flows: list[Flow] = []
        split = f"begin.{leaf}"
        tracks = self.graph.nodes[leaf].tracks
        if len(tracks) > 1:
            split = f"split.{leaf}"
            steps.append(Step(split, "parallelGateway", "", lane))
            flows.append(Flow(f"split.{leaf}.flow", f"begin.{leaf}", split))
        for track in tracks:
            inner = self._region(track, lane)
            first = self.graph.entry_leaf(self.graph.regions[track].initial)
            steps += inner.steps
            flows += [Flow(f"track.{track}.flow", split, f"state.{first}", self.words.region(track)), *inner.flows]
        return Process(tuple(steps), tuple(flows))

    # ------------------------------------------------------------------------------------------------------------ exits

    def _exit(self, leaf: str, rule: Rule, lane: str, on_border: bool, steps: list[Step], flows: list[Flow]) -> None:
        key = f"move.{rule.id}.{leaf}"
        name = said(rule.model.label, self.lang, rule.id)
        event, when = self._event(rule)
        acts = bool(rule.roles)
        who = self.words.who(rule.model)
        if on_border:
            name = f"{name} ({who})" if who else name
            steps.append(Step(key, "boundaryEvent", name, lane, event, when, self._notes(rule), on=f"state.{leaf}"))
        elif acts:
            steps.append(Step(key, "receiveTask", name, self._lane(rule, lane), notes=self._notes(rule)))
        else:
            steps.append(Step(key, "intermediateCatchEvent", name, lane, event, when, self._notes(rule)))
        if not on_border:
            flows.append(Flow(f"{key}.in", f"state.{leaf}", key))
        self._arrival(key, rule, lane, steps, flows)

    def _arrival(self, key: str, rule: Rule, lane: str, steps: list[Step], flows: list[Flow]) -> None:
        assert rule.target is not None
        leaves = self.graph.leaves(rule.target.state)
        if not rule.target.history or len(leaves) == 1:
            flows.append(Flow(f"{key}.out", key, f"state.{self._entered(rule.target.state)}"))
            return
        back = f"{key}.back"
        steps.append(Step(back, "exclusiveGateway", self.words.say("bpmn.back"), lane))
        flows.append(Flow(f"{key}.out", key, back))
        for leaf in leaves:
            if not self.graph.nodes[leaf].model.final:
                state = self.words.state(leaf)
                flows.append(Flow(f"{back}.{leaf}", back, f"state.{leaf}", state, f'left_in == "{leaf}"'))

    def _entered(self, state: str) -> str:
        """The leaf of the main region, or of the same track, that a move ends in."""
        return self.graph.entry_leaf(state)

    def _anywhere(self, rule: Rule) -> Step:
        """What may end everything, from wherever it stands."""
        assert rule.target is not None
        name = said(rule.model.label, self.lang, rule.id)
        who = self.words.who(rule.model)
        event, when = self._event(rule)
        lane = self._lane(rule, PROGRAM)
        key = f"any.{rule.id}"
        begin = Step(f"{key}.begin", "startEvent", f"{name} ({who})" if who else name, lane, event, when)
        over = self.words.state(self.graph.entry_leaf(rule.target.state))
        end = Step(f"{key}.end", "endEvent", over, lane, "terminate")
        inside = Process((begin, end), (Flow(f"{key}.flow", begin.id, end.id),))
        return Step(key, "subProcess", name, lane, notes=self._notes(rule), inside=inside, alone=True)

    # ------------------------------------------------------------------------------------------------------------ rules

    def _leaving(self, leaf: str) -> list[Rule]:
        return [rule for rule in self.moving if leaf in rule.sources and rule not in self.everywhere]

    def _is_here(self, rule: Rule, leaf: str) -> bool:
        """Whether a rule that leaves a leaf goes on in the same region; if not, it leaves the whole sub-process."""
        assert rule.target is not None
        return self.graph.nodes[rule.target.state].region == self.graph.nodes[leaf].region

    def _from_inside(self, leaf: str) -> Iterator[Rule]:
        """Those that leave a state with tracks from a state of a track."""
        inner = [one for track in self.graph.nodes[leaf].tracks for one in self.graph.regions[track].leaves]
        for rule in self.moving:
            if any(one in rule.sources and not self._is_here(rule, one) for one in inner):
                yield rule

    def _ends_all(self, rule: Rule) -> bool:
        """Whether a rule leads from every state to one in which all is over."""
        assert rule.target is not None
        return ANY in rule.model.from_ and self.plan.is_final(self.graph.entry_leaf(rule.target.state))

    def _lane(self, rule: Rule, otherwise: str) -> str:
        return rule.roles[0] if rule.roles else otherwise

    def _lane_of(self, leaf: str) -> str:
        """The role that acts first in a state; of one that ends, the role that leads to it."""
        rules = [rule for rule in self._leaving(leaf) if rule.roles]
        if self.graph.nodes[leaf].model.final:
            rules = [r for r in self.moving if r.roles and r.target and self.graph.entry_leaf(r.target.state) == leaf]
        return rules[0].roles[0] if rules else PROGRAM

    def _event(self, rule: Rule) -> tuple[str, tuple[str, str]]:
        model = rule.model
        if rule.after is not None:
            return "timer", ("timeDuration", _iso(rule.after) or str(model.after))
        if model.at is not None:
            return "timer", ("timeDate", model.at)
        if rule.auto:
            names = ", ".join(clause.id for clause in rule.guard.clauses) or "true"
            return "conditional", ("condition", names)
        return "message", ("", "")

    def _notes(self, rule: Rule) -> str:
        """Who, when, and under which conditions."""
        model = rule.model
        lines = [self.words.who(model) or self.words.trigger(model, rule.index), said(model.help, self.lang)]
        guard = self.plan.program.guard(("transitions", rule.index, "guard"))
        lines += ["– " * (depth + 1) + sentence_case(text) for depth, _, text in self.words.guard(guard)]
        return "\n".join(line for line in lines if line)


def _iso(length: Duration) -> str:
    """A duration in ISO 8601; empty for business days, which it does not know."""
    if length.business_days:
        return ""
    if length.hours:
        return f"PT{length.hours}H"
    return f"P{length.months}M" if length.months else f"P{length.days}D"
