"""Which reminders are never sent, for their conditions contradict one another? S007."""

from __future__ import annotations

from dyade.authoring.proofs.inquiry import NOW, Inquiry
from dyade.authoring.proofs.meaning import neg


def check(inquiry: Inquiry) -> None:
    """Look at each reminder that depends on something."""
    program = inquiry.program
    for i, reminder in enumerate(program.model.reminders):
        encoding = inquiry.new()
        named = {}
        for key in ("only_if", "stop_when"):
            place = ("reminders", i, key)
            node = program.typed.nodes.get(place)
            if node is not None:
                told = encoding.condition(node, program.site(place), NOW)
                named[key] = told.yes if key == "only_if" else neg(told.yes)
        if not named:
            continue
        states = tuple(program.graph.path(state) for state in reminder.while_)
        standing = encoding.variables.standing(states, "")
        core = inquiry.core(encoding, [standing, inquiry.known(encoding)], named)
        if core and not inquiry.is_told(("reminders", i), "E107", "M003"):
            variant = "both" if len(core) > 1 else core[0]
            inquiry.tell("S007", ("reminders", i, "id"), name=reminder.id, variant=variant)
