"""Which name was probably meant? The nearest of those that exist, accents and case aside."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

LONGEST = 64
MOST = 2000
"""Names longer than this, and candidates after these, are not looked at: a hostile file must stay cheap."""


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that is likely meant by a name, if one is near enough."""
    return next(iter(nearest_many(name, candidates, 1)), None)


def nearest_many(name: str, candidates: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The nearest candidates, the best first; equal ones in alphabetical order."""
    if not 0 < len(name) <= LONGEST:
        return ()
    folded = fold(name)
    wanted = _masks(folded)
    far = _tolerance(len(folded))
    ranked = []
    for candidate in set(islice(candidates, MOST)):
        if 0 < len(candidate) <= LONGEST and candidate != name:
            distance = _distance(folded, wanted, fold(candidate), far)
            if distance <= far:
                same_letters = sorted(folded) == sorted(fold(candidate))
                ranked.append((distance, not same_letters, candidate[:1] != name[:1], candidate))
    return tuple(candidate for *_, candidate in sorted(ranked)[:limit])


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """A name as an identifier would spell it: `Personne mentorée` is `personne_mentoree`."""
    plain = name if name.isascii() else _unaccented(name)
    return plain.casefold().replace("-", "_").replace(" ", "_")


def _unaccented(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _tolerance(length: int) -> int:
    return 1 if length <= 3 else 2 if length <= 7 else 3


def _distance(name: str, masks: dict[str, int], other: str, far: int) -> int:
    """How many letters differ; letters in another order, or a missing last word, count for one."""
    if name == other:
        return 0
    if len(name) > 3 and (other.startswith(f"{name}_") or name.startswith(f"{other}_")):
        return 1
    if abs(len(name) - len(other)) > far:
        return far + 1
    if sorted(name) == sorted(other):
        return 1
    return _edits(masks, len(name), other)


def _masks(name: str) -> dict[str, int]:
    """For each letter, the bits of the places where it stands."""
    masks: dict[str, int] = {}
    for place, letter in enumerate(name):
        masks[letter] = masks.get(letter, 0) | 1 << place
    return masks


def _edits(masks: dict[str, int], length: int, other: str) -> int:
    """Levenshtein's distance, a column of the matrix at once in the bits of an integer (Myers 1999, Hyyrö 2003)."""
    full = (1 << length) - 1
    last = 1 << (length - 1)
    more, less, score = full, 0, length
    for letter in other:
        same = masks.get(letter, 0)
        across = (((same & more) + more) ^ more) | same | less
        up, down = less | ~(across | more) & full, more & across
        score += 1 if up & last else -1 if down & last else 0
        up = (up << 1 | 1) & full
        more, less = (down << 1 | ~(same | less | up)) & full, up & (same | less)
    return score
