"""What changes for a dyad that comes to live by another version: where it stands, its due dates, what newly blocks it.

It is told as to the operator of a store: only what nothing narrows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad
from dyade.flow.migrating import Passage
from dyade.flow.outcome import Context, Decision, Reason, Refusal
from dyade.flow.plan import plan_of
from dyade.flow.telling.explain import Explanation, explain
from dyade.flow.telling.refusals import reason_sentence
from dyade.flow.telling.upcoming import Coming, upcoming
from dyade.flow.telling.visibility import Reader
from dyade.flow.telling.words import Words
from dyade.program.program import Program
from dyade.texts import sentence


class Due(NamedTuple):
    """What time will do, before and after."""

    what: str
    before: str
    """The local moment; empty where it is new."""
    after: str
    """The local moment; empty where it is lost."""


class Blocked(NamedTuple):
    """A transition that may be made from here in both versions, and what stands in its way only in the new one."""

    transition: str
    label: str
    clauses: tuple[str, ...]
    sentences: tuple[str, ...]


class PassageView(NamedTuple):
    """A migration of one dyad, ready to be shown."""

    before: tuple[str, ...]
    """Where it stands, region by region, by the labels of the old version."""
    after: tuple[str, ...]
    """Where it will stand; nowhere, where it is refused."""
    reasons: tuple[tuple[str, str], ...]
    """(code, sentence): why not."""
    due: tuple[Due, ...]
    blocked: tuple[Blocked, ...]
    lost: tuple[str, ...]
    """Labels of what the new version has no place for."""


def passage_view(old: Program, new: Program, dyad: Dyad, context: Context, passage: Passage, lang: str) -> PassageView:
    """Tell what a migration does."""
    words = Words(plan_of(old), lang, context.names)
    gone = tuple(" › ".join(_labels(words, path)) for path in passage.lost)
    before = explain(old, dyad, context, None, lang)
    outcome = passage.outcome
    if isinstance(outcome, Refusal):
        reasons = tuple((reason.code, reason_told(reason, words)) for reason in outcome.reasons)
        return PassageView(_where(before), (), reasons, (), (), gone)
    after = explain(new, outcome.dyad, context, None, lang)
    due = tuple(_dues(old, new, dyad, outcome, context, lang))
    return PassageView(_where(before), _where(after), (), due, tuple(_blocked(before, after)), gone)


def reason_told(reason: Reason, words: Words) -> str:
    """Why a dyad cannot come to the new version."""
    labels: Mapping[str, Callable[[str], str]] = {
        "state_gone": words.state,
        "role_gone": words.role,
        "certificate_gone": words.certificate,
        "share_gone": str,
    }
    if reason.code in ("quota_full", "quota_waiting"):
        return reason_sentence(reason, words)
    if reason.code in ("name_not_there", "version_not_kept"):
        return sentence("answers", f"migrate.{reason.code}", words.lang, id=reason.about)
    label = labels.get(reason.code, words.field)(reason.about)
    return sentence("answers", f"migrate.{reason.code}", words.lang, id=reason.about, label=label)


def _labels(words: Words, path: tuple[str, ...]) -> Iterator[str]:
    if path[0] == "forms":
        yield words.form(path[1])
    elif path[0] == "roles":
        yield words.role(path[1])
    elif path[0] == "series":
        yield words.series(path[1])
    if path[0] == "fields" or len(path) > 2:
        yield words.datum(path)


def _where(explanation: Explanation) -> tuple[str, ...]:
    return tuple(f"{region} : {state}" if region else state for region, state in explanation.states)


def _blocked(before: Explanation, after: Explanation) -> Iterator[Blocked]:
    known = {view.id: view for view in before.transitions}
    for view in after.transitions:
        old = known.get(view.id)
        if old is None or "not_available" in (old.status, view.status):
            continue
        did = {clause.id for clause in old.clauses if clause.verdict in ("no", "unknown")}
        fresh = [c for c in view.clauses if c.level == "must" and c.id and c.verdict in ("no", "unknown")]
        fresh = [clause for clause in fresh if clause.id not in did]
        if fresh:
            ids, told = tuple(c.id for c in fresh), tuple(c.sentence for c in fresh)
            yield Blocked(view.id, view.label, ids, told)


def _dues(old: Program, new: Program, dyad: Dyad, decision: Decision, context: Context, lang: str) -> Iterator[Due]:
    """What will come at another moment, no more, or newly."""
    before, after = _coming(old, dyad, context, lang), _coming(new, decision.dyad, context, lang)
    for key in dict.fromkeys((*before, *after)):
        was, (what, now) = before.get(key, ("", ""))[1], after.get(key, ("", ""))
        if was != now:
            yield Due(what or before[key][0], was, now)


def _coming(program: Program, dyad: Dyad, context: Context, lang: str) -> dict[tuple[str, str], tuple[str, str]]:
    draft = Draft(plan_of(program), dyad, context)
    words = Words(draft.plan, lang, context.names)
    return {(c.kind, c.id): (_told(c, words), words.moment(c.at)) for c in upcoming(draft, Reader(draft, None))}


def _told(coming: Coming, words: Words) -> str:
    return sentence("answers", f"coming.{coming.kind}", words.lang, name=coming.label(words))
