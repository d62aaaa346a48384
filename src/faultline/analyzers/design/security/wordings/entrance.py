"""How engineers put faults into words: who gets in: pages for administrators, calls, records, sign-in.

The cues are heard in any order; `documents/together.py` says how they make a fault together.
"""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues
from faultline.analyzers.design.documents.together import Together
from faultline.analyzers.design.documents.wording import Wording
from faultline.analyzers.design.security.wordings.lexicons import DENYING, GUARD, OUTSIDE

_ADMIN = cues(
    "scheduler .. web page, internal .. tool/tools/site/pages/page, console, consoles, editing pages/side/area",
    "editors' pages, h2 console, superset, metabase, redash, tableau, administrators over, the console of",
    "use the console, operators .. console, web console, console from, scheduler .. web interface, web interface of",
    "management .. page, support ui, support app, drain, reload, job dashboard/dashboards, jobs dashboard, staff",
    "environment dump, alert rules, flush cache, cache flush, metrics .. endpoint/endpoints",
    "metrics endpoint/endpoints, profiling endpoint/endpoints, management plane, control plane, ops, diagnostics",
    "diagnostic endpoint/endpoints/page, health and metrics, thread dumps, log level endpoint, reindex",
    "migration endpoint, maintenance page, operations area, staff area, staff pages, editor pages, moderation pages",
    "scheduler page, build server, ci server, gitlab, artifactory, nexus, kubernetes api, api server, docker api",
    "docker daemon, ssh, broker/queue/cluster/db/database/redis/kafka/storage/cloud/server/device console/ui",
    "monitoring ui/page/site/dashboard, metrics ui, server page/pages, feature switches, feature flags are set",
    "impersonat*, licence server, license server, config page, debug page/pages/view, job runner ui, switches are set",
    "tracing ui, log viewer, sql console, shell, remote shell, status and control, health and config, dump",
    "setup page, installer page, import page, tenant administration, user administration, price administration",
    "moderation, profiler, operator page/pages, replay, queue ui, queues ui, profiler port, scheduler ui, ops page",
    "support tool, status console, back end console, device console, operator app, operator site, admin",
    "administration, back office, backoffice, management console/ui/interface/port/api/page/panel",
    "operator/operators/operations/operational/ops/maintenance/support/staff/internal console/consoles/dashboard",
    "operator/operators/operations/operational/ops/maintenance/support/staff .. endpoint/endpoints/page/pages/tool/ui",
    "internal dashboard/dashboards/tool/tools/endpoint/endpoints/page/pages, endpoint .. operators",
    "operations/ops/admin console/consoles/ui/api, control panel, ops console, queue console, actuator, heapdump",
    "pprof, debug endpoint/endpoints/port/page/pages/console, kibana, grafana, rabbitmq, prometheus, alertmanager",
    "phpmyadmin, pgadmin, adminer, kubernetes dashboard, jenkins, argo cd, argocd, argo, flower, swagger ui",
    "traefik dashboard, consul ui, vault ui, spark .. ui, airflow, sidekiq, job console, flag console",
    "configuration page, metrics .. shutdown, env .. shutdown, replay endpoint, jaeger, kafka ui, redis commander",
    "staff/support/operator/operators/internal .. tools",
    "page/pages/screen/screens/tool/tools/site/ui of/for .. clerks/staff/operators/dispatchers/editors/moderators",
    "page/pages/screen/screens/tool/tools/site/ui of/for .. administrators/admins/supervisors/support",
    "portainer, mailhog, minio console, hangfire, bull board, temporal ui, nomad ui",
)
"""What is for administrators. A path such as `/ops/config` is heard as its words."""
_UNGUARDED = cues(
    "not restricted, unrestricted, asks for nothing, ask for nothing, asks nobody, asks nothing, nobody is asked",
    "nobody asks, without .. check, protected/secured only by .. address/path/url/name, hard to guess",
    "without .. vpn, address is secret enough, address/url is not published, from any network",
    "takes/take .. from whoever/anybody/anyone, open to the, are open, is open, on the public, no vpn, no login",
    "without .. login, without .. password, no password, no authentication, no credentials, without .. credentials",
    "not protected, unauthenticated, hidden",
    "anyone/anybody/everyone/everybody/whoever .. can/may/could .. call/open/use/see/reach/read",
    "anyone/anybody/everyone/everybody/whoever can/may/could, anyone/everyone/everybody .. link/url/address",
)
_EDGE = cues("gateway, edge, ingress, load balancer, proxy, router, public api")
_LETS_OUT = cues(
    "publish/publishes/published/route/routes .. internal/admin/actuator/ops/debug",
)
_CALLED = cues(
    "clients, members, replica, book, search, searching, psp, notifications, stations, partners, interface",
    "interfaces, importer, exporter, gateway, vpn, mesh, mac, auth, auth_*, auth required, auth mode, authn, jwt",
    "oidc, sso, result, results, sample, idp, results page, reads, writes, read endpoints, quotes, namespaces",
    "tablets, tablet, get, post, settlement, kiosks, screens, suppliers, supplier, kiosk/kiosks, clinics, meters",
    "scanners, terminals, quote engine, riders, carriers, path, message, connection, connections, api, apis",
    "endpoint/endpoints, endpoints, service/services, services, request/requests, requests, call/calls, calls",
    "caller/callers, callers, client/clients, port, page, dashboard, graphql, listener/listeners, broker, redis",
    "kafka, queue, server, handler, middleware, backend, console, database, mongodb, elasticsearch, jenkins, mqtt",
    "rpc, grpc, devices, device, partner/partners, export, upload, link, order, token is optional, authentication",
    "tokens, token, url, route, traffic, webhook*, collector, ingest, app, job, jobs, ledger, without it",
    "without them, without one, pod, pods, header, headers, login, data, records, patient, whoever, scheduler, worker",
    "portal, site, functions, function, stream, topic, socket, websocket, feed, report/reports, controller, agent",
    "sensor/sensors, without .. token, without .. header, without .. credentials, without .. session, no token",
    "in front of it, tool, operator, operators, staff, users, household, meter, document/documents, file/files",
    "image/images, everything",
)
_OPEN_DOOR = cues(
    "nobody is asked for/who, nobody asks, not asked for, not asked who, anonymously, to whoever knows/has",
    "by anyone/anybody/everyone who has/knows, by anyone who knows, endpoint is public, are not restricted",
    "endpoint/endpoints is/are open, by .. mac/ip address, not protected, does what it is asked/told, no login",
    "without .. login, no credentials, without .. credentials, no password, without .. password, no authentication",
    "no .. authentication, unauthenticated, not authenticate, not authenticated, no token, without .. token",
    "no api key, not ask/asks/check/checks/verify/know who, anonymous user/users/reads/requests/calls/writes",
    "accept/accepts/accepted every/any/all client/clients/request/requests/caller/callers/call/calls/connection/sender",
    "accept/accepts/answer/answers/takes/obeys .. every/any request/client/caller/command/call, let through",
    "lets .. without, open to everybody, open to the world, knows the url/address/path",
    "accept/accepts/accepted/take/takes/taken .. from anybody/anyone/everybody/whoever",
    "answer/answers/serve/serves whoever, answers everyone/anyone/everybody who, call/calls us without keys",
    "nobody checks/verifies/asks/knows who .. calls/sends/connects/is, nobody checks .. caller/callers/sender",
    "any client that reaches, expired token/tokens/session is/are accepted, anyone .. network",
)
_AUTHENTICATED = cues(
    "not get past, not get through, gets no further, cannot connect, are sent to the, is sent to the",
    "left to the identity/provider, left to .. provider, trusts .. signature, whose key",
    "health check/checks/endpoint/endpoints/probe/probes/page, healthz, once and need, is mounted",
    "the public changelog, read only catalogue, is public by design, access is disabled, access is off",
    "anonymous access is disabled, anonymous .. is off, anonymous .. are disabled",
    "access anonymous access public timetable, public data, needs a login, need a login, everything else needs",
    "require a login, requires a login, members only, keep no credentials, hold no credentials, no credentials in",
    "store no, keeps no, is closed, are closed, closed at, cut off, destination endpoint",
    "hand/hands/handed .. keycloak, to keycloak, is checked against, are checked against, checked before",
    "checks the token, check the token, signed in, logged in user, of their own account, signed url, set again",
    "overwritten, strips, sets it again, from the verified, from the token, is refused, are refused, turned away",
    "only to, only for members, stateless, no session is kept, session memory, sticky, log in page, login page",
    "single user, locally, trusted client, trusted operator, memory, local mode, trusted ingress, reject, rejects",
    "rejected, refuse, refuses, refused, 401, 403, 404, denied, denies, mandatory, bearer token, valid token",
    "verified token, requires/require a/an .. token, needs a .. token, need a token, mutual tls, mtls",
    "client certificate, client certificates, service account token, oauth, oidc, single sign on, signed link",
    "liveness, readiness, probe, probes, status page, public catalogue, catalogue, catalog, robots, guest/guests",
    "changelog, roadmap, passwordless, passkey, sign up, registration, well known, jwks, openapi, documentation",
    "landing, marketing, blog, not trusted, trusts only, trust only, never trust, never trusts, zero trust",
    "trust store, truststore, trusted proxy, trusted proxies, trust anchor, trusted certificate, trusted ca",
    "trust boundary, trust boundaries, trusted zone, trusted publish*, trusted type, trusted types, ignored, stripped",
    "is stripped, expired, static, assets, favicon, public website, product catalogue, shop, hands them to",
    "hand over to, only the kubelet, refuses to start, workload identity, sasl, scram, every call carries",
    "nothing personal, public on purpose, stolen, password reset, delivered at least once, proves who, is verified",
    "are verified, is authenticated, are authenticated, with a signature, verifies, idempotency, expiry, expires",
    "rotated, test, tests, forged, unsigned events, dropped, csrf, trusted by our customers, after authentication",
    "never get past, never reach",
)
_ELSE = cues(
    "web site, website, newsletter, tracking number, public feed, all others need/require, everything else",
    "all other endpoints, everything beyond, the rest needs, public endpoints, public pages, need a login",
    "needs a login, create an account, creates an account, sign up, register, captcha, public timetable, rate limit",
    "requests a minute/second/hour/day, requests per minute/second/hour/day, rate limits, rate limited, before .. can",
    "product pages, catalogue, catalog, open data, status page",
)
_INSIDE = cues(
    "internal, inside, vpc, cluster, mesh, network, private, behind the, firewall, callers, caller, calls, requests",
    "peers, own pods, subnet, intranet, vpn, gateway, header, headers, clients, services, traffic, load balancer",
    "neighbour, neighbours, other services",
)
_TRUSTING = cues(
    "is/are trusted, trust/trusts its/their/every/all/the/each/any/what/whatever, trusted",
)
_AUTH_WORDS = cues(
    "auth, auth_*, auth required, auth mode, authn, authentication, authenticating, jwt, oidc, sso, login, log in",
    "tokens, token's signature, their signature, token, token filter, token check, session check, signature check",
    "api key, api keys, credentials, session, caller, callers, identity, header, headers",
)
_SKIPPED = cues(
    "without any check, not validated, not verified, signature is not checked, signatures are not checked",
)
_IDENTITY = cues(
    "user id, user ids, tenant id, tenant/tenants, user is, users by, user, identity, caller/callers, identif*",
    "customer id, account id, role is, roles are, admin flag, header/headers, phone number, clinic number, partner",
    "customer, supplier, sensors, account, name of, riders, kiosks, devices, id",
)
_IDENTITY_CLAIMED = cues(
    "in .. header and",
)
_RECORDS = cues(
    "queries, driver, drivers, tours, agents see, agents, region, parcel/parcels, button, page, approval, tour",
    "message/messages, photo/photos, payment/payments, delivery, deliveries, order/orders, orders, document/documents",
    "record/records, records, invoice/invoices, invoices, booking/bookings, trip/trips, trips, tenant/tenants",
    "tenants, tenant's, account/accounts, accounts, customer/customers, customers, refund, endpoint, endpoints",
    "approve, everything, patient, patients, data, payslip, payslips, file, files, report, reports, claim/claims",
    "tickets, token, api, roles, role, permission/permissions, permissions, ids, id, user, users, session",
    "resource/resources, ride, rides, contract, contracts",
)
_ANY_USER = cues(
    "whoever knows/has .. id/number, any valid token, once logged in, by changing the id, can see all",
    "answers any customer/user, whoever .. belongs to, answers any signed/logged in customer/user",
)
_OWN_RECORDS = cues(
    "read access to tickets, everybody in support, of their team, in their region, with the role, viewer",
    "changes nothing, their own, his own, own orders, own data, only their, 404, 403, row level, canteen, public",
    "shared with, not enough, policy engine, comments, catalog, catalogue, denied, refused, rejected, is checked",
    "reviews, pull request, roadmap, export, changelog, gets a, cannot",
)
_UNCHECKED = cues(
    "ownership is not checked, not compared with .. token/session/caller, not .. whether .. belongs/owns",
    "not .. verify .. owns, does not check .. belongs",
)
_PASSWORD_ONLY = cues(
    "without .. mfa, name and password, without mfa",
)
_SECOND_FACTOR = cues(
    "must change, have to change, has to change, and totp, plus totp, with totp, second factor is asked",
    "and a second factor, and .. code, and .. plus, as well as, api, database/db, redis, broker, hardware key",
    "authenticator app, webauthn, passkey, besides .. password, in addition to .. password, changed, reset, mandatory",
    "enforced for all, refused, rejected, hashed, stored",
)

