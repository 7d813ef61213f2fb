"""Run by Alembic: applies the versions over the connection that `desktop.storage.schema` opened."""

from alembic import context

from desktop.storage.orm import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
