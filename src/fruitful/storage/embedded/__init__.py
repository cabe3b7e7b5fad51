"""A PostgreSQL of our own, with nothing to install: started and stopped with the application."""

from fruitful.storage.embedded.errors import EmbeddedPostgresError
from fruitful.storage.embedded.server import EmbeddedPostgres

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError"]
