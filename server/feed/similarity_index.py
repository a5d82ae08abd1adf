"""How near clips are to each other: cosines against all candidates at once by an inverted index."""

from collections.abc import Iterable, Sequence

from phosphene.feed.clip_vectors import Vector, importance, unit


class Space:
    """The unit vectors of some documents; features weigh by how rare they are among them.

    Documents are named by their place in ``documents``.
    """

    def __init__(self, documents: Sequence[Vector]) -> None:
        self._weights = importance(documents)
        self.vectors = [unit(document, self._weights) for document in documents]
        # Lists by feature and no matrix: a clip has few of all the features that there are, and
        # most products are of nothing.
        self._postings: dict[str, list[tuple[int, float]]] = {name: [] for name in self._weights}
        postings = self._postings
        for place, vector in enumerate(self.vectors):
            for feature, value in vector.items():
                postings[feature].append((place, value))

    def mean_vector(self, documents: Iterable[tuple[Vector, float]]) -> dict[str, float]:
        """The sum of the shares of other documents at length 1, weighed as those here."""
        return total((unit(document, self._weights), share) for document, share in documents)

    def similarities(self, vector: Vector) -> list[float]:
        """The inner product of ``vector`` with every document."""
        products = [0.0] * len(self.vectors)
        for feature, value in vector.items():
            for place, other in self._postings.get(feature, ()):
                products[place] += value * other
        return products


def total(vectors: Iterable[tuple[Vector, float]]) -> dict[str, float]:
    """The sum of each vector times its share."""
    result: dict[str, float] = {}
    for vector, share in vectors:
        for feature, value in vector.items():
            result[feature] = result.get(feature, 0.0) + share * value
    return result
