from training.nouns.icon import parse

RING = '<path fill="#f00" d="M0 0h10v10h-10zM2 2v6h6v-6z"/>'
PAIR = '<path fill="#f00" d="M0 0h2v2h-2zM8 0v2h2v-2z"/>'


def test_shapes_of_every_kind_become_closed_curves_with_their_fills() -> None:
    svg = """<svg xmlns="http://www.w3.org/2000/svg"><g fill="none">
      <path fill="#0a0b0c" d="M0 0h4v2h-4z"/><circle cx="5" cy="5" r="2" fill="#fff"/>
      <rect x="1" y="1" width="3" height="2" stroke="black" stroke-width="0.5"/></g></svg>"""
    path, circle, line = parse(svg)
    assert (path.colour, circle.colour, line.stroke) == ((10, 11, 12), (255, 255, 255), 0.5)
    assert path.area == 8
    assert 10 < circle.path().computeTightBounds().bottom() + 4 < 12


def test_a_group_hands_down_fill_opacity_and_place() -> None:
    svg = '<svg><g fill="#00f" opacity=".5" transform="translate(3 1)"><path d="M0 0h1v1z"/></g></svg>'  # noqa: E501
    (sheet,) = parse(svg)
    assert (sheet.colour, sheet.opacity) == ((0, 0, 255), 0.5)
    assert sheet.points[0] == (3, 1)


def test_a_hole_is_taken_off_an_area_and_a_second_part_is_added() -> None:
    (ring,), (pair,) = parse(f"<svg>{RING}</svg>"), parse(f"<svg>{PAIR}</svg>")
    assert (ring.area, pair.area) == (64, 8)
    assert ring.outer.area == 100


def test_a_gradient_is_the_mean_of_its_stops() -> None:
    svg = """<svg><path fill="url(#a)" d="M0 0h1v1z"/><defs><linearGradient id="a">
      <stop stop-color="#000"/><stop stop-color="#fff"/></linearGradient></defs></svg>"""
    assert parse(svg)[0].colour == (127.5, 127.5, 127.5)
