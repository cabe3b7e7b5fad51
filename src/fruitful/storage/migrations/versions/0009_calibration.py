"""Thresholds that a site has learnt from its moderators."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site_calibrations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("learnt", postgresql.JSONB(), nullable=False),
        sa.Column("audited", postgresql.JSONB(), nullable=False),
        sa.Column("applied_by", sa.Uuid(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_by", sa.Uuid(), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_site_calibrations_site_id")
        ),
        sa.ForeignKeyConstraint(
            ["applied_by"], ["moderators.id"], name=op.f("fk_site_calibrations_applied_by")
        ),
        sa.ForeignKeyConstraint(
            ["taken_back_by"], ["moderators.id"], name=op.f("fk_site_calibrations_taken_back_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_calibrations")),
        sa.UniqueConstraint("site_id", "version", name=op.f("uq_site_calibrations_site_id")),
    )
    # What is in force, beside the rules it bends: one row is read to judge a comment.
    op.add_column("sites", sa.Column("learnt", postgresql.JSONB(), nullable=True))
    # Without it a decision could not be made again from what was measured.
    op.add_column("signals", sa.Column("demands", sa.Text(), nullable=True))
