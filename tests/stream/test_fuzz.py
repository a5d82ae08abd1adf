"""Whatever comes from outside is read or refused, and nothing else happens."""

from pathlib import Path

import pytest
from aiortc.sdp import SessionDescription
from hypothesis import given, settings
from hypothesis import strategies as st

from phosphene.errors import BadInput, NotAcceptable
from phosphene.stream.webrtc.offer import read_offer, taken, ufrags
from phosphene.stream.webrtc.rtcp_packets import MAX_LOST, read_feedback
from phosphene.stream.webrtc.stun import is_signed, read_check
from tests.stream.webrtc.test_offer import SMALL
from tests.stream.webrtc.test_stun import PASSWORD, a_check

pytestmark = pytest.mark.slow

LINES = (
    Path(__file__).parent / "webrtc" / "chromium.sdp"
).read_text().splitlines() + SMALL.splitlines()
SOURCE = 0x01020304
WHOLE = bytes(a_check())
FEW = settings(max_examples=150)

line = st.sampled_from(LINES)
cut = st.builds(lambda text, place: text[: place % (len(text) + 1)], line, st.integers(0, 200))
changed = st.builds(
    lambda text, place, put: text[:place] + put + text[place + 1 :],
    line,
    st.integers(0, 60),
    st.text(max_size=6),
)
kind = st.sampled_from([200, 201, 202, 203, 205, 206])
compound = st.lists(
    st.builds(
        lambda about, kind, body: (
            bytes([0x80 | about, kind]) + (len(body) // 4).to_bytes(2, "big") + body
        ),
        st.integers(0, 31),
        kind,
        st.one_of(
            st.binary(max_size=64),
            st.binary(max_size=64).map(lambda rest: bytes(4) + SOURCE.to_bytes(4, "big") + rest),
        ),
    ),
    max_size=5,
).map(b"".join)


@FEW
@given(st.lists(st.one_of(line, line, cut, changed), max_size=80))
def test_an_offer_is_cleaned_or_refused(lines: list[str]) -> None:
    try:
        offer = read_offer("\r\n".join(lines) + "\r\n")
    except (BadInput, NotAcceptable):
        return
    assert isinstance(offer, SessionDescription)
    assert [media.kind for media in taken(offer)].count("video") == 1


@FEW
@given(st.integers(0, 60), st.one_of(cut, changed, st.text(max_size=20)))
def test_one_wrong_line_in_a_good_offer_is_cleaned_or_refused(place: int, wrong: str) -> None:
    lines = SMALL.splitlines()
    lines[place % len(lines)] = wrong
    try:
        assert read_offer("\r\n".join(lines) + "\r\n").media
    except (BadInput, NotAcceptable):
        return


@FEW
@given(st.text(max_size=200))
def test_a_fragment_names_users_or_none(text: str) -> None:
    try:
        found = ufrags("a=ice-ufrag:" + text)
    except BadInput:
        return
    assert all(one.isascii() and one in text for one in found)


@FEW
@given(st.one_of(st.binary(max_size=1500), compound))
def test_feedback_says_no_more_than_it_may(data: bytes) -> None:
    feedback = read_feedback(data, SOURCE)
    assert len(feedback.lost) < MAX_LOST + 17
    assert all(0 <= number <= 0xFFFF for number in feedback.lost)
    assert feedback.bitrate is None or feedback.bitrate >= 0
    assert all(one.source == SOURCE and 0 <= one.lost < 1 for one in feedback.reports)


@FEW
@given(st.integers(0, len(WHOLE)), st.binary(max_size=180), st.integers(0, 60))
def test_nobody_signs_without_the_password(place: int, put: bytes, over: int) -> None:
    data = WHOLE[:place] + put + WHOLE[place + over :]
    check = read_check(data)
    if check is not None and is_signed(data, check, PASSWORD.encode()):
        assert data[: check.signed] == WHOLE[: check.signed]
