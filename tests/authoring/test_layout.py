"""Is a file laid out without changing a word of it, whoever wrote it and however carelessly?"""

import json
import re
from decimal import Decimal
from pathlib import Path
from random import Random
from textwrap import dedent

import pytest

from dyade.authoring.layout import layout
from dyade.authoring.layout.layout import Unreadable, comments, formatted, is_faithful, laid_out
from dyade.authoring.layout.order import Shapes
from dyade.program.diagnostics import Findings
from dyade.program.load import examine
from dyade.program.program_structure import STRUCTURE
from dyade.program.text import read
from dyade.service.folder import Folder
from tests.authoring.noise import Careless
from tests.flow.living import whole
from tests.properties.programs import described

ROOT = Path(__file__).parents[2]
PROGRAMS = ROOT / "programs"
SHIPPED = sorted(PROGRAMS.glob("*.yaml"))
EXAMPLES = sorted((ROOT / "engine/dyade/authoring/explained").rglob("*.yaml"))
MODELINE = "# yaml-language-server: $schema=../schemas/program.schema.json\n"


def kind_of(path):
    return "scenarios" if ".scenarios" in path.name else "program"


def data(text):
    findings = Findings()
    tree = read(text, findings)
    assert tree is not None
    assert [one for one in findings if one.severity == "error"] == []
    return tree.data


def laid(text):
    """What becomes of a few lines, without the first line."""
    made = formatted(dedent(text), "program")
    assert formatted(made, "program") == made
    return made.removeprefix(MODELINE)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_the_programs_that_we_ship_are_laid_out(path):
    text = path.read_text(encoding="utf-8")

    assert formatted(text, kind_of(path)) == text


@pytest.mark.parametrize("seed", range(10))
def test_what_was_written_carelessly_keeps_its_values_and_its_comments(seed):
    """Through the very letters that come out, before the comparison that would leave the file alone."""
    path = SHIPPED[seed % len(SHIPPED)]
    careless = Careless(seed).text(data(path.read_text(encoding="utf-8")))
    assert comments(careless).total() > 5

    made = laid_out(careless, kind_of(path))

    assert is_faithful(careless, data(careless), made)
    assert laid_out(made, kind_of(path)) == made


@pytest.mark.parametrize("path", [path for path in SHIPPED if kind_of(path) == "program"], ids=lambda path: path.name)
def test_a_program_keeps_its_digests(path):
    careless = Careless(7, shuffled=False).text(data(path.read_text(encoding="utf-8")))
    folder = Folder(PROGRAMS).read

    before, after = examine(careless, folder).program, examine(formatted(careless, "program"), folder).program

    assert before is not None
    assert after is not None
    assert (after.behaviour, after.text) == (before.behaviour, before.text)


@pytest.mark.parametrize("seed", range(8))
def test_a_program_that_nobody_wrote_keeps_its_digests(seed):
    said = json.loads(json.dumps(whole(described(seed))), parse_float=Decimal)
    careless = Careless(seed).text(said)

    made = laid_out(careless, "program")

    before, after = examine(careless).program, examine(made).program
    assert before is not None
    assert after is not None
    assert (after.behaviour, after.text) == (before.behaviour, before.text)
    assert comments(made) == comments(careless)
    assert laid_out(made, "program") == made


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_examples_of_mistakes_are_laid_out_or_left_alone(path):
    text = path.read_text(encoding="utf-8")
    try:
        made = formatted(text, kind_of(path))
    except Unreadable as error:
        why, made = error.findings, None
    if made is None:
        assert why
    else:
        assert data(made) == data(text)
        assert formatted(made, kind_of(path)) == made


def test_keys_stand_in_the_order_of_the_language_and_those_of_the_author_stay():
    assert laid(
        """\
        roles:
          zoe: {label: Zoé}
          ana:
            source: A-1
            attributes: {b: {label: B, type: text}, a: {type: text, label: A}}
            label: Ana
        id: x
        """
    ) == dedent(
        """\
        id: x

        roles:
          zoe: {label: Zoé}
          ana:
            label: Ana
            attributes: {b: {type: text, label: B}, a: {type: text, label: A}}
            source: A-1
        """
    )


