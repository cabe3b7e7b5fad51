"""What readers are told, beyond the words that stand in the templates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fruitful.domain.conversation import Notice, ReportReason
from fruitful.domain.moderation import Reason
from fruitful.domain.more_review import FIRST_COMMENT
from fruitful.domain.policy import HouseRules
from fruitful.domain.site_options import CRISIS_HELP
from fruitful.web.pages.language import Language
from fruitful.web.pages.plurals import plural_words


@dataclass(frozen=True, slots=True)
class ReasonWords:
    """One reason, said once however many words of the comment it rests on."""

    title: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing a reader may report."""

    value: str
    label: str


MASKED = "Your comment is published, with your contact details hidden for your safety."


def report_choices(language: Language) -> tuple[Choice, ...]:
    """What *Report…* offers, in its order. Spam has its own line in the menu."""
    say = language.plain
    labels = {
        ReportReason.VIOLENCE: say("Violence or threats"),
        ReportReason.RACISM: say("Racism or other hate"),
        ReportReason.PROFANITY: say("Profanity"),
        ReportReason.VULGARITY: say("Vulgarity"),
        ReportReason.DOXING: say("Somebody’s private details"),
        ReportReason.DISCOURTESY: say("Discourtesy"),
        ReportReason.OTHER: say("Something else"),
    }
    return tuple(Choice(reason.value, label) for reason, label in labels.items())


def reasons_in_words(
    reasons: Iterable[Reason], rules: HouseRules, language: Language
) -> tuple[ReasonWords, ...]:
    """Each house rule that was met, most telling first and named once; failed checks last."""
    named: dict[str, ReasonWords] = {}
    unmeasured = False
    reported = False
    for reason in reasons:
        if reason.evidence.startswith("missing:"):
            unmeasured = True
            continue
        if reason.evidence == FIRST_COMMENT:
            named[FIRST_COMMENT] = first_comment_in_words(language)
            continue
        if reason.category is None:
            reported = True
            continue
        rule = rules.rules[reason.category]
        title = reason.rule or rule.title
        say = language.plain
        named.setdefault(title, ReasonWords(say(title), say(rule.explanation)))
    if reported:
        named["reported"] = ReasonWords(
            language.plain("Readers reported it"),
            language.plain("for something that no one rule names; a person will look at it."),
        )
    if unmeasured:
        gap = ReasonWords(
            language.plain("An automatic check could not be completed"),
            language.plain("nothing is published unread, so a person will look at it."),
        )
        named["missing"] = gap
    return tuple(named.values())


def crisis_help_in_words(chosen: str | None, language: Language) -> str | None:
    """Where help is, in the site's words, or in ours and the reader's language by default."""
    if chosen != CRISIS_HELP:
        return chosen
    return language.plain(
        "If you are in danger right now, please call your local emergency number. Somebody will"
        " listen to you at any hour, free and in confidence: findahelpline.com names helplines"
        " everywhere."
    )


def first_comment_in_words(language: Language) -> ReasonWords:
    """Why one of a reader's first comments waits, whatever it says."""
    return ReasonWords(
        language.plain("The first comments here are read by a person"),
        language.plain("that is so for everybody who is new; your words met no rule."),
    )


def notice_in_words(notice: Notice, language: Language) -> str:
    """What came of a reader's report or comment, in a sentence or two."""
    say = language.plain
    sentences = {
        "report_upheld": say(
            "You reported a comment, and a moderator agreed: it has been taken down. Thank you."
        ),
        "report_dismissed": say(
            "You reported a comment. A moderator read it and found that it keeps the house rules,"
            " so it stays. Thank you for looking out."
        ),
        "report_overtaken": say(
            "You reported a comment. Its writer changed it or took it back before a moderator"
            " decided, so nothing was left to decide. Thank you for looking out."
        ),
        "comment_approved": say("A moderator has read your comment: it is published."),
        "comment_rejected": say("A moderator has read your comment and decided not to publish it."),
        "appeal_upheld": say(
            "You contested a decision, and a moderator agreed with you: your comment is published."
        ),
        "appeal_dismissed": say(
            "You contested a decision. A moderator read your comment and your words and came to"
            " the same decision."
        ),
    }
    sentence = sentences.get(notice.kind, say("There is news about a comment of yours."))
    rule, answer = notice.details.get("rule", ""), notice.details.get("answer", "")
    told = [
        sentence,
        language.text("The rule: %(rule)s.", rule=rule) if rule else "",
        language.text("The answer: %(answer)s", answer=answer) if answer else "",
    ]
    return " ".join(filter(None, told))


def widget_words(language: Language) -> tuple[tuple[str, str], ...]:
    """The sentences that the widget says by itself, by the names it knows them by."""
    say = language.plain
    return (
        ("sending", say("Sending…")),
        ("published", say("Your comment is published.")),
        ("masked", say(MASKED)),
        ("changed", say("Your change is published.")),
        ("held", say("Your comment waits for a moderator. Only you can see it until then.")),
        ("returned", say("Not published: please have another look at the marked words.")),
        ("deleted", say("Your comment has been deleted.")),
        ("confirm-delete", say("Delete this comment?")),
        ("offline", say("We cannot reach the server. Your draft is kept, and we keep trying.")),
        ("again", say("Try again now")),
        ("limited", say("That was quick. Please wait a moment, then send again.")),
        ("failed", say("That did not work. Please try again.")),
        ("unreachable", say("We cannot reach the server. Please try again in a moment.")),
        ("reported", say("Thank you. Your report has reached the moderators.")),
        ("copied", say("Link copied.")),
        ("copy-by-hand", say("The link to this comment:")),
        ("hidden", say("You will not see comments by %s on this device.")),
        ("hidden-comment", say("A comment by somebody you have hidden.")),
        ("show", say("Show")),
        ("quote", say("Quote")),
        ("people", say("People in this conversation")),
        ("new", say("New")),
        ("next", say("Next")),
        *plural_words("arrived", "%(count)s new comment", "%(count)s new comments", language),
        *plural_words("replies", "%(count)s reply", "%(count)s replies", language),
        *plural_words(
            "since",
            "%(count)s new since your last visit",
            "%(count)s new since your last visit",
            language,
        ),
        ("too-long", say("%s characters too many")),
    )
