"""What operators ask: the metrics, what each device does now, and that a clip goes."""

from collections.abc import Callable

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.deciders import Deciders
from phosphene.metrics import Metrics
from phosphene.model import Clip
from phosphene.operation import Operation
from phosphene.render.dispatch.job import Job
from phosphene.render.dispatch.pool import ModelPools, Pool
from phosphene.render.dispatch.worker_handle import WorkerHandle
from phosphene.reports import Decider
from phosphene.social.topics import Topics
from phosphene.status import Device, InLine, OnDevice, Standing, Status
from phosphene.stream.live import LiveClips
from phosphene.studio.moderator import Moderator
from phosphene.trust.operators import Operators
from phosphene.web import answer

SHORT = 80
"""Characters of a prompt that are shown."""

Census = Callable[[], tuple[int, int]]
"""How many WebRTC viewers and WebSockets there are."""


class Operating:
    """``name`` is the instance's."""

    def __init__(
        self,
        *,
        name: str,
        version: str,
        operators: Operators,
        metrics: Metrics,
        pools: ModelPools,
        topics: Topics,
        stage: LiveClips,
        census: Census,
        moderator: Moderator,
        deciders: Deciders,
    ) -> None:
        self._name = name
        self._version = version
        self._operators = operators
        self._metrics = metrics
        self._pools = pools
        self._topics = topics
        self._stage = stage
        self._census = census
        self._moderator = moderator
        self._deciders = deciders

    async def read_metrics(self, request: Request) -> Response:
        self._operators.check_metrics(request.headers.get("authorization", ""))
        return self._metrics.to_response()

    async def read_status(self, request: Request, by: Decider) -> Response:
        return answer(self.current_status(), headers={"Cache-Control": "no-store"})

    async def take_down(self, request: Request, by: Decider) -> Response:
        return answer(await self._moderator.remove_clip(request.path_params["clip"], by), 202)

    def current_status(self) -> Status:
        """What happens now."""
        viewers, sockets = self._census()
        return Status(
            instance=self._name,
            version=self._version,
            viewers=viewers,
            sockets=sockets,
            devices=[
                self._device(pool, worker) for pool in self._pools for worker in pool.ready_workers
            ],
            line=[one for pool in self._pools for one in _line(pool)],
        )

    def _device(self, pool: Pool, worker: WorkerHandle) -> Device:
        standings = {one.clip: one for one in worker.work.standings}
        return Device(
            worker=worker.link.name,
            model=worker.ready.model,
            device=worker.ready.device,
            hardware=worker.ready.conditions.hardware,
            places=pool.capacity_of(worker),
            clips=[self._on_device(job, standings.get(job.clip)) for job in worker.jobs.values()],
            passes=worker.work.passes,
            draining=worker.link.is_draining,
        )

    def _on_device(self, job: Job, standing: Standing | None) -> OnDevice:
        progress = self._topics.progress_of(job.clip)
        live = job.clip in self._stage.live_ids
        told = OnDevice(
            clip=job.clip,
            text=shortened(job.order.text),
            stepping=bool(standing and standing.stepping),
            slack_s=standing.slack_s if standing else None,
            viewers=self._stage.get_live(job.clip).viewer_count if live else 0,
        )
        if progress is None:
            return told
        steps = {name: getattr(progress, name) for name in ("step", "steps", "chunk", "chunks")}
        return replace(told, percent=progress.percent, sigma=progress.sigma, **steps)

    def operations(self) -> list[Operation]:
        """What the document names of these."""
        return [
            Operation(
                method="GET",
                path="/v1/status",
                summary="What each device does now, for operators",
                caller="operator",
                endpoint=self._deciders.with_role("operator", self.read_status),
                answer=Status,
                errors=(401, 403),
            ),
            Operation(
                method="DELETE",
                path="/v1/operator/clips/{clip}",
                summary="Stop or remove anybody's clip, for operators",
                caller="operator",
                endpoint=self._deciders.with_role("operator", self.take_down),
                answer=Clip,
                status=202,
                errors=(400, 401, 403, 404),
            ),
            Operation(
                method="GET",
                path="/metrics",
                summary="Metrics for Prometheus",
                caller="operator",
                endpoint=self.read_metrics,
                answer=str,
                answer_type="text/plain",
                errors=(401,),
            ),
        ]


def _line(pool: Pool) -> list[InLine]:
    return sorted((_in_line(job, pool) for job in pool.waiting_jobs), key=lambda one: one.place)


def _in_line(job: Job, pool: Pool) -> InLine:
    place, wait_s = (job.waiting.place, job.waiting.wait_s) if job.waiting else (0, 0.0)
    return InLine(job.clip, shortened(job.order.text), place, wait_s, pool.name)


def shortened(text: str) -> str:
    """At most SHORT characters of it."""
    return text if len(text) <= SHORT else text[: SHORT - 1].rstrip() + "…"
