"""In which order do the keys of a part stand, and where do clauses stand one below the other?

The order is the one in which the programs that live are written; what the model has and this file does not say comes
where the model puts it, and provenance last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

PROVENANCE = ("source", "basis", "note")
_DATUM = (
    "type", "currency", "like", "role", "min", "max", "min_length", "max_length", "pattern", "nullable", "types",
    "max_size",
)  # fmt: skip
_ORDERS: Mapping[str, tuple[str, ...]] = {
    "": (
        "dyade", "id", "version", "status", "title", "summary", "locales", "timezone", "calendar", "day_time",
        "jurisdiction", "owner", "contacts", "sender", "started_by", "sources", "out_of_scope", "params", "tables",
        "roles", "fields", "clauses", "forms", "series", "visibility", "enrolments", "matching", "initial", "states",
        "transitions", "quotas", "budgets", "deadlines", "reminders", "templates", "certificates", "retention",
        "guidance", "invariants", "migrations",
    ),
    "Aggregate": ("count", "sum", "min", "max", "count_distinct", "where", "window", "since", "label"),
    "Certificate": ("title", "text", "to", "issued_by", "issuer", "number", "revoked_by", "guard", "visibility"),
    "Clause": ("id", "label", "level", "when", "message", "hint", "waivable_by"),
    "NamedClause": ("id", "label", "level", "when", "message", "hint", "waivable_by"),
    "Datum": (*_DATUM, "values", "default", "label", "formula", "help", "privacy", "subject", "visibility"),
    "Attribute": (*_DATUM, "values", "default", "label", "formula", "help", "privacy", "subject", "visibility", "per"),
    "EntryDatum": (
        *_DATUM, "label", "values", "default", "formula", "help", "privacy", "subject", "filled_by", "visibility",
    ),
    "FieldDatum": (
        *_DATUM, "default", "formula", "label", "help", "privacy", "subject", "values", "visibility", "set_by",
    ),
    "Form": (
        "label", "help", "entry", "statements", "filled_by", "signed_by", "confirmed_by", "corrected_by",
        "available_in", "repeat", "dated_by", "unique", "sets", "valid", "steps", "limits", "aggregates", "due",
        "visibility",
    ),
    "Param": ("value", "type", "label"),
    "Reminder": (
        "id", "label", "to", "while", "each", "after", "at", "every", "max", "only_if", "roll", "stop_when", "template",
        "channel", "catch_up", "escalate",
    ),
    "Role": (
        "label", "also", "help", "scope", "count", "accepts", "invitation", "assigned_by", "assigned_in", "aggregates",
        "delegate_to", "attributes", "eligible",
    ),
    "State": ("label", "on_enter", "help", "initial", "states", "tracks", "delays", "final", "outcome"),
}  # fmt: skip
_OF_STORIES: Mapping[str, tuple[str, ...]] = {
    "": ("scenarios_for", "defaults", "scenarios"),
    "Setting": ("clock", "people", "given"),
    "Scenario": ("name", "matrix", "clock", "people", "given", "steps"),
}
"""A step is told in the order that its author gave it."""
BELOW = frozenset(("guard", "valid", "eligible", "effects", "all", "any", "none", "steps", "hard", "limits"))
"""Keys of which several groups stand one below the other, never side by side between brackets."""
TOLD = frozenset(("message", "hint", "note"))
"""A clause that has these stands over several lines."""

Schema = Mapping[str, Any]


class Shapes:
    """What the schema of a file says of the groups in it: which keys are ours, and so have an order."""

    def __init__(self, schema: Schema, *, stories: bool) -> None:
        self.schema = schema
        self._stories = stories
        self._named: Mapping[str, Schema] = schema["definitions"]

    def of_group(self, schema: Schema | None, keys: Sequence[str]) -> tuple[str | None, Schema | None]:
        """The name and the schema of a group that has these keys; no name where its keys are the author's."""
        if schema is None:
            return None, None
        found = [one for one in self._branches(schema, "") if one[1].get("type") == "object"]
        if not found:
            return None, None
        name, best = max(found, key=lambda one: sum(key in one[1].get("properties", {}) for key in keys))
        ours = best.get("properties")
        return (name if ours and sum(key in ours for key in keys) * 2 > len(keys) else None), best

    def of_item(self, schema: Schema | None) -> Schema | None:
        """The schema of the items of a list."""
        branches = self._branches(schema, "") if schema is not None else ()
        found = next((one for _, one in branches if one.get("type") == "array"), None)
        return found.get("items") if found is not None else None

    @staticmethod
    def of_key(schema: Schema | None, key: str) -> Schema | None:
        """The schema of what stands under a key."""
        if schema is None:
            return None
        found = schema.get("properties", {}).get(key)
        other = schema.get("additionalProperties")
        return found if found is not None else other if isinstance(other, Mapping) else None

    def order(self, name: str, schema: Schema) -> Mapping[str, int]:
        """The rank of each key of a part; none, where its author's order stays."""
        if self._stories:
            return {key: rank for rank, key in enumerate(_OF_STORIES.get(name, ()))}
        first = _ORDERS.get(name, ())
        others = [key for key in schema["properties"] if key not in first and key not in PROVENANCE]
        return {key: rank for rank, key in enumerate((*first, *others, *PROVENANCE))}

    def _branches(self, schema: Schema, name: str) -> Iterator[tuple[str, Schema]]:
        if "$ref" in schema:
            name = str(schema["$ref"]).rpartition("/")[2]
            yield from self._branches(self._named[name], name)
        elif "anyOf" in schema:
            for branch in schema["anyOf"]:
                yield from self._branches(branch, name)
        else:
            yield name, schema
