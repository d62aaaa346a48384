"""Words of security: who, what and where, how it is said to be open, and what guards it.

The wordings put them together; `documents/cues.py` says how a phrase is written.
"""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues

ADMIN = cues(
    "admin, administration, back office, backoffice, management console/ui/interface/port/api/page/panel",
    "operator/operators/operations/operational/ops/maintenance/support/staff/internal console/consoles/dashboard",
    "operator/operators/operations/operational/ops/maintenance/support/staff .. endpoint/endpoints/page/pages/tool/ui",
    "internal dashboard/dashboards/tool/tools/endpoint/endpoints/page/pages, endpoint .. operators",
    "operations/ops/admin console/consoles/ui/api, control panel, web console, ops console, queue console",
    "actuator, heapdump, pprof, debug endpoint/endpoints/port/page/pages/console",
    "kibana, grafana, rabbitmq, prometheus, alertmanager, phpmyadmin, pgadmin, adminer, kubernetes dashboard, jenkins",
    "argo cd, argocd, argo, flower, swagger ui, traefik dashboard, consul ui, vault ui, spark .. ui, airflow, sidekiq",
    "h2 console, job console, flag console, configuration page, metrics .. shutdown, env .. shutdown, replay endpoint",
    "jaeger, kafka ui, redis commander, portainer, mailhog, minio console, hangfire, bull board, temporal ui, nomad ui",
)
"""What is for administrators. A path such as `/ops/config` is heard as its words."""
PATHS = cues("ops, admin, internal, debug, actuator, manage, backoffice, console")

STORE = cues(
    "database/databases, databases, db, postgres/postgresql, mysql, mariadb, mongo/mongodb, redis, elasticsearch",
    "opensearch, rabbitmq, kafka, memcached, etcd, cassandra, clickhouse, influxdb, broker/brokers, cache, nfs, consul",
    "zookeeper, data store, datastore, rds, cloud sql, warehouse, nats, sql server, oracle",
    "port 5432/3306/6379/27017/9200/5672/9092/11211/2379/1433/8123/4222/5433",
)

OUTSIDE = cues(
    "internet, internet facing, public facing, publicly .., publicly, is/are/was/made/stays public, world readable",
    "public gateway/host/hostname/router/route/ingress/interface/address/addresses/ip/port/nodeport/network/subnet",
    "public api/server/site/endpoint/edge/url/domain/listener/internet/load/name/web, public ip/ips/dns",
    "from outside, from the outside, to the outside, from anywhere, from everywhere, from home, works from anywhere",
    "from/to/for any/every/all network/networks/address/addresses/ip/ips/host/source, any/every/all/each network",
    "from any ip, all addresses, every address, every ip, any ip, any address, any source, any location",
    "to/for/by/from the world, to the whole/entire/open world, whole world, world reachable, to the open",
    "to/for/by anyone/anybody/everyone/everybody/all/whoever, by/to every visitor, every visitor",
    "0.0.0.0, all interfaces, wan side, wan interface, loadbalancer service, on .. nodeport, served on .. edge",
    "outside world, external world, over the web, on the web, reachable .. worldwide, from wherever, wherever they",
)
"""Where strangers are."""

UNGUARDED = cues(
    "no vpn, without .. vpn, not behind .. vpn, not .. vpn, no separate login, no login, without .. login",
    "without .. password, no password, without .. authentication, no authentication, without authenticating",
    "no credentials, without .. credentials, not protected, unprotected, unauthenticated, unsecured, insecure mode",
    "no access control, without access control, does/do not ask/require .. login/password, needs/need/requires no login",
    "without .. single sign on, no single sign on, no sso, without .. sso, no role check, without .. role",
    "only known to, known to .. only, known only to, knowing .. address/url/path, not linked, hidden, nobody knows",
    "hard to guess, not guessable, unguessable, cannot be guessed, can't be guessed, unlisted, obscure, obscurity",
    "same route as, same port as, same host as, same router as, same port .. api, alongside .. api",
    "routed by .. gateway, routed .. as well, routed through .. gateway, public .. as well",
    "anyone/anybody/everyone/everybody/whoever .. can/may/could .. call/open/use/see/reach/read",
    "anyone/anybody/everyone/everybody/whoever can/may/could, anyone/everyone/everybody .. link/url/address",
)

GUARD = cues(
    "vpn, single sign on, sso, mfa, two factor, second factor, bastion, jump host, identity aware, hardware key",
    "client certificate/certificates, mutual tls, mtls, port forward, allow list, allowlist, allow listed, whitelist",
    "restricted to, limited to, network policy, network policies, localhost, loopback, cluster ip, private network",
    "private subnet, internal network, internal load balancer, own account, own login, requires/require .. role",
    "operator role, admin role, zero trust, oauth proxy, oauth2 proxy, authenticating proxy, behind .. proxy",
    "behind .. login, after .. login, after signing in, only from, only via, only through, only inside, only within",
    "only .. reachable, reachable only, separate port, separate listener, not .. ingress, no ingress, no route",
    "security group, tailscale, wireguard, private link, privatelink, ip filter, basic auth, asks/ask for .. login",
    "protected by, authenticates, authenticated, on purpose, different hostname/hostnames, admin subnet, keycloak, oidc",
)
DENYING = cues(
    "denies, deny, denied, blocks, blocked, rejects, rejected, refuses, refused, answers 404/403/401, returns 404/403",
    "404, 403, 401, dropped, drops, turned away, not installed, removed, compiled out, not routed, never routed",
)

