"""Alembic's entry: runs the migrations on the connection that database.migrate holds."""

from __future__ import annotations

from alembic import context

from database.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a column by copying the table
    transaction_per_migration=False,
)
context.run_migrations()
