"""Do the references tell of every key, every part, every code, in both languages?"""

from __future__ import annotations

import pytest

from dyade.authoring.booklet.html import html
from dyade.authoring.booklet.language import language
from dyade.authoring.booklet.mistakes import mistakes
from dyade.authoring.booklet.pages import Facts, Heading, Table
from dyade.program import model as m
from dyade.program.codes import CODES
from dyade.program.conditions import functions
from dyade.program.names import NAMESPACES
from dyade.program.schema import structure

from .handed import Page


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_each_key_of_each_part_of_the_language_is_told_once(lang):
    """Against the schema that files are held against."""
    schema = structure(m.Program)
    wanted = [list(schema["properties"])]
    wanted += [list(part["properties"]) for part in schema["definitions"].values() if "properties" in part]
    tables = [block for block in language(lang).blocks if isinstance(block, Table)]

    assert [[row[0][0] for row in table.rows] for table in tables[: len(wanted)]] == wanted


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_each_key_says_what_it_is(lang):
    tables = [block for block in language(lang).blocks if isinstance(block, Table)]

    assert [row[0] for table in tables for row in table.rows if not row[-1][0]] == []


def test_the_reference_of_the_language_speaks_french():
    text = Page(html(language("fr"))).text

    assert "Un message que le temps envoie." in text
    assert "A message that time sends." not in text


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_each_function_is_told_with_what_it_gives(lang):
    tables = [block for block in language(lang).blocks if isinstance(block, Table)]
    told = {row[0][0].partition("(")[0]: row[1][0] for row in tables[-1].rows}

    assert list(told) == list(functions.NAMES)
    assert len(set(told.values())) == len(functions.NAMES)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_whatever_may_begin_a_read_is_told(lang):
    """Against the names that conditions understand."""
    rows = [row for block in language(lang).blocks if isinstance(block, Facts) for row in block.rows]
    reads = [read for _, (said,) in rows for read in said.split(", ")]

    assert {read.partition(".")[0] for read in reads if "(" not in read} >= {*NAMESPACES}
    assert "tables.x(a)" in reads
    assert len(reads) == len(set(reads))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_each_code_is_told_once_with_its_sentences(lang):
    document = mistakes(lang)
    codes = [block.text.split()[0] for block in document.blocks if isinstance(block, Heading) and block.level == 3]

    assert codes == sorted(CODES)
    told = [block.rows[0][1] for block in document.blocks if isinstance(block, Facts)]
    assert len(told) == len(CODES)
    assert all(any(said) for said in told)


@pytest.mark.parametrize("write", [language, mistakes])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_reference_is_a_page_that_anyone_can_read(write, lang):
    page = Page(html(write(lang)))

    assert page.all("html") == [{"lang": lang}]
    assert page.crossed == []
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
