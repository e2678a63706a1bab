"""What does the program declare that nothing uses?"""

from __future__ import annotations

from dyade.program import model as m
from dyade.program.checks.forms import signers
from dyade.program.checks.ground import Ground
from dyade.program.checks.names import uses


def check(ground: Ground) -> None:
    """Tell what could be removed. What an unknown name was probably meant to be counts as used.

    So does every word where there is an error: what it was meant to read is not known.
    """
    _roles(ground)
    _params(ground)
    _templates(ground)
    _clauses(ground)
    _tables(ground)
    _forms(ground)


def _is_meant(ground: Ground, *names: str) -> bool:
    return any(name in ground.meant or name in ground.left_out_words or name in ground.doubtful_words for name in names)


def _roles(ground: Ground) -> None:
    used = {use.name for path, part in ground.parts for use in uses(path, part, "role")}
    for _, clause in ground.of(m.EligibleClause):
        used.update(clause.eligible)
    for name in ground.model.roles:
        if name not in used and f"roles.{name}" not in ground.words and not _is_meant(ground, name):
            ground.tell("U001", ("roles", name), at_key=True, role=name)


def _params(ground: Ground) -> None:
    for name in ground.model.params:
        full = f"params.{name}"
        if full not in ground.words and not _is_meant(ground, name, full):
            ground.tell("U002", ("params", name), at_key=True, param=name)


def _templates(ground: Ground) -> None:
    used = {use.name for path, part in ground.parts for use in uses(path, part, "template")}
    for name in ground.model.templates:
        if name not in used and not _is_meant(ground, name):
            ground.tell("U003", ("templates", name), at_key=True, template=name)


def _clauses(ground: Ground) -> None:
    used = {use.use for _, use in ground.of(m.Use)}
    for name in ground.model.clauses:
        if name not in used and not _is_meant(ground, name):
            ground.tell("U007", ("clauses", name), at_key=True, clause=name)


def _tables(ground: Ground) -> None:
    for name in ground.model.tables:
        full = f"tables.{name}"
        if full not in ground.words and not _is_meant(ground, name, full):
            ground.tell("U008", ("tables", name), at_key=True, table=name)


def _forms(ground: Ground) -> None:
    meant = [name.split(".") for name in ground.meant if name.startswith("forms.")]
    also = {name[1] for name in meant if len(name) > 1}
    for form_id, form in ground.model.forms.items():
        full = f"forms.{form_id}"
        for name in form.aggregates:
            if f"{full}.{name}" not in ground.words and not _is_meant(ground, name, f"{full}.{name}"):
                place = ("forms", form_id, "aggregates", name)
                ground.tell("U005", place, at_key=True, aggregate=name, form=form_id)
        known = full in ground.words or form_id in also or _is_meant(ground, form_id)
        if _is_wanted(form) and not form.sets and not known:
            ground.tell("F004", ("forms", form_id), at_key=True, form=form_id)


def _is_wanted(form: m.Form) -> bool:
    """Whether somebody is asked for it; what people may note down is read by people."""
    return bool(form.due or form.confirmed_by or signers(form)) or isinstance(form.repeat, m.Every)
