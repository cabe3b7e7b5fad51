"""How fruitful each comment of one thread is. Pure: from facts to numbers."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from uuid import UUID

import numpy as np

from fruitful.domain.fruitfulness import (
    BRIDGING_BEGINS,
    Evidence,
    RankedComment,
    ThreadFacts,
    account_weights,
    crowd_weight,
    fruitfulness,
)
from fruitful.services.bridging import Matrix, shared_respect

UNRESPECTED = 0.25
"""How much is believed of a cell without respect: who did not press may not have read."""
MOST_READERS = 1_000
MOST_COMMENTS = 400
"""The matrix is bounded; those with most respect in it are kept."""
ALIKE, ALIKE_BEGINS = 0.8, 5
"""Cosine between what two readers respected, and how many respects it takes, from which they count
as people who always respect the same."""
HOT_REPLIERS = 3
"""Answers by fewer people than this say nothing about a comment."""


def ranked(facts: ThreadFacts) -> Mapping[UUID, float]:
    """The fruitfulness of every comment of the thread."""
    table = _table(facts)
    alike = _alike(table)
    weights = {
        reader_id: min(weight, alike.get(reader_id, 1.0))
        for reader_id, weight in account_weights(facts.accounts).items()
    }
    by_comment = _respecting(facts)
    readers = _readers_since(facts, weights)
    shared = _shared(facts, table, weights)
    hot = _reply_heat(facts.comments)
    scores = {}
    for comment in facts.comments:
        respecting = by_comment[comment.id]
        respects = sum(weights[reader_id] for reader_id in respecting)
        evidence = Evidence(
            respects=respects,
            readers=max(readers[comment.id], respects),
            respect_count=len(respecting),
            shared=shared.get(comment.id),
            heat=comment.heat,
            reply_heat=hot.get(comment.id, 0.0),
            is_picked=comment.is_picked,
        )
        scores[comment.id] = fruitfulness(evidence)
    return scores


def _respecting(facts: ThreadFacts) -> Mapping[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for respect in facts.respects:
        found[respect.comment_id].append(respect.reader_id)
    return found


def _readers_since(facts: ThreadFacts, weights: Mapping[UUID, float]) -> Mapping[UUID, float]:
    """For each comment the weight of those who were active in the thread since it appeared, its
    writer left out: the best guess at who saw it, since nobody's reading is recorded."""
    last = _last_seen(facts)
    ordered = sorted((moment, reader_id) for reader_id, moment in last.items())
    moments = [moment for moment, _ in ordered]
    backwards = accumulate((weights[reader_id] for _, reader_id in reversed(ordered)), initial=0.0)
    since = list(backwards)[::-1]
    return {
        comment.id: since[bisect_left(moments, comment.created_at)] - weights[comment.reader_id]
        for comment in facts.comments
    }


def _last_seen(facts: ThreadFacts) -> dict[UUID, datetime]:
    here = {comment.id for comment in facts.comments}
    deeds = [(comment.reader_id, comment.created_at) for comment in facts.comments]
    deeds += [(r.reader_id, r.given_at) for r in facts.respects if r.comment_id in here]
    return _latest(deeds)


def _latest(deeds: Iterable[tuple[UUID, datetime]]) -> dict[UUID, datetime]:
    last: dict[UUID, datetime] = {}
    for reader_id, moment in deeds:
        last[reader_id] = max(moment, last.get(reader_id, moment))
    return last


def _reply_heat(comments: Iterable[RankedComment]) -> Mapping[UUID, float]:
    """The mean heat of the direct answers, one for each other reader: the hottest of theirs."""
    writers = {comment.id: comment.reader_id for comment in comments}
    hottest: dict[UUID, dict[UUID, float]] = defaultdict(dict)
    for answer in comments:
        if answer.parent_id in writers and answer.reader_id != writers[answer.parent_id]:
            said = hottest[answer.parent_id]
            said[answer.reader_id] = max(answer.heat, said.get(answer.reader_id, 0.0))
    return {
        parent_id: sum(said.values()) / len(said)
        for parent_id, said in hottest.items()
        if len(said) >= HOT_REPLIERS
    }


@dataclass(frozen=True, slots=True)
class _Table:
    """Who respected what: a row a reader, a column a comment; ``seen`` where they may have read."""

    readers: tuple[UUID, ...]
    comments: tuple[RankedComment, ...]
    votes: Matrix
    seen: Matrix


def _table(facts: ThreadFacts) -> _Table:
    """Of what was respected more than once, as the rest tells nothing about who agrees."""
    counts = Counter(respect.comment_id for respect in facts.respects)
    given: dict[UUID, dict[UUID, datetime]] = defaultdict(dict)
    for respect in facts.respects:
        given[respect.reader_id][respect.comment_id] = respect.given_at
    everything = (*facts.comments, *facts.elsewhere)
    articles = {comment.id: comment.article_id for comment in everything}
    known = sorted((c for c in everything if counts[c.id] > 1), key=lambda c: (-counts[c.id], c.id))
    comments = tuple(known[:MOST_COMMENTS])
    readers = tuple(sorted(given, key=lambda r: (-len(given[r]), r))[:MOST_READERS])
    table = _Table(
        readers=readers,
        comments=comments,
        votes=np.zeros((len(readers), len(comments))),
        seen=np.zeros((len(readers), len(comments))),
    )
    for row, reader_id in enumerate(readers):
        votes = given[reader_id]
        last = _latest((articles[comment_id], moment) for comment_id, moment in votes.items())
        for column, comment in enumerate(comments):
            until = last.get(comment.article_id, comment.created_at)
            was_there = comment.article_id in last and comment.created_at <= until
            table.votes[row, column] = comment.id in votes
            table.seen[row, column] = was_there and comment.reader_id != reader_id
    return table


def _alike(table: _Table) -> Mapping[UUID, float]:
    """What a reader counts for, of all those who respect almost the same throughout."""
    sizes = table.votes.sum(axis=1)
    lengths = np.sqrt(np.maximum(sizes, 1.0))
    cosines = (table.votes @ table.votes.T) / np.outer(lengths, lengths)
    telling = sizes >= ALIKE_BEGINS
    together = ((cosines >= ALIKE) & telling & telling[:, None]).sum(axis=1)
    crowds = np.maximum(together, 1)
    return dict(zip(table.readers, (crowd_weight(int(crowd)) for crowd in crowds), strict=True))


def _shared(
    facts: ThreadFacts, table: _Table, weights: Mapping[UUID, float]
) -> Mapping[UUID, float]:
    """What no viewpoint explains, for the comments with enough respect to tell."""
    counts = Counter(respect.comment_id for respect in facts.respects)
    columns = [
        column
        for column, comment in enumerate(table.comments)
        if comment.article_id == facts.article_id and counts[comment.id] >= BRIDGING_BEGINS
    ]
    if not columns:
        return {}
    believed = np.where(table.votes > 0, 1.0, UNRESPECTED * table.seen)
    believed *= np.array([weights.get(reader_id, 1.0) for reader_id in table.readers])[:, None]
    shares = shared_respect(table.votes, believed)
    return {table.comments[column].id: float(shares[column]) for column in columns}
