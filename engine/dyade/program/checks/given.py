"""Does anything ever give each field that is read a value?"""

from __future__ import annotations

from dyade.program import model as m
from dyade.program.checks.ground import Ground


def check(ground: Ground) -> None:
    """Tell fields that are read and that nobody is asked for: all that hangs on them waits for ever."""
    if ground.misses("fields", "forms", "transitions", "states"):
        return
    given = {field for form in ground.model.forms.values() for field in form.sets.values()}
    given.update(name for _, effect in ground.of(m.Effect) for name in effect.set or ())
    for name, field in ground.model.fields.items():
        # Where empty is a value, nothing waits.
        known = field.formula is not None or field.default is not None or field.nullable
        if not known and not field.set_by and name not in given and f"fields.{name}" in ground.words:
            ground.tell("U009", ("fields", name), at_key=True, field=name)
