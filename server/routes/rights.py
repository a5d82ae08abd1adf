"""Routes of the registry of rights."""

from collections.abc import Awaitable, Callable

from phosphene.api.rights import RightsRoutes
from phosphene.api.rights_reading import RightsReading
from phosphene.instance_files import InstanceFiles
from phosphene.operation import Operation
from phosphene.rights import Right, RightDetails, RightTried
from phosphene.routes.callers import Callers
from phosphene.settings import Settings
from phosphene.store.sqlite import SqliteStore
from phosphene.trust.rights_proof import RightsProver


def rights_routes(
    store: SqliteStore,
    settings: Settings,
    on: InstanceFiles,
    callers: Callers,
    describe: Callable[[Right], Awaitable[RightDetails]],
    try_text: Callable[[Right, str], Awaitable[RightTried]],
) -> list[Operation]:
    """What holders register, what everybody reads of it, and what operators decide."""
    prover = RightsProver(settings.rights_origins.split(), settings.dns_resolver)
    told = callers.limits, callers.visitors, callers.deciders
    reading = RightsReading(store.rights, store.refusal_counts, describe, try_text, *told[:2])
    return [
        *RightsRoutes(store.rights, prover, on.rules, *told).operations(),
        *reading.operations(),
    ]
