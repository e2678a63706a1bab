"""What may the shell propose where a program, a dyad, a form, a person is expected?

Nothing is said of what goes wrong: a shell that waits for a proposal must not be shown an error.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from dyade.cli.declare import GIVEN
from dyade.cli.session import Session

if TYPE_CHECKING:
    from dyade.program.program import Program

MOST = 100
"""Proposals beyond this help nobody."""

Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
Found = Iterable[tuple[str, str]]
"""(what is proposed, what it is)."""


def _quietly(find: Callable[[Session, click.Context, str], Found]) -> Completer:
    """Make a completion of a search; whatever goes wrong, it proposes nothing."""

    def complete(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        proposals: list[CompletionItem] = []
        with contextlib.suppress(Exception):
            session = Session(ctx.meta.get(GIVEN, {}))
            for value, told in find(session, ctx, incomplete):
                if value.startswith(incomplete) and len(proposals) < MOST:
                    proposals.append(CompletionItem(value, help=told))
        return proposals

    return complete


def _label(text: Any) -> str:
    from dyade.cli.paper import clean
    from dyade.cli.words import lang
    from dyade.flow.telling.words import said

    return clean(said(text, lang()))


def _messages(session: Session, _ctx: click.Context, _incomplete: str) -> Found:
    """Those that have not left, each with what became of it."""
    with session.engine() as engine:
        return [(one.message.id, one.message.status) for one in engine.posted("failed", "waiting", limit=MOST)]


def _stored(kind: str) -> Callable[[Session, click.Context, str], Found]:
    def find(session: Session, _ctx: click.Context, incomplete: str) -> Found:
        with session.engine() as engine:
            return [(id_, "") for id_ in engine.known_ids(kind, incomplete, MOST)]

    return find


def _of_program(find: Callable[[Program, click.Context], Found]) -> Callable[[Session, click.Context, str], Found]:
    """Search the program of the dyad, or the program itself, that stands earlier on the line."""

    def search(session: Session, ctx: click.Context, _incomplete: str) -> Found:
        with session.engine() as engine:
            dyad = ctx.params.get("dyad")
            return list(find(engine.show(dyad).program if dyad else engine.program(ctx.params["program"]), ctx))

    return search


def _program_files(session: Session, _ctx: click.Context, _incomplete: str) -> Found:
    for path in sorted(Path(session.programs).glob("*.yaml")):
        if not path.name.endswith(".scenarios.yaml"):
            yield path.stem, ""


def _scenarios(session: Session, ctx: click.Context, _incomplete: str) -> Found:
    from dyade.program.diagnostics import Findings
    from dyade.program.text import read

    # An option that still lacks its value keeps Click from knowing which program was named.
    for file in sorted(Path(session.programs).glob(f"{ctx.params.get('program') or '*'}.scenarios.yaml")):
        tree = read(file.read_bytes(), Findings(active=False))
        if tree is not None:
            yield from ((scenario["name"], "") for scenario in tree.data["scenarios"])


def _roles(program: Program, _ctx: click.Context) -> Found:
    return [(role_id, _label(role.label)) for role_id, role in program.model.roles.items()]


def _roles_of_file(session: Session, ctx: click.Context, _incomplete: str) -> Found:
    """Those of the program that stands earlier on the line; those of all programs where none does yet."""
    from dyade.cli.sources import PROGRAM, content, found
    from dyade.program.load import load
    from dyade.service.folder import Folder

    named = ctx.params.get("file") or next((word for word in ctx.args if not word.startswith("-")), None)
    proposed: dict[str, str] = {}
    for path in found(session.programs, (named,) if named else (), PROGRAM):
        proposed.update(_roles(load(content(path), path.as_posix(), Folder(path.parent).read), ctx))
    return proposed.items()


def _roles_to_give(program: Program, ctx: click.Context) -> Found:
    roles = [(f"{role_id}=", told) for role_id, told in _roles(program, ctx)]
    return roles + [(f"{field_id}=", _label(field.label)) for field_id, field in program.model.fields.items()]


def _fields(program: Program, _ctx: click.Context) -> Found:
    return [(f"{name}=", _label(f.label)) for name, f in program.model.fields.items() if f.formula is None]


def _forms(program: Program, _ctx: click.Context) -> Found:
    return [(form_id, _label(form.label)) for form_id, form in program.model.forms.items()]


def _series(program: Program, _ctx: click.Context) -> Found:
    return [(series_id, _label(series.label)) for series_id, series in program.model.series.items()]


def _states(program: Program, _ctx: click.Context) -> Found:
    return [(path, _label(node.model.label)) for path, node in program.graph.nodes.items()]


def _steps(program: Program, ctx: click.Context) -> Found:
    return [(step.id, _label(step.label)) for step in program.model.forms[ctx.params["form"]].steps]


def _data(program: Program, ctx: click.Context) -> Found:
    entry = program.model.forms[ctx.params["form"]].entry
    return [(f"{name}=", _label(datum.label)) for name, datum in entry.items()]


def _events(program: Program, _ctx: click.Context) -> Found:
    for transition in program.model.transitions:
        if transition.by is not None:
            yield transition.event or transition.id, _label(transition.label)


def _rules(program: Program, ctx: click.Context) -> Found:
    transitions = [(transition.id, _label(transition.label)) for transition in program.model.transitions]
    return [*transitions, *_forms(program, ctx)]


def _inputs(program: Program, ctx: click.Context) -> Found:
    for transition in program.model.transitions:
        if ctx.params["event"] in (transition.id, transition.event):
            yield from ((f"{name}=", _label(datum.label)) for name, datum in transition.input.items())


def _glassed(program: Program, _ctx: click.Context) -> Found:
    from dyade.cli.words import lang
    from dyade.flow.plan import plan_of
    from dyade.flow.telling.words import Words

    plan = plan_of(program)
    words = Words(plan, lang(), {})
    return [(item, words.item(item)) for item in (plan.glass.items if plan.glass else ())]


def _certificates(program: Program, _ctx: click.Context) -> Found:
    for name, certificate in program.model.certificates.items():
        yield name, _label(certificate.title)


def _clauses(program: Program, ctx: click.Context) -> Found:
    from dyade.program.typed import leaves

    rule = ctx.params["rule"]
    guards = [
        program.guard(("transitions", i, "guard")) for i, t in enumerate(program.model.transitions) if t.id == rule
    ]
    if rule in program.model.forms:
        guards.append(program.guard(("forms", rule, "valid")))
    for leaf in (leaf for guard in guards for leaf in leaves(guard)):
        if leaf.clause.waivable_by:
            yield leaf.id, _label(leaf.clause.message)
    if rule in program.model.forms:
        for limit in program.model.forms[rule].limits:
            if limit.waivable_by and limit.id:
                yield limit.id, _label(limit.message)


def _codes(_session: Session, _ctx: click.Context, incomplete: str) -> Found:
    from dyade.program.codes import CODES

    if incomplete[:1].islower():
        return [(code.slug, name) for name, code in CODES.items()]
    return [(name, code.slug) for name, code in CODES.items()]


dyads = _quietly(_stored("dyad"))
messages = _quietly(_messages)
people = _quietly(_stored("person"))
codes = _quietly(_codes)
programs = program_files = _quietly(_program_files)
scenarios = _quietly(_scenarios)
roles = _quietly(_of_program(_roles))
roles_of_file = _quietly(_roles_of_file)
roles_to_give = _quietly(_of_program(_roles_to_give))
fields = _quietly(_of_program(_fields))
forms = _quietly(_of_program(_forms))
series = _quietly(_of_program(_series))
states = _quietly(_of_program(_states))
steps = _quietly(_of_program(_steps))
data = _quietly(_of_program(_data))
events = _quietly(_of_program(_events))
rules = _quietly(_of_program(_rules))
inputs = _quietly(_of_program(_inputs))
clauses = _quietly(_of_program(_clauses))
glassed = _quietly(_of_program(_glassed))
certificates = _quietly(_of_program(_certificates))
