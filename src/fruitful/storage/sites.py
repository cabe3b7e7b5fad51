"""Queries on sites."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.calibration import learnt_from
from fruitful.domain.conversation import Site
from fruitful.domain.site_options import SiteOptions, options_from, stored_options
from fruitful.storage.tables import SiteRow


async def add(connection: AsyncConnection, site: Site) -> None:
    """Insert a site."""
    await connection.execute(
        insert(SiteRow).values(
            id=site.id,
            slug=site.slug,
            name=site.name,
            origins=list(site.origins),
            guests_allowed=site.guests_allowed,
            edit_window_seconds=site.edit_window_seconds,
            house_rules=site.house_rules,
            options=stored_options(site.options),
        )
    )


async def set_options(connection: AsyncConnection, site_id: UUID, options: SiteOptions) -> None:
    """Replace the site's options."""
    await connection.execute(
        update(SiteRow).where(SiteRow.id == site_id).values(options=stored_options(options))
    )


async def set_guests_allowed(
    connection: AsyncConnection, site_id: UUID, *, is_allowed: bool
) -> None:
    """Choose whether readers may write without an account."""
    await connection.execute(
        update(SiteRow).where(SiteRow.id == site_id).values(guests_allowed=is_allowed)
    )


async def by_id(connection: AsyncConnection, site_id: UUID) -> Site | None:
    """The site with this id."""
    return await _one(connection, _sites().where(SiteRow.id == site_id))


async def by_slug(connection: AsyncConnection, slug: str) -> Site | None:
    """The site with this short name."""
    return await _one(connection, _sites().where(SiteRow.slug == slug))


async def by_any_origin(connection: AsyncConnection, origins: list[str]) -> Site | None:
    """The site that lists one of these origins, such as ``https://paper.example``."""
    return await _one(
        connection, _sites().where(SiteRow.origins.overlap(origins)).order_by(SiteRow.slug).limit(1)
    )


async def every_site(connection: AsyncConnection) -> tuple[Site, ...]:
    """All sites, by short name."""
    rows = await connection.execute(_sites().order_by(SiteRow.slug))
    return tuple(_site(row) for row in rows)


async def every_origin(connection: AsyncConnection) -> frozenset[str]:
    """The origins of all sites."""
    rows = await connection.execute(select(SiteRow.origins))
    return frozenset(origin for (origins,) in rows for origin in origins)


def _sites() -> Select[*tuple[Any, ...]]:
    return select(
        SiteRow.id,
        SiteRow.slug,
        SiteRow.name,
        SiteRow.origins,
        SiteRow.guests_allowed,
        SiteRow.edit_window_seconds,
        SiteRow.house_rules,
        SiteRow.options,
        SiteRow.learnt,
    )


async def _one(connection: AsyncConnection, query: Select[*tuple[Any, ...]]) -> Site | None:
    row = (await connection.execute(query)).one_or_none()
    return _site(row) if row else None


def _site(row: Row[*tuple[Any, ...]]) -> Site:
    return Site(
        id=row.id,
        slug=row.slug,
        name=row.name,
        origins=tuple(row.origins),
        guests_allowed=row.guests_allowed,
        edit_window_seconds=row.edit_window_seconds,
        house_rules=row.house_rules,
        options=options_from(row.options),
        learnt=learnt_from(row.learnt) if row.learnt else None,
    )
