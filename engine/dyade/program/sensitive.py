"""Does a read say something sensitive, or something that is computed from it?"""

from __future__ import annotations

from dyade.program.conditions.tree import reads
from dyade.program.data import DatumPath, Place
from dyade.program.names import Site
from dyade.program.typed import Typed


def is_sensitive(typed: Typed, parts: tuple[str, ...], site: Site) -> bool:
    """Whether what a dotted name reads at a place is declared sensitive, or computed from what is."""
    data = typed.declared.data.all
    if any(path in data and data[path].model.privacy == "sensitive" for path in _data_of(typed, parts, site)):
        return True
    places: dict[str, Place] = {"fields": (*parts[:2], "formula"), "deadlines": (*parts[:2], "at")}
    node = typed.nodes.get(places[parts[0]]) if parts[0] in places else None
    return node is not None and any(is_sensitive(typed, read.parts, Site()) for read in reads(node))


def _data_of(typed: Typed, parts: tuple[str, ...], site: Site) -> list[DatumPath]:
    """The data that a read is about."""
    head, rest = parts[0], parts[1:]
    match head:
        case "forms" if rest[1:2] == ("last",):
            return [("forms", rest[0], *rest[2:3])]
        case "forms" | "roles":
            return [(head, *_aggregated(typed, head, rest))]
        case "person":
            return [("roles", site.person or "", *rest)]
        case "actor":
            return [("roles", role, *rest) for role in site.actor or ()]
        case "input":
            return [(*(site.input or ()), *rest[:1])]
        case "series" if len(rest) == 2:
            return _of_meeting(typed, *rest)
        case "item" if site.meeting is not None:
            return _of_meeting(typed, site.meeting, f"next_{rest[0]}")
        case "form" | "entry" | "item":
            return [("forms", site.form or site.entry or site.item or "", *rest[:1])]
    return [parts[:2]]


def _of_meeting(typed: Typed, series: str, what: str) -> list[DatumPath]:
    """The field that says when the meetings of a series begin, or where."""
    declared = typed.model.series[series]
    field = {"next_at": declared.at_field, "next_place": declared.place_field}.get(what)
    return [("fields", field)] if field else []


def _aggregated(typed: Typed, head: str, rest: tuple[str, ...]) -> tuple[str, ...]:
    """What a figure is a figure of; anything else is itself."""
    declared = (typed.model.forms if head == "forms" else typed.model.roles).get(rest[0]) if rest else None
    aggregate = declared.aggregates.get(rest[1]) if declared is not None and len(rest) > 1 else None
    of = (aggregate.sum or aggregate.min or aggregate.max or aggregate.count_distinct) if aggregate else None
    return (rest[0], of) if of else rest
