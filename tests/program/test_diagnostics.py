"""Are mistakes gathered once, in order, never too many and never hidden?"""

import re

import pytest
from babel.messages.pofile import read_po

import hatch_build
from dyade.program.codes import CODES, Severity
from dyade.program.diagnostics import KEPT, SHOWN, Findings, Place, Term
from dyade.program.report import message
from dyade.texts import languages
from tests.conftest import ROOT


def at(line, column=1):
    return Place(line, column, line, column + 1)


def codes(found):
    return [one.code for one in found]


def test_findings_come_in_the_order_of_the_text():
    findings = Findings()
    findings.add("E102", at(3), name="b")
    findings.add("D011", at(1, 5), name="a")
    findings.add("D010", at(1, 2), name="c")

    assert codes(findings.sorted()) == codes(findings) == ["D010", "D011", "E102"]


def test_a_place_is_told_once_for_a_code():
    """A clause that two guards include is one mistake."""
    findings = Findings()
    findings.add("E108", at(1), name="a", state="besoin")
    findings.add("E108", at(1), name="a", state="entente")
    findings.add("E102", at(1), name="a")

    assert codes(findings.sorted()) == ["E102", "E108"]
    assert findings.sorted()[1].facts == {"name": "a", "state": "besoin"}


def test_two_missing_keys_of_one_item_are_two_mistakes():
    findings = Findings()
    findings.add("D006", at(1), kind=Term("kind.transition"), name="a", key="label")
    findings.add("D006", at(1), kind=Term("kind.transition"), name="a", key="from")
    findings.add("D006", at(1), kind=Term("kind.transition"), name="a", key="from")

    assert [one.facts["key"] for one in findings.sorted()] == ["from", "label"]


def test_an_unknown_code_is_a_fault_of_ours():
    with pytest.raises(KeyError):
        Findings().add("Z999", at(1))


def test_a_name_shows_what_was_meant():
    findings = Findings()
    findings.add("D010", at(1), near=("mentorée", ["mentor", "mentore"]), name="mentorée")
    findings.add("D010", at(2), near=("x", ["mentor"]), name="x")
    findings.add("D010", at(3), near=("mentorée", ["mentore"]), suggestion="autre", name="x")

    assert [one.suggestion for one in findings] == ["mentore", None, "autre"]


def test_many_wrong_names_stop_being_compared():
    """Suggestions are a kindness that a hostile file cannot turn into a cost."""
    findings = Findings()
    names = [f"mentor{n}" for n in range(1000)]
    for line in range(1, 30):
        findings.add("D010", at(line), near=("mentorx", names), name="x")

    suggested = [one.suggestion is not None for one in findings]

    assert suggested == sorted(suggested, reverse=True)
    assert 0 < sum(suggested) < len(suggested)


class TestSeverity:
    """A gap is a warning in a draft, and an error in a program that claims to be finished."""

    @pytest.mark.parametrize("code", [code for code in CODES if CODES[code].strict])
    def test_a_finished_program_may_have_no_gap(self, code):
        draft, active = Findings(), Findings(active=True)
        for findings in (draft, active):
            findings.add(code, at(1))

        assert not draft.errors
        assert active.errors
        assert [one.severity for one in active] == [Severity.ERROR]

    def test_status_may_be_known_after_the_first_findings(self):
        findings = Findings()
        findings.add("T001", at(1), lang="en")
        findings.active = True

        assert findings.errors
        assert [one.severity for one in findings.sorted()] == [Severity.ERROR]

    def test_a_plain_warning_stays_one(self):
        findings = Findings(active=True)
        findings.add("M004", at(1), reminder="a", every="b")

        assert not findings.errors

    def test_nothing_found_is_no_error(self):
        assert not Findings().errors
        assert Findings().sorted() == ()


class TestTooMany:
    """Fifty are shown, errors before the rest, and the others are counted."""

    def test_all_are_shown_up_to_the_limit(self):
        findings = Findings()
        for line in range(SHOWN):
            findings.add("D010", at(line + 1), name="a")

        assert codes(findings.sorted()) == ["D010"] * SHOWN

    def test_the_last_one_says_how_many_more_there_are(self):
        findings = Findings()
        for line in range(SHOWN + 7):
            findings.add("D010", at(line + 1), name="a")
        *shown, more = findings.sorted()

        assert len(shown) == SHOWN
        assert (more.code, more.facts, more.place) == ("Y009", {"n": 7}, at(SHOWN))
        assert message(more, "en").startswith("7 more problems")

    def test_an_error_is_never_hidden_by_advice(self):
        findings = Findings()
        for line in range(SHOWN):
            findings.add("E110", at(line + 1), number="4")
            findings.add("M004", at(line + 1), reminder="a", every="b")
        findings.add("D010", at(1000), name="a")
        shown = findings.sorted()

        assert codes(shown).count("D010") == 1
        assert codes(shown).count("M004") == SHOWN - 1
        assert (shown[-1].code, shown[-1].facts) == ("Y009", {"n": SHOWN + 1})
        assert [one.place for one in shown] == sorted(one.place for one in shown)

    def test_a_flood_is_counted_without_being_kept(self):
        findings = Findings()
        for line in range(KEPT * 3):
            findings.add("D010", at(line + 1), name="a")
        findings.add("D011", at(1), name="b")

        assert len(list(findings)) == KEPT + 1
        assert findings.sorted()[-1].facts == {"n": KEPT * 3 + 1 - SHOWN}
        assert "D011" in codes(findings.sorted())


class TestCodes:
    """Each code has its sentences, and each sentence its code."""

    @pytest.mark.parametrize("lang", languages())
    def test_every_code_has_a_sentence_of_its_own_or_one_for_each_variant(self, lang):
        with (ROOT / hatch_build.LOCALE / lang / "LC_MESSAGES" / "diagnostics.po").open("rb") as file:
            keys = [one.id if isinstance(one.id, str) else one.id[0] for one in read_po(file)]
        said = {key.partition(".")[0] for key in keys if not key.endswith(".help")}

        assert set(CODES) - said == set()

    def test_every_sentence_about_a_code_has_one(self):
        with (ROOT / hatch_build.LOCALE / "en" / "LC_MESSAGES" / "diagnostics.po").open("rb") as file:
            keys = [message.id if isinstance(message.id, str) else message.id[0] for message in read_po(file)]
        told = {key.partition(".")[0] for key in keys if re.match(r"[A-Z]\d{3}\b", key)}

        assert told == set(CODES)

    def test_no_two_codes_have_one_name(self):
        assert len({code.slug for code in CODES.values()}) == len(CODES)
        assert all(re.fullmatch(r"[A-Z]\d{3}", code) for code in CODES)
        assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code.slug) for code in CODES.values())

    def test_what_tells_two_mistakes_apart_is_a_fact_of_the_sentence(self):
        with (ROOT / hatch_build.LOCALE / "en" / "LC_MESSAGES" / "diagnostics.po").open("rb") as file:
            sentences = {one.id: str(one.string) for one in read_po(file) if isinstance(one.id, str)}
        apart = {code: kind.each for code, kind in CODES.items() if kind.each}

        assert apart
        assert {code for code, fact in apart.items() if f"{{{fact}}}" not in sentences[code]} == set()
