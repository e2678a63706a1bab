"""What a drawn program opens in an emergency to those who do not see it."""

from __future__ import annotations

from tests.properties.drawing import SHARED, Data, Drawing


def glass(d: Drawing, program: Data) -> None:
    """Let some of those who do not see something open it, for a time, before witnesses."""
    closed = [(items, roles) for items, roles in _closed(d, program) if roles]
    if not closed:
        return
    items, roles = d.one(*closed)
    program.setdefault("visibility", {"default": [*d.roles, SHARED]})["break_glass"] = {
        "items": items,
        "by": d.some(roles),
        "for": d.one("1 day", "3 days", "36 hours"),
        "notify": {"to": d.some(d.roles), "template": "told"},
        **d.maybe(0.3, when=d.one("fields.points < 15", "not deadlines.limit.missed")),
    }


def _closed(d: Drawing, program: Data) -> list[tuple[list[str], list[str]]]:
    """(items that belong together, the roles that see none of them and may open them)."""
    default = d.seen_by or d.roles
    found: list[tuple[list[str], list[str]]] = []
    if "note" in d.fields:
        found.append((["fields.note"], _but(d.roles, program["fields"]["note"]["visibility"])))
    if "log" in d.forms:
        form = program["forms"]["log"]
        inner = form["entry"]["remark"].get("visibility")
        if "visibility" in form:
            found.append((["forms.log", *(["forms.log.remark"] if inner else [])], _but(d.roles, form["visibility"])))
        elif inner:
            found.append((["forms.log.remark"], _but(default, inner)))
    if "view" in d.forms and "secret" in program["forms"]["view"]["entry"]:
        found.append((["forms.view.secret"], _but(program["forms"]["view"].get("visibility", default), ["mentor"])))
    return found


def _but(roles: list[str], those: list[str]) -> list[str]:
    return [role for role in roles if role not in those]
