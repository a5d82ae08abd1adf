"""The work of the process that reads prompts for the policy: one text at a time."""

import logging
from collections.abc import Sequence
from typing import BinaryIO, Final

import numpy as np

from phosphene.children.child import read_frames, write_frame
from phosphene.meaning.background import Floats, load_background
from phosphene.meaning.content_heads import load_heads
from phosphene.meaning.meaning_messages import (
    CompareText,
    MeaningAnswer,
    MeaningOrder,
    MeaningPing,
    MeaningPong,
    MeaningReady,
    ReadText,
    RegisterWorks,
    TextRead,
    WorkTexts,
    decode_order,
    encode_message,
)
from phosphene.meaning.registered_works import RegisteredWorks
from phosphene.meaning.sentence_encoder import SentenceEncoder

REMEMBERED: Final = 12_000
"""Texts and words, 2 kB each, so that one more work takes 50 ms and not the 4 s of 800."""

log = logging.getLogger(__name__)


class PromptMeanings:
    """An encoder, and the works that texts are compared with. Raises EncoderUnfit."""

    def __init__(self) -> None:
        self._encoder = SentenceEncoder()
        self._background, self._heads = load_background(), load_heads()
        self._known: dict[str, Floats] = {}
        self._works = self._registered(())

    def carry_out(self, order: MeaningOrder) -> MeaningAnswer:
        """Do what is asked, and the answer."""
        match order:
            case RegisterWorks():
                self._works = self._registered(order.works)
                return MeaningReady(len(order.works))
            case ReadText():
                return self._read(order, self._works)
            case CompareText():
                return self._read(order, self._registered([order.work]))
            case MeaningPing():
                return MeaningPong(order.number)

    def _read(self, order: ReadText | CompareText, works: RegisteredWorks) -> TextRead:
        vector = self._encoder.encode_texts([order.text])[0]
        close = works.find_close(order.text, vector)
        return TextRead(order.number, close, self._heads.score_heads(vector))

    def _registered(self, works: Sequence[WorkTexts]) -> RegisteredWorks:
        return RegisteredWorks(works, self._encode_once, self._background)

    def _encode_once(self, texts: Sequence[str]) -> Floats:
        """Texts x 512; those of works are asked for again with each work that is registered."""
        unknown = [text for text in texts if text not in self._known]
        if len(self._known) + len(unknown) > REMEMBERED:
            self._known, unknown = {}, list(dict.fromkeys(texts))
        self._known |= dict(zip(unknown, self._encoder.encode_texts(unknown), strict=True))
        if not texts:
            return self._encoder.encode_texts(())
        return np.stack([self._known[text] for text in texts])


def serve(orders: BinaryIO, answers: BinaryIO) -> None:
    """Carry out orders until their end. Raises EncoderUnfit."""
    reading = PromptMeanings()
    for body in read_frames(orders):
        write_frame(answers, encode_message(reading.carry_out(decode_order(body))))
