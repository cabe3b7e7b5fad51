"""Pushes: what a browser shows, who can read it on the way, and where none is sent."""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from joserfc import jwt
from joserfc.jwk import ECKey

from fruitful.domain.errors import InvalidSubscription, NotAllowed, PushUnavailable
from fruitful.domain.notifications import PushDelayed, PushSubscription, Topic
from fruitful.domain.safe_urls import is_safe_endpoint
from fruitful.moderation.pipeline import Engine
from fruitful.notifications.web_push import WebPusher, vapid_key
from fruitful.services.accounts import erase_account
from fruitful.services.change_comment import delete_comment
from fruitful.services.notify_readers import notify_about_comment
from fruitful.services.public_network import PublicNetwork
from fruitful.services.subscribe_browser import (
    Browser as Subscription,
)
from fruitful.services.subscribe_browser import (
    subscribe_browser,
    unsubscribe_browser,
)
from fruitful.services.world import World
from fruitful.storage import push
from support.desk import open_desk
from support.newsroom import Person, open_site
from support.push_service import Browser, LocalNetwork, PushService, encoded, open_push_service
from support.scripted import scripted_engine
from support.told import SERVER, do_jobs, reader_id_of

HELD = "A comment that has to wait. [discourtesy 0.7]"
EVERYTHING = frozenset(Topic)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return scripted_engine()


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[PushService]:
    async with open_push_service(tmp_path) as service:
        yield service


@pytest.fixture
async def pushing(world: World, service: PushService) -> World:
    pusher = WebPusher(
        vapid_key(world.secret), "desk@paper.example", LocalNetwork(service), service.trust
    )
    await open_site(world)
    return replace(world, pusher=pusher, public_url=SERVER)


@pytest.fixture
async def ada(pushing: World) -> Person:
    ada = Person(pushing, "Ada Reader")
    await ada.write("The council should publish what the bridge has cost so far.")
    return ada


@pytest.fixture
def bob(pushing: World) -> Person:
    return Person(pushing, "Bob")


def subscription(browser: Browser, topics: frozenset[Topic] = EVERYTHING) -> Subscription:
    given = browser.subscription()
    return Subscription(
        endpoint=given["endpoint"],
        p256dh=given["keys"]["p256dh"],
        auth=given["keys"]["auth"],
        topics=topics,
        language="en",
    )


async def told_in(person: Person, browser: Browser, topics: frozenset[Topic] = EVERYTHING) -> None:
    wanted = subscription(browser, topics)
    await subscribe_browser(person.world, person.token, wanted, person.address)


async def browsers_of(person: Person) -> int:
    async with person.world.database.reading() as connection:
        return len(await push.of_reader(connection, await reader_id_of(person)))


async def test_a_browser_shows_who_replied_and_what(
    ada: Person, bob: Person, service: PushService
) -> None:
    browser = Browser()
    await told_in(ada, browser)
    comment = (await ada.write("Who has seen the new timetable?")).comment
    reply = (await bob.write("It hangs *in the station*.", parent=comment.id)).comment
    await do_jobs(ada.world)

    (sent,) = service.pushes
    assert sent.path == "/to/firefox"
    assert browser.open(sent.body) == {
        "title": "Bob replied to you: paper.example/2026/bridge",
        "body": "It hangs in the station.",
        "url": f"{SERVER}/comments/{reply.id}",
        "tag": f"reply-{reply.id}",
        "lang": "en",
        "dir": "ltr",
    }


async def test_nobody_but_the_browser_can_read_a_push(
    ada: Person, bob: Person, service: PushService
) -> None:
    await told_in(ada, Browser())
    comment = (await ada.write("Who has seen the new timetable?")).comment
    await bob.write("It hangs in the station.", parent=comment.id)
    await do_jobs(ada.world)

    (sent,) = service.pushes
    assert b"station" not in sent.body
    with pytest.raises(InvalidTag):
        Browser(name="another").open(sent.body)


