"""One camera: decoded, looked at seven times a second, and asked for moves."""

import logging
from typing import Any, Final, NamedTuple

import av
import cv2
import numpy as np
from msgspec import structs

from phosphene.likeness.challenge import Challenge, Observation
from phosphene.likeness.messages import (
    BeginCheck,
    CameraPicture,
    CheckAnswer,
    CheckState,
    CheckVerdict,
    PictureNeeded,
)
from phosphene.likeness.worker.faces import (
    Face,
    FaceFinder,
    Picture,
    Recogniser,
    Vector,
    flaw_of,
    pack_template,
    unit,
)
from phosphene.likeness.worker.head_pose import FaceMesh
from phosphene.likeness.worker.portrait import cut_portrait, encode_portrait, face_sharpness

# Each costs 20 to 50 ms of a core: 7 of them are 12 to 15 % of one.
LOOKS: Final = 7.0
"""Pictures a second that are looked at; all are decoded, as each is made of the one before."""
COMPARED: Final = 3
"""Of so many pictures of a turned face one is compared."""
MOST_PIXELS: Final = 1280 * 1280
"""Of a picture. A camera could say 16,383 x 16,383, which is 400 MB."""


log = logging.getLogger(__name__)


class Models(NamedTuple):
    """Loaded once for all cameras."""

    finder: FaceFinder
    recogniser: Recogniser
    mesh: FaceMesh


class CameraCheck:
    """One check. ``outcome`` is None until it is over."""

    def __init__(self, begun: BeginCheck, models: Models) -> None:
        self.id = begun.check
        self._models = models
        self._all = len(begun.moves)
        self._challenge = Challenge(begun.moves, begun.pace)
        self._decoder = _decoder()
        self._straight = list[Vector]()
        self._sharpest = SharpestPortrait() if begun.portrait else None
        self._decoded: tuple[float, Any] | None = None
        self._due = self._newest = 0.0
        self._looked = 0
        self._whole = False
        self._told: CheckState | None = None

    @property
    def is_over(self) -> bool:
        """Whether there is a verdict."""
        return self._challenge.outcome is not None

    def decode_picture(self, picture: CameraPicture) -> PictureNeeded | None:
        """Take the next picture; whether it cannot be read without one that is missing."""
        # The clock is that of the pictures: here they are late where the machine is busy.
        self._newest = picture.at
        size = vp8_size(picture.data)
        if size is not None and size[0] * size[1] > MOST_PIXELS:
            return PictureNeeded(self.id)
        self._whole = self._whole or size is not None
        if not self._whole:
            return PictureNeeded(self.id)
        try:
            frames = self._decoder.decode(av.Packet(picture.data))
        except av.FFmpegError:
            # What is decoded on top of a broken picture is broken: a face in it is somebody else.
            self._whole, self._decoder = False, _decoder()
            return PictureNeeded(self.id)
        if frames:
            self._decoded = picture.at, frames[-1]
        return None

    def look_at_newest(self) -> list[CheckAnswer]:
        """Look at the newest picture, if one is due; what is to be said of it."""
        if self._decoded is None or self._decoded[0] < self._due or self.is_over:
            return []
        at, frame = self._decoded
        self._decoded, self._due = None, at + 1 / LOOKS
        try:
            self._observe(at, frame.to_ndarray(format="bgr24"))
        except cv2.error as error:
            # One camera's picture ends nobody else's check.
            log.info("a picture could not be looked at: %s", error)
            self._take(Observation(at=at, faces=0), None)
        if self._challenge.outcome is not None:
            return [self._verdict()]
        state = self._state()
        said, self._told = self._told, state
        return [state] if state != said else []

    def _observe(self, at: float, picture: Picture) -> None:
        found = self._models.finder.find_faces(picture)
        self._looked += 1
        if len(found) != 1:
            self._take(Observation(at=at, faces=len(found)), None)
            return
        (face,) = found
        pose = self._models.mesh.read_pose(picture, face)
        seen = Observation(
            at=at,
            faces=1,
            yaw=pose.yaw,
            pitch=pose.pitch,
            # A browser sends fewer pixels where its line or its processor is busy.
            size=pose.size / max(picture.shape[:2]),
            flaw=flaw_of(picture, face),
        )
        vector = None
        if self._looked % COMPARED == 0 or self._challenge.may_be_straight(seen):
            vector = self._models.recogniser.read_vector(picture, face)
        self._take(seen, vector)
        if self._sharpest is not None and self._challenge.is_straight:
            self._sharpest.add_picture(picture, face)

    def _take(self, seen: Observation, vector: Vector | None) -> None:
        if vector is not None and self._straight:
            likeness = float(vector @ unit(np.mean(self._straight, axis=0)))
            seen = structs.replace(seen, likeness=likeness)
        self._challenge.take_observation(seen, self._newest)
        if self._challenge.is_straight and vector is not None:
            self._straight.append(vector)
        elif self._challenge.instruction == "look":
            self._straight.clear()
            if self._sharpest is not None:
                self._sharpest.forget_pictures()

    def _state(self) -> CheckState:
        now = self._challenge
        return CheckState(
            check=self.id,
            instruction=now.instruction,
            done=now.done,
            all=self._all,
            hint=now.hint if now.instruction == "look" else None,
        )

    def _verdict(self) -> CheckVerdict:
        outcome = self._challenge.outcome
        assert outcome is not None
        template = portrait = b""
        if outcome == "passed":
            template = pack_template(self._straight)
            portrait = self._sharpest.encode_portrait() if self._sharpest is not None else b""
        self._straight.clear()
        self._sharpest = None
        return CheckVerdict(check=self.id, outcome=outcome, template=template, portrait=portrait)


class SharpestPortrait:
    """Of the straight pictures of one check the one with the sharpest face."""

    def __init__(self) -> None:
        self._portrait: Picture | None = None
        self._sharpness = 0.0

    def add_picture(self, picture: Picture, face: Face) -> None:
        """One more of them."""
        sharp = face_sharpness(picture, face)
        if sharp > self._sharpness:
            self._portrait, self._sharpness = cut_portrait(picture, face), sharp

    def forget_pictures(self) -> None:
        """Those so far do not count: the check begins again."""
        self._portrait, self._sharpness = None, 0.0

    def encode_portrait(self) -> bytes:
        """As JPEG; empty: there was none."""
        return encode_portrait(self._portrait) if self._portrait is not None else b""


def vp8_size(data: bytes) -> tuple[int, int] | None:
    """Width and height that a keyframe says (RFC 6386, 9.1); None of other pictures."""
    if len(data) < 10 or data[0] & 1 or data[3:6] != b"\x9d\x01\x2a":
        return None
    width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    return width, height


def _decoder() -> Any:
    decoder = av.CodecContext.create("vp8", "r")
    decoder.thread_count = 1
    return decoder
