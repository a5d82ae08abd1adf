"""Metrics for Prometheus: one registry per instance, gauges read from the rooms when scraped."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.responses import Response

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """What an operator sees. Counters are set by the rooms' owners, gauges ask when scraped."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.clips = Counter(
            "phosphene_clips", "Clips by how they ended", ["status"], registry=self._registry
        )
        self.refusals = Counter(
            "phosphene_refusals", "Prompts refused, by rule", ["code"], registry=self._registry
        )
        self.first_light = Histogram(
            "phosphene_first_light_seconds",
            "Prompt accepted to first unit in the log",
            buckets=(0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 15),
            registry=self._registry,
        )
        self.render = Histogram(
            "phosphene_render_ratio",
            "Seconds of drawing per second of clip",
            buckets=(0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5),
            registry=self._registry,
        )

    def watch(self, name: str, description: str, read: Callable[[], float]) -> None:
        """Add a gauge ``phosphene_<name>`` whose value is ``read()`` at each scrape."""
        Gauge(f"phosphene_{name}", description, registry=self._registry).set_function(read)

    def names(self) -> list[str]:
        """Every metric's name, for the documentation."""
        return sorted(family.name for family in self._registry.collect())

    def response(self) -> Response:
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE)
