"""Does an edit that a check of texts proposes mend what it is proposed for?"""

from __future__ import annotations

from datetime import date

import pytest

from dyade.authoring.explaining import EXAMPLES
from dyade.program.codes import CODES
from dyade.program.edits import apply
from dyade.program.load import examine

TODAY = date(2026, 9, 1).toordinal()


@pytest.mark.parametrize("code", ["T005", "Y014"])
def test_what_is_proposed_is_what_is_right(code):
    name = f"{code}-{CODES[code].slug}.yaml"
    wrong, right = ((EXAMPLES / side / name).read_text(encoding="utf-8") for side in ("wrong", "right"))

    [found] = examine(wrong, today=TODAY).findings

    assert apply(wrong, found.fixes) == right


def test_each_number_of_a_text_is_looked_at_where_it_stands():
    """What is proposed for one leads nothing astray for the next."""
    text = (EXAMPLES / "wrong" / "T005-plural-missing.yaml").read_text(encoding="utf-8")
    several = text.replace(
        "{forms.rencontres.nombre} rencontres.",
        "{forms.rencontres.nombre} notes, {forms.rencontres.nombre} rencontres.",
    )

    found = examine(several, today=TODAY).findings

    assert [one.facts["word"] for one in found] == ["notes", "rencontres"]
    assert examine(apply(several, [fix for one in found for fix in one.fixes]), today=TODAY).findings == ()
