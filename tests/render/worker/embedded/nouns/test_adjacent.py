import pytest

from tests.render.worker.embedded.nouns.test_reader import read


@pytest.mark.parametrize(
    ("text", "subject", "other"),
    [
        ("une tasse de thé avec du miel", "tea", "honey"),
        ("une tasse de thé et du miel", "tea", "honey"),
        ("une pile de crêpes avec du sucre et un citron", "pancakes", "salt"),
        ("un panier avec des chatons", "basket", "cat"),
        ("un bol avec des fraises", "bowl", "strawberry"),
        ("un panier rempli de pommes", "apple", None),
    ],
)
def test_what_is_beside_what_a_container_holds_is_not_in_it(
    text: str, subject: str, other: str | None
) -> None:
    found = read(text)
    assert (found.subject, found.other) == (subject, other)
