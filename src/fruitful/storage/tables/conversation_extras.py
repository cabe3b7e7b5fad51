"""Who is spoken to in a comment, and how often a word before posting helped."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from fruitful.storage.tables.base import Base


class MentionRow(Base):
    """A comment speaks to a reader by name. It holds whatever became of the comment."""

    __tablename__ = "mentions"

    comment_id: Mapped[UUID] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    reader_id: Mapped[UUID] = mapped_column(
        ForeignKey("readers.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class NudgeRow(Base):
    """What came of the notes that drafts were shown on one day (UTC). Numbers only."""

    __tablename__ = "nudges"

    site_id: Mapped[UUID] = mapped_column(
        ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    shown: Mapped[int] = mapped_column(server_default="0")
    mended: Mapped[int] = mapped_column(server_default="0")
    posted_anyway: Mapped[int] = mapped_column(server_default="0")
