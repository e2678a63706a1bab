"""Does a text match an author's pattern, in time that no pattern can stretch?"""

import pytest

from dyade.program.patterns import is_valid, matches


@pytest.mark.parametrize("pattern", ["[A-Z]{3}", "é+", "(a|b)*"])
def test_a_regular_expression_is_valid(pattern):
    assert is_valid(pattern)


@pytest.mark.parametrize("pattern", ["(a", "(?=a)", r"(a)\1", "a{1000}{1000}"])
def test_what_cannot_be_matched_in_linear_time_is_not(pattern):
    assert not is_valid(pattern)


def test_a_pattern_matches_the_whole_text():
    assert matches("[A-Z]{3}", "ABC")
    assert not matches("[A-Z]{3}", "ABCD")
