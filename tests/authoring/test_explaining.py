"""Does each diagnostic have its page, in both languages, and are its examples what they are said to be?"""

from __future__ import annotations

import pytest

from dyade.authoring import explaining
from dyade.authoring.explaining import explain
from dyade.program.codes import CODES
from dyade.texts import keys, languages

TOO_LONG = {"Y001", "Y009"}
"""Codes whose example would be too long."""


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("code", sorted(CODES))
def test_each_code_has_its_page(code, lang):
    page = explain(code, lang)

    assert page.says
    assert len(page.why.split()) > 12
    assert page.why not in page.says
    if code not in TOO_LONG:
        assert page.wrong != page.right
        assert page.wrong
        assert page.right
        assert len(page.wrong) < 30


@pytest.mark.parametrize("lang", languages())
def test_no_page_is_of_a_code_that_does_not_exist(lang):
    assert set(keys("explanations", lang)) == set(CODES)


def test_each_example_is_of_a_code_by_its_name():
    names = {f"{code}-{kind.slug}" for code, kind in CODES.items()}
    found = {
        path.name.partition(".")[0] for side in ("wrong", "right") for path in (explaining.EXAMPLES / side).iterdir()
    }

    assert found == names - {f"{code}-{CODES[code].slug}" for code in TOO_LONG}


def test_a_page_shows_the_lines_that_differ_under_the_keys_that_hold_them():
    page = explain("E102", "en")

    assert page.wrong == (
        "transitions:",
        "  - id: finir",
        "    …",
        "    guard:",
        "      - {id: pret, when: forms.bilan.don}",
    )
    assert page.right[-1] == "      - {id: pret, when: forms.bilan.done}"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("E102", "E102"),
        ("e102", "E102"),
        ("unknown-name", "E102"),
        ("Unknown-Name", "E102"),
        ("E999", None),
        ("", None),
    ],
)
def test_a_code_is_found_by_its_number_or_its_name(name, code):
    assert explaining.known(name) == code


@pytest.mark.parametrize(("name", "meant"), [("unkown-name", "unknown-name"), ("E12", "E112"), ("zzzzzzzz", None)])
def test_the_nearest_code_is_proposed(name, meant):
    found = explaining.near(name)

    assert found == meant or (meant == "E112" and found is not None and found[0] == "E")