HOLDERS = cues(
    "all, every, each, everyone, everybody, whole team, team, staff, agents, operators, engineers, developers",
    "partners, services, tenants, nurses, doctors, drivers, devices, contractors, customers, environments, colleagues",
    "production .. staging, staging .. production, microservice/microservices, connectors, workers, jobs, administrators",
    "admins, analysts, employees, clients, both, several, shifts, shift, night, on call, six, four, three, five, ten",
    "everything, instances, replicas, shops, branches, stores, support, warehouse, ward, apps, applications, components",
    "terminals, couriers, teachers, clerks, people, pods, users",
)
ONE_ACCOUNT = cues(
    "same/common/shared/generic account/login/user/username/password/credentials/token/key/secret/certificate",
    "same/common/shared/generic database/db/api/access/admin/root/service/iam/aws/client/secret/ssh/signing/technical"
    " user/account/key/keys/token/login/password/id/secret/credentials",
    "same .. api/signing/secret/access/ssh key, same .. user/account/login/password/credentials, same set of credentials",
    "share/shares/sharing one/a/the/an/its/their .. account/login/user/password/key/token/secret/credentials",
    "share/shares account/login/credentials/passwords/keys/tokens, shared account/accounts/login/logins/credentials",
    "shared .. account/login, team wide login/account/password, generic .. account/user/login, common .. account/login",
    "one .. account/login/key/token/password/user for/shared/used, one set of credentials, one api key for, one login for",
    "single .. account/login/iam/user/key/token/password for/is/shared/used, single service account, single iam user",
    "only one login/account/user/key/password, single set of credentials, a single login, a single api key, one key for",
    "logs/log in as support/admin/root/ops, team's shared/common, one ssh key, one common, one shared, one and the same",
    "reuse/reuses .. account/credentials/login/password/key, contractors use .. account, uses .. colleague's account",
    "know/knows .. root/admin .. password, knows the root password, under one account, with one account, under one user",
    "known to .. whole/entire/team, password is known to, uses/use .. another's login, cannot be attributed",
)
OWN = cues(
    "own account/login/user/key/name/credentials/password/database/role/identity/token, own .. user/account/key/login",
    "own .. credentials/token, its own, their own, not shared, not share, no shared, not used, not .. shared",
    "unique, identity provider, break glass, sealed, per service, per tenant, per partner, was split, calendar, dashboard",
    "account service, user service, pre shared, shared library, each has, dedicated, single sign on, sso, separate",
)

SECRET = cues(
    "password/passwords, passwords, passphrase, credential/credentials, credentials, secret/secrets, secrets, api key",
    "api keys, access key, access keys, private key, private keys, signing key, signing keys, encryption key/keys",
    "master key, deploy key, hmac key, root key, root keys, aws keys, tokens, token, kubeconfig, connection string/strings",
    "service account json/key, dotenv, env file/files, environment file/files, client secret, certificate .. key",
    "certificates .. keys, keys, ssh key, ssh keys, key file/files, keystore, license key, shared key, pin/pins, jwt secret",
    "env",
)
WRITTEN_DOWN = cues(
    "in/into/to/from/with .. repository/repo/repos/git/github/gitlab/bitbucket, in version control, in .. source code",
    "in .. codebase, in .. code base, in .. code, in the code, with the code, next to the code, in .. sources, in source",
    "in .. image/images/ami/layers/dockerfile/binary/bundle/apk/installer/jar, into .. image/images/ami/container/bundle",
    "part of .. image/images/bundle/binary/app/repository, in .. mobile/android/ios/single page/front app/end/application",
    "in/on .. wiki/confluence/readme/runbook/runbooks/handbook/notion/sharepoint/spreadsheet/sheet/note/notes",
    "by/over/via/through/in/per .. slack/chat/mail/email/whatsapp/teams, by e mail, via e mail, pinned .. message",
    "in .. channel, mailed to, e mailed, google drive, in .. drive/folder/configmap/manifest/manifests/script/handler",
    "in the manifests themselves, in .. config map, in .. properties, in .. values/compose file/files/yaml/yml",
    "in .. config/configuration/deployment/ci/environment/job/task/env file/files/definition/definitions",
    "in plain variables, as plain variables, as a plain variable, in .. plain file",
    "committed, checked in, checked into, hard coded, hardcoded, baked into, versioned with/together, in the history",
    "literal, is a constant, as a constant, constant in, build argument/arguments/arg, base64 encoded, next to .. data",
    "same bucket, copied into .. container, shipped with/in, embedded in, sticky note, written down in, listed in",
    "unencrypted on .. disk, in .. shell history, crontab, on the build server",
    "tfvars, in .. plain text, in clear text, hand .. by, given by",
)
SECRET_SAFE = cues(
    "vault, sops, sealed, kms, hsm, secret manager, secrets manager, secret store, parameter store, key vault",
    "external secrets, public key, public keys, publishable, hash/hashes/hashed, reference/references/referenced",
    "by name, names only, placeholder/placeholders, mounted, scanner, scan/scans, scanned, primary key, foreign key",
    "idempotency key, cache key, partition key, routing key, sort key, primary keys, foreign keys, partition keys",
    "keys of, secrets are not, secret is not, was found, revoked, has no password, without .. password, keychain",
    "encrypted with, encrypted before, are encrypted, is encrypted, never, in memory, memory volume, design tokens",
    "ci secrets, github secrets, actions secrets, secret scanning, token bucket, lock file, lint, example, variables of",
    "public ssh, key value, key decisions, key metrics, key figures, generated at, in redis, in the cookie, cookie",
    "cancellation token, continuation token, page token, sync token, token service, password policy, secret name",
    "blocks, refuses, rejects, sort keys, kubernetes secret, injected",
)

