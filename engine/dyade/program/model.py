"""The language, key by key: what an administrator may write, as frozen models.

A key is documented once, under itself: the sentence becomes the schema's description and the editor's hover text. The
models keep the shape of the file, so that a path in the model is a path in the text.

A model accepts what the published schema accepts, and nothing else: nothing is turned into another type, `null` is no
way of leaving a key out. So a file that it accepts need not be held against the schema.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    model_validator,
)

LANGUAGE = (1, 0)
"""The version of the language that this engine reads."""

DATA_TYPES = (
    "text", "int", "decimal", "money", "bool", "date", "datetime", "time", "duration", "enum", "person", "file",
)  # fmt: skip
DATA_TYPE = rf"^(?:{'|'.join(DATA_TYPES)}|list<(?:{'|'.join(DATA_TYPES)})>)$"
FILE_TYPES = ("pdf", "jpeg", "png", "heic", "webp", "tiff")
"""What a file may be: what people scan, photograph and sign. Told by the content, never by the name."""
FILE_SIZE = r"^[1-9][0-9]{0,4} (?:kB|MB)$"
IDENTIFIER = r"^[a-z][a-z0-9_]*$"
WHAT = r"^(?:dyad|enrolment|forms\.[a-z][a-z0-9_]*)$"
SPARED = r"^(?:certificate|forms\.[a-z][a-z0-9_]*)$"
GLASS = r"^(?:fields\.[a-z][a-z0-9_]*|(?:forms|transitions)\.[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?|roles\.[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)$"  # noqa: E501 (one pattern)
FIELD = r"^fields\.[a-z][a-z0-9_]*$"
HOUR = r"^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|fields\.[a-z][a-z0-9_]*)$"
STATE_PATH = r"^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*$"
NUMBERING = r"^[A-Za-z0-9._/-]*\{year\}[A-Za-z0-9._/-]*\{seq(?::[1-9])?\}[A-Za-z0-9._/-]*$"
HISTORY = r"^history\([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*\)$"
UPON = (
    r"^(?:"
    r"series\.[a-z][a-z0-9_]*\.(?:held|moved|cancelled|excused)|"
    r"quotas\.[a-z][a-z0-9_]*\.offered|"
    r"forms\.[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*|"
    r"roles\.[a-z][a-z0-9_]*\.(?:accepted|declined)"
    r")$"
)
PARAM = r"^params\.[a-z][a-z0-9_]*$"
FIGURE = r"^forms\.[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"
BLOCKED = r"^(?:forms\.[a-z][a-z0-9_]*\.)?[a-z][a-z0-9_]*$"
EACH = r"^(?:forms\.[a-z][a-z0-9_]*(?:\.waiting)?|series\.[a-z][a-z0-9_]*)$"
LARGEST = 10**15
"""No number of a program passes this, on either side of zero."""

AUTHORS = "*"
"""What a text written without languages is kept under: no file says it."""
_KEPT = {"kept": True}
"""What is read is what a version was kept as."""


def _as_text(value: object, info: ValidationInfo) -> object:
    """A bare string is a text in the author's language."""
    if isinstance(value, dict) and AUTHORS in value and info.context is not _KEPT:
        raise ValueError(AUTHORS)
    return {AUTHORS: value} if isinstance(value, str) else value


def _as_condition(value: object) -> object:
    """A truth standing where a condition may stand is a condition of one word."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def _as_expression(value: object) -> object:
    """So is a number, where any expression may stand."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return _as_condition(value)
    # What is left as it is, is no text, and is refused.
    return str(value) if Decimal(value).is_finite() and -LARGEST <= value <= LARGEST else value


_Number = Field(ge=-LARGEST, le=LARGEST)
Scalar = Annotated[
    bool | Annotated[int, _Number] | Annotated[Decimal, _Number] | str, Field(json_schema_extra={"x-kind": "scalar"})
]
Text = Annotated[
    dict[Annotated[str, Field(pattern=r"^(?:[a-z]{2}|\*)$")], str],
    BeforeValidator(_as_text, json_schema_input_type=str | dict[str, str]),
    Field(min_length=1, json_schema_extra={"x-kind": "text"}),
]
Id = Annotated[str, Field(pattern=IDENTIFIER)]
Condition = Annotated[
    str,
    BeforeValidator(_as_condition, json_schema_input_type=str | bool),
    Field(json_schema_extra={"x-kind": "condition"}),
]
Expression = Annotated[
    str,
    BeforeValidator(_as_expression, json_schema_input_type=str | bool | int | float),
    Field(json_schema_extra={"x-kind": "expression"}),
]


def _as_true(value: object) -> object:
    """To Python, 1 is true."""
    if value is not True:
        raise ValueError(value)
    return value


TrueAlone = Annotated[Literal[True], BeforeValidator(_as_true)]
Delay = Annotated[str, Field(json_schema_extra={"x-kind": "duration"})]
"""A duration ("6 months", "10 business days") or a param that holds one (`params.delai`)."""
What = Annotated[str, Field(pattern=WHAT)]
Spared = Annotated[str, Field(pattern=SPARED)]
BehindGlass = Annotated[str, Field(pattern=GLASS)]
StateRef = Annotated[str, Field(pattern=STATE_PATH)]
Renamed = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?$")]
"""A role or a form, or a datum of one."""


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


