from phosphene.render.worker.embedded.nouns.bloom_filter import BloomFilter


def test_hardly_a_stranger_passes_a_filter_of_twice_the_size() -> None:
    words = [f"word{k}" for k in range(500)]
    usual, larger = BloomFilter.from_words(words), BloomFilter.from_words(words, times=2)
    assert all(word in larger for word in words)
    strangers = [str(k) for k in range(4000)]
    assert 40 < sum(w in usual for w in strangers) < 160
    assert sum(w in larger for w in strangers) < 12
