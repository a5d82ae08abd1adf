"""Makes server/trust/common_words.txt.xz: words so common that they are no misspelling of anything.

    pip install wordfreq==3.1.1 && python scripts/common_words.py

The commonest words of English and French from wordfreq (Robyn Speer, doi 10.5281/zenodo.7199437),
folded as the policy reads them: first a line of the very commonest, then a line of the others.
"""

import lzma
import sys
from pathlib import Path

from wordfreq import top_n_list

sys.path.insert(0, str(Path(__file__).parent.parent))

from phosphene.trust.normalize import read

LANGUAGES = ("en", "fr")
VERY = 3_000
MOST = 30_000
OUT = Path(__file__).parent.parent / "server" / "trust" / "common_words.txt.xz"


def words(number: int) -> set[str]:
    """Of both languages, as the policy reads them: l'ami is l and ami."""
    entries = (entry for language in LANGUAGES for entry in top_n_list(language, number))
    return {word for entry in entries for word in read(entry) if word.isalpha()}


def main() -> None:
    very, found = words(VERY), words(MOST)
    lines = (" ".join(sorted(very)), " ".join(sorted(found - very)))
    OUT.write_bytes(lzma.compress("\n".join(lines).encode(), preset=9))
    print(f"{len(found)} words, {OUT.stat().st_size} bytes")


main()
