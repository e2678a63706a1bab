"""Which name was probably meant?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyade.program.nearest import LONGEST, fold, nearest, nearest_many


@pytest.mark.parametrize(
    ("name", "candidates", "meant"),
    [
        ("mentorée", ["mentor", "mentore"], "mentore"),
        ("Mentor", ["mentore", "mentor"], "mentor"),
        ("bilan final", ["bilan_mi_temps", "bilan_final"], "bilan_final"),
        ("bilan-final", ["bilan_final"], "bilan_final"),
        ("cœur", ["coeur", "couru"], "coeur"),
        ("sates", ["dates", "states"], "states"),
        ("gaurd", ["guard", "gourd"], "guard"),
        ("aprobation", ["approbation", "apparition"], "approbation"),
        ("forms.bilan_finale.done", ["forms.bilan_mi_temps.done", "forms.bilan_final.done"], "forms.bilan_final.done"),
        ("bilan", ["bilan_final", "balance"], "bilan_final"),
        ("id", ["by", "in", "if"], "if"),
        ("entente", ["entente", "attente"], "attente"),
        ("xyz", ["abc", "mentor"], None),
        ("a", ["mentor"], None),
        ("", ["a"], None),
        ("mentor", [], None),
    ],
)
def test_the_nearest_name_is_the_one_that_was_meant(name, candidates, meant):
    assert nearest(name, candidates) == meant


def test_several_are_given_best_first_and_in_alphabetical_order():
    assert nearest_many("mentor", ["mentora", "mentore", "mentor_", "montor", "autre"]) == (
        "mentor_",
        "mentora",
        "mentore",
    )


def test_the_order_of_the_candidates_changes_nothing():
    candidates = ["rappel_a", "rappel_b", "rappel_c", "rapel"]

    assert nearest_many("rappel", candidates) == nearest_many("rappel", candidates[::-1])


@given(st.text(max_size=12), st.lists(st.text(max_size=12), max_size=6))
def test_what_is_given_is_one_of_the_candidates(name, candidates):
    assert set(nearest_many(name, candidates)) <= set(candidates) - {name}


@given(st.text("abcé_- ", min_size=1, max_size=9), st.text("abcé_- ", min_size=1, max_size=9))
def test_two_names_are_as_near_one_way_as_the_other(one, other):
    short = min(len(one), len(other))
    if short == max(len(one), len(other)):
        assert (nearest(one, [other]) is None) == (nearest(other, [one]) is None)


@given(st.text("abcdefg", min_size=4, max_size=20), st.integers(0, 19), st.sampled_from("abcdefg"))
def test_one_wrong_letter_is_forgiven(name, at, letter):
    wrong = name[: at % len(name)] + letter + name[at % len(name) + 1 :]
    if wrong != name:
        assert nearest(wrong, [name]) == name


def test_a_hostile_name_ends_with_an_answer():
    alike = ["a" * 30 + f"{n:b}".rjust(30, "b") for n in range(10_000)]

    assert nearest("a" * 30 + "b" * 30 + "c", alike) is not None
    assert nearest("a" * 1_000_000, alike) is None
    assert nearest("mentor", ["m" * 1_000_000, "mentore"]) == "mentore"


def test_a_long_name_is_not_looked_at():
    assert nearest("a" * (LONGEST + 1), ["a" * LONGEST]) is None


@pytest.mark.parametrize(
    ("name", "folded"), [("Été", "ete"), ("Œuvre-clé", "oeuvre_cle"), ("STRASSE", "strasse"), ("ﬁn", "fin")]
)
def test_a_name_is_folded_as_an_identifier_would_spell_it(name, folded):
    assert fold(name) == folded
