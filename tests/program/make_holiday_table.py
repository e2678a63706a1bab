"""Write the table of statutory holidays from the `holidays` library; `make holidays` runs this."""

from __future__ import annotations

from pathlib import Path

from holidays.countries.canada import CA

TABLE = Path(__file__).parents[2] / "engine" / "dyade" / "program" / "holiday_table.py"
YEARS = range(2015, 2046)
PROVINCES = {"ontario": "ON", "quebec": "QC"}
HEAD = '''"""Statutory holidays of the regions that a calendar may name, {first} to {last}: written by `make holidays`.

A table, since asking the library each time would cost more than everything else that reading a program does.
"""

from __future__ import annotations

from typing import Final

GOOD_FRIDAY: Final = {good_friday}
'''


def table() -> str:
    """The text of the table."""
    names: dict[tuple[str, str], int] = {}
    days: dict[str, list[tuple[str, int]]] = {}
    for region, province in PROVINCES.items():
        french = CA(subdiv=province, years=YEARS, language="fr")
        english = CA(subdiv=province, years=YEARS, language="en_CA")
        for day in sorted(english):
            name = (french[day], english[day])
            days.setdefault(region, []).append((day.isoformat(), names.setdefault(name, len(names))))
    good_friday = next(n for (_, english_name), n in names.items() if "Good Friday" in english_name)
    text = HEAD.format(first=YEARS[0], last=YEARS[-1], good_friday=good_friday)
    text += "NAMES: Final = (\n" + "".join(f"    ({_quoted(f)}, {_quoted(e)}),\n" for f, e in names) + ")\n"
    text += "DAYS: Final = {\n"
    for region, listed in days.items():
        text += (
            f"    {_quoted(region)}: (\n" + "".join(f"        ({_quoted(d)}, {n}),\n" for d, n in listed) + "    ),\n"
        )
    return text + "}\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
