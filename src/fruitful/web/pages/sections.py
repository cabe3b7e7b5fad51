"""Build the section that page and fragment show, from what the use cases give."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from fruitful.domain.conversation import Thread
from fruitful.domain.policy import HouseRules
from fruitful.web.pages.language import Language
from fruitful.web.pages.signing_in import who_may_write
from fruitful.web.pages.views import Draft, SectionView
from fruitful.web.pages.wording import widget_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a section is made for: whose server, which rules, which language."""

    rules: HouseRules
    language: Language
    base_url: str = ""
    """Origin of this server for a page that stands elsewhere; empty on this server's pages."""
    cursor: str | None = None


def section_view(thread: Thread, setting: Setting) -> SectionView:
    """The section as everybody may see it."""
    article, language = thread.article, setting.language
    return SectionView(
        article_id=article.id,
        article_url=article.url,
        title=article.title or article.url.partition("://")[2],
        site_name=thread.site.name,
        version=article.thread_version,
        sort=thread.sort,
        total=thread.total,
        comments=thread.comments,
        next_cursor=thread.next_cursor,
        cursor=setting.cursor,
        is_closed=article.is_closed,
        may=who_may_write(
            thread.site,
            language,
            base_url=setting.base_url,
            return_to=f"/threads/{article.id}",
        ),
        base_url=setting.base_url,
        rules=tuple(setting.rules.rules.values()),
        max_length=setting.rules.max_length,
        composer=comment_draft(article.id, setting),
        blank_reply=reply_draft(article.id, None, setting),
        blank_edit=edit_draft(article.id, None, setting),
        words=widget_words(language),
        has_notes=thread.site.options.nudge,
    )


def comment_draft(article_id: UUID, setting: Setting) -> Draft:
    """An empty form for a comment on the article."""
    say = setting.language.plain
    return Draft(
        action=f"{setting.base_url}/threads/{article_id}/comments",
        anchor="composer",
        label=say("Join the conversation"),
        placeholder=say("What would you add?"),
        button=say("Post comment"),
    )


def reply_draft(article_id: UUID, parent_id: UUID | None, setting: Setting) -> Draft:
    """An empty form for an answer; without ``parent_id`` it is the pattern for every answer."""
    say = setting.language.plain
    return Draft(
        action=f"{setting.base_url}/threads/{article_id}/comments",
        anchor=f"composer-{parent_id or 'reply'}",
        label=say("Your reply"),
        placeholder=say("What would you answer?"),
        button=say("Post reply"),
        parent_id=parent_id,
        is_reply=True,
        cancel_url="#",
    )


def edit_draft(
    article_id: UUID, comment_id: UUID | None, setting: Setting, *, is_published: bool = True
) -> Draft:
    """A form that changes a comment; without ``comment_id`` it is the pattern for every one.

    ``is_published`` tells a comment in the thread from one that was returned to be mended.
    """
    say = setting.language.plain
    action = f"{setting.base_url}/comments/{comment_id or 'none'}/edit?article={article_id}"
    return Draft(
        action=action,
        anchor=f"composer-{comment_id or 'edit'}",
        label=say("Change your comment"),
        button=say("Save") if is_published else say("Send again"),
        changes=comment_id,
        is_published=is_published,
        is_edit=True,
        is_reply=True,
        cancel_url="#",
    )


def fresh_key() -> str:
    """A key that makes sending the same form twice harmless."""
    return str(uuid4())
