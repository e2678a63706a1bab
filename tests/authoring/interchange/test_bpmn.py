"""Is what is written in BPMN a process that others can open? Held against the schema of the OMG, and read."""

import re
from collections import Counter
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser

from dyade.authoring.interchange.bpmn import bpmn
from tests.authoring.handed import FIVE, program
from tests.properties.programs import drawn

NAMES = {
    "b": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "d": "http://www.omg.org/spec/BPMN/20100524/DI",
    "c": "http://www.omg.org/spec/DD/20100524/DC",
    "i": "http://www.omg.org/spec/DD/20100524/DI",
}
FLOW_NODES = ("Event", "Task", "Gateway", "subProcess")


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    """The schema of BPMN 2.0, as the OMG publishes it."""
    path = Path(str(files("SpiffWorkflow.bpmn.parser") / "schema" / "BPMN20.xsd"))
    return etree.XMLSchema(etree.parse(path))


def _found(name: str) -> Any:
    return etree.fromstring(bpmn(program(name), "fr").encode())


def _nodes(root: Any) -> dict[str, Any]:
    found = root.iterfind(".//b:*", NAMES)
    return {one.get("id"): one for one in found if etree.QName(one).localname.endswith(FLOW_NODES)}


@pytest.mark.parametrize("name", FIVE)
def test_it_is_valid_and_another_engine_reads_it(name, schema):
    """The official schema, and a parser that builds what it would run."""
    text = bpmn(program(name), "fr")
    schema.assertValid(etree.fromstring(text.encode()))
    parser = BpmnParser()
    # It is a picture of what dyade runs: the reader is asked as if it were to run it.
    parser.add_bpmn_str(text.replace('isExecutable="false"', 'isExecutable="true"').encode())
    spec = parser.get_spec(name)
    assert len(spec.task_specs) > len(program(name).graph.nodes)


@pytest.mark.parametrize("name", FIVE)
def test_every_reference_is_to_something_that_is_there(name):
    """Flows, lanes, borders, shapes and edges; each node in one lane, with one shape."""
    root = _found(name)
    ids = {one.get("id") for one in root.iter() if one.get("id")}
    said = [one.get(key) for one in root.iter() for key in ("sourceRef", "targetRef", "attachedToRef", "bpmnElement")]
    kinds = ("flowNodeRef", "incoming", "outgoing")
    texts = [one.text for kind in kinds for one in root.iterfind(f".//b:{kind}", NAMES)]
    assert {one for one in (*said, *texts) if one} <= ids
    main = root.find("b:process", NAMES)
    in_lanes = Counter(one.text for one in main.iterfind(".//b:flowNodeRef", NAMES))
    assert in_lanes == Counter(one.get("id") for one in main if etree.QName(one).localname.endswith(FLOW_NODES))
    shapes = Counter(one.get("bpmnElement") for one in root.iterfind(".//d:BPMNShape", NAMES))
    assert set(shapes.values()) == {1}
    assert _nodes(root).keys() <= shapes.keys()


@pytest.mark.parametrize("name", FIVE)
def test_every_state_and_every_move_is_there(name):
    """A state is one node, or the end of what may happen anywhere; a transition, at least one."""
    found = program(name)
    nodes = _nodes(_found(name))
    ids = " ".join(nodes)
    anywhere = {node.get("name") for key, node in nodes.items() if key.startswith("any.") and key.endswith(".end")}
    for region in found.graph.regions.values():
        for leaf in region.leaves:
            assert f"state.{leaf}" in nodes or found.graph.nodes[leaf].model.label["fr"] in anywhere
    for transition in found.model.transitions:
        if transition.to is not None:
            assert re.search(rf"\b(?:move|any)\.{transition.id}\b", ids)


@pytest.mark.parametrize("name", FIVE)
def test_nothing_begins_with_the_process_but_its_beginning(name):
    """A node that no flow comes to would: events on borders and event sub-processes alone wait for themselves."""
    for key, node in _nodes(_found(name)).items():
        waits = node.get("attachedToRef") or node.get("triggeredByEvent") or etree.QName(node).localname == "startEvent"
        assert waits or node.find("b:incoming", NAMES) is not None, key


@pytest.mark.parametrize("name", FIVE)
def test_nothing_hides_anything_in_the_diagram(name):
    """No two nodes of one level overlap; each stands in its lane, or in its sub-process."""
    root = _found(name)
    at = {}
    for shape in root.iterfind(".//d:BPMNShape", NAMES):
        bounds = shape.find("c:Bounds", NAMES)
        x, y, wide, high = (int(bounds.get(key)) for key in ("x", "y", "width", "height"))
        at[shape.get("bpmnElement")] = (x, y, x + wide, y + high)
    for around in (root.find("b:process", NAMES), *root.iterfind(".//b:subProcess", NAMES)):
        inner = [one for one in around if etree.QName(one).localname.endswith(FLOW_NODES)]
        inner = [at[one.get("id")] for one in inner if not one.get("attachedToRef")]
        outer = at.get(around.get("id"), at["pool"])
        for i, (left, top, right, bottom) in enumerate(inner):
            assert outer[0] <= left < right <= outer[2]
            assert outer[1] <= top < bottom <= outer[3]
            for a, b, c, d in inner[:i]:
                assert right <= a or c <= left or bottom <= b or d <= top
    for lane in root.iterfind(".//b:lane", NAMES):
        for one in lane.iterfind("b:flowNodeRef", NAMES):
            assert at[lane.get("id")][1] <= at[one.text][1] < at[lane.get("id")][3]


@pytest.mark.parametrize("name", FIVE)
def test_flows_begin_and_end_where_their_nodes_stand(name):
    """And bend only at right angles."""
    root = _found(name)
    bounds = {s.get("bpmnElement"): s.find("c:Bounds", NAMES) for s in root.iterfind(".//d:BPMNShape", NAMES)}
    flows = {flow.get("id"): flow for flow in root.iterfind(".//b:sequenceFlow", NAMES)}
    edges = root.findall(".//d:BPMNEdge", NAMES)
    assert len(edges) == len(flows)
    for edge in edges:
        flow = flows[edge.get("bpmnElement")]
        points = [(int(p.get("x")), int(p.get("y"))) for p in edge.iterfind("i:waypoint", NAMES)]
        assert all(x == u or y == v for (x, y), (u, v) in pairwise(points))
        for node, (x, y) in ((flow.get("sourceRef"), points[0]), (flow.get("targetRef"), points[-1])):
            there = bounds[node]
            assert 0 <= x - int(there.get("x")) <= int(there.get("width"))
            assert 0 <= y - int(there.get("y")) <= int(there.get("height"))


@pytest.mark.parametrize("seed", range(12))
def test_a_program_drawn_at_random_is_valid_too(seed, schema):
    """Compound states, tracks inside tracks, history, joint acts."""
    schema.assertValid(etree.fromstring(bpmn(drawn(seed), "en").encode()))
