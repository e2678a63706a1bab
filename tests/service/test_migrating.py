"""Do running dyads come to live by another version of their program, once, whole, and as it was foreseen?"""

import pytest

from dyade.errors import NotFound
from dyade.flow import messages as m
from dyade.flow.outcome import Decision
from tests.service.lives import DAY, begin, behind, careless, done, kinds, refused, running

RENAMED = """
migrations:
  - from: 1.0.0
    to: 2.0.0
    states: {running: under_way}
    fields: {note: fields.remark}
"""


@pytest.fixture
def second(folder):
    """Puts a second version of the program in the place of the first, with what it says of migrations."""
    file = folder / "small.yaml"
    first = file.read_text(encoding="utf-8")

    def publish(migrations=RENAMED, *changes, version="2.0.0"):
        text = first.replace('version: "1.0.0"', f'version: "{version}"')
        for old, new in (("running", "under_way"), ("remark:", "note:"), *changes):
            assert old in text
            text = text.replace(old, new)
        file.write_text(text + migrations, encoding="utf-8")

    return publish


def standing(engine, dyad):
    return engine.dyad(dyad).leaves[""]


def lived(engine):
    """A dyad under way, with some life behind it."""
    dyad = running(engine)
    done(engine.set(dyad, "remark", "Tout va bien", "ana"))
    done(engine.fill(dyad, "log", "ana", {"hours": 3, "comment": "Premier jour"}))
    return dyad


def test_a_dyad_comes_to_the_new_version_with_its_life(engine, second):
    dyad = lived(engine)
    before = engine.dyad(dyad)
    second()

    [moved] = engine.migrate("small")

    after = engine.dyad(dyad)
    assert (moved.dyad, moved.status) == (dyad, "moved")
    assert standing(engine, dyad) == "under_way"
    assert after.fields == {"note": "Tout va bien"}
    assert after.entries == before.entries
    assert after.stays["under_way"] == before.stays["running"]
    assert after.behaviour == engine.program("small").behaviour != before.behaviour
    assert engine.show(dyad).program.version == "2.0.0"
    assert kinds(kept.record for kept in engine.history(dyad))[-2:] == ["Migrated", "FieldSet"]


def test_a_dyad_lives_on_by_its_new_version(engine, second, again):
    dyad = lived(engine)
    second(RENAMED, ("forms.log.total >= 2", "forms.log.total >= 5"))
    engine.migrate("small")

    assert refused(engine.fire(dyad, "finish", "ana")) == {"clause"}
    done(again().fill(dyad, "log", "ana", {"hours": 2}))
    done(engine.fire(dyad, "finish", "ana"))
    done(engine.fire(dyad, "finish", "bob"))

    assert standing(engine, dyad) == "done"


def test_what_is_kept_is_sound_after_a_migration(engine, second, again):
    dyad, other = lived(engine), begin(engine)
    second()
    engine.migrate("small")
    done(engine.fire(dyad, "touch", "ana"))
    done(engine.fire(other, "begin", "ana"))

    verified = again().verify()

    assert verified.problems == ()
    assert verified.dyads == 2


def test_a_record_of_a_migration_that_was_changed_is_named(engine, second, url, again):
    dyad = lived(engine)
    second()
    engine.migrate("small")
    bad = next(kept.seq for kept in engine.history(dyad) if isinstance(kept.record, m.Migrated))
    with behind(url) as connection:
        careless(connection)
        connection.execute(f"UPDATE records SET body = replace(body, 'keep', 'recompute') WHERE seq = {bad}")

    assert [(p.code, p.seq) for p in again().verify().problems] == [("changed", bad)]


def test_looking_keeps_nothing(engine, second):
    dyad = lived(engine)
    second()

    [move] = engine.foresee_migration("small")

    assert (move.dyad, move.version, move.status) == (dyad, "1.0.0", "moves")
    assert isinstance(move.passage.outcome, Decision)
    assert move.passage.outcome.dyad.leaves[""] == "under_way"
    assert standing(engine, dyad) == "running"


def test_a_migration_does_what_was_foreseen(engine, second):
    dyad = lived(engine)
    second()
    [move] = engine.foresee_migration("small")

    engine.migrate("small")

    assert engine.dyad(dyad) == move.passage.outcome.dyad


def test_nobody_moves_while_a_state_leads_nowhere(engine, second):
    waiting, dyad = begin(engine), lived(engine)
    second("")

    foreseen = engine.foresee_migration("small")
    moves = {move.dyad: (move.status, [reason.code for reason in move.reasons]) for move in foreseen}
    moved = engine.migrate("small")

    assert moves == {waiting: ("moves", []), dyad: ("blocked", ["state_gone"])}
    assert [(one.dyad, one.status) for one in moved] == [(dyad, "blocked")]
    assert engine.dyad(waiting).behaviour == engine.dyad(dyad).behaviour != engine.program("small").behaviour


