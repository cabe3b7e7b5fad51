"""What a publisher sets up, and what is refused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from fruitful.domain.errors import ArticleClosed, HouseRulesInvalid, UnknownArticle
from fruitful.domain.policy import Outcome
from fruitful.services.list_thread import ThreadView, list_thread
from fruitful.services.publish_sites import (
    InvalidOrigin,
    InvalidSite,
    NewSite,
    SiteTaken,
    add_site,
    close_article,
    every_site,
    reopen_article,
)
from fruitful.services.world import World
from support.newsroom import BRIDGE, ORIGIN, Person

FAIR = "The council should publish what the bridge has cost so far."


def paper(**changes: object) -> NewSite:
    fields: dict[str, object] = {"slug": "paper", "name": "The Paper", "origins": [ORIGIN]}
    return NewSite(**(fields | changes))  # type: ignore[arg-type]


async def test_a_site_that_was_added_takes_comments_on_its_pages(world: World) -> None:
    await add_site(world, paper())
    assert (await Person(world, "Ada").write(FAIR)).outcome is Outcome.PUBLISH
    assert [site.slug for site in await every_site(world)] == ["paper"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://Paper.example/", "https://paper.example"),
        ("https://paper.example:443", "https://paper.example"),
        ("http://localhost:8080", "http://localhost:8080"),
    ],
)
async def test_an_origin_is_kept_as_browsers_write_it(
    world: World, written: str, kept: str
) -> None:
    assert (await add_site(world, paper(origins=[written]))).origins == (kept,)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"slug": "The Paper"}, InvalidSite),
        ({"slug": ""}, InvalidSite),
        ({"name": " "}, InvalidSite),
        ({"origins": []}, InvalidSite),
        ({"origins": ["paper.example"]}, InvalidOrigin),
        ({"origins": ["https://paper.example/news"]}, InvalidOrigin),
        ({"origins": ["ftp://paper.example"]}, InvalidOrigin),
        ({"origins": ["https://paper.example:port"]}, InvalidOrigin),
    ],
)
async def test_what_is_no_site_is_refused(
    world: World, changes: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await add_site(world, paper(**changes))
    assert await every_site(world) == ()


async def test_a_name_and_an_origin_belong_to_one_site(world: World) -> None:
    await add_site(world, paper())
    with pytest.raises(SiteTaken):
        await add_site(world, paper(origins=["https://other.example"]))
    with pytest.raises(SiteTaken):
        await add_site(world, paper(slug="other"))


async def test_house_rules_with_a_mistake_are_refused_with_the_line(
    world: World, tmp_path: Path
) -> None:
    file = tmp_path / "rules.toml"
    file.write_text('version = "1"\n[rules.violence]\nhodl = 0.5\n')
    with pytest.raises(HouseRulesInvalid, match=r"rules\.toml:"):
        await add_site(world, paper(house_rules=file))


async def test_a_closed_article_keeps_its_comments_and_takes_no_more(world: World) -> None:
    await add_site(world, paper())
    ada = Person(world, "Ada")
    sent = await ada.write(FAIR)
    before = await list_thread(world, sent.article.id, ThreadView())
    await close_article(world, BRIDGE + "/?utm_source=desk")
    with pytest.raises(ArticleClosed):
        await ada.write("And what will it cost next year?")
    closed = await list_thread(world, sent.article.id, ThreadView())
    assert closed.article.is_closed
    assert closed.total == 1
    # Renderings that were kept must not outlive the change.
    assert closed.article.thread_version > before.article.thread_version
    await reopen_article(world, BRIDGE)
    await ada.write("And what will it cost next year?")


async def test_an_article_elsewhere_cannot_be_closed(world: World) -> None:
    await add_site(world, paper())
    with pytest.raises(UnknownArticle):
        await close_article(world, "https://elsewhere.example/x")
