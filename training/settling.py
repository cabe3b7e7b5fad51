"""Choose how much the fast stage may settle, and measure what that costs. Chosen on the
calibration part, measured on the reporting part, both through the detector's own conditions."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import beta
from sklearn.metrics import roc_auc_score

from fruitful.domain.moderation import Submission
from fruitful.domain.policy import Category
from fruitful.moderation.classifier.artefact import Artefact, load_artefact
from fruitful.moderation.classifier.fast import FastStage, Weights
from fruitful.moderation.classifier.scoring import Classifier
from fruitful.moderation.detectors.classifier import views_of
from fruitful.moderation.detectors.plainness import is_plainly_written
from fruitful.moderation.document import Document
from fruitful.moderation.house_rules import load_default
from training.development import Scored
from training.heads import CATEGORY_HEADS, HEADS

MOST_MISSED = 0.003
"""Of the texts that the encoder holds, the share that may be settled in the calibration part, of
all sources and of the natural ones: below the 0.5 % that is promised, since chance moves it."""
MOST_AUC_LOST = 0.002
"""By head: over all sources, over the natural ones, and as the mean of the sources. A bound rather
than a choice, hence in both parts."""
NATURAL = ("jigsaw_natural", "toxic_spans", "fox", "reddit_incivility")
"""Sources of comments as people write them; the others were collected for their abuse."""
FEWEST_PIECES, MOST_PIECES = 6, 512
_CANDIDATES = 48
_FEWEST = 100
"""Rows of either class from which an AUC says something of a few texts settled or not."""


@dataclass(frozen=True, slots=True)
class Estimated:
    """The fast stage's estimates. ``logits`` has shape (texts, heads); ``suspicion`` is infinite
    where a text goes to the encoder always; ``held`` says what the encoder would hold."""

    scored: Scored
    logits: np.ndarray
    suspicion: np.ndarray
    held: np.ndarray

    def settled(self, margin: float) -> np.ndarray:
        """Which texts are settled at this margin."""
        return np.asarray(self.suspicion < -margin)

    def likeness(self, margin: float) -> tuple[np.ndarray, np.ndarray]:
        """Slope and offset of each head: the encoder's logit by the estimate, least squares over
        the texts of the calibration part that are settled."""
        rows = self.settled(margin) & self.scored.for_calibration
        encoder = self.scored.logits[rows]
        fits = [
            np.polyfit(self.logits[rows, column], encoder[:, column], 1)
            for column in range(len(HEADS))
        ]
        # A head on which settled texts do not differ at all must not turn their order round.
        slopes = np.maximum([fit[0] for fit in fits], 0.0)
        offsets = encoder.mean(axis=0) - slopes * self.logits[rows].mean(axis=0)
        return slopes, offsets

    def mixed(self, margin: float) -> Scored:
        """What both stages together give."""
        slopes, offsets = self.likeness(margin)
        scores = 1 / (1 + np.exp(-np.clip(slopes * self.logits + offsets, -60, 60)))
        settled = self.settled(margin)[:, None]
        return replace(self.scored, scores=np.where(settled, scores, self.scored.scores))


def stage_of(weights: Weights, artefact: Artefact, *, margin: float) -> FastStage:
    """A stage for the thresholds of the manifest or of the default rules, whichever are lower."""
    manifest = artefact.manifest
    rules = load_default().rules
    hold_at = {}
    for head in CATEGORY_HEADS:
        limits = (manifest.thresholds[head][0], rules[Category(head)].hold_at)
        hold_at[Category(head)] = min(limit for limit in limits if limit is not None)
    return FastStage(
        weights=weights,
        heads=manifest.heads,
        hold_at=hold_at,
        columns={Category(head): manifest.heads.index(head) for head in CATEGORY_HEADS},
        margin=margin,
        slopes=np.ones(len(HEADS), dtype=np.float32),
        offsets=np.zeros(len(HEADS), dtype=np.float32),
        fewest_pieces=FEWEST_PIECES,
        most_pieces=MOST_PIECES,
        unknown_piece=Classifier(artefact).unknown_piece,
    )


def entry(
    stage: FastStage, estimated: Estimated, margin: float, measured: Mapping[str, Any]
) -> dict[str, Any]:
    """What the manifest says of the stage."""
    slopes, offsets = estimated.likeness(margin)
    return {
        "categories": {
            category.value: {"head": category.value, "hold_at": at}
            for category, at in stage.hold_at.items()
        },
        "margin": margin,
        "scores": {
            head: {"slope": round(float(slope), 5), "offset": round(float(offset), 5)}
            for head, slope, offset in zip(HEADS, slopes, offsets, strict=True)
        },
        "fewest_pieces": stage.fewest_pieces,
        "most_pieces": stage.most_pieces,
        "unknown_piece": stage.unknown_piece,
        "measured": measured,
    }


def estimate(scored: Scored, stage: FastStage, artefact: Artefact) -> Estimated:
    """Estimate every development text; ``scored`` holds the encoder's calibrated scores."""
    classifier = Classifier(artefact)
    logits = np.zeros(scored.scores.shape)
    suspicion = np.full(len(scored.examples), np.inf)
    for place, example in enumerate(scored.examples):
        ids = _eligible(example.text, stage, classifier)
        if ids is not None:
            logits[place] = stage.weights.logits(ids)
            suspicion[place] = stage.suspicion(logits[place])
    held = np.zeros(len(scored.examples), dtype=bool)
    for category, at in stage.hold_at.items():
        held |= scored.scores[:, scored.column(category.value)] >= at
    return Estimated(scored, logits, suspicion, held)


