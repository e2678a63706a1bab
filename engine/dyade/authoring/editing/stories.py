"""Where does a scenarios file mention the names of its program, and the people of its stories?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import chain
from typing import Any

from dyade.authoring.editing.drafts import follow
from dyade.authoring.editing.grammar import Allowed, Grammar, Spot
from dyade.authoring.editing.mentions import Mention, place_in
from dyade.authoring.editing.names import Name, Names, Word
from dyade.authoring.scenario_model import Scenarios
from dyade.authoring.scenarios_structure import STRUCTURE
from dyade.program.diagnostics import Place
from dyade.program.names import Site
from dyade.program.tree import Path, Tree

GRAMMAR = Grammar(STRUCTURE, Scenarios)
NOWHERE = Site()
KEYS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("Given", "tracks"): ("state",),
    ("Given", "fields"): ("field",),
    ("Given", "forms"): ("form",),
    ("Given", "series"): ("series",),
    ("SetFields", "set"): ("field",),
    ("AssignRole", "assign"): ("role",),
    ("UnassignRole", "unassign"): ("role",),
    ("ReplaceHolder", "replace"): ("role",),
    ("StartDyad", "start"): ("role",),
    ("StartDyad", "with"): ("field",),
    ("OthersStep", "others"): ("quota",),
    ("Then", "tracks"): ("state",),
    ("Then", "fields"): ("field",),
    ("Then", "notified"): ("template",),
    ("Then", "reminded"): ("reminder",),
    ("Then", "escalated"): ("reminder",),
    ("Then", "certificate"): ("certificate",),
    ("Then", "waiting_for"): ("transition",),
    ("Then", "blocked"): ("transition", "form", "role"),
    ("Then", "advised"): ("transition", "form", "role"),
    ("Then", "quota"): ("quota",),
    ("Then", "due"): ("reminder", "transition", "deadline", "form", "series"),
    ("Then", "series"): ("series",),
    ("ActStep", "refused"): ("clause",),
}
"""A key -> of which kind are the keys under it."""
INNER: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("Then", "blocked"): ("clause",),
    ("Then", "advised"): ("clause",),
    ("Then", "proposed"): ("clause",),
}
"""The same, one level further down."""
VALUES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("Person", "role"): ("role",),
    ("Person", "roles"): ("role",),
    ("Given", "state"): ("state",),
    ("Given", "tracks"): ("state",),
    ("Do", "do"): ("transition",),
    ("WithdrawAssent", "withdraw"): ("transition",),
    ("AcceptRole", "accept"): ("role",),
    ("DeclineRole", "decline"): ("role",),
    ("WaiveClause", "waive"): ("clause",),
    ("WaiveClause", "rule"): ("transition", "form"),
    ("RevokeIt", "revoke"): ("certificate",),
    ("ReissueIt", "reissue"): ("certificate",),
    ("TakeStep", "form"): ("form",),
    ("Then", "state"): ("state",),
    ("Then", "tracks"): ("state",),
    ("Then", "purged"): ("retention",),
    ("Then", "enrolled"): ("status",),
    ("ActStep", ""): ("transition",),
    ("FillIn", "fill"): ("form",),
    ("SignIt", "sign"): ("form",),
    ("UnsignIt", "unsign"): ("form",),
    ("ConfirmIt", "confirm"): ("form",),
    ("CorrectIt", "correct"): ("form",),
    ("PlanThem", "plan"): ("series",),
    ("MoveIt", "move"): ("series",),
    ("CancelIt", "cancel"): ("series",),
    ("AttendIt", "attend"): ("series",),
    ("ExcuseIt", "excuse"): ("series",),
}
"""A key -> of which kind are the values under it."""
SEEN = frozenset((("Then", "visible"), ("Then", "hidden"), ("RevealIt", "reveal")))
FORMS: Mapping[str, str] = {"FillIn": "fill", "CorrectIt": "correct"}


class Told:
    """A scenarios file, and where it says the names of its program."""

    def __init__(self, text: str, tree: Tree, names: Names) -> None:
        self.text = text
        self.tree = tree
        self.names = names
        self.spots = tuple(GRAMMAR.spots(tree))

    @cached_property
    def all(self) -> tuple[Mention, ...]:
        """Every mention of a name of the program, in the order of the file."""
        return tuple(
            Mention(word.name, spot.path, word.start, word.end, spot.is_key, False, spot)
            for spot in self.spots
            if isinstance(spot.value, str)
            for word in self._words(spot)
        )

    def place(self, mention: Mention) -> Place:
        """Where a mention is written."""
        return place_in(self.tree, mention)

    def owner(self, mention: Mention) -> str:
        """The scenario that holds a mention."""
        name = follow(self.tree.data, (*mention.path[:2], "name"))
        return name if isinstance(name, str) else self.tree.dotted(mention.path[:1])

    def expected(self, way: Allowed, path: Path, is_key: bool) -> Iterator[Name]:
        """The names that may be written at a path."""
        spot = Spot(path, way.part, way.at, way.key, way.kind, "", is_key)
        depth = len(path) - len(way.at) - 1
        given = self._given(spot, depth) if is_key else None
        if given is not None:
            return given
        if (way.part, way.key) == ("TakeStep", "step") and not is_key:
            return self.names.of("step")
        table = (INNER if depth > 1 else KEYS) if is_key else VALUES
        return (name for kind in table.get((way.part, way.key), ()) for name in self.names.of(kind))

    def _words(self, spot: Spot) -> Iterator[Word]:
        where, text = (spot.part, spot.key), spot.value
        depth = len(spot.path) - len(spot.at) - 1
        if where in SEEN and not spot.is_key:
            return self.names.dotted(text, NOWHERE)
        if spot.part == "TakeStep" and spot.key == "step":
            return self._step(spot)
        if where == ("Scenario", "matrix") and not spot.is_key:
            return self._in_matrix(spot)
        if spot.is_key and (given := self._given(spot, depth)) is not None:
            return (Word(0, len(text), name) for name in given if name.word == text)
        if where == ("ActStep", "refused"):
            return chain(self._named(text, KEYS[where]), self._missing(spot))
        if spot.is_key:
            return self._named(text, (INNER if depth > 1 else KEYS).get(where, ()))
        return self._named(text, VALUES.get(where, ()), self._within(spot))

    def _named(self, text: str, kinds: tuple[str, ...], within: tuple[str, ...] = ()) -> Iterator[Word]:
        if kinds == ("state",):
            return self.names.state(text, within)
        if kinds == ("status",):
            return _whole(text, self.names.of("status"))
        known = (name for kind in kinds if (name := self.names.known(kind, text)) is not None)
        return _whole(text, known)

    def _within(self, spot: Spot) -> tuple[str, ...]:
        """The track whose state is said."""
        if spot.key != "tracks" or len(spot.path) < 2:
            return ()
        track = str(spot.path[-1])
        found = next(iter(self.names.state(track)), None)
        return tuple(found.name.path) if found else ()

    # -------------------------------------------------------------------------------------------------- what is given

    def _given(self, spot: Spot, depth: int) -> Iterator[Name] | None:
        """What the keys of an entry, of an input or of a person may name."""
        inside = spot.key == "with" and depth == 1
        if spot.part in FORMS and inside:
            return self.names.of("entry", "forms", str(self._said(spot.at, FORMS[spot.part])))
        if spot.part == "GivenEntry" and inside:
            return self.names.of("entry", "forms", _form_of(spot.at))
        if (spot.part, spot.key) == ("Given", "forms") and depth > 1:
            return self.names.of("entry", "forms", _form_of(spot.path))
        if spot.part == "Do" and inside:
            acts = self._meant(spot.path[:2], self._said(spot.at, "do"))
            return (name for act in acts for name in self.names.of("input", "transitions", act))
        if spot.part == "TakeStep" and inside:
            step = self._said(spot.at, "step")
            return (name for name in self.names.of("input", "steps") if name.path[2] == step)
        if spot.part == "Person" and spot.key == "":
            return self._of_roles(self._roles(spot.at))
        if spot.part == "AttributesStep" and depth > 1:
            return self._of_roles(None)
        return None

    def _missing(self, spot: Spot) -> Iterator[Word]:
        """What an act lacks is called as what it gives."""
        acts = follow(self.tree.data, spot.at)
        act = next((act for key, act in acts.items() if key != "refused"), None)
        names: Iterator[Name] = iter(())
        if isinstance(act, str):
            names = self.names.of("input", "transitions", act)
        elif isinstance(act, dict):
            form = next((act[key] for key in FORMS.values() if key in act), act.get("sign"))
            inputs = self.names.of("input", "transitions", str(act.get("do")))
            names = chain(inputs, self.names.of("entry", "forms", str(form)))
        return _whole(spot.value, names)

    def _in_matrix(self, spot: Spot) -> Iterator[Word]:
        """A value of the matrix means what would be meant where its name stands."""
        scenario, variable = spot.path[:2], f"${spot.path[3]}"
        for place in self._variables.get((scenario, variable), ()):
            yield from self._named(spot.value, VALUES.get((place.part, place.key), ()), self._within(place))
            return

    @cached_property
    def _variables(self) -> dict[tuple[Path, str], list[Spot]]:
        """(scenario, variable) -> where its values stand and name something."""
        found: dict[tuple[Path, str], list[Spot]] = {}
        for spot in self.spots:
            if isinstance(spot.value, str) and spot.value.startswith("$") and (spot.part, spot.key) in VALUES:
                found.setdefault((spot.path[:2], spot.value), []).append(spot)
        return found

    def _step(self, spot: Spot) -> Iterator[Word]:
        form = self._said(spot.at, "form")
        known = (name for name in self.names.of("step") if form is None or name.path[0] == form)
        return _whole(spot.value, known)

    def _meant(self, scenario: Path, said: Any) -> list[str]:
        """A word, or the values of the matrix for which it stands."""
        several = self._said((*scenario, "matrix"), said[1:]) if isinstance(said, str) and said[:1] == "$" else [said]
        return [str(one) for one in several] if isinstance(several, list) else []

    def _roles(self, at: Path) -> tuple[str, ...] | None:
        """The roles of a person, whose own words or whose defaults say them."""
        for where in (at, ("defaults", "people", at[-1])):
            role, roles = self._said(where, "role"), self._said(where, "roles")
            if isinstance(role, str):
                return (role,)
            if isinstance(roles, list):
                return tuple(str(role) for role in roles)
        return None

    def _of_roles(self, roles: tuple[str, ...] | None) -> Iterator[Name]:
        """The attributes of some roles, or of any."""
        for name in chain(self.names.of("attribute"), self.names.of("item")):
            if roles is None or name.path[1] in roles:
                yield name

    def _said(self, at: Path, key: str) -> Any:
        return follow(self.tree.data, (*at, key))


def _form_of(path: Path) -> str:
    """The form whose entry is given at a path: the word after the last `forms`."""
    after = len(path) - 1 - path[::-1].index("forms") if "forms" in path else -1
    return str(path[after + 1]) if -1 < after < len(path) - 1 else ""


def _whole(text: str, known: Iterator[Name]) -> Iterator[Word]:
    """A word that is one of some names, if it is."""
    name = next((name for name in known if name.word == text), None)
    return iter((Word(0, len(text), name),) if name is not None else ())
