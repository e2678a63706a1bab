"""Do dyads come through several versions in one go, and do roles, forms and their data follow under other names?"""

import pytest

from dyade.authoring.consequences import consequences
from dyade.authoring.differences import differences
from dyade.flow import messages as m
from tests.service.lives import begin, done, running

STATE = "migrations:\n  - {from: 1.0.0, to: 1.1.0, states: {running: under_way}, fields: {note: fields.remark}}\n"
NAMES = """migrations:
  - from: 1.1.0
    to: 2.0.0
    roles: {mentor: guide, mentor.level: rank}
    forms: {log: journal, log.hours: time}
"""
RENAMINGS = (
    ("  mentor:\n", "  guide:\n"),
    ("mentor,", "guide,"),
    ("mentor]", "guide]"),
    ("assign: {mentor:", "assign: {guide:"),
    ("  log:\n", "  journal:\n"),
    ("forms.log", "forms.journal"),
    ("      hours:", "      time:"),
    ("sum: hours", "sum: time"),
)


@pytest.fixture
def publish(folder):
    """Puts a version in the place of the first: its number, what it says of migrations, what it calls otherwise."""
    file = folder / "small.yaml"
    first = file.read_text(encoding="utf-8")

    def put(version, migrations, *changes, also=()):
        text = first.replace('version: "1.0.0"', f'version: "{version}"')
        for old, new in (("running", "under_way"), ("remark:", "note:"), *changes, *also):
            assert old in text, old
            text = text.replace(old, new)
        if changes:
            before, found, after = text.partition("  guide:\n")
            text = before + found + after.replace("      level:", "      rank:", 1)
        file.write_text(text + migrations, encoding="utf-8")

    return put


@pytest.fixture
def lived(engine):
    dyad = running(engine)
    done(engine.set(dyad, "remark", "Tout va bien", "ana"))
    done(engine.fill(dyad, "log", "ana", {"hours": 3, "comment": "Premier jour"}))
    return dyad


@pytest.fixture
def between(engine, lived, publish):
    """Version 1.1.0 has been on the shelf while a dyad began."""
    publish("1.1.0", STATE)
    begin(engine)
    return lived


def test_a_dyad_comes_through_a_version_in_one_go(engine, between, publish, again):
    publish("2.0.0", NAMES, *RENAMINGS)

    foreseen = {one.dyad: one for one in engine.foresee_migration("small", lang="fr")}
    moved = engine.migrate("small")

    dyad = engine.dyad(between)
    assert foreseen[between].through == ("1.1.0",)
    assert {one.status for one in moved} == {"moved"}
    assert dyad.leaves[""] == "under_way"
    assert dyad.fields == {"note": "Tout va bien"}
    records = [kept.record for kept in engine.history(between)]
    assert [one.version for one in records if isinstance(one, m.Migrated)] == ["1.1.0", "2.0.0"]
    assert again().verify().sound


def test_roles_forms_and_their_data_follow_under_their_new_names(engine, between, publish):
    publish("2.0.0", NAMES, *RENAMINGS)
    foreseen = engine.foresee_migration("small", lang="en")
    engine.migrate("small")

    dyad = engine.dyad(between)
    assert {role: [held.person for held in holders] for role, holders in dyad.holdings.items()} == {
        "mentee": ["ana"], "guide": ["bob"], "coordinator": ["cleo"],
    }  # fmt: skip
    assert dyad.holdings["guide"][0].attributes == {"rank": 1}
    assert [entry.data for entry in dyad.entries["journal"]] == [{"time": 3, "comment": "Premier jour"}]
    assert all(one.told.lost == () for one in foreseen)
    done(engine.fire(between, "touch", "bob"))


def test_what_the_newest_version_says_of_the_way_wins(engine, between, publish):
    """The step into 1.1.0 is written in the newest file too, and leads elsewhere."""
    steps = NAMES.replace(
        "migrations:\n",
        "migrations:\n  - {from: 1.0.0, to: 1.1.0, states: {running: waiting}, fields: {note: fields.remark}}\n",
    )
    publish("2.0.0", steps, *RENAMINGS)
    engine.migrate("small")

    assert engine.dyad(between).leaves[""] == "waiting"


