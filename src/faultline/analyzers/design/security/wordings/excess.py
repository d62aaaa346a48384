"""How engineers put faults into words: rights, inputs and insides that are given too freely, and not recorded.

The cues are heard in any order; `documents/together.py` says how they make a fault together.
"""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues
from faultline.analyzers.design.documents.together import Together
from faultline.analyzers.design.documents.wording import Wording

_ROLES = cues(
    "on call, night shift, project, exporter, reader, administrator of, role, roles, policy, policies",
    "service account, service accounts, user, users, token, app, application, applications, service, services",
    "microservices, function/functions, functions, lambda, lambdas, job, jobs, worker, workers, pods, pod, pipeline",
    "ci, bot, connector, developers, developer, engineers, engineer, employee, employees, integration, operator",
    "agents, instances, node role, dashboard, account, permissions, runner, api, team, everyone, staff, key",
    "controller, binding, rights",
)
_ALL_RIGHTS = cues(
    "read all secrets, may/can/could do everything, root on, have root, organisation admin, all .. buckets, all s3",
    "bound to cluster admin, owner account, root account, administratoraccess, cluster admin, superuser, full access",
    "full .. access, admin rights, may/can/could/to do everything/anything, as superuser, root keys, wildcard",
    "access to all, all customers' data, on all resources",
)
_FEW_RIGHTS = cues(
    "for a minute, migrations, creates tables, runs for, no others, and no more, only those, not more than",
    "that .. needs, it needs, custom resource, not need, was deleted, were deleted, is deleted, platform team",
    "approves, asks for elevated, elevated, approval, customer is, tenant, organization, organisation admin",
    "workspace, first user, owner of the record, in an emergency, blocked, blocks, denied, public access, non root",
    "alone, migration job, migrations job, dml rights, not own, least privilege, never, no role, break glass",
    "second person, second approval, reviewed request, temporary, sealed, temporarily, within .. tenant, within that",
    "own tenant, own data, migrations run under, was split, only the two, for an hour, read only access, nothing more",
    "given to nobody, nobody, responsibility, emergency, rbac limits, just in time, full text, audited, reviewed",
    "certificate/certificates, dns, read only rights, admin role is",
)
_ACTS = cues(
    "accesses, corrections, who approved, doctor, table has, overrides by, limit, reading, opening, tariff/tariffs",
    "price/prices, limits, permissions, release, releases, change/changes/changed, changes, edit/edits/edited, edits",
    "edit, admin, actions, action, access to, accessed, refund/refunds, refunds, logins, login, role changes",
    "permission changes, who, exports, impersonat*, approval/approvals, approvals, approved, payment, operator",
    "operators, administrator/administrators, audit/auditing, audit trail, audit entries, audit log, cloudtrail",
    "downloads, overrides, override, manual, by hand, sql, deletions, deletes, balances, support agents, support",
    "agents, reads of, queries, history",
)
_UNRECORDED = cues(
    "nobody can see/tell/say/know .. who, nobody knows who, leave no trace, not kept, is not kept, nothing is written",
    "not recorded, not logged, not .. recorded, isn't logged, aren't logged, no trace, no record, no .. record",
    "no audit, no .. audit, not possible to tell, not stored, is not stored, leave no",
)
_RECORDED = cues(
    "audit this, audit next, audit last, not logged in, logged in, but in the audit, audit service",
    "audit trail instead, tracking number, label, two person, stateless, cache, request is not kept, session",
    "price is not kept, append only, is written to, are written to, cannot change, cannot delete, health check",
    "health checks, body, bodies, password, passwords, changes are, debug, sampled, metrics, personal data",
    "kept for seven, card, tokens, request bodies, git, pull request, events are not, clicks, page views",
    "second time, twice, duplicate/duplicates, price history, not in the request path, logged as well",
    "changelog, session state, commit, schema history",
)
_LIVE = cues(
    "all customers, for customers, customers, users, release build, production, prod, live, everywhere, all pods",
    "live system, live pods, live environment, live nodes",
)
_DEBUG = cues(
    "debug pages are, debug true, debug mode, debug pages, debug .. enabled, with debug",
)
_DEBUG_OFF = cues(
    "off, disabled, never, not, fails if, only, for an hour, removed, refused, cannot, development image",
    "compiled out, no",
)
_FAILURE = cues(
    "faults, answered, answers, failing call/request, failed request, error/errors, errors, response, responses",
    "exception/exceptions, exceptions, failed call, 500, 5xx, caller, client, error pages, user, users, fault",
)
_INSIDES = cues(
    "shows the exception, show the exception, the exception message, the stack trace, stack traces",
)
_HIDDEN = cues(
    "never, log, logs, logged, sentry, not to the caller, no stack, without, not contain, not .. stack, hidden",
    "mapped to, trace id, only in, internally, mask, masked, retried, retries, retry",
)
_INPUT = cues(
    "names, request, uploads, file uploads, upload, search term, search terms, form, statement, input, user, user's",
    "users, body, bodies, payload, payloads, file name, filename, file/files, uploaded, comment, filter",
    "query/queries, queries, sql, html, template, json, client, parameter/parameters, upload/uploads, customer",
)
_AS_IT_COMES = cues(
    "concatenating, without any check, concatenated into, as it comes, as they come, concatenat*, not checked",
    "interpolat*, not validated, any json, not .. validated",
)
_CHECKED = cues(
    "parameterised, parameterized, prepared, escaped when, never, none, refused, rejected, rejects, certificate",
    "token, tokens, signature, signatures, linter, idempotency, address validation, allow list, cache, signed, audit",
    "webhook*, is validated, are validated, roles, role, permission, permissions, callback, health, status",
)
_ADDRESS = cues(
    "crawler, fetches, loads, importer, url, urls, link, links, address, addresses, targets, webhook targets, html",
    "uri, host",
)
_OPENED = cues(
    "any url, fetched by the server, any address, whatever url, url .. user enters",
)
_FEW_ADDRESSES = cues(
    "checked against, are checked, allow list, allowlist, private ranges, private addresses, refused, refuses",
    "rejected, egress proxy, blocked, never, resolved first, known hosts, reachable from, listens, ip, firewall",
    "exposed, e mail, security group, port, shop, short",
)
_STARTED = cues(
    "container, containers, deploy*, pull/pulls/pulled, registry, services, kubernetes, use/uses, run/runs",
    "start/starts, started, compose, swarm, helm, pods, images are",
)
_MOVING_TAG = cues(
    "tagged latest, images are not pinned, tags are not pinned, latest image, latest tag, the latest image",
    "tag latest, deployed/pulled/run/started from latest",
)
_PINNED = cues(
    "never, not allowed, digest, pinned to, pinned by, immutable, denied, refused, release notes, changelog, price",
    "forbidden, rejected, event/events, message, protobuf, api version, dependencies",
)
_PRIVILEGED = cues(
    "privileged mode, run/runs/running .. privileged, as root, docker socket",
)
_UNPRIVILEGED = cues(
    "privileged operations, privileged actions, privileged tasks, privileged commands, privileged users, denied",
    "never, rootless, ordinary user, not run, forbid*, refused, rejects, rejected, unprivileged, non root, drop",
    "drops, policy, read only, least privileged, user root, as root cause",
)

