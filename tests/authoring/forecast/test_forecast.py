"""Does a forecast live what the program says, as people are supposed to be?"""

import xml.etree.ElementTree as ET
from functools import cache
from typing import Any

import pytest

from dyade.authoring.forecast.course import Model, model
from dyade.authoring.forecast.lives import DAY, Living, Taken
from dyade.authoring.forecast.plot import sparks, svg
from dyade.authoring.forecast.rates import BadRate, Rates, read_rates, template
from dyade.authoring.forecast.tally import OPEN, WEEK, Forecast, quantile, tally, wilson
from dyade.authoring.plainly import Plainly
from dyade.flow.plan import plan_of
from tests.authoring.handed import FIVE, PROGRAMS, program

YEARS = 3 * 365 * DAY
CALM = {"delay_days": 0, "absences": 0, "withdraws": 0, "answers": 1, "arrival_weeks": 0}


@cache
def _model(name: str) -> Model:
    found = model(program(name), (PROGRAMS / f"{name}.scenarios.yaml").read_bytes(), "fr")
    assert found is not None
    return found


def _rates(name: str, **said: float) -> Rates:
    rates = Rates.of(plan_of(program(name)))
    for rate, value in said.items():
        rates = rates.but(rate, value)
    return rates


def _forecast(name: str, dyads: int, seed: int = 7, **said: float) -> Forecast:
    living = Living(program(name), _model(name), _rates(name, **said), seed, "fr")
    start = living.model.start
    return tally(plan_of(program(name)), [*living.lives(dyads, start, start + YEARS)], start)


@pytest.mark.parametrize("name", FIVE)
def test_all_end_well_where_nobody_is_late_or_away(name):
    """The acts of the scenario, each on its day."""
    found = _forecast(name, 5, **CALM)
    assert dict(found.ends) == {"success": 5}
    assert found.low < 1 == found.high


@pytest.mark.parametrize("name", FIVE)
def test_nothing_ends_well_where_nobody_answers(name):
    """What time does, it does all the same: some programs end those that nobody tends, others go on reminding."""
    found = _forecast(name, 5, **{**CALM, "answers": 0})
    assert found.well == 0
    ends_by_time = {"aqpm": {"expired": 5}, "cscpq": {"expired": 5}}
    assert dict(found.ends) == ends_by_time.get(name, {OPEN: 5})


def test_who_is_not_answered_is_reminded():
    """Reminders leave without anybody who acts."""
    [profile] = [one for one in _forecast("sct", 5, **{**CALM, "answers": 0}).sent if one.role == "mentore"]
    assert profile.reminders > 0


def test_a_seed_gives_the_same_forecast_again():
    """And another seed another one."""
    assert _forecast("aqpm", 25) == _forecast("aqpm", 25)
    assert _forecast("aqpm", 25) != _forecast("aqpm", 25, seed=8)


def test_more_hours_a_week_end_well_more_often():
    """The same luck, at another pace: the placement of three months has room for 144 hours, or not."""
    shares = [_forecast("cscpq", 25, pace=pace).well for pace in (0.6, 1, 1.6)]
    assert shares == sorted(shares)
    assert shares[0] < shares[-1]


@pytest.mark.parametrize(("rate", "values"), [("delay_days", (0, 3, 30)), ("withdraws", (0, 0.5, 1))])
def test_people_who_are_later_or_leave_more_often_end_well_less_often(rate, values):
    """The same luck throughout."""
    shares = [_forecast("aqpm", 30, **{rate: value}).well for value in values]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > shares[-1]


def test_who_withdraws_leaves_by_the_way_of_the_program():
    """The transition that leads to a withdrawn end, with what a scenario gives it."""
    assert _forecast("sct", 20, **{**CALM, "withdraws": 1}).ends.get("withdrawn", 0) > 5


def test_days_in_states_add_up_to_the_life():
    """From the beginning to the end, whatever happens in tracks."""
    for name in FIVE:
        living = Living(program(name), _model(name), _rates(name), 3, "fr")
        for one in living.lives(8, living.model.start, living.model.start + YEARS):
            assert one is not None
            assert sum(one.days.values()) == pytest.approx((one.end - one.start) / DAY, abs=0.01)


def test_a_tally_counts_what_lives_show():
    """Weeks, roles and deadlines over all the dyads."""
    found = _forecast("aqpm", 20)
    assert sum(found.ends.values()) == found.dyads == 20
    assert sum(week.begun for week in found.weeks) == 20
    assert sum(week.messages for week in found.weeks) >= sum(one.notices + one.reminders for one in found.sent)
    assert {met + missed for met, missed in found.deadlines.values()} <= set(range(21))
    assert all(one.median <= one.ninetieth for one in found.waited)
    assert all(week.start % DAY == found.weeks[0].start % DAY for week in found.weeks)
    assert {b.start - a.start for a, b in zip(found.weeks, found.weeks[1:], strict=False)} == {WEEK}


