"""A bucket gives what has flown in since, and no more than it holds."""

from phosphene.social.token_bucket import TokenBucket


def test_a_bucket_refills() -> None:
    bucket = TokenBucket(20.0, 60.0, 0.0)
    assert [bucket.take_token(0.0) for _ in range(61)] == [True] * 60 + [False]
    assert not bucket.take_token(0.04)
    assert bucket.take_token(0.06)
    assert [bucket.take_token(100.0) for _ in range(61)] == [True] * 60 + [False]
