"""What one may not see is opened in an emergency: by whom, with what reason, for how long, and who hears of it?"""

import pytest

from dyade.flow import messages as c
from dyade.flow.codec import RecordCodec
from dyade.flow.snapshot import SnapshotCodec
from dyade.flow.telling.cards import card
from dyade.flow.telling.confidential import confidential
from dyade.flow.telling.refusals import refusal_sentences
from dyade.flow.telling.timeline import timeline
from dyade.flow.telling.visibility import Reader
from tests.flow.living import Life, at, codes, done, program

PROGRAM = program("""
roles:
  mentor: {count: {min: 1, max: 2}, attributes: {rank: {type: int, visibility: [mentor]}}}
  mentee: {}
  coordinator: {count: {min: 1, max: 3}}
visibility:
  default: [mentor, mentee, coordinator]
  break_glass:
    items: [forms.diary, forms.diary.notes, forms.sheet.aside, fields.fear, roles.mentor.rank, transitions.warn.facts]
    by: [coordinator]
    when: fields.danger
    for: 2 days
    notify: {to: [mentee, coordinator], template: opened, priority: urgent}
fields:
  danger: {type: bool, default: false, set_by: [mentor]}
  fear: {type: text, set_by: [mentor], visibility: [mentor]}
forms:
  diary:
    entry: {mood: {type: text, privacy: personal}, notes: {type: text, privacy: sensitive, visibility: [mentor]}}
    filled_by: [mentor]
    available_in: a
    repeat: many
    visibility: [mentor, mentee]
    aggregates: {number: {count: all}}
  sheet:
    entry: {x: {type: int}, aside: {type: text, privacy: personal, visibility: [mentor]}}
    filled_by: [mentor]
    available_in: a
initial: a
states: {a: {}, z: {final: true}}
transitions:
  - {id: warn, from: a, by: [mentor], input: {facts: {type: text, privacy: sensitive, visibility: [mentor]}}}
  - id: end
    from: a
    to: z
    by: [mentor]
    guard: [{id: told, when: forms.diary.number > 0}, {id: sheet, when: forms.sheet.done}]
""")
SEEN = ("forms.diary", "forms.diary.notes")


def life(**given):
    found = Life(PROGRAM, {"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo", "dan")}, **given)
    done(found.set("bob", "danger", True))
    done(found.set("bob", "fear", "afraid of heights"))
    done(found.fill("bob", "diary", mood="low", notes="speaks of harm"))
    done(found.fill("bob", "sheet", x=1, aside="an aside"))
    return found


def reveal(who="cleo", item="forms.diary", why="Someone is in danger"):
    return c.Reveal(who, item, why)


def sees(alive, who, item):
    return Reader(alive.draft(), who).sees_item(item)


def told(alive, who):
    events = timeline(alive.program, alive.dyad, alive.records, alive.context, who, "en")
    return "\n".join(str(event) for event in events)


def test_nothing_is_open_until_it_is_opened():
    alive = life()

    assert [sees(alive, "cleo", item) for item in SEEN] == [False, False]
    assert "harm" not in told(alive, "cleo")


def test_whoever_opened_it_sees_it_and_nobody_else():
    alive = life()
    done(alive.do(reveal()))

    assert [sees(alive, "cleo", item) for item in SEEN] == [True, True]
    assert "speaks of harm" in told(alive, "cleo")
    assert [sees(alive, "dan", item) for item in SEEN] == [False, False]
    assert "harm" not in told(alive, "dan")
    assert "harm" not in str(card(alive.program, alive.dyad, alive.context, "dan", "en"))


def test_only_what_was_asked_for_is_opened_with_what_it_stands_in():
    alive = life()
    done(alive.do(reveal(item="forms.diary.notes")))

    assert [sees(alive, "cleo", item) for item in SEEN] == [True, True]
    assert not sees(alive, "cleo", "forms.sheet.aside")
    assert not sees(alive, "cleo", "fields.fear")


@pytest.mark.parametrize("item", ["forms.sheet.aside", "fields.fear", "roles.mentor.rank", "transitions.warn.facts"])
def test_each_kind_of_item_can_be_opened(item):
    alive = life()
    assert not sees(alive, "cleo", item)

    done(alive.do(reveal(item=item)))

    assert sees(alive, "cleo", item)


def test_it_closes_by_itself():
    alive = life(now="2026-09-21 10:00")
    done(alive.do(reveal()))

    alive.on("2026-09-23 09:59")
    assert sees(alive, "cleo", "forms.diary")
    alive.on("2026-09-23 10:00")
    assert not sees(alive, "cleo", "forms.diary")
    assert "harm" not in told(alive, "cleo")


def test_it_can_be_opened_again_and_stays_open_longer():
    alive = life(now="2026-09-21 10:00")
    done(alive.do(reveal()))
    alive.on("2026-09-22 10:00")
    done(alive.do(reveal(why="The danger has not passed")))

    alive.on("2026-09-24 09:59")
    assert sees(alive, "cleo", "forms.diary")


def test_it_closes_to_those_who_leave_the_role():
    alive = life()
    done(alive.do(reveal()))
    done(alive.do(c.Unassign("dan", "coordinator", "cleo")))

    assert not sees(alive, "cleo", "forms.diary")


def test_what_others_work_out_from_it_stays_closed():
    """A count of entries is no entry."""
    alive = life()
    done(alive.do(reveal()))
    leaf = next(leaf for leaf in alive.draft().plan.rules["end"].guard.clauses if leaf.id == "told")

    assert not Reader(alive.draft(), "cleo").sees_clause(leaf)
    assert Reader(alive.draft(), "ana").sees_clause(leaf)


def test_those_whom_the_program_names_are_told_at_once():
    alive = life()
    outcome = done(alive.do(reveal()))

    notices = [effect for _, effect in outcome.effects if isinstance(effect, c.Notice)]
    assert [(one.to, one.template, one.priority) for one in notices] == [
        ("ana", "opened", "urgent"),
        ("cleo", "opened", "urgent"),
        ("dan", "opened", "urgent"),
    ]


def test_the_history_tells_it_to_them_with_its_reason_and_to_nobody_else():
    alive = life()
    done(alive.do(reveal()))

    for who in ("cleo", "dan", "ana"):
        assert "opened in an emergency: diary, diary › notes" in told(alive, who)
        assert "Someone is in danger" in told(alive, who)
        assert "until 2026-09-23 10:00" in told(alive, who)
    assert "emergency" not in told(alive, "bob")
    assert "emergency" not in told(alive, None)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (reveal("bob"), "not_allowed"),
        (reveal("ana"), "not_allowed"),
        (reveal(item="forms.sheet.x"), "unknown_item"),
        (reveal(item="forms"), "unknown_item"),
        (reveal(item="zebra"), "unknown_item"),
        (reveal(item=None), "unknown_item"),
        (reveal(why="  "), "reason_wanted"),
        (reveal(why=None), "reason_wanted"),
        (reveal()._replace(recorded_by="dan"), "not_on_paper"),
    ],
)
def test_it_is_refused(command, code):
    alive = life()
    before = alive.dyad

    outcome = alive.do(command)

    assert codes(outcome) == {code}
    assert all(refusal_sentences(PROGRAM, outcome.reasons, lang) for lang in ("fr", "en"))
    assert alive.dyad == before


def test_it_is_refused_where_there_is_no_emergency():
    alive = life()
    done(alive.set("bob", "danger", False))

    assert codes(alive.do(reveal())) == {"stays_closed"}


def test_what_one_sees_anyway_is_not_opened():
    alive = life()
    done(alive.do(c.Assign("cleo", "mentor", "cleo")))

    assert codes(alive.do(reveal())) == {"already_seen"}


def test_a_program_without_it_opens_nothing():
    alive = Life(
        program("initial: a\nstates: {a: {}, z: {final: true}}\ntransitions: [{id: e, from: a, to: z, by: [mentor]}]")
    )

    assert codes(alive.do(reveal())) == {"unknown_item"}


def test_reading_through_the_glass_is_told_apart():
    alive = life()
    seen = (alive.program, alive.dyad, alive.context)
    assert confidential(*seen, "cleo") == ()

    done(alive.do(reveal()))

    seen = (alive.program, alive.dyad, alive.context)
    assert confidential(*seen, "cleo") == ("visibility.break_glass", "forms.diary")
    assert confidential(*seen, "ana") == ("forms.diary",)


def test_the_record_and_the_dyad_come_back_from_the_journal_and_the_reason_is_sealed():
    alive = life()
    done(alive.do(reveal()))
    [made] = [record for record in alive.records if isinstance(record, c.Revealed)]
    codec = RecordCodec(PROGRAM)
    encoded = codec.encode(made, alive.dyad.holdings, lambda: b"salt")
    sealed = {i: one.value for i, one in enumerate(encoded.sealed)}
    snapshots = SnapshotCodec(PROGRAM)
    snapshot = snapshots.encode(alive.dyad)

    assert "danger" not in encoded.body
    assert codec.decode(encoded.kind, made.head, encoded.body, sealed) == made
    assert snapshots.decode(snapshot.public_text, snapshot.private_text) == alive.dyad
    assert made.until == at("2026-09-23 10:00")
