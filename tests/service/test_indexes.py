"""Each index serves the query that it is there for: the planner of each database says so.

What is planned are the statements that the service itself sends, caught on their way; where an index serves what the
database does by itself (a foreign key's ON DELETE) or a noun whose queries are still to come, it is a query like that.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, event, insert, select

from faultline.core.finding import Severity
from faultline.platform.database import SYSTEM, Base, Database, Tenant, UnitOfWork, new_id
from faultline.platform.jobs.pool import ProcessSlots
from faultline.service import tables
from faultline.service.analyses.queue import Turns, look
from faultline.service.analyses.reaper import reap_lost
from faultline.service.analyses.states import Status
from faultline.service.analyses.store import AnalysisStore, Filter
from faultline.service.analyses.tables import AgentRun, Analysis
from faultline.service.api_keys.store import ApiKeyStore
from faultline.service.audit.store import AuditStore
from faultline.service.budgets.reaper import reap_holds
from faultline.service.budgets.store import BudgetStore
from faultline.service.conversations import queue as conversation_queue
from faultline.service.conversations import store as conversations
from faultline.service.conversations.reaper import reap_lost_conversations
from faultline.service.conversations.states import NO_RESULT
from faultline.service.conversations.store import ConversationStore
from faultline.service.conversations.tables import (
    Conversation,
    ConversationSettings,
    ConversationTaxonomy,
    ConversationTopic,
    ConversationTopicMap,
)
from faultline.service.conversations.topic_task import TopicFinder
from faultline.service.conversations.training import Trainer
from faultline.service.conversations.trends import Bucket, span, trends
from faultline.service.github.tables import GitHubInstallation
from faultline.service.idempotency.expired import remove_expired_keys
from faultline.service.idempotency.service import _find
from faultline.service.members.store import MemberStore, PeopleStore
from faultline.service.organizations.tables import Organization
from faultline.service.parts import Parts
from faultline.service.projects.tables import Project
from faultline.service.repositories.store import RepositoryStore
from faultline.service.repositories.tables import Repository
from faultline.service.reviews import states as review_states
from faultline.service.reviews import store as reviews
from faultline.service.reviews.feedback import Feedback
from faultline.service.reviews.ledger import Ledger
from faultline.service.reviews.reaper import reap_lost_reviews
from faultline.service.reviews.retention import forget_old_reviews
from faultline.service.reviews.states import ReviewStatus
from faultline.service.reviews.store import ReviewStore
from faultline.service.reviews.tables import GitHubDelivery, Review
from faultline.service.slack.tables import SlackChannel
from faultline.service.uploads.store import UploadStore
from faultline.service.uploads.tables import Upload
from faultline.service.usage.store import Dimension, UsageStore
from faultline.service.usage.tables import ModelCall
from faultline.service.webhooks.store import Full, WebhookStore
from faultline.service.webhooks.tables import WebhookDelivery, WebhookEndpoint
from tests.fixtures.schema import NOON
from tests.servers.postgres import DatabaseUrls

ID = UUID("01890000-0000-7000-8000-000000000001")
PAGE: dict[str, Any] = {"cursor": None, "limit": 50}
Asks = Callable[[UnitOfWork, Parts], Awaitable[object]]


def _list(wanted: Filter) -> Asks:
    return lambda unit, _: AnalysisStore(unit.session).list(wanted, **PAGE)


def _of(statement: Any) -> Asks:
    return lambda unit, _: unit.session.execute(statement)


def _conversations(wanted: conversations.Filter) -> Asks:
    return lambda unit, _: ConversationStore(unit.session).list(wanted, **PAGE)


def _trends(unit: UnitOfWork, parts: Parts) -> Awaitable[object]:
    wanted = span(conversations.Filter(), Bucket.HOUR, parts.clock())
    return trends(unit.session, wanted, Bucket.HOUR, None)


def _reviews(wanted: reviews.Filter) -> Asks:
    return lambda unit, _: ReviewStore(unit.session).list(wanted, **PAGE)


SERVES: dict[str, Asks] = {
    "ix_reviews_tenant": _reviews(reviews.Filter()),
    "ix_reviews_status": _reviews(reviews.Filter(status=ReviewStatus.FAILED)),
    "ix_reviews_pull": _reviews(reviews.Filter(repository_id=ID, number=1)),
    "uq_review_findings_pull_fingerprint": lambda unit, parts: Ledger(unit, parts, ID, 1).rows(),
    "uq_rule_feedback_repository_rule": lambda unit, parts: Feedback(unit, parts, ID).some(["r"]),
    "uq_github_deliveries_tenant_delivery": _of(
        select(GitHubDelivery.id).where(GitHubDelivery.delivery == "d")
    ),  # ON CONFLICT DO NOTHING
    "ix_github_installations_tenant": _of(select(GitHubInstallation).order_by(GitHubInstallation.id)),
    "ix_slack_channels_tenant": _of(select(SlackChannel).order_by(SlackChannel.id)),
    "ix_repositories_tenant": lambda unit, _: RepositoryStore(unit.session).list(**PAGE),
    "ix_conversations_tenant": _conversations(conversations.Filter(text="refund")),
    "ix_conversations_intent": _conversations(conversations.Filter(intent="refund")),
    "ix_conversations_topic": _conversations(conversations.Filter(topic="t1")),
    "ix_conversations_time": _trends,
    "ix_conversations_content": lambda unit, _: ConversationStore(unit.session).understood(["a", "b"], "1"),
    "ix_conversations_external": lambda unit, _: ConversationStore(unit.session).delete_external("x", None),
    "uq_conversations_tenant_identity": lambda unit, _: ConversationStore(unit.session).with_identity("i"),
    "uq_conversation_settings_tenant": _of(select(ConversationSettings)),
    "uq_conversation_taxonomies_tenant_number": _of(
        select(ConversationTaxonomy.number).where(ConversationTaxonomy.number == 1)
    ),
    "uq_conversation_topics_tenant_key": _of(select(ConversationTopic).where(ConversationTopic.key == "t1")),
    "uq_conversation_topic_maps_tenant": _of(select(ConversationTopicMap)),
    "ix_reports_cache": lambda unit, _: AnalysisStore(unit.session).cached("key", NOON),
    "ix_analyses_tenant": _list(Filter(severity=Severity.HIGH, text="npm")),
    "ix_analyses_kind": _list(Filter(kind="ci")),
    "ix_analyses_status": _list(Filter(status=Status.FAILED)),
    "ix_analyses_project": _list(Filter(project_id=ID)),
    "ix_findings_fingerprint": _list(Filter(fingerprint="f" * 64)),
    "ix_findings_analysis": lambda unit, _: AnalysisStore(unit.session).findings(ID, **PAGE),
    "ix_api_keys_tenant": lambda unit, _: ApiKeyStore(unit.session).list(**PAGE),
    "uq_audit_log_tenant_sequence": lambda unit, _: AuditStore(unit.session).head(ID),
    "ix_budgets_tenant": lambda unit, _: BudgetStore(unit.session).applying(ID),
    "uq_budget_periods_budget_start": lambda unit, _: BudgetStore(unit.session).periods([(ID, NOON.date())]),
    "ix_budget_holds_reservation": lambda unit, _: BudgetStore(unit.session).let_go(ID),
    "uq_budget_alerts_budget_start_threshold": lambda unit, _: BudgetStore(unit.session).raised(ID, NOON.date(), 80),
    "ix_model_calls_day": lambda unit, _: UsageStore(unit.session).models(NOON.date(), NOON.date(), tuple(Dimension)),
    "uq_idempotency_keys_tenant_key": lambda unit, _: _find(unit, "once"),
    "uq_memberships_tenant_user": lambda unit, _: PeopleStore(unit.session).membership(ID, ID),
    "uq_invitations_tenant_email": lambda unit, _: MemberStore(unit.session).invitation_of("a@example.com"),
    "uq_projects_tenant_name": _of(select(Project).where(Project.name == "checkout")),
    "uq_repositories_tenant_provider_external": _of(
        select(Repository).where(Repository.provider == "github", Repository.external_id == "1")
    ),
    "ix_uploads_tenant": _of(select(Upload).order_by(Upload.id)),
    "uq_usage_periods_tenant_period_key": lambda unit, _: UsageStore(unit.session).total(NOON.date()),
    "ix_model_calls_tenant": _of(select(ModelCall).order_by(ModelCall.id)),
    "ix_webhook_endpoints_tenant": lambda unit, _: WebhookStore(unit.session).enabled(ID),
    "ix_webhook_deliveries_tenant": lambda unit, _: WebhookStore(unit.session).deliveries(
        endpoint_id=None, status=None, **PAGE
    ),
    "ix_webhook_deliveries_endpoint": lambda unit, _: WebhookStore(unit.session).deliveries(
        endpoint_id=ID, status=None, **PAGE
    ),
    "uq_webhook_deliveries_event_endpoint": _of(
        select(WebhookDelivery.id).where(WebhookDelivery.event_id == "event", WebhookDelivery.endpoint_id == ID)
    ),  # ON CONFLICT DO NOTHING
}
SERVES_SYSTEM: dict[str, Asks] = {
    "ix_reviews_due": lambda unit, _: ReviewStore(unit.session).due(NOON, 10),
    "ix_reviews_running": lambda _, parts: reap_lost_reviews(parts),
    "ix_reviews_analysis": lambda unit, _: review_states.analyzed(unit, ID, NOON),
    "ix_review_findings_age": lambda _, parts: forget_old_reviews(parts),
    "uq_github_installations_installation": _of(
        select(GitHubInstallation.tenant_id).where(GitHubInstallation.installation_id == 1)
    ),
    "ix_conversations_queue": lambda unit, _: conversation_queue.whose_turn(unit.session, Turns(), NOON),
    "ix_conversations_running": lambda _, parts: reap_lost_conversations(parts),
    "ix_conversations_unplaced": lambda _, parts: TopicFinder(parts, ProcessSlots(1)).find(),
    "ix_conversation_taxonomies_open": lambda _, parts: Trainer(parts, ProcessSlots(1)).train(),
    "ix_conversation_settings_taxonomy": _of(
        select(ConversationSettings).where(ConversationSettings.taxonomy_id == ID)
    ),  # ON DELETE SET NULL
    "ix_analyses_blob": lambda unit, _: AnalysisStore(unit.session).blobs_among(["a", "b"]),
    "ix_repositories_project": _of(select(Repository).where(Repository.project_id == ID)),  # ON DELETE SET NULL
    "ix_analyses_report": _of(select(Analysis.id).where(Analysis.report_id == ID)),  # ON DELETE SET NULL
    "ix_agent_runs_analysis": _of(select(AgentRun).where(AgentRun.analysis_id == ID)),  # ON DELETE CASCADE
    "ix_analyses_queue": lambda unit, _: look(unit.session, Turns(), 4, NOON),
    "ix_budget_holds_expiry": lambda _, parts: reap_holds(parts),
    "ix_analyses_running": lambda _, parts: reap_lost(parts),
    "ix_idempotency_keys_expiry": lambda _, parts: remove_expired_keys(parts),
    "ix_memberships_user": lambda unit, _: PeopleStore(unit.session).memberships(ID),
    "ix_invitations_email": lambda unit, _: PeopleStore(unit.session).take_invitations("a@example.com", NOON),
    "ix_uploads_expiry": lambda unit, _: UploadStore(unit.session).expired(NOON, 100),
    "ix_webhook_deliveries_due": lambda unit, _: WebhookStore(unit.session).due(NOON, 10, Full()),
}
INDEXES = {index.name: index.info.get("serves") for table in Base.metadata.tables.values() for index in table.indexes}


def test_every_index_says_what_it_serves_and_is_asked_here() -> None:
    assert tables.TABLES
    assert all(INDEXES.values())
    assert INDEXES.keys() == SERVES.keys() | SERVES_SYSTEM.keys()


class Plans:
    """Asks the planner about each statement that goes by."""

    def __init__(self) -> None:
        self.text = ""
        self._asking = False

    def ask(self, connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if self._asking or not statement.lstrip().startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
            return
        self._asking = True
        sqlite = connection.dialect.name == "sqlite"
        if not sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        rows = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN' if sqlite else ''} {statement}", parameters)
        self.text += "\n".join(str(row[-1]) for row in rows) + "\n"
        self._asking = False


ROWS = 2_000
KINDS = 40
"""Different projects, endpoints, kinds and states, so that the planner has a reason to look for one of them."""


async def fill(parts: Parts) -> None:
    """Rows of a busy tenant, and of its neighbour; PostgreSQL plans by what it knows of them, SQLite by their form."""
    tenants = (ID, new_id())
    common = {"created_at": NOON, "available_at": NOON}
    analysis = {
        **common,
        "priority": 1,
        "bytes": 0,
        "sha256": "",
        "options": {},
        "details": {},
        "submitted_by": "",
        "submitted_from": "",
        "attempts": 0,
        "cancel_requested": False,
        "cached": False,
        "finding_count": 0,
    }
    delivery = {"url": "", "event": "", "body": "", "status": "delivered", "log": [], "attempts": 0, **common}
    async with parts.database.unit(SYSTEM) as unit:
        session = unit.session
        for tenant in tenants:
            session.add(
                Organization(id=tenant, name="", slug=str(tenant), tier="free", callback_secret=b"", created_at=NOON)
            )
        await session.flush()
        projects = [new_id() for _ in range(KINDS)]
        endpoints = [new_id() for _ in range(KINDS)]
        for n in range(KINDS):
            session.add(Project(id=projects[n], tenant_id=ID, name=f"p{n}", created_at=NOON))
            session.add(
                WebhookEndpoint(
                    id=endpoints[n],
                    tenant_id=ID,
                    url="",
                    description="",
                    events=[],
                    secret=b"",
                    enabled=True,
                    created_at=NOON,
                )
            )
        await session.flush()
        await session.execute(
            insert(Analysis),
            [
                {
                    **analysis,
                    "id": new_id(),
                    "tenant_id": tenants[n % 10 != 0],
                    "name": f"{n}",
                    "kind": f"k{n % KINDS}",
                    "status": f"s{n % KINDS}",
                    "project_id": projects[n % KINDS],
                }
                for n in range(ROWS)
            ],
        )
        await session.execute(
            insert(Conversation),
            [
                {
                    **NO_RESULT,
                    "id": new_id(),
                    "tenant_id": tenants[n % 10 != 0],
                    "channel": "",
                    "external_id": f"{n}",
                    "identity": f"{n}",
                    "content_hash": f"{n}",
                    "status": "done",
                    "priority": 1,
                    "text": "",
                    "turns": [],
                    "size": 0,
                    "message_count": 1,
                    "details": {},
                    "submitted_by": "",
                    "attempts": 0,
                    "happened_at": NOON,
                    "happened_hour": n,
                    "intent": f"i{n % KINDS}",
                    "topic_id": f"t{n % KINDS}",
                    **common,
                }
                for n in range(ROWS)
            ],
        )
        repositories = [new_id() for _ in range(KINDS)]
        await session.execute(
            insert(Repository),
            [
                {
                    "id": repositories[n],
                    "tenant_id": ID,
                    "project_id": projects[n],
                    "provider": "github",
                    "external_id": f"{n}",
                    "name": "",
                    "default_branch": "",
                    "created_at": NOON,
                }
                for n in range(KINDS)
            ],
        )
        await session.execute(
            insert(Review),
            [
                {
                    "id": new_id(),
                    "tenant_id": tenants[n % 10 != 0],
                    "repository_id": repositories[n % KINDS],
                    "number": n // KINDS,
                    "status": f"s{n % KINDS}",
                    "trigger": "push",
                    "requested_by": "",
                    "head_sha": "",
                    "base_sha": "",
                    "title": "",
                    "author": "",
                    "details": {},
                    "stats": {},
                    "attempts": 0,
                    "outages": 0,
                    "queued_at": NOON,
                    "updated_at": NOON,
                    "finished_at": NOON,
                    **common,
                }
                for n in range(ROWS)
            ],
        )
        await session.execute(
            insert(WebhookDelivery),
            [
                {
                    "id": new_id(),
                    "tenant_id": tenants[n % 10 != 0],
                    "endpoint_id": endpoints[n % KINDS],
                    "event_id": f"{n}",
                    **delivery,
                }
                for n in range(ROWS)
            ],
        )


@pytest.fixture
async def busy(parts: Parts, service_urls: DatabaseUrls) -> None:
    """On PostgreSQL, which plans by what is in the tables: rows, of which the planner knows."""
    if parts.database.dialect.name == "postgresql":
        await fill(parts)
        owner = Database(service_urls.owner)
        async with owner.engine.connect() as connection:
            await connection.exec_driver_sql("ANALYZE analyses, conversations, reviews, webhook_deliveries")
            await connection.commit()
        await owner.close()


@pytest.mark.usefixtures("busy")
async def test_the_planner_uses_each_index_for_what_it_serves(parts: Parts) -> None:
    plans = Plans()
    event.listen(parts.database.engine.sync_engine, "before_cursor_execute", plans.ask)
    for index, asks in sorted((SERVES | SERVES_SYSTEM).items()):
        plans.text = ""
        async with parts.database.unit(Tenant(ID) if index in SERVES else SYSTEM) as unit:
            await asks(unit, parts)
        assert index in plans.text, f"{index}: {plans.text}"
