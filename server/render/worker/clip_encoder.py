"""A take: the pictures of one clip on their way through its encoder, and what they leave behind."""

from collections.abc import Sequence

from msgspec.structs import replace

from server.model import RenditionName, Unit
from server.mux import heard_with
from server.render.worker.canvas import Canvas
from server.render.worker.chunked_work import Pieces
from server.render.worker.encode import Encoder
from server.render.worker.half_file import HalfFile
from server.render.worker.output_files import Leftovers, Reel, jpeg
from server.render.worker.playhead import Head
from server.render.worker.renderer import Patch, Picture, Renderer, Sound
from server.render.worker.renditions import Renditions
from server.render.worker.sound import packets, to_ogg


class Take:
    """Encodes what the playhead chooses and keeps the final run.

    ``begun`` are units of the run that another worker put on air. Not for two threads at once;
    any thread may make the next call.
    """

    def __init__(self, renderer: Renderer, kbit: int, begun: Sequence[Unit] = ()) -> None:
        self._encoder = Encoder(renderer.width, renderer.height, renderer.fps, kbit)
        self.others = Renditions(renderer.width, renderer.height, renderer.fps, kbit)
        self._shot: tuple[Picture, Unit] | None = None
        self._repeated = False
        self._reel = Reel(renderer.fps, begun)
        self._half = HalfFile(renderer.width, renderer.height, renderer.fps, kbit, begun)
        self._fps = renderer.fps
        self._ogg: bytes | None = None
        self._packets: list[bytes] = []

    def hear(self, sound: Sound, seconds: float) -> None:
        """The sound of the whole clip, of that many seconds, before its run begins."""
        self._ogg = to_ogg(sound, seconds)
        self._packets = packets(self._ogg)

    def ask_key(self) -> None:
        """A viewer needs a keyframe; granted at most once a second."""
        self._encoder.keys.ask()

    def shoot(self, patch: Patch, head: Head, pts: int) -> Unit:
        """Draw and encode the picture that the playhead stands at."""
        return self.encode(patch.draw(head.frame), patch, head, pts)

    def encode(self, picture: Picture, patch: Patch, head: Head, pts: int) -> Unit:
        """Encode the picture that the playhead stands at, which was drawn of that patch."""
        # The file is the run without repeats: what follows one must not need it.
        begins = head.running and (head.frame == 0 or self._repeated)
        data, key = self._encoder.encode(picture, pts, key=begins)
        self._repeated = False
        sound = heard_with(self._packets, head.frame, self._fps) if head.running else ()
        unit = Unit(pts, key, head.frame, patch.sigma, head.running, data, sound)
        if head.running:
            self._reel.add(unit, picture)
            self._half.add(unit)
        self._shot = picture, unit
        return unit

    def repeat(self, pts: int) -> Unit | None:
        """The last picture once more, for those who watch: it is no part of the run."""
        if self._shot is None:
            return None
        picture, last = self._shot
        data, key = self._encoder.encode(picture, pts)
        unit = replace(last, pts=pts, key=key, final=False, data=data, sound=())
        self._shot, self._repeated = (picture, unit), True
        return unit

    def still(self) -> bytes | None:
        """The last picture as JPEG."""
        return None if self._shot is None else jpeg(self._shot[0])

    def shoot_others(self) -> list[tuple[RenditionName, Unit]]:
        """The last picture again, in the other renditions that are asked for."""
        made = [] if self._shot is None else [*self.others.encode(*self._shot)]
        for name, unit in made:
            if name == "half" and unit.final:
                self._half.add_live(unit)
        return made

    def halve(self) -> Pieces[None]:
        """The small file of the run so far. It may be made beside the other calls."""
        return self._half.catch_up()

    def finish(self, canvas: Canvas) -> Pieces[Leftovers]:
        """The files of the clip, after the last unit of its run."""
        yield from self._reel.complete(lambda frame: canvas.best(frame).draw(frame))
        frame = self._reel.poster_frame
        yield
        return (yield from self._reel.finish(canvas.best(frame).draw(frame), self._half, self._ogg))