TRAVEL = cues(
    "traffic, talk/talks, call/calls/called, send/sends/sent, sends, sent, post/posts/posted, posts, posted, deliver*",
    "reach/reaches/reached, reached, fetch*, connect*, request/requests, requests, replicat*, transfer*, travel*, cross",
    "crosses, stream*, ship/shipped/ships, exchange*, load/loads, loads, listen*, link/links/linked, wire, between",
    "gateway, protocol, port, channel, interface, browser/browsers, terminal/terminals, front end, callback/callbacks",
    "callback, received, receives, receive, sessions, cookies, handed to, relay, bind/binds, login page, public site",
    "site listens, over the network, over the internet, leave/leaves, offered, served, serves, registry, push*, publish*",
    "upload*, forward*, poll/polls/polled, report/reports, telemetry, in transit, on the way, client, upstream, backend",
    "api, endpoint, speaks, speak, webhook*, ingest, edge, proxy, readings, tls, path, hop",
)
IN_CLEAR = cues(
    "plain http, unencrypted http, http only, only http, http included, http as well as, http and https, insecure http",
    "over http instead, over plain http, http rather than, http instead of, http no tls, http without tls, http port #",
    "http to port #, http on port #, port 80, on 80, in the clear, in clear, in clear text, clear text, cleartext",
    "in plain text, plaintext, plain text, plain tcp, unencrypted, not encrypted, isn't encrypted, aren't encrypted",
    "not .. encrypted, without tls, no tls, without ssl, no ssl, without https, no https, without starttls, no starttls",
    "without encryption, no encryption, nothing encrypting, without .. encryption, no .. encryption",
    "sslmode disable, insecure credentials, telnet, ftp, plain ftp, via ftp, over ftp, insecure registries",
    "tls .. off, tls off, tls is disabled, tls disabled, turned tls off, switched tls off, https .. not enforced",
    "https is not enforced, readable on the wire, readable .. network, encryption in transit is not",
    "not use tls, not use https, not .. https, not speak tls, cannot do tls, tls was dropped, skip/skips tls",
    "http is good enough, http is enough, http is fine, http is sufficient, http suffices, simple http, bare http",
    "via http from, via http to, over http from .. internet, over http .. internet, use http, by http, uses http for",
)
WIRE_SAFE = cues(
    "redirect/redirects/redirected, mesh, sidecar, mtls, mutual tls, ipsec, vpn, tunnel, wireguard, localhost, loopback",
    "laptop, unix socket, html, multipart, at rest, stored, kept in, saved, disk/disks, volume/volumes, backup/backups",
    "backups, bucket/buckets, column, table, refused, refuses, rejected, rejects, dropped, closed, port 80 only, acme",
    "http 2, http 3, password hash, static assets, password/passwords stored, snapshots, snapshot, records are stored",
    "public assets, markdown, plain text mail, tls 1.3, tls 1.2, hsts, never, log/logs/logged, logs, logged",
)

STORED = cues(
    "store/stored/stores, stored, kept, keep/keeps, saved, save/saves, held, hold/holds, persisted, persist/persists, lie",
    "lies, rest/rests, rests, volume/volumes, volumes, disk/disks, disks, backup/backups, backups, dump/dumps, dumps",
    "snapshot/snapshots, snapshots, bucket/buckets, buckets, archive/archives, archived, tape/tapes, tapes, table, column",
    "database/databases, file share, nas, shared drive, warehouse, laptop, laptops, sqlite, export, exports, at rest",
    "storage, object store, document store, rds, put on, put into, sit, sits, copied to, written to, stays in, on the share",
    "data at, encryption at rest",
)
READABLE = cues(
    "unencrypted, not encrypted, isn't encrypted, aren't encrypted, not .. encrypted, no encryption, without encryption",
    "without .. encryption, no .. encryption, encryption .. off, encryption is not, encryption is disabled",
    "encryption .. left off, encryption .. switched off, encryption .. turned off, encryption was not",
    "not encrypt, don't encrypt, nothing .. encrypted, not .. encrypt, encryption .. not enabled/configured",
    "encryption .. disabled, kms is not, rest in clear, rest in the clear",
)
LEGIBLE = cues(
    "clear text, plain text, plaintext, cleartext, in clear, in the clear, plain csv, plain sql, plain json, readable form",
    "as they are, as they come, as it is, raw, as varchar, legible, plain files, plain file, in the open",
)
SENSITIVE = cues(
    "card number/numbers, card numbers, card data, pan, cvv/cvc, cvv, iban/ibans, ibans, bank details, bank account/data",
    "patient/patients, patients, medical, health, diagnosis, diagnoses, prescription/prescriptions, passport/passports",
    "passports, identity card/cards/document/documents, identity cards, id cards, social security, ssn/ssns, salary",
    "salaries, payroll, wages, tax, personal data, personal, pii, customer data, customer list, tokens, birth date",
    "date of birth, contract/contracts, national id, address/addresses, credentials, names, payment data, account number",
    "account numbers, dump, bank, phone numbers, biometric, resumes, cvs, licences, license scans, driving licence",
)
STORAGE_SAFE = cues(
    "password/passwords, public, in transit, traffic, on the wire, sent, html, feature flag/flags, search index, never",
    "customer managed, encrypted with, is encrypted, are encrypted, not store, not stored, configuration",
    "denies, refused, refuses, policy, cannot be created, hash*, logs, log, logged, repository, config",
)

CREDENTIAL = cues(
    "token/tokens, tokens, session/sessions, sessions, cookie/cookies, cookies, jwt/jwts, jwts, credential/credentials",
    "credentials, key, keys, api key, api keys, secret/secrets, secrets, password/passwords, passwords, certificate",
    "certificates, presigned/pre-signed/signed/download/invitation/reset/share link/links/url/urls, presigned, invitation*",
    "download links, shared secret, signing key, access key",
)
FOREVER = cues(
    "never expire/expires/expiring, not expire, don't expire, doesn't expire, no expiry, no expiration, no .. expiry",
    "without .. expiry, without .. expiration, no end date, without .. end date, no rotation, without rotation",
    "no .. rotation, for ever, forever, for life, indefinitely, permanent, permanently, unlimited, never .. rotated",
    "never .. changed, never .. renewed, never .. revoked, never been .., never rotate, not rotate, don't rotate",
    "not rotated, aren't rotated, isn't rotated, not .. rotated, not .. renewed, not been changed, not been rotated",
    "cannot/can't be revoked/withdrawn, cannot be .. revoked/withdrawn, no way to withdraw/revoke, not revoked",
    "no revocation, for ten/five/three/two/many/several/# years, for a year, for one year, for # year, # years",
    "for # days .. withdrawn, same since, the same since, since .. start, since .. beginning, since the project",
    "static, long lived, set once, at any time, until .. leaves, until .. logs out, until .. log out, stay active",
    "stays active, remain active, remains valid, still in use, still valid, only when somebody/someone, when somebody",
    "rotation .. not foreseen/planned, once and never, .. created at .. stays, issued once, first installation",
    "valid for .. life, as long as .. account exists, the one .. generated at, got in #, not renewed, is not changed",
    "not been renewed, was set in #, rotated by hand when, no lifetime, infinite lifetime, until .. revoked by hand",
    "usable .. after, stays usable, rotating .. not do, rotating .. would need, valid until .. logs out, eternal",
)
SHORT_LIVED = cues(
    "can be revoked, be revoked at any time, short lived, minutes, hour, hours, idempotency, cache, primary key",
    "rotated every, rotated each, rotates every, rotated monthly, rotated automatically, expires after, expire after",
    "foreign key, public key, product/products, order ids, contract, static assets, static site, partition key",
    "redirect, key value, in favour of, removed, never live longer, revoked within, refused within, revoked on",
    "key figures, key decisions, key point, record/records, audit, retention, retained, rows, cached, workload identity",
    "experience, gets key, key results, routing key, sort key, revoked when, revoked as soon",
)