def test_a_field_under_another_name_is_given_its_value(engine, second):
    lived(engine)
    plain = "\nmigrations: [{from: 1.0.0, to: 2.0.0, states: {running: under_way}}]\n"
    given = "\nmigrations: [{from: 1.0.0, to: 2.0.0, states: {running: under_way}, fields: {note: forms.log.total}}]\n"
    change = ("note: {type: text", "note: {type: int")
    second(plain, change)
    [blind] = engine.foresee_migration("small")
    second(given, change)
    [told] = engine.foresee_migration("small")

    assert blind.status == told.status == "moves"
    assert blind.passage.lost == (("fields", "remark"),)
    assert told.passage.outcome.dyad.fields == {"note": 3}


def test_a_field_that_cannot_be_read_any_more_blocks(engine, folder):
    dyad = lived(engine)
    file = folder / "small.yaml"
    text = file.read_text(encoding="utf-8").replace("remark: {type: text", "remark: {type: int")
    file.write_text(text.replace('"1.0.0"', '"2.0.0"'), encoding="utf-8")
    [move] = engine.foresee_migration("small")

    assert (move.dyad, [reason.code for reason in move.reasons]) == (dyad, ["field_retyped"])


def test_what_the_old_version_cannot_compute_blocks(engine, second):
    lived(engine)
    second(RENAMED.replace("fields.remark", "fields.note"))

    [move] = engine.foresee_migration("small")

    assert [reason.code for reason in move.reasons] == ["field_not_read"]


def test_a_role_that_is_gone_blocks_where_somebody_holds_it(engine, second):
    lived(engine)
    second(RENAMED, ("coordinator", "organiser"))

    [move] = engine.foresee_migration("small")

    assert [reason.about for reason in move.reasons] == ["coordinator"]


def test_dyads_may_end_on_the_version_that_they_have(engine, second):
    dyad = lived(engine)
    second(RENAMED.replace("states:", "policy: finish_on_old\n    states:"))

    assert [move.status for move in engine.foresee_migration("small")] == ["stays"]
    assert engine.migrate("small") == ()
    assert standing(engine, dyad) == "running"


def test_dyads_may_come_one_by_one(engine, second):
    first, other = lived(engine), lived(engine)
    second(RENAMED.replace("states:", "policy: ask\n    states:"))

    assert engine.migrate("small") == ()
    assert [one.dyad for one in engine.migrate("small", [other])] == [other]
    assert (standing(engine, first), standing(engine, other)) == ("running", "under_way")


def test_a_dyad_that_is_not_there_is_told(engine, second):
    lived(engine)
    second()

    with pytest.raises(NotFound):
        engine.migrate("small", ["D-9"])


def test_a_delay_keeps_its_beginning(engine, second, clock):
    dyad = running(engine)
    clock.pass_days(1)
    second()
    engine.migrate("small")

    assert engine.show(dyad).next_due < clock.now + 2 * DAY


def test_a_delay_may_begin_anew(engine, second, clock):
    dyad = running(engine)
    clock.pass_days(1)
    second(RENAMED.replace("states:", "delays: recompute\n    states:"))
    engine.migrate("small")

    assert clock.now + DAY < engine.show(dyad).next_due < clock.now + 3 * DAY
    assert engine.dyad(dyad).stays["under_way"].visit == 2


def test_time_does_its_work_by_the_old_rules_first(engine, second, clock):
    dyad = running(engine)
    clock.pass_days(3)
    second()
    engine.migrate("small")

    assert kinds(kept.record for kept in engine.history(dyad))[-3:] == ["Reminded", "Migrated", "FieldSet"]


def test_nothing_that_was_sent_is_sent_again(engine, second, clock):
    dyad = running(engine)
    clock.pass_days(3)
    engine.tick()
    sent = len(engine.outbox(dyad))
    second()
    engine.migrate("small")
    engine.tick()

    assert len(engine.outbox(dyad)) == sent


def test_what_fires_by_itself_in_the_new_version_does(engine, second):
    dyad = lived(engine)
    second(RENAMED, ("level >= 5", "level >= 1"))

    engine.migrate("small")

    assert standing(engine, dyad) == "done"


def test_what_the_new_version_reads_of_people_is_learned(engine, second):
    dyad = lived(engine)
    engine.set_attributes("ana", {"age": 30})
    second(RENAMED, ("      hobby:", "      age: {type: int, nullable: true, label: {fr: Âge, en: Age}}\n      hobby:"))

    engine.migrate("small")

    assert engine.dyad(dyad).holdings["mentee"][0].attributes["age"] == 30


