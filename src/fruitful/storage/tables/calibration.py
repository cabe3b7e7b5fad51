"""What sites learnt from their moderators, and who put it in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fruitful.storage.tables.base import Base


class SiteCalibrationRow(Base):
    """One calibration of a site, from the day it was applied. What is in force is on the site's
    own row, so that judging a comment takes no further query."""

    __tablename__ = "site_calibrations"
    __table_args__ = (UniqueConstraint("site_id", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("sites.id"))
    version: Mapped[int]
    learnt: Mapped[dict[str, Any]]
    audited: Mapped[dict[str, Any]]
    """How many decisions of moderators each category rests on."""
    applied_by: Mapped[UUID | None] = mapped_column(ForeignKey("moderators.id"))
    """Null where it was applied on the server's command line."""
    applied_at: Mapped[datetime]
    taken_back_by: Mapped[UUID | None] = mapped_column(ForeignKey("moderators.id"))
    taken_back_at: Mapped[datetime | None]
