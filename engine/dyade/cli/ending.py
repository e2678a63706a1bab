"""How does a command end: with which exit code, and with which last words?

0    done
1    refused, or warnings where `--strict` asks for none
2    the command is not well written, or the program has mistakes
3    someone changed the dyad first, or the store is in trouble, or dyade itself is
130  interrupted
141  nobody reads the output any more
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import click

from dyade.cli.words import lang, say
from dyade.errors import (
    BackupTrouble,
    CommandReused,
    Conflict,
    DyadeError,
    ExtraMissing,
    KeyTrouble,
    NotFound,
    ProgramInvalid,
    SentenceTrouble,
    SettingsTrouble,
    StoreTrouble,
    Taken,
)
from dyade.texts import told

DONE, REFUSED, USAGE, TROUBLE, INTERRUPTED, UNREAD = 0, 1, 2, 3, 130, 141
FEW = 12
"""Names that are all told."""
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

CODES: dict[type[DyadeError], int] = {
    ProgramInvalid: USAGE,
    NotFound: USAGE,
    Taken: TROUBLE,
    Conflict: TROUBLE,
    CommandReused: TROUBLE,
    ExtraMissing: TROUBLE,
    KeyTrouble: USAGE,
    SettingsTrouble: USAGE,
    StoreTrouble: TROUBLE,
    BackupTrouble: TROUBLE,
}


def of(call: Callable[[], Any], arguments: Sequence[str]) -> int:
    """Run what Click runs; every way out leads to a code, and none to a traceback (unless `DYADE_DEBUG=1`)."""
    as_json = _wants_json(arguments)
    try:
        return _finished(call())
    except click.UsageError as error:
        return _usage(error, as_json)
    except click.ClickException as error:
        return _last_words(error.format_message(), "usage", as_json, USAGE)
    except (click.Abort, KeyboardInterrupt, EOFError):
        return _last_words(say("ending.interrupted"), "interrupted", as_json, INTERRUPTED)
    except BrokenPipeError:
        return _unread()
    except DyadeError as error:
        return _dyade(error, as_json)
    except OSError as error:
        if error.errno in NO_ROOM:
            return _unwritten(error)
        return _unread() if error.errno == errno.EPIPE else _unexpected(error, as_json)
    except Exception as error:
        return _unexpected(error, as_json)


def _finished(result: object) -> int:
    sys.stdout.flush()
    return result if isinstance(result, int) else DONE


def _wants_json(arguments: Sequence[str]) -> bool:
    """Known before the options are read: a usage error is answered in the format that was asked for."""
    asked = [after for option, after in pairwise(arguments) if option == "--format"]
    asked += [option[9:] for option in arguments if option.startswith("--format=")]
    return bool(asked) and asked[-1] == "json"


def _usage(error: click.UsageError, as_json: bool) -> int:
    if as_json:
        return _last_words(error.format_message(), "usage", as_json, USAGE)
    error.show()
    return USAGE


def _dyade(error: DyadeError, as_json: bool) -> int:
    code = next((code for kind, code in CODES.items() if isinstance(error, kind)), None)
    if code is None or isinstance(error, SentenceTrouble):
        return _unexpected(error, as_json)
    if isinstance(error, ProgramInvalid):
        return _invalid(error, as_json)
    meant = _meant(error) if isinstance(error, NotFound) else ""
    return _last_words(f"{told(error, lang())}{meant}", error.code, as_json, code, dict(error.facts))


def _meant(error: NotFound) -> str:
    """Which of those that there are was probably meant; all of them, where they are few."""
    from dyade.program.nearest import nearest

    name = nearest(error.id, error.known)
    if name is not None:
        return f" {say('ending.meant', name=name)}"
    return f" {say('ending.known', names=', '.join(error.known))}" if 0 < len(error.known) <= FEW else ""


def _invalid(error: ProgramInvalid, as_json: bool) -> int:
    from dyade.cli import paper
    from dyade.program import report

    if as_json:
        mistakes = [report.to_json(diagnostic, error.file, lang()) for diagnostic in error.diagnostics]
        answer = {"outcome": error.code, "message": told(error, lang()), "diagnostics": mistakes}
        click.echo(paper.as_json(answer))
    else:
        click.echo(report.render_all(error.diagnostics, error.source, error.file, lang()), err=True)
        click.echo(f"\n{told(error, lang())}", err=True)
    return USAGE


def _last_words(message: str, outcome: str, as_json: bool, code: int, facts: dict[str, Any] | None = None) -> int:
    from dyade.cli import paper

    if as_json:
        answer = {"outcome": outcome, "message": message, **({"facts": facts} if facts else {})}
        click.echo(paper.as_json(answer))
    else:
        click.echo(say("ending.error", message=paper.clean(message)), err=True)
    return code


def _unexpected(error: BaseException, as_json: bool) -> int:
    """What should not happen: say what to report, and nothing of what the people of the dyad wrote."""
    if os.environ.get("DYADE_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    from importlib.metadata import version

    kind = type(error).__name__
    where = _where(error)
    message = say("ending.unexpected", kind=kind, where=where, version=version("dyade"))
    return _last_words(message, "unexpected", as_json, TROUBLE, {"kind": kind, "where": where})


def _where(error: BaseException) -> str:
    """The place in dyade that failed, without any path of the machine."""
    trace, place = error.__traceback__, "?"
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        if module.startswith("dyade."):
            place = f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _unread() -> int:
    """The reader of a pipe has gone: say nothing more, not even while Python closes."""
    _close_output()
    return UNREAD


def _unwritten(error: OSError) -> int:
    """There is no room for the answer, not even for a tool's: it is said where errors are."""
    _close_output()
    return _last_words(say("ending.unwritten", detail=error.strerror or ""), "unwritten", False, TROUBLE)


def _close_output() -> None:
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 (lives until the process ends)
