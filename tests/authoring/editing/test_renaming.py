"""Is every place known that says a name? All names of a program change at once, and nothing else does."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from dyade.authoring import scenarios
from dyade.authoring.editing.drafts import drafted, legible
from dyade.authoring.editing.mentions import Mentions
from dyade.authoring.editing.renaming import Refused, Renamed, edited, family, renamed
from dyade.authoring.editing.stories import Told
from dyade.program.diagnostics import Fix
from dyade.program.load import examine
from dyade.service.folder import Folder

PROGRAMS = Path(__file__).resolve().parents[3] / "programs"
OURS = sorted(path.stem for path in PROGRAMS.glob("*.yaml") if "." not in path.stem)
read_file = Folder(PROGRAMS).read


def opened(name: str) -> tuple[Mentions, Told]:
    stories = (PROGRAMS / f"{name}.scenarios.yaml").read_text(encoding="utf-8")
    draft, tree = drafted((PROGRAMS / f"{name}.yaml").read_text(encoding="utf-8"), read_file), legible(stories)
    assert draft is not None
    assert tree is not None
    mentions = Mentions(draft)
    return mentions, Told(stories, tree, mentions.names)


def judged(text: str, stories: str) -> Counter[str]:
    """How often each mistake is found in a program and in its scenarios."""
    loaded = examine(text, read_file)
    assert loaded.program is not None, [(one.code, one.path, one.facts) for one in loaded.findings]
    return Counter(one.code for one in (*loaded.findings, *scenarios.check(loaded.program, stories)))


@pytest.mark.parametrize("name", OURS)
def test_all_names_change_at_once_and_the_program_stays_as_sound(name):
    mentions, told = opened(name)
    order = {one: number for number, one in enumerate(mentions.names.declared)}
    new = {one: f"n{min(order[other] for other in family(mentions, told, one))}" for one in order}

    def changed(where: Mentions | Told, text: str) -> str:
        places = {where.place(mention): new[mention.name] for mention in where.all}
        return edited(text, [Fix(place=place, text=word) for place, word in places.items()])

    program, stories = changed(mentions, mentions.draft.text), changed(told, told.text)

    assert judged(program, stories) == judged(mentions.draft.text, told.text)
    assert len(order) > 100


@pytest.mark.parametrize("name", OURS)
def test_each_mention_is_where_the_file_says_the_word(name):
    mentions, told = opened(name)

    for where in (mentions, told):
        lines = (where.draft.text if isinstance(where, Mentions) else where.text).split("\n")
        found = ((mention.name.word, where.place(mention)) for mention in where.all)
        said = [(word, lines[place.line - 1][place.column - 1 : place.end_column - 1]) for word, place in found]
        assert said
        assert [pair for pair in said if pair[0] != pair[1]] == []


SMALL = """\
dyade: "1.0"
id: marche
version: "1"
title: Marche
summary: On marche à deux.
locales: [fr]
timezone: America/Toronto
started_by: [guide]
roles:
  guide: {label: Guide}
fields:
  jour: {type: date, label: "Jour de l'été", set_by: [guide]}
initial: debut
states:
  debut: {label: Début}
  fin: {label: Fin, final: true, outcome: success}
transitions:
  - id: finir
    label: Finir
    from: debut
    to: fin
    by: [guide]
    guard:
      - {id: venu, when: "is_set(fields.jour) and fields.jour <= today", message: "C'est le {fields.jour}, à l'été."}
"""


def named(mentions: Mentions, dotted: str):
    return next(name for name in mentions.names.declared if f"{name.kind} {name.dotted}" == dotted)


@pytest.mark.parametrize(
    ("name", "new", "count"),
    [
        ("field jour", "date_ete", 4),
        ("state debut", "depart", 3),
        ("role guide", "meneur", 4),
        ("state fin", "bout", 2),
    ],
)
def test_a_name_of_a_tiny_draft_changes_wherever_it_is_said(name, new, count):
    draft = drafted(SMALL)
    assert draft is not None
    mentions = Mentions(draft)

    answer = renamed(mentions, None, named(mentions, name), new, read_file)

    assert isinstance(answer, Renamed)
    assert edited(SMALL, answer.program).count(new) == count
    assert examine(edited(SMALL, answer.program)).program is not None


def test_a_name_changes_in_a_text_that_has_mistakes():
    broken = SMALL.replace("    to: fin", "    to: fni").replace("    label: Finir\n", "")
    draft = drafted(broken)
    assert draft is not None
    mentions = Mentions(draft)

    answer = renamed(mentions, None, named(mentions, "state debut"), "depart", read_file)

    assert isinstance(answer, Renamed)
    assert "from: depart" in edited(broken, answer.program)


@pytest.mark.parametrize(
    ("name", "new", "why"),
    [
        ("state debut", "fin", "editing.rename.taken"),
        ("state debut", "Début", "editing.rename.identifier"),
        ("role guide", "system", "editing.rename.reserved"),
        ("state debut", "any", "editing.rename.reserved"),
        ("field jour", "or", "editing.rename.reserved"),
    ],
)
def test_a_name_that_would_mean_something_else_is_refused(name, new, why):
    draft = drafted(SMALL)
    assert draft is not None
    mentions = Mentions(draft)

    answer = renamed(mentions, None, named(mentions, name), new, read_file)

    assert isinstance(answer, Refused)
    assert answer.key == why


def test_a_name_whose_change_would_break_the_program_is_refused():
    """Two states called alike, in two others: the short name that a transition uses would mean both."""
    inner = "  {0}: {{label: {0}, initial: {1}, states: {{{1}: {{label: {1}}}}}}}\n"
    nested = SMALL.replace("  fin:", inner.format("matin", "pause") + inner.format("soir", "halte") + "  fin:")
    text = nested.replace("    from: debut\n", "    from: [debut, pause, halte]\n")
    draft = drafted(text)
    assert draft is not None
    mentions = Mentions(draft)

    answer = renamed(mentions, None, named(mentions, "state soir.halte"), "pause", read_file)

    assert answer == Refused("editing.rename.unsound", {"name": "halte", "new": "pause"})
