"""Which commands are there, and which file holds each? Nothing is imported before its command is called."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from dyade.cli import ending
from dyade.cli.declare import ANY, SHARED, Context, Option, not_now
from dyade.cli.words import chosen, say, speaking

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "programs": (
        "new",
        "check",
        "fmt",
        "explain",
        "test",
        "simulate",
        "preview",
        "docs",
        "diagram",
        "export",
        "forecast",
        "schema",
        "lsp",
    ),
    "people": ("person", "enrol", "match"),
    "dyads": ("start", "assign", "unassign", "replace", "accept", "decline", "set"),
    "forms": ("fill", "sign", "unsign", "confirm", "step", "correct", "file"),
    "moves": ("advance", "withdraw", "waive", "reveal"),
    "attesting": ("certificate",),
    "meetings": ("series", "cohort"),
    "reading": ("show", "why", "list", "history", "due", "quotas"),
    "coordinating": ("todo", "bulk", "report", "import", "programs"),
    "versions": ("diff", "migrate", "replay", "version"),
    "telling": ("deliver", "outbox"),
    "keeping": ("tick", "worker", "verify", "doctor", "health", "metrics", "backup", "restore", "keys", "privacy"),
}
"""A heading of the help -> its commands, in the order in which they are met."""

FILES: Mapping[str, str] = {
    **{name: family for family, names in FAMILIES.items() for name in names},
    "new": "starting",
    "fmt": "formatting",
    "check": "checking",
    "explain": "explaining",
    "simulate": "simulating",
    "preview": "preview",
    "docs": "docs",
    "diagram": "diagram",
    "export": "export",
    "forecast": "forecast",
    "lsp": "lsp",
    "file": "files",
    "todo": "todo",
    "bulk": "bulk",
    "report": "report",
    "import": "importing",
    "programs": "seasons",
    "certificate": "certificate",
    "tick": "time",
    "worker": "worker",
    "deliver": "deliver",
    "outbox": "outbox",
    "doctor": "doctor",
    "health": "health",
    "metrics": "health",
    "backup": "backups",
    "restore": "backups",
    "match": "matching",
    "diff": "differing",
    "migrate": "migrating",
    "replay": "replaying",
    "verify": "store",
    "keys": "keys",
    "privacy": "privacy",
    "quotas": "quotas",
}
"""A command -> the file that declares it; a family has a file of its name."""


COMPLETION = 'eval "$(_DYADE_COMPLETE=bash_source dyade)"'


class Telling(click.Group):
    """A group whose words come from the catalogue."""

    context_class = Context
    key = ""

    def _help(self) -> str:
        return say(f"help.{self.key}")

    help = property(_help, not_now)

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 (Click's own signature)
        return say(f"short.{self.key}")

    def sections(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        """The headings under which its commands are listed."""
        return [(say("commands"), tuple(self.commands))]

    def short(self, name: str) -> str:
        """What a command does, in a few words, without importing it."""
        return say(f"short.{self.key}.{name}")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return [say("metavar.options"), say("metavar.command")]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What one comes for first."""
        self.format_commands(ctx, formatter)
        click.Command.format_options(self, ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        widest = max(len(name) for name in self.commands)
        for title, names in self.sections():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(widest), self.short(name)) for name in names])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Propose commands by their names alone."""
        from click.shell_completion import CompletionItem

        named = [CompletionItem(name, help=self.short(name)) for name in self.commands if name.startswith(incomplete)]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]


class Root(Telling):
    """`dyade` itself."""

    key = "dyade"

    def __init__(self) -> None:
        names = {name: click.Command(name) for family in FAMILIES.values() for name in family}
        super().__init__("dyade", commands=names)
        before = {**SHARED, ANY.name: ANY}
        self.params = [shared.option(first=True) for shared in before.values()]
        self.params.append(
            Option(["--version"], is_flag=True, expose_value=False, is_eager=True, callback=_tell_version)
        )

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in FILES:
            return None
        found: click.Command = import_module(f"dyade.cli.{FILES[cmd_name]}").COMMANDS[cmd_name]
        return found

    def sections(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        return [(say(f"family.{family}"), names) for family, names in FAMILIES.items()]

    def short(self, name: str) -> str:
        return say(f"short.{name}")

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """How a shell is told to complete."""
        formatter.write_paragraph()
        formatter.write_text(say("help.completion", command=COMPLETION))

    def main(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> int:
        """Run one command, and end as `ending` says; with `standalone_mode`, the process ends too."""
        given = sys.argv[1:] if args is None else list(args)
        name = prog_name or "dyade"
        extra.setdefault("max_content_width", 100)
        if os.environ.get("NO_COLOR"):
            extra.setdefault("color", False)
        with speaking(chosen(given, os.environ)):
            code = self._completed(name, complete_var, extra)
            if code is None:
                code = ending.of(lambda: self._called(name, given, extra), given)
        if standalone_mode:
            sys.exit(code)
        return code

    def _completed(self, name: str, variable: str | None, extra: dict[str, Any]) -> int | None:
        """Answer a shell that asks what may come next; `None` where none does."""
        variable = variable or f"_{name.replace('-', '_').replace('.', '_')}_COMPLETE".upper()
        asked = os.environ.get(variable)
        if not asked:
            return None
        from click.shell_completion import shell_complete

        try:
            return shell_complete(self, extra, name, variable, asked)
        except Exception:
            # A shell that waits for a proposal must not be shown an error.
            return ending.TROUBLE

    def _called(self, name: str, arguments: list[str], extra: dict[str, Any]) -> Any:
        """What Click's own `main` does, without its ways of ending."""
        try:
            with self.make_context(name, arguments, **extra) as context:
                return self.invoke(context)
        except click.exceptions.Exit as stop:
            return stop.exit_code


def _tell_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"dyade {version('dyade')}")
        ctx.exit()


cli = Root()
"""The one command that the others belong to."""
