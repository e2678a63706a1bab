"""Does a place go to whoever comes first, is it given back, and does money stay under its ceiling?"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

import pytest

from dyade.flow import messages as c
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Context, Counter
from dyade.flow.plan import plan_of
from dyade.flow.telling.cards import card
from dyade.flow.telling.explain import explain
from dyade.flow.telling.timeline import timeline
from tests.flow.living import DAY, Life, codes, done, moment, program, reason, refused, sentences

PLACES = """
quotas:
  places: {label: Places, max: 2, reserve_on: [enter], release_on: [out], when_full: WHEN, visibility: [coordinator]}
fields:
  left: {type: int, formula: quotas.places.left}
  held: {type: bool, formula: quotas.places.held}
initial: out
states: {idle: {}, out: {}, inside: {}, over: {final: true}}
transitions:
  - {id: enter, from: [out, idle], to: inside, by: [coordinator, mentor]}
  - {id: leave, from: inside, to: out, by: [coordinator]}
  - {id: rest, from: out, to: idle, by: [coordinator]}
  - {id: told, from: idle, upon: quotas.places.offered, effects: [{notify: {to: [mentee], template: offered}}]}
  - {id: finish, from: [inside, out, idle], to: over, by: [coordinator]}
"""
REFUSING = program(PLACES.replace("WHEN", "refuse"))
LISTING = program(PLACES.replace("WHEN", "waitlist"))
KEY = ("quotas.places", "")
BY_TIME = """
quotas: {places: {label: Places, max: 2, reserve_on: [enter]}}
initial: out
states: {out: {}, inside: {}, over: {final: true}}
transitions:
  - {id: enter, from: out, to: inside, after: 1 day, guard: [{id: room, when: quotas.places.left > 0}]}
  - {id: leave, from: inside, to: over, by: [coordinator]}
