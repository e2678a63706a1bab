"""The days off of a region, and those of a program's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from dateutil.easter import easter

from dyade.program.holidays import resolve


def days(spec: Mapping[str, Any] | str, year: int) -> dict[str, str]:
    found = ((date.fromordinal(day), label["fr"]) for day, label in resolve(spec))
    return {day.strftime("%m-%d"): label for day, label in found if day.year == year}


def test_quebec_has_its_statutory_holidays() -> None:
    assert list(days("quebec", 2026)) == ["01-01", "04-03", "05-18", "06-24", "07-01", "09-07", "10-12", "12-25"]


def test_ontario_has_its_own() -> None:
    found = list(days("ontario", 2026))

    assert {"02-16", "04-03", "05-18", "07-01", "09-07", "10-12", "12-25"} <= set(found)
    assert "06-24" not in found


def test_the_observed_day_of_a_weekend_holiday_is_off_too() -> None:
    assert "12-27" in days("quebec", 2021)


@pytest.mark.parametrize("year", range(2015, 2046))
def test_quebec_gives_good_friday_or_easter_monday_never_both(year: int) -> None:
    friday, monday = (easter(year) + timedelta(days=n) for n in (-2, 1))
    with_friday = days({"region": "quebec"}, year)
    with_monday = days({"region": "quebec", "easter": "monday"}, year)

    assert friday.strftime("%m-%d") in with_friday
    assert monday.strftime("%m-%d") not in with_friday
    assert with_monday[monday.strftime("%m-%d")] == "Lundi de Pâques"
    assert friday.strftime("%m-%d") not in with_monday
    assert len(with_monday) == len(with_friday)


def test_a_program_adds_its_own_days_with_their_names() -> None:
    label = {"fr": "Relâche", "en": "Break"}
    found = resolve({"holidays": ["2026-03-02", {"date": "2026-03-01", "label": label}]})

    assert found == (
        (date(2026, 3, 1).toordinal(), label),
        (date(2026, 3, 2).toordinal(), {"fr": "2026-03-02", "en": "2026-03-02"}),
    )


def test_every_holiday_has_a_name_in_both_languages_and_comes_in_order() -> None:
    found = resolve("quebec")

    assert [day for day, _ in found] == sorted({day for day, _ in found})
    assert all(label["fr"] and label["en"] for _, label in found)


def test_the_years_are_those_that_are_asked() -> None:
    assert {date.fromordinal(day).year for day, _ in resolve("quebec", range(2030, 2032))} == {2030, 2031}


def test_no_calendar_has_no_holiday() -> None:
    assert resolve(None) == ()
    assert resolve({"weekend": ["sunday"], "easter": "friday"}) == ()


def test_the_table_of_holidays_is_what_the_library_says() -> None:
    """The committed table is the library's own answer; `make holidays` writes it again."""
    from tests.program.make_holiday_table import TABLE, table

    assert TABLE.read_text(encoding="utf-8") == table()
