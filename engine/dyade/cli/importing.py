"""How do dyads that are already under way come in from a spreadsheet? `import`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from dyade.cli.declare import KEEPING, Family, argument, command, option
from dyade.cli.ending import DONE, REFUSED
from dyade.cli.paper import Span, clean, flow, mark
from dyade.cli.progress import waiting
from dyade.cli.session import Page, Session
from dyade.cli.values import from_text, pairs
from dyade.cli.words import lang, say
from dyade.program.data import is_file

if TYPE_CHECKING:
    from dyade.cli.table_file import Line, Table
    from dyade.program.program import Program
    from dyade.service.engine import Engine
    from dyade.service.importing import Arrival

COMMANDS: Family = {}
STATE, SINCE, BEGAN = ("state",), ("since",), ("began",)
WORDS: Mapping[str, tuple[str, ...]] = {
    "state": STATE, "état": STATE, "etat": STATE,
    "since": SINCE, "depuis": SINCE,
    "began": BEGAN, "début": BEGAN, "debut": BEGAN,
}  # fmt: skip
"""Titles of columns that every program has."""
Column = tuple[str, ...]
"""What a column gives: `state`, `since`, `began`, (`role`, id), (`name`, id of a role) or (`field`, id)."""
IGNORED: Column = ("ignored",)


class Problem(NamedTuple):
    """What is wrong, and where; column is a title of the file, or empty."""

    line: int
    column: str
    message: str


@command(COMMANDS, "import", KEEPING)
@argument("program", completer="programs")
@argument("csv_table", type=click.Path(path_type=Path))
@option("--map", "mapped", multiple=True)
@option("--delimiter")
@option("--encoding")
@option("--beyond-places", "beyond", is_flag=True)
@option("--apply", "carry_out", is_flag=True)
def import_dyads(
    session: Session,
    program: str,
    csv_table: Path,
    mapped: tuple[str, ...],
    delimiter: str | None,
    encoding: str | None,
    beyond: bool,
    carry_out: bool,
) -> Page:
    """Bring in dyads that are under way."""
    from dyade.cli.table_file import read_table

    if delimiter is not None and len(delimiter.replace("\\t", "\t")) != 1:
        raise click.UsageError(say("usage.delimiter"), click.get_current_context())
    table = read_table(csv_table, encoding, delimiter.replace("\\t", "\t") if delimiter else None)
    with session.engine() as engine, waiting(session, engine, say("worker.progress")):
        declared = engine.program(program)
        reading = _Reading(declared, table, dict(pairs(mapped)), engine.now())
        arrivals = reading.arrivals()
        keep = carry_out and not reading.problems
        arrived = engine.import_dyads(program, arrivals, lang=lang(), keep=keep, beyond=beyond)
        problems = [*reading.problems, *_refused(engine, program, arrived)]
    problems.sort(key=lambda one: one.line)
    dyads = [{"line": one.line, "dyad": one.dyad} for one in arrived if one.dyad is not None]
    outcome = "refused" if problems else "done" if carry_out else "previewed"
    places = Counter(quota for one in arrived for quota, _ in one.places)
    lacking = any(reason.code == "quota_full" for one in arrived for reason in one.reasons)
    data = {
        "outcome": outcome,
        "file": csv_table.as_posix(),
        "encoding": table.encoding,
        "delimiter": table.separator,
        "dyads": dyads,
        "problems": [one._asdict() for one in problems],
        "places": dict(places),
    }

    def lines() -> list[str]:
        told = _lines(problems, len(dyads), len(table.lines), carry_out)
        return [*told, *_places(declared, places), *(flow(say("import.beyond")) if lacking else ())]

    return Page(data, lines, REFUSED if problems else DONE)


def _places(program: Program, places: Mapping[str, int]) -> Iterator[str]:
    """The shared places that the dyads have where they stand."""
    from dyade.flow.telling.words import said

    for quota, n in places.items():
        label = clean(said(program.model.quotas[quota].label, lang(), quota))
        yield from flow(say("import.places", n, quota=label), lead=["  ", Span("~", "name"), " "])


def _refused(engine: Engine, program: str, arrived: Iterable[Any]) -> Iterator[Problem]:
    for one in arrived:
        for message in engine.sentences(one.reasons, lang(), program=program):
            yield Problem(one.line, "", message)


def _lines(problems: list[Problem], coming: int, read: int, carry_out: bool) -> list[str]:
    if problems:
        lines = flow(Span(say("import.refused", len(problems)), "no"), lead=[Span(mark("✘", "x"), "no"), " "])
        for one in problems:
            where = say("import.line.column" if one.column else "import.line", line=one.line, column=one.column)
            lines += flow(Span(where, "quiet"), " ", one.message, lead=["  ", Span("-", "no"), " "])
        return lines + flow(say("import.nothing"))
    if not read:
        return flow(Span(say("import.empty"), "quiet"))
    key = "import.done" if carry_out else "import.previewed"
    return flow(say(key, coming), lead=[Span(mark("✔", "+") if carry_out else mark("→", "->"), "yes"), " "])


class _Reading:
    """A table read against a program: what can be, and everything that cannot."""

    def __init__(self, program: Program, table: Table, mapped: Mapping[str, str], now: int) -> None:
        from dyade.flow.plan import plan_of

        self.program = program
        self.table = table
        self.problems: list[Problem] = []
        self.today = plan_of(program).calendar.local_date(now)
        self.columns = self._columns({_folded(title): name for title, name in mapped.items()})

    # -------------------------------------------------------------------------------------------------------- columns

    def _columns(self, mapped: Mapping[str, str]) -> list[Column]:
        known = dict(self._known())
        found: list[Column] = []
        for title in self.table.titles:
            name = mapped.get(_folded(title), title)
            column = IGNORED if not name.strip() else known.get(_folded(name), IGNORED)
            if name.strip() and column == IGNORED:
                self._problem(1, title, say("import.unknown_column", options=", ".join(self._names())))
            elif column != IGNORED and column in found:
                self._problem(1, title, say("import.twice"))
            elif column[0] == "field" and is_file(self.program.data["fields", column[1]].type):
                self._problem(1, title, say("import.file"))
            found.append(column)
        unread = [title for title in mapped if title not in map(_folded, self.table.titles)]
        for title in unread:
            self._problem(1, title, say("import.no_such_title"))
        if STATE not in found:
            self._problem(1, "", say("import.no_state"))
        if not any(column[0] == "role" for column in found):
            self._problem(1, "", say("import.no_role"))
        return found

    def _names(self) -> list[str]:
        """What a column may be called."""
        return [say("import.state"), say("import.since"), say("import.began"), *self._roles(), *self._fields()]

    def _roles(self) -> list[str]:
        return [name for name, role in self.program.model.roles.items() if role.scope != "program"]

    def _fields(self) -> list[str]:
        return [name for name, field in self.program.model.fields.items() if field.formula is None]

    def _known(self) -> Iterator[tuple[str, Column]]:
        """Titles, labels before ids, so that an id wins."""
        model = self.program.model
        for name in self._fields():
            yield from ((_folded(label), ("field", name)) for label in (model.fields[name].label or {}).values())
        for role in self._roles():
            yield from ((_folded(label), ("role", role)) for label in (model.roles[role].label or {}).values())
        yield from ((word, column) for word, column in WORDS.items())
        for name in self._fields():
            yield from ((title, ("field", name)) for title in (_folded(name), _folded(f"fields.{name}")))
        for role in self._roles():
            yield from ((_folded(title), ("name", role)) for title in (f"{role}.name", f"{role}.nom"))
            yield from ((title, ("role", role)) for title in (_folded(role), _folded(f"roles.{role}")))

    # ---------------------------------------------------------------------------------------------------------- lines

    def arrivals(self) -> list[Arrival]:
        """The lines that can be read; of a table whose titles cannot be, none."""
        if self.problems:
            return []
        found = (self._arrival(line) for line in self.table.lines)
        return [one for one in found if one is not None]

    def _arrival(self, line: Line) -> Arrival | None:
        from dyade.service.importing import Arrival

        before = len(self.problems)
        if any(cell.strip() for cell in line.cells[len(self.columns) :]):
            self._problem(line.number, "", say("import.too_wide"))
        cells = {column: cell.strip() for column, cell in zip(self.columns, line.cells, strict=False)}
        leaf = self._leaf(line.number, cells.get(STATE, ""))
        since = self._day(line.number, SINCE, cells.get(SINCE, ""), self.today)
        began = self._day(line.number, BEGAN, cells.get(BEGAN, ""), since)
        if began > since:
            self._problem(line.number, self._title(SINCE), say("import.backwards"))
        people = dict(self._people(line.number, cells))
        names = dict(self._named(line.number, cells, people))
        fields = {
            column[1]: from_text(self.program.data["fields", column[1]].type, cell)
            for column, cell in cells.items()
            if column[0] == "field" and cell
        }
        if len(self.problems) > before or leaf is None:
            return None
        return Arrival(line.number, leaf, people, fields, since, began, names)

    def _leaf(self, line: int, cell: str) -> str | None:
        """A state where a dyad can stand, by its id, its path or its label."""
        graph = self.program.graph
        leaves = graph.regions[""].leaves
        found = [
            path
            for path in leaves
            if cell and (_folded(cell) in (_folded(path), _folded(path.rpartition(".")[2]))
                         or _folded(cell) in map(_folded, (graph.nodes[path].model.label or {}).values()))
        ]  # fmt: skip
        if len(found) == 1:
            return found[0]
        self._problem(line, self._title(STATE), say("import.bad_state", value=cell, options=", ".join(leaves)))
        return None

    def _day(self, line: int, column: Column, cell: str, otherwise: int) -> int:
        if not cell:
            return otherwise
        try:
            day = date.fromisoformat(cell).toordinal()
        except ValueError:
            self._problem(line, self._title(column), say("import.bad_day", value=cell))
            return otherwise
        if day > self.today:
            self._problem(line, self._title(column), say("import.future", value=cell))
            return otherwise
        return day

    def _people(self, line: int, cells: Mapping[Column, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        for column, cell in cells.items():
            if column[0] == "role" and cell:
                people = _several(cell)
                most = self.program.model.roles[column[1]].count.max
                if len(people) > most:
                    self._problem(line, self._title(column), say("import.too_many", most=most))
                yield column[1], people

    def _named(
        self, line: int, cells: Mapping[Column, str], people: Mapping[str, tuple[str, ...]]
    ) -> Iterator[tuple[str, str]]:
        for column, cell in cells.items():
            if column[0] == "name" and cell:
                ids, names = (
                    people.get(column[1], ()),
                    _several(cell) if len(people.get(column[1], ())) > 1 else (cell,),
                )
                if len(ids) != len(names):
                    self._problem(line, self._title(column), say("import.names"))
                yield from zip(ids, names, strict=False)

    def _title(self, column: Column) -> str:
        return self.table.titles[self.columns.index(column)] if column in self.columns else ""

    def _problem(self, line: int, column: str, message: str) -> None:
        self.problems.append(Problem(line, column, message))


def _folded(title: str) -> str:
    return " ".join(title.split()).casefold()


def _several(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in cell.replace(";", ",").split(",") if part.strip()))
