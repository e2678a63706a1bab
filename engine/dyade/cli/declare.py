"""How is a command declared, and where does each of its words come from?

A command, an option or an argument has a key; its help is the sentence of that key, said when it is asked for. Options
that many commands share may stand before the command or after it; the nearest to the end of the line wins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from dyade.cli.words import say
from dyade.texts import languages

if TYPE_CHECKING:
    from click.types import OptionHelpExtra

GIVEN = "dyade.given"
BEFORE = "dyade.before"

Completer = Callable[[click.Context, click.Parameter, str], list[Any]]


class Formatter(click.HelpFormatter):
    """Lays out a help page with the punctuation of its language."""

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{say('help.heading', title=heading)}\n")


class Context(click.Context):
    """Click's context, with our layout."""

    formatter_class = Formatter


def not_now(_self: object, _help: str | None) -> None:
    """Take no help where Click gives one, while a command is made: ours waits until the language is known."""


class Option(click.Option):
    """An option whose help is looked for when it is read."""

    note: str = ""
    """Where else the value may come from, and what it is otherwise."""

    def _help(self) -> str:
        return say(f"option.{self.name}") + (f"  [{self.note}]" if self.note else "")

    help = property(_help, not_now)

    def make_metavar(self, ctx: click.Context) -> str:  # noqa: ARG002 (Click's own signature)
        if isinstance(self.type, click.Choice):
            return "|".join(self.type.choices)
        return say(f"metavar.{self.name}")

    def get_help_extra(self, ctx: click.Context) -> OptionHelpExtra:  # noqa: ARG002
        return {}


class Argument(click.Argument):
    """An argument whose name and help are looked for when they are read."""

    def _help(self) -> str:
        return say(f"argument.{self.name}")

    help = property(_help, not_now)

    @property
    def human_readable_name(self) -> str:
        return say(f"metavar.{self.name}")

    def make_metavar(self, ctx: click.Context) -> str:  # noqa: ARG002 (Click's own signature)
        name = self.human_readable_name if self.required else f"[{self.human_readable_name}]"
        return f"{name}…" if self.nargs != 1 else name


class Day(click.ParamType[int]):
    """A day, as people write it in ISO 8601; the engine counts days."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        from datetime import date

        try:
            return date.fromisoformat(value).toordinal()
        except ValueError:
            self.fail(say("usage.day", value=repr(str(value)[:40])), param, ctx)


class Hour(click.ParamType[int]):
    """An hour of the day, as people write it in ISO 8601; the engine counts minutes since midnight."""

    name = "hour"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        from dyade.program.conditions.types import TIME
        from dyade.program.conditions.values import ValueRefused, parse_value

        try:
            return int(parse_value(TIME, value))  # type: ignore[arg-type]
        except ValueRefused:
            self.fail(say("usage.hour", value=repr(str(value)[:40])), param, ctx)


class Shared(NamedTuple):
    """An option that many commands have."""

    flag: str
    name: str
    type: Any = None
    variable: str | None = None
    default: str | None = None
    completer: str | None = None

    def option(self, *, first: bool) -> Option:
        """The option as it stands before the command (which also hears the environment), or after it."""
        option = Option(
            [self.flag, self.name],
            type=self.type,
            envvar=self.variable if first else None,
            expose_value=False,
            callback=_keep,
            shell_complete=_later(self.completer) if self.completer else None,
        )
        option.note = "; ".join(part for part in (self.variable, self.default) if part)
        return option


def _later(completer: str) -> Completer:
    """A completion that is imported when a shell asks for it."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        from dyade.cli import completion

        found: list[Any] = getattr(completion, completer)(ctx, param, incomplete)
        return found

    return complete


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    if value is not None:
        ctx.meta.setdefault(GIVEN, {})[param.name] = value
        if ctx.parent is None and ctx.get_parameter_source(param.name) is click.core.ParameterSource.COMMANDLINE:
            ctx.meta.setdefault(BEFORE, set()).add(param.name)
    return value


DEFAULT_DB = "sqlite:///dyade.db"
DEFAULT_PROGRAMS = "programs"

