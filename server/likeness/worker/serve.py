"""The main loop: orders in, pictures looked at, answers out."""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, Final

import cv2

from phosphene.children.child import read_frames, write_frame
from phosphene.likeness.messages import (
    AddTemplates,
    BeginCheck,
    BeginScan,
    CameraPicture,
    CheckerAnswer,
    CheckerOrder,
    CheckerPing,
    CheckerPong,
    CheckerReady,
    CheckVerdict,
    CompareFaces,
    EndCheck,
    EndScan,
    FacesCompared,
    ScanPicture,
    decode_order,
    encode_message,
)
from phosphene.likeness.worker.camera_check import CameraCheck, Models
from phosphene.likeness.worker.faces import FaceFinder, Recogniser, alike
from phosphene.likeness.worker.frame_scan import FrameScan, load_scan_models
from phosphene.likeness.worker.head_pose import FaceMesh

Say = Callable[[CheckerAnswer], None]
WAITING: Final = 512
"""Orders that are read ahead: some ten seconds of a camera; then the pipe fills."""


def serve(orders: BinaryIO, answers: BinaryIO) -> None:
    """Load the models, say so, then look until ``orders`` ends. Raises BadInput."""

    def say(answer: CheckerAnswer) -> None:
        write_frame(answers, encode_message(answer))

    cv2.setNumThreads(1)
    models = Models(FaceFinder(), Recogniser(), FaceMesh())
    say(CheckerReady())
    desk = CheckDesk(models, say)
    # Read ahead: where the machine is busy all that has come is decoded, and only the newest
    # picture of each camera is looked at.
    for some in read_ahead(orders):
        for order in some:
            desk.take_order(order)
        desk.look_at_all()


class CheckDesk:
    """All checks that go on, and all clips that are looked at."""

    def __init__(self, models: Models, say: Say) -> None:
        self._models = models
        self._say = say
        self._checks = dict[str, CameraCheck]()
        self._scan_models = load_scan_models(models.recogniser)
        self._scans = dict[int, FrameScan]()

    def take_order(self, order: CheckerOrder) -> None:
        """Do what is asked for, except looking at cameras."""
        match order:
            case CheckerPing(number):
                self._say(CheckerPong(number))
            case BeginCheck(check=check):
                self._checks[check] = CameraCheck(order, self._models)
            case EndCheck(check):
                self._checks.pop(check, None)
            case CameraPicture(check) if check in self._checks:
                if needed := self._checks[check].decode_picture(order):
                    self._say(needed)
            case CompareFaces(number=number, template=template, others=others, least=least):
                found = alike(template, others, least)
                self._say(FacesCompared(number, tuple(found), tuple(found.values())))
            case BeginScan(scan=scan):
                self._scans[scan] = FrameScan(order, self._scan_models)
            case AddTemplates(scan, templates) if scan in self._scans:
                self._scans[scan].add_templates(templates)
            case ScanPicture(scan) if scan in self._scans:
                self._say_all(self._scans[scan].take_picture(order))
            case EndScan(scan) if scan in self._scans:
                self._say_all(self._scans.pop(scan).finish_scan())
            case _:
                return  # a picture that crossed with the verdict of its check

    def _say_all(self, answers: Iterable[CheckerAnswer]) -> None:
        for answer in answers:
            self._say(answer)

    def look_at_all(self) -> None:
        """Look at the newest picture of each camera that is due."""
        for check in list(self._checks.values()):
            for answer in check.look_at_newest():
                self._say(answer)
                if isinstance(answer, CheckVerdict):
                    del self._checks[check.id]


def read_ahead(orders: BinaryIO) -> Iterator[list[CheckerOrder]]:
    """All orders that have come, at least one, again and again until the end."""
    waiting: queue.Queue[CheckerOrder | None] = queue.Queue(WAITING)
    threading.Thread(target=_read, args=(orders, waiting), daemon=True).start()
    while (order := waiting.get()) is not None:
        some = [order]
        while not waiting.empty():
            if (order := waiting.get()) is None:
                return
            some.append(order)
        yield some


def _read(orders: BinaryIO, waiting: "queue.Queue[CheckerOrder | None]") -> None:
    try:
        for body in read_frames(orders):
            waiting.put(decode_order(body))
    finally:
        waiting.put(None)
