"""What Alembic runs: over the connection that `platform.database.migrate` opened, in one transaction."""

from __future__ import annotations

from alembic import context

from faultline.platform.database import Base
from faultline.service import tables

assert tables.TABLES

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
