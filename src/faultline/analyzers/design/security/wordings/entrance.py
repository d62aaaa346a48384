"""How engineers put faults into words: who gets in: pages for administrators, stores, calls, records, other sites.

The cues are heard in any order; `documents/together.py` says how they make a fault together.
"""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues
from faultline.analyzers.design.documents.together import Together
from faultline.analyzers.design.documents.wording import Wording

_ADMIN = cues(
    "broker/queue/cluster/db/database/redis/kafka/storage/cloud/server/device console/ui",
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
    "operations/ops/admin console/consoles/ui/api, control panel, web console, ops console, queue console, actuator",
    "heapdump, pprof, debug endpoint/endpoints/port/page/pages/console, kibana, grafana, rabbitmq, prometheus",
    "alertmanager, phpmyadmin, pgadmin, adminer, kubernetes dashboard, jenkins, argo cd, argocd, argo, flower",
    "swagger ui, traefik dashboard, consul ui, vault ui, spark .. ui, airflow, sidekiq, h2 console, job console",
    "flag console, configuration page, metrics .. shutdown, env .. shutdown, replay endpoint, jaeger, kafka ui",
    "redis commander, portainer, mailhog, minio console, hangfire, bull board, temporal ui, nomad ui",
)
"""What is for administrators. A path such as `/ops/config` is heard as its words."""
_OUTSIDE = cues(
    "to/for/by anyone/anybody/everyone/everybody/whoever, open to all, public load balancer, every laptop, any laptop",
    "every machine, any machine, any computer, any browser, every browser, every device, home office",
    "from their homes, at home, on the road, any place, any connection, any wifi, customers can open, visitors",
    "the whole company, everyone in the company, anyone in the company, unauthenticated, external network",
    "external networks, foreign networks, partner network, from .. phone, from their phone, from the street",
    "from a browser, in every browser, from a hotel, from the train, outside .. company, unknown networks",
    "public hostname under, anywhere in the world, everywhere, over the open, internet, internet facing",
    "public facing, publicly .., publicly, is/are/was/made/stays public, world readable",
    "public gateway/host/hostname/router/route/ingress/interface/address/addresses/ip/port/nodeport/network/subnet",
    "public api/server/site/endpoint/edge/url/domain/listener/internet/load/name/web, public ip/ips/dns, from outside",
    "from the outside, to the outside, from anywhere, from everywhere, from home, works from anywhere",
    "from/to/for any/every/all network/networks/address/addresses/ip/ips/host/source, any/every/all/each network",
    "from any ip, all addresses, every address, every ip, any ip, any address, any source, any location",
    "to/for/by/from the world, to the whole/entire/open world, whole world, world reachable, to the open",
    "by/to every visitor, every visitor, 0.0.0.0, all interfaces, wan side, wan interface, loadbalancer service",
    "on .. nodeport, served on .. edge, outside world, external world, over the web, on the web",
    "reachable .. worldwide, from wherever, wherever they",
)
"""Where strangers are."""
_GUARD = cues(
    "vpn, single sign on, sso, mfa, two factor, second factor, bastion, jump host, identity aware, hardware key",
    "client certificate/certificates, mutual tls, mtls, port forward, allow list, allowlist, allow listed, whitelist",
    "restricted to, limited to, network policy, network policies, localhost, loopback, cluster ip, private network",
    "private subnet, internal network, internal load balancer, own account, own login, requires/require .. role",
    "operator role, admin role, zero trust, oauth proxy, oauth2 proxy, authenticating proxy, behind .. proxy",
    "behind .. login, after .. login, after signing in, only from, only via, only through, only inside, only within",
    "only .. reachable, reachable only, separate port, separate listener, not .. ingress, no ingress, no route",
    "security group, tailscale, wireguard, private link, privatelink, ip filter, basic auth, asks/ask for .. login",
    "protected by, authenticates, authenticated, on purpose, different hostname/hostnames, admin subnet, keycloak",
    "oidc",
)
_DENYING = cues(
    "not reachable, not .. reachable, not accessible, is closed, are closed, closed to, has no public, have no public",
    "no public, not public, not exposed, nothing else, never exposed, is not on, are not on, isn't reachable",
    "not .. from the internet, not .. from outside, not available from, was public for, post mortem, boundary",
    "boundaries, not expose, never expose, denies, deny, denied, blocks, blocked, rejects, rejected, refuses, refused",
    "answers 404/403/401, returns 404/403, 404, 403, 401, dropped, drops, turned away, not installed, removed",
    "compiled out, not routed, never routed",
)
_EDGE = cues("gateway, edge, ingress, load balancer, proxy, router, public api")
_LETS_OUT = cues(
    "publish/publishes/published/route/routes/routed/forward/forwards/expose/exposes .. internal/admin/actuator/ops/debug",
    "publish/publishes/route/routes/forward/forwards/expose/exposes .. management/backoffice/metrics/swagger/pprof",
)
_UNGUARDED = cues(
    "without a proxy in front, without .. proxy in front, no proxy in front, without anything in front",
    "nothing in front, not publish, not published, do not publish, not advertise, no further protection",
    "without further protection, without protection, no protection, unguarded, not secured, left open, stays open",
    "are open, is open, on the shop itself, on the site itself, on the public, same site, on the same site",
    "whoever knows, part of .. public, menu entry, link is shown, is shown to staff only, next to the api",
    "next to the public, beside the api, at any time from outside, not advertised, is not linked, secret path",
    "secret url, no vpn, without .. vpn, not behind .. vpn, not .. vpn, no separate login, no login, without .. login",
    "without .. password, no password, without .. authentication, no authentication, without authenticating",
    "no credentials, without .. credentials, not protected, unprotected, unauthenticated, unsecured, insecure mode",
    "no access control, without access control, does/do not ask/require .. login/password",
    "needs/need/requires no login, without .. single sign on, no single sign on, no sso, without .. sso",
    "no role check, without .. role, only known to, known to .. only, known only to, knowing .. address/url/path",
    "not linked, hidden, nobody knows, hard to guess, not guessable, unguessable, cannot be guessed, can't be guessed",
    "unlisted, obscure, obscurity, same route as, same port as, same host as, same router as, same port .. api",
    "alongside .. api, routed by .. gateway, routed .. as well, routed through .. gateway, public .. as well",
    "anyone/anybody/everyone/everybody/whoever .. can/may/could .. call/open/use/see/reach/read",
    "anyone/anybody/everyone/everybody/whoever can/may/could, anyone/everyone/everybody .. link/url/address",
)
_STORE = cues(
    "primary, standby, search cluster, elastic, document store, data node, data nodes, queue manager, mq, replica",
    "replicas, read replica, data lake, time series, database/databases, databases, db, postgres/postgresql, mysql",
    "mariadb, mongo/mongodb, redis, elasticsearch, opensearch, rabbitmq, kafka, memcached, etcd, cassandra",
    "clickhouse, influxdb, broker/brokers, cache, nfs, consul, zookeeper, data store, datastore, rds, cloud sql",
    "warehouse, nats, sql server, oracle, port 5432/3306/6379/27017/9200/5672/9092/11211/2379/1433/8123/4222/5433",
)
_FRONT = cues(
    "search page, status page, api, gateway, load balancer, web, front end, site, portal, browser/browsers, app",
    "ingress, users, shop, edge, cdn, proxy, website, page, dashboard/dashboards, bastion, vpc, subnet, endpoint",
    "requests, request, https, application",
)
_STORE_DOOR = cues(
    "primary listens on a public, straight from .. browser, from the browser to, mapped on the host",
    "port .. on the host, on a public address, has a public address, port of the broker, database port",
    "broker listens, store listens, its port, their port, cache port, replica on its public, replica .. public",
    "reads .. replica .. public, port of .. database, database's port, database .. port, whose port, broker's port",
    "port 5432/3306/6379/27017/9200, port 5672/9092/11211/2379/1433/8123/4222, security group of .. database",
    "directly to .. database, database listens, postgresql listens, database .. reachable, database is .. reachable",
    "database has a public, database is exposed, straight to .. database, reads directly from .. database",
    "database instance is, rds instance, publicly .. database, database lives in, redis is published",
    "connect to .. database, connections to .. database, database host, cache is bound, brokers are",
    "data store is not in, cloud sql instance, database server, into .. database from, database through",
    "query .. database from, exposes .. database, published .. ports, database is on",
)
_CALLED = cues(
    "tablets, tablet, get, post, settlement, kiosks, screens, suppliers, supplier, kiosk/kiosks, clinics, meters",
    "scanners, terminals, clients, quote engine, riders, carriers, search, reads, path, message, connection",
    "connections, api, apis, endpoint/endpoints, endpoints, service/services, services, request/requests, requests",
    "call/calls, calls, caller/callers, callers, client/clients, port, page, dashboard, graphql, listener/listeners",
    "broker, redis, kafka, queue, server, gateway, handler, middleware, backend, console, database, mongodb",
    "elasticsearch, jenkins, mqtt, rpc, grpc, devices, device, partner/partners, export, upload, link, order",
    "token is optional, authentication, tokens, token, url, route, traffic, webhook*, collector, ingest, app, job",
    "jobs, ledger, without it, without them, without one, pod, pods, header, headers, login, data, records, patient",
    "whoever, scheduler, worker, portal, site, functions, function, stream, topic, socket, websocket, feed",
    "report/reports, controller, agent, sensor/sensors, without .. token, without .. header, without .. credentials",
    "without .. session, no token, in front of it, tool, operator, operators, staff, users, household, meter",
    "document/documents, file/files, image/images, everything",
)
_OPEN_DOOR = cues(
    "bypass*, bypass the token, bypass .. filter, skip the filter, always logged in, stay logged in, stays logged in",
    "never logged out, not look at it, not look at the token, not look at .. token, no notion of a caller",
    "no notion of .. user, no notion of who, knows no users, know no users, no concept of .. user",
    "no concept of users, any machine .. can, any machine .. may, any host .. can, any host .. may, any laptop",
    "any computer, every machine .. can, whoever has it, whoever has the, whoever knows, whoever finds, whoever is on",
    "whoever is in, just post, simply post, just call, simply call, no credentials between, know each other by",
    "knows .. by host name, by its ip, by their ip, by ip address, ip address is enough, source ip, mode none",
    "auth none, auth mode none, authentication none, security none, anonymous enabled, allow anonymous, guest access",
    "as guest, as a guest, without registering, without registration, not registered, left without, not secured",
    "unsecured, is unprotected, are unprotected, not protected, unprotected, believes it, believe it",
    "takes it as given, believes what, trusts what, no checking of, nobody asks, not ask for, does not ask for",
    "asks no one, no auth, without auth, need no token, need no login, needs no token",
    "without .. authorization header, missing .. header .. accepted, without the header, need not log in",
    "needs not log in, need not sign in, cannot log in, can't log in, cannot authenticate, can't authenticate",
    "not log in, not sign in, does what it is asked/told, do what they are asked/told, does as it is told",
    "what it is asked, gets through is served, answers to everyone/anyone/whoever/all/anybody, look/looks no further",
    "not look any further, taken for granted, take for granted, at its word, at their word",
    "recognised/recognized/identified/known/told by .. ip/number/name/serial/address, by naming .., as their identity",
    "as its identity, as identity, no token is passed, no token is sent, no token is asked, nothing else is checked",
    "nothing is checked, nothing .. checked, no further check, not ask for more, asks nothing, asks for nothing",
    "no questions asked, without further ado, not checked who, unchallenged, unidentified, token .. left out",
    "signature .. left out, check .. left out, verification .. left out, check is omitted, checks are omitted, waive*",
    "not bother, does not bother, without asking, without question, asks nobody, ask nobody, for whoever",
    "whoever asks, whoever calls, whoever sends, whoever connects, whoever reaches, takes .. from whoever, by whoever",
    "no login, no .. login, without .. login, no sign in, without signing in, without logging in, no need to log in",
    "no credentials, without .. credentials, no .. credentials, no password, without .. password, without password",
    "no authentication, no .. authentication, without authentication, without .. authentication, unauthenticated",
    "not authenticate, not authenticated, no token, without .. token, no api key, without .. api key, no session",
    "without .. session, no further proof, no proof, not ask/asks/check/checks/verify/know who, who is calling",
    "no check of who, not .. who is calling, not .. who the caller, exempt from .. authentication, needs no session",
    "excluded from .. authentication, anonymously, anonymous access, anonymous user/users/reads/requests/calls/writes",
    "as anonymous, as .. anonymous user, as .. default tenant/user, as user system, as user admin, as .. system user",
    "security is disabled, security .. false, auth .. off, auth is off, auth .. disabled",
    "authentication .. turned off, from any sender, from anybody, from anyone, from everybody, from everyone",
    "from whoever, any sender",
    "accept/accepts/accepted every/any/all client/clients/request/requests/caller/callers/call/calls/connection/sender",
    "accept/accepts/serve/serves/answer/answers/takes/obeys .. every/any request/client/caller/command/call",
    "answers everyone, serves everyone, serves everybody, answers anybody, answers whoever, obeys every command",
    "token check .. skipped/off/disabled, skip/skips .. token, not verified by, tokens are not ..",
    "token is not checked, is/are optional .. without it, optional without it, accepted as they are, accepted as is",
    "taken as is, let through, requests without .. through, lets .. without, falls through, considered authentic",
    "counts as being, counts as, open to everybody, open to everyone, open to anyone, open to all, open to the world",
    "is open the, left open, any client may, any service may, any pod may, every pod may, anybody may, anyone may",
    "not linked, hard to guess, knows the url/address/path, known to .. only, knowing the url/address",
    "by its number alone, by .. number alone, by .. serial number, number is enough, id is enough",
    "is enough to see/open/read/fetch/get, suffices to, all one needs, all that is needed, nobody has to sign in",
    "nobody has to log in, public and needs, no sign on, enforced only on write, only .. write operations .. login",
    "takes no login, tls is not required, no key, no api, whatever command, anyone .. network, anybody .. network",
    "everyone .. network, anyone .. vpn, everyone on the vpn, no checks, no identity check, without identification",
    "without proving, no access control, without being asked who",
)
_AUTHENTICATED = cues(
    "signed url, set again, overwritten, strips, sets it again, from the verified, from the token, is refused",
    "are refused, turned away, only to, only for members, stateless, no session is kept, session memory, sticky",
    "log in page, login page, single user, locally, trusted client, trusted operator, memory, local mode",
    "trusted ingress, reject, rejects, rejected, refuse, refuses, refused, 401, 403, 404, denied, denies, mandatory",
    "bearer token, valid token, verified token, requires/require a/an .. token, needs a .. token, need a token",
    "mutual tls, mtls, client certificate, client certificates, service account token, oauth, oidc, single sign on",
    "signed link, health, liveness, readiness, probe, probes, status page, public catalogue, catalogue, catalog",
    "robots, guest/guests, changelog, roadmap, passwordless, passkey, sign up, registration, well known, jwks",
    "openapi, documentation, landing, marketing, blog, not trusted, trusts only, trust only, never trust",
    "never trusts, zero trust, trust store, truststore, trusted proxy, trusted proxies, trust anchor",
    "trusted certificate, trusted ca, trust boundary, trust boundaries, trusted zone, trusted publish*, trusted type",
    "trusted types, ignored, stripped, is stripped, expired, static, assets, favicon, public website",
    "product catalogue, shop, hands them to, hand over to, only the kubelet, identity provider, refuses to start",
    "workload identity, sasl, scram, every call carries, nothing personal, public on purpose, stolen, password reset",
    "delivered at least once, proves who, is checked, are checked, is verified, are verified, is authenticated",
    "are authenticated, with a signature, verifies, idempotency, expiry, expires, rotated, test, tests, forged",
    "unsigned events, dropped, csrf, trusted by our customers, after authentication, never get past, never reach",
)
_INSIDE = cues(
    "internal, inside, vpc, cluster, mesh, network, private, behind the, firewall, callers, caller, calls, requests",
    "peers, own pods, subnet, intranet, vpn, gateway, header, headers, clients, services, traffic, load balancer",
    "neighbour, neighbours, other services",
)
_TRUSTING = cues(
    "is/are trusted, trust/trusts its/their/every/all/the/each/any/what/whatever, trusted because, trusted as",
    "trusted, believe/believes the/its/every, considered authentic, considered trusted/safe, taken at face value",
    "at face value, rely on .. network, relies on .. network, left to .. network, enough to be trusted",
    "treated as trusted",
)
_IDENTITY = cues(
    "tenants, tenant header, sensors, id, ids, phone number, clinic number, partner's number, customer's number",
    "number, supplier, partner is, name of, user id, user ids, tenant id, tenant, user is, users by, user's id",
    "identity, caller, identif*, customer id, account id, who the user, role is, roles are, admin flag, header",
)
_IDENTITY_CLAIMED = cues(
    "in the tenant header, in .. header and, into the topic, in the topic name, send/sends .. name in .. header",
    "send/sends .. id in .. header, header and .. filters, sets .. header, put/puts .. id into, put/puts their",
    "in .. cookie that the client, which the client fills, filled by the client, set by the client, set by the caller",
    "given by the caller, chosen by the caller, in a query parameter, as a query parameter, in .. query parameter",
    "in the first message, sends it along, in .. url, from .. file name, from the path, says who, tells who",
    "from .. host name, as the caller states, named in .. body, named in .. request, taken from .. header",
    "read from .. header, header .. client sets/sends, header that .. caller/client sends/sets, believes .. header",
    "trusts .. header, from .. x user id, from the x, in .. request body, from .. query string",
    "from .. query parameter, from a query, in .. query string, by .. email in, header that the caller, from .. body",
    "as .. client says, as the client states, names itself, name of the caller is sent",
)
_RECORDS = cues(
    "agents see, agents, region, parcel/parcels, button, page, approval, tour, message/messages, photo/photos",
    "payment/payments, delivery, deliveries, order/orders, orders, document/documents, record/records, records",
    "invoice/invoices, invoices, booking/bookings, trip/trips, trips, tenant/tenants, tenants, tenant's",
    "account/accounts, accounts, customer/customers, customers, refund, endpoint, endpoints, approve, everything",
    "patient, patients, data, payslip, payslips, file, files, report, reports, claim/claims, tickets, token, api",
    "roles, role, permission/permissions, permissions, ids, id, user, users, session, resource/resources, ride, rides",
    "contract, contracts",
)
_ANY_USER = cues(
    "see/sees all customers, sees all patients, see/sees all records, no separation, not separated",
    "everything that .. can do, do all that, all agents see all, one role, only one role, each can see every",
    "access to everybody, may open every, can open every, may open any, can open any, of every other, sees another's",
    "see another's, another's data, any parcel .. number, sees any .. whose, see any .. whose, any signed in .. who",
    "from every employee, takes the call from every, each other's, anyone's, everybody's, of their colleagues",
    "of other, whose number they enter, all other customers, everyone else's, any .. with a session",
    "any .. with a login, every .. with a login",
    "every/any logged-in/signed-in/authenticated/registered user/customer/employee/account/client .. can/may/could",
    "any/every user/customer/employee/account/driver/member/clinician/agent .. can/may/could .. all/any/every/other",
    "every logged in user can, any authenticated user may, any valid token, whoever has a session",
    "whoever is logged in, whoever has .. token, every token gives, once logged in everybody, once logged in",
    "another .. by changing, knowing .. id suffices, knowing .. id is enough, by changing the id",
    "by changing .. number, may see .. of all others, invoices of all others, login opens all",
    "logged in user .. every, any employee .. all, each .. login opens, sees everything, can see all, may see all",
    "may see every, can open .. another, everybody can do everything, gives access to all, access to all tenants",
    "all with a login, guessing .. id, guess .. id, all users may, all users can, for all tenants with one token",
    "any partner .. every, any partner .. all, another customer's, another user's, somebody else's, other people's",
    "other customers' data, other tenants' data",
)
_OWN_RECORDS = cues(
    "their own, his own, own orders, own data, only their, 404, 403, row level, canteen, public, shared with",
    "not enough, policy engine, comments, catalog, catalogue, denied, refused, rejected, is checked, reviews",
    "pull request, roadmap, export, changelog, gets a, cannot",
)
_UNCHECKED = cues(
    "hides the button, hides .. button, button is hidden, menu is hidden, nothing .. compares, not asked whose",
    "not looked at whose, whose it is is not, not whose, without looking at whose, without .. whose, ownership .. not",
    "not whether .. belongs, no check that, not .. whether .. belongs/owns, not compared, is not compared",
    "not check roles, not .. verify .. owns, roles are only, only .. user interface, only enforced in",
    "enforced only in, not check .. role, checked in the browser, checked in .. app, hides the buttons",
    "left to the client, left to .. front, used as it is, from the query string, read from .. request body",
    "there are no roles, no roles, not distinguish, no distinction, not limited to, not check .. owner",
    "without checking .. owner, owner is not, tenant is not, not filtered by tenant, does not check .. belongs",
    "not check .. tenant, no tenant check, no ownership check, not look at .. role, not .. match .. token",
    "whatever tenant, any tenant id, not tied to, not bound to",
)
_ORIGIN = cues(
    "browsers, browser, cors, origin, origins, preflight, cross origin, cross site, same origin",
    "access control allow origin, any web page, every site, any site, browser api, any website",
)
_ANY_ORIGIN = cues(
    "from wherever, wherever .. page, any page, loaded from anywhere, any frontend, whatever origin, whatever site",
    "whoever asks, whatever page, any caller, of any site, every caller, from all sites, origin asks",
    "any/every/all origin/origins/site/sites/page/pages/domain/domains/host/hosts, of any domain, any web page",
    "wide open, every origin, echoed, echo/echoes, reflect/reflects/reflected, mirrors .. origin, mirrored",
    "not restricted, no origin check, no .. origin check, not checked, is not checked, permits everything",
    "allows everything, allow all, wildcard, disabled, from anywhere, origins any, opened for all, caller's origin",
    "no cors restrictions, star, accepts all, open to every, without .. origin check, by any site, any website",
)
_FEW_ORIGINS = cues(
    "of our, our domains, our own, our two, only, allow list, allowlist, allowed origins, listed, refused, refuses",
    "rejected, fail/fails, other than, nobody else, public fonts, fonts, no business, never, debugging is, cdn",
    "certificate, dns, image, page builder, compared with",
)
_SIGN_IN = cues(
    "log in, logs in, login, logins, sign in, administrator/administrators, administrators, admins, admin",
    "back office, vpn, console, mfa, 2fa, root account, staff, accounts, portal, second factor, operators, support",
)
_PASSWORD_ONLY = cues(
    "name and password are, user name and password are, password are enough, passwords are enough, password will do",
    "no mfa, no 2fa, second factor was, second factor .. later, second factor .. postponed",
    "second factor .. cumbersome, with a password, by password, second factor is not, second factor .. dropped",
    "mfa .. later, password only, only .. password, just .. password, name and password, password is enough",
    "password is all, mfa is optional, 2fa is optional, factor is optional, second factor is optional",
    "2fa has been postponed, password alone, nothing but .. password, no second factor, without .. second factor",
    "without mfa, without 2fa, mfa is not, mfa .. not enabled, mfa .. off, single factor, password suffices",
    "only a password",
)
_SECOND_FACTOR = cues(
    "second factor is asked, and a second factor, and .. code, and .. totp, plus, as well as, api, database/db, redis",
    "broker, hardware key, authenticator app, totp, webauthn, passkey, besides .. password",
    "in addition to .. password, changed, reset, mandatory, enforced for all, refused, rejected, hashed, stored",
)
_BUCKET = cues(
    "export bucket, export container, bucket, buckets, storage container, blob container, object store",
    "object storage, file share, s3, storage account, uploaded documents, exports are, receipts, static host",
)
_ANONYMOUS = cues(
    "open for reading, open to read, open for everyone, bucket is open, is readable by all, without an account",
    "no aws accounts, anonymous reads/access/read, public read, lets everybody, lets anyone, without credentials",
    "without .. login, without access control, no access control, has the url, who has the link",
    "public access .. allowed, listable, world readable, public acl, a public bucket, open to everyone",
    "unauthenticated reads, without signed",
)
_MEANT_PUBLIC = cues(
    "private, block/blocks/blocked, static assets, static, assets, website, marketing, product images, presigned",
    "signed, cdn, no public, not public, denies, refused, front end, docs, downloads page, release artifacts, never",
    "lifecycle, encrypted, replicated, cloudfront, images are public, public on purpose, map tiles, open data",
)

