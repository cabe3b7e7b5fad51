"""Runs the migrations on the connection that `fruitful.storage.migrate` has opened and locked."""

from alembic import context

from fruitful.storage.migrate import is_ours
from fruitful.storage.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_name=is_ours,
    compare_server_default=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
