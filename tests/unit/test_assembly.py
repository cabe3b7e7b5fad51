from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fruitful.domain.moderation import Submission
from fruitful.domain.policy import Category, Outcome
from fruitful.moderation.assembly import build_engine
from fruitful.moderation.house_rules import load_default
from fruitful.moderation.pipeline import Engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The whole engine, its classifier's folder empty."""
    assembled = build_engine(classifier_dir=tmp_path_factory.mktemp("empty"), deadline_seconds=30)
    yield assembled
    assembled.close()


async def test_without_its_model_file_the_engine_works_and_holds_everything(
    engine: Engine,
) -> None:
    decision = await engine.judge(Submission(text="What a thoughtful piece."), load_default())
    assert decision.outcome is Outcome.HOLD
    assert [(m.detector, m.cause) for m in decision.findings.missing] == [
        ("classifier", "model_absent")
    ]
    assert decision.findings.scores[Category.VIOLENCE] is None
    assert decision.findings.scores[Category.SPAM] is not None


def test_every_category_is_measured_by_some_detector(engine: Engine) -> None:
    measured = frozenset[Category]().union(*(d.categories for d in engine.detectors))
    assert measured == set(Category)


def test_the_record_names_the_artefacts_in_force(engine: Engine) -> None:
    assert engine.model.startswith("classifier absent, spam ")
    assert "lexicon " in engine.model


def test_another_folder_that_does_not_exist_does_not_stop_the_engine(tmp_path: Path) -> None:
    engine = build_engine(classifier_dir=tmp_path / "nowhere")
    engine.close()
    assert "classifier absent" in engine.model
