"""Does a program that was written as JSON read back to itself?"""

import json

import pytest

from dyade.authoring.interchange.whole import whole
from dyade.program.load import load
from dyade.service.folder import Folder
from tests.authoring.handed import FIVE, PROGRAMS, changed, program
from tests.properties.programs import drawn


@pytest.mark.parametrize("name", FIVE)
def test_a_program_reads_back_from_json(name):
    """The same behaviour, the same texts; and what was read is JSON."""
    before = program(name)
    text = whole(before)
    after = load(text, f"{name}.json", Folder(PROGRAMS).read)
    assert (after.behaviour, after.text) == (before.behaviour, before.text)
    assert json.loads(text)["id"] == name
    assert whole(after) == text


def test_what_json_escapes_is_read_back():
    """An emoji, quotes, a backslash, a line break."""
    odd = '\\U0001F600 \\"dit\\" \\\\n\\nsuite'
    before = changed("cisss", ("fr: Jumeler,", f'fr: "{odd}",'))
    after = load(whole(before), "cisss.json", Folder(PROGRAMS).read)
    assert after.text == before.text
    assert any("\U0001f600" in text for one in after.model.transitions for text in one.label.values())


def test_a_decimal_stays_the_number_that_was_written():
    """Half an hour is no binary fraction by accident, and a whole decimal stays one."""
    before = program("cscpq")
    assert "0.25" in whole(before)
    assert '"\\u0000' not in whole(before)


@pytest.mark.parametrize("seed", range(10))
def test_a_program_drawn_at_random_reads_back(seed):
    """Every construct of the language."""
    before = drawn(seed)
    after = load(whole(before), "drawn.json")
    assert (after.behaviour, after.text) == (before.behaviour, before.text)
