"""Metrics for Prometheus: one registry per instance, gauges read from the rooms when scraped.

Labels hold only what is bounded: a model's name, a number of clips in a pass, a rule, a status.
Names keep to Prometheus's conventions (prometheus.io, "Metric and label naming"): base units, and
``_total`` for what only grows; `promtool check metrics` finds nothing in what is scraped.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    Info,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.responses import Response

from phosphene import __version__
from phosphene.failure_boundary import LOGGER

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FIRST_S = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 15, 60, 300)
STALL_S = (0.0, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15)
LAG_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5)
RATIO = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 20, 100)

Values = Mapping[tuple[str, ...], float]
"""A value for each set of labels."""


class Metrics:
    """What an operator sees. Counters are set by the rooms' owners, gauges ask when scraped."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        Info("phosphene_build", "What runs here", registry=self._registry).info(
            {"version": __version__}
        )
        self.clips = self._counter("clips", "Clips by how they ended", "status")
        self.refusals = self._counter("refusals", "Prompts refused, by rule", "code")
        self.failures = self._counter(
            "failures", "Failures that were held, by the part that failed", "part"
        )
        self.pushes = self._counter("pushes", "Pushes to browsers, by what came of them", "outcome")
        self.webhooks = self._counter(
            "webhooks", "Messages of webhooks that were sent, by what came of them", "outcome"
        )
        self.presence_checks = self._counter(
            "presence_checks", "Presence checks, by what came of them", "outcome"
        )
        self.first_light = self._histogram(
            "first_light_seconds", "Prompt accepted to first unit in the log", FIRST_S
        )
        self.waited = self._histogram(
            "waited_seconds", "Prompt accepted to the clip being taken by a worker", FIRST_S
        )
        self.render = self._histogram(
            "render_ratio", "Seconds of drawing per second of clip", RATIO
        )
        self.pictures = self._counter(
            "run_pictures", "Pictures of final runs, by whether they met their deadline",
            "model", "in_time",
        )  # fmt: skip
        self.stalled = self._histogram(
            "stall_seconds", "Seconds that a simulated viewer of a clip stood still", STALL_S
        )

        self.loop_holds = self._counter(
            "loop_holds", "Times that a request held the event loop for 5 ms of CPU", "route"
        )
        self.connections_refused = self._counter(
            "connections_refused", "Connections closed as they came", "reason"
        )
        ProcessCollector(namespace="phosphene", registry=self._registry)
        self.loop_lag = Histogram(
            "phosphene_loop_lag_seconds",
            "How late the event loop was, looked at every second",
            buckets=LAG_S,
            registry=self._registry,
        )

    def count_loop_hold(self, route: str, seconds: float) -> None:
        """A request of this route held the event loop."""
        self.loop_holds.labels(route).inc()

    def count_presence(self, outcome: str) -> None:
        """A presence check is over."""
        self.presence_checks.labels(outcome).inc()

    def count_push(self, outcome: str) -> None:
        """A push to a browser came to this."""
        self.pushes.labels(outcome).inc()

    def count_webhook(self, outcome: str) -> None:
        """A message of a webhook came to this."""
        self.webhooks.labels(outcome).inc()

    def observe_viewing(self, model: str, pictures: int, late: int, stalled_s: float) -> None:
        """What a simulated viewer had of a clip: pictures of its run, those of them that were late,
        and how long it stood still."""
        if pictures:
            self.pictures.labels(model, "true").inc(pictures - late)
            self.pictures.labels(model, "false").inc(late)
            self.stalled.labels(model).observe(stalled_s)

    @contextmanager
    def counting_failures(self) -> Iterator[None]:
        """Within, what a boundary reports in the log is counted."""
        counting, reports = _Counting(self.failures), logging.getLogger(LOGGER)
        reports.addHandler(counting)
        try:
            yield
        finally:
            reports.removeHandler(counting)

    def add_metric(
        self, name: str, description: str, read: Callable[[], float], *, counts: bool = False
    ) -> None:
        """Add a gauge ``phosphene_<name>`` whose value is ``read()`` at each scrape, or a counter
        ``phosphene_<name>_total`` of what never becomes less while the process runs."""
        self.add_labelled_metric(name, description, (), lambda: {(): read()}, counts=counts)

    def add_labelled_metric(
        self,
        name: str,
        description: str,
        labels: tuple[str, ...],
        read: Callable[[], Values],
        *,
        counts: bool = False,
    ) -> None:
        """Add a gauge, or a counter, with labels, which is read at each scrape."""
        kind = CounterMetricFamily if counts else GaugeMetricFamily
        self._registry.register(_Read(f"phosphene_{name}", description, labels, read, kind))

    def metric_names(self) -> list[str]:
        """Every metric's name, for the documentation."""
        return sorted(family.name for family in self._registry.collect())

    def to_response(self) -> Response:
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE)

    def _counter(self, name: str, description: str, *labels: str) -> Counter:
        return Counter(f"phosphene_{name}", description, labels, registry=self._registry)

    def _histogram(self, name: str, description: str, buckets: tuple[float, ...]) -> Histogram:
        """Per model."""
        return Histogram(
            f"phosphene_{name}", description, ["model"], buckets=buckets, registry=self._registry
        )


class _Counting(logging.Handler):
    """Counts records by the part that they are about."""

    def __init__(self, failures: Counter) -> None:
        super().__init__()
        self._failures = failures

    def emit(self, record: logging.LogRecord) -> None:
        self._failures.labels(getattr(record, "part", "unknown")).inc()


class _Read(Collector):
    """A metric whose values are somebody else's."""

    def __init__(
        self,
        name: str,
        description: str,
        labels: tuple[str, ...],
        read: Callable[[], Values],
        kind: type[CounterMetricFamily] | type[GaugeMetricFamily],
    ) -> None:
        self._name = name
        self._description = description
        self._labels = labels
        self._read = read
        self._kind = kind

    def collect(self) -> Iterator[Metric]:
        family = self._kind(self._name, self._description, labels=self._labels)
        for labels, value in self._read().items():
            family.add_metric(labels, value)
        yield family
