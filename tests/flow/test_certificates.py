"""Is a certificate issued once, when what it asks for holds, under the next number; revoked, and issued anew?"""

import pytest

from dyade.flow import messages as c
from dyade.flow.certifying import written
from dyade.flow.codec import RecordCodec
from dyade.flow.decide import decide
from dyade.flow.snapshot import SnapshotCodec
from dyade.flow.telling.cards import card
from dyade.flow.telling.explain import explain
from dyade.flow.telling.timeline import timeline
from tests.flow.living import Life, codes, done, program, refused

PROGRAM = """
fields:
  hours: {type: int, set_by: [mentor]}
initial: running
states: {running: {}, done: {}, over: {final: true}}
certificates:
  training:
    title: Training
    issued_by: House
    to: mentee
    number: "T-{year}-{seq:4}"
    revoked_by: [coordinator]
    visibility: [mentor, coordinator]
    guard:
      - {id: enough, when: hours_done, waivable_by: [coordinator], message: Hours are missing.}
transitions:
  - id: end
    from: running
    to: done
    by: [mentor]
    effects: [{certificate: training}, {notify: {to: [mentee], template: told}}]
  - {id: again, from: done, to: running, by: [mentor]}
  - {id: close, from: [running, done], to: over, by: [mentor, coordinator]}
templates:
  told: {subject: Certificate, body: "{certificates.training.number}"}
""".replace("hours_done", "fields.hours >= 10")
NAMES = {"ana": "Ana Été", "bob": "Bob"}


def life(**given):
    return Life(program(PROGRAM), names=NAMES, fields={}, **given)


@pytest.fixture
def certified():
    alive = life()
    done(alive.set("bob", "hours", 12))
    done(alive.fire("bob", "end"))
    return alive


def numbers(alive):
    return [one.number for one in alive.dyad.certificates["training"]]


def test_what_a_certificate_asks_for_is_asked_of_the_transition():
    alive = life()

    assert refused(alive.fire("bob", "end")) == {("clause", "enough")}
    [told] = [
        one for one in explain(alive.program, alive.dyad, alive.context, "bob", "en").transitions if one.id == "end"
    ]
    assert "enough" in [clause.id for clause in told.clauses]


def test_a_waiver_given_to_the_transition_holds_for_the_certificate():
    alive = life()
    done(alive.do(c.Waive("cleo", "end", "enough", "Ill for a month")))

    done(alive.fire("bob", "end"))

    assert numbers(alive) == ["T-2026-0001"]


def test_a_certificate_bears_a_number_a_holder_and_a_name(certified):
    [record] = [one for one in certified.records if isinstance(one, c.Certified)]

    assert (record.person, record.name, record.number, record.sequence) == ("ana", "Ana Été", "T-2026-0001", 1)


def test_a_message_after_it_tells_its_number(certified):
    [notice] = [one for one in certified.effects if isinstance(one, c.Notice)]

    assert [value for value, _ in notice.facts] == ["T-2026-0001"]


def test_it_exists_once_however_often_the_transition_fires(certified):
    done(certified.fire("bob", "again"))
    done(certified.fire("bob", "end"))

    assert numbers(certified) == ["T-2026-0001"]


def test_nobody_to_receive_it_is_a_refusal():
    alive = Life(program(PROGRAM), {"mentor": ("bob",), "coordinator": ("cleo",)})
    done(alive.set("bob", "hours", 12))

    assert refused(alive.fire("bob", "end")) == {("nobody_holds", "mentee")}


def test_nobody_to_receive_it_is_told_before_the_transition_is_tried():
    alive = Life(program(PROGRAM), {"mentor": ("bob",), "coordinator": ("cleo",)})
    done(alive.set("bob", "hours", 12))

    told = explain(alive.program, alive.dyad, alive.context, "bob", "en").transitions

    [end] = [one for one in told if one.id == "end"]
    [lacking] = [clause for clause in end.clauses if clause.verdict == "no"]
    assert end.status == "blocked"
    assert lacking.id == "mentee"
    assert lacking.sentence
    assert lacking.todo


def test_who_left_in_the_same_transition_receives_nothing_and_their_role_is_named():
    leaving = "effects: [{unassign: {mentee: roles.mentee.id}}, {certificate: training}, "
    of = program(PROGRAM.replace("effects: [{certificate: training}, ", leaving))
    alive = Life(of, names=NAMES)
    done(alive.set("bob", "hours", 12))

    told = explain(of, alive.dyad, alive.context, "bob", "en").transitions

    assert refused(alive.fire("bob", "end")) == {("nobody_holds", "mentee")}
    assert [row.id for one in told if one.id == "end" for row in one.clauses if row.verdict == "no"] == ["mentee"]


def test_the_number_follows_those_of_other_dyads_in_its_year():
    alive = life()
    done(alive.set("bob", "hours", 12))

    told = decide(
        alive.program, alive.dyad, c.Fire("bob", "end"), alive.context._replace(certified={2026: 41, 2025: 90})
    )

    assert done(told).dyad.certificates["training"][0].number == "T-2026-0042"


