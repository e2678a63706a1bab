"""How does a dyad that another one asked for begin? Once, after what asked for it lasts, under an id of its own."""

from __future__ import annotations

from json import loads
from typing import Any

from dyade.errors import NotFound, ProgramInvalid
from dyade.flow.messages import SYSTEM, Start
from dyade.flow.outcome import Decision
from dyade.flow.tagged import sorted_json
from dyade.service.attaching import Attachment, KeptFiles
from dyade.service.desk import Desk
from dyade.service.door import start
from dyade.service.notices import FAILED, SENT, START, WAITING
from dyade.service.ports import Outgoing, Reading, Writing


def begin_waiting(desk: Desk, dyad: str | None = None) -> tuple[str, ...]:
    """Begin the dyads that wait to begin, those that this one asked for or all; give their ids."""
    waiting = desk.look(lambda view: view.outbox(dyad, WAITING, None, START))
    begun = [_begin(desk, message) for message in waiting]
    return tuple(id_ for id_ in begun if id_ is not None)


def _begin(desk: Desk, message: Outgoing) -> str | None:
    people, fields = _given(desk, message.rule, loads(message.body))
    command = Start(SYSTEM, people, _with_contents(desk, message, fields))
    try:
        # Under the id of the message, so that a second attempt finds what the first one began.
        outcome = start(desk, message.rule, command, message.id)
    except (NotFound, ProgramInvalid):
        outcome = None
    begun = outcome.dyad.id if isinstance(outcome, Decision) else None

    def mark(transaction: Writing) -> None:
        transaction.mark(message.id, FAILED if begun is None else SENT)
        transaction.commit()

    desk.write(mark)
    return begun


def _given(desk: Desk, program: str, given: dict[str, Any]) -> tuple[dict[str, tuple[str, ...]], dict[str, Any]]:
    """Part the persons from the fields."""
    try:
        roles = desk.look(lambda _: desk.programs.current(program)).program.model.roles
    except (NotFound, ProgramInvalid):
        return {}, {}
    people = {name: _several(value) for name, value in given.items() if name in roles and value is not None}
    return people, {name: value for name, value in given.items() if name not in roles}


def _with_contents(desk: Desk, message: Outgoing, fields: dict[str, Any]) -> dict[str, Any]:
    """Files follow from the dyad that asked for it; one that is no longer there is told to be missing by the door."""
    attached = desk.programs.current(message.rule).attached if fields else frozenset()
    named = [name for name, value in fields.items() if value is not None and f"fields.{name}" in attached]
    if not named:
        return fields

    def work(view: Reading) -> dict[str, Any]:
        kept = KeptFiles(view, message.dyad)

        def attachment(said: dict[str, Any]) -> Attachment | dict[str, Any]:
            content = kept.content(sorted_json(said))
            return said if content is None else Attachment(name=str(said["name"]), content=content)

        def follow(value: Any) -> Any:
            return [attachment(said) for said in value] if isinstance(value, list) else attachment(value)

        return {name: follow(value) if name in named else value for name, value in fields.items()}

    return desk.look(work)


def _several(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else (value,)