ROLES = cues(
    "role, roles, policy, policies, service account, service accounts, user, users, token, app, application, applications",
    "service, services, microservices, function/functions, functions, lambda, lambdas, job, jobs, worker, workers, pods",
    "pod, pipeline, ci, bot, connector, developers, developer, engineers, engineer, employee, employees, integration",
    "operator, agents, instances, node role, dashboard, account, permissions, runner, api, team, everyone, staff, key",
    "controller, binding, rights",
)
ALL_RIGHTS = cues(
    "administratoraccess, poweruseraccess, cluster admin, superuser, super user, full access, full rights, full control",
    "full .. access, all rights, all permissions, every permission, admin rights, admin access, admin permissions",
    "administrator privileges, administrator rights, administrator access, same rights as administrators",
    "do everything, do anything, may everything, change everything, delete everything, read and write all",
    "read and write every, all verbs, all resources, any resource, all scopes, every scope, all actions",
    "sa account, as postgres, as sa, as the owner, as owner, owner role, owner on, role owner, editor role, dba",
    "as superuser, as the superuser, root keys, root credentials, write rights on all, owns every table, owns the schema",
    "owner of the schema, can/may drop tables, drop tables, any topic, every topic, all topics, org wide",
    "write to .. production database, access to .. production database, write access to all, god mode, roles owner",
    "root .. sudo, sudo .. password, broad permissions, permissions are broad, too many rights, more rights than",
    "wildcard, full mailbox, rights on every, rights on all, access to all, access to every, on every bucket",
    "all customers data, all customers' data, all tenants' data, everyone's data, admin on the cluster, root user",
    "database administrator, db_owner, sysadmin, roles editor, contributor on, on all resources, may grant",
)
FEW_RIGHTS = cues(
    "least privilege, never, no role, break glass, second person, second approval, reviewed request, temporary, sealed",
    "temporarily, within .. tenant, within that, own tenant, own data, migrations run under, was split, only the two",
    "for an hour, read only access, nothing more, given to nobody, nobody, responsibility, emergency, rbac limits",
    "just in time, full text, audited, reviewed, certificate/certificates, dns, read only rights, admin role is",
)

LOG = cues(
    "log, logs, logged, logging, logger, logs each, log line, log lines, access log, debug log, kibana, sentry, traces",
    "trace, tracing, spans, span, audit trail, printed, stdout, error report/reports, analytics event/events, log message",
    "dumped, loki, splunk, datadog, breadcrumbs, crash reports",
)
LEAKED = cues(
    "password/passwords, passwords, token, tokens, credential/credentials, credentials, api keys, api key, secrets",
    "card number/numbers, card numbers, pan, cvv, iban, ibans, social security, ssn, personal data, pii, e mail, email",
    "birth date, date of birth, phone number/numbers, pick up address, home address, home addresses, diagnosis, diagnoses",
    "prescription/prescriptions, authorization header/headers, auth header, session id/ids, session ids, session cookie",
    "jwt, one time code, otp, request body, request bodies, response bodies, response body, its body, and body, bodies",
    "full/entire/whole/raw/complete request/requests/payload/payloads/body/headers, all headers, raw body, whole payload",
    "full .. request, query strings, full name, health data, names and addresses, entered .. password, reset token",
    "everything .. sends, all parameters, with its parameters, sql .. parameters, bank details, account numbers, secret",
    "verification code, verification codes, one time password, customer's name, patient's name, salary, salaries",
)
UNMASKED = cues(
    "nothing .. masked/redacted/filtered/removed, not mask, not masked, not .. masked, not .. redacted, not redacted",
    "don't mask, don't redact, unmasked, unfiltered, unredacted, not redact, no masking, no redaction, without masking",
    "without .. masking, without redaction, masking .. disabled, masking is off, not .. filtered, not scrubbed, not scrub",
)
MASKED = cues(
    "mask, masks, masked, masking, redact*, scrub*, hash*, strip*, remove*, removes, filter, filters, filtered, except",
    "last four, dropped, drops, never .. log/logged/logs/written/printed/appear, never, not .. logged, not .. logs",
    "not .. log, isn't logged, aren't logged, nor .. log, no .. logs, tokens used, token usage, without, only .. ids",
    "tokenised, tokenized, pseudonym*, log in with, logs in with, logging in, log in, logs in, log into, logged in by",
    "logged in users, logged in user, users are logged in, catalog, backlog, truncated, correlation, rotated, opt in",
    "access log holds, password change, password changes, trace id, permission, counts, exclud*, token is valid",
    "trace context, trace header, log compaction, log compacted, transaction log, commit log, write ahead log",
)

