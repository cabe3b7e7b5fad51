"""Appeals against decisions, and the standing of readers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("comment_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("action_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'overturned', 'dismissed')", name=op.f("ck_appeals_state")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_appeals_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_appeals_comment_id")
        ),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name=op.f("fk_appeals_action_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_appeals_decision_id")),
        sa.UniqueConstraint("action_id", name=op.f("uq_appeals_action_id")),
    )
    op.add_column(
        "reports",
        sa.Column("is_newcomer", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_index(op.f("ix_appeals_comment_id"), "appeals", ["comment_id"])
    op.create_index(
        "ix_appeals_open", "appeals", ["created_at"], postgresql_where=sa.text("state = 'open'")
    )
