"""Who signs, confirms, and what that binds: several kinds, several holders, people who come and go.

What one signature does by itself is in `test_filling`.
"""

from __future__ import annotations

from typing import Any

import pytest

from dyade.flow import messages as c
from dyade.flow.dyad import Entry
from tests.flow.living import Life, codes, day, done, program, reason, refused

PEOPLE = {"mentor": ("bob", "dan"), "mentee": ("ana",), "coordinator": ("cleo",)}


def pact(
    *keys: str, words: str = "I keep it to myself.", repeat: str = "once", follows: str = "signed", **options: Any
) -> Life:
    """A dyad with one form to sign; what it sets and what it opens show when it is in force."""
    lines = "\n    ".join(keys)
    text = f"""
roles: {{mentor: {{count: {{max: 3}}}}, mentee: {{count: {{max: 2}}}}, coordinator: }}
fields: {{goal: {{type: text}}, force: {{type: date}}}}
forms:
  pact:
    entry: {{goal: {{type: text}}}}
    statements: {{secret: {words}}}
    filled_by: [mentor, mentee]
    repeat: {repeat}
    sets: {{goal: goal}}
    available_in: [live]
    {lines}
initial: live
states: {{live: , end: {{final: true}}}}
transitions:
  - {{id: told, from: live, upon: forms.pact.{follows}, effects: [{{emit: {{name: signed}}}}]}}
  - {{id: know, from: live, by: [coordinator], guard: [{{id: signed, when: forms.pact.signed}}],
     effects: [{{set: {{force: forms.pact.in_force_on}}}}]}}
  - {{id: rely, from: live, to: end, by: [coordinator], guard: [{{id: done, when: forms.pact.done}}]}}
"""
    life = Life(program(text), options.pop("people", PEOPLE), **options)
    return life.tell(c.Fill("ana", "pact", {"goal": "Learn"}))


def entry(life: Life, n: int = 1) -> Entry:
    assert life.dyad is not None
    return life.dyad.entries["pact"][n - 1]


def signers(life: Life, n: int = 1) -> list[tuple[str, str]]:
    return [(signature.person, signature.role) for signature in entry(life, n).signatures]


# -------------------------------------------------------------------------------------------------------- who it takes


@pytest.mark.parametrize(
    ("signed_by", "orders"),
    [
        ("[mentor, mentee]", [["bob"], ["ana"]]),
        ("{all: [mentor, mentee]}", [["bob", "ana"], ["ana", "dan"]]),
        ("{each: [mentor, mentee]}", [["bob", "ana", "dan"], ["dan", "bob", "ana"]]),
        ("{quorum: 2, of: [mentor, mentee]}", [["bob", "dan"], ["ana", "bob"]]),
        ("{quorum: 3, of: [mentor, mentee]}", [["bob", "dan", "ana"]]),
    ],
)
def test_the_signatures_that_are_wanted_may_come_in_any_order(signed_by, orders):
    """In force at the last one, and at none before."""
    for order in orders:
        life = pact(f"signed_by: {signed_by}")
        for person in order:
            assert not entry(life).complete
            assert refused(life.fire("cleo", "rely")) == {("clause", "done")}
            done(life.sign(person, "pact"))
        assert (life.state, life.fields["goal"], len(life.effects)) == ("live", "Learn", 1)
        done(life.fire("cleo", "rely"))


def test_two_holders_of_one_role_do_not_stand_for_two_roles():
    life = pact("signed_by: {all: [mentor, mentee]}").tell(c.Sign("bob", "pact")).tell(c.Sign("dan", "pact"))

    assert signers(life) == [("bob", "mentor"), ("dan", "mentor")]
    assert not entry(life).complete