"""


class Sharing(Life):
    """A dyad beside others, of which only what they use is known."""

    others: Mapping[tuple[str, str], int] = MappingProxyType({})
    queue: tuple[str, ...] = ()
    """The others who wait, and came before."""
    most: int | None = None

    @property
    def context(self) -> Context:
        shares = self.dyad.shares if isinstance(self.dyad, Dyad) else {}
        found = {}
        for key in {*self.others, *shares}:
            waits = key[0].startswith("quotas.") and shares.get(key) == 0
            line = (*self.queue, *(("D-1",) if waits else ()))
            found[key] = Counter(
                self.others.get(key, 0) + shares.get(key, 0), len(line), line[0] if line else "", self.most
            )
        return super().context._replace(counters=found)

    def beside(self, used: int, key: tuple[str, str] = KEY) -> Sharing:
        """Let the others use so much."""
        self.others = {**self.others, key: used}
        return self

    def value(self, field: str):
        return plan_of(self.program).field(field)(self.draft())


def test_a_place_is_taken_by_the_transition_that_reserves_it_and_given_back_where_the_program_says():
    life = Sharing(REFUSING).beside(1)

    done(life.fire("cleo", "enter"))
    taken = life.value("left"), life.value("held"), life.dyad.shares
    done(life.fire("cleo", "leave"))

    assert taken == (0, True, {KEY: 1})
    assert (life.value("left"), life.value("held"), life.dyad.shares) == (1, False, {})
    assert life.kinds(-2) == ["Moved", "Released"]


def test_where_it_is_full_the_transition_is_closed_and_the_refusal_tells_the_numbers():
    life = Sharing(REFUSING).beside(2)

    outcome = life.fire("cleo", "enter")

    assert codes(outcome) == {"quota_full"}
    assert sentences(REFUSING, outcome) == ("“Places”: there is no place left. Places taken: 2 of 2.",)
    assert life.state == "out"


def test_who_may_not_see_the_places_is_told_no_number():
    life = Sharing(REFUSING).beside(2)

    assert sentences(REFUSING, life.fire("bob", "enter")) == ("“Places”: there is no place left.",)


def test_a_dyad_that_ends_keeps_the_place_that_it_used():
    life = Sharing(REFUSING)
    done(life.fire("cleo", "enter"))
    done(life.fire("cleo", "finish"))

    assert life.dyad.shares == {KEY: 1}


def test_what_all_may_use_is_what_the_context_says_not_what_the_dyad_remembers():
    life = Sharing(REFUSING).beside(2)
    life.most = 3

    assert done(life.fire("cleo", "enter")).bounds == {KEY: 3}


def test_what_time_took_before_a_command_that_is_refused_is_bounded_too():
    life = Sharing(program(BY_TIME))
    life.now += 2 * DAY

    outcome = life.fire("ana", "leave")

    assert codes(outcome) == {"not_allowed"}
    assert life.state == "inside"
    assert outcome.time.bounds == {KEY: 2}


def test_whoever_finds_no_place_waits_and_enters_once_it_was_offered():
    life = Sharing(LISTING).beside(2)

    done(life.fire("cleo", "enter"))
    waiting = life.state, life.kinds(-1), life.dyad.shares
    again = codes(life.fire("cleo", "enter"))
    life.beside(1)
    done(life.do(c.Offer(c.SYSTEM, "places", "")))
    offered = life.state, life.dyad.shares
    life.beside(2, KEY)
    done(life.fire("cleo", "enter"))

    assert waiting == ("out", ["Queued"], {KEY: 0})
    assert again == {"quota_waiting"}
    assert offered == ("out", {KEY: 1})
    assert life.state == "inside"
    assert sum(isinstance(record, c.Reserved) for record in life.records) == 1


def test_nobody_passes_those_who_wait():
    life = Sharing(LISTING).beside(1)
    life.queue = ("D-9",)

    done(life.fire("cleo", "enter"))

    assert life.kinds(-1) == ["Queued"]
    assert codes(life.do(c.Offer(c.SYSTEM, "places", ""))) == {"quota_waiting"}


def test_an_offer_may_set_something_off():
    life = Sharing(LISTING).beside(2)
    done(life.fire("cleo", "rest"))
    done(life.fire("cleo", "enter"))
    life.beside(1)

    done(life.do(c.Offer(c.SYSTEM, "places", "")))

    assert life.sent() == [("ana", "offered")]


@pytest.mark.parametrize("event", ["finish"])
def test_nobody_waits_in_a_dyad_that_has_ended(event):
    life = Sharing(LISTING).beside(2)
    done(life.fire("cleo", "enter"))

    done(life.fire("cleo", event))

    assert life.dyad.shares == {}


def test_a_place_is_offered_by_the_engine_alone_and_to_who_waits():
    life = Sharing(LISTING).beside(2)

    assert refused(life.do(c.Offer(c.SYSTEM, "places", ""))) == {("not_waiting", "places")}
    done(life.fire("cleo", "enter"))
    assert codes(life.do(c.Offer("cleo", "places", ""))) == {"not_allowed"}


def test_it_is_told_on_the_card_in_the_history_and_among_what_blocks():
    life = Sharing(LISTING).beside(2)
    done(life.fire("cleo", "enter"))

    seen = {
        reader: (
            [tuple(line) for line in card(LISTING, life.dyad, life.context, reader, "en").shared],
            [e.what for e in timeline(LISTING, life.dyad, life.records, life.context, reader, "en")][-1],
            [row.sentence for row in explain(LISTING, life.dyad, life.context, reader, "en").transitions[0].clauses],
        )
        for reader in ("cleo", "bob")
    }

    assert seen["cleo"] == (
        [("Places", "2 of 2 · on the waiting list · 1 waiting")],
        "put on the waiting list: Places",
        ["“Places”: you are on the waiting list already. Places taken: 2 of 2."],
    )
    assert seen["bob"][0] == []
    assert "Places" not in seen["bob"][1]
    assert seen["bob"][2] == ["“Places”: you are on the waiting list already."]


# ---------------------------------------------------------------------------------------------------- people's places

MENTORS = program("""
roles: {mentor: {count: {min: 0, max: 2}}, mentee: {}, coordinator: {}}
quotas:
  load: {label: Load, max: 1, per: mentor, reserve_on: [pair], release_on: [over]}
