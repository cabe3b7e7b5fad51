"""Passkeys: public keys whose other half never leaves the reader's device."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from fruitful.storage.tables.base import Base


class PasskeyRow(Base):
    """One passkey of a reader."""

    __tablename__ = "passkeys"

    credential_id: Mapped[bytes] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("sites.id"))
    subject: Mapped[str]
    """By which `reader_identities` knows the reader; the device keeps it as the user handle."""
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