SHARED: Mapping[str, Shared] = {
    shared.name: shared
    for shared in (
        Shared("--db", "db", variable="DYADE_DB", default=DEFAULT_DB),
        Shared("--keys", "keys", variable="DYADE_KEYS"),
        Shared("--programs", "programs", variable="DYADE_PROGRAMS", default=DEFAULT_PROGRAMS),
        Shared("--as", "actor", variable="DYADE_AS", completer="people"),
        Shared("--for", "behalf", completer="people"),
        Shared("--on", "on", type=Day()),
        Shared("--id", "id"),
        Shared("--expects", "expects", type=click.IntRange(min=0)),
        Shared("--lang", "lang", type=click.Choice(languages()), variable="DYADE_LANG"),
        Shared("--format", "format", type=click.Choice(["text", "json"]), default="text"),
    )
}


def formats(*more: str) -> Shared:
    """`--format` of a command whose answer can be written in further ways."""
    return Shared("--format", "format", type=click.Choice(["text", "json", *more]), default="text")


FINDING = formats("sarif", "github")
INTERCHANGE = formats("scxml", "bpmn", "cel")
PICTURE = formats("mermaid", "dot", "svg")
ANY = formats(*dict.fromkeys(way for one in (FINDING, INTERCHANGE, PICTURE) for way in one.type.choices[2:]))
"""What may be said before a command that is not known yet."""

SAYING = ("lang", "format")
LOOKING = ("programs", *SAYING)
READING = ("db", "keys", "programs", "actor", *SAYING)
KEEPING = ("db", "keys", "programs", *SAYING)
ACTING = ("db", "keys", "programs", "actor", "behalf", "on", "id", "expects", *SAYING)
STARTING = tuple(name for name in ACTING if name != "expects")


class Command(click.Command):
    """A command that answers with a page; `key` finds its words."""

    context_class = Context

    def __init__(self, *args: Any, key: str = "", shared: Sequence[str | Shared] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = key
        self.given = [SHARED[one] if isinstance(one, str) else one for one in shared]
        self.shared = [one.option(first=False) for one in self.given]
        self.params += self.shared

    def _help(self) -> str:
        return say(f"help.{self.key}")

    help = property(_help, not_now)

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 (Click's own signature)
        return say(f"short.{self.key}")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        pieces = super().collect_usage_pieces(ctx)
        return [*pieces[1:], say("metavar.options")]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        shared = {option.name for option in self.shared}
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        for title, mine in (("options.own", False), ("options.shared", True)):
            rows = [option.get_help_record(ctx) for option in options if (option.name in shared) is mine]
            if rows:
                with formatter.section(say(title)):
                    formatter.write_dl([row for row in rows if row])

    def invoke(self, ctx: click.Context) -> int:
        from dyade.cli.session import Session

        known = {option.name for option in self.shared}
        for name in sorted(ctx.meta.get(BEFORE, set()) - known):
            raise click.UsageError(say("usage.not_here", option=SHARED[name].flag, command=ctx.command_path), ctx)
        said = ctx.meta.get(GIVEN, {}).get("format")
        if said is not None and all(said not in one.type.choices for one in self.given if one.name == "format"):
            option = f"--format {said}"
            raise click.UsageError(say("usage.not_here", option=option, command=ctx.command_path), ctx)
        session = Session({name: value for name, value in ctx.meta.get(GIVEN, {}).items() if name in known})
        ctx.obj = session
        assert self.callback is not None
        return session.answer(ctx.invoke(self.callback, session, **ctx.params))


Family = dict[str, click.Command]
"""The commands of one file, by name."""


def command(
    family: Family, name: str, shared: Sequence[str | Shared], key: str = ""
) -> Callable[[Callable[..., Any]], Command]:
    """Declare a command of a family; its function receives the session first."""

    def declare(function: Callable[..., Any]) -> Command:
        made = click.command(name, cls=Command, key=key or name, shared=shared)(function)
        family[name] = made
        return made

    return declare


def argument(name: str, completer: str | None = None, **attributes: Any) -> Callable[..., Any]:
    """Declare an argument, and what completes it."""
    complete = _later(completer) if completer else None
    return click.argument(name, cls=Argument, shell_complete=complete, **attributes)


def option(*names: str, completer: str | None = None, **attributes: Any) -> Callable[..., Any]:
    """Declare an option of one command, and what completes it."""
    complete = _later(completer) if completer else None
    return click.option(*names, cls=Option, shell_complete=complete, **attributes)
