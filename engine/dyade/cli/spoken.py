"""What does a line typed at a simulation mean? `bruno: sign agreement`, `clock +10 business days`, in both languages.

What follows a person is an event, or a verb of the commands with what it is about; a step may also be written as in a
scenarios file, in braces.
"""

from __future__ import annotations

import shlex
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from dyade.cli.values import gathered, pairs
from dyade.cli.words import lang, say
from dyade.program.durations import DurationError, parse_duration
from dyade.program.nearest import nearest
from dyade.program.numerals import in_figures
from dyade.texts import languages, quote_list, sentence

if TYPE_CHECKING:
    from dyade.flow.plan import Plan
    from dyade.program.data import TypedDatum

META = ("clock", "next", "show", "why", "due", "who", "undo", "save", "help", "quit")
"""What is asked of the simulation itself."""
ALSO: Mapping[str, str] = {
    **dict.fromkeys(("exit", "q", "end", "fin", "finir", "sortir"), "quit"),
    **dict.fromkeys(("enregistrer", "sauver", "sauvegarder", "keep"), "save"),
    **dict.fromkeys(("annuler", "back"), "undo"),
    **dict.fromkeys(("prochain", "suite"), "next"),
    **dict.fromkeys(("voir", "etat", "status"), "show"),
    **dict.fromkeys(("?", "h"), "help"),
}
"""Words that people try first; folded."""
VERBS = (
    "do", "fill", "sign", "unsign", "confirm", "step", "correct", "set", "assign", "unassign", "replace", "accept",
    "decline", "waive", "reveal", "withdraw", "revoke", "reissue", "plan", "move", "cancel", "attend", "excuse",
    "start",
)  # fmt: skip
REASON = ("reason", "raison")
LEAST = {"waive": 2, "reveal": 2, "revoke": 2, "reissue": 2, "plan": 2, "move": 3, "cancel": 2, "excuse": 2}
"""Words that a verb wants after it, where it wants more than one."""


class Line(NamedTuple):
    """What a line asks: a word of the simulation with what follows it, or a step."""

    word: str = ""
    rest: str = ""
    step: Mapping[str, Any] | None = None


class Unheard(click.UsageError):
    """A line that means nothing here."""


Asking = Callable[[str, Sequence["TypedDatum"], Mapping[str, Any]], dict[str, Any]]
"""Asks at the terminal for what was left out."""