async def test_a_push_service_learns_who_sends_and_for_how_long_it_is_worth_keeping(
    ada: Person, bob: Person, service: PushService
) -> None:
    await told_in(ada, Browser())
    comment = (await ada.write("Who has seen the new timetable?")).comment
    await bob.write("It hangs in the station.", parent=comment.id)
    await do_jobs(ada.world)

    headers = service.pushes[0].headers
    assert headers["ttl"] == "86400"
    assert headers["content-encoding"] == "aes128gcm"
    assert 0 < len(headers["topic"]) <= 32
    signature = dict(
        part.strip().split("=", 1)
        for part in headers["authorization"].removeprefix("vapid ").split(",")
    )
    assert ada.world.pusher
    assert signature["k"] == ada.world.pusher.public_key
    point = base64.urlsafe_b64decode(signature["k"] + "=")
    key = ECKey.import_key(
        {"kty": "EC", "crv": "P-256", "x": encoded(point[1:33]), "y": encoded(point[33:])}
    )
    claims = jwt.decode(signature["t"], key, algorithms=["ES256"]).claims
    assert claims["aud"] == "https://push.example"
    assert claims["sub"] == "mailto:desk@paper.example"


async def test_every_browser_is_told_of_what_it_was_subscribed_to(
    ada: Person, service: PushService
) -> None:
    both, replies = Browser(name="both"), Browser(name="replies")
    await told_in(ada, both)
    await told_in(ada, replies, frozenset({Topic.REPLIES}))
    held = (await ada.write(HELD)).comment
    await (await open_desk(ada.world)).reject(held.id)
    await do_jobs(ada.world)

    (sent,) = service.pushes
    assert sent.path == "/to/both"
    message = both.open(sent.body)
    assert "decided not to publish it" in message["body"]
    assert message["url"].startswith(f"{SERVER}/comments/{held.id}/decision?key=")


async def test_a_reply_that_is_gone_meanwhile_is_not_pushed(
    ada: Person, bob: Person, service: PushService
) -> None:
    await told_in(ada, Browser())
    comment = (await ada.write("Who has seen the new timetable?")).comment
    reply = (await bob.write("It hangs in the station.", parent=comment.id)).comment
    await notify_about_comment(ada.world, reply.id)
    await delete_comment(ada.world, reply.id, bob.token)
    await do_jobs(ada.world)

    assert service.pushes == []


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_has_gone_is_forgotten(
    ada: Person, bob: Person, service: PushService, status: int
) -> None:
    await told_in(ada, Browser())
    comment = (await ada.write("Who has seen the new timetable?")).comment
    await bob.write("It hangs in the station.", parent=comment.id)
    service.status = status
    await do_jobs(ada.world)

    assert await browsers_of(ada) == 0


@pytest.mark.parametrize("status", [400, 413, 429, 500])
async def test_a_push_that_fails_costs_no_browser_its_subscription(
    ada: Person, bob: Person, service: PushService, status: int
) -> None:
    await told_in(ada, Browser())
    comment = (await ada.write("Who has seen the new timetable?")).comment
    await bob.write("It hangs in the station.", parent=comment.id)
    service.status = status
    await do_jobs(ada.world)

    assert len(service.pushes) == 1
    assert await browsers_of(ada) == 1


async def test_a_reader_ends_it_for_their_own_browser_only(ada: Person, bob: Person) -> None:
    browser = Browser()
    await told_in(ada, browser)
    await bob.write("It hangs in the station.")
    await unsubscribe_browser(bob.world, bob.token, browser.endpoint)
    assert await browsers_of(ada) == 1

    await unsubscribe_browser(ada.world, ada.token, browser.endpoint)
    assert await browsers_of(ada) == 0


async def test_a_browser_belongs_to_whoever_sits_at_it_now(ada: Person, bob: Person) -> None:
    await bob.write("It hangs in the station.")
    await told_in(ada, Browser())
    await told_in(bob, Browser())

    assert (await browsers_of(ada), await browsers_of(bob)) == (0, 1)


