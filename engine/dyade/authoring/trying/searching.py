"""Which steps lead to what no scenario touches? The lives of a program, explored from every place that was reached.

A place is where a dyad stands and how far its forms have come. Of each place the shortest way that leads there is kept,
and lives go on from the places that were least often gone on from. Nothing is proved: what is not found in time may be
out of reach, or far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

from dyade.authoring import coverage as k
from dyade.authoring.life import Unsound
from dyade.authoring.observing import Observer
from dyade.authoring.trying.aiming import Aim, Aims
from dyade.authoring.trying.drawing import NOWHERE, Drawer
from dyade.authoring.trying.setting import Setting, newcomers
from dyade.authoring.trying.trial import Misread, Step, Trial, lived, starts
from dyade.flow.telling.words import day
from dyade.program.graph import MAIN
from dyade.program.program import Program

LONGEST = 40
"""Steps of a way at most."""
STRIDE = 7
"""Steps that are taken from one place before another is chosen."""
AIMED, ANEW = 0.7, 0.1
"""How often an item that is missing is aimed at; how often a dyad is put somewhere once more."""
NEAR = 2.0
"""What costs no more is not looked for any nearer."""
PLACED = 3
"""Ways in which a dyad is put into one state."""
Alive = Callable[[], bool]
"""Whether there is time left."""


class Way(NamedTuple):
    """How something is reached."""

    setting: Setting
    steps: tuple[Step, ...]

    @property
    def cost(self) -> float:
        """How much there is to read; a dyad that is put somewhere costs a little, so that whole lives win a draw."""
        given = self.setting.own()
        return len(self.steps) + 0.5 * len(given.get("given", {})) + 0.2 * len(given.get("people", {}))


class _Place:
    """A life that may go on in several ways."""

    __slots__ = ("chosen", "trial", "way")

    def __init__(self, trial: Trial, way: Way) -> None:
        self.trial = trial
        self.way = way
        self.chosen = 0


class Search:
    """Looks for ways to the items that are wanted."""

    def __init__(self, observer: Observer, setting: Setting, wanted: Iterable[k.Item], lang: str, seed: int) -> None:
        self.observer = observer
        self.program: Program = observer.program
        self.lang = lang
        self.rng = Random(seed)
        self.setting = setting
        self.wanted = list(wanted)
        self.found: dict[k.Item, Way] = {}
        people = [*(setting.data.get("people") or {}), *newcomers(self.program)]
        self.drawer = Drawer(self.program, observer.plan, people, self.rng, lang)
        self._newcomers = frozenset(newcomers(self.program))
        self._left = list(self.wanted)
        """What may still be found, or found nearer."""
        aims = Aims(self.program, observer.plan)
        self._aims = {item: aims.at(item) for item in self.wanted}
        self._places: dict[Any, _Place] = {}
        self._here: dict[str, list[_Place]] = {}
        """The places of each leaf."""

    def run(self, alive: Alive, heard: Callable[[int, int], None] = lambda _done, _all: None) -> None:
        """Look until everything is found, or no time is left."""
        for way in self._beginnings():
            self._begin(way)
        while alive() and self._places:
            missing = [item for item in self.wanted if item not in self.found]
            heard(len(self.found), len(self.wanted))
            if not missing:
                return
            aim = self._aims[self.rng.choice(missing)] if self.rng.random() < AIMED else NOWHERE
            self._go_on(self._chosen(aim), aim)
            if self.rng.random() < ANEW:
                self._begin(self._placed(self.rng.choice([*(aim.leaves & {*self._mains()} or self._mains())])))

    # ------------------------------------------------------------------------------------------------------- beginnings

    def _beginnings(self) -> Iterator[Way]:
        """The setting as it is, from nothing given, and with somebody more for each role; then every state."""
        for person in self.setting.data.get("people") or {}:
            yield Way(self.setting, ({person: {"start": True}},))
        plain = self._emptied(self.setting)
        for setting in (self.setting, plain):
            yield Way(setting, ())
            yield Way(setting.with_(people=newcomers(self.program)), ())
        for leaf in self._mains():
            yield Way(self._with_state(self.setting, leaf), ())
            for _ in range(PLACED):
                yield self._placed(leaf)

    def _emptied(self, setting: Setting) -> Setting:
        """The same where the dyad stands at its beginning, whatever the defaults say."""
        before = (setting.data.get("given") or {}).get("fields") or {}
        fields = {"fields": dict.fromkeys(before)} if before else {}
        return setting.with_(given={"state": self._name(self.observer.plan.graph.regions[MAIN].initial), **fields})

    def _mains(self) -> Sequence[str]:
        return self.observer.plan.graph.regions[MAIN].leaves

    def _name(self, path: str) -> str:
        """A state, as briefly as it may be called."""
        last = path.rpartition(".")[2]
        return last if self.observer.plan.graph.find(last) == path else path

    def _with_state(self, setting: Setting, leaf: str) -> Setting:
        return setting.with_(given={"state": self._name(leaf)})

    def _placed(self, leaf: str) -> Way:
        """A dyad put into a state, with some of what might be there by then."""
        rng, plan = self.rng, self.observer.plan
        today = _today(self.setting, plan)
        given: dict[str, Any] = {"state": self._name(leaf)}
        share = rng.choice((0.3, 0.6, 0.9))
        fields = {
            path[1]: self.drawer.values.of(datum, today)
            for path, datum in self.program.data.items()
            if path[0] == "fields" and datum.model.formula is None and rng.random() < share
        }
        before = self.setting.data.get("given") or {}
        if fields:
            given["fields"] = {**(before.get("fields") or {}), **{n: v for n, v in fields.items() if v is not None}}
        forms: dict[str, Any] = dict(before.get("forms") or {})
        for form in plan.forms.values():
            if rng.random() < share * 0.7:
                entry = self.drawer.given("forms", form.id, today=today, whole=True)
                if form.model.dated_by in entry:
                    entry[form.model.dated_by] = day(today - rng.choice((0, 7, 30)))
                forms[form.id] = entry
        if forms:
            given["forms"] = forms
        return Way(self.setting.with_(given=given, people=self._people(today)), ())

    def _people(self, today: int) -> dict[str, Any]:
        """Somebody more, now and then, or somebody of whom something else is known."""
        rng, people = self.rng, newcomers(self.program) if self.rng.random() < 0.3 else {}
        known = {**(self.setting.data.get("people") or {}), **people}
        paths = [path for path in self.program.data if path[0] == "roles"]
        if not paths or rng.random() < 0.5:
            return people
        path = rng.choice(paths)
        holders = [name for name, one in known.items() if path[1] in (one.get("roles") or [one.get("role")])]
        if not holders or self.program.data[path].model.formula is not None:
            return people
        name = rng.choice(holders)
        value = self.drawer.values.of(self.program.data[path], today) if rng.random() < 0.85 else None
        return {**people, name: {**known[name], path[2]: value}}

    def _begin(self, way: Way) -> None:
        try:
            self.observer.forget()
            trial, taken = lived(self.program, way.setting, way.steps, self.lang, self.observer)
        except (Unsound, ValueError):
            return
        if trial.dyad is not None and not any(one.reasons for one in taken):
            self._note(trial, way)

    def is_honest(self, item: k.Item, way: Way) -> bool:
        """Whether a way shows an item: to be put into a state is not to come there, and entries say what they must."""
        graph = self.observer.plan.graph
        given = way.setting.data.get("given") or {}
        if not self._newcomers.isdisjoint(_names(way.steps) - {*(way.setting.data.get("people") or {})}):
            return False
        if starts(way.steps):
            return True
        if not all(self._is_entry(form, entry) for form, entry in (given.get("forms") or {}).items()):
            return False
        if given.get("state") is None or item.kind not in ("state", "outcome"):
            return True
        path = graph.entry_leaf(graph.path(given["state"]))
        if item.kind == "outcome":
            return not graph.nodes[path].model.final
        return path == graph.regions[MAIN].initial or item.name not in (path, *graph.nodes[path].ancestors)

    def _is_entry(self, form: str, entry: Any) -> bool:
        """Whether an entry that is given says all that its form requires; those of the file are left as they are."""
        if (self.setting.data.get("given") or {}).get("forms", {}).get(form) == entry or not isinstance(entry, dict):
            return True
        asked = self.drawer.asked.get(("forms", form), {})
        return all(name in entry for name, datum in asked.items() if datum.required)

    # -------------------------------------------------------------------------------------------------------- exploring

    def _chosen(self, aim: Aim) -> _Place:
        """A place that was seldom gone on from, the nearer the better; where the aim is, if it was reached."""
        leaves = [leaf for leaf in self._here if leaf in aim.leaves] or [*self._here]
        places = self._here[self.rng.choice(leaves)]
        some = self.rng.sample(places, min(6, len(places)))
        return min(some, key=lambda place: (place.chosen + 1) * (1 + len(place.way.steps) / 10))

    def _go_on(self, place: _Place, aim: Aim) -> None:
        place.chosen += 1
        trial, way = place.trial.split(), place.way
        for _ in range(STRIDE):
            if len(way.steps) >= LONGEST:
                return
            step = self.drawer.draw(trial, aim)
            self.observer.forget()
            try:
                taken = trial.take(step)
            except (Unsound, Misread):
                return
            further = Way(way.setting, (*way.steps, step))
            self._note(trial, further, reached=not taken.reasons)
            # What is refused leads nowhere: the way goes on without it.
            way = way if taken.reasons else further

    def _note(self, trial: Trial, way: Way, *, reached: bool = True) -> None:
        """Keep what the last step touched, and the place that it leads to."""
        touched = [item for item in self._left if self.observer.is_touched(item)]
        for item in [item for item in touched if self.is_honest(item, way)]:
            if item not in self.found or way.cost < self.found[item].cost:
                self.found[item] = way
            if self.found[item].cost <= NEAR:
                self._left.remove(item)
        if not reached:
            return
        key = _key(trial)
        known = self._places.get(key)
        if known is None:
            self._places[key] = place = _Place(trial.split(), way)
            for leaf in key[0]:
                self._here.setdefault(leaf, []).append(place)
        elif way.cost < known.way.cost:
            known.trial, known.way = trial.split(), way


def _names(data: Any) -> frozenset[str]:
    """Every text in some steps: among them, the people that they are about."""
    if isinstance(data, str):
        return frozenset((data,))
    parts = [*data, *data.values()] if isinstance(data, dict) else data if isinstance(data, list | tuple) else ()
    return frozenset().union(*map(_names, parts))


def _today(setting: Setting, plan: Any) -> int:
    from dyade.authoring.moments import instant

    found = instant(plan.calendar, plan.day_time, str(setting.data.get("clock")), 0)
    today: int = plan.calendar.local_date(found or 0)
    return today


def _key(trial: Trial) -> Any:
    """What tells two places apart: the states, how far each form has come, who is there, what is shared."""
    dyad = trial.dyad
    assert dyad is not None
    forms = tuple(
        (
            form,
            min(3, len(log.complete)),
            sum(len(e.signatures) for e in log.waiting[-1:]) + bool(log.waiting),
            log[-1].step,
        )
        for form, log in dyad.entries.items()
        if log
    )
    people = tuple((role, len(held), any(one.pending for one in held)) for role, held in dyad.holdings.items() if held)
    meetings = tuple((name, len(several) > 0) for name, several in dyad.meetings.items())
    fields = frozenset(name for name, value in dyad.fields.items() if value is not None)
    assents = tuple(rule for rule, given in dyad.assents.items() if given)
    return (tuple(dyad.leaves.values()), forms, people, meetings, fields, assents, tuple(sorted(trial.others)))
