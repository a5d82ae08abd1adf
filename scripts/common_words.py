"""Makes server/trust/common_words.txt.xz: words so common that they are no misspelling of anything.

    pip install wordfreq==3.1.1 && python scripts/common_words.py

The commonest words of English and French, and fewer of other languages of the same letters, from
wordfreq (Robyn Speer, doi 10.5281/zenodo.7199437), folded as the policy reads them: first a line of
the very commonest, then a line of the others.
"""

import lzma
import sys
from collections.abc import Sequence
from pathlib import Path

from wordfreq import top_n_list

sys.path.insert(0, str(Path(__file__).parent.parent))

from phosphene.trust.normalize import read

LANGUAGES = ("en", "fr")
OTHERS = ("de", "es", "it", "pt", "nl", "da", "sv", "nb", "fi", "pl")
VERY = 3_000
MOST = 30_000
OF_OTHERS = 5_000
"""Of three harmless prompts in these languages one word was taken for a misspelt one of ours."""
DRAWN = Path(__file__).parent.parent / "training" / "nouns" / "everyday"
OUT = Path(__file__).parent.parent / "server" / "trust" / "common_words.txt.xz"


def words(languages: Sequence[str], number: int) -> set[str]:
    """Of these languages, as the policy reads them: l'ami is l and ami."""
    entries = (entry for language in languages for entry in top_n_list(language, number))
    return {word for entry in entries for word in read(entry) if word.isalpha()}


def drawn() -> set[str]:
    """Words in all languages for what the embedded model can draw."""
    lines = (line for path in DRAWN.glob("*.tsv") for line in path.read_text().splitlines()[1:])
    return {word for line in lines for word in read(line.partition("\t")[2]) if word.isalpha()}


def main() -> None:
    very = words(LANGUAGES, VERY)
    found = words(LANGUAGES, MOST) | words(OTHERS, OF_OTHERS) | drawn()
    lines = (" ".join(sorted(very)), " ".join(sorted(found - very)))
    OUT.write_bytes(lzma.compress("\n".join(lines).encode(), preset=9))
    print(f"{len(found)} words, {OUT.stat().st_size} bytes")


main()
