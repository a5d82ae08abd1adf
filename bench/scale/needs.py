"""What an audience needs, by engine, and which one is full first: pure calculations."""

from collections.abc import Iterator
from typing import NamedTuple

from bench.scale.figures import Audience, Costs, Machines

Figures = tuple[Costs, Audience, Machines]


class Flow(NamedTuple):
    """What happens in a second with so many people there."""

    viewers: float
    live: float
    on_air: float
    """Clips that are being drawn."""
    swipes: float
    likes: float
    comments: float
    prompts: float
    deliveries: float


class Engine(NamedTuple):
    """``used``: how much of one that cannot be had twice; None where more machines help."""

    name: str
    need: str
    used: float | None = None


def flow(viewers: float, figures: Figures) -> Flow:
    """What happens in a second."""
    costs, audience, _ = figures
    prompts = viewers * audience.prompts / 3600
    made = Flow(
        viewers=viewers,
        live=viewers * audience.live,
        on_air=max(1.0, prompts * audience.clip_s),
        swipes=viewers / audience.swipe_s,
        likes=viewers * audience.likes / 60,
        comments=viewers * audience.comments / 60,
        prompts=prompts,
        deliveries=0.0,
    )
    return made._replace(deliveries=_deliveries(made, costs, audience))


def _deliveries(made: Flow, costs: Costs, audience: Audience) -> float:
    """Events to sockets in a second: each follows the clip that it watches. Of likes a topic tells
    at most ``counts`` a second, comments all."""
    hot = made.live * audience.hottest
    others = made.live - hot
    clips = max(1.0, made.on_air - 1)
    finished = made.viewers - made.live
    return (
        hot * _told(hot, costs.told, costs, audience)
        + others * _told(others / clips, costs.told, costs, audience)
        + finished * _told(1.0, 1.0, costs, audience)
    )


def _told(watching: float, beside: float, costs: Costs, audience: Audience) -> float:
    """Events in a second of a clip that so many watch."""
    likes = min(costs.counts, watching * audience.likes / 60)
    return beside + likes + watching * audience.comments / 60


def instances(made: Flow, figures: Figures) -> float:
    """Processes that serve, one a core: pictures, joins, events and requests."""
    return sum(_instance_cores(made, figures)) / figures[2].busy


def _instance_cores(made: Flow, figures: Figures) -> tuple[float, float, float, float]:
    costs, audience, _ = figures
    pages = made.swipes / audience.page
    written = made.likes + made.comments + made.prompts
    joins = made.live / 600  # one connection swipes from clip to clip; people stay for ten minutes
    return (
        made.live * costs.viewer_ms / 1e3,
        joins * costs.join_ms / 1e3,
        made.deliveries * costs.delivery_us / 1e6,
        (pages + written) * costs.request_ms / 1e3,
    )


def mirrors(made: Flow, figures: Figures) -> float:
    """Instances to which a clip on air goes over Redis, of all clips together: by default each
    viewer may be at any instance."""
    _, audience, machines = figures
    others = max(0.0, instances(made, figures) - 1) * (1 - machines.routed)
    hot = min(others, made.live * audience.hottest)
    clips = max(0.0, made.on_air - 1)
    rest = made.live * (1 - audience.hottest) / max(1.0, clips)
    # Of n instances those that at least one of so many viewers is at.
    each = others * (1 - (1 - 1 / (others + 1)) ** rest) if others else 0.0
    return hot + clips * each


def bus_flow(made: Flow, figures: Figures) -> tuple[float, float]:
    """Bits and messages in a second that leave Redis."""
    costs, _, _ = figures
    copies = mirrors(made, figures)
    bits = copies * costs.clip_kbit * 1e3 * costs.bus_overhead
    others = max(0.0, instances(made, figures) - 1)
    bits += others * learned(made, figures) * costs.delta_kb * 8e3
    hints = made.likes + made.comments + made.on_air * costs.told
    return bits, copies * 16 + hints * max(1.0, instances(made, figures) - 1)


