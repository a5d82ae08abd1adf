"""Makes server/trust/harmless_prompts.txt.xz: what nobody means any harm by, a prompt a line.

    python scripts/harmless_prompts.py

All prompts that the project has written by hand, for its model's reading and for its policy, in
twelve languages; those in which a name of the shipped rules is written are left out.
"""

import lzma
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from phosphene.trust.policy import decide
from phosphene.trust.refusal_rules import load_rules

ROOT = Path(__file__).parent.parent
OUT = ROOT / "server" / "trust" / "harmless_prompts.txt.xz"


def prompts() -> Iterator[str]:
    """Each as it was written."""
    yield from (ROOT / "tests" / "trust" / "benign.txt").read_text(encoding="utf-8").splitlines()
    nouns = ROOT / "training" / "nouns"
    for path in (nouns / "prompts.tsv", *sorted((nouns / "fresh").glob("*.tsv"))):
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            yield line.split("\t")[1]


def main() -> None:
    rules = load_rules()
    refused = {text: decide(text, rules) for text in dict.fromkeys(prompts())}
    for text, why in refused.items():
        if why:
            print(f"refused: {text} ({why.rule})")
    kept = [text for text, why in refused.items() if not (why and why.rule.startswith("names/"))]
    OUT.write_bytes(lzma.compress("\n".join(kept).encode(), preset=9))
    print(f"{len(kept)} prompts, {OUT.stat().st_size} bytes")


main()
