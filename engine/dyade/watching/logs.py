"""What is written in the log? One JSON object a line: what was decided, refused, sent; never who, nor what they wrote.

Other libraries write messages of their own, which may quote anything: of theirs, only where and how grave is kept. Of
an error, only its kind and the places of the code.
"""

from __future__ import annotations

import json
import logging
import traceback
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import Any, TextIO

from dyade.service.looking_on import Left, Seen

OURS = "dyade"


class JsonLines(logging.Formatter):
    """Writes a record of the log as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"time": at, "level": record.levelname.lower(), "logger": record.name}
        if record.name.split(".")[0] == OURS:
            line["event"] = record.getMessage()
            facts = getattr(record, "facts", None)
            line |= facts if isinstance(facts, dict) else {}
        else:
            line["event"] = f"{record.module}:{record.lineno}"
        if record.exc_info and record.exc_info[1] is not None:
            line |= _error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _error(error: BaseException) -> dict[str, Any]:
    """What an error is and where it came from, without its message."""
    places = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    return {"error": type(error).__name__, "places": places}


class Logged:
    """Looks on, and writes what it sees in the log."""

    def __init__(self, log: logging.Logger | None = None) -> None:
        self._log = log or logging.getLogger(f"{OURS}.decisions")

    def decided(self, seen: Seen) -> None:
        """Say nothing yet: it may not last."""

    def saw(self, seen: Seen) -> None:
        """Write what came of a command."""
        facts: dict[str, Any] = {"program": seen.program, "dyad": seen.dyad, "command": seen.command}
        if seen.revision:
            facts |= {"revision": seen.revision, "records": list(seen.records)}
        if seen.late is not None:
            facts["late"] = round(seen.late / 1_000_000, 3)
        if seen.refused:
            facts["codes"] = list(seen.refused)
        self._log.info("refused" if seen.refused else "decided", extra={"facts": facts})

    def left(self, left: Left) -> None:
        """Write what came of an attempt to deliver."""
        facts: dict[str, Any] = {"endpoint": left.endpoint, "messages": left.messages}
        if left.trouble:
            self._log.warning("not delivered", extra={"facts": {**facts, "trouble": left.trouble}})
        else:
            self._log.info("delivered", extra={"facts": facts})

    def during(self, work: str, command: str, about: str) -> AbstractContextManager[object]:  # noqa: ARG002 (others stay)
        """Stay for nothing: what came of it is written."""
        return nullcontext()


def as_json_lines(out: TextIO) -> logging.Handler:
    """Let everything that is logged in this process go there, as JSON; give what `remove` takes away again."""
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    logging.getLogger(OURS).setLevel(logging.INFO)
    return handler


def remove(handler: logging.Handler) -> None:
    """Log as before."""
    logging.getLogger().removeHandler(handler)
    logging.getLogger(OURS).setLevel(logging.NOTSET)
    handler.close()
