"""What may a scenarios file say? People, a clock, steps, and what must then be true, as frozen models."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from dyade.program.diagnostics import Findings
from dyade.program.model import IDENTIFIER, STATE_PATH, Id, Misshapen, Part, Scalar, Text, TrueAlone, made
from dyade.program.shape import Shape, check_shape
from dyade.program.tree import Tree

CLOCK = r"^(?:\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2})?|\+ ?.{1,40})$"
DAY = r"^\d{4}-\d{2}-\d{2}$"
MOMENT = r"^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2})?$"
PLACEHOLDER = r"^\$[a-z][a-z0-9_]*$"
"""One value of the matrix; it may stand wherever a name, a state or a day does."""
NAME = f"{IDENTIFIER}|{PLACEHOLDER}"
WHERE = f"{STATE_PATH}|{PLACEHOLDER}"
NOBODY_IS = ("clock", "then", "attributes", "others")
ACTOR = rf"^(?!(?:{'|'.join(NOBODY_IS)})$)[a-z][a-z0-9_]*$"
"""Nobody is called as the steps that nobody takes."""

Clock = Annotated[str, Field(pattern=f"{CLOCK}|{PLACEHOLDER}")]
Day = Annotated[str, Field(pattern=f"{DAY}|{PLACEHOLDER}")]
Hour = Annotated[str, Field(pattern=r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$")]
Moment = Annotated[str, Field(pattern=f"{MOMENT}|{PLACEHOLDER}")]
Value = Annotated[
    Scalar | list[Scalar | dict[str, Scalar]] | dict[str, Scalar] | None, Field(json_schema_extra={"x-kind": "value"})
]
"""What a form, a field or an attribute may be given: as JSON has it."""
Values = Annotated[dict[Id, Value], Field(json_schema_extra={"x-kind": "values"})]
NOTHING: Values = {}
NOWHERE: dict[str, str] = {}
Name = Annotated[str, Field(pattern=NAME, json_schema_extra={"x-kind": "name"})]
Where = Annotated[str, Field(pattern=WHERE, json_schema_extra={"x-kind": "where"})]
People = list[Name]
Told = dict[Id, Text]
"""{clause: message}; `any` stands for every message."""


class Person(Part):
    """Somebody of the story; keys that are not below are attributes."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"propertyNames": {"pattern": IDENTIFIER}})
    __pydantic_extra__: dict[Id, Value] = Field(init=False)

    role: Name | None = None
    """The role that this person holds."""
    roles: list[Name] | None = None
    """The roles, where there are several."""
    name: str | None = None
    """What people call them; by default their key."""
    pool: bool = False
    """`true`: holds no role yet, and waits to be assigned."""


class GivenEntry(Part):
    """An entry that is there already, and how far it has come."""

    with_: Annotated[Values, Field(alias="with")]
    """The entry."""
    by: Name | None = None
    """Who filled it; by default, the first person who may."""
    on: Day | None = None
    """The day on which it was recorded; by default, the day on which the story begins."""
    signed_by: People | None = None
    """Who has signed it; by default, everybody who is asked to."""
    confirmed_by: People | None = None
    """Who has confirmed it; by default somebody, unless it is said who has signed."""
    step: Name | None = None
    """Its situation in its own small life, where that is no longer `submitted`; the effects of the step are not done."""  # noqa: E501 (a sentence of the schema)


def _as_entry(values: Values) -> Values:
    """What says `with` says how far an entry has come."""
    if "with" in values:
        raise ValueError("with")
    return values


Entry = Annotated[GivenEntry | Annotated[Values, AfterValidator(_as_entry)], Field(union_mode="left_to_right")]
NO_MEETINGS: dict[str, list[GivenMeeting]] = {}
NO_ENTRIES: dict[str, Entry | list[Entry]] = {}


def several(filled: Entry | list[Entry]) -> list[Entry]:
    """The entries that are given, where there may be one alone."""
    return filled if isinstance(filled, list) else [filled]


class GivenMeeting(Part):
    """A meeting that is there already, and what became of it; planned, where nothing is said."""

    day: Day
    """Its day."""
    at: Hour | None = None
    """Its hour, where it is not that of the series."""
    present: People | None = None
    """Who was there: it was held."""
    excused: People | None = None
    """Whose absence was excused beforehand."""
    cancelled: TrueAlone | None = None
    """`true`: it will not be held."""


