"""How do the effects of a decision become messages that wait to leave, worded once in their reader's language?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha1
from typing import Any, Final

from dyade.flow.messages import CLOCK, Effect, Emitted, NewDyad, Notice, Reminded
from dyade.flow.outcome import Decision
from dyade.flow.tagged import compact
from dyade.flow.telling.templates import render_template
from dyade.program.program import Program
from dyade.service.ports import Outgoing, Reading, RecordRow

WAITING, SENT, FAILED = "waiting", "sent", "failed"
EMIT, START = "emit", "start"
DUE: Final = bytes.fromhex("6f3c8a520a0e5d0e9a574d5f0f6f2b71")
"""Under which the messages that time causes are named."""


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


class Wording:
    """Words the notices of a program in the language of whoever receives them, or in the author's."""

    __slots__ = ("_program", "_view")

    def __init__(self, view: Reading, program: Program) -> None:
        self._view = view
        self._program = program

    def __call__(self, notice: Notice) -> tuple[str, str]:
        """The subject and the body of a notice."""
        locales = self._program.model.locales
        lang = self._view.language(notice.to)
        if lang is None or lang not in locales:
            lang = locales[0]
        return render_template(self._program, notice.template, notice.facts, lang, Names(self._view))

    def is_taken(self, message: str) -> bool:
        """Whether a message has this id already."""
        return self._view.has_message(message)


def wording(view: Reading, program: Program) -> Wording:
    """Prepare to word what a program sends."""
    return Wording(view, program)


def outgoing(decision: Decision, rows: Sequence[RecordRow], words: Wording) -> tuple[Outgoing, ...]:
    """Prepare the messages of a decision.

    Each is named after the record that caused it; one that time caused, after what was due: a store that was restored
    from an older copy sends it again under the same id, whenever time acts again.
    """
    ranks: dict[int, int] = {}
    found: dict[str, Outgoing] = {}
    for index, effect in decision.effects:
        ranks[index] = rank = ranks.get(index, -1) + 1
        row = rows[index]
        said = _said(effect, words)
        id_ = ""
        if row.head.actor == CLOCK:
            id_ = uuid(DUE, compact([*_due(decision, index), *said[:6]]))
        if not id_ or id_ in found or words.is_taken(id_):
            id_ = uuid(row.hash[:16], str(rank))
        found[id_] = Outgoing(id_, decision.dyad.id, index, rank, *said, WAITING, row.head.recorded_at)
    return tuple(found.values())


def uuid(space: bytes, name: str) -> str:
    """What `uuid.uuid5` makes of a name in a space, as text, at a sixth of its price."""
    made = bytearray(sha1(space + name.encode(), usedforsecurity=False).digest()[:16])
    made[6] = made[6] & 0x0F | 0x50
    made[8] = made[8] & 0x3F | 0x80
    said = made.hex()
    return f"{said[:8]}-{said[8:12]}-{said[12:16]}-{said[16:20]}-{said[20:]}"


def _due(decision: Decision, index: int) -> list[str | int]:
    """What was due, whenever it was done, and whatever was done in the dyad before: of which dyad, what, for when."""
    record, dyad = decision.records[index], decision.dyad
    what: list[str | int] = [dyad.id, dyad.created_at, type(record).__name__]
    if isinstance(record, Reminded):
        return [*what, record.reminder, record.item, record.visit, record.anchor, record.n]
    return [*what, record.head.at]


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
