"""Who readers are: ways to sign in, their sessions and badges."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _give_readers_sessions()
    _tell_more_of_readers()
    _add_identities()
    _add_attempts()
    _add_keys_and_mail()


def _give_readers_sessions() -> None:
    """A reader had one token; now each browser has one. Those that readers hold stay good."""
    op.create_table(
        "reader_sessions",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=True),
        sa.Column("last_used", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["readers.id"], name=op.f("fk_reader_sessions_reader_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_reader_sessions_site_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_reader_sessions")),
    )
    op.execute(
        "INSERT INTO reader_sessions (token_hash, reader_id, site_id, method, created_at)"
        " SELECT token_hash, id, site_id, 'guest', created_at FROM readers"
    )
    op.create_index(op.f("ix_reader_sessions_reader_id"), "reader_sessions", ["reader_id"])
    op.create_index(op.f("ix_reader_sessions_expires_at"), "reader_sessions", ["expires_at"])
    op.drop_column("readers", "token_hash")


def _tell_more_of_readers() -> None:
    op.add_column("readers", sa.Column("name_key", sa.Text(), nullable=True))
    op.add_column("readers", sa.Column("badge", sa.Text(), nullable=True))
    op.add_column("readers", sa.Column("email", sa.Text(), nullable=True))
    op.add_column("readers", sa.Column("erased_at", _MOMENT, nullable=True))
    op.create_index("ix_readers_site_id_name_key", "readers", ["site_id", "name_key"])


def _add_identities() -> None:
    op.create_table(
        "reader_identities",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_verified", sa.Boolean(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["readers.id"], name=op.f("fk_reader_identities_reader_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_reader_identities_site_id")
        ),
        sa.PrimaryKeyConstraint("site_id", "method", "subject", name=op.f("pk_reader_identities")),
    )
    op.create_index(op.f("ix_reader_identities_reader_id"), "reader_identities", ["reader_id"])


def _add_attempts() -> None:
    op.create_table(
        "sign_in_attempts",
        sa.Column("id_hash", sa.LargeBinary(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_sign_in_attempts_site_id")
        ),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_sign_in_attempts")),
    )
    op.create_index(op.f("ix_sign_in_attempts_expires_at"), "sign_in_attempts", ["expires_at"])
    op.create_table(
        "seen_tokens",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("jti_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_seen_tokens_site_id")),
        sa.PrimaryKeyConstraint("site_id", "jti_hash", name=op.f("pk_seen_tokens")),
    )
    op.create_index(op.f("ix_seen_tokens_expires_at"), "seen_tokens", ["expires_at"])


def _add_keys_and_mail() -> None:
    op.create_table(
        "site_keys",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_site_keys_site_id")),
        sa.PrimaryKeyConstraint("site_id", "kind", name=op.f("pk_site_keys")),
    )
    op.create_table(
        "outgoing_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("headers", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_mail")),
    )
    op.create_index(op.f("ix_outgoing_mail_created_at"), "outgoing_mail", ["created_at"])
