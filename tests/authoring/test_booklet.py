"""Does a booklet tell everything once, to each role no more than it sees, on a page that anyone can read?"""

from __future__ import annotations

from itertools import pairwise

import pytest

from dyade.authoring.booklet import paper
from dyade.authoring.booklet.booklet import booklet
from dyade.authoring.booklet.html import html
from dyade.authoring.booklet.pages import Document, Heading, Items, Table, Words, anchors, plain
from dyade.authoring.booklet.paper import pdf
from dyade.authoring.provenance import account
from dyade.errors import ExtraMissing
from dyade.flow.telling.words import said
from dyade.service.folder import Folder

from .handed import FIVE, PROGRAMS, Page, changed, program

HOSTILE = "</td><script>alert(1)</script> & #set page() [x] *b* $y$ ''"


def written(name: str, lang: str, role: str | None = None) -> Document:
    found = program(name)
    text = (PROGRAMS / f"{name}.yaml").read_bytes()
    return booklet(found, lang, role, account(found, text, Folder(PROGRAMS).read) if role is None else None)


def column(document: Document, caption: str) -> list[str]:
    """What the rows of a table are about."""
    [found] = [block for block in document.blocks if isinstance(block, Table) and block.caption == caption]
    return [row[0][0] for row in found.rows]


# ------------------------------------------------------------------------------------------------------------ structure


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("name", FIVE)
def test_each_state_rule_form_and_reminder_is_told_once(name, lang):
    found, document = program(name).model, written(name, lang)
    titles = {"fr": ("Les états", "Passages et actes", "Rappels"), "en": ("The states", "Moves and acts", "Reminders")}
    states, moves, reminders = titles[lang]

    graph = program(name).graph
    labels = [said(node.model.label, lang) for node in graph.nodes.values()]
    assert column(document, states) == [f"{i}. {label}" for i, label in enumerate(labels, start=1)]
    assert column(document, moves) == [said(one.label, lang) for one in found.transitions]
    assert len(column(document, reminders)) == len(found.reminders)
    parts = [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 3]
    assert [part for part in parts if part in {said(form.label, lang) for form in found.forms.values()}] == [
        said(form.label, lang) for form in found.forms.values()
    ]


@pytest.mark.parametrize("name", FIVE)
def test_each_role_has_its_part_and_each_act_its_row(name):
    found, document = program(name).model, written(name, "fr")

    for role in found.roles.values():
        acts = column(document, f"Ce que fait : {said(role.label, 'fr')}")
        mine = [one for one in found.transitions if isinstance(one.by, list) and _id(found, role) in one.by]
        assert [act for act in acts if act in {said(one.label, "fr") for one in mine}] == [
            said(one.label, "fr") for one in mine
        ]


def _id(model, role):
    return next(name for name, one in model.roles.items() if one is role)


@pytest.mark.parametrize("name", FIVE)
def test_each_provision_of_the_documents_has_its_row(name):
    document, found = written(name, "en"), program(name)
    text = (PROGRAMS / f"{name}.yaml").read_bytes()
    rows = account(found, text, Folder(PROGRAMS).read).rows
    told = [cell for block in document.blocks if isinstance(block, Table) for cell in (row[0][0] for row in block.rows)]

    assert rows
    assert [cell for cell in told if cell in {row.provision.id for row in rows}] == [row.provision.id for row in rows]


def test_a_rule_is_told_with_its_provisions_its_basis_and_the_reason_for_it():
    document = written("cscpq", "en")
    [rules] = [block for block in document.blocks if isinstance(block, Table) and block.caption == "Moves and acts"]
    [row] = [row for row in rules.rows if row[0][0] == "Turn down"]

    assert row[0][1] == "(Program facilitator)"
    assert list(row[1]) == ["Selection under way", "→ Application kept on file"]
    assert row[-1][0] == "CSCPQ-16 (interpretation)"


def test_the_same_program_gives_the_same_booklet():
    text = html(written("cisss", "fr"))

    assert text == html(booklet_of_new("cisss"))
    assert pdf(written("cisss", "fr")) == pdf(written("cisss", "fr"))


def booklet_of_new(name):
    found = changed(name)
    text = (PROGRAMS / f"{name}.yaml").read_bytes()
    return booklet(found, "fr", None, account(found, text, Folder(PROGRAMS).read))


# ------------------------------------------------------------------------------------------------------- who sees what


def test_the_booklet_of_a_role_has_its_part_alone():
    document = written("cscpq", "fr", "mentor")

    parts = [block.text for block in document.blocks if isinstance(block, Heading)]
    assert "Ce que vous faites" in parts
    assert "Personne participante" not in parts
    assert "Les documents et ce qui les porte" not in parts