WEBHOOK = cues(
    "webhook*, callback/callbacks, callbacks, callback, hook/hooks, hooks, notification/notifications, notifications",
    "payment event/events, provider's event/events, incoming events, outgoing events, status callback, delivery status",
    "events of, events to, event, events, psp, provider's signature, psp's",
)
UNSIGNED = cues(
    "unsigned, not signed, isn't signed, aren't signed, no signature, without .. signature, no .. signature, no hmac",
    "carry no hmac, without hmac, without secret or, signature .. not verified/checked/validated, signature is not",
    "signature .. ignored, signature .. skipped, not look at .. signature, skip .. signature, skips .. signature",
    "ignore/ignores .. signature, signature check .. off/disabled/postponed, verification of .. signature .. postponed",
    "signature has been postponed, not verify .. signature, not check .. signature, without .. validating .. signature",
    "without validating, without verifying, without checking, authenticity .. not, not .. authenticity",
    "from anybody, from anyone, from any sender, from everyone, from everybody, from whoever, any sender",
    "whatever is posted, whatever .. posted, any json, takes any, trusted as it, trusted as they, believed without",
    "without .. proof, taken as genuine, as genuine, contains a random, random string, obscur*, secret url",
    "checking where .. came from, cannot/can't verify, no means to tell, no way to tell, no way to verify",
    "forged, spoof*, anyone .. post, anybody .. post, whoever .. url, anyone .. url, called with the order id",
    "sign .. later, signing .. later, signed .. later, signatures .. later, recognise .. by .. ip, recognises .. by",
    "by .. ip address, signature verification is not, signing no, source address, not signed yet, no shared secret",
)
SIGNED = cues(
    "hmac sha256, is signed, are signed, signed with, signed by, verifies .. signature, signature is verified/checked",
    "verified against, are ignored, is dropped, are dropped, discarded, refuses, refused, rejected, rejects, 400, 401",
    "403, checked against, verify the signature, wrong .. signature, signatures are verified, invalid signature",
    "guide, image/images, commits, receivers should, public key, wrong or missing, detect*, protects, git",
)

CALLED = cues(
    "api, apis, endpoint/endpoints, endpoints, service/services, services, request/requests, requests, call/calls, calls",
    "caller/callers, callers, client/clients, port, page, dashboard, graphql, listener/listeners, broker, redis, kafka",
    "queue, server, gateway, handler, middleware, backend, console, database, mongodb, elasticsearch, jenkins, mqtt, rpc",
    "grpc, devices, device, partner/partners, export, upload, link, order, token is optional, authentication, tokens",
    "token, path, url, route, traffic, webhook*, collector, ingest, app, job, jobs, ledger, without it, without them",
    "without one, pod, pods, header, headers, login, data, records, patient, whoever, scheduler, worker, portal, site",
    "functions, function, stream, topic, socket, websocket, feed, report/reports, controller, agent, sensor/sensors",
    "without .. token, without .. header, without .. credentials, without .. session, no token, in front of it, tool",
    "operator, operators, staff, users, household, meter, document/documents, file/files, image/images, everything",
)
OPEN_DOOR = cues(
    "no login, no .. login, without .. login, no sign in, without signing in, without logging in, no need to log in",
    "no credentials, without .. credentials, no .. credentials, no password, without .. password, without password",
    "no authentication, no .. authentication, without authentication, without .. authentication, unauthenticated",
    "not authenticate, not authenticated, no token, without .. token, no api key, without .. api key, no session",
    "without .. session, no further proof, no proof, not ask/asks/check/checks/verify/know who, who is calling",
    "no check of who, not .. who is calling, not .. who the caller, exempt from .. authentication, needs no session",
    "excluded from .. authentication, anonymously, anonymous access, anonymous user/users/reads/requests/calls/writes",
    "as anonymous, as .. anonymous user, as .. default tenant/user, as user system, as user admin, as .. system user",
    "security is disabled, security .. false, auth .. off, auth is off, auth .. disabled, authentication .. turned off",
    "from any sender, from anybody, from anyone, from everybody, from everyone, from whoever, any sender",
    "accept/accepts/accepted every/any/all client/clients/request/requests/caller/callers/call/calls/connection/sender",
    "accept/accepts/serve/serves/answer/answers/takes/obeys .. every/any request/client/caller/command/call",
    "answers everyone, serves everyone, serves everybody, answers anybody, answers whoever, obeys every command",
    "token check .. skipped/off/disabled, skip/skips .. token, not verified by, tokens are not .., token is not checked",
    "is/are optional .. without it, optional without it, accepted as they are, accepted as is, taken as is, let through",
    "requests without .. through, lets .. without, falls through, considered authentic, counts as being, counts as",
    "open to everybody, open to everyone, open to anyone, open to all, open to the world, is open the, left open",
    "any client may, any service may, any pod may, every pod may, anybody may, anyone may, not linked, hard to guess",
    "knows the url/address/path, known to .. only, knowing the url/address, by its number alone, by .. number alone",
    "by .. serial number, number is enough, id is enough, is enough to see/open/read/fetch/get, suffices to",
    "all one needs, all that is needed, nobody has to sign in, nobody has to log in, public and needs, no sign on",
    "enforced only on write, only .. write operations .. login, takes no login, tls is not required, no key, no api",
    "whatever command, anyone .. network, anybody .. network, everyone .. network, anyone .. vpn, everyone on the vpn",
    "no checks, no identity check, without identification, without proving, no access control, without being asked who",
)
IDENTITY_CLAIMED = cues(
    "taken from .. header, read from .. header, header .. client sets/sends, header that .. caller/client sends/sets",
    "believes .. header, trusts .. header, from .. x user id, from the x, in .. request body, from .. query string",
    "from .. query parameter, from a query, in .. query string, by .. email in, header that the caller, from .. body",
    "as .. client says, as the client states, names itself, name of the caller is sent",
)
IDENTITY = cues(
    "user id, user ids, tenant id, tenant, user is, users by, user's id, identity, caller, identif*, customer id, account id",
    "who the user, role is, roles are, admin flag, header",
)
TRUSTING = cues(
    "is/are trusted, trust/trusts its/their/every/all/the/each/any/what/whatever, trusted because, trusted as, trusted",
    "believe/believes the/its/every, considered authentic, considered trusted/safe, taken at face value, at face value",
    "rely on .. network, relies on .. network, left to .. network, enough to be trusted, treated as trusted",
)
INSIDE = cues(
    "internal, inside, vpc, cluster, mesh, network, private, behind the, firewall, callers, caller, calls, requests, peers",
    "own pods, subnet, intranet, vpn, gateway, header, headers, clients, services, traffic, load balancer, neighbour",
    "neighbours, other services",
)
AUTHENTICATED = cues(
    "reject, rejects, rejected, refuse, refuses, refused, turned away, 401, 403, 404, denied, denies, mandatory",
    "bearer token, valid token, verified token, requires/require a/an .. token, needs a .. token, need a token",
    "mutual tls, mtls, client certificate, client certificates, service account token, oauth, oidc, single sign on",
    "signed link, health, liveness, readiness, probe, probes, status page, public catalogue, catalogue, catalog, robots",
    "guest/guests, changelog, roadmap, passwordless, passkey, log in page, sign up, registration, well known, jwks",
    "openapi, documentation, landing, marketing, blog, not trusted, trusts only, trust only, never trust, never trusts",
    "zero trust, trust store, truststore, trusted proxy, trusted proxies, trust anchor, trusted certificate",
    "trusted ca, trust boundary, trust boundaries, trusted zone, trusted publish*, trusted type, trusted types",
    "ignored, stripped, is stripped, expired, static, assets, favicon, public website, product catalogue, shop",
    "hands them to, hand over to, only the kubelet, identity provider, refuses to start, workload identity, sasl",
    "scram, every call carries, nothing personal, public on purpose, stolen, password reset, delivered at least once",
    "proves who, is checked, are checked, is verified, are verified, is authenticated, are authenticated",
    "with a signature, verifies, signature is, idempotency, expiry, expires, rotated, test, tests, forged",
    "unsigned events, dropped, csrf, trusted by our customers, after authentication, never get past, never reach",
)

