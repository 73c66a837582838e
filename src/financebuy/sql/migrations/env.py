"""Alembic looks for this file; migrations are run by financebuy.database.migrate alone."""

from alembic import context

context.run_migrations()
