"""Is each usual accident of writing told in its own words, at its own place, with its fix?"""

from decimal import Decimal

import pytest

from dyade.program.accidents import quoted
from dyade.program.diagnostics import Findings
from dyade.program.report import message
from dyade.program.text import read

# The text, with the place between « and ».
ACCIDENTS = {
    "a colon in a text": ("label:\n  fr: «Mentorat : suivi»\n", "Y002.colon"),
    "a colon at the end of a text": ("a:\n  - b: «c: d:»\n", "Y002.colon"),
    "a colon in a text between braces": ("{fr: «Mentorat : suivi», en: x}\n", "Y002.colon"),
    "a colon in a condition": ("when: «forms.x.done and: y»\n", "Y002.colon"),
    "an apostrophe that closes": ("fr: «'aujourd'hui'»\nb: 1\n", "Y002.quote_inside"),
    "an apostrophe that closes, between braces": ("{fr: «'L'entente'», en: x}\n", "Y002.quote_inside"),
    "a quotation in a text": ('a: «"Il dit "oui""»\n', "Y002.quote_inside"),
    "a key between quotes after a key": ('a: «"x": y»\n', "Y002.quote_inside"),
    "an apostrophe that never closes": ("a: 1\nfr: «'»Bonjour\nb: 1\n", "Y002.quote_open"),
    "an apostrophe that closes far below": ("fr: «'»Bonjour\nen: 'Hello'\n", "Y002.quote_open"),
    "a bracket that never closes": ("a: «[»x, y\nb: 1\n", "Y002.unclosed"),
    "a brace that never closes": ("a: «{»x: 1\nb: 1\n", "Y002.unclosed"),
    "a brace closed as a bracket": ("a: «{»b: c]\n", "Y002.unclosed"),
    "a bracket that nothing opened": ("a: «]»\n", "Y002.unopened"),
    "a comma that is missing": ("a: {x: «1»\n  y: 2}\n", "Y002.comma"),
    "a text that begins with a placeholder": ("fr: «{roles.x} a signé»\n", "Y002.after_bracket"),
    "a text that begins with a bracket": ("a: «[b] c»\n", "Y002.after_bracket"),
    "a number sign between braces": ("label: {fr: Numéro «#3}»\nb: 1\n", "Y002.hash"),
    "a key too far to the right": ("a: b\n  «c»: d\n", "Y002.indent"),
    "a key between two levels": ("a:\n  b: 1\n «c: 2»\n", "Y002.indent"),
    "a list below a value": ("a: 1\n«- b»\n", "Y002.indent"),
    "a key below a list": ("- a\n«b: 1»\n", "Y002.indent"),
    "a tab": ("a:\n«\t»b: 1\n", "Y002.tab"),
    "a tab after a text": ("a: b\n«\t»c: d\n", "Y002.tab"),
    "no space after a colon": ("id«:»essai\nversion: 1\n", "Y002.space"),
    "no space after a colon between braces": ("a: {max«:»1, min: 0}\n", "Y002.space"),
    "a no-break space after a colon": ("a:«\u00a0»b\nc: d\n", "Y002.no_break_space"),
    "a line without a colon": ("a: b\n«c»\nd: e\n", "Y002.no_colon"),
    "a text where keys were meant": ("a:\n  «b»\n  c: d\n", "Y002.no_colon"),
    "a dash out of line": ("a:\n- b\n «- c»\n", "Y002.list_item"),
    "a text that begins with @": ("a: «@b c» # d\n", "Y002.first_letter"),
    "a text that begins with a percent sign": ("a: «%b»\n", "Y002.first_letter"),
    "a question mark": ("a: «? b»\n", "Y002.first_letter"),
    "an unknown escape": ('a: "«\\»q"\n', "Y002.backslash"),
    "a list on the line of its key": ("a: «-» b\n", "Y002.dash"),
    "a list as a key": ("? «[»a]\n: b\n", "Y002.complex_key"),
    "a colon without a key": ("«:» x\n", "Y002"),
    "a comma in a text between braces": ("{fr: Agent (APPR, «DSM)», en: x}\n", "Y012"),
    "two commas in a text between braces": ("a: {fr: A, «B, C», en: x}\n", "Y012"),
    "a comma in a number between braces": ("a: {min: «0,25», max: 1}\n", "Y012.decimal"),
    "a comma between thousands": ("a: {max: 1,«500», min: 1}\n", "Y012"),
    "a placeholder alone": ("fr: «{roles.x}»\n", "Y012.placeholder"),
}


def marked(text):
    """The text without its marks, and the place that they show."""
    before, rest = text.split("«", 1)
    inside, after = rest.split("»", 1)
    line = before.count("\n") + 1
    column = len(before) - before.rfind("\n")
    return before + inside + after, (line, column, line, column + len(inside))


def found_in(text):
    findings = Findings()
    read(text, findings)
    return findings.sorted()


