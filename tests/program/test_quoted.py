"""Is a quotation found wherever its words stand, told where they do not, and left alone where nobody can tell?"""

from __future__ import annotations

import pytest

from dyade.authoring.explaining import EXAMPLES
from dyade.program.load import examine
from dyade.program.quoted import SENTENCES, SOUGHT, Document

LETTER = "Le jumelage dure\n  une saison : l’été, « au jardin ».\n\nOn se revoit à l'automne."
PROGRAM = (EXAMPLES / "wrong" / "P002-quote-not-found.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "quote",
    [
        "Le jumelage dure une saison",
        "dure une  saison",
        'l\'été, "au jardin"',
        "LE JUMELAGE",
        "On se revoit à l’automne.",
    ],
)
def test_lines_spaces_and_the_shape_of_quotes_do_not_count(quote):
    assert Document(LETTER).says(quote)


@pytest.mark.parametrize("quote", ["Le jumelage dure deux saisons", "une saison au jardin", "On se revoit en automne"])
def test_other_words_are_not_those_of_the_document(quote):
    assert not Document(LETTER).says(quote)


def test_the_sentence_that_comes_closest_is_told_and_none_where_none_does():
    assert Document(LETTER).closest("On se reverra à l'automne") == "On se revoit à l'automne."
    assert Document(LETTER).closest("Les frais sont remboursés") is None


def codes(text: str, letter: bytes | None) -> list[str]:
    return [
        found.code for found in examine(text, lambda name: letter if name == "sources/letter.txt" else None).findings
    ]


def test_a_quotation_is_checked_where_its_document_is_at_hand():
    assert codes(PROGRAM, LETTER.encode()) == ["P002"]
    assert codes(PROGRAM.replace("Trois rencontres ont lieu avant la Saint-Jean", "une saison"), LETTER.encode()) == []


def test_a_document_that_is_not_there_is_told_once():
    assert codes(PROGRAM, None) == ["P008"]


@pytest.mark.parametrize("document", ["https://example.org/letter.txt", "sources/letter.pdf"])
def test_what_cannot_be_read_as_words_is_left_to_its_author(document):
    assert codes(PROGRAM.replace("sources/letter.txt", document), None) == []


def test_many_false_quotations_of_a_long_document_are_compared_so_many_times_alone():
    document = Document("Le jumelage dure une saison. " * 2 * SENTENCES)

    told = [document.closest("Le jumelage dure deux saison") for _ in range(SOUGHT + 1)]

    assert told == ["Le jumelage dure une saison."] * SOUGHT + [None]