StateRefs = Annotated[list[StateRef], BeforeValidator(_as_list, json_schema_input_type=StateRef | list[StateRef])]
Whats = Annotated[list[What], BeforeValidator(_as_list, json_schema_input_type=What | list[What])]
Spareds = Annotated[list[Spared], BeforeValidator(_as_list, json_schema_input_type=Spared | list[Spared])]
Ending = Literal["success", "failure", "withdrawn", "expired", "rejected"]
Endings = Annotated[list[Ending], BeforeValidator(_as_list, json_schema_input_type=Ending | list[Ending])]
Ids = Annotated[list[Id], BeforeValidator(_as_list, json_schema_input_type=Id | list[Id])]
Figure = Annotated[str, Field(pattern=FIGURE)]
Figures = Annotated[list[Figure], BeforeValidator(_as_list, json_schema_input_type=Figure | list[Figure])]
ProvisionIds = Annotated[list[str], BeforeValidator(_as_list, json_schema_input_type=str | list[str])]


class Misshapen(ValueError):
    """Data of another shape than the model's; `misfits` are the paths at fault, each with what stands there."""

    def __init__(self, *misfits: tuple[tuple[str | int, ...], Any]) -> None:
        # Its message would show the values of people's files.
        super().__init__()
        self.misfits = misfits


class Part(BaseModel):
    """A part of a file: closed vocabulary, frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)
    exactly_one: ClassVar[tuple[str, ...]] = ()
    """Among these keys, it has exactly one."""
    together: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """A key that asks for others beside it."""

    @model_validator(mode="before")
    @classmethod
    def _hangs_together(cls, data: object) -> object:
        """Refuse what is said of no key alone."""
        if isinstance(data, dict):
            # What may be left out is `None` where it is; written, `null` says nothing.
            if None in data.values() and any(data[key] is None for key in data if cls._is_ours(key)):
                raise ValueError("null")
            if cls.exactly_one and sum(key in data for key in cls.exactly_one) != 1:
                raise ValueError("exactly one")
            if any(key in data and not data.keys() >= {*others} for key, others in cls.together.items()):
                raise ValueError("together")
        return data

    @classmethod
    def _is_ours(cls, key: object) -> bool:
        return cls.model_config["extra"] == "forbid" or key in cls.model_fields

    @staticmethod
    def written_down() -> Mapping[str, Any]:
        """The schema that its files are held against."""
        raise NotImplementedError


P = TypeVar("P", bound=Part)


def made(part: type[P], data: Any, *, kept: bool = False) -> P:
    """Make a part of what a file says, or of what a version was kept as; raise `Misshapen` for any other data."""
    try:
        return part.model_validate(data, context=_KEPT if kept else None)
    except ValidationError as error:
        told = error.errors(include_url=False, include_context=False)
        raise Misshapen(*((problem["loc"], problem["input"]) for problem in told)) from None


class Quotation(Part):
    """A place in a source document, quoted."""

    doc: str
    """Which source: a key of `sources`."""
    quote: str
    """The words of the document, exactly."""


class Rule(Part):
    """Anything that can cite the provision that it comes from."""

    source: ProvisionIds | Quotation | None = None
    """The provision (`ABC-20`), or the list of provisions, that this rule carries."""
    basis: Literal["stated", "interpretation", "assumed"] | None = None
    """Does the source say it (`stated`), do you read it so (`interpretation`, with a `note`), or is it your own choice (`assumed`)?"""  # noqa: E501 (a sentence of the schema)
    note: Text | None = None
    """Why you read the source so, or why you chose this."""


# ---------------------------------------------------------------------------------------------------------------- data


class Datum(Rule):
    """One datum: a field, an entry of a form, an attribute of a person, an input."""

    exactly_one = ("type", "like")

    type: Annotated[str, Field(pattern=DATA_TYPE)] | None = None
    """What it holds: text, int, decimal, money, bool, date, datetime, time, duration, enum, person, file, or list<…>."""  # noqa: E501 (a sentence of the schema)
    like: Annotated[str, Field(pattern=r"^(?:fields|forms|roles)\.[a-z][a-z0-9_.]*$")] | None = None
    """The same type as another datum: `fields.trade`."""
    label: Text
    """What people read in place of the identifier."""
    values: dict[Id, Text] | None = None
    """The choices of an enum: {identifier: label}."""
    role: Id | None = None
    """For a person: the role that this person could hold; their attributes are then readable."""
    min: Scalar | None = None
    """The smallest value allowed; for a list, the fewest items."""
    max: Scalar | None = None
    """The largest value allowed; for a list, the most items."""
    min_length: Annotated[int, Field(ge=0)] | None = None
    """The fewest characters."""
    max_length: Annotated[int, Field(ge=1)] | None = None
    """The most characters."""
    pattern: Annotated[str, Field(max_length=200)] | None = None
    """A regular expression (RE2) that the whole text must match."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    """The currency of an amount: CAD."""
    types: Annotated[list[Literal["pdf", "jpeg", "png", "heic", "webp", "tiff"]], Field(min_length=1)] | None = None
    """For a file: what it may be, told by its content. Default: all of them."""
    max_size: Annotated[str, Field(pattern=FILE_SIZE)] | None = None
    """For a file: the largest, as `500 kB` or `5 MB`. Default: 10 MB; never more than 25 MB."""
    nullable: bool = False
    """`true`: empty is a value, and the datum may be left out."""
    default: Scalar | list[Scalar] | None = None
    """The value that it has before anybody gives one."""
    formula: Expression | None = None
    """Computed from other data each time it is read; never stored."""
    privacy: Literal["none", "personal", "sensitive"] | None = None
    """`personal` and `sensitive` values are kept apart and can be erased. Default: personal for texts; files always are."""  # noqa: E501 (a sentence of the schema)
    subject: Id | None = None
    """The role whose datum this is. Default: the person who gave it."""
    help: Text | None = None
    """A sentence shown where the datum is asked for."""
    visibility: Ids | None = None
    """The roles that see it."""


class FieldDatum(Datum):
    """A datum of the dyad."""

    set_by: Ids | None = None
    """The roles that set it directly. Forms and effects set the others."""


class EntryDatum(Datum):
    """A datum of a form's entry."""

    filled_by: Ids | None = None
    """The roles that fill this datum, among those that fill the form."""
    visibility: Ids | None = None
    """The roles that see it; `author` stands for who filled the entry."""


