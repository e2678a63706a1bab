"""Is what is read complete, readable in a narrow terminal, and shown only to those who may see it?"""

import pytest

from dyade.cli.paper import width


@pytest.fixture
def lived(peopled):
    """A dyad under way, with an agreement and a meeting."""
    for line in (
        "start jumelage mentore=amelie motif=projet --as gilles",
        "assign D-1 mentor bruno --as gilles",
        "accept D-1 --as bruno",
        "advance D-1 jumeler --as gilles",
        "fill D-1 entente objectifs=Un fin=2026-12-01 --as bruno",
        "sign D-1 entente --as bruno",
        "sign D-1 entente --as amelie",
        "fill D-1 rencontres date=2026-09-01 minutes=60 utile=oui --as amelie",
    ):
        peopled.done(*line.split())
    return peopled


def test_a_card_tells_people_state_what_is_due_and_what_is_next(lived):
    card = lived("show", "D-1").out

    for said in ("Amélie Essai", "En cours", "Fin prévue", "2026-12-01", "Prolonger", "À venir", "Ensuite"):
        assert said in card


def test_why_marks_each_clause_and_ends_with_the_way_out(lived):
    picture = lived("why", "D-1", "terminer").out

    assert picture.splitlines()[0] == "Dyade D-1 · « Terminer » · 2026-09-01"
    assert "  ! should assez_de_rencontres  Rencontres : 0 sur 3 (il en manque 3)" in picture
    assert "Au moins : 1)" in picture
    assert "Si rien ne change : " in picture


def test_why_shows_what_one_can_do_first(lived):
    picture = lived("why", "D-1").out

    assert picture.index("● Terminer") < picture.index("Pas d'ici :")
    assert "Jumeler (jumeler)" in picture[picture.index("Pas d'ici :") :]


def test_why_names_the_missing_and_where_a_clause_may_be_lifted(peopled):
    peopled.done("start", "jumelage", "mentore=amelie", "--as", "gilles")

    picture = peopled("why", "D-1", "jumeler").out

    assert "✘ must   mentor_designe  Aucun mentor n'est désigné." in picture
    assert "peut être levée par : Responsable" in picture
    assert "Désignez un mentor." in picture


def test_a_history_tells_who_did_what_when(lived):
    story = lived("history", "D-1").out

    assert story.startswith("2026-09-01\n")
    assert story.index("Jumeler") < story.index("Démarrer")
    assert "Gilles Essai — " in story


def test_what_time_will_do_is_a_calendar(lived):
    assert "2026-12-01" in lived("due").out
    assert "2026-12-01" not in lived("due", "--until", "2026-11-30").out
    assert "2026-12-01" in lived("due", "D-1", "--until", "2026-12-01").out


def test_time_acts_when_it_is_told_the_hour(peopled):
    for line in (
        "start jumelage mentore=amelie motif=projet --as gilles",
        "assign D-1 mentor bruno --as gilles",
        "accept D-1 --as bruno",
        "advance D-1 jumeler --as gilles",
    ):
        peopled.done(*line.split())
    assert "Rien n'était dû." in peopled("tick").out

    peopled.at("2026-09-17T13:00:00+00:00")
    ran = peopled.done("tick")

    assert "D-1" in ran.out
    assert "2026-09-16" in ran.out
    assert "Rien n'était dû." in peopled("tick").out


def test_a_list_has_a_line_for_each_dyad(lived):
    lived.done("start", "jumelage", "mentore=bruno", "--as", "gilles")

    lines = lived("list").out.splitlines()

    assert [line.split()[0] for line in lines] == ["Dyade", "D-1", "D-2"]
    assert lived("list", "--person", "amelie").out.count("D-") == 1
    assert lived("list", "--state", "besoin").out.count("D-") == 1
    assert lived("list", "--limit", "1").out.count("D-") == 1


def test_a_list_for_someone_holds_their_dyads_only(lived):
    lived.done("person", "add", "zoe", "--name", "Zoé Essai")

    assert lived("list", "--as", "amelie").out.count("D-1") == 1
    assert lived("list", "--as", "gilles").out.count("D-1") == 1
    assert lived("list", "--as", "zoe").out == "Aucune dyade.\n"


@pytest.mark.parametrize("command", ["show", "why", "history", "due"])
def test_a_dyad_of_others_is_not_there(lived, command):
    """The answer is that of an id that does not exist."""
    lived.done("person", "add", "zoe", "--name", "Zoé Essai")

    theirs, none = (lived(command, dyad, "--as", "zoe") for dyad in ("D-1", "D-7"))

    assert (theirs.code, theirs.out) == (none.code, none.out) == (2, "")
    assert theirs.err.replace("D-1", "D-7") == none.err


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    "command", ["show D-1", "why D-1", "why D-1 terminer", "list", "history D-1", "due", "person list"]
)
def test_a_narrow_terminal_stays_readable(lived, command, lang):
    ran = lived(*command.split(), "--lang", lang, env={"COLUMNS": "60"})

    assert [line for line in ran.out.splitlines() if width(line) > 60] == []


def test_no_colour_reaches_a_pipe(lived):
    for command in ("show D-1", "why D-1", "list", "history D-1"):
        assert "\x1b" not in lived(*command.split()).out


def test_what_people_stored_cannot_act_on_the_terminal(dyade):
    dyade.done("person", "add", "mallory", "--name", "Mal\x1b[2Jlory\u202e", "--address", "a\x07b\rc")

    for command in ("person list", "person show mallory"):
        shown = dyade(*command.split()).out
        assert all(letter.isprintable() or letter in "\n\N{REPLACEMENT CHARACTER}" for letter in shown)


def test_a_sound_store_is_said_to_be(lived):
    ran = lived("verify")

    assert ran.code == 0
    assert ran.out.startswith("✔ 1 dyade, ")


def test_a_person_is_shown_with_their_roles_and_dyads(lived):
    card = lived("person", "show", "gilles").out
    assert "jumelage · responsable" in card
    assert "D-1" in lived("person", "show", "amelie").out


def test_what_is_known_of_someone_changes_and_their_dyads_learn_it(lived):
    lived.done("person", "set", "bruno", "experimente=non", "--address", "autre@example.org")

    assert "autre@example.org" in lived("person", "show", "bruno").out
    assert lived("show", "D-1", "--format", "json").data["revision"] > 8


def test_an_id_that_is_someone_elses_is_told(lived):
    ran = lived("person", "add", "amelie", "--name", "Une autre")

    assert ran.code == 3
    assert "amelie" in ran.err


def test_an_enrolment_may_end(lived):
    lived.done("enrol", "gilles", "jumelage", "responsable", "--ended")

    ran = lived("advance", "D-1", "fermer", "--as", "gilles")

    assert ran.code == 2
    assert ran.err == lived("advance", "D-9", "fermer", "--as", "gilles").err.replace("D-9", "D-1")
