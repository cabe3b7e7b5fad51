"""What a writer reads of a decision: the statement of reasons, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from markupsafe import Markup

from fruitful.domain.appeals import LONGEST, Appeal, AppealState, Obstacle
from fruitful.domain.conversation import CommentState
from fruitful.domain.more_review import FIRST_COMMENT
from fruitful.domain.newsroom import BY_MODERATOR, BY_REPORTS
from fruitful.domain.policy import Outcome
from fruitful.domain.statement import (
    Automation,
    Ground,
    OwnDecided,
    Source,
    StatementOfReasons,
)
from fruitful.services.explain_standing import StandingExplained
from fruitful.web.pages.language import Language
from fruitful.web.pages.links import PrivateLinks
from fruitful.web.pages.templates import marked
from fruitful.web.pages.wording import ReasonWords, first_comment_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealView:
    """A writer's appeal: their own words and what came of them."""

    sentence: str
    text: str | None
    created_at: datetime
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """A statement of reasons, ready for its template."""

    decision_id: UUID
    heading: str
    standing: str
    """Whether the decision still stands; empty while it does."""
    article_id: UUID
    article_title: str
    site_name: str
    grounds: tuple[ReasonWords, ...]
    text: Markup | None
    found: str
    decided: str
    decided_at: datetime
    written_at: datetime
    model: str
    house_rules: str
    appeal: AppealView | None
    can_be_contested: bool
    why_not: str
    contact: str
    contact_url: str | None
    longest: int = LONGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDecidedView:
    """One of a reader's comments with where it stands, in words."""

    comment_id: UUID
    article_id: UUID
    article_title: str
    state: str
    is_published: bool
    text: str | None
    created_at: datetime
    decided_by: str
    appeal: str
    url: str


def statement_view(statement: StatementOfReasons, language: Language) -> StatementView:
    """The statement in the reader's language."""
    contact = statement.contact
    spans = tuple(sorted({span for ground in statement.grounds for span in ground.spans}))
    return StatementView(
        decision_id=statement.decision_id,
        heading=_heading(statement, language),
        standing="" if statement.is_in_force else _superseded(statement, language),
        article_id=statement.article_id,
        article_title=_title(statement.article_title, statement.article_url),
        site_name=statement.site_name,
        grounds=tuple(_ground(ground, language) for ground in statement.grounds),
        text=None if statement.text is None else marked(statement.text, spans),
        found=_found(statement, language),
        decided=_decided(statement, language),
        decided_at=statement.decided_at,
        written_at=statement.written_at,
        model=statement.model,
        house_rules=statement.house_rules,
        appeal=appeal_view(statement.appeal, language) if statement.appeal else None,
        can_be_contested=statement.can_be_contested,
        why_not=_why_not(statement.obstacle, language),
        contact=contact,
        contact_url=_contact_url(contact),
    )


def own_decided_view(own: OwnDecided, language: Language, links: PrivateLinks) -> OwnDecidedView:
    """One line of the list of a reader's comments."""
    return OwnDecidedView(
        comment_id=own.comment_id,
        article_id=own.article_id,
        article_title=_title(own.article_title, own.article_url),
        state=_state(own.state, language),
        is_published=own.state is CommentState.PUBLISHED,
        text=own.text,
        created_at=own.created_at,
        decided_by=_decider(own.decided_by, language),
        appeal=_appeal_state(own.appeal.state, language) if own.appeal else "",
        url=links.decision(own.comment_id, own.decision_id),
    )


def appeal_view(appeal: Appeal, language: Language) -> AppealView:
    """An appeal in words."""
    return AppealView(
        sentence=_appeal_state(appeal.state, language),
        text=appeal.text,
        created_at=appeal.created_at,
        answer=appeal.answer,
        answered_at=appeal.answered_at,
    )


def standing_in_words(explained: StandingExplained, language: Language) -> tuple[str, ...]:
    """What a reader's standing follows from and what it changes, a sentence each."""
    say, count = language.text, language.translations.ngettext
    published, rejected = explained.published, explained.rejected
    settled = explained.reports_upheld + explained.reports_dismissed
    waiting = explained.first_comments_left
    told = [
        say(
            "Your standing is %(points)s of 100. Everybody starts at 25; what you do counts half"
            " as much after 90 days.",
            points=round(100 * explained.standing),
        ),
        count(
            "%(n)s comment of yours is published, which adds to it.",
            "%(n)s comments of yours are published, which adds to it.",
            published,
        )
        % {"n": published},
    ]
    if rejected:
        sentence = count(
            "%(n)s comment was rejected, which takes from it.",
            "%(n)s comments were rejected, which takes from it.",
            rejected,
        )
        told.append(sentence % {"n": rejected})
    if settled:
        sentence = count(
            "A moderator has answered %(n)s report of yours and agreed with %(upheld)s.",
            "Moderators have answered %(n)s reports of yours and agreed with %(upheld)s.",
            settled,
        )
        told.append(sentence % {"n": settled, "upheld": explained.reports_upheld})
    if waiting:
        sentence = count(
            "%(n)s more comment of yours waits for a moderator, as for all who are new.",
            "%(n)s more comments of yours wait for a moderator, as for all who are new.",
            waiting,
        )
        told.append(sentence % {"n": waiting})
    if explained.is_read_closer:
        told.append(say("For now, a person also reads what the checks are nearly unsure about."))
    told.append(
        say(
            "It decides how much your reports weigh and what waits. The rules are the same for all."
        )
    )
    return tuple(told)


