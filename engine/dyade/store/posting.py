"""How far has each message come on its way out, and who holds it meanwhile?

A deliverer claims what is due: it writes its name on it, and an instant before which nobody else tries. If it dies,
that instant comes. Two claims at once never get the same message: each row is taken only as long as it still is due.
On a server, two claims at once do not wait for each other either: what one holds, the other leaves.
"""

from __future__ import annotations

from typing import Any, ClassVar

from dyade.service.ports import Endpoint, Outgoing, Posted, Preference
from dyade.store.driver import Driver

_COLUMNS = """id, dyad, seq, n, kind, rule, recipient, channel, priority, template, subject, body, status, created_at,
    try_at, attempts, trouble, settled_at, parcel, letter"""
_POSTED = f"SELECT {_COLUMNS} FROM outbox"
_DUE = f"{_POSTED} WHERE status = 'waiting' AND channel = ? AND try_at <= ? ORDER BY try_at, seq, n LIMIT ?"
_OF = f"""{_POSTED} WHERE recipient = ? AND channel = ? AND status = 'waiting' AND try_at <= ?
    AND COALESCE(parcel, '') = ? ORDER BY seq, n"""
_WITH = f"{_POSTED} WHERE recipient = ? AND parcel = ? ORDER BY seq, n"
_CLAIM = """UPDATE outbox SET try_at = ?, lease = ?, attempts = attempts + 1
    WHERE id = ? AND status = 'waiting' AND try_at <= ?"""
_GATHER = "UPDATE outbox SET parcel = ? WHERE id = ? AND lease = ?"
_FREEZE = "UPDATE outbox SET letter = ? WHERE id = ? AND lease = ? AND status = 'waiting'"
_POSTPONE = """UPDATE outbox SET try_at = ?, attempts = ?, trouble = ?, lease = NULL
    WHERE id = ? AND lease = ? AND status = 'waiting'"""
_SETTLE = """UPDATE outbox SET status = ?, settled_at = ?, trouble = ?, lease = NULL
    WHERE id = ? AND lease = ? AND status = 'waiting'"""
_AGAIN = """UPDATE outbox SET status = 'waiting', try_at = 0, attempts = 0, trouble = NULL, settled_at = NULL,
    lease = NULL, parcel = NULL WHERE id = ? AND status IN ('failed', 'dropped')"""
_SOONER = "UPDATE outbox SET try_at = 0 WHERE id = ? AND status = 'waiting' AND lease IS NULL"
_DROP = """UPDATE outbox SET status = 'dropped', settled_at = ?, trouble = ?, lease = NULL
    WHERE id = ? AND status IN ('failed', 'waiting')"""
_ENDPOINTS = "SELECT name, failures, rests_until, stopped, trouble FROM endpoints ORDER BY name"
_KEEP_ENDPOINT = """INSERT INTO endpoints (name, failures, rests_until, stopped, trouble) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET failures = excluded.failures, rests_until = excluded.rests_until,
    stopped = excluded.stopped, trouble = excluded.trouble"""
_PREFERENCE = """SELECT person, timezone, quiet_from, quiet_until, digest_at, digested_on FROM preferences
    WHERE person = ?"""
_PREFER = """INSERT INTO preferences (person, timezone, quiet_from, quiet_until, digest_at, digested_on)
    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (person) DO UPDATE SET timezone = excluded.timezone,
    quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, digest_at = excluded.digest_at,
    digested_on = excluded.digested_on"""