def test_a_migration_asked_again_moves_nobody_twice(engine, second):
    dyad = lived(engine)
    second()
    engine.migrate("small")
    revision = engine.dyad(dyad).revision

    assert engine.migrate("small") == ()
    assert engine.dyad(dyad).revision == revision


def test_dyads_that_have_ended_stay_as_they_ended(engine, second):
    dyad = running(engine)
    done(engine.fire(dyad, "follow", "cleo"))
    behaviour = engine.dyad(dyad).behaviour
    second()
    engine.migrate("small")

    assert engine.dyad(dyad).behaviour == behaviour


def test_a_history_is_told_in_the_words_of_each_version(engine, second):
    dyad = lived(engine)
    second(RENAMED, ("{fr: En cours, en: Running}", "{fr: En chemin, en: On the way}"), ("fr: Commencer", "fr: Partir"))
    engine.migrate("small")
    done(engine.fire(dyad, "touch", "ana"))

    told = [event.what for event in engine.timeline(dyad, lang="fr")]

    assert "Commencer" in told[4]
    assert "Remarque" in " ".join(told)
    assert any("2.0.0" in what and "En chemin" in what for what in told)


def test_what_the_new_version_hides_is_hidden_in_what_happened_before(engine, second):
    dyad = lived(engine)
    second(RENAMED, ("repeat: many", "repeat: many\n    visibility: [mentee]"))
    engine.migrate("small")

    for_bob = [event.what for event in engine.timeline(dyad, reader="bob", lang="en")]
    for_ana = [event.what for event in engine.timeline(dyad, reader="ana", lang="en")]

    assert len(for_ana) == len(for_bob) + 1


def test_a_command_accepted_before_is_answered_again_after(engine, second, again):
    dyad = running(engine)
    first = done(engine.fill(dyad, "log", "ana", {"hours": 3}, id="once"))
    second()
    engine.migrate("small")

    answered = done(again().fill(dyad, "log", "ana", {"hours": 3}, id="once"))

    assert (answered.records, answered.dyad) == (first.records, first.dyad)


def test_another_process_that_has_seen_a_dyad_sees_it_move(engine, second, again):
    dyad = lived(engine)
    other = again()
    done(other.fire(dyad, "touch", "ana"))
    second()
    engine.migrate("small")

    done(other.fire(dyad, "touch", "ana"))

    assert standing(other, dyad) == "under_way"


def test_a_life_under_three_versions_is_sound(engine, second, again):
    dyad = lived(engine)
    second()
    engine.migrate("small")
    done(engine.fill(dyad, "log", "ana", {"hours": 1}))
    third = RENAMED.replace(
        "from: 1.0.0\n    to: 2.0.0\n    states: {running: under_way}", "from: 2.0.0\n    to: 3.0.0"
    )
    change = ("total >= 2", "total >= 1")
    second(third.replace("fields: {note: fields.remark}", "delays: recompute"), change, version="3.0.0")
    [moved] = engine.migrate("small")
    done(engine.fire(dyad, "touch", "bob"))

    assert moved.status == "moved"
    assert again().verify().sound
    assert len(again().timeline(dyad)) == len(engine.history(dyad))


# --------------------------------------------------------------------------------------------------------- withdrawing


def test_no_dyad_begins_in_a_version_that_was_withdrawn(engine):
    dyad = running(engine)
    engine.withdraw_version("small", "1.0.0", "Une erreur.")

    outcome = engine.start("small", "ana", {"mentee": "ana", "mentor": "bob"})

    assert refused(outcome) == {"withdrawn"}
    assert "Une erreur." in engine.sentences(outcome.reasons, "fr", program="small")[0]
    done(engine.fire(dyad, "touch", "ana"))


def test_a_version_that_was_withdrawn_can_be_put_back(engine):
    engine.withdraw_version("small", "1.0.0", "Une erreur.")

    assert engine.restore_version("small", "1.0.0")
    assert not engine.restore_version("small", "1.0.0")
    begin(engine)


def test_no_dyad_comes_to_a_version_that_was_withdrawn(engine, second):
    lived(engine)
    second()
    engine.withdraw_version("small", "2.0.0", "Une erreur.")

    with pytest.raises(NotFound):
        engine.migrate("small")


def test_the_versions_of_a_program_are_listed_with_their_dyads(engine, second):
    done(engine.fire(running(engine), "follow", "cleo"))
    second()
    begin(engine)

    found = [(v.version, v.current, v.running, v.ended) for v in engine.versions("small")]

    assert found == [("2.0.0", True, 1, 0), ("1.0.0", False, 1, 1)]
