"""Errors that a caller can act on. The docstring is the message, the code is stable for ever."""

from __future__ import annotations


class DomainError(Exception):
    """Something about the request cannot be done."""

    code = "error"
    status = 400

    def __init__(self, message: str | None = None, **details: object) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())
        self.details = details


class EmptyComment(DomainError):
    """Write something first: the comment is empty."""

    code = "empty_comment"
    status = 422


class CommentTooLong(DomainError):
    """The comment is longer than this site allows."""

    code = "comment_too_long"
    status = 422


class UnreadableText(DomainError):
    """The comment contains characters that cannot be stored."""

    code = "unreadable_text"
    status = 422


class InvalidName(DomainError):
    """Please give a name of 1 to 60 characters."""

    code = "invalid_name"
    status = 422


class InvalidEmail(DomainError):
    """That does not look like an e-mail address."""

    code = "invalid_email"
    status = 422


class InvalidRequest(DomainError):
    """The request is not in the form this address accepts."""

    code = "invalid_request"
    status = 422


class MalformedJson(DomainError):
    """The body is not valid JSON in UTF-8."""

    code = "malformed_json"
    status = 400


class UnsupportedMediaType(DomainError):
    """Send the body as application/json."""

    code = "unsupported_media_type"
    status = 415


class BodyTooLarge(DomainError):
    """The request is larger than this server accepts."""

    code = "body_too_large"
    status = 413


class SignInRequired(DomainError):
    """This site accepts comments from signed-in readers only."""

    code = "sign_in_required"
    status = 401


class SessionExpired(DomainError):
    """You are no longer signed in. Sign in again, then send it: your draft is kept."""

    code = "session_expired"
    status = 401


class NotAllowed(DomainError):
    """You may not do that."""

    code = "not_allowed"
    status = 403


class UnknownArticle(DomainError):
    """This article does not belong to a site served here."""

    code = "unknown_article"
    status = 404


class ArticleClosed(DomainError):
    """Comments are closed on this article."""

    code = "article_closed"
    status = 409


class UnknownComment(DomainError):
    """There is no such comment."""

    code = "unknown_comment"
    status = 404


class UnknownReader(DomainError):
    """We do not know you in this browser."""

    code = "unknown_reader"
    status = 401


class UnknownDecision(DomainError):
    """There is no such decision."""

    code = "unknown_decision"
    status = 404


class UnknownFeed(DomainError):
    """There is no such feed."""

    code = "unknown_feed"
    status = 404


class UnknownLink(DomainError):
    """This link has served already, has run out, or was never one of ours."""

    code = "unknown_link"
    status = 404


class LettersUnavailable(DomainError):
    """This server sends no letters."""

    code = "letters_unavailable"
    status = 409


class PushUnavailable(DomainError):
    """This server sends no pushes."""

    code = "push_unavailable"
    status = 409


class InvalidSubscription(DomainError):
    """A browser could not be sent pushes with this subscription."""

    code = "invalid_subscription"
    status = 422


class InvalidAppeal(DomainError):
    """Please say in 10 to 2,000 characters why the decision is wrong."""

    code = "invalid_appeal"
    status = 422


class AlreadyAppealed(DomainError):
    """You have contested this decision already; a decision can be contested once."""

    code = "already_appealed"
    status = 409


class NotAppealable(DomainError):
    """This decision cannot be contested."""

    code = "not_appealable"
    status = 409


class UnknownAppeal(DomainError):
    """There is no such appeal."""

    code = "unknown_appeal"
    status = 404


class AnswerNeeded(DomainError):
    """Please tell the writer why, in 10 to 2,000 characters."""

    code = "answer_needed"
    status = 422


class OwnDecision(DomainError):
    """You made the decision that is contested, so a colleague has to answer."""

    code = "own_decision"
    status = 403


class ParentElsewhere(DomainError):
    """The comment you are replying to belongs to another article."""

    code = "parent_on_another_article"
    status = 422


class ParentGone(DomainError):
    """The comment you are replying to is no longer there."""

    code = "parent_gone"
    status = 409


class EditWindowClosed(DomainError):
    """This comment can no longer be changed."""

    code = "edit_window_closed"
    status = 409


class IdempotencyKeyReused(DomainError):
    """This Idempotency-Key was used before for a different request."""

    code = "idempotency_key_reused"
    status = 422


class TooManyRequests(DomainError):
    """Too many requests: please wait a little."""

    code = "rate_limited"
    status = 429


class StaleAction(DomainError):
    """Somebody else has decided this already."""

    code = "stale_action"
    status = 409


class SignInFailed(DomainError):
    """That e-mail address and password do not belong together."""

    code = "sign_in_failed"
    status = 401


class EmailTaken(DomainError):
    """There is a moderator with this e-mail address already."""

    code = "email_taken"
    status = 409


class WeakPassword(DomainError):
    """A password needs at least 12 characters."""

    code = "weak_password"
    status = 422


class StorageUnavailable(DomainError):
    """The service cannot save anything right now. Your draft is kept; try again in a moment."""

    code = "storage_unavailable"
    status = 503


class HouseRulesInvalid(DomainError):
    """The house rules cannot be read."""

    code = "house_rules_invalid"
    status = 422


class InvalidOption(DomainError):
    """A site has no such option, or not with this value."""

    code = "invalid_option"
    status = 422


class DetectorUnavailable(Exception):
    """Raised by a detector that cannot measure; ``cause`` becomes the missing signal's cause."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause
