"""What is one slip of a finger away from a word."""

from collections.abc import Iterator


def slips(word: str) -> Iterator[str]:
    """With one letter more, less or another, or two that are swapped; and ph for f."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    yield word.replace("f", "ph")
    yield word.translate(str.maketrans("iy", "yi"))  # a bycicle
    for k in range(len(word) + 1):
        head, tail = word[:k], word[k:]
        for letter in letters:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]


def doubles(word: str) -> Iterator[str]:
    """With a letter twice instead of once, or once instead of twice."""
    for k, letter in enumerate(word):
        yield word[:k] + letter + word[k:]
        if k and word[k - 1] == letter:
            yield word[:k] + word[k + 1 :]
