"""What may an administrator write? The reference of the language, made from its models, so that it cannot grow old."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dyade.authoring.booklet.pages import Block, Document, Heading, Words, facts, table
from dyade.program import model as m
from dyade.program.conditions import functions
from dyade.program.names import (
    BUDGET_READS,
    CERTIFICATE_READS,
    DEADLINE_READS,
    ENTRY_READS,
    MEETING_READS,
    QUOTA_READS,
    SERIES_READS,
    form_reads,
)
from dyade.program.schema import EXACTLY_ONE, Schema, structure
from dyade.program.snippets import ENUMS, FRAGMENTS
from dyade.texts import sentence

DOMAIN = "booklets"
_FORM = m.Form(label={"fr": "x"}, entry={}, filled_by=["x"], available_in=["x"])
"""Any form: all of them offer the same to conditions."""
_READS: Mapping[str, tuple[str, ...]] = {
    "everywhere": ("today", "now", "dyad.created", "params.x", "fields.x", "tables.x(a)"),
    "form": (*(f"forms.x.{one}" for one in form_reads(_FORM)), "forms.x.last.y", "forms.x.y"),
    "role": tuple(f"roles.x.{one}" for one in ("assigned", "people", "id", "name", "y")),
    "series": tuple(f"series.x.{one}" for one in SERIES_READS),
    "deadline": tuple(f"deadlines.x.{one}" for one in DEADLINE_READS),
    "certificate": tuple(f"certificates.x.{one}" for one in CERTIFICATE_READS),
    "quota": tuple(f"quotas.x.{one}" for one in QUOTA_READS),
    "budget": tuple(f"budgets.x.{one}" for one in BUDGET_READS),
    "state": ("state.entered",),
    "input": ("input.x",),
    "actor": ("actor.id", "actor.role", "actor.x"),
    "person": ("person.id", "person.name", "person.x"),
    "pair": ("x.id", "x.name", "x.y"),
    "valid": ("form.x",),
    "entry": tuple(f"entry.{one}" for one in (*ENTRY_READS, "x")),
    "each": tuple(f"item.{one}" for one in (*ENTRY_READS, "x")),
    "meeting": tuple(f"item.{one}" for one in MEETING_READS),
}
"""What conditions read: what may be read everywhere first, then what only some of them may."""


def language(lang: str) -> Document:
    """Write the reference of the language."""
    return _Reference(lang).document()


class _Reference:
    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.schema = structure(m.Program)
        self.parts: Mapping[str, Schema] = self.schema["definitions"]

    def say(self, key: str, **facts_: str | int) -> str:
        return sentence(DOMAIN, key, self.lang, **facts_)

    def told(self, english: str) -> str:
        """A sentence of the models, in this language."""
        return english if self.lang == "en" else sentence("language", english, self.lang)

    def document(self) -> Document:
        version = ".".join(map(str, m.LANGUAGE))
        return Document(
            self.lang,
            self.say("language.title"),
            self.say("language.under", version=version),
            self.say("booklet.contents"),
            tuple(self._blocks()),
            self.say("booklet.skip"),
        )

    def _blocks(self) -> Iterator[Block]:
        yield Heading(2, self.say("language.file"))
        yield Words(self.say("language.file.intro"))
        yield from self._keys(self.say("language.file"), self.schema)
        yield Heading(2, self.say("language.parts"))
        for name, part in self.parts.items():
            if "properties" in part:
                yield Heading(3, name)
                if "description" in part:
                    yield Words(self.told(part["description"]))
                yield from self._choice(name)
                yield from self._keys(name, part)
        yield from self._values()
        yield from self._conditions()

    def _choice(self, name: str) -> Iterator[Block]:
        if name in EXACTLY_ONE:
            yield Words(self.say("language.one_of", keys=", ".join(EXACTLY_ONE[name])), quiet=True)

    def _keys(self, caption: str, part: Schema) -> Iterator[Block]:
        required = set(part.get("required", ()))
        rows = []
        for key, value in part["properties"].items():
            said = [self.told(value["description"])] if value.get("description") else []
            said += list(self._meanings(value))
            default = value.get("default")
            if default not in (None, {}, []):
                said.append(self.say("language.default", value=_plain(default)))
            wanted = self.say("language.required") if key in required else ""
            rows.append((key, self._type(value), wanted, said))
        titles = [self.say(f"language.{one}") for one in ("key", "type", "wanted", "meaning")]
        yield from table(self.say("language.keys", name=caption), titles, rows)

    def _meanings(self, value: Schema) -> Iterator[str]:
        """What each choice of a key means."""
        choices = tuple(value.get("enum", ()))
        for choice, meaning in zip(choices, ENUMS.get(choices, ()), strict=False):
            yield self.say("language.choice", value=choice, meaning=self.told(meaning))

    def _type(self, value: Schema) -> str:
        """What may stand under a key, in short."""
        if "$ref" in value:
            return str(value["$ref"]).rpartition("/")[2]
        if "anyOf" in value:
            return (
                self.say("list.or", shown=", ".join(kinds[:-1]), last=kinds[-1])
                if len(kinds := list(dict.fromkeys(map(self._type, value["anyOf"])))) > 1
                else "".join(kinds)
            )
        if "enum" in value:
            return " | ".join(map(_plain, value["enum"]))
        if "const" in value:
            return _plain(value["const"])
        if value.get("type") == "array":
            return self.say("language.list", of=self._type(value.get("items", {})))
        if value.get("type") == "object":
            inner = value.get("additionalProperties")
            return self.say("language.map", of=self._type(inner)) if isinstance(inner, dict) else "{…}"
        kind = value.get("type", "")
        named = kind if isinstance(kind, list) else [kind]
        return " | ".join(self.say(f"language.type.{one}") for one in named if one)

    def _values(self) -> Iterator[Block]:
        """What values are called that many keys share."""
        yield Heading(2, self.say("language.values"))
        rows = [(name, self.told(text)) for name, text in FRAGMENTS.items() if name in self.parts]
        yield from table(self.say("language.values"), [self.say("language.name"), self.say("language.meaning")], rows)
        yield Words(self.say("language.types", types=", ".join(m.DATA_TYPES)))

    def _conditions(self) -> Iterator[Block]:
        """What conditions are made of."""
        yield Heading(2, self.say("language.conditions"))
        yield Words(self.say("language.conditions.intro"))
        yield from facts((self.say(f"language.reads.{what}"), ", ".join(reads)) for what, reads in _READS.items())
        rows = [(_called(name), self.say(f"language.function.{name}")) for name in functions.NAMES]
        titles = [self.say("language.name"), self.say("language.meaning")]
        yield from table(self.say("language.functions"), titles, rows)


def _called(name: str) -> str:
    """A function with as many values as it takes."""
    if name in functions.FIXED:
        return f"{name}({', '.join('abcd'[: len(functions.FIXED[name].args)])})"
    return f"{name}(x)" if name in functions.ABOUT_A_STATE else f"{name}(a)" if name == "is_set" else f"{name}(a, b, …)"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_plain(one)}" for key, one in value.items()) + "}"
    return ", ".join(map(_plain, value)) if isinstance(value, list) else str(value)
