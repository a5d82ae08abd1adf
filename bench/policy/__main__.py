"""What the policy refuses of what it should, and of what nobody means any harm by.

    python -m bench.policy [names] [phrases] [harmless] [meaning] [heads] [curve] [judging]
        [--seed 1]

Listed names with tricks of writing on them; the harmless prompts of the rules' own trial, and near
misses of works; described works, and harmful prompts with harmless twins, by what they mean (the
extra ``meaning``), and by how many works are registered; what judging a prompt takes. Shares with
their 95 % intervals (Wilson); the tricks' dice are seeded.
"""

import argparse
import asyncio
import importlib
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

from bench.policy.listed import is_refused, measure_names, measure_phrases
from bench.policy.shares import Share
from bench.policy.tricks import PLAIN
from phosphene.trust.harmless_prompts import harmless_prompts
from phosphene.trust.refusal_rules import load_rules
from phosphene.trust.rule_file import merged_rules, read_layers

HERE: Final = Path(__file__).parent


def names(options: argparse.Namespace) -> None:
    """Listed names, plain and obfuscated."""
    groups = merged_rules(read_layers(options.rules), date.today()).names
    rules = load_rules(options.rules)
    shares, passed = measure_names(rules, groups, options.seed, options.rounds)
    for trick, share in sorted(shares.items(), key=lambda one: one[1].hits / one[1].count):
        print(f"{trick:<24}{share}")
    plain = [share for trick, share in shares.items() if trick in PLAIN]
    others = [share for trick, share in shares.items() if trick not in PLAIN]
    print(f"{'plain':<24}{_sum(plain)}")
    print(f"{'obfuscated':<24}{_sum(others)}")
    for one in passed[: options.show]:
        print(f"passes: {one.trick}: {one.text!r}")


def phrases(options: argparse.Namespace) -> None:
    """What categories say, plain and obfuscated."""
    categories = merged_rules(read_layers(options.rules), date.today()).categories
    shares, passed = measure_phrases(load_rules(options.rules), categories, options.seed)
    for trick, share in sorted(shares.items(), key=lambda one: one[1].hits / one[1].count):
        print(f"{trick:<24}{share}")
    print(f"{'all':<24}{_sum(list(shares.values()))}")
    for one in passed[: options.show]:
        print(f"passes: {one.trick}: {one.entry}: {one.text!r}")


def harmless(options: argparse.Namespace) -> None:
    """What nobody means any harm by."""
    rules = load_rules(options.rules)
    near = (HERE / "near.txt").read_text(encoding="utf-8").splitlines()
    for what, texts in (("harmless prompts", harmless_prompts()), ("near misses", near)):
        refused = [text for text in texts if is_refused(text, rules)]
        print(f"{what:<24}{Share(len(refused), len(texts))} refused")
        for text in refused[: options.show]:
            print(f"refused: {text!r}")


def meaning(options: argparse.Namespace) -> None:
    """What is told by meaning."""
    # Late: an installation may lack the extra.
    meant = importlib.import_module("bench.policy.meant")
    found, rules = meant.load_meant(), load_rules(options.rules)
    own = meant.texts_of("own_characters.txt")
    for shares in (
        meant.measure_described(found),
        meant.measure_apart(found, "harmless", harmless_prompts()[::4]),
        meant.measure_apart(found, "near misses", meant.texts_of("near.txt")),
        meant.measure_apart(found, "own characters", own),
        meant.measure_apart(found, "short prompts", meant.texts_of("short_prompts.txt")),
        meant.measure_apart(found, "common things", meant.texts_of("common_things.txt")),
        meant.measure_heads(found, rules),
    ):
        for what, share in shares:
            print(f"{what:<56}{share}")


def heads(options: argparse.Namespace) -> None:
    """What breaks a category, by its words and by what it means; no work is registered."""
    meant = importlib.import_module("bench.policy.meant")
    for what, share in meant.measure_heads(meant.Meant(()), load_rules(options.rules)):
        print(f"{what:<56}{share}")


def curve(options: argparse.Namespace) -> None:
    """What more registered works cost."""
    for what, share in importlib.import_module("bench.policy.curve").measure_curve():
        print(f"{what:<52}{share}")


def judging(options: argparse.Namespace) -> None:
    """What judging one prompt takes."""
    measure = importlib.import_module("bench.policy.judging").measure_judging
    for line in asyncio.run(measure(load_rules(options.rules))):
        print(line)


PARTS: Final[dict[str, Callable[[argparse.Namespace], None]]] = {
    "names": names,
    "phrases": phrases,
    "harmless": harmless,
    "meaning": meaning,
    "heads": heads,
    "curve": curve,
    "judging": judging,
}


def _sum(shares: list[Share]) -> Share:
    return Share(sum(one.hits for one in shares), sum(one.count for one in shares))


def main() -> None:
    """Measure the parts that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help=", ".join(PARTS))
    parser.add_argument("--rules", default="", help="the rule files; else the shipped one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--show", type=int, default=10, help="examples of what went wrong")
    options = parser.parse_args()
    # As the policy's process has it, before numpy is there: on a busy machine two threads of BLAS
    # wait for each other twenty times as long as one works.
    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(threads, "1")
    for part in options.parts or PARTS:
        PARTS[part](options)


if __name__ == "__main__":
    main()
