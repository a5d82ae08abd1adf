"""Why a clip has its place where nothing is learned, or may be: the pure ranking's own reasons,
each of which, taken away, gives it a later place among what can be shown. Pure."""

from collections.abc import Sequence
from typing import Final

from phosphene.feed.learner_messages import ReasonKind, ScoreReason
from phosphene.feed.rank import own_terms
from phosphene.model import Clip

TERMS: Final[dict[ReasonKind, tuple[str, ...]]] = {
    "live": ("live",),
    "fresh": ("fresh",),
    "others": ("likes", "remixes"),
}


def find_plain_reasons(
    clips: Sequence[Clip], clip_id: str, now: float, more: frozenset[str]
) -> list[ScoreReason]:
    """The reasons that hold, those that count most first; none of a clip that is not among those
    that somebody can be shown. ``more``: ids of clips of which they wish to see more, which come
    before all others."""
    at = next((at for at, clip in enumerate(clips) if clip.id == clip_id), None)
    if at is None:
        return []
    terms = [own_terms(clip, now) for clip in clips]
    scores = [sum(one.values()) for one in terms]
    standings = [(c.id in more, score) for c, score in zip(clips, scores, strict=True)]
    wished, score = standings.pop(at)

    def place(wished: bool, score: float) -> int:
        return sum(one > (wished, score) for one in standings)

    before = place(wished, score)
    found = [ScoreReason("wish", place(False, score) - before)]
    for kind, names in TERMS.items():
        worth = sum(terms[at].get(name, 0.0) for name in names)
        found.append(ScoreReason(kind, place(wished, score - max(0.0, worth)) - before))
    return sorted((one for one in found if one.lost > 0), key=lambda one: -one.lost)