class Given(Part):
    """What is already true when the story begins."""

    state: Where | None = None
    """Where the dyad stands."""
    tracks: dict[Id, Where] = NOWHERE
    """Where its tracks stand; by default, where they begin."""
    fields: Values = NOTHING
    """Values of fields."""
    forms: dict[Id, Entry | list[Entry]] = NO_ENTRIES
    """Entries, one or a list: complete, or as far as `{with: …, signed_by: …, step: …}` says."""
    series: dict[Id, list[GivenMeeting]] = NO_MEETINGS
    """Meetings of its series: planned, held or cancelled."""
    after: str | None = None
    """The name of a scenario to go on from."""


# --------------------------------------------------------------------------------------------------------------- steps


class Act(Part):
    """Something that a person does."""

    on: Day | None = None
    """The day on which it happened, where it is recorded later."""
    for_: Annotated[Name | None, Field(alias="for")] = None
    """The person in whose name it is recorded."""


class Do(Act):
    """Fire a transition."""

    do: Name
    """The transition, or its event."""
    with_: Annotated[Values, Field(alias="with")] = NOTHING
    """Its input."""


class FillIn(Act):
    """Fill a form."""

    fill: Name
    """The form."""
    with_: Annotated[Values, Field(alias="with")] = NOTHING
    """The entry."""
    draft: bool = False
    """`true`: kept, and not submitted yet."""
    entry: int | None = None
    """Which entry, from 1; by default a new one, or one's own draft."""


class OnEntry(Act):
    """Something done to an entry."""

    entry: int | None = None
    """Which entry, from 1; by default the last one."""


class SignIt(OnEntry):
    """Sign an entry."""

    sign: Name
    """The form."""


class UnsignIt(OnEntry):
    """Withdraw one's signature."""

    unsign: Name
    """The form."""


class ConfirmIt(OnEntry):
    """Confirm an entry."""

    confirm: Name
    """The form."""


class TakeStep(OnEntry):
    """Move an entry through its own small life."""

    step: Name
    """The step."""
    form: Name | None = None
    """The form, where several have such a step."""
    with_: Annotated[Values, Field(alias="with")] = NOTHING
    """Its input."""


class CorrectIt(OnEntry):
    """Put right a complete entry."""

    correct: Name
    """The form."""
    with_: Annotated[Values, Field(alias="with")]
    """What changes."""
    reason: str
    """Why."""


class SetFields(Act):
    """Give fields their values."""

    set: Annotated[dict[Id, Value], Field(min_length=1)]
    """{field: value}; an empty value empties it."""


class AssignRole(Act):
    """Give a role to a person."""

    assign: Annotated[dict[Id, Name], Field(min_length=1)]
    """{role: person}."""


class UnassignRole(Act):
    """Take a role from a person."""

    unassign: Annotated[dict[Id, Name], Field(min_length=1)]
    """{role: person}."""


class ReplaceHolder(Act):
    """Give to one person the role of another."""

    replace: Annotated[dict[Id, Name], Field(min_length=1)]
    """{role: new person}."""
    old: Name | None = None
    """Who leaves, where several hold the role."""


class AcceptRole(Act):
    """Accept an assignment."""

    accept: Name
    """The role."""


class DeclineRole(Act):
    """Decline an assignment."""

    decline: Name
    """The role."""


class WaiveClause(Act):
    """Lift a clause."""

    waive: Name
    """The clause."""
    rule: Name | None = None
    """The transition or form, where several have such a clause."""
    reason: str
    """Why."""


class RevealIt(Act):
    """Open, in an emergency, what one may not see."""

    reveal: Where
    """What: an item of `break_glass`, such as `forms.notes`, or what several of them stand under."""
    reason: str
    """Why."""


class WithdrawAssent(Act):
    """Take back one's assent to a joint act."""

    withdraw: Name
    """The transition."""


class RevokeIt(Act):
    """Revoke a certificate."""

    revoke: Name
    """The certificate."""
    reason: str
    """Why."""


