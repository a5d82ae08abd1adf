import random

import pytest
from aioice import stun as theirs

from phosphene.stream.webrtc.stun import forbidden, is_signed, read_check, success

PASSWORD = "a password of theirs"


def a_check(username: str = "ours:theirs", *, nominates: bool = True) -> theirs.Message:
    check = theirs.Message(theirs.Method.BINDING, theirs.Class.REQUEST)
    check.attributes["USERNAME"] = username
    check.attributes["PRIORITY"] = 1845494271
    check.attributes["ICE-CONTROLLING"] = 42
    if nominates:
        check.attributes["USE-CANDIDATE"] = None
    check.add_message_integrity(PASSWORD.encode())
    return check


@pytest.mark.parametrize("nominates", [True, False])
def test_a_check_of_another_agent_is_read(nominates: bool) -> None:
    data = bytes(a_check(nominates=nominates))
    check = read_check(data)
    assert check
    assert (check.local, check.remote, check.nominates) == ("ours", "theirs", nominates)
    assert is_signed(data, check, PASSWORD.encode())
    assert not is_signed(data, check, b"another")


@pytest.mark.parametrize("address", [("192.0.2.1", 40000), ("2001:db8::7", 1), ("fe80::1%eth0", 9)])
def test_another_agent_reads_the_answer(address: tuple[str, int]) -> None:
    asked = a_check()
    check = read_check(bytes(asked))
    assert check
    answer = success(check.transaction, address, PASSWORD.encode())
    read = theirs.parse_message(answer)
    assert read.check_message_integrity(PASSWORD.encode())
    assert not read.check_message_integrity(b"another")
    assert read.message_class is theirs.Class.RESPONSE
    assert read.transaction_id == asked.transaction_id
    assert read.attributes["XOR-MAPPED-ADDRESS"] == (address[0].partition("%")[0], address[1])


def test_another_agent_reads_that_its_consent_is_revoked() -> None:
    asked = a_check()
    check = read_check(bytes(asked))
    assert check
    read = theirs.parse_message(forbidden(check.transaction, PASSWORD.encode()))
    assert read.check_message_integrity(PASSWORD.encode())
    assert read.message_class is theirs.Class.ERROR
    assert read.transaction_id == asked.transaction_id
    assert read.attributes["ERROR-CODE"][0] == 403


def test_a_changed_check_is_not_signed() -> None:
    data = bytearray(bytes(a_check()))
    data[30] ^= 1
    check = read_check(bytes(data))
    assert check is None or not is_signed(bytes(data), check, PASSWORD.encode())


@pytest.mark.parametrize("username", ["", ":theirs"])
def test_a_check_that_names_nobody_is_none(username: str) -> None:
    assert read_check(bytes(a_check(username))) is None


def test_other_messages_are_none() -> None:
    response = theirs.Message(theirs.Method.BINDING, theirs.Class.RESPONSE)
    unsigned = theirs.Message(theirs.Method.BINDING, theirs.Class.REQUEST)
    unsigned.attributes["USERNAME"] = "ours:theirs"
    for data in (bytes(response), bytes(unsigned), b"", b"\0\1", bytes(20), bytes(2000)):
        assert read_check(data) is None


def test_no_damage_is_worse_than_none() -> None:
    chance, whole, key = random.Random(3), bytes(a_check()), PASSWORD.encode()
    for _ in range(3000):
        data = bytearray(whole[: chance.randrange(len(whole) + 1)])
        for _ in range(chance.randrange(4)):
            if data:
                data[chance.randrange(len(data))] = chance.randrange(256)
        check = read_check(bytes(data))
        if check is not None and is_signed(bytes(data), check, key):
            assert data[: check.signed] == whole[: check.signed]