def engines(viewers: float, figures: Figures) -> Iterator[Engine]:
    """What each engine is to do."""
    costs, audience, machines = figures
    made = flow(viewers, figures)
    packets, joins, told, asked = _instance_cores(made, figures)
    count = instances(made, figures)
    yield Engine(
        "instances",
        f"{count:,.1f} cores: pictures {packets:,.1f}, joins {joins:,.1f}, events {told:,.1f}, "
        f"requests {asked:,.1f}",
    )
    yield Engine("sockets", f"{viewers * costs.socket_kb / 1e6:,.1f} GB of memory")
    drawn = made.prompts * audience.clip_s * costs.drawn_s
    yield Engine("workers", f"{drawn / machines.busy:,.1f} cores or devices")
    yield _network(made, figures)
    yield from _learners(made, count, figures)
    yield _database(made, figures)
    yield from _bus(made, figures)


def _network(made: Flow, figures: Figures) -> Engine:
    costs, _, machines = figures
    live = made.live * costs.clip_kbit * 1e3
    films = (made.viewers - made.live) * costs.film_kbit * 1e3
    own = live + films * (1 - machines.cdn)
    cards = own / (machines.nic_gbit * 1e9 * machines.busy)
    return Engine(
        "network",
        f"{own / 1e9:,.2f} Gbit/s of instances ({cards:,.1f} cards), "
        f"{films * machines.cdn / 1e9:,.2f} Gbit/s of the CDN",
    )


def learned(made: Flow, figures: Figures) -> float:
    """Reactions in a second that the one learner learns from: all, or of as many people as it can
    (``server/feed/learned_rows.py``)."""
    costs, _, machines = figures
    return min(_reactions(made), machines.busy / costs.learned_ms * 1e3)


def _reactions(made: Flow) -> float:
    return made.swipes + made.likes + made.comments


def _learners(made: Flow, count: float, figures: Figures) -> Iterator[Engine]:
    """One learns; each instance's own process hears of its own people, and what was learned."""
    costs, audience, _ = figures
    heard = learned(made, figures)
    yield Engine(
        "learner",
        f"{heard * costs.learned_ms / 1e3:,.2f} cores of one process, which learns from "
        f"{heard / _reactions(made):.0%} of all people",
    )
    own = _reactions(made) * costs.followed_ms + made.swipes / audience.page * costs.ranked_ms
    each = own / max(1.0, count) + heard * costs.applied_ms
    yield Engine("feed processes", f"{each / 1e3:,.2f} cores beside each instance")


def _database(made: Flow, figures: Figures) -> Engine:
    costs, _, machines = figures
    rows = made.swipes + made.likes + made.comments + made.prompts
    used = rows * costs.like_us / 1e6 / machines.busy
    return Engine("database writer", f"{rows:,.0f} rows a second", used)


def _bus(made: Flow, figures: Figures) -> Iterator[Engine]:
    costs, _, machines = figures
    bits, messages = bus_flow(made, figures)
    yield Engine(
        "Redis, network",
        f"{bits / 1e9:,.2f} Gbit/s",
        bits / (machines.nic_gbit * 1e9 * machines.busy),
    )
    yield Engine(
        "Redis, messages",
        f"{messages:,.0f} a second",
        messages / (costs.bus_messages * machines.busy),
    )


def fullest(viewers: float, figures: Figures) -> Engine:
    """Of what cannot be had twice the one that is used most."""
    single = [one for one in engines(viewers, figures) if one.used is not None]
    return max(single, key=lambda one: one.used or 0.0)


def limits(figures: Figures, most: float = 1e8) -> dict[str, float]:
    """How many viewers fill each engine that cannot be had twice."""
    names = [one.name for one in engines(1.0, figures) if one.used is not None]
    return {name: _limit(name, figures, most) for name in names}


def _limit(name: str, figures: Figures, most: float) -> float:
    """By halving: what is used only grows with the viewers."""
    low, high = 1.0, most
    while high / low > 1.001:
        middle = (low * high) ** 0.5
        used = next(one.used for one in engines(middle, figures) if one.name == name)
        low, high = (middle, high) if (used or 0.0) < 1 else (low, middle)
    return low