def test_a_straight_way_is_taken_before_a_longer_one(engine, between, publish):
    straight = (
        "  - {from: 1.0.0, to: 2.0.0, states: {running: under_way}, roles: {mentor: guide}, forms: {log: journal}}\n"
    )
    publish("2.0.0", NAMES + straight, *RENAMINGS)

    [mine] = engine.foresee_migration("small", [between])

    assert mine.through == ()


@pytest.mark.usefixtures("lived")
def test_a_version_that_was_never_kept_is_told(engine, publish):
    steps = NAMES.replace("migrations:\n", STATE)
    publish("2.0.0", steps, *RENAMINGS)

    [found] = engine.foresee_migration("small", lang="en")

    assert [code for code, _ in found.told.reasons] == ["version_not_kept"]
    assert "1.1.0" in found.told.reasons[0][1]


@pytest.mark.usefixtures("between")
def test_a_name_that_the_version_does_not_have_is_told(engine, publish):
    publish("2.0.0", NAMES.replace("log.hours", "log.minutes"), *RENAMINGS)

    reasons = {code for one in engine.foresee_migration("small", lang="fr") for code, _ in one.told.reasons}

    assert reasons == {"name_not_there"}


def test_nothing_follows_in_a_version_that_is_only_passed_through(engine, lived, publish):
    """By its rules a dyad with enough hours would end at once."""
    publish("1.1.0", STATE, also=[("    by: {all: [mentee, mentor]}\n", "    auto: true\n")])
    begin(engine)
    publish("2.0.0", NAMES, *RENAMINGS)
    engine.migrate("small")

    assert engine.dyad(lived).leaves[""] == "under_way"


def test_a_step_that_asks_moves_only_those_that_are_named(engine, between, publish):
    publish("2.0.0", NAMES.replace("to: 2.0.0\n", "to: 2.0.0\n    policy: ask\n"), *RENAMINGS)

    assert {one.status for one in engine.foresee_migration("small")} == {"asks"}
    assert [one.status for one in engine.migrate("small", [between])] == ["moved"]


def test_what_a_form_gave_under_its_former_name_is_erased_with_it(engine, between, publish, again):
    publish("2.0.0", NAMES, *RENAMINGS)
    engine.migrate("small")

    with engine._desk.store.writing() as transaction:
        erased = transaction.erase_within(between, "forms.journal")
        transaction.commit()

    assert erased == 1
    assert "Premier jour" not in str(again().history(between))


@pytest.mark.usefixtures("between")
def test_a_difference_in_name_is_told_as_such(engine, publish):
    old = engine.version("small", "1.1.0")
    publish("2.0.0", NAMES, *RENAMINGS)
    new = engine.program("small")

    changes = differences(old, new)

    renamed = {(one.section, one.id, one.what, one.before, one.after) for one in changes if one.kind == "renamed"}
    assert renamed == {
        ("roles", "guide", "", "mentor", "guide"),
        ("roles", "guide", "rank", "level", "rank"),
        ("forms", "journal", "", "log", "journal"),
        ("forms", "journal", "time", "hours", "time"),
    }
    assert not [one for one in changes if one.kind in ("added", "removed")]


@pytest.mark.usefixtures("between")
def test_dyads_of_an_older_version_are_told_by_the_whole_way(engine, publish):
    """From 1.0.0, where they stand leads somewhere and nothing is wrong, although only 1.1.0 says how."""
    old = engine.version("small", "1.0.0")
    publish("2.0.0", NAMES, *RENAMINGS)
    new = engine.program("small")

    found = consequences(old, new, (), {"running": 1}, engine.renaming(old, new))

    assert [one.code for one in found] == []
    assert [one.code for one in consequences(old, new, (), {"running": 1})] == ["C001"]


def test_a_life_is_lived_again_under_the_names_of_the_other_version(engine, between, publish):
    publish("2.0.0", NAMES, *RENAMINGS)

    [lived] = engine.replay("small", engine.program("small"), [between])

    assert lived.replayed.commands > 3
    assert [(one.kind, one.name) for one in lived.replayed.divergences if one.kind == "refused"] == []
    assert [entry.data["time"] for entry in lived.replayed.after.entries["journal"]] == [3]
