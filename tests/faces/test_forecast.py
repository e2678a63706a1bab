"""Is a forecast told on the screen, in JSON, as a sheet and as a picture?"""

from __future__ import annotations

import pytest

from tests.authoring.handed import PROGRAMS

CLINIC = str(PROGRAMS / "cisss.yaml")
CALM = ("--set", "delay_days=0", "--set", "absences=0", "--set", "withdraws=0", "--set", "answers=1")
FEW = ("--dyads", "4", "--set", "arrival_weeks=0", *CALM)


def test_what_becomes_of_dyads_is_told(dyade):
    """How many end well, between which bounds, and where they wait."""
    told = dyade.done("forecast", CLINIC, *FEW)
    assert "100 % finissent bien" in told.out
    assert "Jours (médiane)" in told.out
    assert "100% end well" in dyade.done("forecast", CLINIC, *FEW, "--lang", "en").out


def test_the_same_seed_gives_the_same_answer(dyade):
    """In JSON, with the rates that were supposed."""
    one, other = (
        dyade.done("forecast", CLINIC, "--dyads", "6", "--seed", "3", "--format", "json").data for _ in range(2)
    )
    assert one == other
    assert (one["dyads"], one["seed"], sum(one["ends"].values())) == (6, 3, 6)
    assert one["rates"]["pace"] == 1


def test_rates_are_written_changed_and_read(dyade):
    """The template is a file of rates."""
    written = dyade.folder / "hypotheses.yaml"
    written.write_text(dyade.done("forecast", CLINIC, "--rates-template").out, encoding="utf-8")
    ran = dyade.done("forecast", CLINIC, *FEW, "--rates", str(written), "--set", "pace=2", "--format", "json")
    assert ran.data["rates"]["pace"] == 2


def test_a_sheet_and_a_picture_are_written(dyade):
    """Beside what is told; never over a file that stands there, unless asked."""
    sheet, picture = dyade.folder / "a.csv", dyade.folder / "a.svg"
    line = ("forecast", CLINIC, *FEW, "--csv", str(sheet), "--plot", str(picture))
    assert "a.csv" in dyade.done(*line).out
    assert sheet.read_text(encoding="utf-8-sig").startswith("Section,Quoi,Mesure")
    assert "<svg " in picture.read_text(encoding="utf-8")
    assert dyade(*line).code == 2
    assert dyade(*line, "--force").code == 0


@pytest.mark.parametrize(
    "said",
    [("--set", "speed=2"), ("--set", "pace"), ("--until", "2020-01-01"), ("--scenario", "rien de tel"),
     ("--dyads", "0"), ("--rates", "nowhere.yaml")],
)  # fmt: skip
def test_what_cannot_be_foreseen_is_told(dyade, said):
    """A rate, a day, a scenario, a file that is not there: nothing is lived."""
    ran = dyade("forecast", CLINIC, *said)
    assert ran.code == 2
    assert ran.err


def test_a_program_without_a_life_that_ends_well_is_told(dyade):
    """A forecast follows a scenario: without one, there is nothing to follow."""
    ran = dyade("forecast", "jumelage")
    assert ran.code == 2
    assert "finit bien" in ran.err
    alone = dyade.folder / "seul.yaml"
    alone.write_bytes((dyade.folder / "programs" / "jumelage.yaml").read_bytes())
    ran = dyade("forecast", str(alone))
    assert ran.code == 2
    assert "seul.scenarios.yaml" in ran.err


@pytest.fixture
def nothing_is_lived(monkeypatch):
    from dyade.authoring.forecast.lives import Living

    def living(*_arguments):
        raise AssertionError("it was lived")

    monkeypatch.setattr(Living, "lives", living)


@pytest.mark.usefixtures("nothing_is_lived")
@pytest.mark.parametrize("taken", ["a.csv", "a.svg"])
def test_a_file_that_stands_there_is_told_before_anything_is_lived(dyade, taken):
    """The other one is not written either."""
    (dyade.folder / taken).write_text("à moi", encoding="utf-8")
    ran = dyade("forecast", CLINIC, *FEW, "--csv", str(dyade.folder / "a.csv"), "--plot", str(dyade.folder / "a.svg"))
    assert ran.code == 2
    assert "existe déjà" in ran.err
    assert [path.name for path in dyade.folder.glob("a.*")] == [taken]


@pytest.mark.usefixtures("nothing_is_lived")
@pytest.mark.parametrize(("sheet", "picture"), [("a.csv", "nulle_part/a.svg"), ("a.csv", "."), ("a.csv", "a.csv")])
def test_a_file_that_cannot_be_written_is_told_before_anything_is_lived(dyade, sheet, picture):
    """A folder that is not there, a folder, one file for both; forced or not."""
    for forced in ((), ("--force",)):
        line = ("--csv", str(dyade.folder / sheet), "--plot", str(dyade.folder / picture), *forced)
        ran = dyade("forecast", CLINIC, *FEW, *line)
        assert ran.code == 2
        assert ran.err
        assert not (dyade.folder / "a.csv").exists()


def test_a_picture_that_comes_to_fail_takes_the_sheet_with_it(dyade, monkeypatch):
    """Both or none: the place of the second is taken while lives are led."""
    from dyade.authoring.forecast import plot

    sheet, picture = dyade.folder / "a.csv", dyade.folder / "a.svg"

    def drawn(*_arguments):
        picture.write_text("à moi", encoding="utf-8")
        return "<svg />"

    monkeypatch.setattr(plot, "svg", drawn)
    ran = dyade("forecast", CLINIC, *FEW, "--csv", str(sheet), "--plot", str(picture))
    assert ran.code == 2
    assert not sheet.exists()
    assert picture.read_text(encoding="utf-8") == "à moi"


@pytest.mark.usefixtures("nothing_is_lived")
@pytest.mark.parametrize("day", ["9999-12-31", "2500-01-01"])
def test_a_day_that_is_too_far_is_told_with_the_last_that_may_be(dyade, day):
    """It is not said to come too early."""
    ran = dyade("forecast", CLINIC, *FEW, "--until", day)
    assert ran.code == 2
    assert "trop loin" in ran.err
    assert "avant le début" not in ran.err
