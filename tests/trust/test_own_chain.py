"""The server's own root and leaf, at every hour that a clock may show."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509

from phosphene.errors import BadInput
from phosphene.trust import certificates, own_chain

DAY = 86400.0
NOW = time.time()


def roots(folder: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(own_chain.anchors(folder).encode())


def test_the_same_is_given_until_it_is_a_month_old(tmp_path: Path) -> None:
    first = own_chain.current(tmp_path, NOW)
    assert own_chain.current(tmp_path, NOW + 29 * DAY) == first
    later = own_chain.current(tmp_path, NOW + 31 * DAY)
    assert later != first
    assert later.ends - NOW > 3650 * DAY
    assert len(roots(tmp_path)) == 1


@pytest.mark.parametrize("days", [2, 400, 3 * 365, 11 * 365])
def test_what_was_made_while_the_clock_was_ahead_is_replaced(tmp_path: Path, days: int) -> None:
    own_chain.current(tmp_path, NOW + days * DAY)
    assert own_chain.current(tmp_path, NOW).is_good(NOW)
    assert len(roots(tmp_path)) == 2


def test_every_root_of_forty_years_is_kept_and_each_has_a_leaf_for_ten(tmp_path: Path) -> None:
    for year in range(40):
        now = NOW + year * 365 * DAY
        found = own_chain.current(tmp_path, now)
        assert found.is_good(now)
        assert found.ends - now >= 3649 * DAY
    kept = roots(tmp_path)
    assert len(kept) == 4
    assert len({one.serial_number for one in kept}) == 4


def test_a_root_of_an_older_release_is_replaced_and_kept(tmp_path: Path) -> None:
    short = certificates.root(NOW - 10.5 * 365 * DAY)
    (tmp_path / own_chain.ROOT).write_bytes(short)
    assert own_chain.current(tmp_path, NOW).is_good(NOW)
    assert certificates.parse(short)[1] in roots(tmp_path)


def test_instances_that_start_together_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: own_chain.current(tmp_path, NOW), range(8)))
    assert found == [found[0]] * 8
    with ThreadPoolExecutor(8) as pool:
        late = NOW + 12 * 365 * DAY
        found = list(pool.map(lambda _: own_chain.current(tmp_path, late), range(8)))
    assert found == [found[0]] * 8
    assert len(roots(tmp_path)) == 2


def test_a_damaged_root_is_named(tmp_path: Path) -> None:
    (tmp_path / own_chain.ROOT).write_bytes(b"nonsense")
    with pytest.raises(BadInput):
        own_chain.current(tmp_path, NOW)


def test_without_a_root_there_is_nothing_to_trust(tmp_path: Path) -> None:
    assert own_chain.anchors(tmp_path) == ""