FRONT = cues(
    "api, gateway, load balancer, web, front end, site, portal, browser/browsers, app, ingress, users, shop, edge, cdn",
    "proxy, website, page, dashboard/dashboards, bastion, vpc, subnet, endpoint, requests, request, https, application",
)
STORE_DOOR = cues(
    "port of .. database, database's port, database .. port, whose port, broker's port, port 5432/3306/6379/27017/9200",
    "port 5672/9092/11211/2379/1433/8123/4222, security group of .. database, directly to .. database, database listens",
    "postgresql listens, database .. reachable, database is .. reachable, database has a public, database is exposed",
    "straight to .. database, reads directly from .. database, database instance is, rds instance, publicly .. database",
    "database lives in, redis is published, connect to .. database, connections to .. database, database host",
    "cache is bound, brokers are, data store is not in, cloud sql instance, database server, into .. database from",
    "database through, query .. database from, exposes .. database, published .. ports, database is on",
)
ORIGIN = cues(
    "cors, origin, origins, preflight, cross origin, cross site, same origin, access control allow origin, any web page",
    "every site, any site, browser api, any website",
)
ANY_ORIGIN = cues(
    "any/every/all origin/origins/site/sites/page/pages/domain/domains/host/hosts, of any domain, any web page, wide open",
    "every origin, echoed, echo/echoes, reflect/reflects/reflected, mirrors .. origin, mirrored, not restricted",
    "no origin check, no .. origin check, not checked, is not checked, permits everything, allows everything, allow all",
    "wildcard, disabled, from anywhere, origins any, opened for all, caller's origin, no cors restrictions, star",
    "accepts all, open to every, without .. origin check, by any site, any website",
)
FEW_ORIGINS = cues(
    "allow list, allowlist, allowed origins, listed, refused, refuses, rejected, fail/fails, other than, nobody else",
    "public fonts, fonts, no business, never, debugging is, cdn, certificate, dns, image, page builder, compared with",
)
SIGN_IN = cues(
    "log in, logs in, login, logins, sign in, administrator/administrators, administrators, admins, admin, back office",
    "vpn, console, mfa, 2fa, root account, staff, accounts, portal, second factor, operators, support",
)
PASSWORD_ONLY = cues(
    "password only, only .. password, just .. password, name and password, password is enough, password is all",
    "mfa is optional, 2fa is optional, factor is optional, second factor is optional, 2fa has been postponed",
    "password alone, nothing but .. password, no second factor, without .. second factor, without mfa, without 2fa",
    "mfa is not, mfa .. not enabled, mfa .. off, single factor, password suffices, only a password",
)
SECOND_FACTOR = cues(
    "hardware key, authenticator app, totp, webauthn, passkey, besides .. password, in addition to .. password",
    "changed, reset, mandatory, enforced for all, refused, rejected, hashed, stored",
)
BUCKET = cues(
    "bucket, buckets, storage container, blob container, object store, object storage, file share, s3, storage account",
    "uploaded documents, exports are, receipts, static host",
)
ANONYMOUS = cues(
    "anonymous reads/access/read, public read, lets everybody, lets anyone, without credentials, without .. login",
    "without access control, no access control, has the url, who has the link, public access .. allowed, listable",
    "world readable, public acl, a public bucket, open to everyone, unauthenticated reads, without signed",
)
MEANT_PUBLIC = cues(
    "private, block/blocks/blocked, static assets, static, assets, website, marketing, product images, presigned, signed",
    "cdn, no public, not public, denies, refused, front end, docs, downloads page, release artifacts, never, lifecycle",
    "encrypted, replicated, cloudfront, images are public, public on purpose, map tiles, open data",
)
RECORDS = cues(
    "order/orders, orders, document/documents, record/records, records, invoice/invoices, invoices, booking/bookings",
    "trip/trips, trips, tenant/tenants, tenants, tenant's, account/accounts, accounts, customer/customers, customers",
    "refund, endpoint, endpoints, approve, everything, patient, patients, data, payslip, payslips, file, files, report",
    "reports, claim/claims, tickets, token, api, roles, role, permission/permissions, permissions, ids, id, user, users",
    "session, resource/resources, ride, rides, contract, contracts",
)
ANY_USER = cues(
    "every/any logged-in/signed-in/authenticated/registered user/customer/employee/account/client .. can/may/could",
    "any/every user/customer/employee/account/driver/member/clinician/agent .. can/may/could .. all/any/every/other",
    "every logged in user can, any authenticated user may, any valid token, whoever has a session, whoever is logged in",
    "whoever has .. token, every token gives, once logged in everybody, once logged in, another .. by changing",
    "knowing .. id suffices, knowing .. id is enough, by changing the id, by changing .. number, may see .. of all others",
    "invoices of all others, login opens all, logged in user .. every, any employee .. all, each .. login opens",
    "sees everything, can see all, may see all, may see every, can open .. another, everybody can do everything",
    "gives access to all, access to all tenants, all with a login, guessing .. id, guess .. id, all users may, all users can",
    "for all tenants with one token, any partner .. every, any partner .. all, another customer's, another user's",
    "somebody else's, other people's, other customers' data, other tenants' data",
)
UNCHECKED = cues(
    "not whether .. belongs, no check that, not .. whether .. belongs/owns, not compared, is not compared, not check roles",
    "not .. verify .. owns, roles are only, only .. user interface, only enforced in, enforced only in, not check .. role",
    "checked in the browser, checked in .. app, hides the buttons, left to the client, left to .. front, used as it is",
    "from the query string, read from .. request body, there are no roles, no roles, not distinguish, no distinction",
    "not limited to, not check .. owner, without checking .. owner, owner is not, tenant is not, not filtered by tenant",
    "does not check .. belongs, not check .. tenant, no tenant check, no ownership check, not look at .. role",
    "not .. match .. token, whatever tenant, any tenant id, not tied to, not bound to",
)
OWN_RECORDS = cues(
    "their own, his own, own orders, own data, only their, 404, 403, row level, canteen, public, shared with, not enough",
    "policy engine, comments, catalog, catalogue, denied, refused, rejected, is checked, reviews, pull request, roadmap",
    "export, changelog, gets a, cannot",
)
CERTIFICATE = cues(
    "certificate/certificates, certificates, host name, hostname, tls, ssl, peer, verify, self signed, curl, jdbc",
    "nodejs_tls_reject_unauthorized, node_tls_reject_unauthorized, insecureskipverify, trustservercertificate",
)
UNVERIFIED = cues(
    "verify false, any certificate, all certificates, every certificate, certificate errors .. ignored, self signed .. every",
    "ignore/ignores/ignored .. certificate, expired certificate .. ignored, simply ignored, not validated, not verified",
    "not .. validated, not check .. certificate, not verify .. certificate, verification .. off, verification is off",
    "verification .. disabled, verification .. skipped, skip/skips .. verification, checks are disabled, checks .. disabled",
    "accepts .. self signed, accept .. self signed, accept any, accepts any, trusts all, trust all, with k, called with k",
    "insecureskipverify, trustservercertificate, node_tls_reject_unauthorized, insecure skip verify, without .. verification",
    "without verifying .. certificate, whatever certificate, certificate it is shown, certificate validation .. off",
    "certificate check .. off, not .. certificate chain",
)
VERIFIED = cues(
    "not accepted, is not accepted, refused, rejected, end the call, own ca, taken out of, forbids, linter, never, alarm",
    "fails, blocks, tests only, webhook*, signature, signatures, token, tokens, payload, e mail address, backup/backups",
)
TLS = cues("tls, ssl, sslv3, cipher, ciphers, minimum")
OLD_TLS = cues(
    "tls 1.0, tls 1.1, tlsv1.0, tlsv1, sslv3, ssl 3, minimum .. 1.0, minimum .. 1.1, version is 1.0, rc4, 3des, old cipher",
    "export ciphers, weak ciphers",
)
TLS_SAFE = cues(
    "off, disabled, refused, rejected, not accepted, no longer, removed, retired, never, turned off, switched off, denied",
    "newer, higher, above, at least 1.2, below, not supported, deprecated",
)
PASSWORD = cues(
    "password/passwords, passwords, pin, pins, users table, user credentials, password hash/hashes, the hash, login",
    "default, root, admin user, account",
)
WEAK_HASH = cues(
    "passwords .. plain text, password .. plain text, passwords .. clear text, password .. clear, pin .. clear, pins .. clear",
    "as .. typed, as it was typed, as they were entered, md5, sha 1, sha1, unsalted, no salt, without salt, reversible",
    "readable password, passwords .. base64, base64 encoded, single round, sha 256 without, read .. customer's password",
    "look them up, look it up, sent by mail, sent .. by mail, decrypt them to, decrypts them, plain password",
    "passwords with aes, passwords .. decrypt, see .. user's password, sees .. password, read .. password, mails .. password",
    "get .. password by mail, one round, legible password",
)
STRONG_HASH = cues(
    "bcrypt, argon2, argon2id, scrypt, pbkdf2, never, none are left, replaced, log/logs, logs, logged, git, repository",
    "wiki, env, etag, checksum, config, compose, vault, replica, user interface, sent over, manager",
)
FACTORY = cues(
    "default password/passwords/credentials/login/account, default .. credentials, initial .. password, initial .. login",
    "has the password, with password postgres, password admin, password postgres, password changeme, password password",
    "guest guest, admin admin, factory password, vendor's default, out of the box password, initial admin login",
    "password of every, the password is admin, password root, password 123456, with the password, get the password",
)
CHANGED = cues(
    "must be changed, be changed, is changed, are changed, removed, replaced, forced, random, never, refused, disabled",
    "has to change, have to change, no default, generated, rejected, rotated, vault, hashed",
)
ACTS = cues(
    "change/changes/changed, changes, edit/edits/edited, edits, edit, admin, actions, action, access to, accessed",
    "refund/refunds, refunds, corrections, logins, login, role changes, permission changes, who, exports, impersonat*",
    "approval/approvals, approvals, approved, payment, operator, operators, administrator/administrators, audit/auditing",
    "audit trail, audit entries, audit log, cloudtrail, downloads, overrides, override, manual, by hand, sql, deletions",
    "deletes, balances, support agents, support, agents, reads of, queries, history",
)
UNRECORDED = cues(
    "not recorded, not logged, not tracked, not traced, not audited, not .. recorded, isn't logged, aren't logged",
    "isn't recorded, aren't recorded, not log who, not log .. access, not .. written anywhere, not written anywhere",
    "not noted, without .. noting, without .. noted, no trace, no trail, no record, no .. record, no history, no .. history",
    "nobody logs, no audit, no .. audit, without .. audit, cannot be found out, cannot be told, cannot be traced",
    "not by whom, but not who, not possible to tell, impossible to tell, can't tell, cannot tell, cannot be attributed",
    "cloudtrail .. off, cloudtrail .. disabled, audit .. disabled, audit .. left out, auditing .. left out, audit .. off",
    "may delete .. audit, can delete .. audit, can edit .. audit, for two days only, two days only, not stored, is not stored",
    "leave no trace, leaves no trace, leave no, looks like .. customer's own, not noted anywhere, being noted, unlogged",
    "unrecorded, no log of, no journal, not journaled, nothing .. recorded, nothing is logged, nowhere, not attributed",
    "who did what .. not, no one knows who, nobody knows who, nobody can say who",
)
RECORDED = cues(
    "append only, is written to, are written to, cannot change, cannot delete, health check, health checks, body, bodies",
    "password, passwords, debug, sampled, metrics, personal data, kept for seven, card, tokens, request bodies, git",
    "pull request, events are not, clicks, page views, price history, not in the request path, logged as well, changelog",
    "session state, commit, schema history",
)
LIVE = cues("production, prod, live, everywhere, all pods, live system, live pods, live environment, live nodes")
DEBUG = cues(
    "debug true, debug mode, debugging switched on, debugging .. on, remote debugger, debugger, debug menu, debug pages",
    "development server, flask run, developer tools, inspector, debug is enabled, debug .. enabled, debug is on, debug on",
    "verbose debug, debug toolbar, with debug, node inspector, hot reload, dev server, npm run dev, debug flag",
)
DEBUG_OFF = cues(
    "off, disabled, never, not, fails if, only, for an hour, removed, refused, cannot, development image, compiled out, no"
)
FAILURE = cues(
    "error/errors, errors, response, responses, exception/exceptions, exceptions, failed call, 500, 5xx, caller, client",
    "error pages, user, users, fault",
)
INSIDES = cues(
    "with .. stack trace, contain/contains .. sql, contains .. statement, contain/contains .. stack/traceback, stack traces",
    "full traceback, with the traceback, stack trace in, passed through .. as they are, exceptions are passed, exception text",
    "exception message .. handed/returned/shown/sent, framework version, show .. stack, shows .. stack, shown .. stack",
    "exception message of, the sql statement, internal class names, internal host names, includes .. stack, stack trace to",
    "raw exception, raw error, database error",
)
HIDDEN = cues(
    "never, log, logs, logged, sentry, not to the caller, no stack, without, not contain, not .. stack, hidden, mapped to",
    "trace id, only in, internally, mask, masked, retried, retries, retry",
)
INPUT = cues(
    "input, user, user's, users, body, bodies, payload, payloads, file name, filename, file/files, uploaded, comment, filter",
    "query/queries, queries, sql, html, template, json, client, request, parameter/parameters, upload/uploads, customer",
)
AS_IT_COMES = cues(
    "as it comes, as they come, string concatenation, concatenat*, not checked, are not checked, without validation",
    "without .. validation, trust .. client to send, well formed, as entered, rendered as entered, in the browser only",
    "only in the browser, browser only, used as the path, used as .. path, nothing validates, interpolat*, not validated",
    "is evaluated, evaluated with, evals, any json, unvalidated, unsanitised, unsanitized, unescaped, not escaped",
    "not sanitised, not sanitized, pasted into, into the shell, as is to the database, passed on .. without, unchecked",
    "no validation, not .. validated, nobody validates",
)
CHECKED = cues(
    "parameterised, parameterized, prepared, escaped when, never, none, refused, rejected, rejects, certificate, token",
    "tokens, signature, signatures, linter, idempotency, address validation, allow list, cache, signed, audit, webhook*",
    "is validated, are validated, roles, role, permission, permissions, callback, health, search term, status",
)
ADDRESS = cues("url, urls, link, links, address, addresses, targets, webhook targets, html, uri, host")
OPENED = cues(
    "whatever url, whatever address, any address, any url, arbitrary .. url, arbitrary address, every link, that users supply",
    "url the user enters, url in the request, url .. user enters, internal ones included, addresses that users",
    "urls are not checked, url is not checked, urls .. not checked, follows every, follows redirects .. anywhere",
    "url of the user, user supplied url, any host, from the url given, url .. without restriction, user's url",
)
FEW_ADDRESSES = cues(
    "allow list, allowlist, private ranges, private addresses, refused, refuses, rejected, egress proxy, blocked, never",
    "resolved first, known hosts, reachable from, listens, ip, firewall, exposed, e mail, security group, port, shop, short",
)
IMAGE = cues("image, images, container, containers, deployed, deployment, pull, tag, tagged, registry, services, kubernetes")
MOVING_TAG = cues(
    "latest tag, the latest image, tagged latest, tag latest, pull latest, pulls latest, from latest, without a version",
    "without .. version tag, not pinned, unpinned, floating tag, floating tags, mutable tag, mutable tags, no fixed version",
    "without a tag, always latest, use latest, uses latest, tag stable, whatever version is newest, newest image",
)
PINNED = cues(
    "never, not allowed, digest, pinned to, pinned by, immutable, denied, refused, release notes, changelog, price",
    "forbidden, rejected, event/events, message, protobuf, api version, dependencies",
)
CONTAINER = cues("container, containers, pod, pods, job, jobs, sidecar, agent, docker, runner, runners, daemonset, build")
PRIVILEGED = cues(
    "privileged mode, run privileged, runs privileged, runs .. privileged, is privileged, are privileged, with privileged",
    "privileged container, privileged containers, privileged pods, as root, docker socket, docker sock, host network",
    "cap sys admin, sys_admin, all capabilities, host pid, host root, root file system of the host",
)
UNPRIVILEGED = cues(
    "denied, never, rootless, ordinary user, not run, forbid*, refused, rejects, rejected, unprivileged, non root, drop",
    "drops, policy, read only, least privileged, user root, as root cause",
)
