"""Is nothing derived from data shown to who may not see the data? In refusals, explanations, cards, histories."""

from typing import Any

import pytest

from dyade.flow import messages as c
from dyade.flow.draft import Draft
from dyade.flow.outcome import Refusal
from dyade.flow.plan import plan_of
from dyade.flow.telling.cards import calendar, card
from dyade.flow.telling.explain import explain
from dyade.flow.telling.timeline import timeline
from dyade.flow.telling.visibility import Reader
from dyade.program.restore import restore
from tests.flow.living import Life, at, done, program, refused, sentences

SECRETS = """
roles:
  mentor: {attributes: {rank: {type: int, visibility: [coordinator]}, open: {type: int}}}
  mentee: {}
  coordinator: {}
  guest: {count: {min: 0, max: 3}, assigned_by: [coordinator]}
visibility: {default: [mentor, mentee, coordinator]}
fields:
  secret: {type: int, set_by: [mentor], visibility: [mentor]}
  secret_day: {type: date, set_by: [mentor], visibility: [mentor]}
  derived: {type: int, formula: fields.secret + 1}
  twice: {type: int, formula: fields.derived * 2}
  plain: {type: int, set_by: [mentor], default: 7777}
  who: {type: person, role: mentor, nullable: true, set_by: [mentee]}
forms:
  diary:
    entry: {on: {type: date}, mood: {type: int}, thought: {type: text}}
    filled_by: [mentor, mentee]
    dated_by: "on"
    repeat: many
    available_in: [a, b]
    visibility: [mentor, mentee]
    corrected_by: [mentor]
    aggregates: {days: {count: all}, total: {sum: mood}, latest: {max: "on"}}
  report:
    entry: {words: {type: text}, aside: {type: text, visibility: [mentor]}, mood: {type: int}}
    filled_by: [mentor]
    repeat: many
    available_in: [a]
    due: fields.secret_day
    aggregates: {high: {count: all, where: entry.mood > fields.secret}}
  box:
    entry: {hours: {type: int}}
    filled_by: [mentee]
    repeat: many
    available_in: [a]
    visibility: [coordinator]
    unique: [hours]
    limits: [{per: dyad, max: 10, of: hours}]
initial: a
states:
  a:
    tracks:
      calm: {initial: fine, states: {fine: {}, upset: {}}}
      pace: {initial: slow, states: {slow: {}, fast: {}}}
  b: {delays: {a: run}}
  z: {final: true}
transitions:
  - {id: on_secret, from: a, by: [mentee], guard: [{id: c1, when: fields.secret > 900000}],
      effects: [{emit: {name: e}}]}
  - {id: on_derived, from: a, by: [mentee], guard: [{id: c2, when: fields.twice > 900000}],
      effects: [{emit: {name: e}}]}
  - {id: on_count, from: a, by: [coordinator], guard: [{id: c3, when: forms.diary.days >= 4}],
      effects: [{emit: {name: e}}]}
  - {id: on_done, from: a, by: [coordinator], guard: [{id: c4, when: forms.diary.done}], effects: [{emit: {name: e}}]}
  - {id: on_figure, from: a, by: [mentee], guard: [{id: c5, when: forms.report.high > 3}],
      effects: [{emit: {name: e}}]}
  - {id: on_rank, from: a, by: [mentee], guard: [{id: c6, when: roles.mentor.rank > 3}], effects: [{emit: {name: e}}]}
  - {id: on_person, from: a, by: [mentee], guard: [{id: c7, when: fields.who.rank > 3}], effects: [{emit: {name: e}}]}
  - {id: on_message, from: a, by: [mentee], guard: [{id: c8, when: fields.plain > 99999,
      message: "It is {fields.secret}."}], effects: [{emit: {name: e}}]}
  - {id: on_hint, from: a, by: [mentee], guard: [{id: c9, when: fields.plain > 99999,
      hint: "See {forms.diary.total}."}], effects: [{emit: {name: e}}]}
  - {id: on_overdue, from: a, by: [mentee], guard: [{id: c10, when: not forms.report.overdue}],
      effects: [{emit: {name: e}}]}
  - {id: on_group, from: a, by: [mentee], guard: [{any: [{id: c11, when: fields.secret > 900000},
      {id: c12, when: fields.plain > 99999}]}], effects: [{emit: {name: e}}]}
  - {id: on_advice, from: a, by: [coordinator], guard: [{id: c13, level: should, when: forms.diary.days >= 4}],
      effects: [{emit: {name: e}}]}
  - {id: on_eligible, from: a, by: [mentee], guard: [{eligible: [mentor]}], effects: [{emit: {name: e}}]}
  - {id: quarrel, from: fine, to: upset, by: [mentor], visibility: [author, mentee], input: {why: {type: text,
      visibility: [mentee]}}}
  - {id: settle, from: upset, to: fine, by: [mentee], visibility: [author, mentee]}
  - {id: pair, from: a, by: {all: [mentor, mentee]}, visibility: [mentor], effects: [{emit: {name: e}}]}
  - {id: hasten, from: slow, to: fast, by: [mentor]}
  - {id: expire, from: a, to: b, at: fields.secret_day}
  - {id: end, from: [a, b], to: z, by: [mentor]}
reminders:
  - {id: meet, to: [mentor], while: a, at: forms.diary.latest + 30 days, roll: none, template: meet}
  - {id: quiet, to: [mentee], while: upset, after: 3 days, roll: none, template: quiet}
invariants:
  - {id: bounded, always: fields.secret < 500000, message: "Never {fields.secret}."}
  - {id: guarded, always: fields.plain < 500000, message: "Not with {fields.secret}."}
"""