class Ear:
    """Understands lines about one program and its people."""

    def __init__(self, plan: Plan, names: Mapping[str, str], asking: Asking | None) -> None:
        self.plan = plan
        self.names = names
        self.asking = asking

    def hear(self, text: str) -> Line:
        """What a line means; raise `Unheard`, which says why, where it means nothing."""
        text = text.strip()
        if text.startswith(("- ", "{")):
            return Line(step=_written(text.removeprefix("- ")))
        if text.startswith("+"):
            return Line("clock", later(text))
        who, colon, what = text.partition(":")
        person = self._person(who) if colon else None
        if person is not None:
            return Line(step=self._act(person, what.strip()))
        word, _, rest = text.partition(" ")
        asked = folded(word.rstrip(":"))
        meant = words(META).get(asked) or ALSO.get(asked)
        if meant is None:
            if colon and " " not in who.strip():
                raise Unheard(say("simulate.nobody", who=who.strip()[:40], people=", ".join(self.names)))
            raise Unheard(say("simulate.unheard", text=text[:60]))
        rest = rest.strip().removeprefix(":").strip()
        return Line(meant, later(rest) if meant == "clock" else rest)

    def _person(self, who: str) -> str | None:
        wanted = folded(who)
        return next((one for one, name in self.names.items() if wanted in (folded(one), folded(name))), None)

    def _act(self, person: str, what: str) -> Mapping[str, Any]:
        if what.startswith("{"):
            return _written(f"{person}: {what}")
        try:
            first, *rest = shlex.split(what.replace("'", "\\'")) if what else [""]
        except ValueError:
            raise Unheard(say("simulate.quotes")) from None
        event = self._event(first)
        verb = words(VERBS).get(folded(first))
        if event is not None and (verb is None or not rest or "=" in rest[0]):
            return {person: self._fired(event, rest)}
        if verb is None:
            meant = nearest(first, (*shown(VERBS), *self._events()))
            if meant is not None:
                raise Unheard(say("simulate.meant", text=first[:40], name=meant))
            raise Unheard(say("simulate.no_act", text=first[:40], verbs=", ".join(shown(VERBS))))
        if verb == "start":
            return {person: {"start": self._roles(rest) or True}}
        if verb == "waive":
            return {person: self._waived(first, rest)}
        if len(rest) < LEAST.get(verb, 1):
            raise Unheard(say("simulate.more", text=first))
        if verb in ("assign", "unassign", "replace") and not all("=" in text for text in rest):
            raise Unheard(self._by_role(first, rest))
        return {person: self._asked(verb, rest)}

    def _event(self, text: str) -> str | None:
        wanted = folded(text)
        return next((name for name in self._events() if folded(name) == wanted), None)

    def _events(self) -> list[str]:
        """What people may fire."""
        return [name for rule in self.plan.rules.values() if rule.roles for name in (rule.event_name, rule.id)]

    def _fired(self, event: str, rest: Sequence[str]) -> Any:
        rules = self.plan.rules_of(event)
        given = self._given(rules[0].input_path if rules else (), rest, event)
        return {"do": event, "with": given} if given else event

    def _asked(self, verb: str, rest: Sequence[str]) -> dict[str, Any]:
        about, more = rest[0], rest[1:]
        match verb:
            case "do":
                fired = self._fired(self._event(about) or about, more)
                return fired if isinstance(fired, dict) else {"do": fired}
            case "fill":
                return {"fill": about, "with": self._given(("forms", about), more, about)}
            case "step":
                forms = [form for form in self.plan.forms if about in self.plan.forms[form].steps]
                form = more[0] if more and "=" not in more[0] else forms[0] if len(forms) == 1 else ""
                given = self._given(("steps", form, about), [one for one in more if one != form], about)
                return {"step": about, **({"form": form} if form else {}), **({"with": given} if given else {})}
            case "correct":
                said = dict(pairs(more))
                reason = said.pop("reason", said.pop("raison", ""))
                given = self._typed(("forms", about), [f"{name}={value}" for name, value in said.items()])
                return {"correct": about, "with": given, "reason": reason or say("simulate.reason")}
            case "set":
                return {"set": self._typed(("fields",), rest)}
            case "assign" | "unassign" | "replace":
                return {verb: self._roles(rest)}
            case "reveal" | "revoke" | "reissue":
                return {verb: about, "reason": " ".join(more)}
            case "plan":
                return {"plan": about, "days": list(more)}
            case "move":
                return {"move": about, "day": more[0], "to": more[1]}
            case "attend":
                return {"attend": about, "present": [self._person(one) or one for one in more]}
            case "cancel" | "excuse":
                person = {"person": self._person(more[1]) or more[1]} if len(more) > 1 else {}
                return {verb: about, "day": more[0], **person}
        return {verb: about}

    def _waived(self, typed: str, rest: Sequence[str]) -> dict[str, Any]:
        """A condition that is lifted, and why: `reason=…`, or in plain words after it."""
        from dyade.flow import limits

        known = dict.fromkeys(clause for rule in self.plan.rules.values() for clause in rule.guard.waivable)
        known |= dict.fromkeys(clause for form in self.plan.forms.values() for clause in limits.waivable(form))
        if not known:
            raise Unheard(say("simulate.none_waivable"))
        said = " ".join(rest[1:])
        name, sign, value = said.partition("=")
        reason = value if sign and folded(name) in REASON else said
        if not rest or rest[0] not in known or not reason.strip():
            example = rest[0] if rest and rest[0] in known else next(iter(known))
            names = quote_list([*known], lang(), 12)
            raise Unheard(
                say("simulate.waive_how", form=f'{typed} {example} {say("simulate.because")}="…"', names=names)
            )
        return {"waive": rest[0], "reason": reason.strip()}

    def _by_role(self, typed: str, rest: Sequence[str]) -> str:
        """How somebody is assigned, with the person who was named."""
        roles = self.plan.program.model.roles
        role = next((name for name, one in roles.items() if one.assigned_by), next(iter(roles)))
        person = next((one for text in rest if (one := self._person(text))), next(iter(self.names)))
        return say("simulate.by_role", form=f"{typed} {role}={person}", roles=quote_list([*roles], lang(), 12))

    def _roles(self, rest: Iterable[str]) -> dict[str, str]:
        return {role: self._person(who) or who for role, who in pairs(rest)}

    def _given(self, path: Sequence[str], rest: Sequence[str], name: str) -> dict[str, Any]:
        """What was given, and, where somebody can be asked, what was left out."""
        asked = self._data(path)
        given = self._typed(path, rest)
        missing = [datum for key, datum in asked.items() if datum.required and key not in given]
        if missing and self.asking is not None:
            given |= self.asking(name, missing, {})
        return given

    def _data(self, path: Sequence[str]) -> dict[str, TypedDatum]:
        return {at[-1]: datum for at, datum in self.plan.program.data.items() if at[:-1] == tuple(path)}

    def _typed(self, path: Sequence[str], rest: Sequence[str]) -> dict[str, Any]:
        _no_loose_words(rest)
        asked = self._data(path)
        files = {name for name, datum in asked.items() if "file" in (datum.type.name, _item(datum))}
        plain = [text for text in rest if text.partition("=")[0] not in files]
        given = gathered(plain, None, lambda name: asked[name].type if name in asked else None)
        for name, value in pairs([text for text in rest if text.partition("=")[0] in files]):
            file = {"name": Path(value).name, "size": 20_000}
            given[name] = [file] if asked[name].type.name == "list" else file
        people = {name: self._person(str(value)) for name, value in given.items() if _is_person(asked.get(name))}
        return {**given, **{name: person for name, person in people.items() if person is not None}}