def _eligible(text: str, stage: FastStage, classifier: Classifier) -> list[int] | None:
    document = Document(Submission(text=text), load_default())
    views = views_of(document)
    if len(views) > 1 or not is_plainly_written(document):
        return None
    ids = classifier.pieces(views[0].prepared)
    return ids if stage.may_settle(ids) else None


def choose_margin(estimated: Estimated) -> float:
    """The least margin that keeps misses within bounds in the calibration part, ranking in both.

    Raises :class:`SystemExit` where none does: then there is no fast stage to publish."""
    part = estimated.scored.for_calibration
    alone = [(rows, ranking(estimated.scored, rows)) for rows in (part, ~part)]
    for margin in _margins(estimated):
        if max(_miss_rates(estimated, margin, part)) > MOST_MISSED:
            continue
        both = estimated.mixed(margin)
        if all(_auc_lost(before, ranking(both, rows)) <= MOST_AUC_LOST for rows, before in alone):
            return margin
    raise SystemExit("no margin keeps the fast stage within its bounds")


def _auc_lost(
    before: Mapping[tuple[str, str], float], after: Mapping[tuple[str, str], float]
) -> float:
    return max(before[key] - after[key] for key in before)


def _margins(estimated: Estimated) -> Iterator[float]:
    """Candidates, the most generous first."""
    rows = estimated.scored.for_calibration & np.isfinite(estimated.suspicion)
    for share in np.linspace(0.99, 0.02, _CANDIDATES):
        yield round(-float(np.quantile(estimated.suspicion[rows], share)), 4)


def _miss_rates(estimated: Estimated, margin: float, rows: np.ndarray) -> list[float]:
    missed = estimated.settled(margin)
    natural = np.isin(estimated.scored.sources, NATURAL)
    held = estimated.held & rows
    return [float(missed[held & mine].mean()) for mine in (np.ones_like(held), natural)]


def ranking(scored: Scored, rows: np.ndarray) -> dict[tuple[str, str], float]:
    """AUC by head: over all rows, over the natural ones, and the mean over the sources."""
    found: dict[tuple[str, str], float] = {}
    natural = rows & np.isin(scored.sources, NATURAL)
    for head in HEADS:
        groups = {"all sources": rows, "natural comments": natural}
        found |= {
            (head, name): area
            for name, mine in groups.items()
            if (area := _area(scored, head, mine)) is not None
        }
        if areas := [area for _, area in by_source(scored, head, rows)]:
            found[head, "mean of the sources"] = float(np.mean(areas))
    return found


def by_source(scored: Scored, head: str, rows: np.ndarray) -> Iterator[tuple[str, float]]:
    """AUC of a head in each source that has enough rows of either class."""
    for source in sorted(set(scored.sources)):
        area = _area(scored, head, rows & (scored.sources == source))
        if area is not None:
            yield str(source), area


