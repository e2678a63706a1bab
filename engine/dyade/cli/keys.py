"""Where are the keys that hide what concerns people? `keys init`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dyade.cli.declare import SAYING, Family, argument, command
from dyade.cli.ending import DONE, REFUSED
from dyade.cli.paper import Span, flow, mark
from dyade.cli.root import Telling
from dyade.cli.session import Page, Session
from dyade.cli.words import say

KEYS: Family = {}


class KeysPlace(click.Path):
    """A file, which a shell completes, or the address of a database, which is left as it is."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from dyade.store.postgres.address import is_ours

        return value if is_ours(value) else super().convert(value, param, ctx)


class Keys(Telling):
    """`dyade keys`."""

    key = "keys"


@command(KEYS, "init", SAYING, key="keys.init")
@argument("keys_file", type=KeysPlace(dir_okay=False))
def init(_session: Session, keys_file: str) -> Page:
    """Make a file of keys for its owner alone, or a place for keys on a server."""
    from dyade.store.keeping import make_place, told_place
    from dyade.store.postgres.address import is_ours

    made, secret = make_place(keys_file)
    place = told_place(keys_file if is_ours(keys_file) else Path(keys_file))
    on_server = ".server" if is_ours(keys_file) else ""
    data = {
        "outcome": "done" if made else "refused",
        "file": place,
        "secret": None if secret is None else str(secret),
    }
    if not made:
        said = say(f"keys.there{on_server}", file=place)
        return Page(data, lambda: flow(said, lead=[Span(mark("✘", "x"), "no"), " "]), REFUSED)
    said = say(f"keys.made{on_server}", file=place)
    if secret is not None:
        said += " " + say("keys.made.secret", file=str(secret))
    return Page(data, lambda: flow(said, lead=[Span(mark("✔", "+"), "yes"), " "]), DONE)


@command(KEYS, "copy", SAYING, key="keys.copy")
@argument("keys_from", type=click.Path(dir_okay=False, path_type=Path))
@argument("keys_to", type=KeysPlace(dir_okay=False))
def copy(_session: Session, keys_from: Path, keys_to: str) -> Page:
    """Copy the keys of a file to a server, where many machines share them."""
    from dyade.errors import StoreTrouble
    from dyade.store.keeping import carry, told_place
    from dyade.store.postgres.address import is_ours

    if not is_ours(keys_to):
        raise click.UsageError(say("usage.keys_server"), click.get_current_context())
    place = told_place(keys_to)
    try:
        made = carry(keys_from, keys_to)
    except StoreTrouble as trouble:
        if trouble.reason != "keys_other":
            raise
        raise click.UsageError(say("usage.keys_wrapped", file=str(keys_from)), click.get_current_context()) from None
    data = {"outcome": "done" if made else "refused", "file": place}
    if not made:
        said = say("keys.there.server", file=place)
        return Page(data, lambda: flow(said, lead=[Span(mark("✘", "x"), "no"), " "]), REFUSED)
    said = say("keys.copied", file=place, vault=f"{keys_from}.vault", master=str(keys_from))
    return Page(data, lambda: flow(said, lead=[Span(mark("✔", "+"), "yes"), " "]), DONE)


COMMANDS: Family = {"keys": Keys("keys", commands=KEYS)}