def test_who_holds_two_roles_signs_once_in_the_role_that_is_wanted():
    """Two signatures are those of two persons."""
    people = {"mentor": ("bob",), "mentee": ("bob", "ana"), "coordinator": ("cleo",)}
    life = pact("signed_by: {all: [mentor, mentee]}", people=people).tell(c.Sign("bob", "pact"))
    assert codes(life.sign("bob", "pact")) == {"already_signed"}
    assert not entry(life).complete
    life.tell(c.Sign("ana", "pact"))
    assert signers(life) == [("bob", "mentor"), ("ana", "mentee")]

    other = pact("signed_by: {all: [mentor, mentee]}", people={**people, "mentor": ("bob", "dan")})
    other.tell(c.Sign("dan", "pact")).tell(c.Sign("bob", "pact"))
    assert signers(other) == [("dan", "mentor"), ("bob", "mentee")]
    assert entry(other).complete


def test_a_role_that_nobody_holds_keeps_a_form_from_being_signed():
    for signed_by in ("{all: [mentor, mentee]}", "{each: [mentor, mentee]}"):
        life = pact(f"signed_by: {signed_by}", people={"mentee": ("ana",), "coordinator": ("cleo",)})
        life.tell(c.Sign("ana", "pact"))
        assert not entry(life).complete


def test_who_has_not_accepted_the_role_does_not_sign_and_is_not_waited_for():
    text = """
roles: {mentor: {accepts: true}, mentee: , coordinator: }
forms:
  pact: {entry: {goal: {type: text}}, filled_by: [mentee], signed_by: {each: [mentor, mentee]}, available_in: [live]}
initial: live
states: {live: , end: {final: true}}
transitions: [{id: finish, from: live, to: end, by: [mentee]}]
"""
    life = Life(program(text)).tell(c.Fill("ana", "pact", {"goal": "Learn"}))

    assert codes(life.sign("bob", "pact")) == {"not_allowed"}
    life.tell(c.Answer("bob", "mentor", True)).tell(c.Sign("bob", "pact")).tell(c.Sign("ana", "pact"))
    assert entry(life).complete


# --------------------------------------------------------------------------------------------------- people who change


def test_a_newcomer_signs_too_where_each_does():
    life = pact("signed_by: {each: [mentor, mentee]}").tell(c.Sign("bob", "pact")).tell(c.Sign("ana", "pact"))
    life.tell(c.Assign(c.SYSTEM, "mentor", "eve")).tell(c.Sign("dan", "pact"))
    assert not entry(life).complete

    assert entry(life.tell(c.Sign("eve", "pact"))).complete


def test_what_is_in_force_stays_in_force_whoever_comes_or_goes():
    life = pact("signed_by: {each: [mentor, mentee]}")
    for person in ("bob", "dan", "ana"):
        done(life.sign(person, "pact"))

    life.tell(c.Replace(c.SYSTEM, "mentor", "bob", "eve")).tell(c.Unassign(c.SYSTEM, "mentee", "ana"))

    assert entry(life).complete
    assert len(signers(life)) == 3
    assert codes(life.sign("eve", "pact")) == {"entry_complete"}


def test_who_replaces_a_signer_signs_for_themselves():
    life = pact("signed_by: {all: [mentor, mentee]}").tell(c.Sign("ana", "pact"))
    life.tell(c.Replace(c.SYSTEM, "mentee", "ana", "fay"))
    assert signers(life) == []

    life.tell(c.Sign("bob", "pact")).tell(c.Sign("fay", "pact"))

    assert signers(life) == [("bob", "mentor"), ("fay", "mentee")]


def test_who_leaves_one_role_keeps_what_they_signed_in_another():
    people = {"mentor": ("bob", "dan"), "mentee": ("bob", "ana"), "coordinator": ("cleo",)}
    life = pact("signed_by: {all: [mentor, mentee]}", people=people).tell(c.Sign("bob", "pact"))

    life.tell(c.Unassign(c.SYSTEM, "mentee", "bob"))
    assert signers(life) == [("bob", "mentor")]

    life.tell(c.Unassign(c.SYSTEM, "mentor", "bob"))
    assert signers(life) == []


# ----------------------------------------------------------------------------------------------------- what was signed


