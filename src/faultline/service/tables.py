"""All tables: importing this makes `Base.metadata` whole."""

from faultline.platform.jobs.outbox import OutboxMessage
from faultline.service.analyses.tables import AgentRun, Analysis, Finding, Report
from faultline.service.api_keys.tables import ApiKey
from faultline.service.audit.tables import AuditEntry
from faultline.service.auth.tables import SigningKey, SignInLink
from faultline.service.budgets.tables import Budget, BudgetAlert, BudgetHold, BudgetPeriod
from faultline.service.conversations.tables import (
    Conversation,
    ConversationSettings,
    ConversationTaxonomy,
    ConversationTopic,
    ConversationTopicMap,
)
from faultline.service.github.tables import GitHubInstallation
from faultline.service.idempotency.tables import IdempotencyKey
from faultline.service.members.tables import Invitation, Membership, User
from faultline.service.organizations.tables import Organization
from faultline.service.projects.tables import Project
from faultline.service.repositories.tables import Repository
from faultline.service.reviews.tables import GitHubDelivery, Review, ReviewFinding, RuleFeedback
from faultline.service.slack.tables import SlackChannel
from faultline.service.uploads.tables import Upload
from faultline.service.usage.tables import ModelCall, UsagePeriod
from faultline.service.webhooks.tables import WebhookDelivery, WebhookEndpoint

TABLES = (
    Organization,
    User,
    Membership,
    Invitation,
    ApiKey,
    Project,
    Repository,
    Report,
    Analysis,
    AgentRun,
    Finding,
    Upload,
    OutboxMessage,
    WebhookEndpoint,
    WebhookDelivery,
    UsagePeriod,
    ModelCall,
    Budget,
    BudgetPeriod,
    BudgetHold,
    BudgetAlert,
    ConversationTaxonomy,
    ConversationSettings,
    Conversation,
    ConversationTopic,
    ConversationTopicMap,
    GitHubInstallation,
    GitHubDelivery,
    Review,
    ReviewFinding,
    RuleFeedback,
    SlackChannel,
    AuditEntry,
    IdempotencyKey,
    SigningKey,
    SignInLink,
)
