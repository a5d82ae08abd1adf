"""A small learner and reactions for tests."""

from phosphene.feed.ranker.columns import feature_row
from phosphene.feed.ranker.learner import Learner, Reaction
from phosphene.feed.ranker.person import PersonState

SUBJECTS = ("fox", "whale", "owl", "boat")
NOW = 1000.0


def learner(clips: int = 40, seed: int = 0) -> Learner:
    """Clip n is of subject n mod 4 and of author n mod 10."""
    made = Learner(seed)
    for number in range(clips):
        about = feature_row({"subject": SUBJECTS[number % 4]}, f"a{number % 10}", ())
        made.add_clip(f"c{number}", about, NOW - 10 * number)
    return made


def reaction(
    clip: int, value: float = 0.6, served: bool = True, at: float = NOW, by: int = 0
) -> Reaction:
    """A like where the value is above 0.3, a skip where it is below -0.3; ``by``: a number of who
    reacts, below 64."""
    return Reaction(
        clip=clip,
        value=value,
        liked=value > 0.3,
        disliked=value < -0.3,
        served=served,
        at=at,
        chosen=value > 0.3 and not served,
        voice=1 << by,
    )


def lover_of(made: Learner, subject: int, turns: int = 12) -> PersonState:
    """Somebody who was served clips and liked those of one subject."""
    person = PersonState()
    for number in range(turns):
        made.apply_reaction(person, reaction(number, 0.9 if number % 4 == subject else -0.6))
    return person
