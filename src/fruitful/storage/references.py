"""Where readers stand in other tables, from the tables themselves."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Column, Table

from fruitful.storage.tables import Base, ReaderRow


def references_to_readers() -> Iterator[tuple[Table, Column[UUID]]]:
    """Every column that refers to a reader, with its table; those of tables that come later too."""
    target = ReaderRow.__table__.c.id
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column is target for key in column.foreign_keys):
                yield table, column