class Attribute(Datum):
    """A datum about the person who holds a role."""

    per: Literal["dyad"] | None = None
    """`dyad`: true of this pair only, and kept with the holding."""


class Param(Rule):
    """A number, a duration or a date of the program, with a name."""

    value: Scalar
    """Its value: 4, 6 months, 2023-03-31."""
    label: Text
    """What people read."""
    type: Annotated[str, Field(pattern=DATA_TYPE)] | None = None
    """Its type, where it cannot be read from the value (money, decimal)."""


class TableKey(Part):
    """What a table is looked up by."""

    exactly_one = ("type", "like")

    type: Annotated[str, Field(pattern=DATA_TYPE)] | None = None
    """The type of the key."""
    like: Annotated[str, Field(pattern=r"^(?:fields|forms|roles)\.[a-z][a-z0-9_.]*$")] | None = None
    """The same type as a datum: `fields.trade`."""


class Table(Rule):
    """A small table of values, read as `tables.days(fields.trade)`."""

    label: Text | None = None
    """What people read."""
    key: Annotated[dict[Id, TableKey], Field(min_length=1, max_length=1)]
    """The name and the type of what it is looked up by."""
    value: Annotated[str, Field(pattern=DATA_TYPE)]
    """The type of the values."""
    rows: dict[str, Scalar]
    """One value for each key."""
    default: Scalar | None = None
    """The value for a key that has no row."""


# -------------------------------------------------------------------------------------------------------------- guards


class Clause(Rule):
    """One idea that must hold, with the words to say that it does not."""

    id: Id
    """Its name, in refusals, scenarios and comparisons."""
    level: Literal["must", "should"] = "must"
    """`must` blocks; `should` only advises, and is recorded with the act."""
    when: Condition
    """The condition."""
    message: Text | None = None
    """What to tell when it does not hold, where the engine's own sentence is not enough."""
    hint: Text | None = None
    """What to do about it."""
    waivable_by: Ids | None = None
    """The roles that may lift it, with a written reason."""
    label: Text | None = None
    """A short name for people."""


class NamedClause(Clause):
    """A clause of `clauses`, whose key is its id."""

    id: Id | None = None  # type: ignore[assignment]
    """Its name; by default its key."""


class Use(Part):
    """A named clause, used here."""

    use: Id
    """The key of the named clause."""


class EligibleClause(Part):
    """The clauses of a role, judged on who holds it."""

    eligible: list[Id] | dict[Id, Expression]
    """The roles whose holders must be eligible, or {role: person} to judge someone who does not hold it yet."""


class AllOf(Part):
    """Every one of these."""

    all: Annotated[list[GuardItem], Field(min_length=1)]
    """Each must hold."""


class AnyOf(Part):
    """At least one of these."""

    any: Annotated[list[GuardItem], Field(min_length=1)]
    """One is enough."""


class NoneOf(Part):
    """Not one of these."""

    none: Annotated[list[GuardItem], Field(min_length=1)]
    """None may hold: `none: [{use: x}]` is the contrary of a named clause."""


GuardItem = Annotated[
    Clause | Use | EligibleClause | AllOf | AnyOf | NoneOf,
    Field(union_mode="left_to_right"),
]
NamedGuard = NamedClause | AllOf | AnyOf | NoneOf


# --------------------------------------------------------------------------------------------------------------- roles


class Count(Part):
    """How many persons hold a role."""

    min: Annotated[int, Field(ge=0)] = 1
    """The fewest."""
    max: Annotated[int, Field(ge=1, le=1000)] = 1
    """The most."""


class Aggregate(Part):
    """A count, a sum or an extreme over entries or holders."""

    exactly_one = ("count", "sum", "min", "max", "count_distinct")

    label: Text | None = None
    """What people read."""
    count: Literal["all"] | None = None
    """`count: all`: how many."""
    sum: Id | None = None
    """The total of a datum."""
    min: Id | None = None
    """The smallest value of a datum."""
    max: Id | None = None
    """The largest value of a datum."""
    count_distinct: Id | None = None
    """How many different values of a datum."""
    where: Condition | None = None
    """Only those for which this holds."""
    window: Delay | None = None
    """Only those of the last such stretch of time."""
    since: Expression | None = None
    """Only those from that date on."""


class Role(Rule):
    """A part that a person plays."""

    label: Text
    """What people read."""
    help: Text | None = None
    """What this role does."""
    also: list[str] | None = None
    """Other names in use for it."""
    scope: Literal["dyad", "program"] = "dyad"
    """`program`: one set of persons for all the dyads of the program."""
    count: Count = Count.model_construct()
    """How many persons hold it."""
    attributes: dict[Id, Attribute] = {}
    """What is known about the person who holds it."""
    eligible: list[GuardItem] = []
    """Clauses about the person who would hold it, as `person.x`."""
    accepts: bool = False
    """`true`: an assignment waits until that person accepts it. Nobody waits for ever: write a transition `after`."""
    invitation: Id | None = None
    """The template of the message sent to the person whose acceptance is awaited; `{person.name}` names them."""
    assigned_by: Ids | None = None
    """The roles that may assign, replace and unassign it."""
    assigned_in: StateRefs | None = None
    """The states in which they may; without it, everywhere but in the final ones. Effects assign anywhere."""
    aggregates: dict[Id, Aggregate] = {}
    """Figures over the holders of a role that several may hold."""
    delegate_to: Ids | None = None
    """The roles that may record for its holders what was done on paper."""


