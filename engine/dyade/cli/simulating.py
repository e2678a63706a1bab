"""What would happen if …? `simulate`: a life led by hand in memory, or many drawn at random."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dyade.cli.declare import LOOKING, Family, argument, command, option
from dyade.cli.ending import DONE, REFUSED
from dyade.cli.paper import Span, clean, flow, mark
from dyade.cli.progress import Progress
from dyade.cli.session import Page, Session
from dyade.cli.sources import PROGRAM, beside, found
from dyade.cli.words import lang, say
from dyade.errors import ProgramInvalid

if TYPE_CHECKING:
    from dyade.authoring.trying.scouring import Scoured
    from dyade.authoring.trying.session import Simulation
    from dyade.cli.spoken import Ear, Line
    from dyade.flow.telling.words import Words
    from dyade.program.data import TypedDatum

COMMANDS: Family = {}
SHOWN = 3
"""What is coming, told after each step."""
WORDS = 36
"""Columns that the help gives to what may be typed."""


@command(COMMANDS, "simulate", LOOKING)
@argument("program", completer="program_files")
@option("--random", "drawn", type=click.IntRange(min=1))
@option("--seed", type=int)
@option("--write", "write_counter_example", is_flag=True)
@option("--strict", "strict_lines", is_flag=True)
def simulate(
    session: Session, program: str, drawn: int | None, seed: int | None, write_counter_example: bool, strict_lines: bool
) -> Page:
    """Lead a life by hand, or draw many at random."""
    if drawn is None and (seed is not None or write_counter_example):
        raise click.UsageError(say("usage.with_random"), click.get_current_context())
    if drawn is not None and strict_lines:
        raise click.UsageError(say("usage.strict_by_hand"), click.get_current_context())
    [path] = found(session.programs, (program,), PROGRAM)
    source = beside(path, PROGRAM)
    if drawn is not None:
        return _at_random(session, source, drawn, seed or 0, write=write_counter_example)
    return _Table(session, source, strict=strict_lines).page()


# ------------------------------------------------------------------------------------------------------------ at random


def _at_random(session: Session, source: Path, drawn: int, seed: int, *, write: bool) -> Page:
    from dyade.authoring.trying.scouring import scour
    from dyade.authoring.trying.setting import setting_of
    from dyade.authoring.trying.writing import added, begun, scenario_lines
    from dyade.cli.suggesting import loaded, stories_of, today, written
    from dyade.flow.plan import plan_of
    from dyade.texts import sentence

    program, text, stories, told = loaded(source)
    setting = setting_of(program, plan_of(program), _readable(program, stories, told), today(session))
    with Progress(session, say("simulate.progress"), 500) as progress:
        came = scour(program, text, setting, steps=drawn, seed=seed, heard=progress)
    scenario = None
    if came.wrong is not None:
        scenario = came.wrong.scenario(say("simulate.counter_example", seed=seed))
        if write:
            # Someone may have written in the file meanwhile.
            stories = _readable(program, stories_of(program, told), told)
            head = begun(program.id, setting.data) if stories is None else stories
            written(told, added(head, [scenario]), over=stories is not None)
    lines = flow(say("simulate.drawn", steps=came.steps, n=came.lives, refused=came.refused))
    if came.wrong is not None and scenario is not None:
        why = sentence("scenarios", came.wrong.key, lang(), **came.wrong.facts)
        lines += flow(clean(why), lead=[Span(mark("✘", "x"), "no"), " "])
        lines += flow(say("simulate.written" if write else "simulate.least", file=clean(told.as_posix())))
        lines += ["", *map(clean, scenario_lines(scenario))]
    else:
        lines += flow(say("simulate.sound"), lead=[Span(mark("✔", "+"), "yes"), " "])
        if came.never:
            lines += flow(say("simulate.never", len(came.never)), lead=[Span("!", "warn"), " "])
            named = [say(f"simulate.never.{one.kind}", name=one.name) for one in came.never]
            lines += [line for one in named for line in flow(clean(one), lead=["  - "])]
    data = {"outcome": "done" if came.wrong is None else "refused", **_drawn(came), "seed": seed, "scenario": scenario}
    return Page(data, lambda: lines, DONE if came.wrong is None else REFUSED)


def _drawn(came: Scoured) -> dict[str, Any]:
    return {
        "steps": came.steps,
        "refused": came.refused,
        "lives": came.lives,
        "wrong": came.wrong.key.rpartition(".")[2] if came.wrong is not None else None,
        "never": [{"kind": one.kind, "name": one.name} for one in came.never],
    }


def _readable(program: Any, stories: str | None, told: Path) -> str | None:
    """The scenarios of a program, which say who takes part; they have to be sound for that."""
    from dyade.authoring import scenarios

    if stories is not None:
        findings = scenarios.check(program, stories)
        if any(one.severity == "error" for one in findings):
            raise ProgramInvalid(findings, told.as_posix(), stories)
    return stories


# -------------------------------------------------------------------------------------------------------------- by hand


class _Table:
    """Where one sits: lines come in, what happens is told."""

    def __init__(self, session: Session, source: Path, *, strict: bool) -> None:
        from dyade.authoring.trying.session import Simulation
        from dyade.authoring.trying.setting import setting_of
        from dyade.cli.spoken import Ear
        from dyade.cli.suggesting import loaded, today
        from dyade.flow.plan import plan_of

        self.session = session
        self.strict = strict
        self.program, _, stories, self.told = loaded(source)
        setting = setting_of(
            self.program, plan_of(self.program), _readable(self.program, stories, self.told), today(session)
        )
        self.life: Simulation = Simulation(self.program, setting, lang())
        self.typed = sys.stdin.isatty() and not session.as_json
        self.names = dict(self.life.trial.cast.names)
        self.ear: Ear = Ear(self.life.trial.plan, self.names, self._prompt if self.typed else None)
        self.refused = 0
        self.heard: list[dict[str, Any]] = []
        self.out: list[str] = []

    @property
    def words(self) -> Words:
        """The words of the program."""
        return self.life.trial.words(lang())

    def _prompt(self, name: str, data: Sequence[TypedDatum], known: Mapping[str, Any]) -> dict[str, Any]:
        """Ask for what a form, or an event, lacks."""
        from dyade.cli.prompts import ask

        form = name in self.life.trial.plan.forms
        return ask(self.words.form(name) if form else self.words.transition(name), data, known)

    def page(self) -> Page:
        """Live until there are no more lines."""
        from dyade.authoring.life import Unsound

        try:
            told = self.life.begin()
        except Unsound as trouble:
            self._unsound(trouble)
            return Page({"outcome": "refused", "steps": []}, lambda: self.out, REFUSED)
        self._say(flow(Span(say("simulate.title", program=clean(self.words.model.id)), "title")))
        self._say([clean(line) for line in told])
        self._say([*self._who(""), *flow(Span(say("simulate.hint"), "quiet"))])
        for text in self._lines():
            if not self._line(text):
                break
        code = REFUSED if self.strict and self.refused else DONE
        data = {
            "outcome": "done" if code == DONE else "refused",
            "refused": self.refused,
            "steps": self.heard,
            "scenario": self.life.scenario(self.program.id)["steps"],
        }
        return Page(data, list, code)

    def _lines(self) -> Iterator[str]:
        """What is typed; history and editing, where the terminal has them."""
        if self.typed:
            with contextlib.suppress(ImportError):
                import readline  # noqa: F401 (typing a line gets its arrows from it)
        while True:
            try:
                text = input("> ") if self.typed else sys.stdin.readline()
            except EOFError:
                return
            if not self.typed and not text:
                return
            if text.strip() and not text.lstrip().startswith("#"):
                if not self.typed:
                    self._say(["", f"> {clean(text.strip())}"])
                yield text

    def _line(self, text: str) -> bool:
        """Do what a line asks; `False` where one has had enough."""
        from dyade.authoring.life import Unsound
        from dyade.authoring.trying.trial import Misread

        try:
            line = self.ear.hear(text)
            if line.word == "quit":
                return False
            if line.step is not None:
                self._take(line.step)
            else:
                self._asked(line)
        except click.UsageError as error:
            self._complain(error.format_message())
        except ProgramInvalid as error:
            self._mistaken(error)
        except Misread as error:
            self._complain(say(error.key, None, **error.facts))
        except Unsound as trouble:
            self._unsound(trouble)
        return True

    def _take(self, step: Any) -> None:
        heard = self.life.take(step)
        self.refused += bool(heard.reasons)
        self._say([_coloured(clean(line)) for line in heard.lines])
        self.heard.append({"step": dict(step), "refused": [reason.code for reason in heard.reasons]})
        self._say([*self._stands(), *self._due(1)])

    def _asked(self, line: Line) -> None:
        """Answer a word of the simulation."""
        asked: dict[str, Callable[[str], list[str]]] = {
            "clock": self._clock, "next": self._next, "show": self._show, "why": self._why, "due": self._all_due,
            "who": self._who, "undo": self._undo, "save": self._save, "help": self._help,
        }  # fmt: skip
        self._say(asked[line.word](line.rest))

    # ---------------------------------------------------------------------------------------------------------- answers

    def _clock(self, rest: str) -> list[str]:
        self._take({"clock": rest or "+1 day"})
        return []

    def _next(self, _rest: str) -> list[str]:
        step = self.life.until_due()
        if step is None:
            return flow(say("simulate.nothing_due"))
        self._take(step)
        return []

    def _show(self, _rest: str) -> list[str]:
        from dyade.cli.cards import card as drawn
        from dyade.flow.telling.cards import card

        trial = self.life.trial
        if trial.dyad is None:
            return flow(say("simulate.not_started"))
        return drawn(card(self.program, trial.dyad, trial.context(), None, lang()))

    def _why(self, rest: str) -> list[str]:
        from dyade.cli.picture import picture
        from dyade.flow.telling.explain import explain
        from dyade.program.nearest import nearest

        trial = self.life.trial
        if trial.dyad is None:
            return flow(say("simulate.not_started"))
        told = explain(self.program, trial.dyad, trial.context(), None, lang(), rest or None)
        if not told.transitions:
            meant = nearest(rest, trial.plan.rules)
            key = "simulate.no_transition" if meant is None else "simulate.meant_transition"
            return flow(say(key, name=clean(rest), meant=meant or ""))
        return picture(told._replace(upcoming=()))

    def _all_due(self, _rest: str) -> list[str]:
        return self._due(200) or flow(say("simulate.nothing_due"))

    def _due(self, most: int) -> list[str]:
        from dyade.texts import sentence

        lines: list[str] = []
        for one in self.life.coming()[:most]:
            what = sentence("answers", f"coming.{one.kind}", lang(), name=one.label(self.words))
            lines += flow(clean(what), lead=["  ", mark("⏲", "~"), " ", Span(self.words.moment(one.at), "name"), "  "])
        return lines

    def _stands(self) -> list[str]:
        trial = self.life.trial
        if trial.dyad is None:
            return []
        states = " · ".join(self.words.state(leaf) for leaf in trial.dyad.leaves.values())
        when = Span(self.words.moment(trial.now), "quiet")
        return flow(clean(states), "  ", when, lead=["  ", Span(mark("→", "->"), "name"), " "])

    def _who(self, _rest: str) -> list[str]:
        lines: list[str] = []
        for person, roles in self.life.trial.cast.roles.items():
            named = self.names[person]
            title = person if named == person else f"{person}, {named}"
            roles_said = ", ".join(self.words.role(role) for role in roles)
            lines += flow(Span(clean(title), "name"), f" ({clean(roles_said)})" if roles else "", lead=["  "])
            may = [
                what if verb == "do" else f"{say(f'simulate.word.{verb}')} {what}"
                for verb, what in self.life.may(person)
            ]
            lines += flow(", ".join(may) or say("simulate.nothing_to_do"), lead=["      "])
        return lines

    def _undo(self, _rest: str) -> list[str]:
        step = self.life.undo()
        if step is None:
            return flow(say("simulate.nothing_undone"))
        if self.heard:
            self.heard.pop()
        from dyade.authoring.notation import shown

        return [*flow(say("simulate.undone", step=clean(shown(step)))), *self._stands()]

    def _save(self, rest: str) -> list[str]:
        from dataclasses import replace

        from dyade.authoring.scenarios import run
        from dyade.authoring.trying.writing import names
        from dyade.cli.suggesting import stories_of, written
        from dyade.program.letters import cleaned

        if not self.life.taken:
            return flow(say("simulate.nothing_saved"))
        stories = stories_of(self.program, self.told)
        name = cleaned(_unquoted(rest)) or say("simulate.unnamed", moment=self.words.moment(self.life.trial.now))
        if stories is not None and name in names(stories):
            return flow(Span(say("simulate.name_taken", name=clean(name)), "no"))
        text = self.life.kept_in(stories, name)
        report = run(self.program, text, self.told.as_posix(), lang(), only=name)
        # Others whose names hold this one are lived too: how they end says nothing of it.
        report = replace(report, lived=tuple(one for one in report.lived if one.name == name))
        if not report.ok:
            return [clean(line) for line in report.render(lang()).split("\n")]
        written(self.told, text, over=stories is not None)
        return flow(
            say("simulate.saved", name=clean(name), file=clean(self.told.as_posix())),
            lead=[Span(mark("✔", "+"), "yes"), " "],
        )

    def _help(self, _rest: str) -> list[str]:
        lines: list[str] = []
        for text in say("simulate.help").split("\n"):
            typed, _, meaning = text.partition("  ")
            lines += flow(meaning.strip(), lead=["  ", Span(typed.ljust(WORDS), "name"), "  "]) if text else [""]
        return lines

    # ---------------------------------------------------------------------------------------------------------- telling

    def _unsound(self, trouble: Any) -> None:
        from dyade.authoring.living import worded
        from dyade.flow.telling.refusals import reason_sentence
        from dyade.texts import sentence

        facts = {name: worded(name, value, self.words) for name, value in trouble.facts.items()}
        self._complain(sentence("scenarios", trouble.key, lang(), **facts))
        for reason in trouble.reasons:
            self._say(flow(clean(reason_sentence(reason, self.words)), lead=["  - "]))

    def _mistaken(self, error: ProgramInvalid) -> None:
        """Tell what `check` would say of the scenarios file."""
        from dyade.program.report import render_all
        from dyade.texts import told

        shown = render_all(error.diagnostics, error.source, error.file, lang())
        self._say([clean(line) for line in shown.split("\n")])
        self._complain(told(error, lang()))

    def _complain(self, text: str) -> None:
        self.refused += 1
        self._say(flow(Span(clean(text), "no"), lead=[Span(mark("✘", "x"), "no"), " "]))

    def _say(self, lines: list[str]) -> None:
        """Tell at once: whoever types waits for it."""
        self.out += lines
        if not self.session.as_json:
            for line in lines:
                click.echo(line)


def _unquoted(text: str) -> str:
    """A name without the quotes around the whole of it; those inside it are its own."""
    text = text.strip()
    pairs = {'"': '"', "'": "'", "«": "»", "“": "”"}
    if len(text) > 1 and pairs.get(text[0]) == text[-1] and text[-1] not in text[1:-1]:
        text = text[1:-1].strip()
    return text


def _coloured(line: str) -> str:
    style = "no" if line.lstrip().startswith("✘") else "name" if line[:1].isdigit() else ""
    return "".join(flow(lead=[Span(line, style)])) if style else line
