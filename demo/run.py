"""Live whole dyads on the screen, through the real commands, on a real store, with the clock moved forward.

    python demo/run.py                  every life
    python demo/run.py cisss --lang fr  one of them, in French

A life is a text in `lives/`: a line is a `dyade` command; `@` moves the clock (local to the program); `en` and `fr` are
words for the spectator; a line that begins with `!` must be refused. Anything else than what is expected ends the demo.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from dyade import Engine
from dyade.cli.root import cli
from dyade.store.vault import make_file

HERE = Path(__file__).parent
PROGRAMS = HERE.parent / "programs"
ZONE = ZoneInfo("America/Toronto")
DONE, REFUSED = 0, 1


class Surprise(SystemExit):
    """A command did not answer as the life says."""


def live(life: Path, lang: str) -> int:
    """Play one life in a store of its own; return how many commands it took."""
    os.environ |= {"DYADE_TEST": "1", "DYADE_LANG": lang, "DYADE_PROGRAMS": str(PROGRAMS)}
    commands = 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DYADE_DB"] = f"sqlite:///{Path(folder) / 'demo.db'}"
        os.environ["DYADE_KEYS"] = f"{Path(folder) / 'keys'}"
        make_file(Path(os.environ["DYADE_KEYS"]))
        for line in life.read_text(encoding="utf-8").splitlines():
            word, _, rest = line.strip().partition(" ")
            if not word or word == "#":
                continue
            if word in ("en", "fr"):
                if word == lang:
                    click.secho(f"\n{rest}", fg="cyan")
            elif word == "@":
                travel(rest)
            else:
                command(line.strip())
                commands += 1
    return commands


def travel(moment: str) -> None:
    """Move the clock, as a worker that never sleeps would live through it: every due instant has its turn."""
    there = datetime.fromisoformat(moment).replace(tzinfo=ZONE)
    click.secho(f"\n── {moment} " + "─" * 40, fg="yellow")
    while (due := next_due(there)) is not None:
        os.environ["DYADE_NOW"] = due.isoformat()
        if answered(["tick"]) != DONE:
            raise Surprise(f"time could not act at {due}")
    os.environ["DYADE_NOW"] = there.isoformat()


def next_due(until: datetime) -> datetime | None:
    """The next instant at which time does something, up to another."""
    if not Path(os.environ["DYADE_DB"].removeprefix("sqlite:///")).exists():
        return None
    with Engine.open(os.environ["DYADE_DB"], PROGRAMS, keys=os.environ["DYADE_KEYS"]) as engine:
        found = [dyad.next_due for dyad in engine.dyads(due_by=instant(until)) if dyad.next_due is not None]
    return datetime.fromtimestamp(min(found) / 1_000_000, UTC) if found else None


def instant(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def command(line: str) -> None:
    """Show a command and its answer; stop where it is not the expected one."""
    expected, text = (REFUSED, line[1:].strip()) if line.startswith("!") else (DONE, line)
    click.secho(f"$ dyade {text}", bold=True)
    sys.stdout.flush()
    code = answered(shlex.split(text))
    if code != expected:
        raise Surprise(f"dyade {text}: exit code {code}, not {expected}")


def answered(words: list[str]) -> int:
    """Run a command in this process; return its exit code."""
    try:
        return cli.main(words, prog_name="dyade")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else DONE


def main() -> None:
    """Play the lives that were asked for."""
    known = sorted(path.stem for path in (HERE / "lives").glob("*.life"))
    parser = argparse.ArgumentParser(description="Whole lives of dyads, on the screen.")
    parser.add_argument("lives", nargs="*", help=f"which ones: {', '.join(known)} (all by default)")
    french = os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("fr")
    parser.add_argument("--lang", choices=("fr", "en"), default="fr" if french else "en")
    asked = parser.parse_args()
    if unknown := [name for name in asked.lives if name not in known]:
        parser.error(f"no such life: {', '.join(unknown)}; there are: {', '.join(known)}")
    started = time.perf_counter()
    os.chdir(HERE)  # papers are attached from `papers/`
    commands = sum(live(HERE / "lives" / f"{name}.life", asked.lang) for name in asked.lives or known)
    click.secho(f"\n{commands} commands, {time.perf_counter() - started:.1f} s", fg="cyan")


if __name__ == "__main__":
    main()