def test_clauses_stand_one_below_the_other_and_one_that_speaks_takes_several_lines():
    assert laid(
        """\
        transitions:
        - {to: b, id: go, from: a, guard: [{when: today > fields.x, id: late}, {id: it, when: true, hint: {fr: Non}}]}
        """
    ) == dedent(
        """\
        transitions:
          - id: go
            from: a
            to: b
            guard:
              - {id: late, when: today > fields.x}
              - id: it
                when: true
                hint: {fr: Non}
        """
    )


def test_what_fits_on_a_line_stays_there_and_what_does_not_stands_below():
    long = "x" * 70

    assert f"a: {{fr: {long}, en: b}}" in laid(f"title: {{fr: a}}\nparams:\n  a: {{fr: {long}, en: b}}\n")
    assert f"  a:\n    fr: {long}\n    en: {long}" in laid(f"params:\n  a: {{fr: {long}, en: {long}}}\n")


def test_a_comment_stays_with_what_it_is_about():
    text = """\
        # Above everything.

        roles: # who
            # the first
            a:
                label: {fr: A} # named
                # below the label
            # the second
            b: {label: {fr: B}, # inside
                # and more
                also: [c]}
        # at the end
        """
    assert laid(text) == dedent(
        """\
        # Above everything.

        roles:  # who
          # the first
          a:
            label: {fr: A}     # named
            # below the label
          # the second
          b:
            label: {fr: B}      # inside
            # and more
            also: [c]
        # at the end
        """
    )


@pytest.mark.parametrize(
    ("text", "made"),
    [
        (
            "params:\n  a: {value: 1}\n  b:\n# about the roles\nroles: {z: {label: Z}}\n",
            "params:\n  a: {value: 1}\n  b:\n\n# about the roles\nroles: {z: {label: Z}}\n",
        ),
        (
            "roles: {z: {label: Z}}\nparams:\n  b:\n# about the states\nstates: {s: {label: S}}\n",
            "params:\n  b:\n\nroles: {z: {label: Z}}\n\n# about the states\nstates: {s: {label: S}}\n",
        ),
        (
            "params:\n    b: # beside\n    # about c\n    c: 1\n",
            "params:\n  b:   # beside\n  # about c\n  c: 1\n",
        ),
        (
            "params:\n    b:\n        # value: 1\n    # about c\n    c: 1\n",
            "params:\n  b:\n    # value: 1\n  # about c\n  c: 1\n",
        ),
        (
            "params:\n    b:\n    # about c\n        # and more\n    c: 1\n",
            "params:\n  b:\n  # about c\n  # and more\n  c: 1\n",
        ),
        (
            "params:\n    b:\n    # below all\nroles: {z: {label: Z}}\n",
            "params:\n  b:\n  # below all\n\nroles: {z: {label: Z}}\n",
        ),
        (
            "started_by:\n    - a\n    - # beside\n    # about b\n    - b\n",
            "started_by:\n  - a\n  -   # beside\n  # about b\n  - b\n",
        ),
        (
            "params: {a: , # beside\n  # about b\n  b: 1}\n",
            "params:\n  a:          # beside\n  # about b\n  b: 1\n",
        ),
        ("params:\n  ? b\n  # about c\n  ? c\n", "params:\n  b:\n  # about c\n  c:\n"),
    ],
)
def test_a_comment_below_a_key_without_a_value_goes_where_its_indentation_puts_it(text, made):
    assert laid(text) == made


def valueless(text, seed):
    """A text of which some values are gone, comments and blank lines below them, however indented."""
    random, lines, count = Random(seed), [], 0
    for line in text.split("\n"):
        key = re.match(r"( *)(?:- )?[a-z_]+:(?= [^|>{\[#\n]+$)", line)
        if key is None or random.random() >= 0.08:
            lines.append(line)
            continue
        lines.append(key[0])
        for _ in range(random.randint(0, 3)):
            count += 1
            lines.append(
                f"{' ' * max(0, len(key[1]) + random.randint(-6, 5))}# {count}" if random.random() < 0.8 else ""
            )
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(10))
def test_what_lacks_values_is_laid_out_once_and_for_all(seed):
    path = SHIPPED[seed % len(SHIPPED)]
    text = valueless(path.read_text(encoding="utf-8"), seed)
    assert comments(text).total() > 5

    made = laid_out(text, kind_of(path))

    assert is_faithful(text, data(text), made)
    assert laid_out(made, kind_of(path)) == made


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("params:\n  b:\n# c\nroles:\n", "params:\n  # c\n  b:\nroles:\n"),
        ("params:\n  b: 1\n  # c\nroles:\n", "params:\n  b: 1\n# c\nroles:\n"),
        ("params:\n  b: 1 # c\n  d: 2\n", "params:\n  b: 1\n  d: 2 # c\n"),
        ("id: x\n# c\nroles:\n", "# c\nid: x\nroles:\n"),
        ("started_by:\n  # c\n  - a\n  - b\n", "started_by:\n  - a\n  # c\n  - b\n"),
    ],
)
def test_a_comment_that_came_to_another_key_is_noticed(before, after):
    assert comments(before) == comments(after)
    assert data(before) == data(after)

    assert is_faithful(before, data(before), before)
    assert not is_faithful(before, data(before), after)


