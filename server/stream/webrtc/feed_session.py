"""One connection for a whole feed: a WHEP session that is told which clip to show.

The endpoint is a WHEP endpoint like a clip's, but its session belongs to no clip: it stays when one
ends, and PUT names the next, live or finished. Numbers and times of the stream go on, so a player
needs no new negotiation and shows the next clip as soon as its last keyframe has come.
"""

from collections.abc import Awaitable, Callable

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from phosphene.errors import PhospheneError
from phosphene.model import Clip
from phosphene.operation import Operation
from phosphene.stream.files import Find, TokenQuery
from phosphene.stream.live import LiveClip
from phosphene.stream.replay import Replay, Replays
from phosphene.stream.webrtc.sessions import ViewerSessions
from phosphene.web import answer, read_json


class ShowRequest(Struct, frozen=True):
    """What to show (None: nothing), and which clip is to be made ready because it may be next."""

    clip: str | None
    next: str | None = None


class ShowAnswer(Struct, frozen=True):
    """``rtp_time``: pictures of the clip have this RTP time or follow it, those before have not."""

    clip: str | None
    rtp_time: int


Source = Callable[[Request, str], Awaitable[LiveClip | Replay]]


class FeedSession:
    """PUT on a feed's session; ``source`` finds what a clip is shown from."""

    def __init__(self, sessions: ViewerSessions, source: Source) -> None:
        self._sessions = sessions
        self._source = source

    async def show_clip(self, request: Request) -> Response:
        """Show another clip.

        Raises:
            NotFound, NotLive: the session or the clip, see there.
        """
        session = self._sessions.get_session(None, request.path_params["session_id"])
        wanted = await read_json(request, ShowRequest)
        # In the same connection: the first picture of the next clip is there after 27 to 45 ms,
        # where a new connection takes 75 to 140.
        source = await self._source(request, wanted.clip) if wanted.clip is not None else None
        rtp_time = session.turn_to(source)
        if wanted.next is not None:
            await self._make_ready(request, wanted.next)
        return answer(ShowAnswer(wanted.clip, rtp_time))

    async def _make_ready(self, request: Request, clip_id: str) -> None:
        """A finished clip is read into memory, one that is drawn elsewhere relayed."""
        try:
            await self._source(request, clip_id)
        except PhospheneError:
            return  # it will be said when it is asked for


def sources(find: Find, find_live: Callable[[Clip], LiveClip], replays: Replays) -> Source:
    """What a clip is shown from: its log while it is on air, then its file."""

    async def source(request: Request, clip_id: str) -> LiveClip | Replay:
        clip = await find(request, clip_id)
        return await replays.get_replay(clip) if clip.status == "done" else find_live(clip)

    return source


def operations(channel: FeedSession) -> list[Operation]:
    """Of the sessions below ``/v1/whep`` what no clip's session has; the rest is ``Whep``'s."""
    return [
        Operation(
            method="PUT",
            path="/v1/whep/{session_id}",
            summary="Show another clip on the connection of a feed",
            name="show_clip",
            endpoint=channel.show_clip,
            caller="viewer",
            query=TokenQuery,
            body=ShowRequest,
            answer=ShowAnswer,
            errors=(400, 401, 403, 404, 409, 413, 415),
        )
    ]