@pytest.mark.parametrize("name", FIVE)
def test_the_booklet_of_a_role_holds_no_form_and_no_datum_that_it_does_not_see(name):
    """Judged from the file alone: a form that lists its readers without this role, which does nothing with it."""
    model = program(name).model
    kept = 0
    for role in model.roles:
        text = Page(html(written(name, "fr", role))).text
        for form_id, form in model.forms.items():
            acting = program_acts(name, form_id)
            if form.visibility is not None and role not in {*form.visibility, *acting}:
                kept += 1
                assert f"Données de « {said(form.label, 'fr')} »" not in text, (role, form_id)
    assert kept or name == "aqpm"


def program_acts(name, form):
    from dyade.flow.plan import plan_of

    found = plan_of(program(name)).forms[form]
    steps = [role for step in found.model.steps for role in step.by]
    return {*found.fillers, *found.signers, *found.confirmed_by, *(found.model.corrected_by or ()), *steps}


def test_what_a_role_may_not_see_of_a_condition_is_counted_and_not_told():
    """The mentor at the CSCPQ must not learn from a booklet what admission asks for."""
    whole = Page(html(written("cscpq", "fr"))).text
    mentor = Page(html(written("cscpq", "fr", "mentor"))).text

    assert "Je vis avec une incapacité" in whole
    assert "Je vis avec une incapacité" not in mentor
    assert "Notes d'entrevue" in whole
    assert "Notes d'entrevue" not in mentor


def test_notes_of_the_authors_are_for_those_who_run_the_program():
    note = "Nul n'est nommé pour accorder ce report."

    assert note in Page(html(written("cscpq", "fr"))).text
    assert note not in Page(html(written("cscpq", "fr", "participant"))).text


# -------------------------------------------------------------------------------------------------------- accessibility


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("name", FIVE)
def test_a_page_can_be_read_by_anyone(name, lang):
    page = Page(html(written(name, lang)))

    assert page.all("html") == [{"lang": lang}]
    assert page.crossed == []
    assert page.open == []
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(text.strip() for _, text in page.headings)
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = [str(attrs["href"]) for attrs in page.all("a")]
    assert {link[1:] for link in links} <= set(ids)
    for drawn in page.all("svg"):
        assert drawn["role"] == "img"
        assert set(str(drawn["aria-labelledby"]).split()) <= set(ids)
    assert len(page.all("caption")) == len(page.all("table"))
    assert {attrs.get("scope") for attrs in page.all("th")} == {"col", "row"}


def test_a_page_asks_for_nothing_else():
    page = Page(html(written("sct", "fr")))

    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "link", "img", "iframe", "object"})
    assert all(str(attrs["href"]).startswith("#") for attrs in page.all("a"))
    assert "url(" not in html(written("sct", "fr"))


def test_two_headings_of_one_name_have_two_anchors():
    document = Document("fr", "t", "", "", (Heading(2, "Été"), Heading(3, "été")))

    assert [name for _, name in anchors(document)] == ["ete", "ete-2"]


# -------------------------------------------------------------------------------------------------------------- hostile


def test_hostile_words_stay_words():
    quoted = HOSTILE.replace("'", "''")
    found = changed("cisss", ("label: {fr: Besoin exprimé,", f"label: {{fr: '{quoted}',"))
    document = booklet(found, "fr")
    page = Page(html(document))

    assert page.all("script") == []
    assert HOSTILE in page.text
    assert pdf(document).startswith(b"%PDF-")


def test_items_inside_items_are_lists_inside_lists():
    document = Document("fr", "t", "", "", (Items([(0, "a"), (1, "b"), (0, "c")]), Words("d")))
    text = html(document)

    assert text.count("<ul>") == text.count("</ul>") == 2
    assert Page(text).crossed == []


def test_the_blocks_are_data_for_tools():
    found = plain(written("altimaitre", "fr", "mentor"))

    assert found["lang"] == "fr"
    assert {"heading", "words", "table", "picture", "facts"} <= {block["kind"] for block in found["blocks"]}


# ----------------------------------------------------------------------------------------------------------------- PDF


def test_a_booklet_is_put_on_paper():
    made = pdf(written("altimaitre", "en", "mentor"))

    assert made.startswith(b"%PDF-")
    assert b"/Lang" in made
    assert b"/StructTreeRoot" in made


def test_without_the_library_it_is_said_how_to_have_it(monkeypatch):
    def missing(name):
        raise ModuleNotFoundError(name=name)

    document = written("cisss", "fr")
    monkeypatch.setattr(paper, "import_module", missing)

    with pytest.raises(ExtraMissing, match=r"dyade\[docs\]"):
        pdf(document)