fields: {chosen: {type: person, role: mentor, set_by: [coordinator]}, left: {type: int, formula: quotas.load.left}}
initial: open
states: {open: {}, paired: {}, over: {final: true}}
transitions:
  - {id: pair, from: open, to: paired, by: [coordinator], effects: [{assign: {mentor: fields.chosen}}]}
  - {id: end, from: paired, to: over, by: [coordinator]}
""")
BROUGHT = """
roles: {mentor: {count: {min: 0, max: 2}}, mentee: {}, coordinator: {}}
quotas: {load: {label: Load, max: 1, per: mentor, reserve_on: [pair]}}
fields: {chosen: {type: person, role: mentor, set_by: [coordinator]}}
initial: open
states: {open: {}, paired: {}, helped: {}, late: {final: true}}
transitions:
  - {id: pair, from: open, to: paired, by: [coordinator]}
  - {id: help, from: paired, to: helped, after: 1 day, effects: [{assign: {mentor: fields.chosen}}]}
  - {id: close, from: helped, to: late, after: 2 days}
"""
NO_MENTOR = {"mentee": ("ana",), "coordinator": ("cleo",)}


def load(person):
    return ("quotas.load", person)


def test_a_person_has_places_of_their_own():
    life = Sharing(MENTORS, NO_MENTOR, fields={"chosen": "bob"}).beside(1, load("bob"))

    full = reason(life.fire("cleo", "pair"))
    life.beside(0, load("bob"))
    done(life.fire("cleo", "pair"))

    assert (full.code, full.facts["person"]) == ("quota_full", "bob")
    assert life.dyad.shares[load("bob")] == 1
    done(life.fire("cleo", "end"))
    assert life.dyad.shares == {}


def test_a_place_follows_the_people_who_come_and_go():
    life = Sharing(MENTORS, NO_MENTOR, fields={"chosen": "bob"})
    done(life.fire("cleo", "pair"))

    done(life.do(c.Replace("cleo", "mentor", "bob", "max")))
    replaced = {person for (_, person), share in life.dyad.shares.items() if share and person}
    life.beside(1, load("eve"))
    outcome = life.do(c.Assign("cleo", "mentor", "eve"))

    assert replaced == {"max"}
    assert refused(outcome) == {("quota_full", "load")}


@pytest.mark.parametrize("looked", [("2026-09-22 10:00", "2026-09-25 09:00"), ("2026-09-25 09:00",)])
def test_the_place_of_whom_time_brings_is_taken_as_they_come_however_late_the_clock_is(looked):
    life = Sharing(program(BROUGHT), fields={"chosen": "eve"})
    done(life.fire("cleo", "pair"))

    for when in looked:
        done(life.tick(when))

    taken = [(one.person, moment(one.head.at)) for one in life.records if isinstance(one, c.Reserved) and one.person]
    assert taken == [("bob", "2026-09-21 10:00"), ("eve", "2026-09-22 10:00")]


# --------------------------------------------------------------------------------------------------------------- money

CLAIMS = program("""
budgets:
  purse:
    {label: Purse, max: 100, spent: forms.claims.paid, blocks: [forms.claims.pay, close], visibility: [coordinator]}
forms:
  claims:
    label: Claims
    entry: {amount: {type: money, currency: CAD}}
    filled_by: [mentee]
    available_in: [open]
    repeat: many
    steps: [{id: pay, from: submitted, to: paid, by: [coordinator, mentor]}]
    aggregates: {paid: {sum: amount, where: entry.step == paid}}
    corrected_by: [coordinator]