# --------------------------------------------------------------------------------------------------------------- forms


class EachOf(Part):
    """Each holder of these roles, a copy per person."""

    each: Annotated[list[Id], Field(min_length=1)]
    """The roles."""


class AllRoles(Part):
    """One holder of every one of these roles."""

    all: Annotated[list[Id], Field(min_length=1)]
    """The roles."""


class QuorumOf(Part):
    """A number of holders among these roles."""

    quorum: Annotated[int, Field(ge=1)]
    """How many."""
    of: Annotated[list[Id], Field(min_length=1)]
    """The roles."""


class FormStep(Rule):
    """A step of an entry's own small life after it is submitted."""

    id: Id
    """Its name."""
    label: Text
    """What people read."""
    from_: Annotated[Id | list[Id], Field(alias="from")]
    """The situation that the entry is in; it begins `submitted`."""
    to: Id
    """The situation that it passes to."""
    to_label: Text | None = None
    """What people read for the new situation."""
    by: Ids
    """The roles that may do it."""
    input: dict[Id, Datum] = {}
    """What the person gives, read as `input.x`."""
    guard: list[GuardItem] = []
    """What must hold."""
    effects: list[Effect] = []
    """What follows."""


class Limit(Rule):
    """An amount per stretch of time that entries may not pass."""

    id: Id | None = None
    """Its name; by default the name of the datum."""
    per: Literal["day", "week", "month", "year", "dyad"]
    """The stretch of time, by the entry's date."""
    max: Scalar
    """The most, or a param."""
    of: Id | None = None
    """The datum that is added up; without it, entries are counted."""
    level: Literal["must", "should"] = "must"
    """`must` refuses the entry; `should` only advises."""
    waivable_by: Ids | None = None
    """The roles that may lift it."""
    message: Text | None = None
    """What to tell."""


class Every(Part):
    """One entry wanted in each stretch of time."""

    every: Delay
    """How long a period is."""
    from_: Annotated[Expression, Field(alias="from")]
    """The day that the first one begins."""
    until: Expression
    """Periods begin before this day."""
    grace: Delay | None = None
    """How long after its end an entry is late."""


class Form(Rule):
    """Something that people fill, once or many times: an agreement, a meeting, hours, an expense, a review."""

    label: Text
    """What people read."""
    help: Text | None = None
    """A sentence shown above it."""
    entry: dict[Id, EntryDatum]
    """What is asked for, in the order in which it is shown."""
    statements: dict[Id, Text] = {}
    """Wording that signing accepts; it is frozen with the signature."""
    filled_by: list[Id] | EachOf
    """The roles that fill it; `{each: [role]}` for one copy per person."""
    signed_by: list[Id] | AllRoles | EachOf | QuorumOf | None = None
    """Who signs it."""
    confirmed_by: Ids | None = None
    """The roles that confirm each entry; nobody confirms their own."""
    steps: list[FormStep] = []
    """An entry's own small life: checked, paid, refused."""
    available_in: StateRefs
    """The states in which it is filled."""
    dated_by: Id | None = None
    """The entry datum that says when it happened."""
    repeat: Literal["once", "many"] | Every = "once"
    """`once`, `many`, or one entry in each period."""
    due: Expression | None = None
    """The day by which it is wanted."""
    valid: list[GuardItem] = []
    """Clauses over `form.x`; those that are `waivable_by` a role are lifted for the next entry."""
    sets: dict[Id, Id] = {}
    """{entry datum: field}, copied when the entry is complete."""
    unique: Ids | None = None
    """No two entries have the same values here."""
    limits: list[Limit] = []
    """Amounts that entries may not pass."""
    aggregates: dict[Id, Aggregate] = {}
    """Figures over the complete entries."""
    corrected_by: Ids | None = None
    """The roles that may correct an entry, with a reason."""
    visibility: Ids | None = None
    """The roles that see it; `author` stands for who filled the entry."""


# ------------------------------------------------------------------------------------------------- states, transitions


class Notify(Part):
    """A message to people."""

    to: Ids
    """The roles; also `author` (who acted) and `other` (the other holders)."""
    template: Id
    """The template of the message."""
    priority: Literal["normal", "urgent"] = "normal"
    """`urgent` messages do not wait."""


class StartEffect(Part):
    """A new dyad, started by this one."""

    program: Id
    """The program of the new dyad."""
    with_: Annotated[dict[Id, Expression], Field(alias="with")] = {}
    """{role or field: value} that it begins with."""


class Emit(Part):
    """A message to the host application."""

    name: Id
    """Its name."""
    data: dict[Id, Expression] = {}
    """What it carries."""


class EnrolmentEffect(Part):
    """What becomes of the enrolments of those who hold a role."""

    role: Id
    """The role, in this dyad and in the register of the program."""
    status: Id | None = None
    """One of the `statuses` of its enrolments. Who is not enrolled yet is, by this."""
    set: Annotated[dict[Id, Expression], Field(min_length=1)] | None = None
    """{datum: value} of its `profile`. What cannot be computed, and may be empty, becomes empty."""


