"""Conversations: what came in, what was understood, the topics and taxonomies that they are sorted by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from faultline.platform.database import Json, UtcDateTime
from faultline.platform.database.dialect import dialect_named

revision = "0004"
down_revision = "0003"

TABLES = (
    "conversation_taxonomies",
    "conversation_topic_maps",
    "conversation_topics",
    "conversations",
    "conversation_settings",
)
OWNED = dict.fromkeys(TABLES, "tenant_id")


def upgrade() -> None:
    """Make the tables, and guard them."""
    op.create_table(
        "conversation_taxonomies",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("examples", sa.LargeBinary(), nullable=True),
        sa.Column("example_count", sa.Integer(), nullable=False),
        sa.Column("labels", Json, nullable=False),
        sa.Column("scores", Json, nullable=True),
        sa.Column("model", sa.LargeBinary(), nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("error_detail", sa.String(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("available_at", UtcDateTime(), nullable=False),
        sa.Column("lease_token", sa.Uuid(), nullable=True),
        sa.Column("lease_expires_at", UtcDateTime(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["organizations.id"], name="fk_conversation_taxonomies_tenant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conversation_taxonomies"),
    )
    op.create_index(
        "ix_conversation_taxonomies_open",
        "conversation_taxonomies",
        ["available_at"],
        unique=False,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_index(
        "uq_conversation_taxonomies_tenant_number", "conversation_taxonomies", ["tenant_id", "number"], unique=True
    )
    op.create_table(
        "conversation_topic_maps",
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("labels", Json, nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["organizations.id"], name="fk_conversation_topic_maps_tenant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conversation_topic_maps"),
    )
    op.create_index("uq_conversation_topic_maps_tenant", "conversation_topic_maps", ["tenant_id"], unique=True)
    op.create_table(
        "conversation_topics",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("examples", Json, nullable=False),
        sa.Column("growth", sa.Double(), nullable=False),
        sa.Column("moved_to", sa.String(), nullable=True),
        sa.Column("emerged_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["organizations.id"], name="fk_conversation_topics_tenant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conversation_topics"),
    )
    op.create_index("uq_conversation_topics_tenant_key", "conversation_topics", ["tenant_id", "key"], unique=True)
    op.create_table(
        "conversations",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("turns", Json, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("message_count", sa.Integer(), nullable=False),
        sa.Column("metadata", Json, nullable=False),
        sa.Column("submitted_by", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("happened_at", UtcDateTime(), nullable=False),
        sa.Column("happened_hour", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(), nullable=True),
        sa.Column("cached", sa.Boolean(), nullable=False),
        sa.Column("insight", sa.LargeBinary(), nullable=True),
        sa.Column("summary", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("intent", sa.String(), nullable=True),
        sa.Column("mood", sa.String(), nullable=True),
        sa.Column("mood_score", sa.Double(), nullable=True),
        sa.Column("urgency", sa.String(), nullable=True),
        sa.Column("resolution", sa.String(), nullable=True),
        sa.Column("topic_id", sa.String(), nullable=True),
        sa.Column("topic_cell", sa.Integer(), nullable=True),
        sa.Column("skip_reason", sa.String(), nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("error_detail", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("available_at", UtcDateTime(), nullable=False),
        sa.Column("lease_token", sa.Uuid(), nullable=True),
        sa.Column("lease_expires_at", UtcDateTime(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["organizations.id"], name="fk_conversations_tenant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_index("ix_conversations_content", "conversations", ["tenant_id", "content_hash"], unique=False)
    op.create_index(
        "ix_conversations_external",
        "conversations",
        ["tenant_id", "external_id"],
        unique=False,
        sqlite_where=sa.text("external_id IS NOT NULL"),
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_index("ix_conversations_intent", "conversations", ["tenant_id", "intent", "id"], unique=False)
    op.create_index(
        "ix_conversations_queue",
        "conversations",
        ["tenant_id", "id", "status"],
        unique=False,
        sqlite_where=sa.text("status = 'queued'"),
        postgresql_where=sa.text("status = 'queued'"),
    )
    op.create_index(
        "ix_conversations_running",
        "conversations",
        ["lease_expires_at"],
        unique=False,
        sqlite_where=sa.text("status = 'running'"),
        postgresql_where=sa.text("status = 'running'"),
    )
    op.create_index("ix_conversations_tenant", "conversations", ["tenant_id", "id"], unique=False)
    op.create_index("ix_conversations_time", "conversations", ["tenant_id", "happened_hour"], unique=False)
    op.create_index("ix_conversations_topic", "conversations", ["tenant_id", "topic_id", "id"], unique=False)
    op.create_index(
        "ix_conversations_unplaced",
        "conversations",
        ["tenant_id", "id", "topic_id"],
        unique=False,
        sqlite_where=sa.text("status = 'done' AND topic_id IS NULL"),
        postgresql_where=sa.text("status = 'done' AND topic_id IS NULL"),
    )
    op.create_index("uq_conversations_tenant_identity", "conversations", ["tenant_id", "identity"], unique=True)
    op.create_table(
        "conversation_settings",
        sa.Column("taxonomy_id", sa.Uuid(), nullable=True),
        sa.Column("redact_at_rest", sa.Boolean(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["taxonomy_id"],
            ["conversation_taxonomies.id"],
            name="fk_conversation_settings_taxonomy_id",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["organizations.id"], name="fk_conversation_settings_tenant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conversation_settings"),
    )
    op.create_index("ix_conversation_settings_taxonomy", "conversation_settings", ["taxonomy_id"], unique=False)
    op.create_index("uq_conversation_settings_tenant", "conversation_settings", ["tenant_id"], unique=True)
    dialect = dialect_named(op.get_bind().dialect.name)
    for statement in dialect.guard(OWNED, None, context.config.attributes.get("app_role")):
        op.execute(statement)


def downgrade() -> None:
    """Take the guards down, and drop the tables."""
    dialect = dialect_named(op.get_bind().dialect.name)
    for statement in dialect.unguard(OWNED, None):
        op.execute(statement)
    for table in reversed(TABLES):
        op.drop_table(table)
