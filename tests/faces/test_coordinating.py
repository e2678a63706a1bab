"""Is a coordinator shown what presses, may they act on many dyads at once, import a spreadsheet, and close a season?"""

import csv
import io

import pytest

from dyade.cli.sheet import sheet


@pytest.fixture
def pairs(peopled):
    """Three needs, of which two have a mentor who accepted."""
    for n in (1, 2, 3):
        peopled.done("person", "add", f"m{n}", "--name", f"Mentorée {n}")
        peopled.done("start", "jumelage", f"mentore=m{n}", "motif=projet", "--as", "gilles")
    for n in (1, 2):
        peopled.done("assign", f"D-{n}", "mentor", "bruno", "--as", "gilles")
        peopled.done("accept", f"D-{n}", "--as", "bruno")
    return peopled


# ---------------------------------------------------------------------------------------------------------------- todo


def test_todo_tells_first_what_is_late(pairs):
    for line in (
        "advance D-1 jumeler --as gilles",
        "fill D-1 entente objectifs=Un fin=2026-09-10 --as bruno",
        "sign D-1 entente --as bruno",
        "sign D-1 entente --as m1",
    ):
        pairs.done(*line.split())
    pairs.at("2026-10-15T13:00:00+00:00")

    shown = pairs.done("todo", "--as", "gilles", "--format", "json").data

    assert [(one["kind"], one["dyad"], one["days"]) for one in shown["todo"]] == [
        ("late", "D-1", 35),
        ("mine", "D-2", 0),
        ("stuck", "D-2", 44),
        ("stuck", "D-3", 44),
    ]
    assert shown["counts"] == {"late": 1, "mine": 1, "stuck": 2}
    assert [one["dyad"] for one in pairs.done("todo", "--stuck", "--format", "json").data["todo"]] == ["D-2", "D-3"]
    assert pairs.done("todo", "--late", "--as", "m2").out == "Rien ne presse.\n"


def test_todo_for_a_mentor_is_what_waits_for_them(pairs):
    pairs.done("advance", "D-2", "jumeler", "--as", "gilles")
    pairs.done("fill", "D-2", "entente", "objectifs=Un", "fin=2026-12-01", "--as", "m2")

    mine = pairs.done("todo", "--as", "bruno", "--format", "json").data["todo"]

    assert [(one["dyad"], one["text"]) for one in mine] == [("D-2", "signer « Entente »")]


def test_a_role_that_is_offered_waits_for_its_answer(pairs):
    pairs.done("assign", "D-3", "mentor", "amelie", "--as", "gilles")

    assert "accepter le rôle Mentor" in pairs.done("todo", "--as", "amelie").out


def test_mine_wants_to_know_whose(pairs):
    assert pairs("todo", "--mine").code == 2
    assert pairs("todo", "--program", "rien").code == 2


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_todo_fits_a_narrow_terminal(pairs, lang):
    lines = pairs("todo", "--as", "gilles", "--lang", lang, env={"COLUMNS": "60"}).out.splitlines()

    assert lines
    assert [line for line in lines if len(line) > 60] == []


# ---------------------------------------------------------------------------------------------------------------- bulk


def test_bulk_shows_first_then_does_then_goes_on_where_it_was_cut_short(pairs):
    asked = ("bulk", "advance", "jumelage", "jumeler", "--state", "besoin", "--as", "gilles")

    seen = pairs(*asked)
    assert seen.code == 1
    assert "2 dyade(s) sur 3" in seen.out
    assert "Aucun mentor n'est désigné." in seen.out
    assert pairs("list", "--state", "entente").out == "Aucune dyade.\n"
    batch = seen.out.rpartition("--id ")[2].strip()

    done = pairs(*asked, "--apply", "--id", batch, "--format", "json").data
    assert [(one["dyad"], one["outcome"]) for one in done["dyads"]] == [
        ("D-1", "done"),
        ("D-2", "done"),
        ("D-3", "refused"),
    ]
    again = pairs(*asked, "--apply", "--id", batch, "--format", "json").data
    assert [one["dyad"] for one in again["dyads"]] == ["D-3"]


def test_bulk_does_nothing_without_a_name_for_the_batch(pairs):
    ran = pairs("bulk", "advance", "jumelage", "fermer", "--as", "gilles", "--apply")

    assert ran.code == 2
    assert pairs("list", "--state", "fermee").out == "Aucune dyade.\n"


def test_bulk_chooses_by_the_value_of_a_field(pairs):
    pairs.done("set", "D-2", "motif=arrivee", "--as", "m2")

    chosen = pairs("bulk", "advance", "jumelage", "fermer", "--where", "motif=arrivee", "--as", "gilles")

    assert chosen.code == 0
    assert chosen.out.count("D-") == 1
    assert "D-2" in chosen.out


@pytest.mark.parametrize(
    "asked",
    [
        "advance jumelage rien",
        "set jumelage rien=1",
        "fill jumelage rien x=1",
        "assign jumelage rien bruno",
        "unassign jumelage rien bruno",
        "advance jumelage fermer --where rien=1",
        "advance jumelage fermer --state rien",
        "advance rien fermer",
    ],
)
def test_bulk_knows_no_name_that_the_program_does_not(pairs, asked):
    ran = pairs("bulk", *asked.split(), "--as", "gilles")

    assert ran.code == 2
    assert "rien" in ran.err


def test_bulk_of_no_dyad_is_refused(peopled):
    assert peopled("bulk", "advance", "jumelage", "fermer", "--as", "gilles").code == 1


# -------------------------------------------------------------------------------------------------------------- report


