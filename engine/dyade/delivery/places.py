"""Which addresses of the network may be reached? Public ones, and those that the operator named; none behind our walls.

A name is resolved once; what was checked is what is connected to, so that it cannot change in between.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final

Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Iterable[tuple[Any, ...]]]
"""Gives what `socket.getaddrinfo` gives."""
_TRANSLATED: Final = ip_network("64:ff9b::/96")


class Walled(Exception):
    """An address that nothing is sent to."""


def resolve(host: str, port: int) -> Iterable[tuple[Any, ...]]:
    """Ask the system."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def is_open(text: str, allowed: Sequence[Network] = ()) -> bool:
    """Whether an address may be reached; one that stands inside another is what counts."""
    found = ip_address(text.partition("%")[0])
    if any(found in network for network in allowed):
        return True
    return all(one.is_global and not one.is_multicast and not one.is_reserved for one in _meant(found))


def _meant(found: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """The addresses that one leads to."""
    if isinstance(found, IPv4Address):
        return [found]
    if found.ipv4_mapped is not None:
        return [found.ipv4_mapped]
    if found in _TRANSLATED:
        return [IPv4Address(int(found) & 0xFFFFFFFF)]
    inner = [one for one in (found.sixtofour, *(found.teredo or ())) if one is not None]
    return [found, *inner]


def connect(host: str, port: int, allowed: Sequence[Network], timeout: float, ask: Resolve = resolve) -> socket.socket:
    """Connect to the first address of a host that answers.

    Raises `Walled` if any of its addresses may not be reached, `OSError` if none answers.
    """
    found = list(ask(host, port))
    if not all(is_open(str(place[4][0]), allowed) for place in found):
        raise Walled(host)
    trouble: OSError = OSError("no address")
    for family, kind, protocol, _, place in found:
        connection = socket.socket(family, kind, protocol)
        connection.settimeout(timeout)
        try:
            connection.connect(place)
        except OSError as error:
            connection.close()
            trouble = error
        else:
            return connection
    raise trouble
