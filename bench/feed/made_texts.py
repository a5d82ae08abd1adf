"""Words for items that nobody made, as a catalogue has them: what kind of thing each is, beside the
words of a title that say nothing of it.

How often the words say the kind was chosen once, before the learner was run on them, so that words
alone foretell as they do on real people's ratings (HR@10 of new items 0.035 for 0.038, of all 0.024
for 0.031; ``baselines.WordContent``, people of seed 101).
"""

from typing import Final

import numpy as np

WORDS_OF: Final = (
    ("romance", "love story", "wedding", "couple"),
    ("space", "astronaut", "alien planet", "starship"),
    ("war", "soldier", "battlefield", "army"),
    ("cooking", "chef", "kitchen", "restaurant"),
    ("football", "stadium", "goalkeeper", "championship"),
    ("horror", "haunted house", "ghost", "vampire"),
    ("western", "cowboy", "saloon", "desert ranch"),
    ("music", "concert", "guitarist", "orchestra"),
    ("crime", "detective", "police", "murder case"),
    ("nature", "forest animals", "wildlife", "jungle"),
    ("comedy", "clown", "prank", "funny sketch"),
    ("fairy tale", "princess", "dragon", "wizard"),
    ("cars", "race driver", "motor racing", "rally"),
    ("history", "medieval knight", "ancient rome", "king"),
)
"""One row a kind (``made_ratings.KINDS``)."""
TITLE: Final = (
    *("return", "last", "night", "river", "letter", "summer", "house", "shadow", "door", "stone"),
    *("winter", "road", "silence", "glass", "red", "window", "seven", "hour", "island", "echo"),
)
USUAL: Final = (0.7, 0.1, 0.1, 0.1)
"""How often each of a row is said."""
UNSURE: Final = 0.25
"""How far off what is said of an item's kinds may be; they lie 2 and more apart."""
KINDS_SAID: Final = 2


def made_texts(kinds: np.ndarray, seed: int = 0) -> dict[str, str]:
    """Words of each item, whose ``kinds`` (items x kinds) say what it is."""
    dice = np.random.default_rng(1000 + seed)
    found = dict[str, str]()
    for item, kind in enumerate(kinds):
        said = np.argsort(-(kind + UNSURE * dice.normal(size=len(kind))))[:KINDS_SAID]
        words = [str(dice.choice(WORDS_OF[one], p=USUAL)) for one in said]
        words += [str(one) for one in dice.choice(TITLE, size=2, replace=False)]
        found[f"i{item}"] = " ".join(words)
    return found