def _heading(statement: StatementOfReasons, language: Language) -> str:
    say = language.plain
    if statement.outcome is Outcome.HOLD and statement.source is Source.REPORTS:
        return say("Your comment was taken back for a moderator to read")
    return {
        Outcome.PUBLISH: say("Your comment was published"),
        Outcome.HOLD: say("Your comment waits for a moderator"),
        Outcome.RETURN: say("Your comment was returned to you"),
        Outcome.REJECT: say("Your comment was not published"),
    }[statement.outcome]


def _superseded(statement: StatementOfReasons, language: Language) -> str:
    say = language.plain
    return {
        CommentState.PUBLISHED: say("This no longer stands: the comment is published now."),
        CommentState.HELD: say("This no longer stands: the comment waits for a moderator now."),
        CommentState.RETURNED: say("This was decided anew; the comment is not published."),
        CommentState.REJECTED: say("This was decided anew; the comment is not published."),
        CommentState.DELETED: say("This no longer matters: you have deleted the comment."),
    }[statement.comment_state]


def _found(statement: StatementOfReasons, language: Language) -> str:
    say = language.plain
    if statement.source is Source.REPORTS:
        return say("Readers reported it.")
    if statement.is_detected_automatically:
        return say("An automatic check found it, on the site’s own initiative.")
    if statement.automation is Automation.NOT:
        return say("A moderator found it, on the site’s own initiative.")
    return say("Automatic checks read every comment and found nothing against this one.")


def _decided(statement: StatementOfReasons, language: Language) -> str:
    say = language.plain
    if statement.answers is not None:
        return say("A person, who read your appeal.")
    return {
        Automation.FULLY: say("Automatically, by the house rules. No person has decided yet."),
        Automation.PARTIALLY: say(
            "Automatically, once reports by independent readers weighed enough. A person will"
            " read the comment."
        ),
        Automation.NOT: say("A person: a moderator of this site."),
    }[statement.automation]


def _ground(ground: Ground, language: Language) -> ReasonWords:
    say = language.plain
    if ground.evidence.startswith("missing:"):
        return ReasonWords(
            say("An automatic check could not be completed"),
            say("nothing is published unread, so a person will look at it."),
        )
    if ground.evidence == FIRST_COMMENT:
        return first_comment_in_words(language)
    if ground.category is None:
        return ReasonWords(
            say("Readers reported it"),
            say("for something that no one rule names; a person will look at it."),
        )
    return ReasonWords(say(ground.rule), say(ground.explanation))


def _appeal_state(state: AppealState, language: Language) -> str:
    say = language.plain
    return {
        AppealState.OPEN: say("You have contested this. A moderator will read it and answer."),
        AppealState.OVERTURNED: say("You contested this, and a moderator agreed with you."),
        AppealState.DISMISSED: say(
            "You contested this. A moderator read it again and came to the same decision."
        ),
        AppealState.LAPSED: say("You contested this. The decision no longer stands."),
    }[state]


def _why_not(obstacle: Obstacle | None, language: Language) -> str:
    say = language.plain
    sentences: Mapping[Obstacle, str] = {
        Obstacle.PUBLISHED: "",
        Obstacle.SUPERSEDED: say("There is nothing left to contest here."),
        Obstacle.HEARD: say("This is the answer to your appeal; it is final on this site."),
        Obstacle.ERASED: say("The text has been erased, so nobody could read it again."),
        Obstacle.WAITING: say(
            "Nobody has read it yet. If nobody has within a day, you can contest the wait here."
        ),
    }
    return sentences[obstacle] if obstacle else ""


def _state(state: CommentState, language: Language) -> str:
    say = language.plain
    return {
        CommentState.PUBLISHED: say("Published"),
        CommentState.HELD: say("Waiting for a moderator"),
        CommentState.RETURNED: say("Returned to you"),
        CommentState.REJECTED: say("Not published"),
        CommentState.DELETED: say("Deleted by you"),
    }[state]


def _decider(model: str, language: Language) -> str:
    say = language.plain
    people = {
        BY_MODERATOR: say("decided by a moderator"),
        BY_REPORTS: say("decided by readers’ reports"),
    }
    return people.get(model, say("decided automatically"))


def _title(title: str | None, url: str) -> str:
    return title or url.partition("://")[2]


def _contact_url(contact: str) -> str | None:
    if contact.startswith(("https://", "http://")):
        return contact
    return f"mailto:{contact}" if "@" in contact and " " not in contact else None
