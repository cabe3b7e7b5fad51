"""The tables, typed. They are used with explicit queries only: there are no relationships."""

from fruitful.storage.tables.base import Base
from fruitful.storage.tables.conversation import (
    ArticleRow,
    CommentRow,
    IdempotencyRow,
    RateRow,
    ReaderRow,
    RespectRow,
    RevisionRow,
    SiteRow,
)
from fruitful.storage.tables.moderation import (
    DecisionRow,
    NoticeRow,
    ReasonRow,
    ReportRow,
    SignalRow,
)
from fruitful.storage.tables.newsroom import (
    ActionRow,
    ModeratorRow,
    SessionRow,
)

__all__ = [
    "ActionRow",
    "ArticleRow",
    "Base",
    "CommentRow",
    "DecisionRow",
    "IdempotencyRow",
    "ModeratorRow",
    "NoticeRow",
    "RateRow",
    "ReaderRow",
    "ReasonRow",
    "ReportRow",
    "RespectRow",
    "RevisionRow",
    "SessionRow",
    "SignalRow",
    "SiteRow",
]