def _no_loose_words(rest: Sequence[str]) -> None:
    """Raise `Unheard` where a value of several words has no quotes around it."""
    loose = next((at for at, text in enumerate(rest) if at and "=" not in text and "=" in rest[at - 1]), None)
    if loose is None:
        return
    end = next((at for at in range(loose, len(rest)) if "=" in rest[at]), len(rest))
    name, _, value = " ".join(rest[loose - 1 : end]).partition("=")
    raise Unheard(say("simulate.loose", form=f'{name}="{value}"'))


def later(text: str) -> str:
    """A stretch of time as a clock takes it, its sign and its figures added: `deux semaines` is `+2 semaines`."""
    bare = text.removeprefix("+").strip()
    bare = in_figures(bare) or bare
    try:
        parse_duration(bare)
    except DurationError:
        return text
    return f"+{bare}"


def _item(datum: TypedDatum) -> str:
    return str(getattr(getattr(datum.type, "item", None), "name", ""))


def _is_person(datum: TypedDatum | None) -> bool:
    return datum is not None and datum.type.name == "person"


def _written(text: str) -> Mapping[str, Any]:
    """A step as a scenarios file would write it."""
    from dyade.program.diagnostics import Findings
    from dyade.program.text import read

    tree = read(text, Findings())
    if tree is None or not isinstance(tree.data, dict):
        raise Unheard(say("simulate.unread"))
    return tree.data


@lru_cache(maxsize=8)
def words(kind: Sequence[str]) -> Mapping[str, str]:
    """Every word for something, in every language -> what it means."""
    found: dict[str, str] = {}
    for meant in kind:
        found[meant] = meant
        for language in languages():
            found.setdefault(folded(sentence("faces", f"simulate.word.{meant}", language)), meant)
    return found


def shown(kind: Sequence[str]) -> list[str]:
    """The words for something, in the language of the command."""
    return [say(f"simulate.word.{meant}") for meant in kind]


def folded(text: str) -> str:
    """A word without its accents and capitals."""
    plain = unicodedata.normalize("NFD", text.strip().casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
