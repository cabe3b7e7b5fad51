"""Who is asking, as far as headers can tell."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from fruitful.web.requests import (
    CrossOrigin,
    base_url,
    reader_token,
    require_same_origin,
    sender_address,
)

TOKEN = "t" * 43


def request(method: str = "POST", client: str = "192.0.2.1", **headers: str) -> Request:
    raw = [(k.replace("_", "-").encode(), v.encode("latin-1")) for k, v in headers.items()]
    return Request(
        {
            "type": "http",
            "method": method,
            "scheme": "https",
            "path": "/",
            "query_string": b"",
            "headers": raw,
            "client": (client, 1),
        }
    )


@pytest.mark.parametrize(
    ("client", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("unix:", "unix:"),
    ],
)
def test_one_customer_is_one_sender(client: str, address: str) -> None:
    assert sender_address(request(client=client)) == address


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({"authorization": f"Bearer {TOKEN}"}, TOKEN),
        ({"authorization": f"bearer  {TOKEN} "}, TOKEN),
        ({"authorization": f"Basic {TOKEN}"}, None),
        ({"authorization": "Bearer <script>"}, None),
        ({"authorization": "Bearer "}, None),
        ({"cookie": f"fruitful_reader={TOKEN}"}, TOKEN),
        ({"cookie": f"fruitful_reader={'u' * 43}", "authorization": f"Bearer {TOKEN}"}, TOKEN),
        ({"cookie": "fruitful_reader=; other=1"}, None),
        ({}, None),
    ],
)
def test_a_reader_is_known_by_a_token(headers: dict[str, str], token: str | None) -> None:
    assert reader_token(request("GET", **headers)) == token


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({"sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "none"}, True),
        ({"sec_fetch_site": "same-site"}, False),
        ({"sec_fetch_site": "cross-site", "origin": "https://paper.example"}, False),
        ({"origin": "https://paper.example"}, True),
        ({"origin": "https://paper.example.elsewhere.example"}, False),
        ({"origin": "https://elsewhere.example"}, False),
        ({"origin": "null"}, False),
        ({}, True),
    ],
)
def test_a_change_comes_from_our_own_page_or_from_no_browser(
    headers: dict[str, str], is_ours: bool
) -> None:
    asked = request(host="paper.example", **headers)
    if is_ours:
        require_same_origin(asked)
    else:
        with pytest.raises(CrossOrigin):
            require_same_origin(asked)


@pytest.mark.parametrize(
    ("host", "base"),
    [
        ("paper.example", "https://paper.example"),
        ("127.0.0.1:8080", "https://127.0.0.1:8080"),
        ("[::1]:8080", "https://[::1]:8080"),
        ('x"><script>', ""),
        ("", ""),
    ],
)
def test_links_lead_to_the_host_that_was_asked_if_it_is_one(host: str, base: str) -> None:
    assert base_url(request(host=host)) == base