class Effect(Part):
    """One thing that follows, in order, all or nothing."""

    exactly_one = ("set", "clear", "assign", "unassign", "notify", "certificate", "start", "emit", "enrolment")

    set: Annotated[dict[Id, Expression], Field(min_length=1)] | None = None
    """{field: value}."""
    clear: Ids | None = None
    """Fields that become empty."""
    assign: Annotated[dict[Id, Expression], Field(min_length=1)] | None = None
    """{role: person}."""
    unassign: Annotated[dict[Id, Expression], Field(min_length=1)] | None = None
    """{role: person}."""
    notify: Notify | None = None
    """A message to people."""
    certificate: Id | None = None
    """The certificate that is issued. What it asks for is then asked of the whole transition."""
    start: StartEffect | None = None
    """A new dyad."""
    emit: Emit | None = None
    """A message to the host application."""
    enrolment: EnrolmentEffect | None = None
    """Another status in the register of the program, or other data."""
    only_if: Condition | None = None
    """It is left out unless this holds; what cannot be told yet does not hold."""


class Track(Part):
    """A region that lives beside the others of its state."""

    label: Text | None = None
    """What people read."""
    initial: Id
    """The state in which it begins."""
    states: Annotated[dict[Id, State], Field(min_length=1)]
    """Its states."""


class State(Rule):
    """Where a dyad stands."""

    together = {"states": ("initial",)}

    label: Text
    """What people read."""
    help: Text | None = None
    """What happens in this state."""
    initial: Id | None = None
    """The child in which it begins."""
    states: dict[Id, State] | None = None
    """Children: this state is compound."""
    tracks: dict[Id, Track] | None = None
    """Regions that live side by side."""
    final: bool = False
    """Nothing leaves a final state."""
    outcome: Literal["success", "failure", "withdrawn", "expired", "rejected"] | None = None
    """How it ended."""
    delays: dict[StateRef, Literal["run", "pause", "restart"]] = {}
    """What happens in this state to the delays that began in another."""
    on_enter: list[Effect] = []
    """What follows each time that this state is entered."""


class JointAll(Part):
    """One holder of every role, together."""

    all: Annotated[list[Id], Field(min_length=1)]
    """The roles."""
    within: Delay | None = None
    """How long the first assent waits for the others."""


class JointEach(Part):
    """Every holder of these roles, together."""

    each: Annotated[list[Id], Field(min_length=1)]
    """The roles."""
    within: Delay | None = None
    """How long the first assent waits for the others."""


class JointQuorum(Part):
    """A number of holders, together."""

    quorum: Expression
    """How many."""
    of: Annotated[list[Id], Field(min_length=1)]
    """The roles."""
    count_distinct: Id | None = None
    """Assents count once for each value of this attribute."""
    within: Delay | None = None
    """How long the first assent waits for the others."""
    message: Text | None = None
    """What to tell while assents are missing."""


class Transition(Rule):
    """One rule by which a dyad moves, or something follows."""

    exactly_one = ("by", "auto", "upon", "after", "at")

    id: Id
    """Its name."""
    label: Text
    """What people read: an act."""
    help: Text | None = None
    """What it is for."""
    from_: Annotated[StateRefs, Field(alias="from")]
    """The states that it leaves; `any` is every state but the final ones; a compound state covers its children."""
    to: Annotated[str, Field(pattern=f"{STATE_PATH}|{HISTORY}")] | None = None
    """The state that it enters, or `history(state)`: as it was left. Absent: the dyad stays where it is."""
    by: list[Annotated[str, Field(pattern=IDENTIFIER)]] | JointAll | JointEach | JointQuorum | None = None
    """Who fires it: any of these roles, or several together; `system` is the host application."""
    auto: TrueAlone | None = None
    """`true`: it fires as soon as its guard holds."""
    upon: Annotated[str, Field(pattern=UPON)] | None = None
    """It fires when this happens: `forms.x.filled`, `.signed`, `.confirmed` or a step; `roles.x.accepted`, `.declined`; `series.x.held`, `.moved`, `.cancelled`, `.excused`; `quotas.x.offered`."""  # noqa: E501 (a sentence of the schema)
    after: Delay | None = None
    """It fires that long after the state was entered."""
    at: Expression | None = None
    """It fires on that day."""
    event: Id | None = None
    """The name that is fired, when it is not the id: transitions may compete for one event."""
    input: dict[Id, Datum] = {}
    """What the actor gives, read as `input.x`."""
    guard: list[GuardItem] = []
    """What must hold."""
    visibility: list[Id] | None = None
    """The roles that see that it happened; `author` stands for who fired it."""
    effects: list[Effect] = []
    """What follows."""


# ------------------------------------------------------------------------------------------------------------ meetings


class Absence(Part):
    """How an absence is excused beforehand."""

    by: Ids
    """The roles that excuse: who should attend, for themselves alone; other roles, for anybody."""
    before: Delay | None = None
    """How long before the day of the meeting, at the latest."""


class Series(Rule):
    """Meetings that are planned by their days, then held or cancelled; each has a day of its own."""

    label: Text
    """What people read."""
    help: Text | None = None
    """What these meetings are for."""
    every: Delay | None = None
    """How far apart the days are that are planned together."""
    at: Annotated[str, Field(pattern=HOUR)] | None = None
    """The hour at which they begin, unless one has its own: `18:30`, or a field of time (`fields.hour`)."""
    place: Text | None = None
    """Where they are held: some words, or a field of text (`fields.room`)."""
    beforehand: bool = False
    """`true`: a day that has passed is not planned."""
    within: StateRefs
    """The states in which days are planned and moved, and attendance is taken."""
    dates_set_by: Ids
    """The roles that plan, move and cancel."""
    attendance_by: Ids
    """The roles that say who was there."""
    mandatory: Ids | None = None
    """The roles whose absence counts, unless it was excused."""
    absence: Absence | None = None
    """How an absence is excused; without it, none is."""
    cohort: Annotated[str, Field(pattern=r"^fields\.[a-z][a-z0-9_]*$")] | None = None
    """One meeting serves all the dyads whose field has the same value: `fields.season`."""
    visibility: Ids | None = None
    """The roles that see the days and the attendance."""

    @property
    def at_field(self) -> str | None:
        """The field that says the hour, if one does."""
        return self.at.removeprefix("fields.") if self.at and self.at.startswith("fields.") else None

    @property
    def place_field(self) -> str | None:
        """The field that says the place, if one does."""
        said = (self.place or {}).get(AUTHORS, "")
        return said.removeprefix("fields.") if re.fullmatch(FIELD, said) else None


