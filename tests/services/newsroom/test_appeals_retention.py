"""How long what an appeal is about is kept, and the appeal's own words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fruitful.domain.errors import NotAppealable
from fruitful.services.private_links import Asker
from fruitful.services.retention import erase_expired
from fruitful.services.review_appeals import review_appeals
from fruitful.services.statement_of_reasons import statement_of_reasons
from support.appealing import WHY, WORDS, answer, appeal
from support.clock import AdjustableClock
from support.desk import Desk
from support.newsroom import Person

RUDE = "What a pack of them [discourtesy 0.95]."


async def test_a_text_is_kept_while_its_appeal_waits_and_the_appeals_words_for_a_while_after(
    desk: Desk, ada: Person, clock: AdjustableClock
) -> None:
    world, returned = desk.world, (await ada.write(RUDE)).comment
    contested = await appeal(ada, returned.decision_id)
    clock.advance(world.retention.returned + timedelta(days=30))
    await erase_expired(world)
    (item,) = await review_appeals(world, desk.moderator)
    assert (item.item.comment.text, item.appeal.text) == (RUDE, WORDS)

    await answer(desk, contested, overturn=False)
    clock.advance(world.retention.rejected + timedelta(days=1))
    await erase_expired(world)
    statement = await statement_of_reasons(world, returned.decision_id, Asker(token=ada.token))
    assert statement.text is None
    assert statement.appeal is not None
    assert statement.appeal.text is None
    assert statement.appeal.answer == WHY


async def test_a_text_that_has_been_erased_cannot_be_judged_again(
    desk: Desk, ada: Person, clock: AdjustableClock
) -> None:
    returned = (await ada.write(RUDE)).comment
    clock.advance(desk.world.retention.returned + timedelta(hours=1))
    await erase_expired(desk.world)
    with pytest.raises(NotAppealable) as refused:
        await appeal(ada, returned.decision_id)
    assert refused.value.details["why"] == "erased"
