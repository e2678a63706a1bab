"""Is a certificate one page, whatever the names on it, with the credential inside and a code to check it by?"""

import re

import pytest

from dyade.certificates.credential import credential
from dyade.certificates.paper import code, inside, paper, unsealed, written_out
from dyade.certificates.signed import opened

LONG = "Jean-Sébastien-Emmanuel Vaillancourt-Beauchamp de la Durantaye-O'Sullivan"


def pages(made):
    return len(re.findall(rb"/Type\s*/Page\b", made))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"lang": "en", "replaces": "S-2025-0001", "text": ""},
        {"given_by": LONG, "replaces": "S-2025-0001"},
        {"holder": LONG, "title": "Certificate of professional mentoring in location management"},
        {"holder": f"{LONG} {LONG}", "text": "Un texte assez long. " * 15, "issuer": "Un service au nom long " * 4},
        {"holder": "O'Čerňák <b>#*_$ \\ \"", "title": "*Titre* #eval(1) $x$ \\u{41}", "text": "] #panic()"},
        {"holder": "李小龍 Ольга"},
    ],
)
def test_a_certificate_is_one_page(worded, key, changes):
    made = paper(worded._replace(**changes), key)

    assert made.startswith(b"%PDF-")
    assert pages(made) == 1


def test_a_certificate_carries_its_credential(worded, key, trusted):
    made = paper(worded, key)

    said = opened(inside(made) or "", trusted)
    assert said is not None
    assert said.holds
    assert said == opened(credential(worded, key), trusted)


def test_a_document_of_another_carries_nothing(worded, key):
    made, seal = unsealed(paper(worded, key))

    assert seal.count(".") == 2
    assert unsealed(made) == (made, "")
    assert inside(b"%PDF-1.7\n1 0 obj <</Type/EmbeddedFile>> stream\nnothing\nendstream") is None
    assert inside(b"%PDF-1.7 /Type/EmbeddedFile/Filter/FlateDecode>> stream\nbroken\nendstream") is None


def test_a_code_is_drawn():
    assert code("abc").startswith("<svg")


@pytest.mark.parametrize(
    ("on", "lang", "said"),
    [
        ("2026-08-01", "fr", "Le 1er août 2026"),
        ("2026-12-24", "fr", "Le 24 décembre 2026"),
        ("2026-08-01", "en", "August 1, 2026"),
    ],
)
def test_a_day_is_written_out(on, lang, said):
    assert written_out(on, lang) == said
