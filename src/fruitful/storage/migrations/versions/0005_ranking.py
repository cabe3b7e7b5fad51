"""The order of a thread: picks, pins and what makes a comment fruitful."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "comments", sa.Column("fruitfulness", sa.Float(), server_default="0", nullable=False)
    )
    op.add_column("comments", sa.Column("picked_at", _MOMENT, nullable=True))
    op.add_column("comments", sa.Column("pinned_at", _MOMENT, nullable=True))
    op.create_index(
        "uq_comments_pinned",
        "comments",
        ["article_id"],
        unique=True,
        postgresql_where=sa.text("pinned_at IS NOT NULL"),
    )
    op.add_column(
        "articles", sa.Column("order_number", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column("articles", sa.Column("rank_asked_at", _MOMENT, nullable=True))
    op.add_column("articles", sa.Column("purge_asked_at", _MOMENT, nullable=True))
    op.create_table(
        "former_orders",
        sa.Column("article_id", sa.Uuid(), sa.ForeignKey("articles.id"), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("root_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("replaced_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("article_id", "number", name="pk_former_orders"),
    )
    op.create_index("ix_former_orders_replaced_at", "former_orders", ["replaced_at"])
    op.create_index("ix_respects_reader_id_created_at", "respects", ["reader_id", "created_at"])
