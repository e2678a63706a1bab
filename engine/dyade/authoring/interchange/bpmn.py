"""How is the life of a program said in BPMN 2.0, so that it opens in a modeler? A pool, its lanes, and their places."""

from __future__ import annotations

from collections.abc import Iterator

from dyade.authoring.interchange.bpmn_flow import Drawn, Flow, Process, Step, drawn
from dyade.authoring.interchange.bpmn_places import Bounds, Places, placed
from dyade.authoring.interchange.markup import Element, document
from dyade.program.program import Program

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"
COMMON = "http://www.omg.org/spec/DD/20100524/DC"
PLACES = "http://www.omg.org/spec/DD/20100524/DI"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


def bpmn(program: Program, lang: str) -> str:
    """Write the life of a program as a BPMN process, with its diagram."""
    found = drawn(program, lang)
    return document(
        Element(
            "bpmn:definitions",
            {
                "xmlns:bpmn": MODEL,
                "xmlns:bpmndi": DIAGRAM,
                "xmlns:dc": COMMON,
                "xmlns:di": PLACES,
                "xmlns:xsi": INSTANCE,
                "id": f"definitions.{found.id}",
                "targetNamespace": f"urn:dyade:{found.id}",
            },
            (_collaboration(found), _process(found), _diagram(found)),
        )
    )


def _collaboration(found: Drawn) -> Element:
    pool = Element("bpmn:participant", {"id": "pool", "name": found.name, "processRef": found.id})
    return Element("bpmn:collaboration", {"id": "collaboration"}, (pool,))


def _process(found: Drawn) -> Element:
    lanes = tuple(
        Element(
            "bpmn:lane",
            {"id": f"lane.{lane}", "name": name},
            tuple(Element("bpmn:flowNodeRef", text=step.id) for step in found.process.steps if step.lane == lane),
        )
        for lane, name in found.lanes
    )
    inside = (*_notes(found.notes), Element("bpmn:laneSet", {"id": "lanes"}, lanes), *_inside(found.process))
    return Element("bpmn:process", {"id": found.id, "name": found.name, "isExecutable": "false"}, inside)


def _notes(text: str) -> tuple[Element, ...]:
    return (Element("bpmn:documentation", text=text),) if text else ()


def _inside(process: Process) -> Iterator[Element]:
    for step in process.steps:
        yield _step(step, process)
    for flow in process.flows:
        yield _flow(flow)


def _step(step: Step, process: Process) -> Element:
    attributes: dict[str, str | None] = {"id": step.id, "name": step.name or None}
    if step.on:
        attributes["attachedToRef"] = step.on
    if step.alone:
        attributes["triggeredByEvent"] = "true"
    coming = (Element("bpmn:incoming", text=flow.id) for flow in process.flows if flow.target == step.id)
    going = (Element("bpmn:outgoing", text=flow.id) for flow in process.flows if flow.source == step.id)
    inner = tuple(_inside(step.inside)) if step.inside is not None else ()
    return Element(f"bpmn:{step.kind}", attributes, (*_notes(step.notes), *coming, *going, *_event(step), *inner))


def _event(step: Step) -> tuple[Element, ...]:
    if not step.event:
        return ()
    key, told = step.when
    when = (Element(f"bpmn:{key}", {"xsi:type": "bpmn:tFormalExpression"}, text=told),) if key else ()
    return (Element(f"bpmn:{step.event}EventDefinition", {"id": f"{step.id}.event"}, when),)


def _flow(flow: Flow) -> Element:
    attributes: dict[str, str | None] = {
        "id": flow.id,
        "name": flow.name or None,
        "sourceRef": flow.source,
        "targetRef": flow.target,
    }
    if not flow.condition:
        return Element("bpmn:sequenceFlow", attributes)
    told = Element("bpmn:conditionExpression", {"xsi:type": "bpmn:tFormalExpression"}, text=flow.condition)
    return Element("bpmn:sequenceFlow", attributes, (told,))


# ------------------------------------------------------------------------------------------------------------- diagram


def _diagram(found: Drawn) -> Element:
    places = placed(found)
    shapes = [_shape("pool", places.pool, isHorizontal="true")]
    shapes += [_shape(f"lane.{lane}", places.lanes[lane], isHorizontal="true") for lane, _ in found.lanes]
    shapes += _shapes(found.process, places)
    plane = Element("bpmndi:BPMNPlane", {"id": "plane", "bpmnElement": "collaboration"}, tuple(shapes))
    return Element("bpmndi:BPMNDiagram", {"id": "diagram"}, (plane,))


def _shapes(process: Process, places: Places) -> Iterator[Element]:
    for step in process.steps:
        yield _shape(step.id, places.steps[step.id], isExpanded="true" if step.inside is not None else None)
        if step.inside is not None:
            yield from _shapes(step.inside, places)
    for flow in process.flows:
        points = (Element("di:waypoint", {"x": str(x), "y": str(y)}) for x, y in places.flows[flow.id])
        yield Element("bpmndi:BPMNEdge", {"id": f"{flow.id}.edge", "bpmnElement": flow.id}, tuple(points))


def _shape(key: str, bounds: Bounds, **attributes: str | None) -> Element:
    named = dict(zip(("x", "y", "width", "height"), map(str, bounds), strict=True))
    return Element(
        "bpmndi:BPMNShape", {"id": f"{key}.shape", "bpmnElement": key, **attributes}, (Element("dc:Bounds", named),)
    )
