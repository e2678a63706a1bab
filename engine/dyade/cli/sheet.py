"""How is a table written for a spreadsheet, so that no cell of it acts there?"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

ACTING = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
"""What a spreadsheet takes for the beginning of a formula, full-width signs too."""


def sheet(rows: Iterable[Sequence[str | int | None]]) -> str:
    """A table as CSV: texts that a spreadsheet would run are shown as texts, numbers stay numbers."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([[_cell(cell) for cell in row] for row in rows])
    return out.getvalue()


def _cell(cell: str | int | None) -> str | int:
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.lstrip(" \u00a0\u200b\ufeff").startswith(tuple(ACTING)):
        return f"'{cell}"
    return cell
