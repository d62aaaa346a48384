"""Reviews of pull requests: the reviews, their ledger, what people think of the rules, GitHub's and Slack's ends."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context, op

from faultline.platform.database import Json, UtcDateTime
from faultline.platform.database.dialect import dialect_named

revision = "0005"
down_revision = "0004"

TABLES = (
    "reviews",
    "review_findings",
    "rule_feedback",
    "github_deliveries",
    "github_installations",
    "slack_channels",
)
OWNED = dict.fromkeys(TABLES, "tenant_id")
_REPOSITORY_COLUMNS = ("private", "installation_id", "enabled", "comment_budget", "minimum_severity", "ci_comments")
_FINDING_COLUMNS = ("proven", "cwe")


def upgrade() -> None:
    """Make the tables, and guard them."""
    for table, column in _new_columns():
        op.add_column(table, column)
    op.create_index("ix_repositories_tenant", "repositories", ["tenant_id", "id"], unique=False)
    _make_reviews()
    _make_ledger()
    _make_ends()
    dialect = dialect_named(op.get_bind().dialect.name)
    for statement in dialect.guard(OWNED, None, context.config.attributes.get("app_role")):
        op.execute(statement)


def downgrade() -> None:
    """Take the guards down, and drop the tables and columns."""
    dialect = dialect_named(op.get_bind().dialect.name)
    for statement in dialect.unguard(OWNED, None):
        op.execute(statement)
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_index("ix_repositories_tenant", table_name="repositories")
    # Not in a batch: on SQLite that makes the table anew and drops the old one, and all that refers to it goes with it.
    for column in _REPOSITORY_COLUMNS:
        op.drop_column("repositories", column)
    for column in _FINDING_COLUMNS:
        op.drop_column("findings", column)
    op.drop_column("webhook_deliveries", "slack_channel_id")


def _new_columns() -> list[tuple[str, sa.Column[Any]]]:
    """With defaults for the rows that are there."""
    return [
        ("repositories", sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("repositories", sa.Column("installation_id", sa.BigInteger(), nullable=True)),
        ("repositories", sa.Column("enabled", sa.Boolean(), nullable=False, server_default=sa.true())),
        ("repositories", sa.Column("comment_budget", sa.Integer(), nullable=False, server_default="10")),
        ("repositories", sa.Column("minimum_severity", sa.String(), nullable=False, server_default="low")),
        ("repositories", sa.Column("ci_comments", sa.Boolean(), nullable=False, server_default=sa.true())),
        # No foreign key: SQLite could not drop the column again.
        ("webhook_deliveries", sa.Column("slack_channel_id", sa.Uuid(), nullable=True)),
        ("findings", sa.Column("proven", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("findings", sa.Column("cwe", Json, nullable=False, server_default="[]")),
    ]


def _make_reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("repository_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("head_sha", sa.String(), nullable=False),
        sa.Column("base_sha", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("details", Json, nullable=False),
        sa.Column("analysis_id", sa.Uuid(), nullable=True),
        sa.Column("outages", sa.Integer(), nullable=False),
        sa.Column("stats", Json, nullable=False),
        sa.Column("posted_review_id", sa.BigInteger(), nullable=True),
        sa.Column("summary_comment_id", sa.BigInteger(), nullable=True),
        sa.Column("check_run_id", sa.BigInteger(), nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("error_detail", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("queued_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("available_at", UtcDateTime(), nullable=False),
        sa.Column("lease_token", sa.Uuid(), nullable=True),
        sa.Column("lease_expires_at", UtcDateTime(), nullable=True),
        _of_repository("reviews"),
        sa.ForeignKeyConstraint(["analysis_id"], ["analyses.id"], name="fk_reviews_analysis_id", ondelete="SET NULL"),
        *_owned("reviews"),
    )
    op.create_index("ix_reviews_tenant", "reviews", ["tenant_id", "id"], unique=False)
    op.create_index("ix_reviews_status", "reviews", ["tenant_id", "status", "id"], unique=False)
    op.create_index("ix_reviews_pull", "reviews", ["repository_id", "number", "id"], unique=False)
    op.create_index("ix_reviews_analysis", "reviews", ["analysis_id"], unique=False)
    op.create_index(
        "ix_reviews_due",
        "reviews",
        ["available_at"],
        unique=False,
        sqlite_where=sa.text("finished_at IS NULL AND lease_token IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL AND lease_token IS NULL"),
    )
    op.create_index(
        "ix_reviews_running",
        "reviews",
        ["lease_expires_at"],
        unique=False,
        sqlite_where=sa.text("lease_token IS NOT NULL"),
        postgresql_where=sa.text("lease_token IS NOT NULL"),
    )


def _make_ledger() -> None:
    op.create_table(
        "review_findings",
        sa.Column("repository_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("rule_id", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("path", sa.String(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("suggested_fix", sa.String(), nullable=True),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("cwe", Json, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_by", sa.String(), nullable=True),
        sa.Column("state_reason", sa.String(), nullable=True),
        sa.Column("first_review_id", sa.Uuid(), nullable=False),
        sa.Column("last_review_id", sa.Uuid(), nullable=False),
        sa.Column("comment_id", sa.BigInteger(), nullable=True),
        sa.Column("thread", sa.String(), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        _of_repository("review_findings"),
        *_owned("review_findings"),
    )
    op.create_index(
        "uq_review_findings_pull_fingerprint",
        "review_findings",
        ["repository_id", "number", "fingerprint"],
        unique=True,
    )
    op.create_index("ix_review_findings_age", "review_findings", ["updated_at"], unique=False)
    op.create_table(
        "rule_feedback",
        sa.Column("repository_id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.String(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("ignored", sa.Integer(), nullable=False),
        sa.Column("false_positive", sa.Integer(), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("muted_by", sa.String(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        _of_repository("rule_feedback"),
        *_owned("rule_feedback"),
    )
    op.create_index("uq_rule_feedback_repository_rule", "rule_feedback", ["repository_id", "rule_id"], unique=True)


def _make_ends() -> None:
    op.create_table(
        "github_deliveries",
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        *_owned("github_deliveries"),
    )
    op.create_index("uq_github_deliveries_tenant_delivery", "github_deliveries", ["tenant_id", "delivery"], unique=True)
    op.create_table(
        "github_installations",
        sa.Column("installation_id", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        *_owned("github_installations"),
    )
    op.create_index("uq_github_installations_installation", "github_installations", ["installation_id"], unique=True)
    op.create_index("ix_github_installations_tenant", "github_installations", ["tenant_id", "id"], unique=False)
    op.create_table(
        "slack_channels",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.LargeBinary(), nullable=False),
        sa.Column("minimum_severity", sa.String(), nullable=False),
        sa.Column("repositories", Json, nullable=False),
        sa.Column("only_new", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("last_sent_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        *_owned("slack_channels"),
    )
    op.create_index("ix_slack_channels_tenant", "slack_channels", ["tenant_id", "id"], unique=False)


def _owned(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["organizations.id"], name=f"fk_{table}_tenant_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def _of_repository(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["repository_id"], ["repositories.id"], name=f"fk_{table}_repository_id", ondelete="CASCADE"
    )
