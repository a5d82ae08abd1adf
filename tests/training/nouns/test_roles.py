from training.nouns.icon import parse
from training.nouns.roles import family, main

CAR = """<svg><path fill="#f92f60" d="M0 0h9v9h-9z"/><path fill="#b91f40" d="M0 0h4v2h-4z"/>
  <path fill="#333333" d="M0 0h3v3h-3z"/><path fill="#26c9fc" d="M0 0h2v2h-2z"/></svg>"""


def test_the_main_ink_is_the_family_that_covers_most_and_its_shades() -> None:
    roles = main(parse(CAR), ())
    assert roles[(249, 47, 96)] == ("main", 0.0)
    assert roles[(185, 31, 64)][1] < 0
    assert set(roles) == {(249, 47, 96), (185, 31, 64)}


def test_a_fill_that_is_taken_is_not_the_main_one() -> None:
    assert (38, 201, 252) in main(parse(CAR), ((249, 47, 96), (185, 31, 64)))


def test_a_large_grey_part_counts_less_than_a_coloured_one() -> None:
    svg = '<svg><path fill="#999" d="M0 0h9v9h-9z"/><path fill="#0a0" d="M0 0h6v6h-6z"/></svg>'
    assert set(main(parse(svg), ())) == {(0, 170, 0)}


def test_families_are_hues_and_three_without_one() -> None:
    assert [family(c) for c in ((20, 20, 20), (120, 120, 120), (250, 250, 250))] == [
        "dark", "grey", "white",
    ]  # fmt: skip
    assert family((250, 0, 0)) != family((0, 0, 250))
