"""What can be done about messages? List them, send them again, drop them, say when people want them."""

from __future__ import annotations

from collections.abc import Callable

from dyade.errors import NotFound
from dyade.service.desk import Desk
from dyade.service.ports import Endpoint, Posted, Preference, Reading, Writing

FEWEST = 4
"""Letters by which a message may be named."""
STATUSES = ("waiting", "sent", "failed", "dropped")


def posted(desk: Desk, statuses: tuple[str, ...], dyad: str | None, limit: int | None) -> list[Posted]:
    """List messages with how far they have come, the oldest first."""
    return desk.look(lambda view: view.posted(statuses or STATUSES, dyad, limit))


def one(desk: Desk, message: str) -> Posted:
    """Find one message, by its id or by how that begins."""
    found = desk.look(lambda view: view.one_posted(meant(view, message)))
    if found is None:
        raise NotFound("message", message)
    return found


def meant(view: Reading, given: str) -> str:
    """The id of a message that begins so. Raises `NotFound` where none does, or several do."""
    found = view.messages_beginning(given, 2) if len(given) >= FEWEST else []
    if len(found) > 1:
        raise NotFound("one_message", given)
    if not found:
        raise NotFound("message", given)
    return found[0]


def send_again(desk: Desk, messages: list[str]) -> list[str]:
    """Let messages be tried again, at once and as often as new ones; give those that can be."""
    return _each(desk, messages, lambda transaction, id_: transaction.send_again(id_))


def drop(desk: Desk, messages: list[str], reason: str) -> list[str]:
    """Let messages never leave; give those that had not left."""
    at = desk.now()
    return _each(desk, messages, lambda transaction, id_: transaction.drop(id_, at, reason))


def _each(desk: Desk, messages: list[str], act: Callable[[Writing, str], bool]) -> list[str]:
    def work(transaction: Writing) -> list[str]:
        done = [id_ for id_ in dict.fromkeys(meant(transaction, one) for one in messages) if act(transaction, id_)]
        transaction.commit()
        return done

    return desk.write(work)


def resume(desk: Desk, name: str) -> Endpoint:
    """Send to an endpoint again that rests, or that wanted nothing any more."""

    def work(transaction: Writing) -> Endpoint:
        known = {endpoint.name: endpoint for endpoint in transaction.endpoints()}
        if name not in known:
            raise NotFound("endpoint", name)
        transaction.keep_endpoint(Endpoint(name))
        transaction.commit()
        return Endpoint(name)

    return desk.write(work)


def preference(desk: Desk, person: str) -> Preference:
    """When someone wants to be written to; nothing where they did not say."""

    def look(view: Reading) -> Preference:
        known = view.person(person)
        if known is None:
            raise NotFound("person", person)
        return view.preference(known.id) or Preference(known.id)

    return desk.look(look)


def prefer(desk: Desk, person: str, change: Callable[[Preference], Preference]) -> Preference:
    """Change when someone wants to be written to."""

    def work(transaction: Writing) -> Preference:
        known = transaction.person(person)
        if known is None:
            raise NotFound("person", person)
        changed = change(transaction.preference(known.id) or Preference(known.id))
        transaction.keep_preference(changed)
        transaction.commit()
        return changed

    return desk.write(work)
