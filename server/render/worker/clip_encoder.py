"""The pictures of one clip on their way through its encoder, and the files made of them."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from phosphene.mux import heard_with
from phosphene.render.worker.canvas import Canvas
from phosphene.render.worker.chunked_work import ChunkedWork
from phosphene.render.worker.h264_encoder import Encoder
from phosphene.render.worker.half_file import HalfFile
from phosphene.render.worker.output_files import Muxer, OutputFiles
from phosphene.render.worker.playhead import Head
from phosphene.render.worker.poster import to_jpeg
from phosphene.render.worker.renderer import MakeSound, Patch, Picture, Renderer
from phosphene.render.worker.rendition_encoders import Renditions
from phosphene.render.worker.sound import FormingEncoder, SoundEncoder
from phosphene.units import RenditionName, Unit

MarkPicture = Callable[[Picture], Picture]
"""A picture as it was drawn -> the same with its mark."""


def unmarked(picture: Picture) -> Picture:
    """The picture as it is."""
    return picture


class ClipEncoder:
    """Encodes what the playhead chooses of a clip of so many seconds and keeps the final run.

    ``begun`` are units of the run that another worker put on air; ``marked`` lays the invisible
    mark on a picture. Not for two threads at once; any thread may make the next call.
    """

    def __init__(
        self,
        renderer: Renderer,
        kbit: int,
        seconds: int,
        begun: Sequence[Unit] = (),
        marked: MarkPicture = unmarked,
    ) -> None:
        self._marked = marked
        self._encoder = Encoder(renderer.width, renderer.height, renderer.fps, kbit)
        self.renditions = Renditions(renderer.width, renderer.height, renderer.fps, kbit)
        self._last: tuple[Picture, Unit] | None = None
        self._shown: Patch | None = None
        self._repeated = False
        self._muxer = Muxer(renderer.fps, begun)
        self._half = HalfFile(renderer.width, renderer.height, renderer.fps, kbit, begun)
        self._fps = renderer.fps
        self._sound = SoundEncoder(seconds)
        self._forming = FormingEncoder(renderer.fps)

    def add_sound(self, make: MakeSound) -> None:
        """The next piece of the sound, before the pictures of the run that it is heard with."""
        # Encoded once as well: the packets of the stream are those of the file.
        self._sound.add_sound(make())

    def request_keyframe(self) -> None:
        """A viewer needs a keyframe; granted at most once a second."""
        self._encoder.keys.request_keyframe()

    def encode_frame(self, patch: Patch, head: Head, pts: int) -> Unit:
        """Draw and encode the picture that the playhead stands at."""
        return self.encode_picture(patch.draw(head.frame), patch, head, pts)

    def encode_picture(self, picture: Picture, patch: Patch, head: Head, pts: int) -> Unit:
        """Encode the picture that the playhead stands at, which was drawn of that patch."""
        # Before all encoders: what forms, every rendition, still and preview has it.
        picture = self._marked(picture)
        # The file is the run without repeats: what follows one must not need it.
        begins = head.running and (head.frame == 0 or self._repeated)
        data, key = self._encoder.encode_picture(picture, pts, key=begins)
        self._repeated = False
        sound = (
            heard_with(self._sound.packets, head.frame, self._fps)
            if head.running
            else self._forming.encode_until(patch, pts)
        )
        unit = Unit(pts, key, head.frame, patch.sigma, head.running, data, sound)
        if head.running:
            self._muxer.add_unit(unit, picture)
            self._half.add_unit(unit, picture)
        self._last = picture, unit
        self._shown = None if head.running else patch
        return unit

    def repeat_last(self, pts: int) -> Unit | None:
        """The last picture once more, for those who watch: it is no part of the run."""
        if self._last is None:
            return None
        picture, last = self._last
        data, key = self._encoder.encode_picture(picture, pts)
        # The run stands still with its sound; what forms is heard also where no picture is new.
        sound = self._forming.encode_until(self._shown, pts) if self._shown else ()
        unit = replace(last, pts=pts, key=key, final=False, data=data, sound=sound)
        self._last, self._repeated = (picture, unit), True
        return unit

    def still_jpeg(self) -> bytes | None:
        """The last picture as JPEG."""
        return None if self._last is None else to_jpeg(self._last[0])

    def encode_renditions(self) -> list[tuple[RenditionName, Unit]]:
        """The last picture again, in the other renditions that are asked for."""
        made = [] if self._last is None else [*self.renditions.encode_wanted(*self._last)]
        for name, unit in made:
            if name == "half" and unit.final:
                self._half.add_live_unit(unit)
        return made

    def catch_up_half(self) -> ChunkedWork[None]:
        """The small file of the run so far. It may be made beside the other calls."""
        return self._half.catch_up()

    def finish_files(self, canvas: Canvas) -> ChunkedWork[OutputFiles]:
        """The files of the clip, after the last unit of its run."""

        def draw(frame: int) -> Picture:
            return self._marked(canvas.best_patch(frame).draw(frame))

        yield from self._muxer.complete_thumbs(draw)
        frame = self._muxer.poster_frame
        yield
        poster = draw(frame)
        return (yield from self._muxer.make_files(poster, self._half))
