"""SpiffWorkflow: the life as a BPMN process, its choices as user tasks, the withdrawal as a signal at a boundary."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.specs.event_definitions import SignalEventDefinition
from SpiffWorkflow.exceptions import WorkflowException

from bench.lives import End, Step

NAME = "SpiffWorkflow"
PACKAGE = "SpiffWorkflow"
CHOICES = {"act": ("log", "review", "complete", "pause"), "decide": ("approve", "send_back")}
"""What one may choose in a user task; the other tasks have one choice, their own name."""


def _read() -> tuple[Any, Any]:
    parser = BpmnParser()
    parser.add_bpmn_file(str(Path(__file__).with_name("life.bpmn")))
    return parser.get_spec("life"), parser.get_subprocess_specs("life")


SPEC, SUBPROCESSES = _read()
WITHDRAW = SignalEventDefinition("withdraw")


class Running:
    """A workflow and the facts that its tasks carried last: a subprocess that is left takes its own away."""

    __slots__ = ("facts", "workflow")

    def __init__(self) -> None:
        self.workflow = BpmnWorkflow(SPEC, SUBPROCESSES)
        self.workflow.do_engine_steps()
        self.facts: dict[str, Any] = {}


def make() -> Running:
    """Begin a dyad."""
    return Running()


def play(life: Running, steps: Sequence[Step]) -> list[bool]:
    """Complete the waiting task with each step, or send its signal; say which were accepted."""
    return [_step(life, event, given) for event, given, _ in steps]


def _step(life: Running, event: str, given: Any) -> bool:
    workflow = life.workflow
    task = workflow.get_next_task(state=TaskState.READY, manual=True)
    life.facts = task.data
    if event == "withdraw":
        try:
            workflow.send_event(BpmnEvent(WITHDRAW, {}))
        except WorkflowException:
            return False
        workflow.do_engine_steps()
        return True
    name = task.task_spec.bpmn_name
    if event not in CHOICES.get(name, (name,)):
        return False
    task.data.update(given, action=event, refused=False)
    task.run()
    workflow.do_engine_steps()
    waiting = workflow.get_next_task(state=TaskState.READY, manual=True)
    return waiting is None or not waiting.data["refused"]


def end(life: Running) -> End:
    """Read how the life ended."""
    [state] = [
        task.task_spec.name
        for task in life.workflow.get_tasks(state=TaskState.COMPLETED)
        if task.task_spec.name in ("done", "withdrawn")
    ]
    facts = life.facts
    return End(state, len(facts["logs"]), sum(facts["logs"]), facts["reviewed"], facts["recesses"])
