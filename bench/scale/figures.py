"""What things cost, who comes, and on what machines: the assumptions of ``bench.scale``.

Every cost was measured by the command that its docstring names, on two cores of an AMD EPYC, and is
of that machine: ``--set NAME=VALUE`` gives another one.
"""

from msgspec import Struct


class Costs(Struct, frozen=True, kw_only=True):
    """CPU is of one core."""

    viewer_ms: float = 0.39
    """Of CPU, a viewer-second over WebRTC, of 1,000 at an instance (``bench.fanout``)."""
    join_ms: float = 3.5
    """Of CPU, a viewer who comes: offer, ICE, DTLS (``bench.scale check``)."""
    request_ms: float = 3.2
    """Of CPU, a request of the API that reads the database, beside 150 viewers (``bench.scale check
    --receivers 300``; 0.9 beside 20, 5.4 beside 1,000)."""
    told: float = 2.5
    """Events that a clip on air tells in a second beside likes and comments: how many watch once a
    second, and where its render is; of a finished clip one."""
    counts: float = 5.0
    """Counts of likes that a topic tells in a second at most (``server/social/topic.py``)."""
    delivery_us: float = 5.5
    """Of CPU, one event to one of 5,000 sockets (``bench.sockets``)."""
    socket_kb: float = 15.8
    """Of memory (``bench.sockets``)."""
    like_us: float = 29.0
    """Of the database's one writer, 500 likes at a time (``bench.social``: 35,000 a second)."""
    learned_ms: float = 0.5
    """Of CPU, a reaction that the one learner of a site learns from (``bench.feed latency``)."""
    followed_ms: float = 0.1
    """Of CPU, a reaction of somebody at an instance, by its own feed process (``bench.feed
    latency``: a fifth of what learning from it takes)."""
    applied_ms: float = 0.03
    """Of CPU of each instance's feed process, a reaction that was learned from elsewhere
    (``bench.feed latency``: a seventeenth)."""
    delta_kb: float = 0.9
    """Bytes that each instance is told of a reaction that was learned from (``bench.feed latency``,
    200 a second of ten thousand clips)."""
    ranked_ms: float = 6.8
    """Of CPU, a page of eight clips that a learner ranks of 100,000 (``bench.feed latency``)."""
    drawn_s: float = 0.45
    """Seconds of a worker that a second of clip takes, all in: of a core for the embedded model
    (``bench.realtime``), of a device for another one."""
    clip_kbit: float = 609.0
    """A second of a clip on air, each rendition that somebody watches (``bench.fanout``)."""
    film_kbit: float = 2200.0
    """A second of a finished clip."""
    bus_overhead: float = 1.06
    """Bytes that Redis is sent for a byte of a clip (``bench.scale check``)."""
    bus_messages: float = 100_000.0
    """Entries and hints a second that one Redis takes (assumed: its own benchmark on one core)."""


class Audience(Struct, frozen=True, kw_only=True):
    """What a thousand people do who are there at once."""

    live: float = 0.2
    """Of them watch a clip on air, the others finished ones."""
    swipe_s: float = 8.0
    """Seconds from one clip to the next."""
    likes: float = 1.0
    """Likes of one person in a minute."""
    comments: float = 0.2
    """Comments of one person in a minute."""
    prompts: float = 1.0
    """Clips that one person asks for in an hour."""
    clip_s: float = 8.0
    """Seconds of a clip."""
    hottest: float = 0.1
    """Of those who watch live, who all watch the same clip."""
    page: float = 8.0
    """Clips on a page of the feed."""


class Machines(Struct, frozen=True, kw_only=True):
    """What there is to run it on."""

    cores: float = 16.0
    nic_gbit: float = 10.0
    busy: float = 0.7
    """Of what is there that may be used."""
    cdn: float = 1.0
    """Of finished clips that a CDN or bucket serves (the setting ``films_url``)."""
    routed: float = 0.0
    """1: viewers are sent to the instance that draws their clip; 0: to any instance."""
