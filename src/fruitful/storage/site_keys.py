"""Queries on the keys of a site's ways to sign in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.sign_in import SiteKeyKind
from fruitful.storage.tables import SiteKeyRow


async def of_site(connection: AsyncConnection, site_id: UUID) -> Mapping[SiteKeyKind, str]:
    """All keys of the site. Kinds that this version does not know are left out."""
    rows = await connection.execute(
        select(SiteKeyRow.kind, SiteKeyRow.value).where(SiteKeyRow.site_id == site_id)
    )
    known = set(SiteKeyKind)
    return {SiteKeyKind(row.kind): row.value for row in rows if row.kind in known}


async def put(
    connection: AsyncConnection, site_id: UUID, kind: SiteKeyKind, value: str, *, moment: datetime
) -> None:
    """Set a key, in place of an earlier one."""
    row = insert(SiteKeyRow).values(site_id=site_id, kind=kind, value=value, updated_at=moment)
    await connection.execute(
        row.on_conflict_do_update(
            index_elements=[SiteKeyRow.site_id, SiteKeyRow.kind],
            set_={"value": value, "updated_at": moment},
        )
    )


async def remove(connection: AsyncConnection, site_id: UUID, kind: SiteKeyKind) -> None:
    """Forget a key."""
    await connection.execute(
        delete(SiteKeyRow).where(SiteKeyRow.site_id == site_id, SiteKeyRow.kind == kind)
    )
