"""Whatever is wrong with a condition is said in French and in English."""

from __future__ import annotations

import pytest

from dyade.program.codes import CODES
from dyade.program.conditions.types import DATE, PLAIN, UNKNOWN, Enum, ListOf, Person, Type, type_key
from dyade.program.diagnostics import Diagnostic, Place
from dyade.program.report import helps, message
from dyade.texts import languages, sentence
from tests.program.conditions.invented import checked

WRONG = [
    "", "a and", "(a", "a)", "a b", "a > -5", "a and and b", "a == 2026-02-30", "a == 2026-2-3", "a in []", 'a == "b',
    "a. b", "1.5 months", "6 moi", "1234567890123456", "a" * 201, "(" * 13 + "a", "a & b", "a < b < c", "a > 1,5",
    "a > 04", "a > 1 000", "a == 'b'", "a ^ b", "fields.ready == vrai", "fields.end == null", "fields.nobody",
    "midpont(1)", "fields.trade == bakr", "is_in(runing)", "is_in(1)", "is_in(waiting)",
    "fields.count == 4 weeks", "midpoint(today) > today", "is_set() or is_set(1, 2)", "max(fields.count) > 1",
    "fields.end - fields.start <= 6 months", "1 month < 2 months", "fields.count", "fields.name < fields.name",
    "1 == 1", "1 == 2", "1 / 0 == 1", "fields.count > 4 and fields.ready",
]  # fmt: skip


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("text", WRONG)
def test_each_problem_has_its_sentence_and_its_facts(text: str, lang: str) -> None:
    problems = checked(text).problems
    assert problems

    for problem in problems:
        diagnostic = Diagnostic(
            code=problem.code,
            variant=problem.variant,
            place=Place(1, 1, 1, 2),
            severity=CODES[problem.code].severity,
            facts=problem.facts,
            suggestion=problem.suggestion,
            expected=problem.expected,
        )
        said = [message(diagnostic, lang), *helps(diagnostic, lang)]
        assert all(said)
        assert not any("{" in part for part in said)


@pytest.mark.parametrize("lang", languages())
def test_every_type_has_a_name(lang: str) -> None:
    kinds: list[Type] = [*PLAIN.values(), UNKNOWN, Enum("x", ("a",)), Person(), ListOf(DATE)]

    assert len({sentence("diagnostics", type_key(kind), lang) for kind in kinds}) == len(kinds)
