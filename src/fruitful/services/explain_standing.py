"""A reader asks how they stand, and why."""

from __future__ import annotations

from dataclasses import dataclass

from fruitful.domain.report_weight import report_weight
from fruitful.domain.standing import LOW, standing
from fruitful.services.private_links import reader_of_pass
from fruitful.services.readers import recognise
from fruitful.services.world import World
from fruitful.storage import readers, sites


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingExplained:
    """A reader's standing in 0..1 with what it follows from, and what it changes.

    The counts are whole; how much each deed still counts for depends on how long ago it was.
    """

    standing: float
    published: int
    rejected: int
    reports_upheld: int
    reports_dismissed: int
    report_weight: float
    """What a report of theirs weighs, in 0.05..1; at 1 a comment goes back to the queue."""
    first_comments_left: int
    """How many more comments wait because they are among the reader's first."""
    is_read_closer: bool
    """Whether what a model is nearly unsure about waits for a person too."""


async def explain_standing(
    world: World, token: str | None, *, shown_pass: str | None = None
) -> StandingExplained | None:
    """The standing of whoever asks, by token or by a pass; ``None`` for a stranger."""
    async with world.database.reading() as connection:
        reader_id = reader_of_pass(world, shown_pass)
        reader = (
            await readers.by_id(connection, reader_id)
            if reader_id
            else await recognise(connection, world, None, token)
        )
        site = await sites.by_id(connection, reader.site_id) if reader else None
    if reader is None or site is None:
        return None
    record = reader.tally.at(world.clock())
    earned = standing(record)
    return StandingExplained(
        standing=earned,
        published=reader.published_count,
        rejected=reader.rejected_count,
        reports_upheld=reader.reports_upheld,
        reports_dismissed=reader.reports_dismissed,
        report_weight=report_weight(record),
        first_comments_left=max(0, site.options.hold_first_comments - reader.published_count),
        is_read_closer=earned < LOW,
    )
