"""Is every sentence of ours said in both languages, and never by its key?"""

import pickle
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import hatch_build
from dyade.errors import (
    CommandReused,
    Conflict,
    DyadeError,
    FactMissing,
    NotFound,
    ProgramInvalid,
    SentenceMissing,
    StoreTrouble,
)
from dyade.texts import has_sentence, languages, quote_list, sentence, told

LOCALE = Path(__file__).resolve().parents[1] / hatch_build.LOCALE
DOMAINS = ("diagnostics", "answers", "booklets", "faces", "letters", "scenarios")
KINDS = (
    "clause", "dyad", "entry", "field", "file", "form", "person", "program", "record", "role", "series", "state",
    "transition",
)  # fmt: skip
REASONS = (
    "away", "busy", "damaged", "foreign", "full", "keys", "missing", "newer", "older", "outdated", "read_only",
    "refused", "unconfirmed", "unreachable", "unsafe", "unsure",
)  # fmt: skip
ERRORS = (
    ProgramInvalid((), "a.yaml", ""),
    Conflict("D-1", 3, 4),
    CommandReused("c-1"),
    *(NotFound(kind, "x") for kind in KINDS),
    *(StoreTrouble(reason, "x") for reason in REASONS),
)


def catalogue(domain, lang):
    with (LOCALE / lang / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        return {wording(message)[0]: message for message in read_po(file, locale=lang) if message.id}


def wording(message):
    """The key of a message and its sentences, one or one for each plural."""
    if isinstance(message.id, tuple):
        return message.id[0], message.string
    return message.id, (message.string,)


def places(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("domain", DOMAINS)
def test_both_languages_say_the_same_sentences(domain):
    french, english = catalogue(domain, "fr"), catalogue(domain, "en")

    assert len(english) > 1
    assert set(french) == set(english)
    assert {key for key in french if isinstance(french[key].id, tuple) != isinstance(english[key].id, tuple)} == set()


@pytest.mark.parametrize("domain", DOMAINS)
def test_both_languages_need_the_same_facts(domain):
    french, english = catalogue(domain, "fr"), catalogue(domain, "en")
    wanted = {key: set().union(*map(places, wording(message)[1])) for key, message in english.items()}

    assert {key: set().union(*map(places, wording(french[key])[1])) for key in wanted} == wanted


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("domain", DOMAINS)
def test_every_sentence_is_written_and_sure(domain, lang):
    messages = catalogue(domain, lang)

    assert [key for key, message in messages.items() if message.fuzzy or not all(wording(message)[1])] == []
    assert [
        key for key, message in messages.items() if isinstance(message.id, tuple) and len(message.string) != 2
    ] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_french_quotes_are_french(domain):
    """Only what an author would type keeps straight quotes."""
    straight = re.compile(r'(?<!: )(?<!\{)"[^"]+"')
    messages = catalogue(domain, "fr")

    assert [
        key for key, message in messages.items() if any(straight.search(text) for text in wording(message)[1])
    ] == []


def test_a_key_that_nobody_wrote_is_an_error_and_not_a_sentence():
    with pytest.raises(SentenceMissing, match=r"diagnostics has no sentence E999 in fr") as caught:
        sentence("diagnostics", "E999", "fr")

    assert isinstance(caught.value, KeyError)
    assert not has_sentence("diagnostics", "E999", "fr")


def test_a_place_left_empty_is_an_error_that_names_it():
    with pytest.raises(FactMissing, match="needs the fact name"):
        sentence("diagnostics", "E102", "fr")


@pytest.mark.parametrize("lang", ["de", "", "../../x", "FR"])
def test_a_language_that_is_not_ours_is_refused(lang):
    with pytest.raises(SentenceMissing):
        sentence("diagnostics", "E102", lang, name="x")


@pytest.mark.parametrize(
    ("lang", "n", "said"),
    [
        ("en", 0, "0 more problems are"),
        ("en", 1, "1 more problem is"),
        ("en", 2, "2 more problems are"),
        ("fr", 0, "0 autre problème n'est"),
        ("fr", 1, "1 autre problème n'est"),
        ("fr", 2, "2 autres problèmes ne sont"),
    ],
)
def test_a_number_chooses_its_words(lang, n, said):
    assert sentence("diagnostics", "Y009", lang, n).startswith(said)
    assert sentence("diagnostics", "Y009", lang, n=n) == sentence("diagnostics", "Y009", lang, n)


def test_a_sentence_without_plural_may_speak_of_a_number():
    assert "3" in sentence("diagnostics", "D004", "en", name="x", n=3)


def test_braces_in_a_fact_are_left_alone():
    assert sentence("diagnostics", "E102", "en", name="{name.x}{0}") == 'unknown name "{name.x}{0}"'


@pytest.mark.parametrize(
    ("items", "fr", "en"),
    [
        ([], "", ""),
        (["a"], "a", "a"),
        (["a", "b"], "a ou b", "a or b"),
        (["a", "b", "c"], "a, b ou c", "a, b or c"),
        (list("abcdefg"), "a, b, c, d, e, f ou 1 autre", "a, b, c, d, e, f or 1 other"),
        (list("abcdefgh"), "a, b, c, d, e, f ou 2 autres", "a, b, c, d, e, f or 2 others"),
    ],
)
def test_a_list_reads_as_a_choice(items, fr, en):
    assert quote_list(items, "fr") == fr
    assert quote_list(items, "en") == en


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.key)
@pytest.mark.parametrize("lang", languages())
def test_every_error_can_be_told(error, lang):
    assert told(error, lang)
    assert "{" not in str(error)


@pytest.mark.parametrize("error", ERRORS[1:3], ids=lambda error: error.key)
def test_the_docstring_of_an_error_is_its_english_message(error):
    assert str(error) == told(error, "en")


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.key)
def test_an_error_crosses_a_process_whole(error):
    again = pickle.loads(pickle.dumps(error))

    assert type(again) is type(error)
    assert again.facts == error.facts
    assert str(again) == str(error)


