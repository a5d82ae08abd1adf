"""A learner as bytes and back: what a feed process begins with, instead of all reactions."""

import io
import json
from typing import Any, Final
from zipfile import BadZipFile

import msgspec
import numpy as np
from numpy.typing import NDArray

from phosphene.feed.feed_weights import AS_THEY_ARE, FeedWeights, OutcomeWorth
from phosphene.feed.ranker.clip_table import ClipTable
from phosphene.feed.ranker.learner import Learner
from phosphene.feed.ranker.neighbours import NeighbourRow, Neighbours

FORMAT: Final = 5
"""Grows with what a snapshot holds; one of another format is not read, and all is learned anew."""
KINDS: Final = ("worth", "share", "known", "stretch", "rows", "values", "weights")
FACTORS: Final = (
    *("out", "into", "out_square", "into_square", "content_out", "content_into"),
    *("content_out_square", "content_into_square"),
)
PAIRS: Final = ("together", "following", "covisited")
WHOLE: Final = ("author_gain", "author_weight")
COUNTERS: Final = ("usual", "events", "stretches", "lately_count", "learned_until", "begun")


class SnapshotError(ValueError):
    """It is no snapshot, or one of another format."""


def take_snapshot(learner: Learner) -> bytes:
    """Everything that was learned. A fit under way is finished first, so that who goes on and who
    restores go on alike."""
    learner.kinds.finish_fit()
    clips, count = learner.clips, len(learner.clips)
    arrays = {f"clips.{name}": getattr(clips, name)[..., :count] for name in ClipTable.ARRAYS}
    arrays |= {f"authors.{name}": getattr(clips, name) for name in WHOLE}
    arrays |= {f"kinds.{name}": getattr(learner.kinds, name) for name in KINDS}
    arrays |= {f"factors.{name}": getattr(learner.factors, name) for name in FACTORS}
    arrays["content"] = learner.content.rows[:count].astype(np.float16)
    for name in PAIRS:
        arrays |= _packed(name, getattr(learner, name))
    for name in ("chosen", "enjoyed"):
        weights = getattr(learner, name)
        arrays |= {f"{name}.values": weights.values, f"{name}.square": weights.square}
    arrays["lately"] = learner.lately
    about = {name: getattr(learner, name) for name in COUNTERS} | {
        "format": FORMAT,
        "outcomes": msgspec.to_builtins(learner.set_by.outcomes),
        "meaning": learner.content.used,
        "ids": clips.ids,
        "noted": learner.kinds.noted,
        "dice": learner.dice.bit_generator.state,
        "start": learner.factors.dice.bit_generator.state,
    }
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def restore_snapshot(
    body: bytes, set_by: FeedWeights = AS_THEY_ARE, *, meaning: bool | None = False
) -> Learner:
    """The learner of a snapshot, with what an operator sets; ``meaning``: there is an encoder, None
    where it is another process's that goes on learning, with outcomes and vectors of its own.
    Raises SnapshotError."""
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(arrays["about"].tobytes())
        if about["format"] != FORMAT:
            raise SnapshotError(f"format {about['format']}")
        outcomes = msgspec.convert(about["outcomes"], OutcomeWorth)
        if meaning is None:
            return _filled(arrays, about, msgspec.structs.replace(set_by, outcomes=outcomes))
        if outcomes != set_by.outcomes:
            raise SnapshotError("outcomes were worth something else")
        if about["meaning"] != meaning:
            raise SnapshotError("clips were known by other vectors")
        return _filled(arrays, about, set_by)
    except (OSError, KeyError, ValueError, EOFError, BadZipFile) as error:
        raise SnapshotError(str(error)) from error


def _filled(arrays: dict[str, NDArray[Any]], about: dict[str, Any], set_by: FeedWeights) -> Learner:
    learner = Learner(set_by=set_by)
    for number, clip_id in enumerate(about["ids"]):
        features = arrays["clips.features"][:, number].tolist()
        learner.add_clip(clip_id, features, float(arrays["clips.born"][number]))
    count = len(about["ids"])
    for name in ClipTable.ARRAYS:
        getattr(learner.clips, name)[..., :count] = arrays[f"clips.{name}"]
    for name in WHOLE:
        setattr(learner.clips, name, arrays[f"authors.{name}"])
    for name in KINDS:
        setattr(learner.kinds, name, arrays[f"kinds.{name}"])
    for name in FACTORS:
        setattr(learner.factors, name, arrays[f"factors.{name}"])
    learner.content.set_vectors(arrays["content"])
    learner.content.used = about["meaning"]
    for name in PAIRS:
        setattr(learner, name, _unpacked(name, arrays))
    for name in ("chosen", "enjoyed"):
        weights = getattr(learner, name)
        weights.values, weights.square = arrays[f"{name}.values"], arrays[f"{name}.square"]
    for name in COUNTERS:
        setattr(learner, name, about[name])
    learner.lately = arrays["lately"]
    last = learner.lately[: min(learner.lately_count, len(learner.lately))]
    learner.lately_of[:] = np.bincount(last, minlength=len(learner.lately_of))
    learner.kinds.noted = about["noted"]
    learner.dice.bit_generator.state = about["dice"]
    learner.factors.dice.bit_generator.state = about["start"]
    return learner


def _packed(name: str, table: Neighbours) -> dict[str, NDArray[Any]]:
    clips = table.list_clips()
    used = [table.used[clip] for clip in clips]
    rows = [table.neighbours_of(clip) for clip in clips]
    ids = [row.ids for row in rows] or [np.zeros(0, np.int32)]
    counts = [row.counts for row in rows] or [np.zeros(0, np.float32)]
    voices = [row.voices for row in rows] or [np.zeros(0, np.uint64)]
    return {
        f"{name}.clips": np.array(clips, np.int64),
        f"{name}.used": np.array(used, np.int64),
        f"{name}.total": table.totals_of(clips),
        f"{name}.ids": np.concatenate(ids),
        f"{name}.counts": np.concatenate(counts),
        f"{name}.voices": np.concatenate(voices),
    }


def _unpacked(name: str, arrays: dict[str, NDArray[Any]]) -> Neighbours:
    table, at = Neighbours(), 0
    used, totals = arrays[f"{name}.used"].tolist(), arrays[f"{name}.total"].tolist()
    columns = [arrays[f"{name}.{column}"] for column in ("ids", "counts", "voices")]
    for clip, count, total in zip(arrays[f"{name}.clips"].tolist(), used, totals, strict=True):
        row = NeighbourRow(*(one[at : at + count].copy() for one in columns))
        table.set_row(clip, row, total)
        at += count
    return table