class ReissueIt(Act):
    """Issue a certificate anew, under another number."""

    reissue: Name
    """The certificate."""
    reason: str
    """Why."""


class OnMeeting(Act):
    """Something done to meetings of a series."""


class PlanThem(OnMeeting):
    """Plan meetings of a series."""

    plan: Name
    """The series."""
    days: Annotated[list[Day], Field(min_length=1)]
    """Their days."""
    until: Day | None = None
    """With this, meetings also every so often after the last of them, up to that day."""
    at: Hour | None = None
    """The hour at which they begin; by default, that of the series."""


class MoveIt(OnMeeting):
    """Give another day or hour to a planned meeting."""

    move: Name
    """The series."""
    day: Day
    """The day that the meeting has."""
    to: Day
    """The day that it receives; the one that it has, where its hour alone changes."""
    at: Hour | None = None
    """The hour that it receives; by default, the one that it has."""


class CancelIt(OnMeeting):
    """Cancel a planned meeting."""

    cancel: Name
    """The series."""
    day: Day
    """The day of the meeting."""


class AttendIt(OnMeeting):
    """Say that a meeting was held, and who was there."""

    attend: Name
    """The series."""
    day: Day | None = None
    """The day of the meeting; by default, the oldest one whose attendance is awaited."""
    present: People
    """Who was there."""


class ExcuseIt(OnMeeting):
    """Excuse an absence beforehand."""

    excuse: Name
    """The series."""
    day: Day
    """The day of the meeting."""
    person: Name | None = None
    """Who will not be there; by default, who acts."""


class StartDyad(Act):
    """Start a dyad."""

    start: TrueAlone | dict[Id, Name | list[Name]]
    """{role: person} from the start, or `true`."""
    with_: Annotated[Values, Field(alias="with")] = NOTHING
    """Values of fields."""


AnyAct = Annotated[
    Name | Do | FillIn | SignIt | UnsignIt | ConfirmIt | TakeStep | CorrectIt | SetFields | AssignRole
    | UnassignRole | ReplaceHolder | AcceptRole | DeclineRole | WaiveClause | RevealIt | WithdrawAssent | RevokeIt
    | ReissueIt | PlanThem | MoveIt | CancelIt | AttendIt | ExcuseIt | StartDyad,
    Field(union_mode="left_to_right"),
]  # fmt: skip


class ClockStep(Part):
    """Time passes."""

    clock: Clock
    """A day, an hour of a day, or a stretch of time: `+10 business days`."""


class AttributesStep(Part):
    """Something that is known of people changes, in the host's register."""

    attributes: Annotated[dict[Id, Values], Field(min_length=1)]
    """{person: {attribute: value}}."""


class OthersStep(Part):
    """The other dyads take places or spend money, or give them back."""

    others: Annotated[dict[Id, Scalar | dict[Id, Scalar]], Field(min_length=1)]
    """{quota or budget: what all the others use from now on}; where each person has places, {person: places}."""


class Then(Part):
    """What must be true at this point."""

    state: Where | None = None
    """Where the dyad stands."""
    tracks: dict[Id, Where] | None = None
    """Where each of its tracks stands."""
    outcome: Literal["success", "failure", "withdrawn", "expired", "rejected"] | None = None
    """How it ended."""
    fields: Values | None = None
    """Values of fields, formulas included."""
    notified: People | dict[Id, People] | None = None
    """Who received a message since the last such look, or {template: people}."""
    reminded: dict[Id, People] | None = None
    """{reminder: people} since the last such look."""
    escalated: dict[Id, People] | None = None
    """{reminder: people} told that it did not help."""
    certificate: dict[Id, str | None] | None = None
    """{certificate: the number of the one that attests at present}; empty: none does."""
    purged: People | None = None
    """The retention rules by which time has erased personal data, since the beginning."""
    waiting_for: dict[Id, People] | None = None
    """{transition: people} whose assent is missing."""
    blocked: dict[Id, Told] | None = None
    """{transition: {clause: message}} that do not hold."""
    advised: dict[Id, Told] | None = None
    """{transition: {clause: message}} that only advise."""
    visible: dict[Id, list[Where]] | None = None
    """{person: items} that they see."""
    hidden: dict[Id, list[Where]] | None = None
    """{person: items} that they do not see."""
    quota: dict[Id, Scalar | None] | None = None
    """{quota or budget: what is left of it}; for a quota, also `held`, `waiting` or empty: what this dyad has."""
    due: dict[Id, Moment | None] | None = None
    """{reminder, transition, deadline, form or series: the day on which it is due}."""
    enrolled: dict[Id, Name | None] | None = None
    """{person: the status that the dyad gave last to their enrolment}; empty: none."""
    proposed: People | dict[Id, Told] | None = None
    """Who of the pool would be proposed by `matching`, the best first; or {person: {clause: message}} in the way."""
    series: dict[Id, Values] | None = None
    """{series: {planned, held, attended, missed, excused, overdue, next, next_at or last: value}}."""


