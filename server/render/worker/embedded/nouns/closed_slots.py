"""Which words may tell a time, a weather, a motion, a camera, a mood or a size: the net of words
reads letters, and finds a left in a shaft and a day in a kleiner. Pure."""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Final

from phosphene.model import Slot
from phosphene.render.worker.embedded.nouns.bloom_filter import BloomFilter
from phosphene.render.worker.embedded.nouns.english import ENGLISH
from phosphene.render.worker.embedded.nouns.french import FRENCH
from phosphene.render.worker.embedded.nouns.grammar import words
from phosphene.render.worker.embedded.nouns.tokens import fold

ALIKE: Final = 0.8
"""How much of a word's letters agree (0..1) with those of the word that it is a slip of."""
STEM: Final = 4
SHARE: Final = 0.6
"""Letters, and part of the longer, that two forms of one word have in common from the front."""
MISSPELT: Final = 5
"""Letters of the shortest word that may be misspelt."""
LEFT_BEHIND: Final = re.compile(
    r"\bleft (?:all )?(?:alone|behind|over|open|out|unattended|abandoned)\b"
    r"|\b(?!\w*(?:ing|s|the)\b)\w+ left (?:on|in|at|by|under|beside)\b",
    re.IGNORECASE,
)
"""Where "left" is no direction: a man left alone, a suitcase left on a bench."""
CAMERAS: Final = (
    ENGLISH.camera
    | FRENCH.camera
    | words(
        "camera crane drone pan pans panning pull pulls pulling push pushes pushing tilt tilts "
        "tilting zooms zooming zoomant dezoomant recule mouvement movement"
    )
)
"""What says that a camera is spoken of."""
ANYWAY: Final = words("out away back ground sky goes going getting coming looks")
"""What tells of a camera only where one is named: rolling out dough, a sun that comes up."""
OTHER_STEMS: Final = words("heure heures")
"""Words that begin as one that tells something, and do not: at five o'clock nobody is happy."""
CLOSED: Final[Mapping[str, frozenset[str]]] = {
    "time": words(
        "afternoon apres aube aurore bleu blue bon break bright broad chien ciel clair "
        "cockcrow couchant coucher crepuscule dark darkness dawn day daybreak daylight daytime "
        "during dusk early end ensoleille ensoleillee entre et etoilee etoiles evening eventide "
        "first full gloaming glow golden grand high hour jour journee last lever light loup "
        "lumiere lune matin matinal midday midi midnight minuit moon moonlight "
        "moonlit morning night nightfall nocturnal nocturne noir noon nuit obscurite petit "
        "plein pleine rises rising sets setting sky soir soiree soleil starlit starry stars "
        "summer sun sundown sunlight sunny sunrise sunset sunshine tombee tot twilight"
    ),
    "weather": words(
        "among averse beau blizzard bruine christmas ciel clair clear cloudless december degage "
        "downpour drizzle dry enneige fair falling fine flocons flurry gouttes hiver hivernal "
        "icy jour monsoon neige neigeux noel orage orageux pleut pluie pluvieux pouring quand "
        "rain raindrops rainfall raining rainless rains rainstorm rainy sans sec shower skies "
        "sky sleet snow snowfall snowflakes snowing snows snowstorm snowy soaked storm stormy "
        "tempest tempete temps thunderstorm weather wet winter wintry without"
    ),
    "motion": words(
        "allant around balancant balance bas basculant bobbing bondissant bondit boucle boucles "
        "bounces bouncing bounding cercle circles circling dancing dandinant dansant danse "
        "derivant direction doing down drifting droite east eastward est fait floating floats "
        "flottant flottante flotte flying frolicking gambadant gambade gambolling gauche gently "
        "going haut heading hopping hops hovering hovers jumping jumps jumpy leaping leaps left "
        "leftward leftwards levitant levitating levitation loop looping loops moving orbiting "
        "oscillant oscille ouest planant plane pouncing prancing rebondissant right rightward "
        "rightwards rising rocking rolling rond round sautant saute sautillant sautille "
        "seesawing side sinking skipping spinning spiralling springing suspended suspension "
        "swaying sways swimming swinging swings tanguant tangue teetering tilting "
        "tourbillonnant tournant tourne tournoie tournoyant toward travelling turning twirling "
        "up va vers virevoltant waddling walking weightless west westward whirling wiggling "
        "wobbling"
    ),
    "camera": words(
        "abaisse approaches approche arriere avance avant away back bas camera closer coming "
        "crane descend descending dezoomant dolly down eloigne fixe fixed getting goes going "
        "ground haut immobile leve locked looks monte mouvement move movement moves moving out "
        "pan panning panoramique plan pull pulling pulls push pushes rapproche recule retreats "
        "rises rising sans shot sinks sky slow static steady still tilt tilting tilts "
        "travelling up vers zoom zoomant zooming zooms"
    ),
    "mood": words(
        "apaisant bleak calm calme cheerful cheery comme creepy dark dismal douce doux dream "
        "dreamlike dreamy eerie effrayant effrayante enchanteur enchanting enjoue enjouee "
        "ethereal fairytale feerique festif festive full gai gaie gentle glauque gleeful gloomy "
        "hante happy haunted heureuse heureux hypnotic inquietant inquietante irreel irreelle "
        "joie jolly joy joyeuse joyeux joyful joyous like lively lugubre macabre magical "
        "magique melancholic melancholy melancolique merry mood morose mournful mysterieuse "
        "mysterieux mysterious mystical ominous onirique otherworldly paisible peaceful placid "
        "playful plein psychedelic quiet relaxing reposant reve reveur reveuse rigolo sad scary "
        "serein sereine serene sinister sinistre sombre soothing sorrowful spooky surreal "
        "surrealiste tranquil tranquille triste upbeat"
    ),
    "size": words(
        "average away baby big close colossal diminutive distant enorme enormous far geant "
        "geante giant gigantesque gigantic grand grande grandeur grands great gros grosse huge "
        "immense large little loin lointain massif massive medium mid mighty mini miniature "
        "minuscule moyen moyenne moyens normal normale ordinary oversized petit petite petites "
        "petits pint plan pocket riquiqui size sized small taille teensy teeny tiny up wee"
    ),
}
"""What the net learned for each slot in English and French (training/lexicon.toml), but for little
words."""