def _area(scored: Scored, head: str, rows: np.ndarray) -> float | None:
    column = scored.column(head)
    known = rows & ~np.isnan(scored.labels[:, column])
    positive = scored.labels[known, column] >= 0.5
    if min(positive.sum(), (~positive).sum()) < _FEWEST:
        return None
    return float(roc_auc_score(positive, scored.scores[known, column]))


def measure(estimated: Estimated, margin: float) -> dict[str, Any]:
    """The reporting part: texts settled, held texts missed with 95 % intervals, change of AUC."""
    report = ~estimated.scored.for_calibration
    sources = estimated.scored.sources
    settled = estimated.settled(margin)
    groups = {name: report & (sources == name) for name in sorted(set(sources))}
    groups |= {"natural": report & np.isin(sources, NATURAL), "all": report}
    before, after = ranking(estimated.scored, report), ranking(estimated.mixed(margin), report)
    return {
        "settled": {name: _settled(rows, settled, estimated.held) for name, rows in groups.items()},
        "missed": {
            name: _missed(int((settled & estimated.held & rows).sum()), held)
            for name, rows in groups.items()
            if (held := int((estimated.held & rows).sum()))
        },
        "auc": [
            {
                "head": head,
                "over": over,
                "before": round(before[head, over], 5),
                "after": round(after[head, over], 5),
            }
            for head, over in before
        ],
        "worst_source": _worst_source(estimated, margin, report),
        "curve": list(_curve(estimated, report)),
    }


def _settled(rows: np.ndarray, settled: np.ndarray, held: np.ndarray) -> dict[str, Any]:
    clean = rows & ~held
    return {
        "texts": int(rows.sum()),
        "share": round(float(settled[rows].mean()), 4),
        "share_of_published": round(float(settled[clean].mean()), 4) if clean.any() else 0.0,
    }


def _missed(missed: int, held: int) -> dict[str, Any]:
    """With the exact interval (C. Clopper, E. Pearson 1934)."""
    low = beta.ppf(0.025, missed, held - missed + 1) if missed else 0.0
    high = beta.ppf(0.975, missed + 1, held - missed) if missed < held else 1.0
    return {
        "held": held,
        "settled": missed,
        "share": round(missed / held, 5),
        "low": round(float(low), 5),
        "high": round(float(high), 5),
    }


def _worst_source(estimated: Estimated, margin: float, rows: np.ndarray) -> dict[str, Any]:
    """The head and the single source whose ranking suffers most."""
    changes = {}
    for head in HEADS:
        before = dict(by_source(estimated.scored, head, rows))
        after = dict(by_source(estimated.mixed(margin), head, rows))
        changes |= {(head, source): after[source] - before[source] for source in before}
    head, source = min(changes, key=lambda key: changes[key])
    return {"head": head, "source": source, "change": round(changes[head, source], 5)}


def _curve(estimated: Estimated, rows: np.ndarray) -> Iterator[dict[str, float]]:
    natural = rows & np.isin(estimated.scored.sources, NATURAL) & ~estimated.held
    for margin in _margins(estimated):
        everywhere, naturally = _miss_rates(estimated, margin, rows)
        yield {
            "margin": margin,
            "settled": round(float(estimated.settled(margin)[natural].mean()), 4),
            "missed": round(everywhere, 5),
            "missed_natural": round(naturally, 5),
        }


def processor_milliseconds(estimated: Estimated, folder: Path, most: int = 600) -> dict[str, float]:
    """Processor time of the whole first stage for a text, its conditions included."""
    artefact = load_artefact(folder)
    stage = artefact.fast
    if stage is None:
        raise SystemExit(f"the fast stage just written cannot be used: {artefact.fast_problem}")
    classifier = Classifier(artefact)
    natural = np.flatnonzero(estimated.scored.sources == "jigsaw_natural")[:most]
    busy = []
    for place in natural:
        document = Document(Submission(text=estimated.scored.examples[place].text), load_default())
        started = time.process_time()
        views = views_of(document)
        if len(views) == 1 and is_plainly_written(document):
            stage.settle(classifier.pieces(views[0].prepared))
        busy.append((time.process_time() - started) * 1000)
    p50, p95 = np.percentile(busy, [50, 95])
    return {"p50": round(float(p50), 2), "p95": round(float(p95), 2)}