WORDINGS = (
    Wording(
        rule="security/public-admin-path",
        keys=(),
        together=(
            Together((_ADMIN, OUTSIDE), unless=GUARD + DENYING, clause=True),
            Together((_ADMIN, _UNGUARDED), unless=GUARD + DENYING, clause=True),
            Together((_EDGE, _LETS_OUT), unless=GUARD + DENYING),
        ),
        says="The text says that an interface for administrators is open.",
    ),
    Wording(
        rule="security/no-authentication",
        keys=(),
        together=(
            Together((_CALLED, _OPEN_DOOR), unless=_AUTHENTICATED, spared=_ELSE, clause=True),
            Together((_INSIDE, _TRUSTING), unless=_AUTHENTICATED),
            Together((_AUTH_WORDS, _SKIPPED), unless=_AUTHENTICATED, spared=_ELSE, lone=True, clause=True),
            Together((_IDENTITY, _IDENTITY_CLAIMED), unless=_AUTHENTICATED),
        ),
        says="The text says that callers need not say who they are.",
    ),
    Wording(
        rule="security/no-authorization",
        keys=(),
        together=(
            Together((_RECORDS, _ANY_USER), unless=_OWN_RECORDS + _ELSE),
            Together((_RECORDS, _UNCHECKED), unless=_OWN_RECORDS + _ELSE),
        ),
        says="The text says that nobody checks what a caller may do.",
    ),
    Wording(
        rule="security/no-mfa",
        keys=(),
        together=(Together((_PASSWORD_ONLY,), unless=_SECOND_FACTOR),),
        says="The text says that a stolen password is enough.",
    ),
)
