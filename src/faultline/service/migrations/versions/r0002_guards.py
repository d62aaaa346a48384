"""What the database itself sees to: tenants apart, the audit log as it was written."""

from __future__ import annotations

from alembic import context, op

from faultline.platform.database.dialect import dialect_named

revision = "0002"
down_revision = "0001"

APPEND_ONLY = "audit_log"
OWNED = {"organizations": "id"} | dict.fromkeys(
    (
        "memberships",
        "invitations",
        "api_keys",
        "projects",
        "repositories",
        "reports",
        "analyses",
        "agent_runs",
        "findings",
        "uploads",
        "outbox",
        "webhook_endpoints",
        "webhook_deliveries",
        "usage_periods",
        "model_calls",
        "budgets",
        "audit_log",
        "idempotency_keys",
        "sign_in_links",
    ),
    "tenant_id",
)


def upgrade() -> None:
    """Put up the guards."""
    dialect = dialect_named(op.get_bind().dialect.name)
    for statement in dialect.guard(OWNED, APPEND_ONLY, context.config.attributes.get("app_role")):
        op.execute(statement)


def downgrade() -> None:
    """Take them down."""
    dialect = dialect_named(op.get_bind().dialect.name)
    for statement in dialect.unguard(OWNED, APPEND_ONLY):
        op.execute(statement)
