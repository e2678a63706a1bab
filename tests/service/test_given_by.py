"""Is whoever gave a certificate named by the register of today, under whichever id they are known now?"""

from dyade.flow import messages as c
from dyade.flow.anonymous import Nobody, anonymous
from dyade.service.certificates import attested
from tests.flow.living import Life, done, program

OF = program("""
initial: running
states: {running: {}, over: {final: true}}
certificates: {training: {title: Training, issued_by: House, issuer: coordinator, to: mentee, number: "T-{year}-{seq}"}}
transitions: [{id: end, from: running, to: over, by: [mentor], effects: [{certificate: training}]}]
""")
REGISTER = {"cleo": "Cléo Essai", "clara": "Clara Essai"}


def ended():
    alive = Life(OF)
    done(alive.fire("bob", "end"))
    return alive


def given_by(alive, *more, register=REGISTER):
    records = [*alive.records, *more]
    [one] = attested(OF, alive.dyad, alive.context, records, None, lambda person: register.get(person, ""))
    return one.given_by


def test_whoever_gave_it_is_named():
    assert given_by(ended()) == "Cléo Essai"


def test_whoever_was_entered_twice_is_named_by_the_id_that_was_kept():
    alive = ended()

    merged = c.Merged(alive.records[-1].head, "clara", "cleo")

    assert given_by(alive, merged) == "Clara Essai"


def test_whoever_is_known_no_more_is_not_named():
    assert given_by(ended(), register={}) == ""


def test_in_a_history_of_nobody_it_was_given_by_nobody_in_particular():
    [record] = [one for one in ended().records if isinstance(one, c.Certified)]

    told = anonymous(OF, record, Nobody())

    assert isinstance(told, c.Certified)
    assert told.issuer not in ("cleo", None)
    assert str(told.issuer).startswith("anonymous-")
