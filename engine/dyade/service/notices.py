"""How do the effects of a decision become messages that wait to leave, worded once in their reader's language?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from dyade.flow.messages import Effect, Emitted, NewDyad, Notice
from dyade.flow.outcome import Decision
from dyade.flow.tagged import compact
from dyade.flow.telling.templates import render_template
from dyade.program.program import Program
from dyade.service.ports import Outgoing, Reading, RecordRow

WAITING, SENT, FAILED = "waiting", "sent", "failed"
EMIT, START = "emit", "start"


class Names(Mapping[str, str]):
    """The names of persons, looked up as they are asked for; an id stands for whom nobody knows."""

    __slots__ = ("_found", "_view")

    def __init__(self, view: Reading) -> None:
        self._view = view
        self._found: dict[str, str] = {}

    def __getitem__(self, person: str) -> str:
        if person not in self._found:
            known = self._view.person(person)
            self._found[person] = person if known is None else known.name
        return self._found[person]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


class Wording(Protocol):
    """Puts a notice in words: its subject and its body."""

    def __call__(self, notice: Notice) -> tuple[str, str]: ...


def wording(view: Reading, program: Program) -> Wording:
    """Word notices in the language of whoever receives them, or in the author's."""

    def words(notice: Notice) -> tuple[str, str]:
        locales = program.model.locales
        person = view.person(notice.to)
        lang = person.lang if person is not None and person.lang in locales else locales[0]
        return render_template(program, notice.template, notice.facts, lang, Names(view))

    return words


def outgoing(decision: Decision, rows: Sequence[RecordRow], words: Wording) -> tuple[Outgoing, ...]:
    """Prepare the messages of a decision; each is named after the record that caused it."""
    # Most commands send nothing, and need not wait for this import.
    from uuid import UUID, uuid5

    ranks: dict[int, int] = {}
    found: list[Outgoing] = []
    for index, effect in decision.effects:
        ranks[index] = rank = ranks.get(index, -1) + 1
        row = rows[index]
        id_ = str(uuid5(UUID(bytes=row.hash[:16]), str(rank)))
        said = _said(effect, words)
        found.append(Outgoing(id_, decision.dyad.id, index, rank, *said, WAITING, row.head.recorded_at))
    return tuple(found)


def _said(effect: Effect, words: Wording) -> tuple[str, str, str | None, str, str, str, str, str]:
    """Kind, rule, recipient, channel, priority, template, subject and body of a message."""
    match effect:
        case Notice():
            subject, body = words(effect)
            return (
                effect.kind,
                effect.rule,
                effect.to,
                effect.channel,
                effect.priority,
                effect.template,
                subject,
                body,
            )
        case Emitted():
            return (EMIT, effect.name, None, "host", "normal", "", "", compact(dict(effect.data)))
        case NewDyad():
            return (START, effect.program, None, "dyade", "normal", "", "", compact(dict(effect.given)))


def as_effect(message: Outgoing) -> Effect:
    """The effect that a message came from; the facts that its words were made of are not kept beside them."""
    from json import loads

    if message.kind == EMIT:
        return Emitted(message.rule, loads(message.body))
    if message.kind == START:
        return NewDyad(message.rule, loads(message.body))
    to: Any = message.recipient
    return Notice(to, message.template, (), message.rule, message.kind, message.priority, message.channel)