def test_an_edit_makes_everybody_sign_again():
    life = pact("signed_by: {each: [mentor, mentee]}").tell(c.Sign("bob", "pact")).tell(c.Sign("dan", "pact"))

    life.tell(c.Fill("bob", "pact", {"goal": "Teach"})).tell(c.Sign("ana", "pact"))
    assert signers(life) == [("ana", "mentee")]

    life.tell(c.Sign("dan", "pact")).tell(c.Sign("bob", "pact"))
    assert life.fields["goal"] == "Teach"


def content(life: Life) -> str:
    [found] = [record.content for record in life.records if isinstance(record, c.Signed)]
    return str(found)


def test_the_same_words_are_the_same_content_and_other_statements_another():
    one, same, other = (
        pact("signed_by: [mentor]", words=words).tell(c.Sign("bob", "pact"))
        for words in ("I keep it to myself.", "I keep it to myself.", "I tell everybody.")
    )

    assert content(one) == content(same) != content(other)


def test_what_was_erased_can_still_be_signed_as_what_it_has_become():
    life, untouched = (pact("signed_by: {all: [mentor, mentee]}") for _ in range(2))
    life.forget("pact", "goal")

    for one in (life, untouched):
        one.tell(c.Sign("bob", "pact")).tell(c.Sign("ana", "pact"))

    [first, second] = [record.content for record in life.records if isinstance(record, c.Signed)]
    assert entry(life).complete
    assert first == second
    assert first not in [record.content for record in untouched.records if isinstance(record, c.Signed)]


def test_a_signature_on_paper_has_its_own_day_beside_the_day_it_was_recorded():
    life = pact("signed_by: {all: [mentor, mentee]}").tell(c.Sign("bob", "pact", on=day("2026-09-10")))

    [signature] = entry(life).signatures
    assert (signature.signed_on, signature.recorded_at) == (day("2026-09-10"), life.now)


def test_the_day_it_came_into_force_is_that_of_the_last_to_sign_whatever_the_order_of_recording():
    life = pact("signed_by: {all: [mentor, mentee]}")
    life.tell(c.Sign("bob", "pact", on=day("2026-09-18"))).tell(c.Sign("ana", "pact", on=day("2026-09-11")))

    life.tell(c.Fire("cleo", "know"))

    assert life.fields["force"] == day("2026-09-18")


# ---------------------------------------------------------------------------------------------------------- withdrawal


def test_a_signature_may_be_withdrawn_until_the_last_and_given_again():
    life = pact("signed_by: {all: [mentor, mentee]}").tell(c.Sign("bob", "pact")).tell(c.Unsign("bob", "pact"))
    life.tell(c.Sign("ana", "pact"))
    assert not entry(life).complete

    life.tell(c.Sign("bob", "pact"))
    assert codes(life.do(c.Unsign("bob", "pact"))) == {"entry_complete"}


# ----------------------------------------------------------------------------------------------------- several entries


def test_a_signature_is_for_the_last_entry_that_waits_for_it_unless_one_is_named():
    life = pact("signed_by: {all: [mentor, mentee]}", repeat="many").tell(c.Fill("ana", "pact", {"goal": "More"}))

    life.tell(c.Sign("bob", "pact")).tell(c.Sign("bob", "pact")).tell(c.Sign("ana", "pact", 1))

    assert [entry(life, n).complete for n in (1, 2)] == [True, False]
    assert signers(life, 2) == [("bob", "mentor")]
    assert reason(life.sign("ana", "pact", 3)).facts == {"entry": 3, "count": 2}


def test_a_draft_beside_it_does_not_take_the_signature():
    """The last entry that waits for it is the one that is whole."""
    life = pact("signed_by: [mentor]", repeat="many").tell(c.Fill("bob", "pact", {}, submit=False))

    assert codes(life.sign("bob", "pact")) == {"still_a_draft"}
    assert entry(life.tell(c.Sign("bob", "pact", 1))).complete


# -------------------------------------------------------------------------------------------------------- confirmation

BOTH = ("signed_by: {all: [mentor, mentee]}", "confirmed_by: [coordinator]")


