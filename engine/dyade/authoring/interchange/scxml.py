"""How is the life of a program said in SCXML 1.0, for another engine to run it?

    state, track          <state>, <parallel> with one <state> for each track, <final>
    who fires, what happens   an event of that name: `approve`, `forms.report.signed`
    a guard               a predicate of the data model, `open_approve`, that the host answers
    time                  <send delay> where hours say it; else an event that the host sends, `time.expire`
    history(state)        <history type="deep">

What moves nothing is left out: it is no business of a state machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dyade.authoring.interchange.markup import Element, document
from dyade.authoring.plainly import Plainly
from dyade.flow.plan import Plan, plan_of
from dyade.flow.rules import Rule
from dyade.flow.telling.words import said
from dyade.program.graph import MAIN, Node
from dyade.program.program import Program
from dyade.program.typed import leaves

SPACE = "http://www.w3.org/2005/07/scxml"
OWN = "urn:dyade:scxml"
"""The name space of what a program says and SCXML has no word for."""
HISTORY = ".history"


def scxml(program: Program, lang: str) -> str:
    """Write the life of a program as an SCXML document."""
    return document(_Machine(plan_of(program), lang).root())


def event_of(rule: Rule) -> str | None:
    """The event by which a transition fires; `None` for one that fires by itself."""
    if rule.auto:
        return None
    if rule.timed:
        return f"time.{rule.id}"
    return rule.upon or rule.event_name


def predicate_of(rule: Rule) -> str:
    """The name of the answer of a guard."""
    return f"open_{rule.id}"


def is_guarded(rule: Rule) -> bool:
    """Whether anything is asked before a transition fires."""
    return not rule.is_free


class _Carried(NamedTuple):
    """A transition, under one of the states that it leaves."""

    rule: Rule
    depth: int
    """How deep the state stands that `from` names: inner ones come first."""
    stays: bool
    """Whether its delay counts from the entry of this very state."""


class _Machine:
    def __init__(self, plan: Plan, lang: str) -> None:
        self.plan = plan
        self.words = Plainly(plan, lang)
        self.lang = lang
        self.carried: dict[str, list[_Carried]] = {}
        for rule in plan.rules.values():
            if rule.target is not None:
                for state, one in dict.fromkeys(self._carriers(rule)):
                    self.carried.setdefault(state, []).append(one)
        self.remembered = {rule.target.state for rule in plan.rules.values() if rule.target and rule.target.history}

    def root(self) -> Element:
        """The whole machine."""
        model = self.plan.program.model
        guarded = [rule for rule in self.plan.rules.values() if rule.target is not None and is_guarded(rule)]
        data = tuple(Element("data", {"id": predicate_of(rule), "expr": "false"}) for rule in guarded)
        inside = (Element("datamodel", {}, data),) if data else ()
        return Element(
            "scxml",
            {
                "xmlns": SPACE,
                "xmlns:dyade": OWN,
                "version": "1.0",
                "name": model.id,
                "datamodel": "ecmascript",
                "initial": self.plan.graph.regions[MAIN].initial,
                "dyade:version": model.version,
            },
            (*inside, *self._states(MAIN, None)),
            comment=f"{said(model.title, self.lang, model.id)}. {self.words.say('scxml.how')}",
        )

    # ----------------------------------------------------------------------------------------------------------- states

    def _states(self, region: str, owner: str | None) -> Iterator[Element]:
        """The states that stand directly in a region, or in a state of it."""
        for node in self.plan.graph.nodes.values():
            around = [path for path in node.ancestors if self.plan.graph.nodes[path].region == node.region]
            if node.region == region and (around[-1] if around else None) == owner:
                yield self._state(node)

    def _state(self, node: Node) -> Element:
        attributes: dict[str, str | None] = {
            "id": node.path,
            "dyade:label": self.words.state(node.path),
            "dyade:outcome": node.model.outcome,
        }
        inside = self._inside(node)
        children = tuple(self._states(node.region, node.path)) if node.initial else ()
        if node.model.final:
            return Element("final", attributes)
        if not node.tracks:
            return Element("state", attributes | {"initial": node.initial}, (*inside, *children))
        tracks = tuple(self._track(track) for track in node.tracks)
        if children:
            # The states of a compound state live beside its tracks.
            beside = Element("state", {"id": f"{node.path}.states", "initial": node.initial}, children)
            tracks = (beside, *tracks)
        return Element("parallel", attributes, (*inside, *tracks))

    def _track(self, track: str) -> Element:
        region = self.plan.graph.regions[track]
        attributes = {"id": track, "initial": region.initial, "dyade:label": self.words.region(track)}
        return Element("state", attributes, tuple(self._states(track, None)))

    def _inside(self, node: Node) -> tuple[Element, ...]:
        """Its clocks, its transitions, its memory."""
        carried = sorted(self.carried.get(node.path, ()), key=lambda one: (-one.depth, one.rule.index))
        clocks = [(one.rule.id, delay) for one in carried if one.stays and (delay := self._delay(one.rule))]
        found = []
        if clocks:
            sent = (Element("send", {"id": f"due_{i}", "event": f"time.{i}", "delay": delay}) for i, delay in clocks)
            cancelled = (Element("cancel", {"sendid": f"due_{i}"}) for i, _ in clocks)
            found += [Element("onentry", {}, tuple(sent)), Element("onexit", {}, tuple(cancelled))]
        found += [self._transition(one.rule) for one in carried]
        if node.path in self.remembered and (node.initial or node.tracks):
            found.append(self._history(node))
        return tuple(found)

    def _history(self, node: Node) -> Element:
        first = node.initial or self.plan.graph.regions[node.tracks[0]].initial
        default = (Element("transition", {"target": first}),)
        return Element("history", {"id": f"{node.path}{HISTORY}", "type": "deep"}, default)

    # ------------------------------------------------------------------------------------------------------ transitions

    def _carriers(self, rule: Rule) -> Iterator[tuple[str, _Carried]]:
        """The states under which a transition is written: those that `from` names, where all that they hold leaves."""
        for leaf, state in rule.sources.items():
            depth = rule.depths[leaf]
            whole = self._whole(state, leaf, rule)
            yield whole, _Carried(rule, depth, whole == (state or leaf))

    def _whole(self, state: str, leaf: str, rule: Rule) -> str:
        """The state itself, but for its final children: those would leave with it."""
        covered = self.plan.graph.leaves(state) if state else ()
        return state if covered and all(rule.sources.get(one) == state for one in covered) else leaf

    def _transition(self, rule: Rule) -> Element:
        assert rule.target is not None
        event, model = event_of(rule), rule.model
        if event == rule.event_name and event != rule.id:
            # It may be named by its own id, too.
            event = f"{event} {rule.id}"
        guard = self.plan.program.guard(("transitions", rule.index, "guard"))
        clauses = " ".join(dict.fromkeys(leaf.id for leaf in leaves(guard)))
        return Element(
            "transition",
            {
                "event": event,
                "cond": predicate_of(rule) if is_guarded(rule) else None,
                "target": self._target(rule),
                "dyade:id": rule.id,
                "dyade:label": said(model.label, self.lang, rule.id),
                "dyade:by": self.words.who(model) or None,
                "dyade:clauses": clauses or None,
                "dyade:after": model.after,
                "dyade:at": model.at,
            },
        )

    def _target(self, rule: Rule) -> str:
        assert rule.target is not None
        node = self.plan.graph.nodes[rule.target.state]
        remembers = rule.target.history and (not node.is_leaf or node.tracks)
        return f"{node.path}{HISTORY}" if remembers else node.path

    def _delay(self, rule: Rule) -> str | None:
        """Its delay in seconds, where it is the same real time whatever the calendar, and nothing suspends it."""
        if rule.after is None or not rule.after.hours or self._suspended(rule):
            return None
        return f"{rule.after.hours * 3600}s"

    def _suspended(self, rule: Rule) -> bool:
        """Whether a delay of this transition may go on, or wait, while the dyad stands elsewhere."""
        graph = self.plan.graph
        kept: Mapping[str, object] = {
            graph.path(ref): mode for node in graph.nodes.values() for ref, mode in node.model.delays.items()
        }
        return any(around in kept for leaf in rule.sources for around in graph.around(leaf))