@pytest.mark.parametrize(("text", "sentence"), ACCIDENTS.values(), ids=ACCIDENTS)
def test_an_accident_is_told_once_at_its_place(text, sentence):
    text, place = marked(text)
    found = found_in(text)

    assert [(one.code + (f".{one.variant}" if one.variant else ""), tuple(one.place)) for one in found] == [
        (sentence, place)
    ]
    assert message(found[0], "fr") != message(found[0], "en")


def mended(text, fixes):
    """The text with its edits made, from the last to the first."""
    lines = text.split("\n")
    for fix in sorted(fixes, key=lambda fix: fix.place, reverse=True):
        line, column, end_line, end_column = fix.place
        assert line == end_line
        lines[line - 1] = lines[line - 1][: column - 1] + fix.text + lines[line - 1][end_column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("label:\n  fr: Mentorat : suivi # ici\n", {"label": {"fr": "Mentorat : suivi"}}),
        ("{fr: Mentorat : suivi, en: x}\n", {"fr": "Mentorat : suivi", "en": "x"}),
        ('a: il dit "oui": bien\n', {"a": 'il dit "oui": bien'}),
        ("{fr: 'L'entente', en: x}\n", {"fr": "L'entente", "en": "x"}),
        ("fr: 'aujourd'hui'\n", {"fr": "aujourd'hui"}),
        ("fr: {roles.x} a signé\n", {"fr": "{roles.x} a signé"}),
        ("fr: {roles.x}\n", {"fr": "{roles.x}"}),
        ("a: {x: 1\n  y: 2}\n", {"a": {"x": 1, "y": 2}}),
        ("a:\n\tb: 1\n", {"a": {"b": 1}}),
        ("a:\n  b:\n\tc: 1\n    d: 2\n", {"a": {"b": {"c": 1, "d": 2}}}),
        ("a:\n  - b: 1\n\tc: 2\n\td: 3\ne: 4\n", {"a": [{"b": 1, "c": 2, "d": 3}], "e": 4}),
        ("a:\n\tb:\n\t\tc: 1\n\td: 2\n", {"a": {"b": {"c": 1}, "d": 2}}),
        ("{fr: 1,5 heure, en: x}\n", {"fr": "1,5 heure", "en": "x"}),
        ("{fr: 3,14, en: x}\n", {"fr": "3,14", "en": "x"}),
        ("a: {min: 0,25, max: -3,5}\n", {"a": {"min": Decimal("0.25"), "max": Decimal("-3.5")}}),
        ("a:\n  b: |\n\tc\n  d: e\n", {"a": {"b": "c\n", "d": "e"}}),
        ("id:essai\nversion: 1\n", {"id": "essai", "version": 1}),
        ("a: {max:1, min:0}\n", {"a": {"max": 1, "min": 0}}),
        ("a:\u00a0b\nc: d\n", {"a": "b", "c": "d"}),
        ("\u00a0\u00a0a: b\n", {"a": "b"}),
        ("a: @b c # d\n", {"a": "@b c"}),
        ("{fr: Agent (APPR, DSM), en: x}\n", {"fr": "Agent (APPR, DSM)", "en": "x"}),
        ("a: {fr: A, B, C, en: x}\n", {"a": {"fr": "A, B, C", "en": "x"}}),
        ("a: 04\nb: b\u200bc\n", {"a": 4, "b": "bc"}),
        ("a: oui\n", {"a": True}),
    ],
)
def test_a_fix_mends_the_text(text, data):
    """What is offered is applied, and nothing is left to tell."""
    fixes = [fix for one in found_in(text) for fix in one.fixes]
    findings = Findings()
    tree = read(mended(text, fixes), findings)

    assert fixes
    assert list(findings) == []
    assert tree is not None
    assert tree.data == data


def test_a_tab_that_no_spaces_can_replace_is_offered_no_fix():
    found = found_in("a:\n  b: 1\n\t- c\n   d: 2\n")

    assert [(one.variant, one.fixes) for one in found] == [("tab", ())]


def test_what_commas_cut_is_read_as_it_was_meant():
    """The rest of the program can then be checked without false mistakes."""
    tree = read("a: {fr: Agent (APPR, DSM), en: x}\nb: {c: {d.e}}\n", Findings())

    assert tree is not None
    assert tree.data == {"a": {"fr": "Agent (APPR, DSM)", "en": "x"}, "b": {"c": "{d.e}"}}


def test_accidents_of_several_sections_are_told_in_one_run():
    found = found_in("a: 'x\nb:\n  - c: d: e\nf: {g: 1\nh: @\ni: 1\ni: 2\n")

    assert [(one.place.line, one.code, one.variant) for one in found] == [
        (1, "Y002", "quote_open"),
        (3, "Y002", "colon"),
        (4, "Y002", "unclosed"),
        (5, "Y002", "first_letter"),
        (7, "Y003", ""),
    ]


@pytest.mark.parametrize("text", ["a", "l'entente", 'il dit "oui"', "a: b, c", "\\", "'\"\\"])
def test_a_text_put_in_quotes_is_the_same_text(text):
    tree = read(f"a: {quoted(text)}", Findings())

    assert tree is not None
    assert tree.data == {"a": text}