async def test_with_too_many_browsers_the_one_known_longest_is_forgotten(ada: Person) -> None:
    for number in range(12):
        await told_in(ada, Browser(name=f"browser-{number}"))

    assert await browsers_of(ada) == 10


async def test_who_deletes_their_account_is_told_nothing_more(
    ada: Person, bob: Person, service: PushService
) -> None:
    await told_in(ada, Browser())
    comment = (await ada.write("Who has seen the new timetable?")).comment
    async with ada.world.database.transaction() as connection:
        await erase_account(connection, ada.world, await reader_id_of(ada))
    await bob.write("It hangs in the station.", parent=comment.id)
    await do_jobs(ada.world)

    assert service.pushes == []


async def test_strangers_and_servers_without_pushes_are_told_so(
    ada: Person, bob: Person, world: World
) -> None:
    with pytest.raises(NotAllowed):
        await told_in(bob, Browser())
    ada.world = world
    with pytest.raises(PushUnavailable):
        await told_in(ada, Browser())


@pytest.mark.parametrize(
    "changes",
    [
        {"endpoint": "http://push.example/to/me"},
        {"endpoint": "https://127.0.0.1/to/me"},
        {"p256dh": "AAAA"},
        {"p256dh": encoded(b"\x04" + b"\x01" * 64)},
        {"auth": encoded(b"short")},
        {"auth": "not base64 !"},
    ],
)
async def test_what_no_browser_gives_is_refused(ada: Person, changes: dict[str, Any]) -> None:
    wanted = replace(subscription(Browser()), **changes)
    with pytest.raises(InvalidSubscription):
        await subscribe_browser(ada.world, ada.token, wanted, ada.address)


@pytest.mark.parametrize(
    ("url", "is_safe"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc:def", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/gAAAAA", True),
        ("https://web.push.apple.com:443/QGuQyavXutnMH", True),
        ("http://push.example/a", False),
        ("https://push.example:8443/a", False),
        ("https://user@push.example/a", False),
        ("https://push.example\\@internal.example/a", False),
        ("https://localhost/a", False),
        ("https://intranet/a", False),
        ("https://10.0.0.1/a", False),
        ("https://[::1]/a", False),
        ("https://[::ffff:10.0.0.1]/a", False),
        ("https://2130706433/a", False),
        ("https://127.1/a", False),
        ("https://0x7f.0x1/a", False),
        ("https://push.example:x/a", False),
        ("https://push.example/\n", False),
        ("file:///etc/passwd", False),
        ("", False),
        (f"https://push.example/{'a' * 1000}", False),
    ],
)
def test_only_named_hosts_are_spoken_to_and_only_by_https(url: str, is_safe: bool) -> None:
    assert is_safe_endpoint(url) is is_safe


async def test_a_service_that_cannot_be_reached_is_tried_again_later(world: World) -> None:
    async def resolve(host: str, port: int) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
        return []

    pusher = WebPusher(
        vapid_key(world.secret), "desk@paper.example", PublicNetwork(resolve=resolve)
    )
    wanted = subscription(Browser())
    browser = PushSubscription(
        id=world.new_id(),
        reader_id=world.new_id(),
        endpoint=wanted.endpoint,
        p256dh=wanted.p256dh,
        auth=wanted.auth,
        topics=EVERYTHING,
        language="en",
    )
    with pytest.raises(PushDelayed):
        await pusher.push(browser, b"{}", topic="t")


def test_machines_that_share_the_secret_share_the_key_of_pushes() -> None:
    network = PublicNetwork()
    one, same, other = (
        WebPusher(vapid_key(secret), "desk@paper.example", network).public_key
        for secret in (b"a" * 32, b"a" * 32, b"b" * 32)
    )

    assert one == same
    assert one != other
