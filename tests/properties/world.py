"""What the dyads of a walk share: counted as a store would count it, from what each of them has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from dyade.flow import messages as c
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Context, Counter

Key = tuple[str, str]
LATEST = 2**62


class Others(NamedTuple):
    """What all the dyads but one have of what they share."""

    id: str
    """The one."""
    used: Mapping[Key, int]
    lines: Mapping[Key, list[tuple[int, str]]]
    """Those who wait, the one that came first first."""
    mine: Mapping[Key, int]
    """Since when the one waits."""

    def around(self, dyad: Dyad | None, context: Context) -> Context:
        """The circumstances of the one as it stands."""
        own: Mapping[Key, int] = {} if dyad is None else dyad.shares
        counters = {key: self._counter(key, own.get(key)) for key in {*self.used, *self.lines, *own}}
        return context._replace(counters=counters)

    def _counter(self, key: Key, own: int | None) -> Counter:
        line = self.lines.get(key, [])
        if own == 0 and key[0].startswith("quotas."):
            line = sorted([*line, (self.mine.get(key, LATEST), self.id)])
        return Counter(self.used.get(key, 0) + (own or 0), len(line), line[0][1] if line else "")


class World:
    """All the dyads of a walk."""

    def __init__(self) -> None:
        self.shares: dict[str, Mapping[Key, int]] = {}
        self.since: dict[tuple[str, Key], int] = {}
        self.certified: dict[int, int] = {}
        self.numbers: list[str] = []
        self.told: dict[str, dict[Key, int]] = {}
        """dyad → what its records say that it has."""
        self._n = 0

    def takes(self, id_: str, dyad: Dyad, records: Iterable[c.Record]) -> None:
        """Keep what came of a step."""
        self.shares[id_] = dyad.shares
        told = self.told.setdefault(id_, {})
        for record in records:
            self._n += 1
            match record:
                case c.Queued():
                    self.since[id_, (f"quotas.{record.quota}", record.person)] = self._n
                    told[f"quotas.{record.quota}", record.person] = 0
                case c.Reserved():
                    told[f"quotas.{record.quota}", record.person] = 1
                case c.Released():
                    told.pop((f"quotas.{record.quota}", record.person), None)
                case c.Spent():
                    told[f"budgets.{record.budget}", ""] = record.amount
                case c.Certified() | c.CertificateReissued():
                    year = date.fromordinal(record.head.on).year
                    self.certified[year] = max(self.certified.get(year, 0), record.sequence)
                    self.numbers.append(record.number)

    def others(self, id_: str) -> Others:
        """What one dyad finds there."""
        used: dict[Key, int] = {}
        lines: dict[Key, list[tuple[int, str]]] = {}
        for dyad, shares in self.shares.items():
            for key, part in shares.items() if dyad != id_ else ():
                used[key] = used.get(key, 0) + part
                if part == 0 and key[0].startswith("quotas."):
                    lines.setdefault(key, []).append((self.since[dyad, key], dyad))
        for line in lines.values():
            line.sort()
        mine = {key: since for (dyad, key), since in self.since.items() if dyad == id_}
        return Others(id_, used, lines, mine)
