"""How a thread was ordered before, for those who are still reading it in that order."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from fruitful.storage.tables.base import Base


class FormerOrderRow(Base):
    """The roots of an article, most fruitful first, as they stood until ``replaced_at``.

    Who reads the second page then goes on in the order of the first one.
    """

    __tablename__ = "former_orders"
    __table_args__ = (Index("ix_former_orders_replaced_at", "replaced_at"),)

    article_id: Mapped[UUID] = mapped_column(ForeignKey("articles.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    root_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    replaced_at: Mapped[datetime]
