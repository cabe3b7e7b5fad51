"""The job queue: Procrastinate's own tables and functions.

Its history is applied from the start up to the named script, and not its present schema, so that
a later release of the library changes nothing here: what it adds gets a migration of its own.
"""

from pathlib import Path

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

LAST_SCRIPT = "03.04.00_50_post_add_retry_failed_job_procedure.sql"


def upgrade() -> None:
    for script in sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql")):
        if script.name <= LAST_SCRIPT:
            # The driver would take a single percent sign for the place of a parameter.
            op.get_bind().exec_driver_sql(script.read_text().replace("%", "%%"))
