import pytest

from phosphene.errors import AlreadyTaken, BadInput, NotFound
from phosphene.model import Person
from phosphene.social.actions import clean_comment
from tests.social.serving import NOON, Site

BEN = Person("ben-id", "ben")
CLEO = Person("cleo-id", "cleo")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  oh!  ", "oh!"),
        ("two\r\nlines\tand\na tab", "two lines and a tab"),
        ("e\u0301te\u0301", "\u00e9t\u00e9"),
        ("a\0b\x1b[31mc\x7f", "ab[31mc"),
        ("\u202egnirts", "gnirts"),
        ("👩\u200d🎨 paints", "👩\u200d🎨 paints"),
        ("x" * 500, "x" * 500),
        ("e\u0301" * 500, "\u00e9" * 500),
        ("<b>'; drop table comments</b>", "<b>'; drop table comments</b>"),
    ],
)
def test_a_comment_is_cleaned(text: str, kept: str) -> None:
    assert clean_comment(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "\n\t", "\0", "\u200b\u200d", "\u202e", "\u00a0", "x" * 501, "\ud800"),
        "\u3164",
        "\u2800\u115f",
        "\u034f",
        "Z" + "\u0323\u0334\u0489\u0334\u0301" * 60,
    ],
)
def test_a_comment_that_says_nothing_or_too_much_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="comment"):
        clean_comment(text)


@pytest.mark.asyncio
async def test_a_comment_is_stored_once_under_its_id(site: Site) -> None:
    first = await site.actions.add_comment("a", BEN, " oh ", "made-by-ben")
    again = await site.actions.add_comment("a", BEN, "something else", "made-by-ben")
    assert again == first
    assert (first.text, first.created_at, first.author) == ("oh", NOON, BEN)
    with pytest.raises(AlreadyTaken, match="taken"):
        await site.actions.add_comment("a", CLEO, "mine", "made-by-ben")
    assert (await site.store.get_clip("a")).counts.comments == 1


@pytest.mark.asyncio
async def test_comments_without_an_id_are_all_kept(site: Site) -> None:
    ids = {(await site.actions.add_comment("a", BEN, "oh")).id for _ in range(3)}
    assert len(ids) == 3
    assert (await site.store.get_clip("a")).counts.comments == 3


@pytest.mark.slow
@pytest.mark.asyncio
@pytest.mark.parametrize("id_", ["", "short", "x" * 65, "with space", "späce-id", "a/b/c/d/e"])
async def test_an_odd_id_is_refused(site: Site, id_: str) -> None:
    with pytest.raises(BadInput, match="id"):
        await site.actions.add_comment("a", BEN, "oh", id_)


@pytest.mark.asyncio
async def test_likes_are_counted_and_clips_must_exist(site: Site) -> None:
    assert (await site.actions.like_clip("a", BEN, True)).likes == 1
    assert (await site.actions.like_clip("a", BEN, True)).likes == 1
    assert (await site.actions.like_clip("a", BEN, False)).likes == 0
    for action in (
        site.actions.like_clip("x", BEN, True),
        site.actions.add_comment("x", BEN, "oh"),
    ):
        with pytest.raises(NotFound):
            await action
