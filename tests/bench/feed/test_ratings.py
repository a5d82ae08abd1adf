from pathlib import Path

import pytest

from bench.feed.ratings import Rating, read_ratings, read_texts

WANTED = [Rating("7", "30", 4.0, 1.0), Rating("7", "31", 2.5, 2.0)]


@pytest.mark.parametrize(
    "text",
    [
        "user,item,rating,timestamp\n7,31,2.5,2\n7,30,4,1\n",
        "7\t31\t2.5\t2\n7\t30\t4\t1\n",
        "7::31::2.5::2\n7::30::4::1",
        'userId;movieId;rating;timestamp;tag\n7;31;2.5;2;"a;b"\n\n7;30;4;1;\n',
    ],
)
def test_ratings_are_read_in_the_order_of_time(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ratings"
    path.write_text(text)
    assert read_ratings(path) == WANTED


def test_a_line_that_is_no_rating_is_said(tmp_path: Path) -> None:
    path = tmp_path / "ratings"
    path.write_text("1,2,3,4\n1,2,good,4\n")
    with pytest.raises(ValueError, match="line 2"):
        read_ratings(path)


def test_texts_are_words_by_item(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text("movieId,title,genres\n3,Grumpy Men (1995),Comedy|Romance\n")
    assert read_texts(path)["3"] == "Grumpy Men (1995) Comedy Romance"
