"""What is there to do, and who can? Blocked clauses turned into acts, along the fewest moves to a good end."""

from __future__ import annotations

from collections.abc import Iterator

from dyade.flow import advancing, entries, firing
from dyade.flow import series as meetings
from dyade.flow.draft import Draft
from dyade.flow.dyad import Assent
from dyade.flow.forms import FormPlan
from dyade.flow.guards import Compiled, CompiledEligible, CompiledLeaf, Judged, Waived
from dyade.flow.rules import Rule
from dyade.flow.telling.visibility import Reader
from dyade.flow.telling.ways import shortest
from dyade.flow.telling.words import Words, day
from dyade.program.conditions.tree import reads
from dyade.program.typed import leaves
from dyade.texts import quote_list, sentence


def todo_for(draft: Draft, row: Judged, words: Words, reader: Reader) -> str:
    """What would make a clause hold, where that can be told from what it reads."""
    leaf = row.leaf
    if leaf is None or row.under_none:
        return ""
    for read in reads(leaf.when):
        match read.parts:
            case ("forms", form, *_) if reader.sees_form(form):
                return form_todo(draft, draft.plan.forms[form], words, reader)
            case ("series", series, _) if reader.sees_series(series):
                return series_todo(draft, series, words)
            case ("roles", role, "assigned") | ("roles", role, "id") | ("roles", role, "people"):
                if not draft.holders(role):
                    return role_todo(draft, role, words)
            case ("fields", field, *_) if field in draft.plan.program.model.fields:
                by = draft.plan.program.model.fields[field].set_by
                if by and draft.plan.field(field)(draft) is None:
                    return sentence(
                        "answers", "todo.set", words.lang, name=words.field(field), who=words.roles(tuple(by))
                    )
    return ""


def role_todo(draft: Draft, role: str, words: Words) -> str:
    """Who names someone for a role, or who has to accept it."""
    declared = draft.plan.program.model.roles[role]
    by = tuple(declared.assigned_by or ())
    waiting = [h.person for h in draft.holdings.get(role, ()) if h.pending]
    if waiting:
        who = words.person(waiting[0])
        return sentence("answers", "todo.accept", words.lang, role=words.role(role), who=who)
    told = {"role": words.role(role), "who": words.roles(by)}
    if declared.assigned_in is None:
        return sentence("answers", "todo.assign", words.lang, **told)
    return sentence("answers", "todo.assign.in", words.lang, **told, states=words.states(declared.assigned_in))


def form_todo(draft: Draft, form: FormPlan, words: Words, reader: Reader) -> str:
    """Fill, sign or confirm, by whom, by when."""
    waiting = next((e for e in reversed(draft.entries.get(form.id, ())) if e.submitted and not e.complete), None)
    if waiting is None:
        who, key = words.roles(form.fillers), _filling_key(form)
    elif wanted := [person or role for role, person in entries.unsigned(draft, form, waiting)]:
        names = dict.fromkeys(words.role(w) if w in draft.plan.roles else words.person(w) for w in wanted)
        who, key = ", ".join(names), "todo.sign"
    else:
        who, key = words.roles(form.confirmed_by), "todo.confirm"
    then = words.roles(form.signers or form.confirmed_by)
    told = sentence("answers", key, words.lang, form=words.form(form.id), who=who, then=then)
    due, _ = entries.due_days(draft, form) if reader.sees_form_due(form.id) else (None, None)
    return told if due is None else f"{told} · {sentence('answers', 'todo.by', words.lang, day=day(due))}"


def series_todo(draft: Draft, series: str, words: Words) -> str:
    """Say who was there, else hold the next meeting, else plan one."""
    model = draft.plan.series[series].model
    late, coming = meetings.overdue(draft, series), meetings.next_day(draft, series)
    known = late[0].on if late else coming
    if known is None:
        who = words.roles(tuple(model.dates_set_by))
        return sentence("answers", "todo.plan", words.lang, name=words.series(series), who=who)
    told = {"name": words.series(series), "day": day(known), "who": words.roles(tuple(model.attendance_by))}
    return sentence("answers", "todo.attend" if late else "todo.meet", words.lang, **told)


def _filling_key(form: FormPlan) -> str:
    """Filling is not all: the words say that it is signed, or confirmed, afterwards."""
    return "todo.fill.signed" if form.signers else "todo.fill.confirmed" if form.confirmed_by else "todo.fill"


def way_out(draft: Draft, words: Words, reader: Reader) -> Iterator[str]:
    """The acts that are wanted, at least, before a good end: blocked clauses as acts, along the fewest moves."""
    told: dict[str, None] = {}
    for i, rule in enumerate(shortest(draft, reader) or ()):
        here = i == 0 and reader.sees_states(rule.sources)
        if here:
            told.update(dict.fromkeys(acts_wanted(draft, rule, words, reader)))
        if rule.by:
            told.setdefault(_act(draft, rule, words, reader if here else None))
    yield from told


def acts_wanted(draft: Draft, rule: Rule, words: Words, reader: Reader) -> list[str]:
    """The acts that would open the guard of a rule, from where the dyad stands."""
    leaf = next(leaf for leaf in draft.leaves.values() if leaf in rule.sources)
    draft.entered = draft.stays.get(rule.sources[leaf] or leaf)
    found = _wanted(draft, rule.guard.group, words, reader, firing.waived(draft, rule))
    draft.entered = None
    return found


def _wanted(draft: Draft, item: Compiled, words: Words, reader: Reader, waived: Waived) -> list[str]:
    """The acts that would make a part of a guard hold; of several ways, one after the other, joined by "or"."""
    match item:
        case CompiledLeaf():
            return _of_clause(draft, item, words, reader, waived)
        case CompiledEligible():
            return [] if draft.holders(item.role) or item.person else [role_todo(draft, item.role, words)]
    inside = [_wanted(draft, part, words, reader, waived) for part in item.items]
    if item.op == "any":
        # Where one way is hidden, whether another is still wanted would tell of it.
        hidden = not all(reader.sees_clause(leaf) for leaf in leaves(item.node))
        ways = list(dict.fromkeys(" + ".join(way) for way in inside if way))
        return [quote_list(ways, words.lang)] if ways and not hidden and item.verdict(draft, waived) is not True else []
    return [act for part in inside for act in part] if item.op == "all" else []


def _of_clause(draft: Draft, item: CompiledLeaf, words: Words, reader: Reader, waived: Waived) -> list[str]:
    if not item.leaf.must or not reader.sees_clause(item.leaf) or item.verdict(draft, waived) is True:
        return []
    told = todo_for(draft, next(item.judge(draft, waived, 0, False)), words, reader)
    return [told] if told else []


def standing(draft: Draft, rule: Rule, reader: Reader) -> tuple[Assent, ...]:
    """The assents that stand; to whoever may not know that it happens, only their own."""
    found = advancing.assents(draft, rule)
    if reader.sees_transition(rule.id):
        return found
    return tuple(assent for assent in found if assent.person == reader.person)


def _act(draft: Draft, rule: Rule, words: Words, reader: Reader | None) -> str:
    """A transition, and who fires it; to a reader, those who have not assented yet."""
    given = standing(draft, rule, reader) if reader is not None and rule.joint else ()
    missing = advancing.missing(draft, rule, given) if given else ()
    names = dict.fromkeys(
        words.role(name) if name in (*draft.plan.roles, "system") else words.person(name) for name in missing or rule.by
    )
    glue = " + " if rule.joint else ", "
    return sentence("answers", "todo.fire", words.lang, name=words.transition(rule.id), who=glue.join(names))