# ----------------------------------------------------------------------------------------------------- time and people


class Deadline(Rule):
    """A day by which something should be done."""

    at: Expression
    """The day."""
    label: Text
    """What people read."""
    while_: Annotated[StateRefs | None, Field(alias="while")] = None
    """The states in which it counts."""


class Escalation(Part):
    """Who is told when reminders did not help."""

    after: Annotated[int, Field(ge=1)]
    """After so many reminders sent."""
    to: Ids
    """The roles."""
    template: Id
    """The template of the message."""


class Quota(Rule):
    """Places that all the dyads of a program share, or those that one person has."""

    label: Text
    """What people read."""
    max: Annotated[int, Field(ge=0, le=LARGEST)] | Annotated[str, Field(pattern=PARAM)]
    """How many places there are: a number, or a param."""
    per: Id = "program"
    """`program`, or a role: each of its persons has so many, or as many as their enrolment says."""
    reserve_on: Annotated[list[Id], Field(min_length=1)]
    """The transitions that take a place; they are closed while there is none."""
    release_on: StateRefs = []
    """The states that give it back when they are entered."""
    when_full: Literal["refuse", "waitlist"] = "refuse"
    """`waitlist`: whoever comes when it is full waits, and is offered the first place given back."""
    message: Text | None = None
    """What to tell when there is no place."""
    visibility: Ids | None = None
    """The roles that see how many there are."""


class Budget(Rule):
    """A sum of money that all the dyads of a program share."""

    label: Text
    """What people read."""
    max: Annotated[int, _Number] | Annotated[Decimal, _Number] | Annotated[str, Field(pattern=PARAM)]
    """How much there is: an amount, or a param."""
    spent: Annotated[Figures, Field(min_length=1)]
    """What each dyad has used: a sum over the entries of a form, `forms.claims.paid`, or several of them together."""
    blocks: list[Annotated[str, Field(pattern=BLOCKED)]] = []
    """The transitions (`approve`) and the acts on a form (`forms.claims.pay`, `forms.claims.filled`) that may not pass it."""  # noqa: E501 (a sentence of the schema)
    message: Text | None = None
    """What to tell when it would be passed."""
    visibility: Ids | None = None
    """The roles that see how much is left, among those that see what it adds up."""


class EnrolmentStatus(Rule):
    """Where somebody stands in the life that comes before, beside and after a dyad."""

    label: Text
    """What people read."""
    active: bool = True
    """`false`: they are not paired meanwhile, and hold no role of the whole program."""


class Enrolment(Rule):
    """What is said of a person who is enrolled in a role, before and beside any dyad."""

    by: Ids = []
    """The roles that enrol people. The role itself: people enrol themselves. Whoever holds the store always may."""
    profile: dict[Id, Datum] = {}
    """What an enrolment says beside the attributes of the role; pairs are made of both."""
    statuses: dict[Id, EnrolmentStatus] = {}
    """{status: what it means}; who is enrolled has the first one. Read as `mentor.status` in `matching`."""
    capacity: Annotated[int, Field(ge=0, le=1000)] | None = None
    """How many dyads at once, for those whose own enrolment does not say. Default: what a quota gives to each, else one."""  # noqa: E501 (a sentence of the schema)


class PairClause(Rule):
    """What two people must have for a pair of them to be proposed."""

    id: Id
    """Its name."""
    when: Condition
    """The condition over the two roles (`mentor.x`, `mentee.x`) and over the dyad that waits."""
    message: Text | None = None
    """What to tell of a pair for which it does not hold."""


class Score(Rule):
    """One part of how well two people go together."""

    id: Id
    """Its name."""
    label: Text
    """What people read."""
    weight: Annotated[int, Field(ge=-1000, le=1000)] | Annotated[Decimal, Field(ge=-1000, le=1000)]
    """How much it counts; less than nothing speaks against a pair."""
    value: Expression
    """A number, or a condition that is worth 1 where it holds. What cannot be computed is worth 0."""


class Matching(Rule):
    """How the people who wait and those who have room are brought together; a person decides on each pair."""

    roles: Annotated[list[Id], Field(min_length=2, max_length=2)]
    """[sought, waiting]: the role that is enrolled and has room, then the role of the dyads that wait for it."""
    in_: Annotated[StateRefs, Field(alias="in")]
    """The states in which a dyad waits for a pair."""
    begin: bool = False
    """`true`: who is enrolled on the waiting side and is in no dyad waits too; the decision begins their dyad."""
    hard: list[PairClause] = []
    """What must hold beyond `eligible`; a pair for which one cannot be computed is not proposed."""
    score: list[Score] = []
    """The parts of a score, added up. As many pairs as possible come first, the score of them all second."""
    decided_by: Annotated[Ids, Field(min_length=1)]
    """The roles that see the proposals and decide on them."""
    offer: Id | None = None
    """The transition by which a pair is offered; its input names the person sought. Without it, the role is assigned."""  # noqa: E501 (a sentence of the schema)