fields: {left: {type: money, formula: budgets.purse.left}}
initial: open
states: {open: {}, closed: {final: true}}
transitions: [{id: close, from: open, to: closed, by: [coordinator]}]
""")
PURSE = ("budgets.purse", "")


def claimed(*amounts):
    life = Sharing(CLAIMS)
    for amount in amounts:
        done(life.fill("ana", "claims", amount=amount))
    return life


def pay(life, actor="cleo", entry=None):
    return life.do(c.Step(actor, "claims", "pay", entry))


def test_what_is_paid_is_counted_in_cents_and_read_in_money():
    life = claimed("40.50", "10")
    decision = done(pay(life, entry=1))

    assert life.dyad.shares == {PURSE: 4050}
    assert decision.bounds == {PURSE: 10_000}
    assert life.value("left") == Decimal("59.50")


def test_what_would_pass_the_budget_is_refused_with_the_numbers():
    life = claimed("40.50").beside(6000, PURSE)

    outcome = pay(life)

    assert codes(outcome) == {"budget_passed"}
    assert sentences(CLAIMS, outcome) == ("“Purse”: not enough of it is left. Used: $60 of $100. $40 is left.",)
    assert sentences(CLAIMS, pay(life, "bob")) == ("“Purse”: not enough of it is left.",)
    assert life.dyad.entries["claims"][0].step == "submitted"


def test_the_last_cent_may_be_paid_and_then_nothing_that_asks_for_money_goes_on():
    life = claimed("40").beside(6000, PURSE)

    done(pay(life))

    assert life.value("left") == 0
    assert codes(life.fire("cleo", "close")) == {"budget_passed"}


def closing(life, reader):
    """How the transition that the budget blocks is told, and what is in its way."""
    told = explain(CLAIMS, life.dyad, life.context, reader, "en").transitions
    [close] = [one for one in told if one.id == "close"]
    return close.status, [clause.sentence for clause in close.clauses]


def test_what_an_exhausted_budget_refuses_is_not_told_open():
    life = claimed("40").beside(5999, PURSE)
    before = closing(life, "cleo")
    done(pay(life))

    assert before == ("open", [])
    assert codes(pay(claimed("40").beside(6001, PURSE))) == {"budget_passed"}
    assert closing(life.beside(6000, PURSE), "cleo") == (
        "blocked",
        ["“Purse”: not enough of it is left. Used: $100 of $100. $0 is left."],
    )
    assert closing(life, "dan") == ("not_allowed", ["“Purse”: not enough of it is left."])


def test_putting_right_what_was_paid_is_counted_and_may_not_pass_the_budget_either():
    life = claimed("40").beside(5000, PURSE)
    done(pay(life))

    outcome = life.do(c.Correct("cleo", "claims", {"amount": "51"}, "A slip."))
    done(life.do(c.Correct("cleo", "claims", {"amount": "30"}, "A slip.")))

    assert codes(outcome) == {"budget_passed"}
    assert life.dyad.shares == {PURSE: 3000}


# ------------------------------------------------------------------------------------------------- found by time alone


NEXT_DAY = "auto: true, guard: [{id: next_day, when: today >= dyad.created + 1 day}]"


@pytest.mark.parametrize("trigger", [NEXT_DAY, "after: 1 day"])
def test_what_nobody_fires_and_finds_no_place_looks_again_each_night_until_there_is_one(trigger):
    text = BY_TIME.replace("after: 1 day, guard: [{id: room, when: quotas.places.left > 0}]", trigger)
    life = Sharing(program(text)).beside(2)
    life.tick()
    life.now += 3 * DAY
    life.tick()
    assert (life.state, life.due) == ("out", midnight(life))

    life.beside(1)
    life.now += DAY
    done(life.tick())

    assert (life.state, life.dyad.shares) == ("inside", {KEY: 1})


def midnight(life: Sharing) -> int:
    return plan_of(life.program).midnight(life.draft())


def test_where_something_else_is_in_the_way_nobody_looks_each_night():
    text = BY_TIME.replace("when: quotas.places.left > 0", "when: forms.log.done").replace(
        "quotas:", "forms: {log: {entry: {hours: {type: int}}, filled_by: [mentor], available_in: [out]}}\nquotas:", 1
    )
    life = Sharing(program(text)).beside(2)

    life.now += 2 * DAY
    life.tick()

    assert (life.state, life.due) == ("out", None)
