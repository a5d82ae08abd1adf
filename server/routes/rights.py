"""Routes of the registry of rights."""

from phosphene.api.rights import RightsRoutes
from phosphene.instance_files import InstanceFiles
from phosphene.operation import Operation
from phosphene.routes.callers import Callers
from phosphene.settings import Settings
from phosphene.store.sqlite import SqliteStore
from phosphene.trust.rights_proof import RightsProver


def rights_routes(
    store: SqliteStore, settings: Settings, on: InstanceFiles, callers: Callers
) -> list[Operation]:
    """What holders register, what everybody reads of it, and what operators decide."""
    prover = RightsProver(settings.rights_origins.split(), settings.dns_resolver)
    told = callers.limits, callers.visitors, callers.deciders
    return RightsRoutes(store.rights, prover, on.rules, *told).operations()
