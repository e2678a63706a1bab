"""How does Alembic run a step? On the connection that it is given, inside the transaction that is open there."""

from alembic import context

from dyade.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
