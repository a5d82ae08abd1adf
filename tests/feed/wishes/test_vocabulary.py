from phosphene.feed.wishes.vocabulary import PhraseTable, load_vocabulary
from phosphene.render.prompt_words import load_prompt_lexicon
from phosphene.text import plain_words


def test_the_longest_phrase_wins_and_an_ending_may_be_any() -> None:
    table = PhraseTable([("fond de la mer", "deep"), ("mer", "sea"), ("effray*", "scary")])
    words = plain_words("au fond de la mer, effrayante")
    assert table.find_at(words, 1) == (["deep"], 4)
    assert table.find_at(words, 5) == (["scary"], 1)
    assert table.find_all(words) == {"deep", "sea", "scary"}
    assert table.find_at(words, 0) == ((), 0)


def test_every_thing_that_the_file_names_is_one_that_the_lexicon_knows() -> None:
    vocabulary, lexicon = load_vocabulary(), load_prompt_lexicon()
    signs = {part for one in vocabulary.signs.values() for sign in one for part in sign.split("+")}
    named = {one for one in signs | set(vocabulary.implied) if one.startswith("subject:")}
    older = {"subject:sailboat"}
    assert not {one for one in named - older if lexicon.home_of(one.split(":")[1]) is None}
    kinds = {one.split(":")[0] for one in signs}
    assert kinds <= {
        *("subject", "place", "time", "weather", "mood", "group", "feeling", "word", "phrase")
    }


def test_kinds_and_feelings_have_names_in_both_languages() -> None:
    vocabulary = load_vocabulary()
    assert vocabulary.name_of("group:animal", "fr") == "animaux"
    assert vocabulary.name_of("feeling:scary", "en") == "what is scary"
    assert vocabulary.name_of("subject:fox", "en") is None
