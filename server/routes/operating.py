"""Routes for operators, and for who watches over the instance."""

from phosphene import __version__
from phosphene.api.health import HealthChecks
from phosphene.api.operating import Operating
from phosphene.instance_files import InstanceFiles
from phosphene.operation import Operation
from phosphene.routes.callers import Callers
from phosphene.social.socket import Sockets
from phosphene.stream.webrtc.sessions import ViewerSessions
from phosphene.studio.moderator import Moderator
from phosphene.studio.services import Services


def operating_routes(
    services: Services,
    moderator: Moderator,
    callers: Callers,
    on: InstanceFiles,
    sessions: ViewerSessions,
    sockets: Sockets,
) -> list[Operation]:
    """For operators, and for who watches over the instance."""
    settings, pools = services.settings, services.pools
    health = HealthChecks(
        *(
            services.lifecycle,
            services.store,
            lambda: pools.usual.unready_reason,
            services.usage,
            on.data,
        ),
        services.blobs.find_trouble,
    )
    operating = Operating(
        name=settings.instance or f"{settings.host}:{settings.port}",
        version=__version__,
        operators=on.operators,
        metrics=services.metrics,
        pools=pools,
        topics=services.topics,
        stage=services.live_clips,
        census=lambda: (sessions.viewer_count, sockets.open_sockets),
        moderator=moderator,
        deciders=callers.deciders,
    )
    return [*health.operations(), *operating.operations()]