class Reminder(Rule):
    """A message that time sends."""

    exactly_one = ("after", "at")

    id: Id
    """Its name."""
    label: Text | None = None
    """What people read."""
    to: Ids
    """The roles; with `forms.x.waiting`, also `missing`: those for whom the entry waits."""
    while_: Annotated[StateRefs, Field(alias="while")]
    """The states in which it is sent."""
    each: Annotated[str, Field(pattern=EACH)] | None = None
    """One for every complete entry of a form, readable as `item.x`; `forms.x.waiting`: for every entry that waits for a signature or a confirmation; `series.x`: for every planned meeting."""  # noqa: E501 (a sentence of the schema)
    after: Delay | None = None
    """How long after the state was entered."""
    at: Expression | None = None
    """On that day."""
    every: Delay | None = None
    """Again after each such stretch of time."""
    max: Annotated[int, Field(ge=1, le=1000)] | None = None
    """The most that are sent."""
    stop_when: Condition | None = None
    """No more are sent while this holds."""
    only_if: Condition | None = None
    """One is skipped when this does not hold on its day."""
    roll: Literal["next_business_day", "previous_business_day", "none"] | None = None
    """Where it goes when its day is not a business day."""
    template: Id
    """The template of the message."""
    channel: Id = "email"
    """How it is sent."""
    catch_up: Literal["once", "all", "skip"] = "once"
    """After a stop of the service: send the last of the late ones, all of them, or none."""
    escalate: Escalation | None = None
    """Who is told when reminders did not help."""


class Template(Rule):
    """The words of a message."""

    subject: Text
    """One line."""
    body: Text
    """The message; `{fields.x}` stands for a value."""


class Guidance(Rule):
    """Advice, never a rule."""

    for_: Annotated[Ids, Field(alias="for")]
    """The roles that it is meant for."""
    in_: Annotated[StateRefs | None, Field(alias="in")] = None
    """The states in which it is shown; without it, everywhere."""
    text: Text
    """The advice."""


class Invariant(Rule):
    """Something that must hold at all times."""

    id: Id
    """Its name."""
    always: Condition
    """What must hold."""
    while_: Annotated[StateRefs | None, Field(alias="while")] = None
    """The states in which it must."""
    message: Text | None = None
    """What to tell when it does not."""


class Retention(Rule):
    """How long personal data are kept once it is over; then time erases them, and says so in the history."""

    id: Id
    """Its name."""
    label: Text | None = None
    """What people read."""
    what: Whats
    """`dyad`: all that the dyad keeps of people; `forms.x`: all that was given by that form; `enrolment`: what was said of someone who found no pair."""  # noqa: E501 (a sentence of the schema)
    in_state: StateRefs = []
    """The final states in which it is kept no longer than that."""
    outcome: Endings = []
    """The outcomes after which it is kept no longer than that: the same for every final state that has one of them."""
    from_: Annotated[Expression | None, Field(alias="from")] = None
    """The day from which the time runs, never erased before the end. Default, and where it cannot be known: the day on which that state was entered; of an enrolment, the day on which it last changed."""  # noqa: E501 (a sentence of the schema)
    keep_for: Delay
    """How long it is kept."""
    then: Literal["delete", "anonymise"] = "delete"
    """`delete`: the values are erased, with their keys; the history keeps what happened, and what says nothing of a person. `anonymise`: texts and files go too, and nobody in the history can be told any more."""  # noqa: E501 (a sentence of the schema)
    keep: Spareds = []
    """What stays all the same, for another law asks for it: `certificate` (the name on it), `forms.x`."""
    purpose: Text | None = None
    """What the anonymised history will serve; the register of anonymisations tells it."""


class Certificate(Rule):
    """A document that attests to something, under its own number. It says nothing of why its holder was eligible."""

    title: Text
    """What it attests to, in large letters."""
    text: Text | None = None
    """A sentence under the name of its holder, the same on all of them."""
    to: Id
    """The role whose holder receives it."""
    issued_by: Text | None = None
    """Who issues it. Default: the owner of the program."""
    issuer: Id | None = None
    """The role in whose name it is given: its holder at the issue is named on it, under who issues it."""
    number: Annotated[str, Field(pattern=NUMBERING, max_length=60)]
    """Its number, with `year` and `seq` (or `seq:4`) between braces: ABC-2026-0001. A program numbers its certificates together, from 1 each year."""  # noqa: E501 (a sentence of the schema)
    guard: list[GuardItem] = []
    """What must hold for it to be issued, beside what the transition asks for."""
    revoked_by: list[Id] = []
    """The roles that may revoke it, or issue it anew under another number, each time with a written reason."""
    visibility: list[Id] | None = None
    """The roles that see that it was issued, or revoked. Its holder does."""


class BreakGlass(Rule):
    """What may be opened in an emergency by those who do not see it, with a written reason, and for how long."""

    items: Annotated[list[BehindGlass], Field(min_length=1)]
    """What may be opened: `forms.x`, `forms.x.y`, `fields.x`, `roles.x.y`, `transitions.x`, `transitions.x.y`. What is narrower inside is named by itself."""  # noqa: E501 (a sentence of the schema)
    by: Ids
    """The roles that may open it."""
    when: Condition | None = None
    """When they may; always, where nothing is said."""
    for_: Annotated[Delay, Field(alias="for")]
    """How long it stays open to whoever opened it."""
    notify: Notify
    """Who is told at once that it was opened; with whoever opened it, they alone read the reason."""


class Visibility(Part):
    """Who sees what says nothing about it."""

    default: Ids
    """The roles that see an item that says nothing."""
    break_glass: BreakGlass | None = None
    """What may be opened in an emergency by those who do not see it."""


