"""What strangers name is spoken to only where anybody could speak to it."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Sequence

import httpcore2
import pytest

from fruitful.domain.safe_urls import Address, is_public, is_safe_page
from fruitful.services.public_network import PublicNetwork, Resolve


def stands_for(*found: str) -> Resolve:
    """A name that stands for these addresses."""

    async def resolve(host: str, port: int) -> Sequence[Address]:
        return [ipaddress.ip_address(address) for address in found]

    return resolve


@pytest.mark.parametrize(
    ("address", "what_it_is"),
    [
        ("127.0.0.1", "this machine"),
        ("0.0.0.0", "this machine too"),
        ("10.1.2.3", "a private network"),
        ("172.16.0.1", "a private network"),
        ("192.168.0.1", "a private network"),
        ("169.254.169.254", "where clouds keep secrets"),
        ("100.64.0.1", "behind a provider's translation"),
        ("192.0.2.1", "an example"),
        ("224.0.0.1", "many at once"),
        ("255.255.255.255", "everybody near"),
        ("240.0.0.1", "nobody's"),
        ("::", "this machine"),
        ("::1", "this machine"),
        ("::7f00:1", "this machine in the former manner"),
        ("::ffff:127.0.0.1", "this machine, mapped"),
        ("::ffff:10.0.0.1", "a private network, mapped"),
        ("2002:7f00:1::", "this machine by 6to4"),
        ("2002:808:808::", "6to4, which nobody serves by"),
        ("2001:0:7f00:1::", "Teredo"),
        ("64:ff9b::7f00:1", "this machine by NAT64"),
        ("64:ff9b:1::a00:1", "a private network by NAT64"),
        ("fc00::1", "a private network"),
        ("fe80::1", "the same wire"),
        ("fec0::1", "a private network in the former manner"),
        ("ff02::1", "many at once"),
        ("2001:db8::1", "an example"),
    ],
)
async def test_an_address_that_not_everybody_can_reach_is_not_connected_to(
    address: str, what_it_is: str
) -> None:
    assert not is_public(ipaddress.ip_address(address)), what_it_is
    with pytest.raises(httpcore2.ConnectError):
        await PublicNetwork(resolve=stands_for(address)).connect_tcp("host.example", 443)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_a_public_address_is(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("found", [("8.8.8.8", "10.0.0.1"), ("::1", "8.8.8.8"), ()])
async def test_one_address_within_spoils_a_name(found: tuple[str, ...]) -> None:
    with pytest.raises(httpcore2.ConnectError):
        await PublicNetwork(resolve=stands_for(*found)).connect_tcp("host.example", 443)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 64 + ".example"])
async def test_a_name_that_stands_for_nothing_is_a_failed_connection(host: str) -> None:
    with pytest.raises(httpcore2.ConnectError):
        await PublicNetwork().connect_tcp(host, 443)


async def test_the_address_that_was_checked_is_the_one_connected_to() -> None:
    """A name that answers differently the second time gains nothing: it is asked once."""
    came = asyncio.Event()
    asked = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.set()
        writer.close()

    async def resolve(host: str, port: int) -> Sequence[Address]:
        nonlocal asked
        asked += 1
        return [ipaddress.ip_address("127.0.0.1" if asked == 1 else "192.0.2.1")]

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    network = PublicNetwork(
        resolve=resolve,
        is_allowed=lambda address: str(address) == "127.0.0.1",
        ports=frozenset({port}),
    )
    async with server:
        # Nothing but the network's own look-up could know this name.
        stream = await network.connect_tcp("host.invalid", port, timeout=5)
        await asyncio.wait_for(came.wait(), 5)
        await stream.aclose()
    assert asked == 1


@pytest.mark.parametrize("port", [22, 25, 5432, 8080])
async def test_only_the_ports_of_the_web_are_connected_to(port: int) -> None:
    with pytest.raises(httpcore2.ConnectError, match="port"):
        await PublicNetwork(resolve=stands_for("8.8.8.8")).connect_tcp("host.example", port)


@pytest.mark.parametrize(
    ("url", "is_safe"),
    [
        ("http://films.example/video?at=3#top", True),
        ("https://films.example:8443/", True),
        ("https://films.example./", True),
        ("ftp://films.example/", False),
        ("//films.example/", False),
        ("http://ada@films.example/", False),
        ("http://:word@films.example/", False),
        ("http://localhost/", False),
        ("http://93.184.215.14/", False),
        ("http://[2606:4700::1111]/", False),
        ("http://127.1/", False),
        ("http://127.0.0.0x1/", False),
        ("http://films.example:port/", False),
        ("http://films.example/a b", False),
        ("http://films.example/\r\nHost: inside", False),
    ],
)
def test_a_page_is_named_and_by_its_name_alone(url: str, is_safe: bool) -> None:
    assert is_safe_page(url) is is_safe