def test_only_those_who_may_revoke_it_with_a_written_reason(certified):
    assert codes(certified.do(c.RevokeCertificate("bob", "training", "Why not"))) == {"not_allowed"}
    assert codes(certified.do(c.RevokeCertificate("cleo", "training", "  "))) == {"reason_wanted"}
    assert codes(certified.do(c.RevokeCertificate("cleo", "diploma", "Why"))) == {"unknown_certificate"}
    done(certified.do(c.RevokeCertificate("cleo", "training", "The report was forged")))

    assert certified.dyad.certificates["training"][0].revoked_on is not None
    assert codes(certified.do(c.RevokeCertificate("cleo", "training", "Again"))) == {"already_revoked"}


def test_what_was_never_issued_is_neither_revoked_nor_issued_anew():
    alive = life()

    assert codes(alive.do(c.RevokeCertificate("cleo", "training", "Why"))) == {"never_issued"}
    assert codes(alive.do(c.ReissueCertificate("cleo", "training", "Why"))) == {"never_issued"}


def test_issued_anew_it_bears_the_present_name_and_names_the_old_number(certified):
    certified.names = {**NAMES, "ana": "Anaïs Été"}
    done(certified.do(c.ReissueCertificate("cleo", "training", "Her name was misspelt")))

    record = certified.records[-1]
    assert (record.name, record.number, record.replaces) == ("Anaïs Été", "T-2026-0002", "T-2026-0001")
    old, new = certified.dyad.certificates["training"]
    assert old.revoked_on is not None
    assert new.revoked_on is None


def test_what_was_revoked_by_mistake_is_issued_anew_after_the_end_too(certified):
    done(certified.fire("bob", "close"))
    done(certified.do(c.RevokeCertificate("cleo", "training", "A mistake")))

    done(certified.do(c.ReissueCertificate("cleo", "training", "It was sound")))

    assert numbers(certified) == ["T-2026-0001", "T-2026-0002"]


def test_the_name_and_the_reason_leave_the_journal_for_a_place_apart(certified):
    done(certified.do(c.ReissueCertificate("cleo", "training", "Misspelt")))
    codec = RecordCodec(certified.program)

    for record in (one for one in certified.records if isinstance(one, c.Certified | c.CertificateReissued)):
        kept = codec.encode(record, certified.dyad.holdings, lambda: bytes(16))
        assert "Ana" not in kept.body
        assert "Misspelt" not in kept.body
        assert {one.subject for one in kept.sealed} == {"ana"}
        values = {i: one.value for i, one in enumerate(kept.sealed)}
        assert codec.decode(kept.kind, record.head, kept.body, values) == record


def test_a_dyad_kept_before_there_were_certificates_is_read(certified):
    codec = SnapshotCodec(certified.program)
    kept = codec.encode(certified.dyad)

    assert codec.decode(kept.public_text, kept.private_text) == certified.dyad
    assert codec.decode(f"[{','.join(kept.public[:12])}]", kept.private_text).certificates == {}


def test_who_may_not_see_it_is_told_nothing_of_it():
    text = PROGRAM.replace("visibility: [mentor, coordinator]", "visibility: [coordinator]")
    alive = Life(program(text), names=NAMES)
    done(alive.set("bob", "hours", 12))
    done(alive.fire("bob", "end"))

    def seen(reader):
        lines = timeline(alive.program, alive.dyad, alive.records, alive.context, reader, "en")
        on_card = card(alive.program, alive.dyad, alive.context, reader, "en").certificates
        return any("T-2026-0001" in line.what for line in lines), bool(on_card)

    assert [seen(reader) for reader in ("cleo", "ana", "bob")] == [(True, True), (True, True), (False, False)]


@pytest.mark.parametrize(
    ("pattern", "said"),
    [("A-{year}-{seq:4}", "A-2026-0007"), ("{year}/{seq}", "2026/7"), ("X{year}.{seq:2}.Z", "X2026.07.Z")],
)
def test_a_number_is_written_as_its_program_writes_it(pattern, said):
    assert written(pattern, 2026, 7) == said


# ------------------------------------------------------------------------------------------------------ in whose name

NAMED = PROGRAM.replace("    to: mentee\n", "    to: mentee\n    issuer: coordinator\n")


def named(*coordinators):
    people = {"mentor": ("bob",), "mentee": ("ana",), "coordinator": coordinators}
    alive = Life(
        program(
            NAMED.replace("fields:", "roles: {mentor: {}, mentee: {}, coordinator: {count: {max: 2}}}\nfields:", 1)
        ),
        people,
    )
    done(alive.set("bob", "hours", 12))
    return alive


def issuers(alive):
    return [one.issuer for one in alive.records if isinstance(one, c.Certified | c.CertificateReissued)]


def test_it_is_given_in_the_name_of_whoever_holds_the_role_at_the_issue():
    alive = named("cleo", "dan")
    done(alive.fire("bob", "end"))

    assert issuers(alive) == ["cleo"]
    told = timeline(alive.program, alive.dyad, alive.records, alive.context, "ana", "en")
    assert [detail for one in told for detail in one.details if "given by" in detail] == ["given by: cleo"]


def test_whoever_issues_it_anew_and_holds_the_role_is_named_on_it():
    alive = named("cleo", "dan")
    done(alive.fire("bob", "end"))

    done(alive.do(c.ReissueCertificate("dan", "training", "A new name")))

    assert issuers(alive) == ["cleo", "dan"]


def test_nobody_to_give_it_is_a_refusal():
    assert refused(named().fire("bob", "end")) == {("nobody_holds", "coordinator")}


def test_where_no_role_gives_it_nobody_is_named(certified):
    assert issuers(certified) == [None]
