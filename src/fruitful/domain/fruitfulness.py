"""How fruitful a comment is, from what readers and newsroom made of it. Pure: no clock, no I/O.

The terms, their sources and their limits are explained in ``docs/explanation/ordering.md``.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from fruitful.domain.policy import Category

PRIOR = (1.0, 4.0)
"""The Beta distribution from which every comment starts: one reader in five respects it."""
Z = 1.28
"""Standard deviations below the mean; nine chances in ten that the true share is higher."""

CHANCE = 0.05
"""What a comment that nobody can have read yet is given, so that it is read at all."""
CHANCE_ENDS = 10.0
"""After so many readers it has had its chance."""
BRIDGING = 0.75
"""How much of its respect a comment loses at most where one viewpoint alone explains it."""
BRIDGING_BEGINS, BRIDGING_FULL = 5, 15
"""Respects from which bridging begins to count, as for Community Notes, and counts in full."""
HEAT = 0.15
"""What a comment loses at most for its own heat."""
REPLY_HEAT = 0.05
"""What it loses at most for that of its answers; little, because others write those."""
CONDUCT = frozenset(Category) - {Category.SPAM, Category.DOXING}
"""The categories whose scores are heat."""
LUKEWARM = 0.2
"""A score up to this is none: the classifier is never quite sure of anything."""
GONE = -1.0
"""The rank of a comment that is no longer there, below all that are."""
PICK = 0.30
"""What a pick of the newsroom adds."""

BURST = timedelta(minutes=10)
"""Accounts made within so long of each other count as a burst."""
RECORD = 5
"""So many published comments make an account count in full, whenever it was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedComment:
    """A published comment as the ranking knows it. ``heat`` is in 0..1, the engine's score."""

    id: UUID
    article_id: UUID
    reader_id: UUID
    parent_id: UUID | None
    created_at: datetime
    heat: float = 0.0
    is_picked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RespectGiven:
    """One reader's respect for one comment."""

    comment_id: UUID
    reader_id: UUID
    given_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A reader whose respect or comment bears on the order."""

    reader_id: UUID
    created_at: datetime
    published_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadFacts:
    """All that bears on the order of one article's thread.

    ``comments`` are the published ones of the article, ``elsewhere`` those of other articles that
    its readers respected; ``respects`` are those for either, and ``accounts`` the readers who wrote
    or gave respect beneath the article.
    """

    article_id: UUID
    comments: tuple[RankedComment, ...]
    elsewhere: tuple[RankedComment, ...]
    respects: tuple[RespectGiven, ...]
    accounts: tuple[Account, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of one comment. ``respects`` and ``readers`` are sums of weights of accounts;
    ``readers`` are those who plausibly saw it, and never fewer than respected it.

    ``shared`` is the share in 0..1 of its respect that no viewpoint explains, ``None`` where too
    little is known; ``respect_count`` counts accounts, whatever they weigh.
    """

    respects: float
    readers: float
    respect_count: int = 0
    shared: float | None = None
    heat: float = 0.0
    reply_heat: float = 0.0
    is_picked: bool = False


def fruitfulness(evidence: Evidence) -> float:
    """The number that orders a thread, highest first; between -0.2 and 1.35."""
    chance = CHANCE * max(0.0, 1.0 - evidence.readers / CHANCE_ENDS)
    heat = HEAT * _bounded(evidence.heat) + REPLY_HEAT * _bounded(evidence.reply_heat)
    picked = PICK if evidence.is_picked else 0.0
    return _support(evidence) + chance + picked - heat


def respect_bound(respects: float, readers: float) -> float:
    """The share of readers who respect a comment that is exceeded with nine chances in ten.

    The posterior is Beta(a + respects, b + readers - respects); its lower bound is taken from its
    exact mean and variance by the normal approximation, and is never below zero. A share, so that
    being early is no advantage: a late comment is measured by those who came after it.
    """
    a, b = PRIOR
    size = readers + a + b
    mean = (respects + a) / size
    return max(0.0, mean - Z * math.sqrt(mean * (1.0 - mean) / (size + 1.0)))


def heat_of(scores: Mapping[Category, float | None]) -> float:
    """How heated a text is, in 0..1: its highest score for how people are treated in it.

    Little scores say nothing; what was not measured counts as none.
    """
    highest = max((scores.get(category) or 0.0 for category in CONDUCT), default=0.0)
    return _bounded((highest - LUKEWARM) / (1.0 - LUKEWARM))


def account_weights(accounts: Sequence[Account]) -> Mapping[UUID, float]:
    """How much each account counts, in 0..1.

    Accounts made within :data:`BURST` of each other count as a crowd. Published comments, which
    cost more than an account does, make up for it.
    """
    made = sorted(account.created_at for account in accounts)
    half = BURST / 2
    weights = {}
    for account in accounts:
        first = bisect_left(made, account.created_at - half)
        k = bisect_right(made, account.created_at + half) - first
        record = min(1.0, account.published_count / RECORD)
        weights[account.reader_id] = max(crowd_weight(k), record)
    return weights


def crowd_weight(size: int) -> float:
    """What one of ``size`` accounts that may be one person's counts for: all of them, 1 + ln size;
    forty like fewer than five."""
    return (1.0 + math.log(size)) / size


def _support(evidence: Evidence) -> float:
    bound = respect_bound(evidence.respects, evidence.readers)
    if evidence.shared is None:
        return bound
    known = (evidence.respect_count - BRIDGING_BEGINS + 1) / (BRIDGING_FULL - BRIDGING_BEGINS + 1)
    return bound * (1.0 - BRIDGING * _bounded(known) * (1.0 - _bounded(evidence.shared)))


def _bounded(value: float) -> float:
    return min(1.0, max(0.0, value))