WORDINGS = (
    Wording(
        rule="security/wildcard-permissions",
        keys=(),
        together=(Together((_ROLES, _ALL_RIGHTS), unless=_FEW_RIGHTS, lone=True),),
        says="The text says that somebody has more rights than the work needs.",
    ),
    Wording(
        rule="security/no-audit-log",
        keys=(),
        together=(Together((_ACTS, _UNRECORDED), unless=_RECORDED),),
        says="The text says that nobody can tell later who did what.",
    ),
    Wording(
        rule="security/debug-in-production",
        keys=(),
        together=(Together((_LIVE, _DEBUG), unless=_DEBUG_OFF, lone=True),),
        says="The text says that debugging is on where users are.",
    ),
    Wording(
        rule="security/internals-in-error",
        keys=(),
        together=(Together((_FAILURE, _INSIDES), unless=_HIDDEN, lone=True),),
        says="The text says that errors show the insides to everybody.",
    ),
    Wording(
        rule="security/no-input-validation",
        keys=(),
        together=(Together((_INPUT, _AS_IT_COMES), unless=_CHECKED),),
        says="The text says that what comes in is used as it is.",
    ),
    Wording(
        rule="security/server-side-request",
        keys=(),
        together=(Together((_ADDRESS, _OPENED), unless=_FEW_ADDRESSES, lone=True),),
        says="The text says that users choose which addresses the server calls.",
    ),
    Wording(
        rule="security/latest-tag",
        keys=(),
        together=(Together((_STARTED, _MOVING_TAG), unless=_PINNED, lone=True),),
        says="The text says that images are taken by a tag that moves.",
    ),
    Wording(
        rule="security/privileged-container",
        keys=(),
        together=(Together((_PRIVILEGED,), unless=_UNPRIVILEGED),),
        says="The text says that a container may do all that the machine may.",
    ),
)
