"""Where are the keys that hide what concerns people? `keys init`."""

from __future__ import annotations

from pathlib import Path

import click

from dyade.cli.declare import SAYING, Family, argument, command
from dyade.cli.ending import DONE, REFUSED
from dyade.cli.paper import Span, flow, mark
from dyade.cli.root import Telling
from dyade.cli.session import Page, Session
from dyade.cli.words import say

KEYS: Family = {}


class Keys(Telling):
    """`dyade keys`."""

    key = "keys"


@command(KEYS, "init", SAYING, key="keys.init")
@argument("keys_file", type=click.Path(dir_okay=False, path_type=Path))
def init(_session: Session, keys_file: Path) -> Page:
    """Make a file of keys, for its owner alone."""
    from dyade.store.vault import make_file

    made = make_file(keys_file)
    data = {"outcome": "done" if made else "refused", "file": str(keys_file)}
    if not made:
        said = say("keys.there", file=str(keys_file))
        return Page(data, lambda: flow(said, lead=[Span(mark("✘", "x"), "no"), " "]), REFUSED)
    said = say("keys.made", file=str(keys_file))
    return Page(data, lambda: flow(said, lead=[Span(mark("✔", "+"), "yes"), " "]), DONE)


COMMANDS: Family = {"keys": Keys("keys", commands=KEYS)}
