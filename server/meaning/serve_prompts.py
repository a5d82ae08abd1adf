"""The work of the process that reads prompts for the policy: one text at a time."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

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
from phosphene.meaning.registered_works import RegisteredWorks, texts_of
from phosphene.meaning.sentence_encoder import SentenceEncoder, encoder_version
from phosphene.meaning.vector_file import VectorFile

log = logging.getLogger(__name__)


class PromptMeanings:
    """An encoder, and the works that texts are compared with. Raises EncoderUnfit."""

    def __init__(self, vectors: Path | None = None) -> None:
        """``vectors``: the file that keeps those of works from one start to the next."""
        self._encoder = SentenceEncoder()
        self._file = VectorFile(vectors, encoder_version())
        self._background, self._heads = load_background(), load_heads()
        self._works = RegisteredWorks((), self._encode, self._background, {})

    def carry_out(self, order: MeaningOrder) -> MeaningAnswer:
        """Do what is asked, and the answer."""
        match order:
            case RegisterWorks():
                before, self._works = self._works.vectors, self._registered(order.works)
                vectors = self._works.vectors.items()
                self._file.keep_vectors({text: one for text, one in vectors if text not in before})
                return MeaningReady(len(order.works))
            case ReadText():
                return self._read(order, self._works)
            case CompareText():
                return self._read(order, self._registered([order.work]))
            case MeaningPing():
                return MeaningPong(order.number)

    def _read(self, order: ReadText | CompareText, works: RegisteredWorks) -> TextRead:
        words = works.unknown_words(order.text)
        # In one pass: it is the weights that take the time, and not the words.
        vector, *others = self._encoder.encode_texts([order.text, *words])
        if words:
            works.learn_words(words, _halved(np.stack(others)))
        close = works.find_close(order.text, vector)
        heads = self._heads.score_heads(vector, works.mean_word(order.text))
        return TextRead(order.number, close, heads)

    def _registered(self, works: Sequence[WorkTexts]) -> RegisteredWorks:
        vectors = self._works.vectors
        known = self._file.find_vectors(text for text in texts_of(works) if text not in vectors)
        return RegisteredWorks(works, self._encode, self._background, {**vectors, **known})

    def _encode(self, texts: Sequence[str]) -> Floats:
        return _halved(self._encoder.encode_texts(texts))


def _halved(vectors: Floats) -> Floats:
    """As precise as the file keeps them: a score is the same with it and without."""
    return vectors.astype(np.float16).astype(np.float32)


def serve(orders: BinaryIO, answers: BinaryIO, vectors: Path | None) -> None:
    """Carry out orders until their end. Raises EncoderUnfit."""
    reading = PromptMeanings(vectors)
    for body in read_frames(orders):
        write_frame(answers, encode_message(reading.carry_out(decode_order(body))))
