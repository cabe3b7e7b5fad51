"""What readers are told by e-mail and push, and how they stop it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_preferences()
    _create_letters()
    op.create_index(
        "ix_comments_newest",
        "comments",
        ["created_at"],
        postgresql_where=sa.text("state = 'published'"),
    )


def _create_preferences() -> None:
    op.create_table(
        "notification_preferences",
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("replies", sa.Text(), server_default="off", nullable=False),
        sa.Column("decisions", sa.Text(), server_default="off", nullable=False),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("feed_number", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        *(
            sa.CheckConstraint(
                f"{kind} IN ('at_once', 'daily', 'off')",
                name=op.f(f"ck_notification_preferences_{kind}"),
            )
            for kind in ("replies", "decisions")
        ),
        _of_reader("notification_preferences"),
        sa.PrimaryKeyConstraint("reader_id", name=op.f("pk_notification_preferences")),
    )
    op.create_table(
        "email_confirmations",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("replies", sa.Text(), nullable=False),
        sa.Column("decisions", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        _of_reader("email_confirmations"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_email_confirmations")),
    )
    _index("email_confirmations", "reader_id")
    _index("email_confirmations", "expires_at")
    op.create_table(
        "push_subscriptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("p256dh", sa.Text(), nullable=False),
        sa.Column("auth", sa.Text(), nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        _of_reader("push_subscriptions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscriptions")),
        sa.UniqueConstraint("endpoint", name=op.f("uq_push_subscriptions_endpoint")),
    )
    _index("push_subscriptions", "reader_id")


def _create_letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("is_digest", sa.Boolean(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("handed_over_at", _MOMENT, nullable=True),
        _of_reader("letters"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    _index("letters", "created_at")
    op.create_index("ix_letters_reader_id_created_at", "letters", ["reader_id", "created_at"])
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("comment_id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=True),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        _of_reader("notifications"),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_notifications_{column}"),
                ondelete="CASCADE",
            )
            for column, table in (
                ("comment_id", "comments"),
                ("notice_id", "notices"),
                ("letter_id", "letters"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint("reader_id", "subject_id", name=op.f("uq_notifications_reader_id")),
    )
    for column in ("comment_id", "notice_id", "letter_id", "created_at"):
        _index("notifications", column)
    op.create_index(
        "ix_notifications_waiting",
        "notifications",
        ["reader_id"],
        postgresql_where=sa.text("by_mail AND letter_id IS NULL"),
    )


def _of_reader(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["reader_id"], ["readers.id"], name=op.f(f"fk_{table}_reader_id"), ondelete="CASCADE"
    )


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
