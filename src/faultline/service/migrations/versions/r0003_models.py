"""What models cost: budgets that are kept, calls that can be added up, and organizations that want no model."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from faultline.platform.database import SYSTEM, UtcDateTime
from faultline.platform.database.dialect import dialect_named, dialect_of

revision = "0003"
down_revision = "0002"

OWNED = dict.fromkeys(("budget_periods", "budget_holds", "budget_alerts"), "tenant_id")


def upgrade() -> None:
    """Make the tables and columns, and guard the tables."""
    op.add_column("organizations", sa.Column("models_off_at", UtcDateTime(), nullable=True))
    op.add_column("budgets", sa.Column("at_limit", sa.String(), nullable=False, server_default="embedded"))
    with op.batch_alter_table("budgets") as budgets:
        budgets.alter_column("at_limit", existing_type=sa.String(), server_default=None)
    # Until now there was one kind.
    op.add_column("model_calls", sa.Column("kind", sa.String(), nullable=False, server_default="ci"))
    op.add_column("model_calls", sa.Column("user_id", sa.Uuid(), nullable=True))
    op.add_column("model_calls", sa.Column("day", sa.Date(), nullable=True))
    _fill_days()
    with op.batch_alter_table("model_calls") as calls:
        calls.alter_column("kind", existing_type=sa.String(), server_default=None)
        calls.alter_column("day", existing_type=sa.Date(), nullable=False)
    op.create_index("ix_model_calls_day", "model_calls", ["tenant_id", "day"], unique=False)
    op.create_table(
        "budget_periods",
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        *_owned("budget_periods"),
        _of_budget("budget_periods"),
    )
    op.create_index("uq_budget_periods_budget_start", "budget_periods", ["budget_id", "start"], unique=True)
    op.create_table(
        "budget_holds",
        sa.Column("reservation_id", sa.Uuid(), nullable=False),
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        *_owned("budget_holds"),
    )
    op.create_index("ix_budget_holds_reservation", "budget_holds", ["reservation_id"], unique=False)
    op.create_index("ix_budget_holds_expiry", "budget_holds", ["expires_at"], unique=False)
    op.create_table(
        "budget_alerts",
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("raised_at", UtcDateTime(), nullable=False),
        *_owned("budget_alerts"),
        _of_budget("budget_alerts"),
    )
    op.create_index(
        "uq_budget_alerts_budget_start_threshold", "budget_alerts", ["budget_id", "start", "threshold"], unique=True
    )
    dialect = dialect_named(op.get_bind().dialect.name)
    for statement in dialect.guard(OWNED, None, context.config.attributes.get("app_role")):
        op.execute(statement)


def downgrade() -> None:
    """Take the guards down, and drop the tables and columns."""
    dialect = dialect_named(op.get_bind().dialect.name)
    for statement in dialect.unguard(OWNED, None):
        op.execute(statement)
    for table in reversed(OWNED):
        op.drop_table(table)
    op.drop_index("ix_model_calls_day", table_name="model_calls")
    # Not in a batch: on SQLite that makes the table anew and drops the old one, and all that refers to it goes with it.
    for column in ("day", "user_id", "kind"):
        op.drop_column("model_calls", column)
    op.drop_column("budgets", "at_limit")
    op.drop_column("organizations", "models_off_at")


def _owned(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["organizations.id"], name=f"fk_{table}_tenant_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def _of_budget(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name=f"fk_{table}_budget_id", ondelete="CASCADE")


def _fill_days() -> None:
    """The day of each call that there is, as UTC has it, which no expression says on both databases."""
    connection = op.get_bind()
    dialect_of(connection.engine.url.render_as_string(hide_password=False)).enter(connection, SYSTEM)
    calls = sa.table("model_calls", sa.column("id", sa.Uuid()), sa.column("day", sa.Date()))
    when = sa.select(calls.c.id, sa.type_coerce(sa.column("created_at"), UtcDateTime())).select_from(calls)
    days = [{"key": row[0], "day": row[1].date()} for row in connection.execute(when)]
    if days:
        change = calls.update().where(calls.c.id == sa.bindparam("key")).values(day=sa.bindparam("day"))
        connection.execute(change, days)
