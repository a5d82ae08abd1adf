"""Makes server/meaning/content_heads.npz: what tells a prompt that breaks a category from one about
the same subject that does not.

    python -m training.policy.heads

Small networks by prompts that are made of training/policy/heads.toml and heads_pairs.tsv (seeded;
in the latter a harmful sentence and a harmless one have words in common), with the harmless prompts
and made characters that the background is made of. What is said of violence and self-harm is the
mean of two that learned from heads_varied.tsv, too, which tells of them in many ways, and from
three of four harmless prompts. Limits are taken from scores of networks that saw nothing of a
sentence (cross validation). The report is training/policy/heads.report.
"""

import csv
import random
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from phosphene.meaning.background import Floats, folded_words, load_background
from phosphene.meaning.content_heads import FILE, HeadNet
from phosphene.meaning.registered_works import RegisteredWorks
from phosphene.meaning.sentence_encoder import SIZE, SentenceEncoder
from training.policy.background import harmless_halves
from training.policy.small_net import Learning, fit_net

PARTS: Final = Path(__file__).with_name("heads.toml")
PAIRS: Final = Path(__file__).with_name("heads_pairs.tsv")
VARIED: Final = Path(__file__).with_name("heads_varied.tsv")
"""Rows without a harmful sentence are harmless ones that come near."""
REPORT: Final = Path(__file__).with_name("heads.report")
CATEGORIES: Final = ("sexual", "violence", "self_harm", "hate")
SEED: Final = 1
LEARNING: Final = Learning()
BLURRED: Final = (
    Learning(hidden=32, epochs=20, small=1e-3, blurred=0.8),
    Learning(hidden=32, epochs=20, small=1e-3, blurred=0.8, seed=2),
)
"""Of violence and self-harm. With vectors that are blurred a fifth more is found of sentences kept
apart at the same share of twins and harmless prompts."""
OF_BLURRED: Final = ("violence", "self_harm")
WORDS: Final = 2.0
"""What the mean of the words counts to them beside the vector of the text."""
FOLDS: Final = 3
"""Each sentence, with all that is made of it and its twin, is in one of so many parts."""
ALIKE: Final = 0.7
"""Cosine of sentences that are in the same part: one translates the other."""
ABOVE: Final = 0.04
"""Of the twins so many are above a limit, and of the harmless ones:"""
HARMLESS_ABOVE: Final = 0.001
CALM: Final = 0.03
"""Of the harmful ones so many are below what is calm."""
OF_OTHERS: Final = 0.5
"""What a twin counts as an example of what breaks no other category."""
OF_HARMLESS: Final = 0.7
NOBODY: Final = -1


class Made(Struct, frozen=True):
    """A prompt; ``sentence``: what it is made of, by number, none NOBODY."""

    text: str
    category: str = ""
    harmful: bool = False
    sentence: int = NOBODY


def made_prompts(dice: random.Random) -> Iterator[Made]:
    """Harmful prompts and twins of all categories, in both languages."""
    parts, number = tomllib.loads(PARTS.read_text(encoding="utf-8")), 0
    for category in CATEGORIES:
        for language in ("en", "fr"):
            for kind in ("harmful", "twins"):
                for sentence in parts[category][language][kind]:
                    number += 1
                    for text in _filled(sentence, 6, parts, category, language, dice):
                        yield Made(text, category, kind == "harmful", number)
    yield from _paired(PAIRS, number, parts, dice)


def varied_prompts(after: int, dice: random.Random) -> Iterator[Made]:
    """More of violence and self-harm; their sentences are numbered ``after`` others."""
    yield from _paired(VARIED, after, tomllib.loads(PARTS.read_text(encoding="utf-8")), dice)


def _paired(path: Path, number: int, parts: dict[str, Any], dice: random.Random) -> Iterator[Made]:
    rows = path.read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
        number += 1
        for kind in ("harmful", "twin"):
            if not row[kind]:
                continue
            for text in _filled(row[kind], 4, parts, row["category"], row["language"], dice):
                yield Made(text, row["category"], kind == "harmful", number)


