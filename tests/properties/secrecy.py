"""Is anything told to somebody who may not see it? What is narrowed was given in words that stand nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dyade.flow import messages as c
from dyade.flow.outcome import Refusal
from dyade.flow.placing import Placement
from dyade.flow.telling.cards import card
from dyade.flow.telling.explain import explain
from dyade.flow.telling.meetings import meetings
from dyade.flow.telling.refusals import refusal_sentences
from dyade.flow.telling.worklist import tasks
from dyade.program.program import Program
from tests.properties.beside import Migrate
from tests.properties.holds import history
from tests.properties.programs import PEOPLE
from tests.properties.walks import SECRET, Step, Walk

Roles = frozenset[str]


def tells_no_secret(walk: Walk, n: int) -> None:
    """All that somebody is told of a dyad holds nothing that they may not see; nor do its meetings."""
    if walk.dyad is None:
        return
    held = sorted({one.person for held in walk.dyad.holdings.values() for one in held})
    reader = (*held, *PEOPLE)[n % (len(held) + 2)] if held else PEOPLE[n % len(PEOPLE)]
    roles = roles_of(walk, reader)
    hidden = _hidden(walk, reader, roles)
    program, dyad, context = walk.program, walk.dyad, walk.context
    if hidden:
        told = repr((
            card(program, dyad, context, reader, "fr"),
            explain(program, dyad, context, reader, "en"),
            history(walk, reader, "en"),
            tasks(program, dyad, context, reader, "fr", 30),
        ))  # fmt: skip
        assert [secret for secret in hidden if secret in told] == [], (reader, roles)
    for name, series in program.model.series.items():
        if not _sees(program, roles, series.visibility):
            assert [one for one in meetings(program, dyad, context, reader, "en") if one.series == name] == []


def sends_no_secret(walk: Walk, step: Step) -> None:
    """No message holds what its recipient may not see, no refusal what whoever acted may not."""
    if step.after is None or not step.kept:
        return
    for _, effect in step.kept.effects:
        if isinstance(effect, c.Notice) and SECRET in repr(effect.facts):
            hidden = _hidden(walk, effect.to, roles_of(walk, effect.to) | _roles_before(step, effect))
            assert [secret for secret in hidden if secret in repr(effect.facts)] == [], effect
    if isinstance(step.outcome, Refusal) and not isinstance(step.command, Migrate | Placement):
        told = refusal_sentences(step.where.program, step.outcome.reasons, "fr", {})
        if SECRET in "".join(told):
            actor = step.command.actor  # type: ignore[union-attr]
            hidden = _hidden(walk, actor, roles_of(walk, actor))
            assert [secret for secret in hidden if secret in "".join(told)] == [], step.command


def _roles_before(step: Step, notice: c.Notice) -> Roles:
    """What somebody held before a step, or is invited to: a message may have been written then."""
    held = step.before.holdings if step.before is not None else {}
    mine = {role for role, holders in held.items() if any(one.person == notice.to for one in holders)}
    return frozenset((*mine, notice.rule) if notice.rule in step.where.program.model.roles else mine)


def roles_of(walk: Walk, person: str) -> Roles:
    """What somebody holds."""
    assert walk.dyad is not None
    holdings = ((role, one) for role, held in walk.dyad.holdings.items() for one in held)
    mine = {role for role, one in holdings if one.person == person and not one.pending}
    return frozenset(mine | {role for role, people in walk.shared.items() if person in people})


def _hidden(walk: Walk, reader: str, roles: Roles) -> list[str]:
    """The words that were given to a dyad, and that somebody may not see: others gave them, and nothing shows them.

    What a form asks for may be copied by the program into a field that more people see.
    """
    given = tuple(_given(walk, reader, roles))
    shown = {words for words, given_by, sees in given if sees or given_by == reader}
    return [words for words, _, _ in given if words not in shown]


def _given(walk: Walk, reader: str, roles: Roles) -> Iterator[tuple[str, str, bool]]:
    """(words, who gave them, whether somebody sees them) of each narrowed text."""
    program, filled_by = walk.program, dict[tuple[str, int], str]()
    opened, names, old = _opened(walk, reader), _names(walk), _once(walk, roles)
    for record in walk.records:
        if isinstance(record, c.FieldSet) and _is_secret(record.value):
            field = program.model.fields.get(record.field)
            if field is not None:
                sees = _sees(program, roles, field.visibility) or f"fields.{record.field}" in opened
            else:
                sees = _sees(walk.first, old, walk.first.model.fields[record.field].visibility)
            yield record.value, record.head.actor, sees
        elif isinstance(record, c.Filled | c.Corrected):
            form = names.get(f"forms.{record.form}", record.form)
            if isinstance(record, c.Filled):
                filled_by[form, record.entry] = record.head.actor
            author = filled_by[form, record.entry] == reader
            for name, value in record.data.items():
                if _is_secret(value):
                    now = names.get(f"forms.{record.form}.{name}", name)
                    sees = _sees_entry(program, roles, form, now, author, opened)
                    yield value, record.head.actor, sees


def _opened(walk: Walk, reader: str) -> frozenset[str]:
    """What somebody opened, and is not closed again."""
    revealed = (one for one in walk.records if isinstance(one, c.Revealed) and one.head.actor == reader)
    return frozenset(item for one in revealed if walk.now < one.until for item in one.items)


def _names(walk: Walk) -> Mapping[str, str]:
    """What has another name than in the version that the dyad began with."""
    return next((one.names or {} for one in walk.records if isinstance(one, c.Migrated)), {})


def _once(walk: Walk, roles: Roles) -> Roles:
    """Roles, as the version that the dyad began with calls them."""
    before = {now: role.removeprefix("roles.") for role, now in _names(walk).items() if role.count(".") == 1}
    return frozenset(before.get(role, role) for role in roles)


def _sees_entry(program: Program, roles: Roles, form: str, name: str, author: bool, opened: frozenset[str]) -> bool:
    around = program.model.forms[form].visibility
    own = program.model.forms[form].entry[name].visibility
    if f"forms.{form}.{name}" in opened:
        return True
    if f"forms.{form}" in opened:
        return own is None or _sees(program, roles, own, author)
    if not _sees(program, roles, around, author):
        return False
    return _sees(program, roles, own, author) or (own is None and author and "author" in (around or ()))


def _sees(program: Program, roles: Roles, listed: list[str] | None, author: bool = False) -> bool:
    """Whether who holds some roles is among those listed; where nothing is, among those who see by default."""
    default = program.model.visibility.default if program.model.visibility else [*program.model.roles]
    allowed = default if listed is None else listed
    return bool(roles & {*allowed}) or (author and "author" in allowed)


def _is_secret(value: object) -> bool:
    return isinstance(value, str) and value.startswith(SECRET)
