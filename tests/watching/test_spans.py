"""Does dyade appear in traces, by the API alone, and is it silent where there is none?"""

import subprocess
import sys

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from dyade.errors import Conflict, NotFound
from dyade.watching.spans import Spans
from tests.service.lives import begin, clock, done, engine, folder, refused, running, url

__all__ = ["clock", "engine", "folder", "url"]


@pytest.fixture
def traced(engine):
    """The spans of an engine, as an SDK receives them."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    engine._desk.onlookers = ()
    engine.watched_by(Spans(provider))
    return exporter


def test_a_command_is_a_span_that_says_what_came_of_it(engine, traced):
    dyad = begin(engine)
    done(engine.fire(dyad, "begin", "ana"))
    refused(engine.fire(dyad, "propose", "ana"))

    start, fire, no = traced.get_finished_spans()
    assert [one.name for one in (start, fire, no)] == ["dyade.start", "dyade.act", "dyade.act"]
    assert start.attributes["dyade.program"] == "small"
    assert (fire.attributes["dyade.dyad"], fire.attributes["dyade.revision"]) == (dyad, 2)
    assert fire.attributes["dyade.records"] == ("moved",)
    assert (no.attributes["dyade.outcome"], no.attributes["dyade.refused"]) == ("refused", ("not_available",))
    assert no.status.status_code is StatusCode.UNSET


def test_it_stands_inside_the_span_of_whoever_calls(engine, traced):
    tracer = engine._desk.onlookers[0]._tracer
    with tracer.start_as_current_span("a request") as request:
        begin(engine)

    start = traced.get_finished_spans()[0]
    assert start.parent.span_id == request.get_span_context().span_id


def test_time_is_a_span_for_each_dyad(engine, traced, clock):
    dyads = {running(engine) for _ in range(2)}
    clock.pass_days(3)
    traced.clear()
    engine.tick()

    spans = traced.get_finished_spans()
    assert {one.attributes["dyade.dyad"] for one in spans} == dyads
    assert {one.attributes["dyade.command"] for one in spans} == {"time"}
    assert all(one.attributes["dyade.late_seconds"] == 25 * 3600 for one in spans)


def test_an_error_is_its_code_and_never_its_message(engine, traced):
    dyad = begin(engine)
    with pytest.raises(Conflict):
        engine.fire(dyad, "begin", "ana", expects=9)
    with pytest.raises(NotFound):
        engine.fire(dyad, "begin", "a-person-unheard-of")

    _, conflict, unknown = traced.get_finished_spans()
    assert (conflict.attributes["error.type"], conflict.status.status_code) == ("conflict", StatusCode.ERROR)
    assert unknown.attributes["error.type"] == "not_found"
    assert "a-person-unheard-of" not in unknown.to_json()
    assert unknown.events == ()


PROBE = """
import sys
{before}
from dyade import Engine
with Engine.open("sqlite:///:memory:", {folder!r}) as engine:
    engine.add_person("ana", "Ana")
    engine.start("small", "ana", {{"mentee": "ana"}})
    print(len(engine._desk.onlookers), "opentelemetry.trace" in sys.modules)
"""


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("", "0 False"),
        ("sys.modules['opentelemetry'] = None", "0 False"),
        ("import opentelemetry.trace", "1 True"),
    ],
    ids=["a process that follows nothing", "no API at all", "a process that follows requests"],
)
def test_it_takes_part_only_where_the_process_follows_something(folder, before, told):
    code = PROBE.format(before=before, folder=str(folder))
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.split("\n")[0] == told
