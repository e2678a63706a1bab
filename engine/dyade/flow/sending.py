"""Messages: to whom, with which facts; each person is told only what they may see."""

from __future__ import annotations

from typing import Any

from dyade.flow import messages as r
from dyade.flow.draft import Draft
from dyade.flow.telling.visibility import facts_for


def recipients(draft: Draft, roles: list[str]) -> tuple[str, ...]:
    """The persons behind the words of `to`, each once; `author` is who acted, `other` are the other holders."""
    found: dict[str, None] = {}
    for role in roles:
        if role == "author":
            persons: tuple[str, ...] = (draft.actor,) if draft.actor not in (r.CLOCK, r.SYSTEM) else ()
        elif role == "other":
            everyone = (h.person for held in draft.holdings.values() for h in held if not h.pending)
            persons = tuple(person for person in everyone if person != draft.actor)
        else:
            persons = draft.holders(role)
        found.update(dict.fromkeys(persons))
    return tuple(found)


def send(
    draft: Draft,
    to: tuple[str, ...],
    template: str,
    site_key: tuple[str, Any],
    index: int,
    kind: str,
    rule: str,
    priority: str = "normal",
    channel: str = "email",
) -> None:
    """Put one message for each person into what goes out."""
    facts = template_facts(draft, template, site_key)
    for person in to:
        seen = facts_for(draft, person, template, site_key, facts)
        draft.effects.append((index, r.Notice(person, template, seen, rule, kind, priority, channel)))


def template_facts(draft: Draft, template: str, site_key: tuple[Any, ...]) -> tuple[Any, ...]:
    """(value, type) of a template's placeholders, in the order of `plan.placeholders`."""
    getters = draft.plan.template_getters(template, site_key)
    return tuple([(get(draft), kind) for get, kind in getters])
