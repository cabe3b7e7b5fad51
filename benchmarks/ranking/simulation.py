"""A town of two camps that reads, respects and disagrees; deterministic, and made up."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from fruitful.domain.fruitfulness import (
    Account,
    RankedComment,
    RespectGiven,
    ThreadFacts,
)
from fruitful.services.ordering import ranked

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
LEANINGS = ("east", "west")
READERS_A_CAMP = 60
ARTICLES = 6
SIDES = ("east",) * 6 + ("west",) * 6 + ("both",) * 6
"""Whom the comments beneath each article please."""

READS = 0.5
RESPECTS_OWN, RESPECTS_OTHER, RESPECTS_SHARED = 0.4, 0.03, 0.2


@dataclass
class Town:
    """What everybody wrote and respected. The last article's thread is the one that is ranked."""

    seed: int
    comments: list[RankedComment] = field(default_factory=list)
    sides: dict[UUID, str] = field(default_factory=dict)
    respects: list[RespectGiven] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    leanings: dict[UUID, str] = field(default_factory=dict)
    articles: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chance = Random(self.seed)
        self._given: set[tuple[UUID, UUID]] = set()
        self.articles = [self._id() for _ in range(ARTICLES)]
        for number in range(2 * READERS_A_CAMP):
            self.settle(LEANINGS[number % 2], START - timedelta(days=number + 1))
        for article_id in self.articles:
            for side in SIDES:
                self._write(article_id, side)
        for reader_id in list(self.leanings):
            self.live(reader_id)

    @property
    def target(self) -> RankedComment:
        """A comment of the thread that pleases the east camp alone."""
        thread = [c for c in self.comments if c.article_id == self.articles[-1]]
        return next(comment for comment in thread if self.sides[comment.id] == "east")

    def settle(self, leaning: str, moment: datetime) -> UUID:
        """A new account of this leaning, made at this moment."""
        reader_id = self._id()
        self.leanings[reader_id] = leaning
        self.accounts.append(Account(reader_id=reader_id, created_at=moment, published_count=0))
        return reader_id

    def live(self, reader_id: UUID) -> None:
        """Read everything as an ordinary reader does, and respect some of it."""
        for comment in self.comments:
            if self._chance.random() < READS * self._likes(reader_id, comment):
                self.respect(reader_id, comment)

    def respect(self, reader_id: UUID, comment: RankedComment) -> None:
        """Give respect, once."""
        if (reader_id, comment.id) in self._given:
            return
        self._given.add((reader_id, comment.id))
        late = comment.created_at + timedelta(hours=12, seconds=self._chance.randrange(3600))
        self.respects.append(
            RespectGiven(comment_id=comment.id, reader_id=reader_id, given_at=late)
        )

    def scores(self) -> dict[UUID, float]:
        """The fruitfulness of the comments of the last article."""
        here = tuple(c for c in self.comments if c.article_id == self.articles[-1])
        facts = ThreadFacts(
            article_id=self.articles[-1],
            comments=here,
            elsewhere=tuple(c for c in self.comments if c.article_id != self.articles[-1]),
            respects=tuple(self.respects),
            accounts=tuple(self.accounts),
        )
        return dict(ranked(facts))

    def place(self) -> tuple[float, int]:
        """The target's fruitfulness, and its place in the thread, counted from 1."""
        scores = self.scores()
        mine = scores[self.target.id]
        return mine, 1 + sum(score > mine for score in scores.values())

    def _likes(self, reader_id: UUID, comment: RankedComment) -> float:
        side = self.sides[comment.id]
        if side == "both":
            return RESPECTS_SHARED
        return RESPECTS_OWN if side == self.leanings[reader_id] else RESPECTS_OTHER

    def _write(self, article_id: UUID, side: str) -> None:
        number = len(self.comments)
        comment = RankedComment(
            id=self._id(),
            article_id=article_id,
            reader_id=self.accounts[number % len(self.accounts)].reader_id,
            parent_id=None,
            created_at=START + timedelta(minutes=7 * number),
        )
        self.comments.append(comment)
        self.sides[comment.id] = side

    def _id(self) -> UUID:
        return UUID(int=self._chance.getrandbits(128))


def with_block(town: Town, size: int) -> None:
    """``size`` accounts, made months apart, that respect the same comments throughout: all that
    pleases the east camp beneath two articles, and the target."""
    favoured = [
        c for c in town.comments if town.sides[c.id] == "east" and c.article_id in town.articles[:2]
    ]
    for number in range(size):
        reader_id = town.settle("east", START - timedelta(days=200 + number))
        for comment in (*favoured, town.target):
            town.respect(reader_id, comment)


def with_mixed(town: Town, size: int) -> None:
    """``size`` accounts of either leaning, made months apart, that live like all others and respect
    the target too."""
    for number in range(size):
        reader_id = town.settle(LEANINGS[number % 2], START - timedelta(days=200 + number))
        town.live(reader_id)
        town.respect(reader_id, town.target)


def with_burst(town: Town, size: int) -> None:
    """As :func:`with_mixed`, but all accounts were made in the same five minutes."""
    before = len(town.accounts)
    with_mixed(town, size)
    moment = START - timedelta(days=1)
    town.accounts[before:] = [
        replace(account, created_at=moment + timedelta(seconds=5 * number))
        for number, account in enumerate(town.accounts[before:])
    ]
