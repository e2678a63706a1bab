"""Are personal data erased once it is over, and not before the law, or a certificate, lets them go?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dyade.program import model as m
from dyade.program.checks.delays import duration_of, said
from dyade.program.checks.ground import Ground, Path
from dyade.program.data import TypedDatum
from dyade.program.diagnostics import Term

YEAR: Final = 365


LAWS: Final = {
    # CQLR, c., s. 72, and c. P-39.1, s. 11, since 2021, c. 25 (22 September 2023): a year after the decision.
    "quebec_public": YEAR,
    "quebec_private": YEAR,
    # R.R.O. 1990, Reg. 460, s. 5: a year after their use, unless the person agrees that it be less; institutions alone.
    "ontario": YEAR,
}
"""Jurisdiction -> how many days its law keeps at least what served to decide about someone."""
WITHOUT_DYAD: Final = ("in_state", "outcome", "from", "keep")
"""What an enrolment, which is outside any dyad, cannot say."""


def check(ground: Ground) -> None:
    """Tell what would be erased while it is of use, and what never would."""
    for index, rule in enumerate(ground.model.retention):
        path: Path = ("retention", index)
        _hangs_together(ground, path, rule)
        _states(ground, path, rule)
        _certificates(ground, path, rule)
        _long_enough(ground, path, rule)
    _covered(ground)


def _hangs_together(ground: Ground, path: Path, rule: m.Retention) -> None:
    if "enrolment" in rule.what:
        given = {"in_state": rule.in_state, "outcome": rule.outcome, "from": rule.from_, "keep": rule.keep}
        extra = next((key for key in WITHOUT_DYAD if given[key]), None)
        if extra is not None:
            ground.tell("V010", (*path, extra), at_key=True, variant="enrolment", rule=rule.id, key=extra)
        elif len(rule.what) > 1 or rule.then == "anonymise":
            ground.tell("V010", (*path, "what"), variant="alone", rule=rule.id)
    elif not rule.in_state and not rule.outcome:
        ground.tell("V010", (*path, "id"), variant="nowhere", rule=rule.id)
    if rule.then == "anonymise":
        if rule.keep:
            ground.tell("V010", (*path, "keep"), at_key=True, variant="keep", rule=rule.id)
        if "dyad" not in rule.what:
            ground.tell("V010", (*path, "what"), variant="whole", rule=rule.id)
        if rule.purpose is None:
            ground.tell("V010", (*path, "then"), variant="purpose", rule=rule.id)
    elif rule.purpose is not None:
        ground.tell("V010", (*path, "purpose"), at_key=True, variant="no_purpose", rule=rule.id)


def _states(ground: Ground, path: Path, rule: m.Retention) -> None:
    for at, reference in enumerate(rule.in_state):
        state = ground.graph.find(reference)
        if isinstance(state, str) and not ground.graph.nodes[state].model.final:
            ground.tell("V003", (*path, "in_state", at), rule=rule.id, state=state)
    for at, outcome in enumerate(rule.outcome):
        if not ground.graph.ended((outcome,)) and not ground.misses("states"):
            ground.tell("V010", (*path, "outcome", at), variant="outcome", rule=rule.id, outcome=outcome)


def _over(ground: Ground, rule: m.Retention) -> tuple[str, ...]:
    return (*ground.states(rule.in_state), *ground.graph.ended(rule.outcome))


# -------------------------------------------------------------------------------------------------------- certificates


def _certificates(ground: Ground, path: Path, rule: m.Retention) -> None:
    """A certificate that was issued bears a name: it may be asked for again, and its number tells whose it is."""
    if "dyad" not in rule.what or "certificate" in rule.keep:
        return
    over = frozenset(_over(ground, rule))
    name = next((name for name, after in _issued(ground) if not over.isdisjoint(after)), None)
    if name is not None:
        variant = "anonymise" if rule.then == "anonymise" else None
        ground.tell("V004", (*path, "what"), variant=variant, rule=rule.id, certificate=name)


def _issued(ground: Ground) -> Iterator[tuple[str, set[str]]]:
    """Every certificate that a rule issues, with the states where one may stand from then on."""
    for transition, way in zip(ground.model.transitions, ground.ways.all, strict=False):
        for effect in transition.effects:
            if effect.certificate in ground.model.certificates:
                starts = way.sources if way.target is None else (way.target,)
                known = [state for state in starts if state in ground.graph.nodes] or [ground.ways.start()]
                yield str(effect.certificate), ground.ways.forward(known, back_inside=True)
    for form in ground.model.forms.values():
        for step in form.steps:
            for effect in step.effects:
                if effect.certificate in ground.model.certificates:
                    known = list(ground.states(form.available_in))
                    yield str(effect.certificate), ground.ways.forward(known, back_inside=True)


# ------------------------------------------------------------------------------------------------------------- the law


def _long_enough(ground: Ground, path: Path, rule: m.Retention) -> None:
    length = duration_of(ground, rule.keep_for)
    law = LAWS.get(ground.model.jurisdiction or "")
    if length is None or law is None:
        return
    days = length.days + length.months * YEAR // 12 + length.business_days * 7 // 5 + length.hours // 24
    if days < law:
        named = Term(f"law.{ground.model.jurisdiction}")
        ground.tell("V006", (*path, "keep_for"), rule=rule.id, length=said(ground, rule.keep_for), law=named)


def _covered(ground: Ground) -> None:
    """A program that names its law says how long it keeps what is personal: what no rule erases stays for ever."""
    if ground.model.jurisdiction in (None, "none") or ground.misses("retention"):
        return
    wanted = frozenset(path for path, node in ground.graph.nodes.items() if node.model.final)
    whole: set[str] = set()
    forms: dict[str, set[str]] = {}
    for rule in ground.model.retention:
        over = _over(ground, rule)
        for what in rule.what:
            if what == "dyad":
                whole.update(over)
            elif what != "enrolment":
                forms.setdefault(what.removeprefix("forms."), set()).update(over)
    unpaired = any("enrolment" in rule.what for rule in ground.model.retention)
    for datum in ground.data.all.values():
        if datum.private and not _is_covered(datum, wanted, whole, forms, unpaired=unpaired):
            ground.tell("V001", datum.place, at_key=True, name=datum.path[-1])
            return


def _is_covered(
    datum: TypedDatum, wanted: frozenset[str], whole: set[str], forms: dict[str, set[str]], *, unpaired: bool
) -> bool:
    if datum.path[0] == "enrolments":
        return unpaired
    given = forms.get(datum.path[1], set()) if datum.path[0] in ("forms", "steps") else set()
    return wanted <= whole | given
