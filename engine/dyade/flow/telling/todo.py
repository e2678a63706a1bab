"""What is there to do, and who can? A blocked clause turned into acts; the fewest steps to a good end."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from dyade.flow import advancing, entries
from dyade.flow.draft import Draft
from dyade.flow.guards import NONE_WAIVED, Compiled, CompiledEligible, CompiledLeaf, Judged
from dyade.flow.moves import target_leaf
from dyade.flow.rules import FormPlan, Rule
from dyade.flow.telling.visibility import Reader
from dyade.flow.telling.words import Words, day
from dyade.program.conditions.tree import reads
from dyade.program.graph import MAIN
from dyade.texts import quote_list, sentence

MOST_STEPS = 500


def todo_for(draft: Draft, row: Judged, words: Words, reader: Reader) -> str:
    """What would make a clause hold, where that can be told from what it reads."""
    leaf = row.leaf
    if leaf is None or row.under_none:
        return ""
    for read in reads(leaf.when):
        match read.parts:
            case ("forms", form, *_) if reader.sees_form(form):
                return _form_todo(draft, draft.plan.forms[form], words, reader)
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
    by = tuple(draft.plan.program.model.roles[role].assigned_by or ())
    waiting = [h.person for h in draft.holdings.get(role, ()) if h.pending]
    if waiting:
        who = words.person(waiting[0])
        return sentence("answers", "todo.accept", words.lang, role=words.role(role), who=who)
    return sentence("answers", "todo.assign", words.lang, role=words.role(role), who=words.roles(by))


def _form_todo(draft: Draft, form: FormPlan, words: Words, reader: Reader) -> str:
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


def _filling_key(form: FormPlan) -> str:
    """Filling is not all: the words say that it is signed, or confirmed, afterwards."""
    return "todo.fill.signed" if form.signers else "todo.fill.confirmed" if form.confirmed_by else "todo.fill"


def way_out(draft: Draft, words: Words, reader: Reader) -> Iterator[str]:
    """The acts that are wanted, at least, before a good end: blocked clauses as acts, along the fewest moves."""
    path = shortest(draft)
    if path is None:
        return
    told: dict[str, None] = {}
    for i, rule in enumerate(path):
        if i == 0:
            leaf = next(leaf for leaf in draft.leaves.values() if leaf in rule.sources)
            draft.entered = draft.stays.get(rule.sources[leaf] or leaf)
            told.update(dict.fromkeys(_wanted(draft, rule.guard.group, words, reader)))
            draft.entered = None
        if rule.by:
            told.setdefault(_act(draft, rule, words, first=i == 0))
    yield from told


def _wanted(draft: Draft, item: Compiled, words: Words, reader: Reader) -> list[str]:
    """The acts that would make a part of a guard hold; of several ways, one after the other, joined by "or"."""
    if item.verdict(draft, NONE_WAIVED) is True:
        return []
    match item:
        case CompiledLeaf():
            row = next(item.judge(draft, NONE_WAIVED, 0, False))
            told = todo_for(draft, row, words, reader) if item.leaf.must and reader.sees_clause(item.leaf) else ""
            return [told] if told else []
        case CompiledEligible():
            return [] if draft.holders(item.role) or item.person else [role_todo(draft, item.role, words)]
    inside = [_wanted(draft, part, words, reader) for part in item.items]
    if item.op == "any":
        ways = list(dict.fromkeys(" + ".join(acts) for acts in inside if acts))
        return [quote_list(ways, words.lang)] if ways else []
    return [act for acts in inside for act in acts] if item.op == "all" else []


def _act(draft: Draft, rule: Rule, words: Words, first: bool) -> str:
    standing = advancing.assents(draft, rule) if first and rule.joint else ()
    missing = advancing.missing(draft, rule, standing) if standing else ()
    wanted = missing or rule.by
    names = dict.fromkeys(
        words.role(name) if name in (*draft.plan.roles, "system") else words.person(name) for name in wanted
    )
    glue = " + " if rule.joint else ", "
    return sentence("answers", "todo.fire", words.lang, name=words.transition(rule.id), who=glue.join(names))


def shortest(draft: Draft) -> list[Rule] | None:
    """The fewest moves of the main region from here to a final state of success (or to any, where there is none)."""
    plan = draft.plan
    start = draft.leaves[MAIN]
    if plan.is_final(start):
        return None
    finals = [path for path, node in plan.graph.nodes.items() if node.model.final]
    good = {path for path in finals if plan.graph.nodes[path].model.outcome in (None, "success")} or set(finals)
    came: dict[str, tuple[str, Rule]] = {}
    queue = deque([start])
    seen = {start}
    while queue and len(seen) < MOST_STEPS:
        leaf = queue.popleft()
        if leaf in good:
            return _back(came, start, leaf)
        for rule in plan.rules.values():
            target = _lands(draft, rule, leaf)
            if target is not None and target not in seen:
                seen.add(target)
                came[target] = (leaf, rule)
                queue.append(target)
    return None


def _lands(draft: Draft, rule: Rule, leaf: str) -> str | None:
    """The main leaf that a rule leads to from another, through the tracks of a leaf too."""
    if rule.target is None:
        return None
    plan = draft.plan
    from_here = leaf in rule.sources or any(
        source in rule.sources for track in plan.graph.nodes[leaf].tracks for source in plan.graph.regions[track].leaves
    )
    if not from_here:
        return None
    found = plan.leaf_in(MAIN, target_leaf(draft, rule.target))
    return found if found != leaf else None


def _back(came: dict[str, tuple[str, Rule]], start: str, leaf: str) -> list[Rule]:
    path: list[Rule] = []
    while leaf != start:
        leaf, rule = came[leaf]
        path.insert(0, rule)
    return path
