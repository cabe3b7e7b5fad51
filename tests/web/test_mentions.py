"""Speaking to somebody by name; and what the real engine says, and does not say, of drafts."""

from __future__ import annotations

from uuid import UUID

import pytest
from starlette.types import ASGIApp

from fruitful.domain.policy import Outcome
from fruitful.services.world import World
from fruitful.storage import comments, mentions
from fruitful.web.app import create_app
from support.newsroom import BRIDGE, canary, open_site
from support.visitors import FAIR, MORE_FAIR, Visitor


@pytest.fixture
async def app(world: World) -> ASGIApp:
    await open_site(world)
    return create_app(world)


async def spoken_to(world: World, comment_id: str) -> set[str]:
    """The names under which the readers wrote whom the comment speaks to."""
    async with world.database.reading() as connection:
        readers = await mentions.mentioned(connection, UUID(comment_id))
        thread = [await comments.by_id(connection, i) for i in await _all(world)]
    return {c.author_name for c in thread if c and c.reader_id in readers}


async def _all(world: World) -> list[UUID]:
    visitor = Visitor(create_app(world))

    def ids(tree: list[dict[str, object]]) -> list[UUID]:
        found: list[UUID] = []
        for comment in tree:
            found.append(UUID(str(comment["id"])))
            replies = comment["replies"]
            assert isinstance(replies, list)
            found += ids(replies)
        return found

    return ids((await visitor.thread())["comments"])


async def test_a_name_after_an_at_leads_to_that_persons_nearest_comment(
    app: ASGIApp, world: World
) -> None:
    ben, cleo = Visitor(app, "Ben Walker"), Visitor(app, "Cleo")
    near = (await ben.write(FAIR)).json()["id"]
    far = (await ben.write(MORE_FAIR[0])).json()["id"]
    asked = (await cleo.reply(near, MORE_FAIR[1])).json()["id"]
    said = (await Visitor(app, "Ida").reply(asked, f"@Ben Walker, {MORE_FAIR[2]}")).json()
    assert f'<a href="#comment-{near}"' in said["html"]
    assert ">@Ben Walker</a>, Does anybody know" in said["html"]
    assert await spoken_to(world, said["id"]) == {"Ben Walker"}
    elsewhere = (await Visitor(app, "Ida").write(f"{MORE_FAIR[3]} @Ben Walker")).json()
    assert f'<a href="#comment-{far}"' in elsewhere["html"]


@pytest.mark.parametrize(
    "text",
    [
        "I read @ben walker with pleasure this morning.",
        "I wrote to post@Ben Walker about it yesterday.",
        "I read @Ben Walkers with pleasure this morning.",
        "Is @Nobody Here going to answer that question?",
        "The command is `@Ben Walker` in this language.",
    ],
)
async def test_whatever_is_not_exactly_a_participants_name_is_only_text(
    app: ASGIApp, world: World, text: str
) -> None:
    await Visitor(app, "Ben Walker").write(FAIR)
    said = (await Visitor(app, "Ida").write(text)).json()
    assert "<a " not in said["html"]


async def test_of_names_that_begin_alike_the_longest_is_meant_and_nobody_mentions_themselves(
    app: ASGIApp, world: World
) -> None:
    await Visitor(app, "Ben").write(FAIR)
    walker = Visitor(app, "Ben Walker")
    theirs = (await walker.write(MORE_FAIR[0])).json()["id"]
    said = (await Visitor(app, "Ida").write(f"@Ben Walker {MORE_FAIR[1]}")).json()
    assert f"#comment-{theirs}" in said["html"]
    assert await spoken_to(world, said["id"]) == {"Ben Walker"}
    own = (await walker.write(f"@Ben Walker {MORE_FAIR[2]}")).json()
    assert await spoken_to(world, own["id"]) == set()


async def test_a_writer_cannot_make_a_link_into_the_page_by_hand(app: ASGIApp) -> None:
    written = (await Visitor(app, "Ben Walker").write(FAIR)).json()["id"]
    forged = f"[Read this](#comment-{written}) and [that](#fruitful-heading), please."
    said = (await Visitor(app, "Ida").write(forged)).json()
    assert "href" not in said["html"]


async def test_a_mention_leads_to_the_comment_from_the_page_without_javascript_too(
    app: ASGIApp,
) -> None:
    theirs = (await Visitor(app, "Ben Walker").write(FAIR)).json()["id"]
    ida = Visitor(app, "Ida")
    await ida.write(f"@Ben Walker {MORE_FAIR[1]}")
    article = (await ida.thread())["article"]["id"]
    page = (await ida.get(f"/threads/{article}")).text
    assert f'<a href="/comments/{theirs}"' in page


async def test_no_canary_sings_before_a_comment_is_posted(app: ASGIApp, world: World) -> None:
    for outcome in (Outcome.HOLD, Outcome.RETURN, Outcome.REJECT):
        body = {"article_url": BRIDGE, "text": f"{FAIR} {canary(world, outcome)}"}
        answer = (await Visitor(app).request("POST", "/api/v1/drafts/check", json=body)).json()
        assert (answer["outcome"], answer["reasons"], answer["token"]) == ("publish", [], None)


async def test_a_preview_masks_ones_own_contact_details_as_the_comment_would(
    app: ASGIApp,
) -> None:
    body = {"article_url": BRIDGE, "text": "Write to me at ada.quill@mail.example, please."}
    answer = (await Visitor(app).request("POST", "/api/v1/drafts/check", json=body)).json()
    assert "ada.quill" not in answer["html"]
    assert "Write to me at" in answer["html"]
