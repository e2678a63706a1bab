"""Do records and dyads come back from JSON as they were, and does what concerns a person stay apart?"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from itertools import count
from json import dumps, loads
from types import SimpleNamespace
from typing import Any, get_type_hints

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dyade.flow import messages as m
from dyade.flow.codec import FIRST_LINK, RecordCodec, commitment, commitments, link, normal
from dyade.flow.dyad import Assent, Dyad, Entry, Holding, Issued, Log, Meeting, Signature, Stay
from dyade.flow.snapshot import SnapshotCodec
from dyade.flow.tagged import ERASED, compact, flat_json, sorted_json, tag, untag
from dyade.program.conditions import types as t
from dyade.program.durations import Duration

PLAIN: dict[t.Type, st.SearchStrategy[Any]] = {
    t.BOOL: st.booleans(),
    t.INT: st.integers(-(10**15), 10**15),
    t.DECIMAL: st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9),
    t.MONEY: st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9),
    t.TEXT: st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).map(normal),
    t.DATE: st.integers(1, 3_652_059),
    t.DATETIME: st.integers(-(10**15), 10**15),
    t.TIME: st.integers(0, 1439),
    t.DURATION: st.one_of(
        st.builds(lambda n: Duration(months=n), st.integers(0, 100)),
        st.builds(lambda n: Duration(days=n), st.integers(1, 100)),
        st.builds(lambda n: Duration(business_days=n), st.integers(1, 100)),
    ),
    t.FILE: st.fixed_dictionaries({"name": st.text("abcé"), "sealed": st.integers(0, 9)}),
    t.Enum("choix", ("un", "deux")): st.sampled_from(("un", "deux")),
    t.Person("mentor"): st.sampled_from(("amelie", "bruno")),
}
TYPES: dict[t.Type, st.SearchStrategy[Any]] = {
    **PLAIN,
    **{t.ListOf(kind): st.lists(values, max_size=3).map(tuple) for kind, values in PLAIN.items()},
}
KINDS = tuple(TYPES)
NAMES = tuple(f"d{i}" for i in range(len(KINDS)))
GROUPS = (
    ("fields",), ("forms", "bilan"), ("roles", "mentor"), ("enrolments", "mentor"), ("transitions", "clore"),
    ("steps", "bilan", "payer"),
)  # fmt: skip


def _program():
    """Every type, once open and once personal, wherever a datum may stand."""
    data = {
        (*group, f"{mark}{name}"): SimpleNamespace(type=kind, private=private, subject="mentor" if private else None)
        for group in GROUPS
        for private, mark in ((False, ""), (True, "p"))
        for name, kind in zip(NAMES, KINDS, strict=True)
    }
    return SimpleNamespace(data=data)


PROGRAM = _program()
DATA = st.fixed_dictionaries(
    {},
    optional={
        f"{mark}{name}": st.one_of(TYPES[kind].filter(lambda v: v == v), st.none(), st.just(t.EMPTY))
        for mark in ("", "p")
        for name, kind in zip(NAMES, KINDS, strict=True)
    },
)
SHORT = st.dictionaries(st.sampled_from([f"{mark}{n}" for mark in ("", "p") for n in NAMES]), st.none(), max_size=4)
INSTANTS = st.integers(0, 4 * 10**15)
SMALL = st.integers(0, 10**6)
DAYS = st.integers(700_000, 800_000)
PEOPLE = st.sampled_from(("amelie", "bruno", "chloé"))
WORDS = st.text('abcdé \n"\\', max_size=8).map(normal)
HEADS = st.builds(m.Head, SMALL, INSTANTS, INSTANTS, PEOPLE, st.none() | PEOPLE, DAYS)
LISTS = st.lists(WORDS, max_size=3).map(tuple)
HERE = st.just("bilan")
FIELD = st.integers(0, len(KINDS) - 1).flatmap(
    lambda i: st.fixed_dictionaries(
        {
            "field": st.sampled_from((NAMES[i], f"p{NAMES[i]}")),
            "value": st.one_of(TYPES[KINDS[i]], st.none(), st.just(t.EMPTY)),
        }
    )
)
BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    m.Head: HEADS,
    str: WORDS,
    str | None: st.none() | WORDS,
    int: SMALL,
    int | None: st.none() | INSTANTS,
    bool: st.booleans(),
    tuple[str, ...]: LISTS,
    tuple[int, ...]: st.lists(DAYS, max_size=3).map(tuple),
    Mapping[str, str]: st.dictionaries(WORDS, WORDS, max_size=3),
    Mapping[str, str] | None: st.none() | st.dictionaries(WORDS, WORDS, max_size=3),
    m.Values: DATA,
    Any: st.none(),
}
BY_NAME = {"form": HERE, "step": st.just("payer"), "transition": st.just("clore")}


def _of(kind):
    """Records of one kind, by what each of their parts is said to be."""
    parts = {name: BY_NAME.get(name, BY_TYPE[said]) for name, said in get_type_hints(kind).items()}
    if "role" in parts:
        parts["role"] = st.just("mentor")
    return FIELD.flatmap(
        lambda f: st.builds(kind, **{name: st.just(f[name]) if name in f else how for name, how in parts.items()})
    )


RECORDS = st.one_of([_of(kind) for kind in m.RECORDS.values()])
NEUTRAL: dict[Any, Any] = {
    str: "bilan",
    int: 1,
    bool: True,
    tuple[str, ...]: (),
    m.Values: {},
    tuple[Signature, ...]: (),
}


def made(kind, **said):
    """A record that says this, and nothing else of note."""
    parts = {name: NEUTRAL.get(what) for name, what in get_type_hints(kind).items()}
    return kind(**parts | {name: HEAD for name in parts if name == "head"} | said)


def _part(kind, **known):
    """Parts of a dyad, by what each of their own parts is said to be."""
    return st.builds(
        kind, **{name: known[name] if name in known else BY_TYPE[said] for name, said in get_type_hints(kind).items()}
    )


def _rows(key, rows):
    return st.dictionaries(key, st.lists(rows, max_size=2).map(tuple), max_size=2)


ENTRIES = _part(Entry, signatures=st.lists(_part(Signature), max_size=2).map(tuple))
DYADS = _part(
    Dyad,
    id=st.just("D-1"),
    leaves=st.dictionaries(WORDS, WORDS, max_size=2),
    stays=st.dictionaries(WORDS, _part(Stay), max_size=3),
    memory=st.dictionaries(WORDS, WORDS, max_size=2),
    holdings=_rows(st.just("mentor"), _part(Holding)),
    certificates=_rows(WORDS, _part(Issued)),
    entries=_rows(HERE, ENTRIES).map(lambda rows: {form: Log.of(filled) for form, filled in rows.items()}),
    assents=_rows(st.just("clore"), _part(Assent)),
    waivers=st.dictionaries(st.tuples(WORDS, WORDS), SMALL, max_size=2),
    marks=st.dictionaries(st.tuples(WORDS, SMALL, SMALL, SMALL), st.tuples(SMALL, SMALL), max_size=2),
    fired=st.dictionaries(WORDS, st.tuples(SMALL, INSTANTS), max_size=2),
    shares=st.dictionaries(st.tuples(WORDS, WORDS), SMALL, max_size=2),
    meetings=_rows(WORDS, _part(Meeting)),
    opened=st.dictionaries(st.tuples(WORDS, WORDS), INSTANTS, max_size=2),
)
HOLDINGS = {"mentor": (Holding("bruno", 739_000, False, {}),)}
HEAD = m.Head(3, 10, 12, "amelie", None, 739_000)
records = RecordCodec(PROGRAM)
snapshots = SnapshotCodec(PROGRAM)


def salts():
    numbers = count(1)
    return lambda: next(numbers).to_bytes(16, "big")


def encoded(record, holdings=HOLDINGS):
    return records.encode(record, holdings, salts())


def decoded(record, one):
    return records.decode(one.kind, record.head, one.body, {i: sealed.value for i, sealed in enumerate(one.sealed)})


def same(one, other):
    """Equal, types included: True is not 1; the order of the keys of a mapping says nothing."""
    return one == other and exact(one) == exact(other)


def exact(value):
    if isinstance(value, dict):
        return sorted((repr(key), exact(item)) for key, item in value.items())
    return (type(value), [exact(item) for item in value]) if isinstance(value, tuple) else repr(value)


@settings(max_examples=500, deadline=None)
@given(RECORDS)
def test_a_record_comes_back_as_it_was(record):
    assert same(decoded(record, encoded(record)), record)


@settings(max_examples=150, deadline=None)
@given(DYADS)
def test_a_dyad_comes_back_as_it_was(dyad):
    snapshot = snapshots.encode(dyad)

    assert same(snapshots.decode(snapshot.public_text, snapshot.private_text), dyad)


@settings(max_examples=150, deadline=None)
@given(DYADS, DYADS, st.sets(st.sampled_from(Dyad._fields)))
def test_the_texts_of_a_dyad_that_was_read_serve_as_those_that_were_written(dyad, other, changed):
    written = snapshots.encode(dyad)
    read = snapshots.open(written.public_text, written.private_text)

    assert (read.public, read.private) == (written.public, written.private)
    after = read.dyad._replace(**{name: getattr(other, name) for name in changed})
    assert snapshots.encode(after, read) == snapshots.encode(after)


@pytest.mark.parametrize("text", ["", "[", "[]", "{}", "[1", '[["D-1"]', "[1,]", "[1;2]", "[1 ,2]"])
def test_what_is_no_dyad_is_not_read_as_one(text):
    with pytest.raises(ValueError, match=r"^"):
        snapshots.open(text, None)


@settings(max_examples=100, deadline=None)
@given(DYADS, DYADS, st.sets(st.sampled_from(Dyad._fields)))
def test_parts_that_stay_the_same_object_are_written_as_if_anew(dyad, other, changed):
    after = dyad._replace(**{name: getattr(other, name) for name in changed})

    assert snapshots.encode(after, snapshots.encode(dyad)) == snapshots.encode(after)


FEW = (Stay(1, 2, 3, 4, 0, None, 3, 0), Stay(2, 7, 8, 9, 1, 10, 8, 0))
STAYS = st.dictionaries(st.sampled_from(["a", "b", 'c"],', "d"]), st.sampled_from(FEW), max_size=4)


@given(STAYS, STAYS)
@settings(max_examples=300, deadline=None)
@example({"a": FEW[0], "b": FEW[0]}, {"b": FEW[0], "a": FEW[0]})
@example({"a": FEW[0], "b": FEW[1]}, {"a": FEW[0]})
@example({"a": FEW[0], "b": FEW[1]}, {"a": FEW[1], "b": FEW[1], "d": FEW[0]})
def test_stays_that_are_the_same_objects_are_written_as_if_anew(before, after):
    dyad = Dyad("D-1", "p", "b", 1, 2, 3, 4, {}, before, {}, {}, {}, {}, {}, {}, {}, {}, ())
    now = dyad._replace(stays=after)

    found = snapshots.encode(now, snapshots.encode(dyad))

    assert found == snapshots.encode(now)
    assert loads(found.public_text)[2] == {name: [*stay] for name, stay in after.items()}


@given(DYADS)
@settings(max_examples=50, deadline=None)
def test_a_part_that_stays_is_not_written_again(dyad):
    first = snapshots.encode(dyad)
    second = snapshots.encode(dyad._replace(revision=dyad.revision + 1), first)

    assert all(one is two for one, two in zip(first.public[1:], second.public[1:], strict=True))


@pytest.mark.parametrize("value", [(), t.EMPTY, None])
def test_a_field_that_holds_nothing_is_not_one_that_was_emptied(value):
    record = m.FieldSet(HEAD, NAMES[KINDS.index(t.ListOf(t.TEXT))], value, "")

    assert same(decoded(record, encoded(record)), record)


def test_what_concerns_a_person_leaves_the_body():
    given_text = made(m.Filled, data={"pd4": "un secret", "d1": 4})

    one = encoded(given_text)

    assert "secret" not in one.body
    assert loads(one.body)["data"] == {"pd4": {"sealed": 0}, "d1": 4}
    assert [(s.path, s.value) for s in one.sealed] == [("forms.bilan.pd4", '"un secret"')]
    assert commitments(one.body) == (commitment(one.sealed[0].salt, '"un secret"'),)


def test_what_concerns_a_person_leaves_the_public_text():
    secret = {"pd4": "un secret", "d4": "connu"}
    entry = made(Entry, data=secret)
    dyad = Dyad(
        "D-1", "p", "b", 1, 0, 0, 1, {}, {}, {},
        {"mentor": (Holding("bruno", 1, False, secret),)}, secret, {"bilan": Log.of((entry,))},
        {"clore": (made(Assent, input=secret),)}, {}, {}, {}, (),
    )  # fmt: skip

    snapshot = snapshots.encode(dyad)

    assert "secret" not in snapshot.public_text
    assert snapshot.public_text.count("connu") == 4
    assert snapshot.private_text is not None
    assert "connu" not in snapshot.private_text
    assert snapshot.private_text.count("secret") == 4


def test_a_reason_is_always_sealed():
    one = encoded(made(m.Waived, reason="Elle est malade."))

    assert "malade" not in one.body
    assert one.sealed[0].subject == "amelie"


@pytest.mark.parametrize(
    ("record", "holdings", "subject"),
    [
        (m.FieldSet(HEAD, "pd4", "x", ""), HOLDINGS, "bruno"),
        (m.FieldSet(HEAD, "pd4", "x", ""), {}, "amelie"),
        (m.FieldSet(HEAD, "pd4", "x", ""), {"mentor": HOLDINGS["mentor"] * 2}, "amelie"),
        (made(m.Assigned, role="mentor", person="chloé", attributes={"pd4": "x"}), {}, "chloé"),
        (made(m.AttributesChanged, person="chloé", attributes={"pd4": "x"}), {}, "chloé"),
    ],
)
def test_a_sealed_value_names_whose_it_is(record, holdings, subject):
    assert encoded(record, holdings).sealed[0].subject == subject


def test_an_erased_value_reads_erased():
    record = made(m.Filled, data={"pd4": "un secret", "d4": "ouvert"})
    one = encoded(record)

    back = records.decode(one.kind, HEAD, one.body, {0: None})

    assert back == record._replace(data={"pd4": ERASED, "d4": "ouvert"})
    assert untag(tag(ERASED)) is ERASED


def test_an_erased_value_stays_erased_in_the_dyad():
    erased = Dyad("D-1", "p", "b", 1, 0, 0, 1, {}, {}, {}, {}, {"pd4": ERASED}, {}, {}, {}, {}, {}, ())

    snapshot = snapshots.encode(erased)

    assert snapshots.decode(snapshot.public_text, snapshot.private_text).fields["pd4"] is ERASED


def test_one_text_has_one_spelling():
    composed, decomposed = (m.FieldSet(HEAD, "d4", word, "") for word in ("\u00e9", "e\u0301"))

    assert encoded(composed).body == encoded(decomposed).body


def test_a_body_does_not_depend_on_the_order_of_what_was_given():
    one, other = (made(m.Filled, data=data) for data in ({"d1": 1, "d4": "a"}, {"d4": "a", "d1": 1}))

    assert encoded(one).body == encoded(other).body


def test_what_json_cannot_say_is_not_kept():
    with pytest.raises(ValueError, match="compliant"):
        encoded(made(m.Reminded, item=float("nan")))


LINK: dict[str, Any] = {
    "previous": FIRST_LINK,
    "dyad": "D-1",
    "n": 1,
    "kind": "Started",
    "head": HEAD,
    "body": '{"a":1}',
}
OTHERS: dict[str, Any] = {
    "previous": bytes(31) + b"\1",
    "dyad": "D-2",
    "n": 2,
    "kind": "Stårted",
    "body": '{"a":2}',
    **{
        f"head.{name}": value
        for name, value in zip(m.Head._fields, (4, 11, 13, "bruno", "bruno", 739_001), strict=True)
    },
}


@pytest.mark.parametrize("what", OTHERS)
def test_the_hash_covers_everything_that_the_journal_says(what):
    changed = {"head": HEAD._replace(**{what[5:]: OTHERS[what]})} if what.startswith("head.") else {what: OTHERS[what]}

    assert link(**(LINK | changed)) != link(**LINK)


def test_the_hash_does_not_confuse_neighbours():
    """What moves from one place to the next is another record."""
    shifted = LINK | {"kind": "Started\n", "body": "x"}

    assert link(**shifted) != link(**(LINK | {"body": "\nx"}))


def test_the_chain_of_a_released_version_never_changes():
    """A golden hash: a change here would break every journal that is kept."""
    assert link(**LINK).hex() == "237b3e51f96281301854095c55256e45b8d47f9cccc2c5d3437ab37e8062dd1e"


@given(st.text(max_size=8), st.integers(1, 99), st.text(max_size=8), HEADS, st.text(max_size=8))
def test_the_hash_is_that_of_json(dyad, n, kind, head, body):
    said = [1, dyad, head.revision, n, kind, *head[1:5], date.fromordinal(head.on).isoformat()]
    text = dumps(said, ensure_ascii=False, separators=(",", ":"))

    assert link(FIRST_LINK, dyad, n, kind, head, body) == sha256(FIRST_LINK + f"{text}\n{body}".encode()).digest()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
    lambda v: st.lists(v, max_size=3) | st.tuples(v) | st.dictionaries(st.text(max_size=2), v, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_what_is_written_is_json(value):
    assert compact(value) == dumps(value, ensure_ascii=False, separators=(",", ":"))
    assert sorted_json(value) == dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


@given(st.dictionaries(st.text(max_size=3), JSON, max_size=4))
def test_values_by_name_are_written_as_json(values):
    assert flat_json(values, sorted(values)) == sorted_json(values)


@pytest.mark.parametrize("write", [compact, sorted_json])
@pytest.mark.parametrize("value", [float("inf"), [float("nan")], {"a": Decimal(1)}, object()])
def test_what_is_no_json_is_not_written(write, value):
    with pytest.raises((ValueError, TypeError)):
        write(value)


def test_dyads_read_back_share_what_their_program_names():
    """A thousand dyads in memory hold one copy of the names of their states, and one empty mapping."""
    stay = made(Stay)
    dyad = Dyad(
        "D-1", "un programme", "b" * 64, 1, 0, 0, 1, {"": "en.cours"}, {"en.cours": stay}, {},
        {"mentor": (Holding("bruno", 1, False, {}),)}, {}, {}, {}, {}, {}, {}, (),
    )  # fmt: skip
    text = snapshots.encode(dyad).public_text

    one, other = snapshots.decode(text, None), snapshots.decode(text, None)

    assert one.behaviour is other.behaviour
    assert one.leaves[""] is next(iter(other.stays))
    assert one.fields is other.entries
    assert one.holdings["mentor"][0].attributes is other.fields


@given(st.recursive(st.one_of(*PLAIN.values(), st.none(), st.just(t.EMPTY)), lambda v: st.tuples(v, v), max_leaves=5))
def test_any_value_comes_back_from_its_tag(value):
    assert same(untag(tag(value)), value)


READABLE = ((NAMES[KINDS.index(t.DATE)], 739_873), (NAMES[KINDS.index(t.MONEY)], Decimal("1.50")))


def test_the_journal_writes_days_that_people_can_read():
    written = [loads(encoded(m.FieldSet(HEAD, name, value, "")).body)["value"] for name, value in READABLE]

    assert written == ["2026-09-14", "1.50"]
