"""How engineers put faults into words: how credentials are kept, shared, logged and renewed.

The cues are heard in any order; `documents/together.py` says how they make a fault together.
"""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues
from faultline.analyzers.design.documents.together import Together
from faultline.analyzers.design.documents.wording import Wording

_SECRET = cues(
    "client key, key lies, key stands, gateway key, key is in, the key for, key ops, user and password",
    "username and password, user name and password, real keys, key for the, login and password, bot token",
    "key and its, passphrase, their key, our key, our .. key, paid key, key of the, its key, login data",
    "password/passwords, passwords, credential/credentials, credentials, secret/secrets, secrets, api key, api keys",
    "access key, access keys, private key, private keys, signing key, signing keys, encryption key/keys, master key",
    "deploy key, hmac key, root key, root keys, aws keys, tokens, token, kubeconfig, connection string/strings",
    "service account json/key, dotenv, env file/files, environment file/files, client secret, certificate .. key",
    "certificates .. keys, keys, ssh key, ssh keys, key file/files, keystore, license key, shared key, pin/pins",
    "jwt secret",
)
_WRITTEN_DOWN = cues(
    "wiki page, written on .. page, part of .. image/binary/bundle/repository/chart, in .. public bucket",
    "written in .. runbook/file/script/wiki/manual/workflow/jenkinsfile, in the deployment, jenkinsfile",
    "in/into/on/inside/within .. script/scripts/workflow/workflows/pipeline/makefile/chart/charts/yaml/json/xml",
    "in/into/on/inside/within .. repository/repositories/repo/git/codebase",
    "in/into/on/inside/within .. source/image/images/dockerfile/wiki/confluence, compiled into, built into",
    "embedded in/into, bundled with/into",
    "in/into/inside .. bundle/binary/apk/installer/ami/template/playbook/javascript/frontend/constant",
    "in/into the web/mobile/desktop/browser client/app",
    "in/into/on/inside/within .. sharepoint/dropbox/spreadsheet/excel/firmware, next to .. code",
    "in/into/to/from/with .. repository/repo/repos/git/github/gitlab/bitbucket, in .. source code, in the code",
    "next to the code, in .. image/images/ami/layers/dockerfile/binary/bundle/apk/installer/jar",
    "into .. image/images/ami/container/bundle",
    "in/on .. wiki/confluence/readme/runbook/runbooks/handbook/notion/sharepoint/spreadsheet/sheet/note/notes",
    "by/over/via/through/in/per .. slack/chat/mail/email/whatsapp/teams, by e mail",
    "in .. drive/folder/configmap/manifest/manifests/script/handler, in .. values/compose file/files/yaml/yml",
    "in .. config/configuration/deployment/ci/environment/job/task/env file/files/definition/definitions, committed",
    "checked in, checked into, hard coded, baked into, base64 encoded, crontab, on the build server, in .. plain text",
    "in clear text",
)
_ENV = cues("env, production settings, live settings, production configuration")
_COMMITTED = cues(
    "checked in, committed",
)
_SENT = cues("by/over/via/through/per/in .. slack/chat/mail/email/whatsapp/teams")
_SECRET_SAFE = cues(
    "values are not, names are listed, secret names, names of secrets, test user, test tenant, test users, invented",
    "a code sent, with a code, one time code, refers to, refer to, configuration in env, keep configuration",
    "secret of the workflow, workflow secret, reset, one time, magic link, bearer token in, token in the header",
    "in the header, restricted to our domain, csrf, key rotation, store's key service, cluster secret, token claims",
    "claims, refresh token, access token in, session token, read at run time, rendered at start, unseal",
    "customers' own keys, domain key, dkim, key of the record, translation, translations, i18n, config key",
    "config keys, keys of the, vault, sops, sealed, kms, hsm, secret manager, secrets manager, secret store",
    "parameter store, key vault, external secrets, public key, public keys, publishable, hash/hashes/hashed",
    "reference/references/referenced, by name, names only, placeholder/placeholders, mounted, scanner, scan/scans",
    "scanned, primary key, foreign key, idempotency key, cache key, partition key, routing key, sort key",
    "primary keys, foreign keys, partition keys, keys of, secrets are not, secret is not, was found, revoked",
    "has no password, without .. password, keychain, encrypted with, encrypted before, are encrypted, is encrypted",
    "never, in memory, memory volume, design tokens, ci secrets, github secrets, actions secrets, secret scanning",
    "token bucket, lock file, lint, example, variables of, public ssh, key value, key decisions, key metrics",
    "key figures, generated at, in redis, in the cookie, cookie, cancellation token, continuation token, page token",
    "sync token, token service, password policy, secret name, blocks, refuses, rejects, sort keys, kubernetes secret",
    "injected",
)
_HOLDERS = cues(
    "test and production, test and live, editors, every shop, authors, agents, contractors, engineer, anybody, jobs",
    "drivers, integrations, eleven, seven, eight, nine, twelve, field engineers, lead, sales, field, machines",
    "controllers, microservices, couples, all, every, each, everyone, everybody, whole team, team, staff, operators",
    "engineers, developers, partners, services, tenants, nurses, doctors, devices, customers, environments",
    "colleagues, production .. staging, staging .. production, microservice/microservices, connectors, workers",
    "administrators, admins, analysts, employees, clients, both, several, shifts, shift, night, on call, six, four",
    "three, five, ten, everything, instances, replicas, shops, branches, stores, support, warehouse, ward, apps",
    "applications, components, terminals, couriers, teachers, clerks, people, pods, users",
)
_ONE_ACCOUNT = cues(
    "key/token/password/login is used by all/every/everybody/everyone, same key signs, same .. signing secret/key",
    "use the account, one client id, one login, root account",
    "single database/db/iam/service/technical/machine user/account/login, all of them share, use/uses the account",
    "same/common/shared/generic account/login/user/username/password/credentials/token/key/secret/certificate",
    "same/common/shared/generic database/db/api/access/admin/root/service user/account/key/keys/token/login/password",
    "same/common/shared/generic secret/ssh/signing/technical user/account/key/keys/id/secret/credentials",
    "same .. api/signing/secret/access/ssh key, same .. user/account/login/password/credentials",
    "share/shares/sharing one/a/the/an/its/their .. account/login/user/password/key/token/secret/credentials",
    "shared account/accounts/login/logins/credentials, shared .. account/login",
    "one .. account/login/key/token/password/user for/shared/used",
    "single .. account/login/iam/user/key/token/password for/is/shared/used",
    "one common/shared .. account/login/user/username/password/credentials/token/key/secret/certificate",
    "one common/shared account/login/user/username/password/credentials/token/key/secret/certificate",
    "contractors use .. account, with one password/key/login/account/user",
)
_OWN = cues(
    "one .. for each, one .. per, partition, partitions, shard, shards, messages, organisations, organizations",
    "may be in, may belong, token bucket, bucket, seed, template, templates, message, idempotency, charge/charges",
    "retr*, repeat*, again, parameter/parameters, cache",
    "own account/login/user/key/name/credentials/password/database/role/identity/token, own .. user/account/key/login",
    "own .. credentials/token, its own, their own, not shared, not share, no shared, not used, not .. shared, unique",
    "identity provider, break glass, sealed, per service, per tenant, per partner, was split, calendar, dashboard",
    "account service, user service, pre shared, shared library, each has, dedicated, single sign on, sso, separate",
)
_CREDENTIAL = cues(
    "password, passwords, accounts of people, account of, accounts, share links, api access, sign in, login lasts",
    "login, token/tokens, tokens, session/sessions, sessions, cookie/cookies, cookies, jwt/jwts, jwts",
    "credential/credentials, credentials, key, keys, api key, api keys, secret/secrets, secrets, password/passwords",
    "certificate, certificates, presigned/pre-signed/signed/download/invitation/reset/share link/links/url/urls",
    "presigned, invitation*, download links, shared secret, signing key, access key",
)
_FOREVER = cues(
    "not been changed since, not changed since, unchanged since, never end/ends, no end date, not rotated",
    "the same since, have no expiry, in use since, used since, valid since, same .. since, not been .. changed",
    "never expire/expires/expiring, not expire, no expiry",
    "no .. expiry, no .. rotation, for ever, forever, indefinitely, unlimited, never .. rotated, never been ..",
    "cannot/can't be revoked/withdrawn, same since, static",
)
_SHORT_LIVED = cues(
    "ca, certificate authority, renewed, leaf, leaf certificates, root ca, years and the leaf, individually",
    "blast radius, window, graph, memory, can be revoked, be revoked at any time, short lived, minutes, hour, hours",
    "idempotency, cache, primary key, rotated every, rotated each, rotates every, rotated monthly",
    "rotated automatically, expires after, expire after, foreign key, product/products, order ids, static assets",
    "static site, partition key, redirect, key value, in favour of, removed, never live longer, revoked within",
    "refused within, revoked on, key figures, key decisions, key point, record/records, audit, retention, retained",
    "rows, cached, workload identity, experience, gets key, key results, routing key, sort key, revoked when",
    "revoked as soon",
)
_LOG = cues(
    "audit trail stores, audit record, audit records, log entry, log entries, trace shows, crash report, proxy logs",
    "log, logs, logged, logging, logger, logs each, log line, log lines, access log, debug log, kibana, sentry",
    "traces, trace, tracing, spans, span, audit trail, printed, stdout, error report/reports, analytics event/events",
    "log message, dumped, loki, splunk, datadog, breadcrumbs, crash reports",
)
_LEAKED = cues(
    "diagnosis, patient name/names, customer name/names, guest name/names, names and addresses, cvc, payloads",
    "full name, salaries, account numbers, session token, card data, card details, customer data, password/passwords",
    "passwords, token, tokens, credential/credentials, credentials, api keys, api key, secrets, card number/numbers",
    "card numbers, pan, cvv, iban, ibans, social security, personal data, pii, e mail, birth date, date of birth",
    "phone number/numbers, diagnoses, prescription/prescriptions, authorization header/headers, jwt, one time code",
    "otp, request body, request bodies, bodies",
    "full/entire/whole/raw/complete request/requests/payload/payloads/body/headers, all headers, full .. request",
    "health data, bank details, salary",
)
_MASKED = cues(
    "neither, nor, audit trail .. actor, written to the audit trail, deleted, deletion is logged, access is logged",
    "logged when, is logged and, use is logged, is recorded, hash of, never log, nothing personal, ids only",
    "event names, names of the events, stripped of, shortened, last three, last two, anonymi*, truncat*, never names",
    "ids and, carry ids, obfuscat*, with scope, logging .. weak, batch, adds api key, mask, masks, masked, masking",
    "redact*, scrub*, hash*, strip*, remove*, removes, filter, filters, filtered, except, last four, dropped, drops",
    "never .. log/logged/logs/written/printed/appear, never, not .. logged, not .. logs, not .. log, isn't logged",
    "aren't logged, nor .. log, no .. logs, tokens used, token usage, without, only .. ids, tokenised, tokenized",
    "pseudonym*, log in with, logs in with, logging in, log in, logs in, log into, logged in by, logged in users",
    "logged in user, users are logged in, catalog, backlog, truncated, correlation, rotated, opt in, access log holds",
    "password change, password changes, trace id, permission, counts, exclud*, token is valid, trace context",
    "trace header, log compaction, log compacted, transaction log, commit log, write ahead log",
)
_UNMASKED = cues(
    "nothing .. masked/redacted/filtered/removed",
)
_PASSWORD = cues(
    "shipped, delivered, password/passwords, passwords, pin, pins, users table, user credentials",
    "password hash/hashes, the hash, login, default, root, admin user, account",
)
_WEAK_HASH = cues(
    "passwords .. plain text, passwords .. clear text, md5, sha 1, unsalted, base64 encoded",
)
_STRONG_HASH = cues(
    "bcrypt, argon2, argon2id, scrypt, pbkdf2, never, none are left, replaced, log/logs, logs, logged, git",
    "repository, wiki, env, etag, checksum, config, compose, vault, replica, user interface, sent over, manager",
)
_FACTORY = cues(
    "default password/passwords/credentials/login/account, default .. credentials, has the password, get the password",
)
_CHANGED = cues(
    "local, locally, development, laptop, tests, test, sandbox, must be changed, be changed, is changed, are changed",
    "removed, replaced, forced, random, never, refused, disabled, has to change, have to change, no default",
    "generated, rejected, rotated, vault, hashed",
)