def secretive(**fields) -> Life:
    people = {"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo",), "guest": ("gus",)}
    known = {"secret": 424242, "secret_day": "2026-11-12"} | fields
    return Life(program(SECRETS), people, fields=known, profiles={"bob": {"rank": 1, "open": 2}})


def reasons(life: Life, actor: str, event: str):
    outcome = life.fire(actor, event)
    assert isinstance(outcome, Refusal)
    return outcome.reasons


@pytest.mark.parametrize(
    ("actor", "event"),
    [
        ("ana", "on_secret"),
        ("ana", "on_derived"),
        ("cleo", "on_count"),
        ("cleo", "on_done"),
        ("ana", "on_figure"),
        ("ana", "on_rank"),
        ("ana", "on_message"),
    ],
)
def test_a_refusal_tells_a_hidden_condition_and_not_its_values(actor, event):
    life = secretive()
    found = reasons(life, actor, event)
    assert [reason.code for reason in found] == ["hidden"]
    assert not found[0].sentence
    told = " ".join(s for lang in ("en", "fr") for s in sentences(life.program, life.last, lang))
    assert "424242" not in repr(found)
    assert "424242" not in told
    assert told


def test_those_who_may_see_the_data_are_told():
    life = secretive()
    done(life.do(c.Assign("cleo", "mentee", "bob")))
    assert refused(life.fire("bob", "on_secret")) == {("clause", "c1")}
    assert "424242" in sentences(life.program, life.last)[0]


def test_an_attribute_of_a_person_is_hidden_wherever_it_is_read():
    life = secretive()
    done(life.set("ana", "who", "bob"))
    assert [reason.code for reason in reasons(life, "ana", "on_person")] == ["hidden"]

    high, low = ("{id: high, level: should, when: person.rank > 3}", "{id: low, level: should, when: person.open > 3}")
    judged = program(SECRETS.replace("roles:\n  mentor: {", f"roles:\n  mentor: {{eligible: [{high}, {low}], "))
    people = {"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo",)}
    life = Life(judged, people, profiles={"bob": {"rank": 1, "open": 2}})
    decision = done(life.fire("ana", "on_eligible"))
    assert [(reason.code, reason.about) for reason in decision.advice] == [("hidden", "high"), ("clause", "low")]


def test_whether_a_form_is_late_tells_the_day_by_which_it_was_due():
    life = secretive()
    for reader, verdict in (("bob", "yes"), ("ana", "hidden"), ("cleo", "hidden")):
        view = explain(life.program, life.dyad, life.context, reader, "en", "on_overdue").transitions[0]
        assert [clause.verdict for clause in view.clauses] == [verdict]