class PostView:
    """What a view of the store tells of messages on their way out."""

    __slots__ = ()
    _connection: Driver

    def _all(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        raise NotImplementedError

    def _shown(self, hidden: str, what: str) -> str | None:
        raise NotImplementedError

    def _posted(self, text: str, *values: object) -> list[Posted]:
        return [self._of_post(row) for row in self._all(text, *values)]

    def _of_post(self, row: tuple[Any, ...]) -> Posted:
        subject, body, letter = (self._shown(row[place] or "", row[0]) or "" for place in (10, 11, 19))
        message = Outgoing._make((*row[:10], subject, body, *row[12:14]))
        try_at, attempts, trouble, settled_at, parcel = row[14:19]
        return Posted(message, try_at, attempts, trouble or "", settled_at, parcel or "", letter)

    def posted(self, statuses: tuple[str, ...], dyad: str | None, limit: int | None) -> list[Posted]:
        """List messages with one of these statuses, of a dyad or of all, the oldest first."""
        places = ", ".join("?" * len(statuses))
        text = f"{_POSTED} WHERE status IN ({places})"
        values: list[object] = list(statuses)
        if dyad is not None:
            text, values = f"{text} AND dyad = ?", [*values, dyad]
        return self._posted(f"{text} ORDER BY seq, n LIMIT ?", *values, 2**62 if limit is None else limit)

    def one_posted(self, message: str) -> Posted | None:
        """Find one message."""
        found = self._posted(f"{_POSTED} WHERE id = ?", message)
        return found[0] if found else None

    def messages_beginning(self, letters: str, most: int) -> list[str]:
        """List the ids that begin so, at most so many."""
        text = "SELECT id FROM outbox WHERE id >= ? AND id < ? ORDER BY id LIMIT ?"
        return [id_ for (id_,) in self._all(text, letters, f"{letters}g", most)]

    def with_parcel(self, parcel: str, recipient: str) -> list[Posted]:
        """List what was gathered with a message, itself first among those of its age."""
        return self._posted(_WITH, recipient, parcel)

    def endpoints(self) -> list[Endpoint]:
        """List what is known of where messages go."""
        return [Endpoint(n, f, r, s or "", t or "") for n, f, r, s, t in self._all(_ENDPOINTS)]

    def preference(self, person: str) -> Preference | None:
        """When someone wants to be written to, where they said so."""
        found = self._all(_PREFERENCE, person)
        return Preference._make(found[0]) if found else None


class PostTransaction(PostView):
    """What a transaction changes of messages on their way out."""

    __slots__ = ()
    skipping: ClassVar[str] = ""
    """What is added to a question, where others write meanwhile, so that what they hold is left to them."""
    held: ClassVar[str]
    """What is added to a question, so that what others hold is waited for."""

    def _hidden(self, person: str, dyad: str, text: str, salt: bytes = b"") -> str:
        raise NotImplementedError

    def claim(self, channels: tuple[str, ...], now: int, until: int, lease: str, limit: int) -> list[Posted]:
        """Hold what is due on these channels, the longest due first; until that instant, nobody else tries.

        Of each channel as many as that: what waits long for one of them keeps nothing from the others.
        """
        due = [one for channel in channels for one in self._posted(f"{_DUE}{self.skipping}", channel, now, limit)]
        return self._claimed(due, now, until, lease)

    def claim_of(self, one: Outgoing, parcel: str, now: int, until: int, lease: str) -> list[Posted]:
        """Hold what else is due for the same person on the same channel: of a parcel, or of none yet.

        Two who gather for one person wait for each other, so that one of them gathers everything.
        """
        due = self._posted(f"{_OF}{self.held}", one.recipient, one.channel, now, parcel)
        return self._claimed(due, now, until, lease)

    def _claimed(self, due: list[Posted], now: int, until: int, lease: str) -> list[Posted]:
        return [
            one._replace(try_at=until, attempts=one.attempts + 1)
            for one in due
            if self._changed(_CLAIM, until, lease, one.message.id, now)
        ]

    def _changed(self, text: str, *values: object) -> bool:
        return bool(self._connection.execute(text, values).rowcount == 1)

    def gather(self, messages: list[str], parcel: str, lease: str) -> None:
        """Note that messages leave together, under the name of one of them."""
        for message in messages:
            self._changed(_GATHER, parcel, message, lease)

    def freeze(self, message: Outgoing, letter: str, lease: str) -> None:
        """Keep a letter as it is written for the first attempt, so that the next ones say the same."""
        self._changed(_FREEZE, self._hidden("", message.dyad, letter), message.id, lease)

    def postpone(self, message: str, lease: str, try_at: int, attempts: int, trouble: str) -> None:
        """Let go of a message until an instant."""
        self._changed(_POSTPONE, try_at, attempts, trouble or None, message, lease)

    def settle(self, message: str, lease: str, status: str, at: int, trouble: str) -> bool:
        """Note what became of a message; `False` if somebody else holds it now."""
        return self._changed(_SETTLE, status, at, trouble or None, message, lease)

    def send_again(self, message: str) -> bool:
        """Let a message be tried as if it never had been, or sooner; `False` where it left, or is leaving."""
        return self._changed(_AGAIN, message) or self._changed(_SOONER, message)

    def drop(self, message: str, at: int, reason: str) -> bool:
        """Let a message never leave; `False` where it left."""
        return self._changed(_DROP, at, reason, message)

    def keep_endpoint(self, endpoint: Endpoint) -> None:
        """Keep what came of sending somewhere."""
        self._changed(_KEEP_ENDPOINT, *endpoint[:3], endpoint.stopped or None, endpoint.trouble or None)

    def keep_preference(self, preference: Preference) -> None:
        """Keep when someone wants to be written to."""
        self._changed(_PREFER, *preference)
