"""How is an accepted command recognised when it comes again, and answered as it was the first time?"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from json import loads
from typing import Any

from dyade.flow.codec import normal
from dyade.flow.messages import Command
from dyade.flow.outcome import Decision, Reason
from dyade.flow.tagged import compact, sorted_json, tag, untag
from dyade.program.conditions.types import DATETIME
from dyade.program.conditions.values import dump_value, instant_of
from dyade.service.journal import Lives, records_of
from dyade.service.notices import as_effect
from dyade.service.ports import Answer, Reading


def spelled(command: Any) -> Any:
    """The same command, with every text in one spelling and every value as JSON says it."""
    if _is_plain(command):
        return command
    parts = command._asdict() | {"on": command.on.toordinal() if isinstance(command.on, date) else command.on}
    return command._make(map(spell, parts.values()))


def _is_plain(command: Command) -> bool:
    """Whether nothing in a command has another spelling: most are a few ids."""
    for value in command:
        if value.__class__ is str:
            if not value.isascii():
                return False
        elif value is not None and value.__class__ not in (int, bool) and value != {}:
            return False
    return True


def spell(value: Any) -> Any:
    """A value as JSON says it; dates and decimals of the host become texts."""
    if value is None or value.__class__ in (int, bool, float):
        return value
    if isinstance(value, str):
        return normal(value)
    if isinstance(value, datetime):
        return dump_value(DATETIME, instant_of(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {normal(str(key)): spell(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        items = [spell(item) for item in value]
        return items if isinstance(value, list) else tuple(items)
    return value


def asked(target: str, command: Command) -> str:
    """The digest of a request: the same for the same request, whatever the order of its data."""
    content = [target, type(command).__name__, *(tag(part) for part in command)]
    return sha256(sorted_json(content).encode()).hexdigest()


def to_remember(id_: str, command: Command, request: str, before: int, decision: Decision, now: int) -> Answer:
    """What to keep of an answer; the records themselves are in the journal."""
    answer = {
        "since": before,
        "next_due": decision.next_due,
        "advice": [[r.code, r.about, tag(dict(r.facts)), tag(r.sentence)] for r in decision.advice],
        "waiting": list(decision.waiting),
    }
    dyad = decision.dyad
    return Answer(command.actor, id_, request, dyad.id, dyad.revision, compact(answer), now)


def again(view: Reading, lives: Lives, answer: Answer) -> Decision:
    """The first answer, from what was kept."""
    said = loads(answer.answer)
    kept = view.records(answer.dyad, 0, answer.revision)
    records = records_of(view, lives, answer.dyad, kept)
    since = sum(1 for row in kept if row.head.revision <= said["since"])
    seqs = {row.seq: index for index, row in enumerate(kept[since:])}
    messages = view.outbox(answer.dyad, None, None)
    effects = tuple((seqs[m.seq], as_effect(m)) for m in messages if m.seq in seqs)
    dyad = lives.fold(answer.dyad, records)
    advice = tuple(Reason(code, about, untag(facts), untag(words)) for code, about, facts, words in said["advice"])
    return Decision(dyad, tuple(records[since:]), effects, said["next_due"], advice, tuple(said["waiting"]))