def test_a_comment_above_the_first_key_of_an_item_may_stand_above_its_dash():
    before = "transitions:\n  -\n    # c\n    from: a\n    id: b\n"

    assert is_faithful(before, data(before), "transitions:\n  # c\n  - from: a\n    id: b\n")


def test_a_layout_that_would_change_the_next_time_is_not_accepted(monkeypatch):
    monkeypatch.setattr(layout, "laid_out", lambda text, _kind: f"{text}\n")

    assert formatted("id: x\n", "program") == "id: x\n"


def test_comments_that_are_aligned_stay_aligned():
    text = dedent(
        """\
        id: x
        started_by: [a]            # one
        sender: b@example.org      # two
        """
    )

    assert laid(text).count("            # one") == 1
    assert {line.index("#") for line in laid(text).splitlines() if "#" in line} == {27}


def test_sections_are_parted_by_one_blank_line():
    text = "id: x\n\n\n\nroles: {a: {label: A}}\nstates:\n\n  s: {label: S}\ninitial: s\n"

    assert laid(text) == "id: x\n\nroles: {a: {label: A}}\n\ninitial: s\nstates:\n  s: {label: S}\n"


def test_texts_over_several_lines_keep_their_lines():
    text = """\
        templates:
            t:
               body:
                      fr: |
                            Un
                              deux

                            trois
                      en: One
                        two
        """

    made = laid(text)

    assert "      fr: |\n        Un\n          deux\n\n        trois\n" in made
    assert data(made) == data(dedent(text))


def test_a_doubled_apostrophe_is_written_between_the_other_quotes():
    assert "fr: \"L'entente d'Ana\"" in laid("title: {fr: 'L''entente d''Ana'}\n")
    assert "fr: 'Dire \"l''entente\"'" in laid("title: {fr: 'Dire \"l''entente\"'}\n")


def test_the_first_line_tells_editors_the_schema_and_one_that_does_is_kept():
    told = "# yaml-language-server: $schema=https://example.org/p.json\n"

    assert formatted("id: x\n", "program") == f"{MODELINE}id: x\n"
    assert formatted(f"{told}id: x\n", "program") == f"{told}id: x\n"
    other = MODELINE.replace("program.", "scenarios.")
    assert formatted(f"{MODELINE}scenarios_for: x\n", "scenarios") == f"{other}scenarios_for: x\n"


def test_windows_line_ends_and_trailing_spaces_go():
    assert laid("id: x  \r\nversion: y\r\n") == "id: x\nversion: y\n"


@pytest.mark.parametrize("text", ["id: [x\n", "a: 1\na: 2\n", "a: &b 1\nc: *b\n", "\tid: x\n"])
def test_a_file_that_cannot_be_read_is_told_why(text):
    with pytest.raises(Unreadable) as told:
        formatted(text, "program")

    assert told.value.findings


@pytest.mark.parametrize("text", ["---\nid: x\n", "a: |+\n  b\n\n", "[a, b]\n"])
def test_what_is_laid_out_in_another_way_is_left_as_it_is(text):
    assert formatted(text, "program") == text


def test_every_key_of_the_language_has_its_place():
    """A key that the model gains is put where the model has it, before where it comes from."""
    shapes = Shapes(STRUCTURE, stories=False)

    for name, schema in {**STRUCTURE["definitions"], "": STRUCTURE}.items():
        if "properties" in schema:
            ranks = shapes.order(name, schema)
            assert schema["properties"].keys() <= ranks.keys() | set()
            assert set(ranks) - {"source", "basis", "note"} <= schema["properties"].keys(), name
