import pytest

from phosphene.errors import Unauthorized
from phosphene.trust.operators import Operators, operator_token

KEY = bytes(32)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer x", "Basic secret", "secret"])
def test_who_does_not_know_the_token_is_no_operator(header: str) -> None:
    for operators in (Operators("secret", KEY), Operators("", KEY)):
        with pytest.raises(Unauthorized):
            operators.check_operator(header)


def test_the_token_is_the_settings_or_else_the_data_folders() -> None:
    Operators("secret", KEY).check_operator("bearer secret")
    Operators("", KEY).check_operator(f"Bearer {operator_token(KEY)}")
    with pytest.raises(Unauthorized):
        Operators("secret", KEY).check_operator(f"Bearer {operator_token(KEY)}")
    assert operator_token(KEY) != operator_token(b"1" * 32)


def test_metrics_are_open_until_a_token_is_set() -> None:
    Operators("", KEY).check_metrics("")
    Operators("secret", KEY).check_metrics("Bearer secret")
    with pytest.raises(Unauthorized):
        Operators("secret", KEY).check_metrics("")


def test_a_header_may_be_asked_without_a_refusal() -> None:
    operators = Operators("secret", KEY)
    assert operators.knows_token("Bearer secret")
    assert not operators.knows_token("Bearer x")
