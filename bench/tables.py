"""How is what was measured shown? One table of engines, the figures that are ours, the targets, the machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.children import OURS, REMEMBERED, SOURCE
from bench.rounds import Report, middle, paired, times
from bench.targets import targets

Row = Sequence[str]


def shown(report: Report, found: Mapping[str, Any]) -> str:
    """Everything, for the screen."""
    return "\n".join(
        [
            "",
            *_ranged([("", "entries", "", "moves", "", "new dyad", "idle"), _UNITS, *_engines(report)]),
            *(f"absent: {line}" for line in report.absent),
            "",
            *_ranged(
                [
                    ("dyade alone", "", ""),
                    *_ours(report),
                    *_durable(found),
                    *_shell(found),
                    *_growth(found),
                    *_crowd(found),
                ]
            ),
            "",
            *_ranged([("reminders that are due", "a second", "µs of CPU here", "", ""), *_firing(found)]),
            "",
            *_ranged([("targets", "found", "wanted", "", ""), *_targets(report, found)]),
            "",
            *_machine(report, found),
        ]
    )


_UNITS = ("", "µs/event", "×", "µs/event", "×", "µs", "bytes")


def _engines(report: Report) -> Iterator[Row]:
    for engine, greeting in report.present.items():
        said = f"{greeting['version']}, not compiled" if engine == SOURCE else greeting["version"]
        row = [f"{greeting['name']} ({said})"]
        for life in ("entries", "moves"):
            row += [f"{middle(report.speeds[life][engine]).event:.2f}", _times(paired(report, life, engine))]
        row += [f"{middle(report.speeds['moves'][engine]).making:.1f}", f"{report.weights[engine]:,}"]
        yield row
        if engine == OURS:
            apart = f"{middle(report.validated).event:.2f}", _times(times(report, "entries", report.validated))
            yield "  the same, without validating what is submitted", *apart, "", "", "", ""


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"


def _ours(report: Report) -> Iterator[Row]:
    for life, kinds in report.kinds.items():
        for kind, (spent, number) in kinds.items():
            yield f"life of {life}: {kind}, one of {number}", f"{spent:.1f}", "µs"
    events = sum(number for _, number in report.kinds["entries"].values())
    filled = report.kinds["entries"]["entry"][1]
    yield "memory of a dyad that waits, with the texts that are kept", f"{report.weights[REMEMBERED]:,}", "bytes"
    validating = middle(report.speeds["entries"][OURS]).event - middle(report.validated).event
    yield "validating one entry, of what it takes", f"{validating * events / filled:.1f}", "µs"


def _durable(found: Mapping[str, Any]) -> Iterator[Row]:
    for one in found["durable"]:
        said = "with a command id" if one["with_ids"] else "without id"
        where = f"fire that lasts, {one['file_system']}, {said}, {one['bytes']:,} bytes"
        raw = f"raw loop on the same tables {one['raw']:.0f} µs: {one['ratio']:.2f} ×"
        yield where, f"{one['fire']:.0f}", f"µs; {raw}; bare tables {one['bare']:.0f} µs: {one['ratio_to_bare']:.2f} ×"


def _shell(found: Mapping[str, Any]) -> Iterator[Row]:
    for name, spent in found["shell"].items():
        yield {"python": "a Python that does nothing"}.get(name, f"dyade {name}"), f"{spent:.3f}", "s"


def _growth(found: Mapping[str, Any]) -> Iterator[Row]:
    for way in ("text", "model"):
        times = found["scale"][way]
        sizes = ", ".join(f"{int(size):,}: {time:.0f}" for size, time in times.items())
        power = f"{found['scale']['exponents'][way]:.2f}"
        yield f"check of many states, as {way}", power, f"th power of them (ms: {sizes})"


def _crowd(found: Mapping[str, Any]) -> Iterator[Row]:
    crowd, server = found["crowd"], found["postgres"]
    yield (
        "a dyad among 1,000,000, on the disk, SQLite",
        f"{crowd['bytes']:,}",
        "bytes, indexes and journal of two records",
    )
    yield "a dyad's row among 1,000,000, PostgreSQL", f"{server['due']['bytes']:,}", "bytes, indexes included"
    for where, due in (
        ("SQLite", crowd["due"]),
        ("PostgreSQL", {n: server["due"][n]["due"] for n in ("1000", "1000000")}),
    ):
        yield f"what is due among 1,000,000, {where}", f"{due['1000000']:.0f}", f"µs; among 1,000: {due['1000']:.0f}"
    memory = crowd["rounds"]["resident"][-1]
    yield "memory of a worker among 1,000,000", f"{memory / 1e6:.0f}" if memory else "", "MB"
    for many, one in server["writers"].items():
        said = f"kept a second; raw psycopg loops {one['raw']:.0f}: {one['ratio']:.2f} ×"
        yield f"fires on PostgreSQL, writers at once: {many}", f"{one['ours']:.0f}", said


def _firing(found: Mapping[str, Any]) -> Iterator[Row]:
    for store, contenders in found["firing"].items():
        for name, one in contenders.items():
            ratio = "" if name == "ours" else f"ours: {one['ratio']:.1f} ×"
            # "scheduler, our journal", "jobs, ten at once": what comes after the name is how it is run.
            way = name.partition(", ")[2]
            said = ", ".join(filter(None, (f"{one['name']} ({one['version']})", way, store)))
            yield said, f"{one['each_second']:,.0f}", f"{one['cpu']:.0f}", "", ratio


def _targets(report: Report, found: Mapping[str, Any]) -> Iterator[Row]:
    for target in targets(report, found):
        value = "" if target.found is None else f"{target.found:,.2f}"
        bound = f"{target.most:,g}" if not target.at_least else f"at least {target.most:,g}"
        yield target.what, value, bound, target.unit, target.verdict


def _machine(report: Report, found: Mapping[str, Any]) -> Iterator[str]:
    about = found["machine"]
    systems = ", ".join(dict.fromkeys(one["file_system"] for one in found["durable"]))
    yield f"{about['processor']}, {about['cores']} cores; {about['system']}; {about['python']}"
    yield "dyade compiled" if found["compiled"] else "dyade not compiled: `make bench` measures it compiled"
    yield f"SQLite {about['sqlite']}, synchronous FULL, on {systems}"
    yield f"load before {found['load']['before']}, after {found['load']['after']}"
    if any(load and load[0] > about["cores"] / 2 + 0.5 for load in found["load"].values()):
        yield "The machine was busy with something else: ratios of decisions hold, seconds and what lasts do not."
    yield f"peers on {', '.join(dict.fromkeys(greeting['on'] for greeting in report.present.values()))}"
    yield "× is a multiple of a trigger of transitions on a registered model, in the same run; medians throughout"


def _ranged(rows: Sequence[Row]) -> list[str]:
    """Columns under one another: the first to the left, numbers to the right, the last as it is."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    last = len(widths) - 1
    return [
        "  ".join(
            cell.ljust(width) if at in (0, last) or (not _is_number(cell) and at > 2) else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _is_number(cell: str) -> bool:
    return cell.replace(",", "").replace(".", "").isdigit()
