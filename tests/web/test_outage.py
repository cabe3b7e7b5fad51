"""When things fail: nothing is lost, nothing is published unchecked, and it mends itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fruitful.domain.policy import Category
from fruitful.moderation.assembly import build_engine
from fruitful.moderation.document import Detection, Detector, Document
from fruitful.moderation.pipeline import Engine
from fruitful.services.world import World
from fruitful.storage.database import Database
from fruitful.storage.embedded import EmbeddedPostgres
from fruitful.storage.migrate import upgrade
from fruitful.web.app import create_app
from support.newsroom import BRIDGE, open_site
from support.postgres import UNSAFE_BUT_FAST
from support.visitors import FAIR, MORE_FAIR, Visitor


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server of this test's own, which it may take away."""
    server = EmbeddedPostgres(tmp_path, database="fruitful", settings=UNSAFE_BUT_FAST)
    upgrade(server.start())
    yield server
    server.stop()


@pytest.fixture
async def mortal_world(postgres: EmbeddedPostgres, world: World) -> AsyncIterator[World]:
    database = Database(postgres.cluster.url("fruitful"))
    yield replace(world, database=database)
    await database.dispose()


async def test_a_database_outage_answers_503_keeps_nothing_half_and_mends_itself(
    postgres: EmbeddedPostgres, mortal_world: World
) -> None:
    """The server's part in keeping the draft: it says so at once, and the retry does not double."""
    await open_site(mortal_world)
    ada = Visitor(create_app(mortal_world))
    assert (await ada.write(MORE_FAIR[0])).status_code == 201
    before = await ada.own(), await ada.thread()

    await asyncio.to_thread(postgres.stop)
    for _ in range(3):
        refused = await asyncio.wait_for(ada.write(FAIR, key="draft-1"), 5)
        assert (refused.status_code, refused.json()["code"]) == (503, "storage_unavailable")
        assert int(refused.headers["retry-after"]) >= 1
    reading = await ada.get("/api/v1/threads", params={"article_url": BRIDGE})
    assert (reading.status_code, reading.json()["code"]) == (503, "storage_unavailable")
    assert (await ada.get("/healthz")).status_code == 200
    unready = await ada.get("/readyz")
    assert unready.status_code == 503
    assert unready.json()["checks"]["database"] == "unreachable"

    await asyncio.to_thread(postgres.start)
    assert (await ada.own(), await ada.thread()) == before
    accepted = await ada.write(FAIR, key="draft-1")
    assert accepted.status_code == 201
    again = await ada.write(FAIR, key="draft-1")
    assert again.json()["id"] == accepted.json()["id"]
    assert (await ada.get("/readyz")).status_code == 200


class Broken:
    """A detector that fails as its name says, in place of a sound one."""

    def __init__(self, sound: Detector) -> None:
        self.name = sound.name
        self.categories: frozenset[Category] = sound.categories

    def detect(self, document: Document) -> Detection:
        """Fail."""
        raise ZeroDivisionError(document.text)


async def test_each_detector_failing_in_turn_holds_the_comment(
    world: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    await open_site(world)
    for index, failing in enumerate(world.engine.detectors):
        detectors = [Broken(d) if d is failing else d for d in world.engine.detectors]
        engine = Engine(detectors, model="test")
        ada = Visitor(create_app(replace(world, engine=engine)))
        answer = await ada.write(MORE_FAIR[index])
        engine.close()
        assert answer.status_code == 201, failing.name
        assert answer.json()["status"] == "held", failing.name
        causes = {(r["detector"], r["evidence"]) for r in answer.json()["reasons"]}
        assert (failing.name, "missing:failed") in causes
        exposed = (await ada.get("/metrics")).text
        count = f'fruitful_detector_missing_total{{cause="failed",detector="{failing.name}"}} 1.0'
        assert count in exposed
    logged = caplog.text + capsys.readouterr().out
    assert not [text for text in MORE_FAIR if text in logged]
    assert (await ada.thread())["total"] == 0


async def test_without_its_model_file_the_server_serves_says_so_and_holds_everything(
    world: World, tmp_path: Path
) -> None:
    await open_site(world)
    engine = build_engine(classifier_dir=tmp_path)
    ada = Visitor(create_app(replace(world, engine=engine)))
    ready = await ada.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["status"] == "degraded"
    assert ready.json()["holds_everything"] is True
    assert "classifier:model_absent" in ready.json()["checks"]["detectors"]
    answer = await ada.write(FAIR)
    engine.close()
    assert (answer.status_code, answer.json()["status"]) == (201, "held")
    assert "missing:model_absent" in {r["evidence"] for r in answer.json()["reasons"]}
    assert (await ada.thread())["total"] == 0


async def test_an_error_that_nobody_foresaw_tells_nothing_to_reader_or_log(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    await open_site(world)

    class Bug(Exception):
        """Quotes a reader, as exceptions of drivers do."""

    def broken_clock() -> object:
        raise Bug(FAIR)

    ada = Visitor(create_app(replace(world, clock=broken_clock)))  # type: ignore[arg-type]
    answer = await ada.write(FAIR)
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert answer.headers["x-request-id"]
    assert FAIR not in answer.text
    logged = capsys.readouterr().out
    assert "Bug" in logged
    assert FAIR not in logged
