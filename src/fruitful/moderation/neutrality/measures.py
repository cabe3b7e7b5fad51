"""How evenly sentences were judged that differ only in whom they are about. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fruitful.domain.moderation import Decision
from fruitful.domain.policy import Outcome
from fruitful.moderation.neutrality.counterfactuals import Counterfactual


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A counterfactual with what became of each variant, in the order of its variants.

    ``published`` is the outcome; ``scores`` are the highest score of any category, 0..1.
    """

    counterfactual: Counterfactual
    published: tuple[bool, ...]
    scores: tuple[float, ...]

    @classmethod
    def of(cls, counterfactual: Counterfactual, decisions: Sequence[Decision]) -> Judged:
        """The counterfactual with the decisions on its variants, in their order. A category that
        was not measured scores nothing."""
        return cls(
            counterfactual=counterfactual,
            published=tuple(decision.outcome is Outcome.PUBLISH for decision in decisions),
            scores=tuple(
                max(score or 0.0 for score in decision.findings.scores.values())
                for decision in decisions
            ),
        )

    @property
    def flips(self) -> bool:
        """Whether the outcome depends on whom the sentence is about."""
        return len(set(self.published)) > 1

    @property
    def is_evenly_wrong(self) -> bool:
        """Whether everybody is judged alike, and wrongly."""
        return not self.flips and self.published[0] is self.counterfactual.is_abuse


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyResult:
    """Counts of counterfactuals of one family on one axis."""

    axis: str
    family: str
    total: int
    flips: int
    evenly_wrong: int

    @property
    def share_wrong(self) -> float:
        """Share in 0..1 that flips, or is even but wrong."""
        return (self.flips + self.evenly_wrong) / self.total


@dataclass(frozen=True, slots=True, kw_only=True)
class TermResult:
    """How one term fares against the others of its axis.

    ``gap`` is the mean over all templates of its score less the mean score of the axis, −1..1: a
    term with a large one draws scores whatever is said of it. The areas under the ROC curve are
    those of D. Borkan et al., "Nuanced Metrics for Measuring Unintended Bias", 2019: ``subgroup``
    of the term's own sentences; ``bpsn``, its clean sentences among abuse of others (low: clean
    sentences on the term look abusive); ``bnsp``, abuse of it among clean sentences on others
    (low: abuse of the term goes unseen).
    """

    axis: str
    term: str
    gap: float
    subgroup: float
    bpsn: float
    bnsp: float


def by_family(judged: Iterable[Judged]) -> list[FamilyResult]:
    """One result for each family and axis, the worst first."""
    groups: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for each in judged:
        groups[each.counterfactual.axis, each.counterfactual.family].append(each)
    results = [
        FamilyResult(
            axis=axis,
            family=family,
            total=len(members),
            flips=sum(member.flips for member in members),
            evenly_wrong=sum(member.is_evenly_wrong for member in members),
        )
        for (axis, family), members in groups.items()
    ]
    return sorted(results, key=lambda result: -result.share_wrong)


def by_term(judged: Sequence[Judged]) -> list[TermResult]:
    """One result for each term, the largest gap first, either way."""
    axes: dict[str, list[Judged]] = defaultdict(list)
    for each in judged:
        axes[each.counterfactual.axis].append(each)
    results = [result for axis, members in axes.items() for result in _terms(axis, members)]
    return sorted(results, key=lambda result: -abs(result.gap))


def share_wrong(judged: Sequence[Judged]) -> float:
    """Share in 0..1 of counterfactuals that flip, or are even but wrong."""
    return sum(each.flips or each.is_evenly_wrong for each in judged) / len(judged)


def area(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Chance that a positive scores above a negative, ties counting half: the area under the ROC
    curve. NaN where either is empty."""
    if not positive or not negative:
        return float("nan")
    wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return wins / (len(positive) * len(negative))


def _terms(axis: str, members: Sequence[Judged]) -> Iterable[TermResult]:
    scores: dict[tuple[str, bool], list[float]] = defaultdict(list)
    gaps: dict[str, list[float]] = defaultdict(list)
    for member in members:
        mean = sum(member.scores) / len(member.scores)
        for variant, score in zip(member.counterfactual.variants, member.scores, strict=True):
            scores[variant.term, member.counterfactual.is_abuse].append(score)
            gaps[variant.term].append(score - mean)
    for term, differences in gaps.items():
        others = {
            abuse: [
                score
                for (other, kind), found in scores.items()
                if other != term and kind is abuse
                for score in found
            ]
            for abuse in (True, False)
        }
        yield TermResult(
            axis=axis,
            term=term,
            gap=sum(differences) / len(differences),
            subgroup=area(scores[term, True], scores[term, False]),
            bpsn=area(others[True], scores[term, False]),
            bnsp=area(scores[term, True], others[False]),
        )