def _filled(
    sentence: str,
    times: int,
    parts: dict[str, Any],
    category: str,
    language: str,
    dice: random.Random,
) -> list[str]:
    """So many prompts of a sentence that has places, and of another two."""
    places = parts[language] | {"group": parts[category][language].get("group", [""])}
    made = list[str]()
    for _ in range(times if "{" in sentence else 2):
        filled = {name: dice.choice(places[name]) for name in ("who", "where", "group")}
        made.append(sentence.format(**filled) + dice.choice(places["style"]))
    return list(dict.fromkeys(made))


def features_of(texts: list[str], encoder: SentenceEncoder) -> Floats:
    """Texts x 1024: as the server reads them."""
    words = sorted({word for text in texts for word in folded_words(text)})
    # By itself it would forget them 4,000 words on, and read each of them many times.
    known = dict(zip(words, encoder.encode_texts(words), strict=True))

    def encode(some: Sequence[str]) -> Floats:
        return np.stack([known[word] for word in some]) if some else np.zeros((0, SIZE), np.float32)

    works = RegisteredWorks((), encode, load_background(), {})
    means = np.stack([works.mean_word(text) for text in texts])
    return np.concatenate([encoder.encode_texts(texts), means], axis=1)


def answers(prompts: list[Made]) -> tuple[Floats, Floats]:
    """Texts x categories: which is broken, and how much that counts. Of the categories that are not
    its own a harmful prompt says nothing."""
    yes = np.zeros((len(prompts), len(CATEGORIES)), np.float32)
    counts = np.full_like(yes, OF_HARMLESS)
    alike = Counter((one.sentence, one.harmful) for one in prompts)
    for at, one in enumerate(prompts):
        if one.category:
            weight = 2 / alike[one.sentence, one.harmful] ** 0.5
            own = CATEGORIES.index(one.category)
            counts[at] = 0 if one.harmful else OF_OTHERS * weight
            counts[at, own], yes[at, own] = weight, one.harmful
    return yes, counts


class Learned(Struct, frozen=True):
    """A network; ``apart``: texts x categories, of each text by a network that saw nothing of its
    part."""

    net: HeadNet
    apart: Floats


def learn(
    x: Floats, rows: list[Made], parts: NDArray[np.int64], ways: tuple[Learning, ...]
) -> Learned:
    """The mean of networks that learn in so many ``ways``. ``parts``: in which of FOLDS each text
    is kept apart, NOBODY: in none."""
    yes, counts = answers(rows)
    apart = np.zeros_like(yes)
    for part in range(FOLDS):
        seen = parts != part
        net = joined_nets([fit_net(x[seen], yes[seen], counts[seen], way) for way in ways])
        apart[~seen] = net.score_texts(x[~seen])
    return Learned(joined_nets([fit_net(x, yes, counts, way) for way in ways]), apart)


def joined_nets(nets: list[HeadNet]) -> HeadNet:
    """One network that says the mean of what each of them says."""
    return HeadNet(
        np.concatenate([one.inner for one in nets], axis=1),
        np.concatenate([one.inner_bias for one in nets]),
        np.concatenate([one.outer for one in nets]).astype(np.float32) / np.float32(len(nets)),
        np.mean([one.outer_bias for one in nets], axis=0).astype(np.float32),
    )


def parts_of(rows: list[Made], x: Floats) -> NDArray[np.int64]:
    """In which of FOLDS each text is: sentences that are alike in the same, all that is harmless by
    turns."""
    sentences = np.array([one.sentence for one in rows])
    first = {n: at for at, n in reversed(list(enumerate(sentences.tolist())))}
    numbers = sorted(n for n in first if n != NOBODY)
    vectors = x[[first[n] for n in numbers], :SIZE]
    alike = vectors @ vectors.T >= ALIKE
    part = dict[int, int]()
    for at, number in enumerate(numbers):
        # With the first that it is like, which is in a part already.
        with_whom = numbers[int(np.argmax(alike[at]))]
        part[number] = part.get(with_whom, at % FOLDS)
    return np.array(
        [at % FOLDS if n == NOBODY else part[n] for at, n in enumerate(sentences.tolist())]
    )


