"""The work of the process that reads prompts for the policy: one text at a time."""

import logging
from collections.abc import Sequence
from typing import BinaryIO

from phosphene.children.child import read_frames, write_frame
from phosphene.meaning.background import load_background
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

log = logging.getLogger(__name__)


class PromptMeanings:
    """An encoder, and the works that texts are compared with. Raises EncoderUnfit."""

    def __init__(self) -> None:
        self._encoder = SentenceEncoder()
        self._background, self._heads = load_background(), load_heads()
        self._works = RegisteredWorks((), self._encoder.encode_texts, self._background, {})

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
        encode = self._encoder.encode_texts
        return RegisteredWorks(works, encode, self._background, self._works.vectors)


def serve(orders: BinaryIO, answers: BinaryIO) -> None:
    """Carry out orders until their end. Raises EncoderUnfit."""
    reading = PromptMeanings()
    for body in read_frames(orders):
        write_frame(answers, encode_message(reading.carry_out(decode_order(body))))
