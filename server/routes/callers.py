"""Who comes, and how much they may do: what the routes of all rooms share."""

from dataclasses import dataclass

from phosphene.api.audience import WatchTimes
from phosphene.api.deciders import Deciders
from phosphene.api.visitors import Visitors
from phosphene.api.watch_limits import WatchLimitRoutes
from phosphene.feed.feed_learner import FeedLearner
from phosphene.people.login_sessions import LoginSessions
from phosphene.people.watch_limiter import WatchLimiter
from phosphene.studio.enrolment import Enroller
from phosphene.trust.rate_limits import RateLimits


@dataclass(frozen=True, slots=True)
class Callers:
    """Who comes, and how much they may do."""

    limits: RateLimits
    logins: LoginSessions
    visitors: Visitors
    watch_times: WatchTimes
    watch_limiter: WatchLimiter
    watch_limits: WatchLimitRoutes
    learner: FeedLearner
    deciders: Deciders
    enroller: Enroller
