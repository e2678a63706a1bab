"""What would many dyads of a program live, with people as they are? `forecast`."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dyade.cli.declare import LOOKING, Day, Family, argument, command, option
from dyade.cli.handed import as_path
from dyade.cli.paper import Span, Text, clean, flow, mark, room
from dyade.cli.progress import Progress
from dyade.cli.session import Page, Session
from dyade.cli.sources import PROGRAM, SCENARIOS, beside, content, found
from dyade.cli.words import lang, say

if TYPE_CHECKING:
    from dyade.authoring.forecast.course import Model
    from dyade.authoring.forecast.lives import Living
    from dyade.authoring.forecast.rates import Rates
    from dyade.authoring.forecast.tally import Forecast
    from dyade.authoring.plainly import Plainly
    from dyade.flow.outcome import Reason
    from dyade.flow.plan import Plan

COMMANDS: Family = {}
MOST = 100_000
LONGEST = 36_525
"""Days that are foreseen, at most: a century."""
Row = tuple[str, str, str, str | int]


@command(COMMANDS, "forecast", LOOKING)
@argument("file", completer="program_files")
@option("--dyads", "foreseen_dyads", type=click.IntRange(1, MOST), default=200)
@option("--seed", "chance_seed", type=int, default=1)
@option("--scenario", "model_scenario")
@option("--rates", "rates_file", type=as_path)
@option("--set", "set_rates", multiple=True)
@option("--rates-template", "rates_template", is_flag=True)
@option("--until", "foreseen_until", type=Day())
@option("--csv", "forecast_csv", type=as_path)
@option("--plot", "forecast_plot", type=as_path)
@option("--force", is_flag=True)
def forecast(
    session: Session,
    file: str,
    foreseen_dyads: int,
    chance_seed: int,
    model_scenario: str | None,
    rates_file: Path | None,
    set_rates: tuple[str, ...],
    rates_template: bool,
    foreseen_until: int | None,
    forecast_csv: Path | None,
    forecast_plot: Path | None,
    force: bool,
) -> Page:
    """Live many dyads of a program, and tell what becomes of them."""
    from dyade.authoring.forecast.lives import Living
    from dyade.authoring.forecast.rates import template
    from dyade.flow.plan import plan_of
    from dyade.program.load import load
    from dyade.service.folder import Folder

    [path] = found(session.programs, (file,), PROGRAM)
    program = load(content(path), path.as_posix(), Folder(path.parent).read)
    plan = plan_of(program)
    rates = _rates(plan, rates_file, set_rates)
    if rates_template:
        text = template(rates, session.lang)
        return Page({"outcome": "done", "rates": dict(rates.names())}, lambda: text.rstrip("\n").split("\n"))
    _free(forecast_csv, forecast_plot, force=force)
    model = _model(plan, beside(path, SCENARIOS), model_scenario or "")
    start, until = model.start, _until(plan, model, rates, foreseen_until)
    living = Living(program, model, rates, chance_seed, session.lang)
    told = _lived(session, living, foreseen_dyads, start, until)
    lines = _kept(told, plan, forecast_csv, forecast_plot, force)
    data = {
        "outcome": "done", "program": path.as_posix(), "scenario": model.name, "dyads": foreseen_dyads,
        "seed": chance_seed, "rates": dict(rates.names()), **_data(told, plan),
    }  # fmt: skip
    return Page(data, lambda: [*_lines(told, plan, living, start, until), *lines])


def _rates(plan: Plan, file: Path | None, said: tuple[str, ...]) -> Rates:
    from dyade.authoring.forecast.rates import BadRate, Rates, read_rates

    rates = Rates.of(plan)
    try:
        if file is not None:
            rates = read_rates(rates, content(file))
        for one in said:
            name, _, value = one.partition("=")
            rates = rates.but(name.strip(), value.strip())
    except BadRate as trouble:
        facts: dict[str, Any] = {name: clean(value) for name, value in trouble.facts.items()}
        raise click.UsageError(say(trouble.key, **facts), click.get_current_context()) from None
    return rates


def _model(plan: Plan, told: Path, name: str) -> Model:
    from dyade.authoring import scenarios
    from dyade.authoring.forecast.course import model

    if not told.is_file():
        raise click.UsageError(say("forecast.no_model", file=clean(told.as_posix())))
    stories = content(told)
    if any(finding.severity == "error" for finding in scenarios.check(plan.program, stories)):
        raise click.UsageError(say("usage.stories", file=told.as_posix()))
    made = model(plan.program, stories, lang(), name)
    if made is None:
        raise click.UsageError(say("forecast.no_model", file=clean(told.as_posix())))
    return made


def _until(plan: Plan, model: Model, rates: Rates, day: int | None) -> int:
    """The instant at which one stops looking: by default, long after the last one should have ended."""
    from dyade.authoring.forecast.lives import DAY

    if day is not None:
        last = plan.calendar.local_date(model.start) + LONGEST
        at = plan.calendar.start_of_day(day + 1) if day <= last else None
        if at is None:
            raise click.UsageError(say("forecast.too_late", last=_day_said(last)), click.get_current_context())
        if at <= model.start:
            raise click.UsageError(say("forecast.too_early"), click.get_current_context())
        return at
    length = model.acts[-1].at - model.start
    return model.start + 2 * length + int(rates.plain["arrival_weeks"] * 7 + 365) * DAY


def _lived(session: Session, living: Living, dyads: int, start: int, until: int) -> Forecast:
    from dyade.authoring.forecast.tally import tally
    from dyade.flow.plan import plan_of

    lives = []
    with Progress(session, say("forecast.progress"), 50) as progress:
        for number, one in enumerate(living.lives(dyads, start, until), start=1):
            lives.append(one)
            progress(number, dyads)
    return tally(plan_of(living.program), lives, start)


# -------------------------------------------------------------------------------------------------------------- telling


def _words(plan: Plan) -> Plainly:
    from dyade.authoring.plainly import Plainly

    return Plainly(plan, lang())


def _day(plan: Plan, instant: int) -> str:
    return _day_said(plan.calendar.local_date(instant))


def _day_said(ordinal: int) -> str:
    from dyade.flow.telling.words import day

    return day(ordinal)


def _lines(told: Forecast, plan: Plan, living: Living, start: int, until: int) -> list[str]:
    from dyade.authoring.forecast.plot import end_label, sparks
    from dyade.cli.tables import table

    words = _words(plan)
    lines = flow(say("forecast.head", n=told.dyads, scenario=clean(living.model.name), first=_day(plan, start),
                     last=_day(plan, until - 1)))  # fmt: skip
    share, low, high = (f"{100 * value:.0f}" for value in (told.well / told.dyads, told.low, told.high))
    lines += flow(Span(say("forecast.well", share=share, low=low, high=high), "yes"))
    if told.days is not None:
        lines += flow(say("forecast.length", round(told.days)))
    lines.append("")
    widest = max(room() // 3, 10)
    for end, number in told.ends.items():
        bar = mark("█", "#") * max(1, round(widest * number / told.dyads))
        lines.append(f"{number:>6}  {bar} {clean(end_label(end, words))}")
    lines += ["", *_tables(told, plan, words, table)]
    weeks = [week.messages for week in told.weeks]
    if any(weeks) and mark("█", "#") == "█":
        lines += ["", *flow(say("forecast.weekly", most=max(weeks))), sparks(weeks, room() - 4)]
    for name, number in told.refused:
        lines += ["", *flow(say("forecast.stops"))] if name == told.refused[0][0] else []
        lines += flow(_why(plan, words, living.reasons[name]), lead=[f"{number:>6}  "])
    return lines


def _tables(told: Forecast, plan: Plan, words: Plainly, table: Any) -> Iterator[str]:
    titles = [say(f"forecast.column.{name}") for name in ("state", "dyads", "median", "ninetieth", "still")]
    rows = [
        (words.state(one.state), f"{one.dyads}", f"{one.median:.0f}", f"{one.ninetieth:.0f}", f"{one.still}")
        for one in told.waited
    ]
    yield from table(titles, rows, right=(1, 2, 3, 4))
    if told.sent:
        yield ""
        titles = [say(f"forecast.column.{name}") for name in ("role", "notices", "reminders", "escalations", "busiest")]
        yield from table(titles, [
            (words.role(one.role), *(f"{n}" for n in one[1:])) for one in told.sent
        ], right=(1, 2, 3, 4))  # fmt: skip
    if told.deadlines:
        yield ""
        titles = [say(f"forecast.column.{name}") for name in ("deadline", "met", "missed")]
        model = plan.program.model
        yield from table(titles, [
            (_said(model.deadlines[name].label, name), f"{met}", f"{missed}")
            for name, (met, missed) in told.deadlines.items()
        ], right=(1, 2))  # fmt: skip
    if told.shared:
        yield ""
    for one in told.shared:
        key = "forecast.needed" if one.places is None else "forecast.places"
        yield from flow(say(key, quota=words.quota(one.quota), most=one.most, places=one.places or 0))


def _said(text: Any, otherwise: str) -> str:
    from dyade.flow.telling.words import said

    return said(text, lang(), otherwise)


def _why(plan: Plan, words: Plainly, reason: Reason) -> str:
    """What stopped people: a clause by its own words, anything else as the first of them was told."""
    from dyade.flow.telling.refusals import reason_sentence
    from dyade.program.typed import leaves

    for guard in plan.program.typed.guards.values():
        for leaf in leaves(guard):
            if reason.code == "clause" and leaf.id == reason.about:
                return words.clause(leaf)
    return reason_sentence(reason, words)


def _data(told: Forecast, plan: Plan) -> dict[str, Any]:
    return {
        "well": told.well,
        "share": round(told.well / told.dyads, 4),
        "between": [round(told.low, 4), round(told.high, 4)],
        "days": told.days,
        "ends": dict(told.ends),
        "waited": [one._asdict() for one in told.waited],
        "sent": [one._asdict() for one in told.sent],
        "weeks": [{**one._asdict(), "start": _day(plan, one.start)} for one in told.weeks],
        "deadlines": {name: {"met": met, "missed": missed} for name, (met, missed) in told.deadlines.items()},
        "shared": [one._asdict() for one in told.shared],
        "stops": [{"what": name, "dyads": number} for name, number in told.refused],
    }


# -------------------------------------------------------------------------------------------------------------- writing


def _free(*files: Path | None, force: bool) -> None:
    """Refuse files that could not be written, before anything is lived."""
    named = [file for file in files if file is not None]
    if len({file.resolve() for file in named}) < len(named):
        raise click.UsageError(say("forecast.same_file", file=clean(str(named[0]))))
    for file in named:
        if file.exists() and not force:
            raise click.UsageError(say("certificate.exists", file=clean(str(file))))
        wrong = errno.EISDIR if file.is_dir() else 0 if file.parent.is_dir() else errno.ENOENT
        if not wrong and not os.access(file if file.exists() else file.parent, os.W_OK):
            wrong = errno.EACCES
        if wrong:
            why = os.strerror(wrong)
            raise click.UsageError(say("certificate.unwritable", file=clean(str(file)), why=why))


def _kept(told: Forecast, plan: Plan, sheet_file: Path | None, plot_file: Path | None, force: bool) -> list[str]:
    from dyade.authoring.forecast.plot import svg

    files: list[tuple[Path, str]] = []
    words = _words(plan)
    if sheet_file is not None:
        from dyade.cli.sheet import sheet

        files.append((sheet_file, "\ufeff" + sheet([*_rows(told, plan, words)])))
    if plot_file is not None:
        title = say("forecast.title", program=_said(plan.program.model.title, plan.program.id))
        files.append((plot_file, svg(told, words, title)))
    _written(files, force=force)
    lead: list[Text] = [Span(mark("✔", "+"), "yes"), " "]
    lines = [line for file, _ in files for line in flow(clean(str(file)), lead=lead)]
    return ["", *lines] if lines else []


def _written(files: list[tuple[Path, str]], *, force: bool) -> None:
    """All or none of them, where nothing is to be replaced."""
    from dyade.cli.handed import handed
    from dyade.cli.rewriting import create_all

    if force:
        for file, text in files:
            handed(text, file, {}, force=True)
    elif (there := create_all(files)) is not None:
        raise click.UsageError(say("certificate.exists", file=clean(str(there))))


def _rows(told: Forecast, plan: Plan, words: Plainly) -> Iterator[Row]:
    """Every figure on a line of its own: a section, what is counted, the measure, the figure."""
    from dyade.authoring.forecast.plot import end_label

    yield say("forecast.sheet.section"), say("forecast.sheet.what"), say("forecast.sheet.measure"), "n"
    for end, number in told.ends.items():
        yield say("forecast.sheet.ends"), end_label(end, words), say("forecast.column.dyads"), number
    for one in told.waited:
        for measure in ("dyads", "median", "ninetieth", "still"):
            days = f"{getattr(one, measure):g}"
            yield say("forecast.sheet.waited"), words.state(one.state), say(f"forecast.column.{measure}"), days
    for to in told.sent:
        for measure in ("notices", "reminders", "escalations", "busiest"):
            figure = getattr(to, measure)
            yield say("forecast.sheet.sent"), words.role(to.role), say(f"forecast.column.{measure}"), figure
    for name, counts in told.deadlines.items():
        label = _said(plan.program.model.deadlines[name].label, name)
        for measure, figure in zip(("met", "missed"), counts, strict=True):
            yield say("forecast.sheet.deadlines"), label, say(f"forecast.column.{measure}"), figure
    for week in told.weeks:
        for measure in ("begun", "ended", "messages", "reminders"):
            figure = getattr(week, measure)
            yield say("forecast.sheet.weeks"), _day(plan, week.start), say(f"forecast.column.{measure}"), figure
