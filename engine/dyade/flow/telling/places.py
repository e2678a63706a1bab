"""What a dyad has of what is shared, and how much of it is left, in words; for one reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dyade.flow.draft import Draft
from dyade.flow.outcome import Counter, Reason
from dyade.flow.quotas import PROGRAM, BudgetPlan, QuotaPlan, counted, money
from dyade.flow.telling.visibility import Reader
from dyade.flow.telling.words import Words, said
from dyade.program.conditions.types import MONEY
from dyade.texts import sentence


def of_shared(draft: Draft, reader: Reader, words: Words) -> Iterator[tuple[str, str]]:
    """(label, what is used and left, what this dyad has), one line for each quota and budget that the reader sees."""
    shared = draft.plan.shared
    if shared is None:
        return
    for quota in shared.quotas:
        if reader.sees_listed(quota.model.visibility):
            for person in _persons(draft, quota):
                yield _label(quota, person, words), _places(draft, quota, person, words.lang)
    for budget in shared.budgets:
        if reader.sees_budget(budget.id):
            yield words.budget(budget.id), _money(draft, budget, words)


def _persons(draft: Draft, quota: QuotaPlan) -> tuple[str, ...]:
    if quota.role is None:
        return ("",)
    return tuple(holding.person for holding in draft.holdings.get(quota.role, ()))


def _label(quota: QuotaPlan, person: str, words: Words) -> str:
    label = words.quota(quota.id)
    return f"{label} ({words.person(person)})" if person else label


def _places(draft: Draft, quota: QuotaPlan, person: str, lang: str) -> str:
    found = counted(draft, quota.name, person, quota.most)
    share = draft.shares.get((quota.name, person))
    told = sentence("answers", "shared.places", lang, used=found.used, max=found.most or 0)
    own = {None: "", 0: "waits"}.get(share, "held")
    parts = [told, sentence("answers", f"shared.{own}", lang)] if own else [told]
    if found.waiting:
        parts.append(sentence("answers", "shared.waiting", lang, found.waiting))
    return " · ".join(parts)


def _money(draft: Draft, budget: BudgetPlan, words: Words) -> str:
    found = counted(draft, budget.name, "", budget.most)
    used, most = words.value(money(found.used), MONEY), words.value(money(found.most or 0), MONEY)
    return sentence("answers", "shared.money", words.lang, used=used, max=most)


def lack_sentence(reason: Reason, words: Words) -> str:
    """Why there is no place, or not enough money: the program's own words, then the numbers that may be told."""
    facts, lang = reason.facts, words.lang
    label = words.budget(reason.about) if reason.code == "budget_passed" else words.quota(reason.about)
    person = str(facts.get("person") or "")
    if person and words.model.quotas[reason.about].per != PROGRAM:
        label = f"{label} ({words.person(person)})"
    own = said(reason.sentence, lang) if reason.sentence and reason.code != "quota_waiting" else ""
    told = own or sentence("answers", f"refused.{reason.code}", lang, label=label)
    numbers = _numbers(reason, words)
    return f"{told} {numbers}" if numbers else told


def _numbers(reason: Reason, words: Words) -> str:
    facts = reason.facts
    if "max" not in facts:
        return ""
    if reason.code == "budget_passed":
        shown: dict[str, Any] = {key: words.value(money(facts[key]), MONEY) for key in ("used", "max", "left")}
        return sentence("answers", "refused.budget_passed.numbers", words.lang, **shown)
    found = Counter(facts["used"], facts["waiting"])
    told = sentence("answers", "refused.quota_full.numbers", words.lang, used=found.used, max=facts["max"])
    if not found.waiting or reason.code == "quota_waiting":
        return told
    return f"{told} {sentence('answers', 'refused.quota_full.waiting', words.lang, found.waiting)}"
