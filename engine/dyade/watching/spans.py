"""How does dyade appear in the traces of whoever follows a request? As spans, by the API alone.  (door: opentelemetry)

The host chooses the SDK and where spans go; without one they cost next to nothing, and without the API there are none.
A span tells kinds, codes and ids of dyads; of an error its code, for its message may quote what people wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dyade.errors import DyadeError
from dyade.service.looking_on import Left, Seen

if TYPE_CHECKING:
    from opentelemetry.trace import TracerProvider


class Spans:
    """Looks on, and makes a span of each work."""

    def __init__(self, provider: TracerProvider | None = None) -> None:
        """Begin; without a provider, with the one that the process has set."""
        from opentelemetry import trace

        self._tracer = trace.get_tracer("dyade", tracer_provider=provider)
        self._current = trace.get_current_span
        self._error = trace.Status(trace.StatusCode.ERROR)

    @contextmanager
    def during(self, work: str, command: str, about: str) -> Iterator[None]:
        """Make a span of something."""
        key = {"act": "dyade.dyad", "start": "dyade.program", "deliver": "dyade.endpoint"}[work]
        attributes = {"dyade.command": command, key: about} if command else {key: about}
        with self._tracer.start_as_current_span(
            f"dyade.{work}", attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except Exception as error:
                code = error.code if isinstance(error, DyadeError) else type(error).__name__
                span.set_attribute("error.type", code)
                span.set_status(self._error)
                raise

    def decided(self, seen: Seen) -> None:
        """Say in the present span what came of a command."""
        span = self._current()
        span.set_attributes(
            {
                "dyade.program": seen.program,
                "dyade.dyad": seen.dyad,
                "dyade.revision": seen.revision,
                "dyade.outcome": "refused" if seen.refused else "done",
                "dyade.records": seen.records,
                "dyade.refused": seen.refused,
            }
        )
        if seen.late is not None:
            span.set_attribute("dyade.late_seconds", seen.late / 1_000_000)

    def saw(self, seen: Seen) -> None:
        """Say nothing more: the span has said it."""

    def left(self, left: Left) -> None:
        """Say in the present span what came of an attempt to deliver."""
        span = self._current()
        span.set_attributes({"dyade.messages": left.messages, "dyade.trouble": left.trouble})
        if left.trouble:
            span.set_status(self._error)
