"""What can go wrong, drawn as a tree.

    DyadeError
    ├── ProgramInvalid     a program has mistakes, each told with its place
    ├── NotFound           nothing is known under that id, or not by this person
    ├── Taken              an id that is already another's
    ├── Conflict           someone else changed the dyad first
    ├── CommandReused      an id that was already used for another request
    ├── StoreTrouble       the store cannot keep or cannot answer
    ├── BackupTrouble      a copy of the store cannot be made, or put back
    ├── ExtraMissing       what was not installed is asked for
    ├── KeyTrouble         a key that signs certificates cannot be used
    ├── SettingsTrouble    the settings that say where messages go cannot be used
    └── SentenceTrouble    a fault of ours in the catalogues of sentences
        ├── SentenceMissing
        └── FactMissing

A refusal is none of these: it is an answer. An error's docstring is its message in English and its attributes are its
facts; `key` names the same sentence in the catalogue of answers, for people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dyade.program.diagnostics import Diagnostic

Facts: TypeAlias = "dict[str, str | int]"


class DyadeError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "failed"

    def __init__(self, **facts: str | int) -> None:
        # Positional arguments are what pickle gives back to the constructor.
        super().__init__(*facts.values())
        self.facts: Facts = facts

    @property
    def key(self) -> str:
        """The key of this error's sentence in the catalogue of answers."""
        return f"error.{self.code}"

    def __str__(self) -> str:
        return (type(self).__doc__ or "").partition("\n\n")[0].format_map(self.facts)


class ProgramInvalid(DyadeError):
    """The program {file} has mistakes: {n}."""

    code = "program_invalid"

    def __init__(self, diagnostics: tuple[Diagnostic, ...], file: str, source: str) -> None:
        super().__init__(file=file, n=len(diagnostics))
        self.args = (diagnostics, file, source)
        self.diagnostics = diagnostics
        self.file = file
        self.source = source


class NotFound(DyadeError):
    """There is no {kind} "{id}"."""

    code = "not_found"

    def __init__(self, kind: str, id: str, known: Iterable[str] = ()) -> None:  # noqa: A002 (one word for it everywhere)
        super().__init__(kind=kind, id=id)
        self.kind = kind
        self.id = id
        self.known = tuple(known)
        """Those that there are, where whoever asks may know them."""

    @property
    def key(self) -> str:
        """One sentence for each kind, so that each language can say it well."""
        return f"error.not_found.{self.kind}"


class Taken(DyadeError):
    """There is already a {kind} "{id}", and it is another one."""

    code = "taken"

    def __init__(self, kind: str, id: str) -> None:  # noqa: A002
        super().__init__(kind=kind, id=id)
        self.kind = kind
        self.id = id

    @property
    def key(self) -> str:
        """One sentence for each kind, so that each language can say it well."""
        return f"error.taken.{self.kind}"


class Conflict(DyadeError):
    """Someone changed dyad {dyad} first: it is at revision {actual}, not {expected}. Read it again, then retry."""

    code = "conflict"

    def __init__(self, dyad: str, expected: int, actual: int) -> None:
        super().__init__(dyad=dyad, expected=expected, actual=actual)
        self.dyad = dyad
        self.expected = expected
        self.actual = actual


class CommandReused(DyadeError):
    """The command id {id} was already used for another request: choose a new one."""

    code = "command_reused"

    def __init__(self, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.id = id


_STOPPING = ("away", "busy", "full", "keys_away", "read_only", "unconfirmed", "unreachable", "unsure")


class StoreTrouble(DyadeError):
    """The store cannot do its work ({reason}): {detail}.

    `reason` is one of away, busy, damaged, foreign, full, keys, keys_away, keys_foreign, keys_other, keys_same,
    keys_secret, keys_unread, missing, newer, older, outdated, read_only, refused, unconfirmed, unreachable, unsafe,
    unsure; `detail` is what the store itself said.
    """

    code = "store_trouble"

    def __init__(self, reason: str, detail: str = "-") -> None:
        super().__init__(reason=reason, detail=detail)
        self.reason = reason
        self.detail = detail

    @property
    def key(self) -> str:
        """One sentence for each reason: each has its own remedy."""
        return f"error.store_trouble.{self.reason}"

    @property
    def stops_all(self) -> bool:
        """Whether nothing can be kept for now, whatever the dyad."""
        return self.reason in _STOPPING


class BackupTrouble(DyadeError):
    """A copy of the store cannot be made, or cannot be put back ({reason}): {detail}.

    `reason` is one of damaged, elsewhere, exists, in_use, newer, not_one, server, stands, taken, unmovable,
    unwritable.
    """

    code = "backup_trouble"

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason=reason, detail=detail)
        self.reason = reason
        self.detail = detail

    @property
    def key(self) -> str:
        """One sentence for each reason: each has its own remedy."""
        return f"error.backup_trouble.{self.reason}"


class ExtraMissing(DyadeError):
    """This asks for more than dyade alone: install it with `pip install 'dyade[{extra}]'`."""

    code = "extra_missing"

    def __init__(self, extra: str) -> None:
        super().__init__(extra=extra)
        self.extra = extra


class KeyTrouble(DyadeError):
    """The key in {file} cannot be used ({reason}).

    `reason` is one of exists, no_key, open, public, unreadable, unwritable.
    """

    code = "key_trouble"

    def __init__(self, reason: str, file: str) -> None:
        super().__init__(reason=reason, file=file)
        self.reason = reason
        self.file = file

    @property
    def key(self) -> str:
        """One sentence for each reason: each has its own remedy."""
        return f"error.key_trouble.{self.reason}"


class SettingsTrouble(DyadeError):
    """The settings in {file} cannot be used ({reason}): {place}.

    `reason` is one of in_the_open, missing, not_given, not_toml, read_by_others, unknown, unreadable, unsafe, wrong.
    """

    code = "settings_trouble"

    def __init__(self, reason: str, file: str, place: str) -> None:
        super().__init__(reason=reason, file=file, place=place)
        self.reason = reason
        self.file = file
        self.place = place

    @property
    def key(self) -> str:
        """One sentence for each reason: each has its own remedy."""
        return f"error.settings_trouble.{self.reason}"


class SentenceTrouble(DyadeError, KeyError):
    """A sentence cannot be said."""

    code = "sentence_trouble"


class SentenceMissing(SentenceTrouble):
    """The catalogue {domain} has no sentence {key} in {lang}.

    Add it to the .po file, then run `python hatch_build.py`, which compiles it.
    """

    code = "sentence_missing"

    def __init__(self, domain: str, key: str, lang: str) -> None:
        super().__init__(domain=domain, key=key, lang=lang)


class FactMissing(SentenceTrouble):
    """The sentence {key} of {domain} needs the fact {fact}, which was not given."""

    code = "fact_missing"

    def __init__(self, domain: str, key: str, fact: str) -> None:
        super().__init__(domain=domain, key=key, fact=fact)