class ThenStep(Part):
    """A look at what is true."""

    then: Then
    """What must then be true."""


class ActStep(Part):
    """Somebody acts: {person: act}."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"propertyNames": {"pattern": ACTOR}, "x-others": 1})
    __pydantic_extra__: dict[Id, AnyAct] = Field(init=False)

    refused: Told | None = None
    """The act is refused: {clause, `not_allowed` or `not_available`: message}."""

    @model_validator(mode="after")
    def _one_actor(self) -> ActStep:
        """JSON Schema has no word for how many keys there are beside those that are known."""
        if len(self.model_extra or {}) != 1 or self.person in NOBODY_IS:
            raise ValueError("a step has one person")
        return self

    @property
    def person(self) -> str:
        """Who acts."""
        return next(iter(self.model_extra or {}))

    @property
    def act(self) -> Any:
        """What they do: the name of a transition, or one of the acts."""
        return next(iter((self.model_extra or {}).values()))


Step = Annotated[ClockStep | ThenStep | AttributesStep | OthersStep | ActStep, Field(union_mode="left_to_right")]


# ---------------------------------------------------------------------------------------------------------------- file


NOBODY: dict[str, Person] = {}


class Setting(Part):
    """Where a story begins."""

    clock: Moment | None = None
    """When it begins."""
    people: dict[Id, Person] = NOBODY
    """Who takes part; what is said here is merged over the defaults."""
    given: Given = Given.model_construct()
    """What is already true."""


class Scenario(Setting):
    """A story, and what must be true in it."""

    # Made ready before the file that holds it, which then does not make it ready a second time.
    model_config = ConfigDict(defer_build=False)

    name: Annotated[str, Field(min_length=1)]
    """What it is called."""
    steps: Annotated[list[Step], Field(min_length=1)]
    """What happens, in order."""
    matrix: dict[Id, Annotated[list[Scalar], Field(min_length=1)]] | None = None
    """The story is lived once for each value, written `$name` in it."""


class Scenarios(Part):
    """The scenarios of a program."""

    @staticmethod
    def written_down() -> Mapping[str, Any]:
        """What scenarios files are held against; written by `make schemas`."""
        from dyade.authoring.scenarios_structure import STRUCTURE

        return STRUCTURE

    scenarios_for: Name
    """The program."""
    defaults: Setting = Setting.model_construct()
    """What holds for every scenario that does not say otherwise."""
    scenarios: Annotated[list[Scenario], Field(min_length=1)]
    """The stories."""


@lru_cache(maxsize=1)
def _steps() -> TypeAdapter[Any]:
    return TypeAdapter(Step)


def load_step(data: Mapping[str, Any]) -> Any:
    """Build one step from data; raise `Misshapen` for any other data."""
    try:
        return _steps().validate_python(dict(data))
    except ValidationError:
        raise Misshapen(((), dict(data))) from None


def load_scenarios(data: dict[str, Any]) -> Scenarios:
    """Build the model from data of the right shape."""
    return made(Scenarios, data)


def scenarios_schema() -> dict[str, Any]:
    """The schema of a scenarios file, for editors."""
    from dyade.program.schema import editor_schema

    return editor_schema(Scenarios, "dyade scenarios")


def check_scenarios_shape(tree: Tree, findings: Findings) -> Shape:
    """Hold a scenarios file against its schema; `program.shape.prune` leaves out what does not fit."""
    return check_shape(tree, Scenarios, findings)