@pytest.mark.parametrize("first", ["signatures", "confirmation"])
def test_what_is_signed_and_confirmed_wants_both_in_either_order(first):
    life = pact(*BOTH)
    acts: list[c.Command] = [c.Sign("bob", "pact"), c.Sign("ana", "pact")]
    acts.insert(2 if first == "signatures" else 0, c.Confirm("cleo", "pact"))
    for act in acts:
        assert not entry(life).complete
        assert life.fields == {}
        done(life.do(act))

    assert entry(life).complete
    assert life.fields["goal"] == "Learn"


def test_what_waits_for_the_signatures_fires_at_the_last_of_them_confirmed_or_not():
    life = pact(*BOTH).tell(c.Sign("bob", "pact"))
    assert life.effects == []
    life.tell(c.Sign("ana", "pact"))
    assert len(life.effects) == 1

    life.tell(c.Confirm("cleo", "pact"))
    assert len(life.effects) == 1


def test_what_is_signed_and_not_confirmed_yet_is_signed_and_not_in_force():
    life = pact(*BOTH).tell(c.Sign("bob", "pact"))
    assert refused(life.fire("cleo", "know")) == {("clause", "signed")}

    life.tell(c.Sign("ana", "pact"))
    assert refused(life.fire("cleo", "know")) == {("effect_unknown", "force")}
    assert refused(life.fire("cleo", "rely")) == {("clause", "done")}

    life.tell(c.Confirm("cleo", "pact"))
    assert life.tell(c.Fire("cleo", "know")).fields["force"] == day("2026-09-21")


def test_an_edit_makes_the_confirmation_needed_again():
    life = pact(*BOTH).tell(c.Confirm("cleo", "pact")).tell(c.Fill("bob", "pact", {"goal": "Teach"}))

    assert entry(life).confirmed == ()
    done(life.do(c.Confirm("cleo", "pact")))


def test_a_confirmation_is_for_the_last_entry_that_waits_for_one_unless_one_is_named():
    life = pact("confirmed_by: [coordinator]", repeat="many", follows="confirmed")
    for goal in ("Two", "Three"):
        done(life.fill("ana", "pact", goal=goal))

    life.tell(c.Confirm("cleo", "pact", 1)).tell(c.Confirm("cleo", "pact"))

    assert [entry(life, n).complete for n in (1, 2, 3)] == [True, False, True]
    assert codes(life.do(c.Confirm("cleo", "pact", 1))) == {"already_confirmed"}


def test_nobody_confirms_a_draft_or_a_form_that_is_not_confirmed():
    life = pact("signed_by: [mentor]")
    assert codes(life.do(c.Confirm("cleo", "pact"))) == {"not_confirmed"}

    other = pact("confirmed_by: [coordinator]", repeat="many", follows="confirmed").tell(
        c.Fill("bob", "pact", {}, submit=False)
    )
    assert codes(other.do(c.Confirm("cleo", "pact", 2))) == {"still_a_draft"}


# ------------------------------------------------------------------------------------------------------ a copy of each


def test_each_copy_is_signed_by_itself():
    text = """
roles: {mentor: {count: {max: 3}}, mentee: {count: {max: 2}}, coordinator: }
forms:
  pact:
    entry: {goal: {type: text}}
    filled_by: {each: [mentor, mentee]}
    signed_by: [coordinator]
    available_in: [live]
initial: live
states: {live: , end: {final: true}}
transitions: [{id: rely, from: live, to: end, by: [coordinator], guard: [{id: done, when: forms.pact.done}]}]
"""
    life = Life(program(text), PEOPLE)
    for person in ("ana", "bob", "dan"):
        done(life.fill(person, "pact", goal=person))
    for n in (3, 1):
        done(life.sign("cleo", "pact", n))
    assert refused(life.fire("cleo", "rely")) == {("clause", "done")}

    life.tell(c.Sign("cleo", "pact"))
    assert life.tell(c.Fire("cleo", "rely")).state == "end"