WORDINGS = (
    Wording(
        rule="security/secret-in-file",
        keys=(),
        together=(
            Together((_ENV, _COMMITTED), unless=_SECRET_SAFE, lone=True),
            Together((_ENV, _SENT), unless=_SECRET_SAFE, lone=True),
            Together((_SECRET, _WRITTEN_DOWN), unless=_SECRET_SAFE, lone=True),
        ),
        says="The text says that a secret is kept where many can read it.",
    ),
    Wording(
        rule="security/shared-account",
        keys=(),
        together=(Together((_HOLDERS, _ONE_ACCOUNT), unless=_OWN, lone=True),),
        says="The text says that several share one account.",
    ),
    Wording(
        rule="security/credentials-never-expire",
        keys=(),
        together=(Together((_CREDENTIAL, _FOREVER), unless=_SHORT_LIVED, clause=True),),
        says="The text says that a credential works for ever.",
    ),
    Wording(
        rule="security/secrets-in-logs",
        keys=(),
        together=(
            Together((_LOG, _LEAKED), unless=_MASKED, lone=True, clause=True),
            Together((_LOG, _UNMASKED)),
        ),
        says="The text says that logs hold what nobody should read.",
    ),
    Wording(
        rule="security/weak-password-storage",
        keys=(),
        together=(Together((_PASSWORD, _WEAK_HASH), unless=_STRONG_HASH),),
        says="The text says that passwords can be read or quickly guessed.",
    ),
    Wording(
        rule="security/default-password",
        keys=(),
        together=(Together((_PASSWORD, _FACTORY), unless=_CHANGED, lone=True, clause=True),),
        says="The text says that a password is the one that everybody knows.",
    ),
)
