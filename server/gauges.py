"""Gauges and counters over all rooms, read at each scrape of ``/metrics``."""

from collections.abc import Callable
from functools import partial

from phosphene.fleet.fleet import Fleet
from phosphene.metrics import Metrics, Values
from phosphene.render.dispatch.pool import ModelPools
from phosphene.stream.webrtc.sessions import ViewerSessions
from phosphene.stream.webrtc.statistics import GAUGES, Read
from phosphene.studio.active_clips import ActiveClips
from phosphene.studio.services import Services


def watch_rooms(
    services: Services,
    active: ActiveClips,
    sessions: ViewerSessions,
    open_sockets: Callable[[], int],
) -> None:
    """Gauges and counters over the rooms."""
    watch = services.metrics.add_metric
    count = partial(watch, counts=True)
    watch("viewers", "WebRTC viewers of this instance", lambda: sessions.viewer_count)
    watch("sockets", "WebSockets of this instance", open_sockets)
    watch("clips_on_air", "Clips drawn here now", lambda: len(services.live_clips.live_ids))
    watch("clips_busy", "Clips queued or drawn here", lambda: len(active))
    watch(
        "worker_ready",
        "1 when a render worker is ready",
        lambda: float(any(pool.has_worker for pool in services.pools)),
    )
    watch("data_used_bytes", "Bytes in the data folder", lambda: services.usage.used)
    watch("data_budget_bytes", "Bytes that it may hold", lambda: services.usage.budget)
    watch("bus_up", "1 when the bus answers", lambda: float(services.bus.is_up))
    count("units_sent", "Encoded pictures sent to viewers", lambda: sessions.units_sent)
    count("sessions_opened", "WebRTC sessions", lambda: sessions.sessions_total)
    count("sessions_broken", "Sessions that an error ended", lambda: sessions.sessions_broken)
    count("keyframe_requests", "PLI and FIR", lambda: sessions.keyframe_requests)
    _watch_models(services.metrics, services.pools)
    for name, description, read in GAUGES:
        watch(name, description, partial(_of_viewers, sessions, read))


def watch_fleet(metrics: Metrics, fleet: Fleet) -> None:
    """Gauges and a counter over workers of other machines."""
    watch = metrics.add_metric
    watch("fleet_up", "1 when Redis answers the fleet", lambda: float(not fleet.redis_away))
    watch("remote_workers", "Workers of other machines", lambda: len(fleet.remote_links))
    watch(
        "remote_workers_draining",
        "Those of them that end after their last clip",
        lambda: fleet.workers_draining,
    )
    watch("remote_room", "Clips that they would take", fleet.free_places)
    watch("remote_clips", "Clips that they have, of all instances", lambda: fleet.clips_held)
    watch("remote_offers", "Clips offered to them that none took yet", lambda: fleet.open_offers)
    watch(
        "remote_workers_lost",
        "Times that one of them was lost",
        lambda: fleet.workers_lost,
        counts=True,
    )


def _has_worker(pools: ModelPools) -> float:
    return float(any(pool.has_worker for pool in pools))


def _watch_models(metrics: Metrics, pools: ModelPools) -> None:
    """What the models of this instance do."""

    def waiting() -> Values:
        return {(pool.name,): pool.clips_waiting for pool in pools if pool.info}

    def work() -> Values:
        return {(pool.name,): pool.work_waiting_s for pool in pools if pool.info}

    def passes() -> Values:
        return {key: one.count for pool in pools for key, one in pool.pass_totals.items()}

    def seconds() -> Values:
        return {key: one.seconds for pool in pools for key, one in pool.pass_totals.items()}

    # Labels of few values: neither a clip nor a person may be one, each would be a series for ever.
    each, shared = metrics.add_labelled_metric, ("model", "clips")
    each("clips_waiting", "Clips that no worker has taken yet", ("model",), waiting)
    each("work_waiting_seconds", "Seconds of drawing for them", ("model",), work)
    each("passes", "Forward passes, by how many clips shared them", shared, passes, counts=True)
    each("pass_seconds", "Seconds of those passes", shared, seconds, counts=True)


def _of_viewers(sessions: ViewerSessions, read: Read) -> float:
    return read(sessions.statistics)
