"""A reader reports a comment; enough weight of independent readers takes it back to the queue."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import (
    CommentState,
    Notice,
    Reader,
    Report,
    ReportReason,
    ReportState,
)
from fruitful.domain.errors import NotAllowed, UnknownComment
from fruitful.domain.moderation import Reason
from fruitful.domain.newsroom import BY_REPORTS, LockedComment
from fruitful.domain.policy import Category, HouseRules, Outcome
from fruitful.domain.readable import clean_note
from fruitful.domain.report_weight import (
    HIDE_AT,
    Pair,
    Weighed,
    acting_together,
    independent_weight,
    report_weight,
)
from fruitful.services.announcing import News, announce
from fruitful.services.limits import Pace, allow
from fruitful.services.overruling import Ruling, house_rules_for, overrule
from fruitful.services.readers import introduce, who_acts
from fruitful.services.world import World
from fruitful.storage import actions, notices, reports

log = structlog.get_logger(__name__)

LONGEST_NOTE = 500
"""Characters a reporter may add to a report."""

HABITS_REACH_BACK = timedelta(days=90)
"""How far back it is looked whether reporters act together."""

GUEST_NAME = "Guest"
"""Stored for a reader who has reported and never written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """What a reader sent. ``address_hash`` is the keyed hash of the address it came from."""

    comment_id: UUID
    reason: ReportReason
    note: str = ""
    reader_token: str | None = None
    address_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What became of a report. ``reader_token`` is given to a new reader, once.

    ``is_new`` is false where the reader had reported the comment before: the first report stands.
    """

    report: Report
    is_new: bool
    reader_token: str | None = None
    hidden: bool = False
    """Whether this report took the comment out of the thread."""


async def report_comment(world: World, new: NewReport) -> Reported:
    """Count a reader's report once, and take the comment back to the queue where it suffices.

    A reason that a moderator has weighed and dismissed on this text is answered at once and moves
    nothing, so that reports are no heckler's veto. Reports on a comment that isn't published are
    accepted like any other: the reporter may have had it before their eyes.

    Raises :class:`UnknownComment`, :class:`NotAllowed` on one's own comment,
    :class:`UnreadableText` or :class:`InvalidRequest` for the note, :class:`TooManyRequests`.
    """
    new = replace(new, note=clean_note(new.note, longest=LONGEST_NOTE))
    limit = world.limits.reports_per_hour
    await allow(world, Pace(f"report:{new.address_hash}", limit, timedelta(hours=1)))
    async with world.database.transaction() as connection:
        comment = await actions.lock(connection, new.comment_id)
        if comment is None:
            raise UnknownComment
        reader, token = await _reader(connection, world, comment, new.reader_token)
        if reader.id == comment.reader_id:
            raise NotAllowed("This is your own comment; you can delete it instead.")
        earlier = await reports.by_reader(connection, comment.id, reader.id)
        if earlier is not None:
            return Reported(report=earlier, is_new=False)
        report = _report(world, new, reader, comment)
        await _put_on_record(connection, world, report, address_hash=new.address_hash)
        hidden = await _hide_if_heavy(connection, world, comment)
    log.info("comment.reported", comment_id=str(comment.id), reason=report.reason, hidden=hidden)
    return Reported(report=report, is_new=True, reader_token=token, hidden=hidden)


async def _reader(
    connection: AsyncConnection, world: World, comment: LockedComment, token: str | None
) -> tuple[Reader, str | None]:
    known = await who_acts(connection, world, comment.site_id, token)
    if known is not None:
        return known, None
    reader = Reader(id=world.new_id(), site_id=comment.site_id, name=GUEST_NAME)
    return reader, await introduce(connection, world, reader)


def _report(world: World, new: NewReport, reader: Reader, comment: LockedComment) -> Report:
    weighed_before = new.reason in comment.footing.approved_reasons
    is_newcomer = _is_newcomer(reader, comment)
    return Report(
        id=world.new_id(),
        comment_id=comment.id,
        reader_id=reader.id,
        reason=new.reason,
        note=new.note,
        weight=report_weight(reader.tally.at(world.clock()), is_newcomer=is_newcomer),
        state=ReportState.DISMISSED if weighed_before else ReportState.OPEN,
        created_at=world.clock(),
        is_newcomer=is_newcomer,
    )


def _is_newcomer(reader: Reader, comment: LockedComment) -> bool:
    """Whether the reader came after the comment, and has done nothing that anybody judged."""
    is_later = reader.since is None or reader.since > comment.written_at
    return is_later and not (reader.published_count or reader.reports_upheld)


async def _put_on_record(
    connection: AsyncConnection, world: World, report: Report, *, address_hash: str
) -> None:
    answered = report.state is ReportState.DISMISSED
    await reports.add(
        connection,
        report,
        address_hash=address_hash,
        settled_at=report.created_at if answered else None,
    )
    if answered:
        notice = Notice(
            id=world.new_id(),
            kind="report_dismissed",
            comment_id=report.comment_id,
            created_at=report.created_at,
            details={"reason": report.reason},
        )
        await notices.add(connection, notice, reader_id=report.reader_id, subject_id=report.id)


async def _hide_if_heavy(connection: AsyncConnection, world: World, comment: LockedComment) -> bool:
    footing = comment.footing
    if footing.state is not CommentState.PUBLISHED:
        return False
    said = await reports.open_on(connection, comment.id, besides=footing.approved_reasons)
    if independent_weight(weighed for _, weighed in said) < HIDE_AT:
        return False
    # Only now is it worth a look whether they do so by habit.
    since = world.clock() - HABITS_REACH_BACK
    past = await reports.past_of_reporters(connection, comment.id, since=since)
    together = acting_together(past)
    if independent_weight((weighed for _, weighed in said), together) < HIDE_AT:
        return False
    rules = await house_rules_for(connection, world, comment.site_id)
    reasons = _reasons(said, together, rules)
    ruling = Ruling(by=BY_REPORTS, outcome=Outcome.HOLD, reasons=reasons, house_rules=rules)
    decision = await overrule(connection, world, comment, ruling)
    hidden = replace(
        footing, state=CommentState.HELD, decision_id=decision.id, held_at=decision.decided_at
    )
    await actions.put(connection, comment.id, hidden)
    await announce(world, connection, News(comment.article_id, "removed", comment.id))
    return True


def _reasons(
    said: Sequence[tuple[ReportReason, Weighed]],
    together: Collection[Pair],
    house_rules: HouseRules,
) -> list[Reason]:
    """One reason for each thing that was reported, heaviest first."""
    weights = {
        reported: independent_weight(
            (weighed for reason, weighed in said if reason is reported), together
        )
        for reported in ReportReason
    }
    heaviest_first = sorted(weights, key=lambda reported: -weights[reported])
    return [_reason(r, weights[r], house_rules) for r in heaviest_first if weights[r] > 0]


def _reason(reported: ReportReason, weight: float, house_rules: HouseRules) -> Reason:
    category = None if reported is ReportReason.OTHER else Category(reported)
    return Reason(
        category=category,
        rule=house_rules.rules[category].title if category else "",
        outcome=Outcome.HOLD,
        detector=BY_REPORTS,
        score=min(1.0, weight),
        evidence=f"reported:{reported}",
    )
