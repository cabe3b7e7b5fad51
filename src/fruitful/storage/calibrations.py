"""Queries on what sites learnt from their moderators."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from fruitful.domain.calibration import CalibrationRecord, Learnt, learnt_from, stored_learnt
from fruitful.domain.policy import Category
from fruitful.storage.tables import ModeratorRow, SiteCalibrationRow, SiteRow


async def lock(connection: AsyncConnection, site_id: UUID) -> None:
    """Let nobody else calibrate the site until the transaction ends."""
    query = select(SiteRow.id).where(SiteRow.id == site_id).with_for_update(key_share=True)
    await connection.execute(query)


async def of_site(connection: AsyncConnection, site_id: UUID) -> tuple[CalibrationRecord, ...]:
    """All calibrations of the site that were ever applied, newest first."""
    applied, taken_back = aliased(ModeratorRow), aliased(ModeratorRow)
    query = (
        select(
            SiteCalibrationRow.id,
            SiteCalibrationRow.learnt,
            SiteCalibrationRow.audited,
            SiteCalibrationRow.applied_at,
            SiteCalibrationRow.taken_back_at,
            applied.name.label("applied_name"),
            taken_back.name.label("taken_back_name"),
        )
        .outerjoin(applied, applied.id == SiteCalibrationRow.applied_by)
        .outerjoin(taken_back, taken_back.id == SiteCalibrationRow.taken_back_by)
        .where(SiteCalibrationRow.site_id == site_id)
        .order_by(SiteCalibrationRow.version.desc())
    )
    found = []
    for row in (await connection.execute(query)).all():
        learnt = learnt_from(row.learnt)
        if learnt is not None:
            found.append(
                CalibrationRecord(
                    id=row.id,
                    site_id=site_id,
                    learnt=learnt,
                    audited={Category(name): count for name, count in row.audited.items()},
                    by=row.applied_name,
                    applied_at=row.applied_at,
                    taken_back_at=row.taken_back_at,
                    taken_back_by=row.taken_back_name,
                )
            )
    return tuple(found)


async def newest_version(connection: AsyncConnection, site_id: UUID) -> int:
    """The number of the site's latest calibration, taken back or not; 0 before the first."""
    newest = func.coalesce(func.max(SiteCalibrationRow.version), 0)
    query = select(newest).where(SiteCalibrationRow.site_id == site_id)
    return int((await connection.execute(query)).scalar_one())


async def add(connection: AsyncConnection, record: CalibrationRecord, by: UUID | None) -> None:
    """Put a calibration on record."""
    await connection.execute(
        insert(SiteCalibrationRow).values(
            id=record.id,
            site_id=record.site_id,
            version=record.learnt.version,
            learnt=stored_learnt(record.learnt),
            audited=dict(record.audited),
            applied_by=by,
            applied_at=record.applied_at,
        )
    )


async def put_in_force(connection: AsyncConnection, site_id: UUID, learnt: Learnt | None) -> None:
    """Judge the site's comments by this from now on; by nothing learnt where it is ``None``."""
    value = null() if learnt is None else stored_learnt(learnt)
    await connection.execute(update(SiteRow).where(SiteRow.id == site_id).values(learnt=value))


async def take_back(
    connection: AsyncConnection, record_id: UUID, by: UUID | None, moment: datetime
) -> None:
    """Note on the record that it was taken back."""
    await connection.execute(
        update(SiteCalibrationRow)
        .where(SiteCalibrationRow.id == record_id)
        .values(taken_back_by=by, taken_back_at=moment)
    )