def believable(slot: Slot, known: BloomFilter, text: str = "") -> Slot:
    """A slot that the net guessed of a text; without its value where no word of it says anything of
    the kind. `known`: the words that there are, none of which is a misspelling."""
    said = CLOSED.get(slot.name)
    if {fold(w) for w in slot.words} == {"left"} and LEFT_BEHIND.search(text):
        return Slot(slot.name, None, 0.0)
    if slot.name == "camera" and ANYWAY.issuperset(map(fold, slot.words)) and not _films(text):
        return Slot(slot.name, None, 0.0)
    if said is None or not slot.words or any(_says(fold(w), said, known) for w in slot.words):
        return slot
    return Slot(slot.name, None, 0.0)


def _films(text: str) -> bool:
    """Whether a text speaks of a camera."""
    return not CAMERAS.isdisjoint(re.findall(r"[\w-]+", fold(text)))


def _says(word: str, said: frozenset[str], known: BloomFilter) -> bool:
    if word in OTHER_STEMS:
        return False
    if word in said or any(_one_stem(word, other) for other in said):
        return True
    if len(word) < MISSPELT or word in known:
        return False
    return any(SequenceMatcher(None, word, other).ratio() >= ALIKE for other in said)


def _one_stem(one: str, other: str) -> bool:
    same = next((k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
                min(len(one), len(other)))  # fmt: skip
    return same >= max(STEM, SHARE * max(len(one), len(other)))
