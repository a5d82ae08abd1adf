import asyncio
import re

import pytest
from aioice import stun

from phosphene.errors import BadInput
from phosphene.stream.webrtc.ice_transport import MOST_ADDRESSES, IceTransport
from phosphene.stream.webrtc.stun import Address, read_check
from phosphene.stream.webrtc.udp import (
    CONSENT_S,
    MOST_LEFT,
    EndedSessions,
    MediaPort,
    announced_hosts,
    open_port,
)


class Agent(asyncio.DatagramProtocol):
    """A viewer's side: sends checks, keeps what comes."""

    def __init__(self) -> None:
        self.come: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.come.put_nowait(data)


async def agent(port: MediaPort) -> tuple[asyncio.DatagramTransport, Agent]:
    return await asyncio.get_running_loop().create_datagram_endpoint(
        Agent, remote_addr=("127.0.0.1", port.port)
    )


def check(path: IceTransport, password: str = "", *, nominates: bool = False) -> bytes:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = f"{path.ufrag}:them"
    message.attributes["PRIORITY"] = 1
    if nominates:
        message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity((password or path.password).encode())
    return bytes(message)


def nothing(datagram: bytes) -> None:
    pass


def unmoved() -> None:
    return


async def heard(came: Agent) -> bytes:
    async with asyncio.timeout(5):
        return await came.come.get()


@pytest.mark.asyncio
async def test_a_check_is_answered_and_then_the_address_names_the_viewer() -> None:
    said: list[bytes] = []
    path = IceTransport(said.append, unmoved)
    async with open_port(hosts=["127.0.0.1"], loopback=True) as port:
        with port.serving_transport(path):
            transport, came = await agent(port)
            transport.sendto(b"\x80\xc9 too early")
            transport.sendto(check(path))
            answer = stun.parse_message(await heard(came))
            assert answer.message_class is stun.Class.RESPONSE
            assert path.checked.is_set()
            for datagram in (b"\x80\xc9 report", b"\x16 handshake", b"\x50 nothing", b"\x17 more"):
                transport.sendto(datagram)
            assert await path._recv() == b"\x16 handshake"
            assert await path._recv() == b"\x17 more"
            assert said == [b"\x80\xc9 report"]
            await path._send(b"back")
            assert await heard(came) == b"back"
            transport.close()


@pytest.mark.asyncio
async def test_a_check_with_a_wrong_password_or_name_is_not_answered() -> None:
    path, other = IceTransport(nothing, unmoved), IceTransport(nothing, unmoved)
    async with open_port(hosts=["127.0.0.1"], loopback=True) as port:
        with port.serving_transport(path):
            transport, came = await agent(port)
            transport.sendto(check(path, "wrong"))
            transport.sendto(check(other))
            transport.sendto(b"\0\1 no check")
            transport.sendto(check(path))
            await heard(came)
            assert came.come.empty()
            transport.close()


@pytest.mark.asyncio
async def test_media_goes_where_the_viewer_nominated_last() -> None:
    moves: list[Address] = []
    path = IceTransport(nothing, lambda: moves.append(path.address))
    async with open_port(hosts=["127.0.0.1"], loopback=True) as port:
        with port.serving_transport(path):
            ends = [await agent(port) for _ in range(3)]
            for (transport, came), nominates in zip(ends, (False, False, True), strict=True):
                transport.sendto(check(path, nominates=nominates))
                await heard(came)
            ends[2][0].sendto(check(path, nominates=True))
            await heard(ends[2][1])
            own = [transport.get_extra_info("sockname") for transport, _ in ends]
            assert moves == [own[0], own[2]]
            for transport, _ in ends:
                transport.close()


@pytest.mark.asyncio
async def test_a_viewer_has_only_so_many_addresses() -> None:
    path = IceTransport(nothing, unmoved)
    async with open_port(hosts=["127.0.0.1"], loopback=True) as port:
        with port.serving_transport(path):
            ends = [await agent(port) for _ in range(MOST_ADDRESSES + 1)]
            for transport, _ in ends:
                transport.sendto(check(path))
            for _, came in ends[:-1]:
                await heard(came)
            ends[0][0].sendto(check(path))
            await heard(ends[0][1])
            assert ends[-1][1].come.empty()
            for transport, _ in ends:
                transport.close()
        assert not any(listener.at for listener in port.listeners.values())


