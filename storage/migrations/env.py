"""Alembic's entry: runs the steps inside the transaction that `storage.migrate` has begun."""

from __future__ import annotations

from alembic import context

from storage.migrate import context_options

context.configure(connection=context.config.attributes["connection"], **context_options())
context.run_migrations()