WORDINGS = (
    Wording(
        rule="security/public-admin-path",
        keys=(),
        together=(
            Together((_ADMIN, _OUTSIDE), unless=_GUARD + _DENYING),
            Together((_ADMIN, _UNGUARDED), unless=_GUARD + _DENYING),
            Together((_EDGE, _LETS_OUT), unless=_GUARD + _DENYING),
        ),
        says="The text says that an interface for administrators is open.",
    ),
    Wording(
        rule="security/exposed-data-port",
        keys=(),
        together=(
            Together((_STORE, _OUTSIDE), unless=_GUARD + _DENYING + _FRONT, lone=True, clause=True),
            Together((_STORE_DOOR, _OUTSIDE), unless=_GUARD + _DENYING, lone=True),
        ),
        says="The text says that a store of data is open to the network.",
    ),
    Wording(
        rule="security/no-authentication",
        keys=(),
        together=(
            Together((_CALLED, _OPEN_DOOR), unless=_AUTHENTICATED, clause=True),
            Together((_INSIDE, _TRUSTING), unless=_AUTHENTICATED),
            Together((_IDENTITY, _IDENTITY_CLAIMED), unless=_AUTHENTICATED),
        ),
        says="The text says that callers need not say who they are.",
    ),
    Wording(
        rule="security/no-authorization",
        keys=(),
        together=(
            Together((_RECORDS, _ANY_USER), unless=_OWN_RECORDS),
            Together((_RECORDS, _UNCHECKED), unless=_OWN_RECORDS),
        ),
        says="The text says that nobody checks what a caller may do.",
    ),
    Wording(
        rule="security/any-origin",
        keys=(),
        together=(Together((_ORIGIN, _ANY_ORIGIN), unless=_FEW_ORIGINS),),
        says="The text says that every web site may call it from a browser.",
    ),
    Wording(
        rule="security/no-mfa",
        keys=(),
        together=(Together((_SIGN_IN, _PASSWORD_ONLY), unless=_SECOND_FACTOR),),
        says="The text says that a stolen password is enough.",
    ),
    Wording(
        rule="security/public-bucket",
        keys=(),
        together=(Together((_BUCKET, _OUTSIDE + _ANONYMOUS), unless=_MEANT_PUBLIC, lone=True),),
        says="The text says that stored files are open to everybody.",
    ),
)
