"""The tables, typed. They are used with explicit queries only: there are no relationships."""

from fruitful.storage.tables.appeals import AppealRow
from fruitful.storage.tables.base import Base
from fruitful.storage.tables.calibration import SiteCalibrationRow
from fruitful.storage.tables.conversation import (
    ArticleRow,
    CommentRow,
    IdempotencyRow,
    RateRow,
    ReaderRow,
    RespectRow,
    RevisionRow,
    SiteRow,
)
from fruitful.storage.tables.conversation_extras import MentionRow, NudgeRow
from fruitful.storage.tables.identity import (
    OutgoingMailRow,
    ReaderIdentityRow,
    ReaderSessionRow,
    SeenTokenRow,
    SignInAttemptRow,
    SiteKeyRow,
)
from fruitful.storage.tables.moderation import (
    DecisionRow,
    NoticeRow,
    ReasonRow,
    ReportRow,
    SignalRow,
)
from fruitful.storage.tables.newsroom import (
    ActionRow,
    ModeratorRow,
    SessionRow,
)
from fruitful.storage.tables.notifications import (
    ConfirmationRow,
    LetterRow,
    NotificationRow,
    PreferenceRow,
    PushSubscriptionRow,
)
from fruitful.storage.tables.passkeys import PasskeyRow
from fruitful.storage.tables.ranking import FormerOrderRow

__all__ = [
    "ActionRow",
    "AppealRow",
    "ArticleRow",
    "Base",
    "CommentRow",
    "ConfirmationRow",
    "DecisionRow",
    "FormerOrderRow",
    "IdempotencyRow",
    "LetterRow",
    "MentionRow",
    "ModeratorRow",
    "NoticeRow",
    "NotificationRow",
    "NudgeRow",
    "OutgoingMailRow",
    "PasskeyRow",
    "PreferenceRow",
    "PushSubscriptionRow",
    "RateRow",
    "ReaderIdentityRow",
    "ReaderRow",
    "ReaderSessionRow",
    "ReasonRow",
    "ReportRow",
    "RespectRow",
    "RevisionRow",
    "SeenTokenRow",
    "SessionRow",
    "SignInAttemptRow",
    "SignalRow",
    "SiteCalibrationRow",
    "SiteKeyRow",
    "SiteRow",
]