def test_what_a_hint_would_show_hides_its_clause():
    """The diary's total is for the mentor and the mentee; a coordinator who could fire it would not be told."""
    life = secretive()
    assert refused(life.fire("ana", "on_hint")) == {("clause", "c9")}
    view = explain(life.program, life.dyad, life.context, "cleo", "en", "on_hint").transitions[0]
    assert [clause.verdict for clause in view.clauses] == ["hidden"]


@pytest.mark.parametrize("reader", ["ana", "cleo", "gus", None])
def test_no_view_of_a_dyad_shows_a_secret_to_who_may_not_see_it(reader):
    """Whatever is asked: the explanation, the card, the calendar, the history; in both languages."""
    life = secretive()
    for person, on in (("bob", "2026-09-18"), ("ana", "2026-09-19"), ("bob", "2026-09-20")):
        done(life.fill(person, "diary", on=on, mood=31337, thought="A-THOUGHT"))
    done(life.fill("bob", "report", words="Words.", aside="AN-ASIDE", mood=1))
    done(life.fire("bob", "quarrel", why="A-REASON"))
    done(life.fire("bob", "pair"))
    shown = _everything(life, reader)
    assert "424242" not in shown
    assert "AN-ASIDE" not in shown
    assert "2026-11-12" not in shown
    if reader in ("cleo", "gus", None):
        assert "A-THOUGHT" not in shown
        assert "31337" not in shown
        assert "2026-10-20" not in shown, "the date of a reminder tells that of the last meeting"
        assert "upset" not in shown
        assert "quarrel →" not in shown
        assert "A-REASON" not in shown
    if reader in ("ana", "cleo", "gus", None):
        assert "pair" not in " ".join(event.what for event in _history(life, reader))


def _everything(life: Life, reader: str | None) -> str:
    found: list[Any] = []
    for lang in ("en", "fr"):
        found.append(card(life.program, life.dyad, life.context, reader, lang)._replace(next=()))
        told = explain(life.program, life.dyad, life.context, reader, lang)
        # The rules of the program are no secret: their labels, sources and targets are everyone's.
        found.append(
            told._replace(
                transitions=tuple(t._replace(label="", id="", event="", target="", from_=()) for t in told.transitions)
            )
        )
        found.append(calendar(life.program, life.dyad, life.context, reader, lang, at("2027-12-31")))
        found += _history(life, reader, lang)
    return repr(found)


def _history(life: Life, reader: str | None, lang: str = "en"):
    return timeline(life.program, life.dyad, life.records, life.context, reader, lang)


def test_the_same_views_show_it_to_those_who_may():
    """So that the test above is about who reads, not about views that show nothing."""
    life = secretive()
    done(life.fill("bob", "diary", on="2026-09-20", mood=31337, thought="A-THOUGHT"))
    done(life.fill("bob", "report", words="Words.", aside="AN-ASIDE", mood=1))
    done(life.fire("bob", "quarrel", why="A-REASON"))
    mine, theirs = _everything(life, "bob"), _everything(life, "ana")
    for word in ("424242", "AN-ASIDE", "2026-11-12", "A-THOUGHT", "31337", "2026-10-20"):
        assert word in mine, word
    for word in ("A-THOUGHT", "31337", "A-REASON", "upset"):
        assert word in theirs, word


def test_a_group_with_a_hidden_clause_does_not_tell_its_verdict():
    for secret in (1, 99_999):
        life = secretive(secret=secret)
        view = explain(life.program, life.dyad, life.context, "ana", "en", "on_group").transitions[0]
        assert [(clause.id, clause.verdict) for clause in view.clauses] == [
            ("", "hidden"),
            ("c11", "hidden"),
            ("c12", "no"),
        ]


def test_what_was_advised_against_is_told_in_the_history_to_those_who_see_why():
    life = secretive()
    done(life.fire("cleo", "on_advice"))
    assert [reason.code for reason in life.last.advice] == ["hidden"]
    assert "c13" not in repr(_history(life, "cleo")[-1])
    assert "c13" in repr(_history(life, "ana")[-1])


def test_where_a_track_stands_is_not_told_by_what_is_refused_either():
    for quarrel in (False, True):
        life = secretive()
        if quarrel:
            done(life.fire("bob", "quarrel", why="x"))
        assert refused(life.fire("cleo", "settle")) == {("not_allowed", "settle")}
        assert refused(life.fire("cleo", "end")) == {("not_allowed", "end")}
        seen = explain(life.program, life.dyad, life.context, "cleo", "en")
        assert [view.status for view in seen.transitions if view.id == "settle"] == ["not_allowed"]
        assert [region for region, _ in seen.states] == ["", "pace"]