def learn_all() -> tuple[list[str], HeadNet, list[float], list[float]]:
    """The report, the network, and of each category its limit and what is calm."""
    encoder, dice = SentenceEncoder(), random.Random(SEED)
    prompts, made, checks, _ = harmless_halves()
    rows = [*made_prompts(dice), *(Made(text) for text in (*prompts, *made[::4]))]
    x = features_of([one.text for one in rows], encoder)
    sentences = np.array([one.sentence for one in rows])
    parts = np.where(sentences == NOBODY, NOBODY, sentences % FOLDS)
    plain = learn(x, rows, parts, (LEARNING,))
    quiet = features_of(checks[::2], encoder)
    limits = Limits(rows, plain.apart, plain.net.score_texts(quiet))

    more = [*varied_prompts(int(sentences.max()), dice), *(Made(text) for text in checks[::2])]
    x = np.concatenate([x, features_of([one.text for one in more], encoder)])
    rows = [*rows, *more]
    x[:, SIZE:] *= WORDS
    blurred = learn(x, rows, parts_of(rows, x), BLURRED)
    blurred.net.inner[SIZE:] *= WORDS
    known = frozenset((*prompts, *checks[::2]))
    harmless = np.array([not one.category and one.text in known for one in rows])
    others = Limits(rows, blurred.apart, blurred.apart[harmless])

    told = [(others if one in OF_BLURRED else limits).of(one) for one in CATEGORIES]
    net = side_by_side(plain.net, blurred.net)
    lines = [f"seed {SEED}, {len(rows)} prompts", *(line for line, _, _ in told)]
    return lines, net, [limit for _, limit, _ in told], [calm for _, _, calm in told]


def side_by_side(plain: HeadNet, blurred: HeadNet) -> HeadNet:
    """One network of both, in which each speaks of its own categories alone."""
    own = np.array([one in OF_BLURRED for one in CATEGORIES])
    return HeadNet(
        np.concatenate([plain.inner, blurred.inner], axis=1),
        np.concatenate([plain.inner_bias, blurred.inner_bias]),
        np.concatenate([np.where(own, 0, plain.outer), np.where(own, blurred.outer, 0)]),
        np.where(own, blurred.outer_bias, plain.outer_bias),
    )


class Limits(Struct, frozen=True):
    """Scores of texts kept apart, and of harmless prompts (``quiet``): texts x categories."""

    rows: list[Made]
    apart: Floats
    quiet: Floats

    def of(self, category: str) -> tuple[str, float, float]:
        """What the report says of a category, its limit, and what is calm."""
        at = CATEGORIES.index(category)
        own = np.array([one.category == category for one in self.rows])
        harmful = np.array([one.harmful for one in self.rows])
        bad, twin = self.apart[own & harmful, at], self.apart[own & ~harmful, at]
        return _limits(category, bad, twin, self.quiet[:, at])


def main() -> None:
    """Write it, and its report."""
    lines, net, limits, calm = learn_all()
    _write(net, limits, calm)
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def _limits(category: str, bad: Floats, twin: Floats, quiet: Floats) -> tuple[str, float, float]:
    """What the report says of a category, its limit, and what is calm."""
    limit = max(np.quantile(twin, 1 - ABOVE), np.quantile(quiet, 1 - HARMLESS_ABOVE))
    calm = np.quantile(bad, CALM)
    line = (
        f"{category}: from {limit:.2f} on, of sentences kept apart,"
        f" {np.mean(bad >= limit):.3f} of {len(bad)} harmful prompts and"
        f" {np.mean(twin >= limit):.3f} of {len(twin)} twins, and"
        f" {np.mean(quiet >= limit):.4f} of {len(quiet)} harmless ones; calm below {calm:.2f}:"
        f" {np.mean(twin < calm):.3f} of the twins"
    )
    return line, float(limit), float(calm)


def _write(net: HeadNet, limits: list[float], calm: list[float]) -> None:
    np.savez_compressed(
        FILE,
        names=np.array(CATEGORIES),
        inner=net.inner.astype(np.float16),
        inner_bias=net.inner_bias,
        outer=net.outer,
        outer_bias=net.outer_bias,
        limits=np.array(limits, np.float32),
        calm=np.array(calm, np.float32),
    )


if __name__ == "__main__":
    main()
