"""Reading through disguises, with the place of every word."""

import pytest

from phosphene.trust.normalize import Word, read, readings


@pytest.mark.parametrize(
    "disguised",
    [
        "Mickey",
        "ＭＩＣＫＥＹ",
        "𝓶𝓲𝓬𝓴𝓮𝔂",
        "🅼🅸🅲🅺🅴🆈",
        "🇲🇮🇨🇰🇪🇾",
        "Місkеу",
        "mi\u200bc\u200dkey",
        "m\u00adickey",
        "m\u0301i\u0302ckéy",
        "m1ck3y",
        "m!ckey",
        "m i c k e y",
        "m.i.c.k.e.y",
        "m-i-c-k-e-y",
        "M  I  C  K  E  Y",
        "ᴍɪᴄᴋᴇʏ",
        "(mickey)",
        "mickey!!!",
    ],
)
def test_a_disguised_word_reads_as_it_looks(disguised: str) -> None:
    assert ["mickey"] in [[word.text for word in words] for words in readings(disguised)]


def test_one_may_be_i_or_l() -> None:
    ways = [[word.text for word in words] for words in readings("1u1u")]
    assert ways == [["iuiu"], ["lulu"]]


def test_stretched_letters_may_stand_once_or_twice() -> None:
    ways = [words[0].text for words in readings("goooofy")]
    assert ways == ["goooofy", "gofy", "goofy"]


def test_stars_between_letters_may_stand_for_letters() -> None:
    assert [[word.text for word in words] for words in readings("p*rn, a* b")] == [
        ["p", "rn", "a", "b"],
        ["p*rn", "a", "b"],
    ]


def test_ordinary_text_has_one_reading() -> None:
    assert len(readings("a red fox, hello! in 2026")) == 1
    assert read("L'été à Noël, œuf!") == ["l", "ete", "a", "noel", "oeuf"]


def test_digits_before_one_letter_may_be_letters() -> None:
    assert read("53x and 8008s, a 15s clip of the 80s") == [
        *("sex", "and", "boobs", "a", "15s", "clip", "of", "the", "80s")
    ]


def test_numbers_stay_numbers() -> None:
    assert read("100 cats in 1985") == ["100", "cats", "in", "1985"]
    assert read("the 1930s at 60fps on 35mm, the 2nd") == [
        *("the", "1930s", "at", "60fps", "on", "35mm", "the", "2nd")
    ]


@pytest.mark.parametrize("text", ["a m\u200bi\u200bckey, b", "été мicкey ﬁn", "xx ﷺ m i c k e y"])
def test_places_are_those_of_the_text(text: str) -> None:
    (found,) = [word for word in readings(text)[0] if word.text == "mickey"]
    assert text[found.start] in "mм"
    assert text[found.end - 1] == "y"


def test_words_know_what_stood_before_them() -> None:
    assert readings("big-cat sat, down")[0] == [
        Word("big", 0, 3),
        Word("cat", 4, 7, glued=True),
        Word("sat", 8, 11),
        Word("down", 13, 17, apart=True),
    ]


@pytest.mark.parametrize("text", ["", " ", "!!!", "鯨", "🐋", "\u200b", "+", "$"])
def test_what_has_no_letters_reads_as_little(text: str) -> None:
    assert all(len(words) <= 1 for words in readings(text))


def test_signs_alone_are_a_word_beside_others_written_with_signs() -> None:
    def read(text: str) -> list[str]:
        return [" ".join(word.text for word in way) for way in readings(text)]

    assert "strip tease" in read("57r1p 73453")
    assert "se tuer" in read("$€ tu€r")
    assert "tom cruise" in read("70m Cru153")
    assert "rodrigues marti waits" in read("R0dr!gu€$ Mart! waits")
    assert "ines alba" in read("!n€s A1ba") or "ines aiba" in read("!n€s A1ba")
    for spoken in ("what a party!", "so good!!! says m0m!!"):
        assert all("i" not in way.split()[-1] for way in read(spoken))
    for plain in ("a clip of 53 s at 1080p", "53 birds", "the 1930s in 4k, 24 fps"):
        assert all("53" in way or "24" in way for way in read(plain))