def test_who_has_agreed_to_what_one_may_not_know_of_is_not_told():
    life = secretive()
    done(life.fire("bob", "pair"))
    for reader, told in (("bob", 1), ("ana", 0), ("cleo", 0), (None, 0)):
        view = explain(life.program, life.dyad, life.context, reader, "en", "pair").transitions[0]
        assert len(view.assents) == told
        assert view.status == {"bob": "waiting", "ana": "open", "cleo": "not_allowed", None: "open"}[reader]


def test_limits_and_likeness_of_entries_that_one_may_not_see_are_not_counted_out_loud():
    life = secretive()
    done(life.fill("ana", "box", hours=8))
    for hours in (8, 9):
        found = life.fill("ana", "box", hours=hours).reasons
        assert {reason.code for reason in found} == {"hidden"}
        assert not any({"total", "entry", "max"} & set(reason.facts) for reason in found)


def test_an_invariant_is_named_and_its_words_kept_from_who_may_not_see_them():
    life = secretive()
    outcome = life.set("bob", "secret", 600_000)
    assert refused(outcome) == {("invariant", "bounded")}
    assert outcome.reasons[0].sentence == {"*": "Never 600000."}
    done(life.do(c.Assign("cleo", "mentor", "cleo")))
    outcome = life.set("cleo", "plain", 600_000)
    assert outcome.reasons[0].sentence == {"*": "Not with 424242."}


def test_the_operator_sees_what_nothing_narrows_and_what_a_list_of_everyone_does_not():
    wide = restore(
        program(
            SECRETS.replace(
                "visibility: [mentor, mentee]\n    corrected",
                "visibility: [mentor, mentee, coordinator]\n    corrected",
            )
        ).canonical()
    )
    life = Life(wide, {"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo",)})
    reader = Reader(Draft(plan_of(wide), life.dyad, life.context), None)
    assert reader.sees_form("diary")
    assert not reader.sees_form("box")
    assert not reader.sees_datum(("fields", "twice"))
    assert reader.sees_datum(("fields", "plain"))


def test_someone_of_no_role_sees_nothing():
    life = secretive()
    shown = card(life.program, life.dyad, life.context, "zed", "en")
    assert (shown.fields, shown.forms) == ((), ())
    assert _history(life, "zed")[0].what
    assert not any("7777" in repr(event) for event in _history(life, "zed"))


# -------------------------------------------------------------------------------------------- before someone accepts

ASKED = """
roles:
  mentor: {accepts: true, assigned_by: [coordinator], attributes: {town: {type: text}}}
  mentee: {}
  coordinator: {}
started_by: [coordinator]
initial: a
states: {a: {}, end: {final: true}}
transitions: [{id: stop, from: a, to: end, by: [coordinator]}]
"""


def test_of_who_is_asked_only_those_who_ask_learn_more_than_a_name_until_they_accept():
    life = Life(program(ASKED), {"mentee": ("ana",), "coordinator": ("cleo",)}, profiles={"bob": {"town": "Alma"}})
    done(life.do(c.Assign("cleo", "mentor", "bob")))

    def heard(reader: str) -> list[str]:
        told = timeline(life.program, life.dyad, life.records, life.context, reader, "en")
        return [detail for event in told for detail in event.details]

    before = {reader: heard(reader) for reader in ("ana", "bob", "cleo")}
    done(life.do(c.Answer("bob", "mentor", True)))

    assert [len(before[reader]) for reader in ("ana", "bob", "cleo")] == [0, 0, 1]
    assert heard("ana") == heard("cleo") == before["cleo"]


def test_of_who_declined_nobody_else_learns_more():
    life = Life(program(ASKED), {"mentee": ("ana",), "coordinator": ("cleo",)}, profiles={"bob": {"town": "Alma"}})
    done(life.do(c.Assign("cleo", "mentor", "bob")))
    done(life.do(c.Answer("bob", "mentor", False)))

    told = timeline(life.program, life.dyad, life.records, life.context, "ana", "en")

    assert "Alma" not in str(told)
