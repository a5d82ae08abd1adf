"""Measure the reader: python -m training.nouns.reading [--list prompts] [--wrong].

On lists of everyday prompts with the kind that is right written by hand. Right is the concept (or
one of several), or the place where a prompt is only one (@); "-" is nothing that can be drawn. The
reader was corrected on prompts.tsv; each of fresh/*.tsv was written before it was first read.
abroad-* are of other languages than English and French.
"""

import argparse
import time
from collections import Counter
from dataclasses import dataclass

from phosphene.render.worker.embedded.nouns.lexicon import PLACE, Lexicon
from phosphene.render.worker.embedded.nouns.reader import NounReader
from phosphene.render.worker.embedded.nouns.reading import Reading
from training.export import WEIGHTS
from training.nouns.lexicon import table

NOTHING = "-"
VERDICTS = ("itself", "kind", "undrawable", "wrong", "missing")


@dataclass(frozen=True)
class Verdict:
    """How a prompt was read: `itself`, its nearest `kind`, `wrong`, or `missing`, nothing though
    something can be drawn; of what is `undrawable` nothing is right."""

    language: str
    prompt: str
    right: tuple[str, ...]
    reading: Reading

    @property
    def said(self) -> str:
        """One of VERDICTS."""
        subject, place = self.reading.subject, self.reading.place
        if subject is None:
            alone = place is not None and PLACE + place in self.right
            return "itself" if alone else "undrawable" if NOTHING in self.right else "missing"
        if subject not in self.right:
            return "wrong"
        exact = [s.exact for s in self.reading.said if s.value == subject]
        return "itself" if not exact or exact[0] else "kind"


def verdicts(reader: NounReader, prompts: str = "prompts") -> list[Verdict]:
    """Of all prompts of a list."""
    return [
        Verdict(
            row["language"],
            row["prompt"],
            tuple(row["right"].split()),
            reader.read_prompt(row["prompt"]),
        )
        for row in table(prompts)
    ]


def shares(of: list[Verdict]) -> dict[str, float]:
    """Each verdict's share in per cent."""
    counts = Counter(v.said for v in of)
    return {name: 100 * counts[name] / len(of) for name in VERDICTS}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="print what was not read right")
    parser.add_argument("--list", default="prompts", help="prompts, fresh/one, ...")
    options = parser.parse_args()
    reader = NounReader(Lexicon.load(WEIGHTS))
    began = time.process_time()
    found = verdicts(reader, options.list)
    print(f"{1000 * (time.process_time() - began) / len(found):.1f} ms of CPU a prompt")
    for language in sorted({v.language for v in found}):
        part = [v for v in found if v.language == language]
        figures = ", ".join(f"{name} {share:.1f} %" for name, share in shares(part).items())
        print(f"{language}, {len(part)} prompts: {figures}")
    for v in found:
        if options.wrong and v.said in ("wrong", "missing"):
            print(v.said, v.prompt, "->", v.reading.subject, v.reading.place, "not", *v.right)
