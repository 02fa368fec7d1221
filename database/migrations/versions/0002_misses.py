"""Questions that did not find their chapter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from database.schema import Id

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "misses",
        sa.Column("id", Id, nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_misses")),
    )
    op.create_index(op.f("ix_misses_asked_on"), "misses", ["asked_on"], unique=False)
    op.create_table(
        "miss_reports",
        sa.Column("month", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_miss_reports")),
    )
