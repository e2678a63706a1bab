"""How is a table drawn? Rich lays it out, so that it fits the terminal whatever it holds."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dyade.cli.paper import clean, room

_PADDING = re.compile(r" +((?:\x1b\[[0-9;]*m)*)$")
"""Spaces at the end of a line, before the end of its colours."""

Cell = str | tuple[str, str]
"""A text, or a text and a style of Rich's."""


def table(
    titles: Sequence[str], rows: Iterable[Sequence[Cell]], right: Sequence[int] = (), whole: Sequence[int] = ()
) -> list[str]:
    """The lines of a table; `right` names the columns that are aligned on the right, `whole` those that stay whole."""
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for i, title in enumerate(titles):
        grid.add_column(title, justify="right" if i in right else "left", overflow="fold", no_wrap=i in whole)
    for row in rows:
        grid.add_row(*[_cell(cell) for cell in row])
    out = io.StringIO()
    Console(file=out, width=room(), force_terminal=True, color_system="standard", legacy_windows=False).print(grid)
    return [_PADDING.sub(r"\1", line) for line in out.getvalue().splitlines()]


def _cell(cell: Cell) -> Text:
    text, style = cell if isinstance(cell, tuple) else (cell, "")
    return Text(clean(text), style=style)
