"""Queries on the browsers that may be sent pushes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.notifications import PushSubscription, Topic
from fruitful.storage.tables import PushSubscriptionRow


async def subscribe(
    connection: AsyncConnection, subscription: PushSubscription, *, moment: datetime
) -> None:
    """Keep the subscription; one of the same browser is replaced, whoever it was before."""
    values = {
        "reader_id": subscription.reader_id,
        "p256dh": subscription.p256dh,
        "auth": subscription.auth,
        "kinds": sorted(subscription.topics),
        "language": subscription.language,
    }
    row = insert(PushSubscriptionRow).values(
        id=subscription.id, endpoint=subscription.endpoint, created_at=moment, **values
    )
    await connection.execute(
        row.on_conflict_do_update(index_elements=[PushSubscriptionRow.endpoint], set_=values)
    )


async def unsubscribe(connection: AsyncConnection, reader_id: UUID, endpoint: str) -> None:
    """Send the reader's browser nothing more."""
    await connection.execute(
        delete(PushSubscriptionRow).where(
            PushSubscriptionRow.reader_id == reader_id, PushSubscriptionRow.endpoint == endpoint
        )
    )


async def forget_reader(connection: AsyncConnection, reader_id: UUID) -> None:
    """Send none of the reader's browsers anything more."""
    await connection.execute(
        delete(PushSubscriptionRow).where(PushSubscriptionRow.reader_id == reader_id)
    )


async def remove(connection: AsyncConnection, subscription_id: UUID) -> None:
    """The browser has gone."""
    await connection.execute(
        delete(PushSubscriptionRow).where(PushSubscriptionRow.id == subscription_id)
    )


async def by_id(connection: AsyncConnection, subscription_id: UUID) -> PushSubscription | None:
    """The subscription, if it has not been given up."""
    query = _subscriptions().where(PushSubscriptionRow.id == subscription_id)
    row = (await connection.execute(query)).one_or_none()
    return _read(row) if row else None


async def of_reader(connection: AsyncConnection, reader_id: UUID) -> tuple[PushSubscription, ...]:
    """All browsers of the reader, longest known first."""
    query = _subscriptions().where(PushSubscriptionRow.reader_id == reader_id)
    rows = (await connection.execute(query.order_by(PushSubscriptionRow.created_at))).all()
    return tuple(_read(row) for row in rows)


async def count(connection: AsyncConnection, reader_id: UUID) -> int:
    """How many browsers of the reader there are."""
    query = select(func.count()).where(PushSubscriptionRow.reader_id == reader_id)
    return (await connection.execute(query)).scalar_one()


def _subscriptions() -> Select[*tuple[Any, ...]]:
    return select(
        PushSubscriptionRow.id,
        PushSubscriptionRow.reader_id,
        PushSubscriptionRow.endpoint,
        PushSubscriptionRow.p256dh,
        PushSubscriptionRow.auth,
        PushSubscriptionRow.kinds,
        PushSubscriptionRow.language,
    )


def _read(row: Row[*tuple[Any, ...]]) -> PushSubscription:
    return PushSubscription(
        id=row.id,
        reader_id=row.reader_id,
        endpoint=row.endpoint,
        p256dh=row.p256dh,
        auth=row.auth,
        topics=frozenset(Topic(kind) for kind in row.kinds),
        language=row.language,
    )