def test_places_that_earlier_dyads_hold_are_taken():
    """Instant by instant; a place that is given back is free again."""

    class Plan:
        class program:  # noqa: N801 (a stand-in)
            class model:  # noqa: N801
                quotas = {"seats": type("Q", (), {"per": "program", "when_full": "refuse"})}  # noqa: RUF012

    taken = Taken(Plan)  # type: ignore[arg-type]
    taken.add([(10, "seats", 1), (20, "seats", -1), (5, "other", 1)])
    taken.add([(15, "seats", 1)])
    assert [dict(taken.at(when))["seats"] for when in (9, 10, 15, 20)] == [0, 1, 2, 1]


# --------------------------------------------------------------------------------------------------------------- rates


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_template_reads_back_to_the_same_rates(lang):
    """Every rate, with what it means."""
    rates = _rates("cisss", pace=1.5)
    text = template(rates, lang)
    assert read_rates(_rates("cisss"), text.encode()) == rates
    assert text.count("# ") == 1 + 5 + 2


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("speed", 1, "forecast.rate.unknown"),
        ("answers.nobody", 1, "forecast.rate.unknown"),
        ("pace.mentor", 1, "forecast.rate.unknown"),
        ("pace", 0, "forecast.rate.bounds"),
        ("answers", "often", "forecast.rate.bounds"),
        ("absences", True, "forecast.rate.bounds"),
        ("delay_days", "nan", "forecast.rate.bounds"),
    ],
)
def test_a_rate_that_does_not_exist_or_is_out_of_bounds_is_told(name, value, key):
    """By its name, with what it may be."""
    with pytest.raises(BadRate) as trouble:
        _rates("cisss").but(name, value)
    assert trouble.value.key == key
    assert trouble.value.facts["name"] == name


@pytest.mark.parametrize("text", [b"", b"- pace", b"pace: [", b"\xff"])
def test_a_file_that_holds_no_rates_is_told(text):
    """Whatever it holds."""
    with pytest.raises(BadRate):
        read_rates(_rates("cisss"), text)


def test_a_rate_of_one_role_is_that_role_s_alone():
    """`answers.mentor` leaves the others as they are."""
    rates = _rates("cisss").but("answers.mentor", "0.5")
    assert (rates.of_roles("answers", ("mentor",)), rates.of_roles("answers", ("mentore",))) == (0.5, 0.99)
    assert rates.of_roles("answers", ()) == 0.99


# ------------------------------------------------------------------------------------------------------------- figures


def test_an_interval_holds_the_share_and_stays_within_bounds():
    """After Wilson: none of ten is not 'never'."""
    low, high = wilson(0, 10)
    assert low == 0 < high < 0.3
    assert wilson(10, 10)[1] == 1
    low, high = wilson(50, 100)
    assert (round(low, 3), round(high, 3)) == (0.404, 0.596)
    assert wilson(0, 0) == (0, 1)


def test_a_quantile_is_one_of_the_values():
    """The middle one, and the one that nine in ten do not pass."""
    assert quantile([3, 1, 2], 0.5) == 2
    assert quantile(range(10), 0.9) == 9
    assert quantile([4], 0.9) == 4


def test_a_line_of_bars_fits_its_room():
    """Several weeks share a bar where there are many; what is not nothing shows."""
    assert sparks([0, 1, 8], 10) == " ▁█"
    assert len(sparks([1] * 100, 30)) <= 30
    assert sparks([], 10) == ""


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_picture_shows_every_end_and_every_state(lang):
    """Well-formed, inside its frame."""
    found = _forecast("aqpm", 20)
    words = Plainly(plan_of(program("aqpm")), lang)
    root = ET.fromstring(svg(found, words, "<A> & B"))
    said = [one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert said[0] == "<A> & B"
    assert sum("%" in text and "(" in text for text in said) == len(found.ends)
    bars: list[Any] = [*root.iter("{http://www.w3.org/2000/svg}rect")][1:]
    wide, high = float(root.get("width") or 0), float(root.get("height") or 0)
    for bar in bars:
        assert 0 <= float(bar.get("x")) <= float(bar.get("x")) + float(bar.get("width")) <= wide
        assert 0 <= float(bar.get("y")) <= float(bar.get("y")) + float(bar.get("height")) <= high
