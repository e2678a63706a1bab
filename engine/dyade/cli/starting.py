"""How does one start a program, or add a piece to one? `new`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dyade.cli import adding
from dyade.cli.declare import LOOKING, Family, argument, command, option
from dyade.cli.ending import DONE, REFUSED
from dyade.cli.paper import Span, clean, flow, mark
from dyade.cli.root import Telling
from dyade.cli.session import Page, Session
from dyade.cli.sources import PROGRAM, SCENARIOS
from dyade.cli.words import lang, say

NEW: Family = {}
WHOLE = "program"
WHOLE_PROGRAM_TEMPLATES = ("mentoring", "placement", "weeks", "minimal")
YES_NO = ("yes", "no")


class New(Telling):
    """`dyade new`: what is no kind of piece is the name of a program."""

    key = "new"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            self._refuse_a_kind_misspelt(ctx, args)
            args = [WHOLE, *args]
        return super().parse_args(ctx, args)

    def _refuse_a_kind_misspelt(self, ctx: click.Context, args: list[str]) -> None:
        """`new formulaire x` names no program: two names in a row are a kind of piece and its name."""
        if len(args) < 2 or args[0].startswith("-") or args[1].startswith("-"):
            return
        from dyade.program.nearest import fold, nearest
        from dyade.texts import quote_list

        spoken = {fold(say(f"new.kind.{kind}").split()[-1]): kind for kind in adding.FLAGS}
        meant = spoken.get(fold(args[0])) or nearest(args[0], (*adding.FLAGS, *spoken))
        kinds = quote_list([*adding.FLAGS], lang(), len(adding.FLAGS))
        key = "new.no_kind" if meant is None else "new.kind_meant"
        raise click.UsageError(
            say(key, name=args[0][:40], meant=spoken.get(meant or "", meant or ""), kinds=kinds), ctx
        )

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return [say("new.usage")]


@command(NEW, WHOLE, LOOKING, key="new.program")
@argument("id_", required=False)
@option("--from", "template", type=click.Choice(WHOLE_PROGRAM_TEMPLATES), default="mentoring")
@option("--yes", "all_by_default", is_flag=True)
@option("--languages", "new_languages", type=click.Choice(("fr", "en", "fr+en", "en+fr")))
@option("--title", "new_title")
@option("--mentor", "new_mentor")
@option("--mentee", "new_mentee")
@option("--coordinator", "new_coordinator")
@option("--duration", "new_duration")
@option("--application", "new_application", type=click.Choice(YES_NO))
@option("--agreement", "new_agreement", type=click.Choice(YES_NO))
@option("--follow-ups", "new_follow_ups", type=click.Choice(("never", "weekly", "fortnightly", "monthly")))
@option("--mid-review", "new_mid_review", type=click.Choice(YES_NO))
@option("--minimum", "new_minimum", type=click.Choice(("none", "meetings", "hours")))
@option("--amount", "new_amount")
@option("--certificate", "new_certificate", type=click.Choice(YES_NO))
@option("--withdrawal", "new_withdrawal", type=click.Choice(("either", "coordinator")))
def whole(session: Session, id_: str | None, template: str, all_by_default: bool, **given: str | None) -> Page:
    """Write a program and its scenarios from a few answers."""
    said = {name.removeprefix("new_"): answer for name, answer in given.items() if answer is not None}
    if id_ is not None:
        said["id"] = id_
    _judged(said)
    if id_ is not None and (there := _there(_paths(session, id_))):
        return _refused(there)
    answers = _answered(said, template, asking=not (all_by_default or session.as_json))
    paths = _paths(session, answers["id"])
    if there := _there(paths):
        return _refused(there)
    return _written(paths, answers, template)


def _judged(said: dict[str, str]) -> None:
    """Refuse what was given and cannot be used, before anything is asked."""
    from dyade.authoring.starting.answers import complaint

    for name, answer in said.items():
        if wrong := complaint(name, answer, said):
            where = say("metavar.id_") if name == "id" else f"--{name.replace('_', '-')}"
            told = say("new.wrong", where=where, why=say(f"new.wrong.{wrong}"))
            raise click.UsageError(told, click.get_current_context())


def _answered(said: dict[str, str], template: str, *, asking: bool) -> dict[str, str]:
    """All answers: those that were given, then those that are asked, or supposed."""
    from dyade.authoring.starting.answers import QUESTIONS, asked
    from dyade.cli.asking import ask, default

    answers: dict[str, str] = {}
    if asking:
        for line in flow(Span(say("new.intro"), "quiet")):
            click.echo(line, err=True)
    for name in QUESTIONS:
        if name in said:
            answers[name] = said[name]
            continue
        standing = default(name, template, answers)
        wanted = name in asked(template, answers)
        if name == "id" and not asking:
            raise click.UsageError(say("new.which"), click.get_current_context())
        answers[name] = ask(name, answers, standing) if asking and wanted else standing
    return answers


def _paths(session: Session, id_: str) -> tuple[Path, Path]:
    folder = Path(session.programs)
    return folder / f"{id_}{PROGRAM}", folder / f"{id_}{SCENARIOS}"


def _there(paths: tuple[Path, Path]) -> Path | None:
    """Which of the files stands there already."""
    return next((path for path in paths if path.exists() or path.is_symlink()), None)


def _refused(path: Path) -> Page:
    said = say("new.exists", file=clean(path.as_posix()))
    data = {"outcome": "refused", "file": path.as_posix(), "message": said}
    return Page(data, lambda: flow(said, lead=[Span(mark("✘", "x"), "no"), " "]), REFUSED)


def _written(paths: tuple[Path, Path], answers: dict[str, str], template: str) -> Page:
    from dyade.authoring.starting.answers import Answers
    from dyade.authoring.starting.starting import started
    from dyade.cli.rewriting import create_all

    made = started(Answers(**answers), template)
    if there := create_all([*zip(paths, made, strict=True)]):
        return _refused(there)
    names = [path.as_posix() for path in paths]
    data = {"outcome": "done", "files": names, "template": template, "answers": answers}
    return Page(data, lambda: _told(paths, answers["id"]), DONE)


def _told(paths: tuple[Path, Path], id_: str) -> list[str]:
    """What was written, and what to do next."""
    lead: Any = [Span(mark("✔", "+"), "yes"), " "]
    lines = [line for path in paths for line in flow(clean(path.as_posix()), lead=lead)]
    for key in ("check", "test", "diagram"):
        line = f"dyade {key} {id_}".ljust(len(f"dyade diagram {id_}"))
        lines += flow(say(f"new.next.{key}"), lead=["  ", Span(line, "name"), "  "])
    if not (paths[0].parent.parent / "schemas" / "program.schema.json").exists():
        lines += flow(Span(say("new.next.schema", command="dyade schema --write"), "quiet"), lead=["  "])
    return lines


adding.declare(NEW)
COMMANDS: Family = {"new": New("new", commands=NEW)}
