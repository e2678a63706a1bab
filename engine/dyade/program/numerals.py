"""What number does someone mean who writes it in letters, in French or in English?"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dyade.program.nearest import fold

_FRENCH = "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
_ENGLISH = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS: Mapping[str, int] = MappingProxyType(
    {
        **dict.fromkeys(("vingt", "twenty"), 20),
        **dict.fromkeys(("trente", "thirty"), 30),
        **dict.fromkeys(("quarante", "forty"), 40),
        **dict.fromkeys(("cinquante", "fifty"), 50),
        **dict.fromkeys(("soixante", "sixty"), 60),
    }
)
_SINGLE: Mapping[str, int] = MappingProxyType(
    {
        **{word: number for words in (_FRENCH, _ENGLISH) for number, word in enumerate(words.split())},
        **_TENS,
        "une": 1,
        "dix_sept": 17,
        "dix_huit": 18,
        "dix_neuf": 19,
        "cent": 100,
        "hundred": 100,
    }
)
LONGEST = 40
"""Letters that are looked at, at most."""


def numeral(text: str) -> int | None:
    """The number that is written in letters, up to a hundred: "quatre", "vingt et un", "twenty-four"."""
    if len(text) > LONGEST:
        return None
    said = fold(text).replace("_et_", "_")
    if said in _SINGLE:
        return _SINGLE[said]
    ten, _, rest = said.partition("_")
    unit = _SINGLE.get(rest, 0)
    return _TENS[ten] + unit if ten in _TENS and 0 < unit < 10 else None


def in_figures(text: str) -> str | None:
    """The same text with figures where its number is in letters, what follows kept: "trois mois" -> "3 mois"."""
    words = text.split()
    for length in range(min(len(words), 3), 0, -1):
        number = numeral(" ".join(words[:length]))
        if number is not None:
            return " ".join((str(number), *words[length:]))
    return None
