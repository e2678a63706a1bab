"""Is the key found that a French word stands for?"""

from __future__ import annotations

import pytest

from dyade.authoring import scenario_model
from dyade.program import model
from dyade.program.french import KEYS, key_meant
from dyade.program.keys import keys
from dyade.program.nearest import fold


def known_keys() -> set[str]:
    every = [*vars(model).values(), *vars(scenario_model).values()]
    parts = (part for part in every if isinstance(part, type) and issubclass(part, model.Part))
    return {key.key for part in parts for key in keys(part)}


def test_every_word_leads_to_keys_of_the_language_and_is_spelled_without_accents():
    assert {key for meant in KEYS.values() for key in meant} <= known_keys()
    assert all(fold(word) == word for word in KEYS)


@pytest.mark.parametrize(
    ("written", "known", "meant"),
    [
        ("par", {"by", "from", "to"}, "by"),
        ("Libellé", {"label", "value"}, "label"),
        ("garde", {"guard", "label"}, "guard"),
        ("état", {"state", "states"}, "state"),
        ("par", {"filled_by", "label"}, "filled_by"),
        ("gaurd", {"guard", "label"}, "guard"),
        ("par", {"label", "message"}, None),
    ],
)
def test_the_key_that_is_meant_is_one_that_may_stand_there(written, known, meant):
    assert key_meant(written, known) == meant