def test_every_error_is_drawn_in_the_tree():
    import dyade.errors

    def below(kind):
        return {kind, *(each for child in kind.__subclasses__() for each in below(child))}

    ours = {kind.__name__ for kind in below(DyadeError) if kind.__module__ == dyade.errors.__name__}

    assert len(ours) > 5
    assert {name for name in ours if not re.search(rf"\b{name}\b", dyade.errors.__doc__ or "")} == set()


def test_saying_a_sentence_costs_no_library():
    """The start of every command pays for what this imports."""
    script = (
        "import sys; before = set(sys.modules);"
        "from dyade.texts import sentence; sentence('faces', 'list.or', 'fr', shown='a', last='b');"
        "print(*(set(sys.modules) - before))"
    )
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    loaded = {name.partition(".")[0] for name in run.stdout.split()}

    assert "gettext" in loaded
    assert loaded & {"pathlib", "yaml", "babel", "pydantic", "click", "importlib_resources", "inspect"} == set()


class TestCompiling:
    """The compiled sentences follow the written ones."""

    @pytest.fixture
    def written(self, tmp_path):
        folder = tmp_path / "fr" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "faces.po").write_text(
            'msgid ""\nmsgstr "Language: fr\\n"\n\nmsgid "a"\nmsgstr "un"\n', encoding="utf-8"
        )
        return folder / "faces.po"

    def test_what_was_never_compiled_is_compiled(self, written, tmp_path):
        assert hatch_build.compile_catalogues(tmp_path) == [written.with_suffix(".mo")]
        assert b"un" in written.with_suffix(".mo").read_bytes()

    def test_what_changed_is_compiled_again_and_nothing_else(self, written, tmp_path):
        hatch_build.compile_catalogues(tmp_path)

        assert hatch_build.compile_catalogues(tmp_path) == []

        written.write_text(written.read_text(encoding="utf-8").replace("un", "une"), encoding="utf-8")

        assert hatch_build.compile_catalogues(tmp_path) == [written.with_suffix(".mo")]
        assert [path.name for path in sorted(written.parent.iterdir())] == ["faces.mo", "faces.po"]
