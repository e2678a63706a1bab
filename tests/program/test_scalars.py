"""What does an unquoted word mean?"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyade.program.scalars import MOST_DIGITS, meaning


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("false", False),
        ("0", 0),
        ("4", 4),
        ("-4", -4),
        ("+4", 4),
        ("0x1F", 31),
        ("0o17", 15),
        ("4.50", Decimal("4.50")),
        (".5", Decimal("0.5")),
        ("1e3", Decimal(1000)),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("6 months", "6 months"),
        ("2026-02-28", "2026-02-28"),
        ("1.2.3", "1.2.3"),
        ("-", "-"),
        ("Null", "Null"),
        ("n", "n"),
        ("y", "y"),
    ],
)
def test_a_word_means_what_yaml_1_2_says(text, value):
    found = meaning(text)

    assert (found.value, type(found.value), found.code) == (value, type(value), "")


@pytest.mark.parametrize("text", ["yes", "No", "ON", "off", "oui", "Non", "vrai", "FAUX", "True", "FALSE"])
def test_what_only_looks_like_a_truth_is_a_text_and_is_told(text):
    found = meaning(text)

    assert (found.value, found.code) == (text, "Y010")
    assert found.mended == ("true" if text.casefold() in {"yes", "on", "oui", "vrai", "true"} else "false")


@pytest.mark.parametrize(
    ("text", "mended"), [("04", "4"), ("-012", "-12"), ("00", "0"), ("01.50", "1.50"), ("007e1", "7e1")]
)
def test_a_leading_zero_is_told(text, mended):
    found = meaning(text)

    assert (found.value, found.code, found.mended) == (Decimal(mended), "Y011", mended)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "0000-01-01", "2025-02-29"])
def test_a_day_that_no_calendar_has_is_told(text):
    assert meaning(text) == (text, "Y013", "", "")


@pytest.mark.parametrize(
    "text",
    ["9" * 19, "-" + "9" * 100_000, "0x" + "f" * 100, "1e999999999", "1e-31", ".inf", "-.INF", ".nan", "1." + "0" * 20],
    ids=lambda text: text[:12],
)
def test_a_number_that_cannot_be_computed_with_is_told(text):
    found = meaning(text)

    assert (found.code, found.variant) == ("D008", "digits")


@given(st.text("0123456789.-+eExo_:~nulltrue ", max_size=40))
def test_a_number_is_always_small_enough(text):
    value = meaning(text).value
    if isinstance(value, int):
        assert abs(value) < 16 ** (MOST_DIGITS - 2)
    if isinstance(value, Decimal):
        assert value.is_finite()
        assert len(value.as_tuple().digits) <= MOST_DIGITS
        assert value == 0 or abs(value.adjusted()) <= 50
