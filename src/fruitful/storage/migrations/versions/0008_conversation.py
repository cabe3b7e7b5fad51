"""Mentions, and what came of notes before posting."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mentions",
        sa.Column("comment_id", sa.Uuid(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("comment_id", "reader_id", name="pk_mentions"),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name="fk_mentions_comment_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["readers.id"], name="fk_mentions_reader_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_mentions_reader_id", "mentions", ["reader_id"])
    op.create_table(
        "nudges",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shown", sa.Integer(), server_default="0", nullable=False),
        sa.Column("mended", sa.Integer(), server_default="0", nullable=False),
        sa.Column("posted_anyway", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("site_id", "day", name="pk_nudges"),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name="fk_nudges_site_id", ondelete="CASCADE"
        ),
    )