class Migration(Part):
    """How the dyads of another version come to live by this one."""

    from_: Annotated[str, Field(alias="from")]
    """The version that they leave."""
    to: str
    """The version that they come to: that of this file, or one from which another migration goes on to it."""
    states: dict[StateRef, StateRef] = {}
    """{state of the other version: state of this one}, for those that have not kept their name."""
    fields: dict[Id, Expression] = {}
    """{field: value}, computed once as the other version reads the dyad; other fields keep their values."""
    roles: dict[Renamed, Id] = {}
    """{role of the other version: role of this one}; `mentor.city: town` for an attribute. Others keep their name."""
    forms: dict[Renamed, Id] = {}
    """{form of the other version: form of this one}; `log.hours: time` for what is in its entries. Others keep their name."""  # noqa: E501 (a sentence of the schema)
    delays: Literal["keep", "recompute"] = "keep"
    """`keep`: what has begun keeps the day on which it began; `recompute`: it begins anew on the day of the migration."""  # noqa: E501 (a sentence of the schema)
    policy: Literal["migrate", "finish_on_old", "ask"] = "migrate"
    """`migrate`: every dyad; `finish_on_old`: none, they end on the version they have; `ask`: those that are named."""


# -------------------------------------------------------------------------------------------------------------- header


class Source(Part):
    """A document that the program follows."""

    title: Text
    """Its title."""
    provisions: str | None = None
    """The catalogue of its provisions: a file beside the program."""
    document: str | None = None
    """Where the document is: a file or an address."""


class Holiday(Part):
    """A day off, with its name."""

    date: str
    """The day: 2026-12-25."""
    label: Text
    """Its name."""


class WorkCalendar(Part):
    """Which days are business days."""

    weekend: list[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]] = [
        "saturday",
        "sunday",
    ]
    """The days of the week that are not worked."""
    region: Literal["quebec", "ontario"] | None = None
    """A region whose statutory holidays are taken."""
    holidays: list[str | Holiday] = []
    """Other days off."""
    easter: Literal["friday", "monday"] = "friday"
    """Good Friday or Easter Monday, whichever the employer gives."""


class Program(Part):
    """A program, as its file says it."""

    @staticmethod
    def written_down() -> Mapping[str, Any]:
        """What program files are held against; written by `make schemas`."""
        from dyade.program.program_structure import STRUCTURE

        return STRUCTURE

    dyade: str
    """The version of the language, quoted: "1.0"."""
    id: Id
    """Its stable name."""
    version: str
    """Its own version."""
    status: Literal["draft", "active", "retired"] = "draft"
    """`draft`: gaps are warnings; `active`: gaps are errors; `retired`: no new dyads."""
    title: Text
    """What people read."""
    summary: Text
    """One sentence on what it is for."""
    locales: Annotated[list[Annotated[str, Field(pattern=r"^[a-z]{2}$")]], Field(min_length=1)]
    """The languages of its texts; the first is the author's."""
    timezone: str
    """The zone in which days and hours are read: America/Toronto."""
    calendar: Literal["quebec", "ontario"] | WorkCalendar | None = None
    """The holidays that business days leave out."""
    day_time: Annotated[str, Field(pattern=r"^(?:[01]\d|2[0-3]):[0-5]\d$")] = "09:00"
    """The hour at which reminders go out."""
    owner: Text | None = None
    """Who answers for the program."""
    contacts: dict[Id, str] = {}
    """{role: address}, shown in refusals."""
    sender: str | None = None
    """The mailbox that its messages come from."""
    started_by: Annotated[list[Id], Field(min_length=1)]
    """The roles that may start a dyad."""
    jurisdiction: Literal["quebec_public", "quebec_private", "ontario", "none"] | None = None
    """Whose law sets how long data is kept."""
    sources: dict[Id, Source] = {}
    """The documents that it follows."""
    out_of_scope: dict[str, Text] = {}
    """{provision: reason} for what the program does not carry."""
    params: dict[Id, Param] = {}
    """The numbers, durations and dates of the program."""
    tables: dict[Id, Table] = {}
    """Small tables of values."""
    clauses: dict[Id, NamedGuard] = {}
    """Clauses used in several places."""
    roles: Annotated[dict[Id, Role], Field(min_length=1)]
    """Who takes part."""
    fields: dict[Id, FieldDatum] = {}
    """Data of the dyad."""
    forms: dict[Id, Form] = {}
    """What people fill."""
    series: dict[Id, Series] = {}
    """Meetings that are planned, held and attended."""
    enrolments: dict[Id, Enrolment] = {}
    """What is said of people before they are in a dyad, by role."""
    matching: Matching | None = None
    """How people who wait are brought together."""
    initial: Id
    """The state in which a dyad begins."""
    states: Annotated[dict[Id, State], Field(min_length=1)]
    """Where a dyad may stand."""
    transitions: list[Transition] = []
    """The rules by which it moves."""
    quotas: dict[Id, Quota] = {}
    """Places that dyads share."""
    budgets: dict[Id, Budget] = {}
    """Sums of money that dyads share."""
    deadlines: dict[Id, Deadline] = {}
    """Days by which things should be done."""
    reminders: list[Reminder] = []
    """Messages that time sends."""
    templates: dict[Id, Template] = {}
    """The words of the messages."""
    guidance: list[Guidance] = []
    """Advice to people."""
    retention: list[Retention] = []
    """How long personal data are kept."""
    certificates: dict[Id, Certificate] = {}
    """Documents that attest to something, with their numbers."""
    visibility: Visibility | None = None
    """Who sees what says nothing about it."""
    invariants: list[Invariant] = []
    """What must hold at all times."""
    migrations: list[Migration] = []
    """How the dyads of other versions come to live by this one."""


def load_model(data: dict[str, Any]) -> Program:
    """Build the model of data that fits; raise `Misshapen` for any other."""
    return made(Program, data)
