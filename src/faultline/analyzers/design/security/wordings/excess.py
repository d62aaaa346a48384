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
    "role may do anything, may do anything, owner on the project, may/can/could do everything, is project owner",
    "are project owners, as project owner, all s3/iam/ec2/dynamodb/sqs actions, all actions on, root on, have root",
    "has root, root access, with the superuser, is administrator of, are administrators of",
    "administrator of the account, administrators in, is an admin, are admins, is admin, has admin, as administrator",
    "as an administrator, owner of the project, owner of the account, change data in production",
    "production .. with their own sql, write to production, to all mailboxes, access to everything, can do whatever",
    "may do whatever, everything they like, what they like, delete anything, see everything and, domain admin",
    "domain administrator, local administrator, organisation admin, account admin, all permissions, whole cluster",
    "entire cluster, full permission, full permissions, more than it needs, more than they need, right to everything",
    "postgres role, postgres user, root role, admin user of the database, all .. buckets, all s3, has the editor",
    "permanent admin, permanent access, standing access, bound to cluster admin, unrestricted access, no restrictions",
    "wide permissions, broad role, full admin, full administrative, unlimited rights, write everywhere, owner account",
    "organisation owner, org owner, member of db_owner, all that .. can do, root account, organization owner",
    "account owner, tenant owner, at all times, every bucket, any bucket, may everything, owner of the schema",
    "as the owner of, its own migrations, administratoraccess, poweruseraccess, cluster admin, superuser, super user",
    "full access, full rights, full control, full .. access, all rights on, all rights to, with all rights",
    "has all rights, every permission, admin rights, admin access, admin permissions, administrator privileges",
    "administrator rights, administrator access, same rights as administrators",
    "may/can/could/to do everything/anything, change everything, delete everything, read and write all",
    "read and write every, all verbs, all resources, any resource, all scopes, every scope, all actions, sa account",
    "as postgres, as sa, as the owner, as owner, owner role, role owner, as dba, dba rights, as superuser",
    "as the superuser, root keys, root credentials, write rights on all, owns every table, owns the schema",
    "can/may drop tables, drop tables, any topic, every topic, all topics, org wide, write to .. production database",
    "access to .. production database, write access to all, god mode, roles owner, root .. sudo, sudo .. password",
    "broad permissions, permissions are broad, too many rights, more rights than, wildcard, full mailbox",
    "rights on every, rights on all, access to all, access to every, on every bucket, all customers data",
    "all customers' data, all tenants' data, everyone's data, admin on the cluster, database administrator, db_owner",
    "sysadmin, roles editor, contributor on, on all resources, may grant",
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
    "looks like .. own, like the customer own, not in any log, no name is kept, not kept who, name is not kept",
    "nobody notes, not noted who, no one notes, not written down, unnoticed, not known who, is not known afterwards",
    "in no log, audit .. edited, audit .. deleted, audit .. changed by, audit .. overwritten, log can be edited",
    "log can be changed, leave no trace, simply overwritten, is overwritten, not written to, without being journaled",
    "without being recorded/logged/noted/written, keeps no record, no one can say who, not journaled",
    "only the present, only .. current value, without leaving, nobody can say, not kept, is not kept, no entry",
    "leaves no entry, nothing is written, nothing .. written about, overwrites .. row, without a record",
    "without an entry, forgotten, not remembered, who made it is not, not visible who, nobody can see who",
    "no longer tell who, no note, not .. journal, no protocol, not recorded, not logged, not tracked, not traced",
    "not audited, not .. recorded, isn't logged, aren't logged, isn't recorded, aren't recorded, not log who",
    "not log .. access, not .. written anywhere, not written anywhere, not noted, without .. noting, without .. noted",
    "no trace, no trail, no record, no .. record, no history, no .. history, nobody logs, no audit, no .. audit",
    "without .. audit, cannot be found out, cannot be told, cannot be traced, not by whom, but not who",
    "not possible to tell, impossible to tell, can't tell, cannot tell, cannot be attributed, cloudtrail .. off",
    "cloudtrail .. disabled, audit .. disabled, audit .. left out, auditing .. left out, audit .. off",
    "may delete .. audit, can delete .. audit, can edit .. audit, for two days only, two days only, not stored",
    "is not stored, leaves no trace, leave no, looks like .. customer's own, not noted anywhere, being noted",
    "unlogged, unrecorded, no log of, no journal, nothing .. recorded, nothing is logged, nowhere, not attributed",
    "who did what .. not, no one knows who, nobody knows who, nobody can say who",
)
_RECORDED = cues(
    "not logged in, logged in, but in the audit, audit service, audit trail instead, tracking number, label",
    "two person, stateless, cache, request is not kept, session, price is not kept, append only, is written to",
    "are written to, cannot change, cannot delete, health check, health checks, body, bodies, password, passwords",
    "debug, sampled, metrics, personal data, kept for seven, card, tokens, request bodies, git, pull request",
    "events are not, clicks, page views, price history, not in the request path, logged as well, changelog",
    "session state, commit, schema history",
)
_LIVE = cues(
    "all customers, for customers, customers, users, release build, production, prod, live, everywhere, all pods",
    "live system, live pods, live environment, live nodes",
)
_DEBUG = cues(
    "debug console, debug menu is, debug endpoint .. production, verbose errors, debug mode is on, debug mode on",
    "debug pages are, debug is left, debug left on, debug stays on, debug true, debug mode, debugging switched on",
    "debugging .. on, remote debugger, debugger, debug menu, debug pages, development server, flask run",
    "developer tools, inspector, debug is enabled, debug .. enabled, debug is on, debug on, verbose debug",
    "debug toolbar, with debug, node inspector, hot reload, dev server, npm run dev, debug flag",
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
    "full exception, the full exception, stack included, exception and stack, exception with, exception as it is",
    "exception text, the exception message, exception messages, sql that failed, failed sql, failing query",
    "query that failed, internal error text, java stack, stack trace which, gives .. stack, gives .. trace",
    "returns .. trace, the stack trace, a stack trace, exception's text, exception's .. trace, trace in it",
    "text and trace, internal message, message of the database, name of the table, file paths, with .. stack trace",
    "contain/contains .. sql, contains .. statement, contain/contains .. stack/traceback, stack traces",
    "full traceback, with the traceback, stack trace in, passed through .. as they are, exceptions are passed",
    "exception message .. handed/returned/shown/sent, framework version, show .. stack, shows .. stack",
    "shown .. stack, exception message of, the sql statement, internal class names, internal host names",
    "includes .. stack, stack trace to, raw exception, raw error, database error",
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
    "appended to .. path, appended to the base, taken from the request and, from the request and appended",
    "name from the request, by putting, putting the user's, put .. into the sql, string concatenated, concatenating",
    "built by joining, joined into, inserted into .. sql, formatted into, without any check, without a check",
    "name the user gave, under the name, as the user sent, as the client sends, without being checked",
    "concatenated into, with no check, no check of the, pasted into, into the statement, checked by the form",
    "checked by .. app, checked by .. client, pasted in, added to the statement, so the server stores, so we store it",
    "client has checked, form has checked, appended to the sql, appended to .. query, added to .. sql, glued into",
    "put together with, whatever .. type, whatever their type, whatever it is, put into the sql, put into .. query",
    "opened as they come, taken over as, as it comes, as they come, string concatenation, concatenat*, not checked",
    "are not checked, without validation, without .. validation, trust .. client to send, well formed, as entered",
    "rendered as entered, in the browser only, only in the browser, browser only, used as the path, used as .. path",
    "nothing validates, interpolat*, not validated, is evaluated, evaluated with, evals, any json, unvalidated",
    "unsanitised, unsanitized, unescaped, not escaped, not sanitised, not sanitized, into the shell",
    "as is to the database, passed on .. without, unchecked, no validation, not .. validated, nobody validates",
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
    "can be anything, may be anything, will fetch it, anything the server, from any address, by the server from any",
    "fetched .. as they are, fetched by the server, fetched without, called without .. check, given by users",
    "given by the user, what .. customer tells, what .. user tells, what .. user enters, what the user gives",
    "addresses of our own network, internal addresses included, tells it to, it is told to fetch, wherever it leads",
    "any address, any address that, whatever link, whatever .. enters, every address, whatever url, whatever address",
    "any url, arbitrary .. url, arbitrary address, every link, that users supply, url the user enters",
    "url in the request, url .. user enters, internal ones included, addresses that users, urls are not checked",
    "url is not checked, urls .. not checked, follows every, follows redirects .. anywhere, url of the user",
    "user supplied url, any host, from the url given, url .. without restriction, user's url",
)
_FEW_ADDRESSES = cues(
    "checked against, are checked, allow list, allowlist, private ranges, private addresses, refused, refuses",
    "rejected, egress proxy, blocked, never, resolved first, known hosts, reachable from, listens, ip, firewall",
    "exposed, e mail, security group, port, shop, short",
)
_IMAGE = cues(
    "image, images, container, containers, deployed, deployment, pull, tag, tagged, registry, services, kubernetes",
)
_MOVING_TAG = cues(
    "as latest, latest image, latest images, follow latest, follows latest, tag that moves, moving tag, on latest",
    "called latest, brings the newest, newest version, always called, latest tag, the latest image, tagged latest",
    "tag latest, pull latest, pulls latest, from latest, without a version, without .. version tag, not pinned",
    "unpinned, floating tag, floating tags, mutable tag, mutable tags, no fixed version, without a tag, always latest",
    "use latest, uses latest, tag stable, whatever version is newest, newest image",
)
_PINNED = cues(
    "never, not allowed, digest, pinned to, pinned by, immutable, denied, refused, release notes, changelog, price",
    "forbidden, rejected, event/events, message, protobuf, api version, dependencies",
)
_PRIVILEGED = cues(
    "a privileged container, host docker socket, docker socket of the host, privileged mode, run privileged",
    "runs privileged, runs .. privileged, is privileged, are privileged, with privileged, privileged container",
    "privileged containers, privileged pods, as root, docker socket, docker sock, host network, cap sys admin",
    "sys_admin, all capabilities, host pid, host root, root file system of the host",
)
_UNPRIVILEGED = cues(
    "denied, never, rootless, ordinary user, not run, forbid*, refused, rejects, rejected, unprivileged, non root",
    "drop, drops, policy, read only, least privileged, user root, as root cause",
)

WORDINGS = (
    Wording(
        rule="security/wildcard-permissions",
        keys=(),
        together=(Together((_ROLES, _ALL_RIGHTS), unless=_FEW_RIGHTS),),
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
        together=(Together((_IMAGE, _MOVING_TAG), unless=_PINNED),),
        says="The text says that images are taken by a tag that moves.",
    ),
    Wording(
        rule="security/privileged-container",
        keys=(),
        together=(Together((_PRIVILEGED,), unless=_UNPRIVILEGED),),
        says="The text says that a container may do all that the machine may.",
    ),
)
