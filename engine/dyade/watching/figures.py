"""Which figures does Prometheus read? What this process did, and how the store stands.  (door: prometheus_client)

Labels are names of programs, kinds, codes and endpoints: as many as programs and settings say, never one a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from dyade.errors import DyadeError, ExtraMissing
from dyade.service.looking_on import Left, Seen
from dyade.service.standing import Standing

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.metrics_core import Metric

EXTRA = "watching"
SECOND = 1_000_000
LATENESS = (0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200, 43200, 86400, 604800)
"""Seconds: what a worker does at once, what nobody notices, what is alarming, and a stop of days."""
GAUGES = (
    ("timers_due", "dyade_timers_due", "Dyads in which time should have acted by now.", 1),
    ("timers_late", "dyade_timers_oldest_seconds", "Age of the oldest instant that is due.", SECOND),
    ("outbox_waiting", "dyade_outbox_waiting", "Messages that wait to leave.", 1),
    ("outbox_age", "dyade_outbox_oldest_seconds", "Age of the oldest message that waits.", SECOND),
    ("outbox_failed", "dyade_outbox_failed", "Messages that were given up.", 1),
    ("endpoints_resting", "dyade_endpoints_resting", "Endpoints to which nothing is sent for now.", 1),
)
"""(what is told of the store, the name of its gauge, what it is, by what it is divided)."""


def written(stands: Callable[[], Standing]) -> bytes:
    """How the store stands, once, as Prometheus reads it."""
    registry = _registry()
    registry.register(_Stands(stands))
    return _text(registry)


class Figures:
    """Looks on, and counts; it is asked by Prometheus."""

    def __init__(self, stands: Callable[[], Standing]) -> None:
        """Begin to count; `stands` looks at the store each time that somebody asks. Raises `ExtraMissing`."""
        self._registry = registry = _registry()
        from prometheus_client import Counter, Histogram, ProcessCollector

        self._decisions = Counter(
            "dyade_decisions", "Commands that were accepted.", ["program", "command"], registry=registry
        )
        self._refusals = Counter("dyade_refusals", "Reasons of refusals.", ["program", "code"], registry=registry)
        self._records = Counter("dyade_records", "Records that were kept.", ["program", "kind"], registry=registry)
        self._lateness = Histogram(
            "dyade_timer_lateness_seconds",
            "By how much time acted late.",
            ["program"],
            registry=registry,
            buckets=LATENESS,
        )
        self._durations = Histogram("dyade_work_seconds", "How long work took.", ["work"], registry=registry)
        self._errors = Counter("dyade_errors", "Work that ended in an error.", ["work", "code"], registry=registry)
        self._deliveries = Counter(
            "dyade_deliveries",
            "Messages that an attempt was made to deliver.",
            ["endpoint", "outcome"],
            registry=registry,
        )
        registry.register(_Stands(stands))
        ProcessCollector(registry=registry)

    def text(self) -> bytes:
        """All figures, as Prometheus reads them."""
        return _text(self._registry)

    def decided(self, seen: Seen) -> None:
        """Count nothing yet: it may not last."""

    def saw(self, seen: Seen) -> None:
        """Count what came of a command."""
        for code in seen.refused:
            self._refusals.labels(seen.program, code).inc()
        if not seen.refused:
            self._decisions.labels(seen.program, seen.command).inc()
        for kind in seen.records:
            self._records.labels(seen.program, kind).inc()
        if seen.late is not None:
            self._lateness.labels(seen.program).observe(seen.late / SECOND)

    def left(self, left: Left) -> None:
        """Count what came of an attempt to deliver."""
        self._deliveries.labels(left.endpoint, "failed" if left.trouble else "sent").inc(left.messages)

    @contextmanager
    def during(self, work: str, command: str, about: str) -> Iterator[None]:  # noqa: ARG002 (one figure for all)
        """Time something."""
        began = monotonic()
        try:
            yield
        except Exception as error:
            self._errors.labels(work, error.code if isinstance(error, DyadeError) else type(error).__name__).inc()
            raise
        finally:
            self._durations.labels(work).observe(monotonic() - began)


class _Stands:
    """How the store stands, looked at when somebody asks; a store that cannot answer is told, and stops nothing."""

    def __init__(self, stands: Callable[[], Standing]) -> None:
        self._stands = stands

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        from prometheus_client.metrics_core import GaugeMetricFamily

        try:
            found = self._stands()
        except Exception:
            yield GaugeMetricFamily("dyade_store_up", "Whether the store answers.", 0)
            return
        yield GaugeMetricFamily("dyade_store_up", "Whether the store answers.", 1)
        for field, name, told, divided in GAUGES:
            yield GaugeMetricFamily(name, told, getattr(found, field) / divided)


def _registry() -> CollectorRegistry:
    try:
        from prometheus_client import CollectorRegistry
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != "prometheus_client":
            raise
        raise ExtraMissing(EXTRA) from None
    return CollectorRegistry()


def _text(registry: CollectorRegistry) -> bytes:
    from prometheus_client import generate_latest

    return generate_latest(registry)
