"""What does every part of a booklet need? The program, its words, whose eyes read it, and how a basis is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dyade.authoring.pictures.chart import guard_lines
from dyade.authoring.plainly import Plainly, provisions, sentence_case
from dyade.authoring.seen import Eyes
from dyade.flow.plan import Plan
from dyade.flow.telling.words import said
from dyade.program import model as m
from dyade.program.data import Place
from dyade.program.program import Program
from dyade.program.typed import Guard


class Telling(NamedTuple):
    """One booklet being told."""

    plan: Plan
    words: Plainly
    eyes: Eyes

    @property
    def program(self) -> Program:
        """The program that is told."""
        return self.plan.program

    @property
    def model(self) -> m.Program:
        """Its file."""
        return self.plan.program.model

    @property
    def role(self) -> str | None:
        """The role that it is told to; nobody: whoever runs the program."""
        return self.eyes.role

    def say(self, key: str, n: int | None = None, /, **facts: str | int) -> str:
        """A sentence of the booklets."""
        return self.words.say(key, n, **facts)

    def text(self, text: m.Text | None) -> str:
        """A text of the program."""
        return said(text, self.words.lang)

    def roles(self, roles: Iterable[str] | None) -> str:
        """Labels of roles; `author`, `other` and `missing` have words of ours."""
        return self.words.listed((self.party(role) for role in roles or ()), "and")

    def party(self, role: str) -> str:
        """Who is meant by a role, or by one of the words that stand for people."""
        return self.say(f"party.{role}") if role in ("author", "other", "missing") else self.words.role(role)

    def states(self, references: Iterable[str] | None) -> str:
        """Labels of states, those that this reader may know of."""
        known = [ref for ref in references or () if self.eyes.states((self.path(ref),))]
        return self.words.sources(known)

    def path(self, reference: str) -> str:
        """The path of a state; `any` is none."""
        found = self.plan.graph.find(reference)
        return found if isinstance(found, str) else ""

    def conditions(self, guard: Guard, *, as_author: bool = False) -> list[str]:
        """The lines of a guard, those inside a group being set in; `as_author` where this role gives what is judged."""
        eyes = Eyes(self.plan, self.role, as_author=as_author)
        lines, hidden = guard_lines(self.words, eyes, guard)
        told = ["– " * depth + text for depth, _, text in lines]
        return [*told, self.say("guard.hidden", hidden)] if hidden else told

    def day(self, place: Place) -> str:
        """The day at a place of the file; nothing that may not be told."""
        if self.program.node(place) is None:
            return ""
        return sentence_case(self.words.at(place)) if self.eyes.place(place) else self.say("hidden.day")

    def condition(self, place: Place) -> str:
        """The condition at a place of the file; nothing that may not be told."""
        if self.program.node(place) is None:
            return ""
        return self.words.at(place) if self.eyes.place(place) else self.say("hidden.condition")

    def basis(self, *rules: m.Rule) -> list[str]:
        """Where some rules come from: their provisions, by what they rest on; why, for whoever runs the program."""
        cited: dict[str, dict[str, None]] = {}
        notes: dict[str, None] = {}
        for rule in rules:
            if rule.source is not None or rule.basis is not None:
                cited.setdefault(rule.basis or "stated", {}).update(dict.fromkeys(provisions(rule)))
            if self.role is None and rule.note:
                notes[self.text(rule.note)] = None
        return [*(told for told in map(self._cited, cited.items()) if told), *notes]

    def _cited(self, found: tuple[str, dict[str, None]]) -> str:
        basis, names = found
        cited = ", ".join(names)
        rests = self.say(f"basis.{basis}") if basis != "stated" else ""
        return self.say("basis.both", cited=cited, basis=rests) if cited and rests else cited or rests

    def who_sees(self, visibility: Sequence[str] | None) -> str:
        """The roles that see something."""
        listed = visibility
        if listed is None:
            default = self.model.visibility.default if self.model.visibility else None
            listed = default if default is not None else list(self.model.roles)
        return self.roles(listed)
