"""All addresses of one page lead to one thread; another page's never do."""

from __future__ import annotations

import pytest

from fruitful.services.find_article import canonical_url

ORIGIN = "https://paper.example"


@pytest.mark.parametrize(
    "address",
    [
        "https://paper.example/2026/bridge",
        "http://paper.example/2026/bridge/",
        "https://www.paper.example/2026/bridge#comments",
        "https://paper.example/2026/bridge?utm_source=mail&utm_medium=x&fbclid=1",
        "https://paper.example/2026/bridge/amp",
        "https://paper.example/amp/2026/bridge",
        "https://amp.paper.example/2026/bridge?amp=1&outputType=amp",
    ],
)
def test_every_address_of_a_page_is_folded_into_one(address: str) -> None:
    assert canonical_url(address, ORIGIN) == "https://paper.example/2026/bridge"


def test_parameters_that_choose_the_page_are_kept_in_one_order() -> None:
    one = canonical_url("https://paper.example/story?page=2&id=7&gclid=x", ORIGIN)
    other = canonical_url("https://paper.example/story?id=7&page=2", ORIGIN)
    assert one == other == "https://paper.example/story?id=7&page=2"


@pytest.mark.parametrize(
    "other", ["/2026/bridges", "/2026/bridge/2", "/2026/bridge?id=8", "/amplifier", "/"]
)
def test_another_page_keeps_a_thread_of_its_own(other: str) -> None:
    assert canonical_url(ORIGIN + other, ORIGIN) != "https://paper.example/2026/bridge"


def test_the_front_page_has_an_address() -> None:
    assert canonical_url("https://paper.example", ORIGIN) == "https://paper.example/"