def test_a_report_is_written_for_a_spreadsheet_and_never_over_another_file(pairs):
    file = pairs.folder / "figures.csv"
    pairs.done("advance", "D-3", "fermer", "--as", "gilles")

    pairs.done("report", "jumelage", "--by", "motif", "--csv", str(file))

    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))
    assert ["En cours", "Besoin exprimé", "2", ""] in rows
    assert ["Terminées", "échec", "1", "0"] in rows
    assert pairs("report", "jumelage", "--csv", str(file)).code == 2
    assert not any("Mentorée 1" in cell for row in rows for cell in row)


def test_a_report_wants_its_days_in_order_and_a_field_of_choices(pairs):
    assert pairs("report", "jumelage", "--from", "2026-10-01", "--to", "2026-09-01").code == 2
    assert pairs("report", "jumelage", "--by", "fin").code == 2


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1", "\u200b=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20x"],
)
def test_no_cell_acts_in_a_spreadsheet(cell):
    [row] = csv.reader(io.StringIO(sheet([[cell, "calm", -1]]), newline=""))

    assert row == [f"'{cell}", "calm", "-1"]


# -------------------------------------------------------------------------------------------------------------- import

TITLES = "État;mentore;mentore.nom;mentor;Motif;depuis;début;Fin prévue"
GOOD = f"{TITLES}\nen cours;zoe;Zoé Été;bruno;projet;2026-08-01;2026-07-01;2026-12-01\nbesoin;amelie;;;;;;\n"


@pytest.fixture
def table(peopled):
    """Writes a file to import."""

    def write(text: str, encoding: str = "utf-8") -> str:
        file = peopled.folder / "cours.csv"
        file.write_bytes(text.encode(encoding))
        return str(file)

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_table_is_read_however_it_was_saved(peopled, table, encoding, separator):
    file = table(GOOD.replace(";", separator), encoding)

    peopled.done("import", "jumelage", file, "--apply")

    assert "Zoé Été" in peopled("list").out
    assert peopled("list", "--format", "json").data["dyads"][0]["state"] == "en_cours"


def test_an_import_shows_first_then_does_then_knows_that_it_was_done(peopled, table):
    file = table(GOOD)

    assert "2 dyades seraient importées" in peopled.done("import", "jumelage", file).out
    assert peopled("list").out == "Aucune dyade.\n"
    peopled.done("import", "jumelage", file, "--apply")
    again = peopled("import", "jumelage", file, "--apply")

    assert again.code == 1
    assert "Cette dyade est déjà là : D-1." in again.out
    assert peopled("list").out.count("D-") == 2


def test_every_problem_is_told_with_its_line_and_nothing_comes_in(peopled, table):
    rows = [
        "en cours;amelie;;personne;projet;2026-08-01;;",
        "perdu;amelie;;;;;;",
        "besoin;amelie;;;;2026-13-01;;",
        "besoin;amelie;;;;2027-01-01;;",
        "besoin;amelie;;;;2026-08-01;2026-08-20;",
        "besoin;amelie, bruno;;;;;;",
        "besoin;amelie;;;autre;;;",
        "besoin;amelie;;;;;;;trop",
    ]
    file = table("\n".join([TITLES, *rows]))

    told = peopled("import", "jumelage", file, "--apply", "--format", "json").data

    assert told["outcome"] == "refused"
    assert [one["line"] for one in told["problems"]] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert [one["column"] for one in told["problems"]][1:6] == ["État", "depuis", "depuis", "depuis", "mentore"]
    assert peopled("list").out == "Aucune dyade.\n"


def test_titles_that_the_program_does_not_know_are_told_and_may_be_mapped(peopled, table):
    file = table("Où en est-on;Qui;Notes\nbesoin;amelie;x\n")

    told = peopled("import", "jumelage", file)
    assert told.code == 1
    assert told.out.count("ligne 1, «") == 3
    peopled.done("import", "jumelage", file, "--map", "Où en est-on=état", "--map", "qui=mentore", "--map", "Notes=")
    assert peopled("import", "jumelage", file, "--map", "Autre=mentore").code == 1


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (b"", ()),
        (b'a;"b\nc', ()),
        (b"\x81\x8d", ()),
        (b"a;b", ("--delimiter", ";;")),
        (b"a;b", ("--encoding", "klingon")),
    ],
)
def test_a_file_that_is_no_table_is_told(peopled, content, options):
    file = peopled.folder / "cours.csv"
    file.write_bytes(content)

    ran = peopled("import", "jumelage", str(file), *options)

    assert ran.code == 2
    assert "imprévue" not in ran.err


def test_a_file_that_is_not_there_is_told(peopled):
    assert peopled("import", "jumelage", "nulle.csv").code == 2


# -------------------------------------------------------------------------------------------------------------- season


def test_a_closed_program_takes_no_new_dyad_until_it_is_reopened(pairs):
    pairs.done("programs", "close", "jumelage", "--reason", "Saison complète.")

    refused = pairs("start", "jumelage", "mentore=amelie", "--as", "gilles")
    assert (refused.code, "Saison complète." in refused.out) == (1, True)
    assert "fermé : Saison complète." in pairs("programs", "list").out
    pairs.done("advance", "D-1", "jumeler", "--as", "gilles")

    pairs.done("programs", "reopen", "jumelage")
    assert pairs("programs", "reopen", "jumelage").code == 1
    pairs.done("start", "jumelage", "mentore=amelie", "--as", "gilles")


def test_a_program_is_closed_for_a_reason(pairs):
    assert pairs("programs", "close", "jumelage").code == 2
    assert pairs("programs", "close", "jumelage", "--reason", " ").code == 2
    assert pairs("programs", "close", "rien", "--reason", "x").code == 2
