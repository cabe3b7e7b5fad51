"""The order of a thread: picks, pins and what makes a comment fruitful."""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
