"""The registry of rights: what judges prompts by it, and its routes."""

from collections.abc import Awaitable, Callable

from phosphene.api.rights import RightsRoutes
from phosphene.api.rights_reading import RightsReading
from phosphene.instance_files import InstanceFiles
from phosphene.operation import Operation
from phosphene.rights import Right, RightDetails, RightTried
from phosphene.routes.callers import Callers
from phosphene.settings import Settings
from phosphene.store.sqlite import SqliteStore
from phosphene.studio.refusal_counter import RefusalCounter
from phosphene.studio.rights_check import RightsCheck
from phosphene.trust.prompt_reader_process import PromptReaderProcess
from phosphene.trust.rights_proof import RightsProver


async def make_rights_check(
    store: SqliteStore, refusals: RefusalCounter, meaning: PromptReaderProcess
) -> RightsCheck:
    """What holders registered, as a prompt is judged by it."""

    async def handle_of(person_id: str) -> str:
        person = await store.get_person(person_id)
        return person.handle if person else ""

    of = store.rights
    check = RightsCheck(of.get_version, of.list_live, handle_of, refusals.note_refusal, meaning)
    # The process that reads meanings starts with all that is registered.
    await check.load_layer()
    return check


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