@pytest.mark.asyncio
async def test_after_a_restart_old_and_new_credentials_are_good() -> None:
    path = IceTransport(nothing, unmoved)
    async with open_port(hosts=["127.0.0.1"], loopback=True) as port:
        with port.serving_transport(path):
            transport, came = await agent(port)
            before, twice = check(path), check(path)
            path.restart_ice()
            port.add_credentials(path)
            for datagram in (before, check(path)):
                transport.sendto(datagram)
                await heard(came)
            path.restart_ice()
            port.add_credentials(path)
            transport.sendto(twice)
            transport.sendto(check(path))
            await heard(came)
            assert came.come.empty()
            transport.close()


@pytest.mark.asyncio
async def test_a_path_that_is_closed_gives_its_readers_up() -> None:
    path = IceTransport(nothing, unmoved)
    async with open_port(hosts=["127.0.0.1"], loopback=True) as port:
        with port.serving_transport(path):
            for _ in range(200):
                path.receive_datagram(b"\x16")
        with pytest.raises(ConnectionError):
            await asyncio.gather(*(path._recv() for _ in range(100)))


@pytest.mark.asyncio
async def test_who_still_checks_when_its_session_has_ended_is_told() -> None:
    path = IceTransport(nothing, unmoved)
    async with open_port(hosts=["127.0.0.1"], loopback=True) as port:
        with port.serving_transport(path):
            pass
        transport, came = await agent(port)
        transport.sendto(check(path, "wrong"))
        transport.sendto(check(IceTransport(nothing, unmoved)))
        transport.sendto(check(path))
        answer = stun.parse_message(await heard(came))
        assert answer.attributes["ERROR-CODE"][0] == 403
        assert came.come.empty()
        transport.close()


def test_sessions_that_have_ended_are_remembered_while_their_viewers_may_ask() -> None:
    left, early, late = (
        EndedSessions(),
        IceTransport(nothing, unmoved),
        IceTransport(nothing, unmoved),
    )
    left.add_credentials(early.credentials, now=100.0)
    data = check(early)
    asked = read_check(data)
    assert asked
    assert left.answer_check(data, asked)
    left.add_credentials(late.credentials, now=100.0 + CONSENT_S)
    assert left.answer_check(data, asked) is None
    for number in range(MOST_LEFT):
        left.add_credentials({f"other{number}": b"key"}, now=131.0)
    data = check(late)
    asked = read_check(data)
    assert asked
    assert left.answer_check(data, asked) is None


@pytest.mark.asyncio
async def test_all_addresses_share_one_port() -> None:
    async with open_port(loopback=True) as port:
        told = port.host_candidates()
        assert {one.port for one in told} == {port.port}
        assert "127.0.0.1" in {one.ip for one in told}
        priorities = [one.priority for one in told]
        assert priorities == sorted(set(priorities), reverse=True)


@pytest.mark.asyncio
async def test_a_port_that_is_taken_is_named() -> None:
    async with open_port(hosts=["127.0.0.1"], loopback=True) as port:
        with pytest.raises(BadInput, match=re.escape(f"UDP port {port.port} of 127.0.0.1")):
            async with open_port(port.port, hosts=["127.0.0.1"], loopback=True):
                pass


@pytest.mark.asyncio
async def test_ipv6_viewers_are_answered() -> None:
    path = IceTransport(nothing, unmoved)
    async with open_port(hosts=["::1"], loopback=False) as port:
        with port.serving_transport(path):
            transport, came = await asyncio.get_running_loop().create_datagram_endpoint(
                Agent, remote_addr=("::1", port.port)
            )
            transport.sendto(check(path))
            mapped = stun.parse_message(await heard(came)).attributes["XOR-MAPPED-ADDRESS"]
            assert mapped == transport.get_extra_info("sockname")[:2]
            transport.close()


@pytest.mark.parametrize(
    ("hosts", "announced", "expected"),
    [
        (["10.0.0.2", "127.0.0.1"], [], ["10.0.0.2", "127.0.0.1"]),
        (["10.0.0.2", "127.0.0.1"], ["192.0.2.9"], ["192.0.2.9", "127.0.0.1"]),
        (["10.0.0.2", "fd00::2"], ["192.0.2.9"], ["192.0.2.9", "fd00::2"]),
        (["10.0.0.2", "fd00::2"], ["2001:db8::9"], ["2001:db8::9", "10.0.0.2"]),
    ],
)
def test_announced_addresses_stand_for_ours(
    hosts: list[str], announced: list[str], expected: list[str]
) -> None:
    assert announced_hosts(hosts, announced) == expected
