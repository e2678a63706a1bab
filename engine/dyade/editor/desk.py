"""Which texts are being written, and what came of reading each of them last?"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from dyade.authoring import scenarios
from dyade.authoring.editing.drafts import drafted, legible
from dyade.authoring.editing.mentions import Mentions
from dyade.authoring.editing.stories import Told
from dyade.authoring.editing.telling import Telling
from dyade.program.diagnostics import Diagnostic
from dyade.program.load import ReadFile, examine
from dyade.service.folder import LARGEST, Folder

PROGRAMS, SCENARIOS = (".yaml", ".yml"), (".scenarios.yaml", ".scenarios.yml")
_A_PROGRAM = re.compile(r"^dyade\s*:|^#.*\$schema=\S*program\.schema\.json", re.MULTILINE)
_STORIES = re.compile(r"^scenarios_for\s*:|^#.*\$schema=\S*scenarios\.schema\.json", re.MULTILINE)
_MEANT = re.compile(r"""^scenarios_for\s*:\s*["']?([a-z][a-z0-9_]*)""", re.MULTILINE)


class Open(NamedTuple):
    """A text as an editor has it."""

    text: str
    version: int | None


class Judged(NamedTuple):
    """A file, its text as it was judged, and what was found in it."""

    file: str
    text: str
    findings: tuple[Diagnostic, ...]


class Desk:
    """The texts that are open, and the files beside them; what an editor has counts, then what the disk has."""

    def __init__(self, today: Callable[[], int]) -> None:
        self.today = today
        self.open: dict[str, Open] = {}
        self._read: dict[str, tuple[str, Mentions]] = {}
        self._told: dict[str, tuple[str, Mentions | None, Told]] = {}

    # ------------------------------------------------------------------------------------------------------------ texts

    def text(self, file: str) -> str | None:
        """A text as it is being written, or as it was kept."""
        if file in self.open:
            return self.open[file].text
        try:
            with Path(file).open("rb") as kept:
                return kept.read(LARGEST).decode("utf-8")
        except (OSError, ValueError):
            return None

    def version(self, file: str) -> int | None:
        """The editor's number for its text."""
        return self.open[file].version if file in self.open else None

    def tells(self, file: str) -> bool:
        """Whether a text tells scenarios."""
        return file.endswith(SCENARIOS) or bool(_STORIES.search(self.text(file) or ""))

    def is_ours(self, file: str) -> bool:
        """Whether a text is a program or scenarios, and no other file of YAML."""
        return self.tells(file) or bool(_A_PROGRAM.search(self.text(file) or ""))

    def program_of(self, file: str) -> str | None:
        """A program's own file; of scenarios, the program that has their name, or the one that they are for."""
        if not self.tells(file):
            return file
        bases = [_without(file, SCENARIOS)] if file.endswith(SCENARIOS) else []
        meant = _MEANT.search(self.text(file) or "")
        if meant is not None and Path(file).is_absolute():
            bases.append(str(Path(file).with_name(meant[1])))
        beside = (f"{base}{suffix}" for base in bases for suffix in PROGRAMS)
        return next((one for one in beside if self.text(one) is not None and not self.tells(one)), None)

    def scenarios_of(self, file: str) -> str | None:
        """The file itself where it tells; of a program, the scenarios that have its name, or those that are open."""
        if self.tells(file):
            return file
        base = _without(file, PROGRAMS)
        beside = (one for suffix in SCENARIOS if self.text(one := f"{base}{suffix}") is not None)
        others = (one for one in self.open if self.tells(one) and self.program_of(one) == file)
        return next(chain(beside, others), None)

    @staticmethod
    def read_file(file: str) -> ReadFile:
        """What reads the files beside a program."""
        return Folder(Path(file).parent).read

    # ---------------------------------------------------------------------------------------------------------- reading

    def mentions(self, file: str | None) -> Mentions | None:
        """The names of a program as its text stands; those that it last had, where nothing of it can be read."""
        if file is None:
            return None
        text = self.text(file)
        known = self._read.get(file)
        if text is None or (known is not None and known[0] == text):
            return known[1] if known is not None and text is not None else None
        draft = drafted(text, self.read_file(file), known[1].draft.ground if known is not None else None)
        if draft is None:
            return known[1] if known is not None else None
        self._read[file] = text, Mentions(draft)
        return self._read[file][1]

    def is_read(self, file: str) -> bool:
        """Whether what is known of a program is of its text as it stands."""
        known = self._read.get(file)
        return known is not None and known[0] == self.text(file)

    def told(self, file: str) -> Told | None:
        """What the scenarios of a program say of it."""
        stories, mentions = self.scenarios_of(file), self.mentions(self.program_of(file))
        text = self.text(stories) if stories is not None else None
        if text is None:
            return None
        known = self._told.get(file)
        if known is not None and known[0] == text and known[1] is mentions:
            return known[2]
        tree = legible(text)
        if tree is None or mentions is None:
            return known[2] if known is not None else None
        self._told[file] = text, mentions, Told(text, tree, mentions.names)
        return self._told[file][2]

    def telling(self, file: str, lang: str) -> Telling | None:
        """What there is to say of the names of a program."""
        mentions = self.mentions(self.program_of(file))
        return Telling(mentions, self.read_file(file), lang) if mentions is not None else None

    # ---------------------------------------------------------------------------------------------------------- judging

    def judged(self, file: str) -> tuple[Judged, ...]:
        """A program and its scenarios, each with all that is wrong in it; nothing where there is no program."""
        program, stories = self.program_of(file), self.scenarios_of(file)
        text = self.text(program) if program is not None else None
        if program is None or text is None:
            return ()
        loaded = examine(text, self.read_file(program), self.today())
        found = [Judged(program, text, loaded.findings)]
        told = self.text(stories) if stories is not None else None
        if stories is not None and told is not None:
            # Of stories about a program that is broken, nothing can be told; the program tells what is.
            wrong = scenarios.check(loaded.program, told) if loaded.program is not None else ()
            found.append(Judged(stories, told, wrong))
        return tuple(found)

    def judge(self, file: str, text: str) -> tuple[Diagnostic, ...]:
        """What would be wrong in a file if it held another text."""
        kept = self.open.get(file)
        self.open[file] = Open(text, None)
        try:
            return next((one.findings for one in self.judged(file) if one.file == file), ())
        finally:
            if kept is None:
                del self.open[file]
            else:
                self.open[file] = kept


def _without(file: str, suffixes: tuple[str, ...]) -> str:
    """A path without its end, if that is one of these."""
    return next((file.removesuffix(one) for one in suffixes if file.endswith(one)), file)
