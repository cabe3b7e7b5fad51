"""Who readers are: ways to sign in, their sessions and badges."""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
