"""How engineers put faults into words: how credentials are kept, shared, logged and renewed.

The cues are heard in any order; `documents/together.py` says how they make a fault together.
"""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues
from faultline.analyzers.design.documents.together import Together
from faultline.analyzers.design.documents.wording import Wording

_SECRET = cues(
    "bot token, key is, key and its, passphrase, their key, our key, our .. key, paid key, key of the, its key",
    "login data, password/passwords, passwords, credential/credentials, credentials, secret/secrets, secrets, api key",
    "api keys, access key, access keys, private key, private keys, signing key, signing keys, encryption key/keys",
    "master key, deploy key, hmac key, root key, root keys, aws keys, tokens, token, kubeconfig",
    "connection string/strings, service account json/key, dotenv, env file/files, environment file/files",
    "client secret, certificate .. key, certificates .. keys, keys, ssh key, ssh keys, key file/files, keystore",
    "license key, shared key, pin/pins, jwt secret, env",
)
_WRITTEN_DOWN = cues(
    "in/into/on/inside/within .. script/scripts/workflow/workflows/pipeline/makefile/chart/charts/yaml/json/xml",
    "in/into/on/inside/within .. repository/repositories/repo/git/codebase/source/image/images/dockerfile/wiki/confluence",
    "in/into/inside .. bundle/binary/apk/installer/ami/template/playbook/javascript/frontend/constant",
    "in/into the web/mobile/desktop/browser client/app, into the code, in the client code",
    "in/into/on/inside/within .. sharepoint/dropbox/spreadsheet/excel/firmware/inventory/notebook/jira/fixture/fixtures/folder",
    "inline, has it inline, kept in a file, in plain files, next to the modules, next to .. code, along with the code",
    "together with the code, project folder, kickoff mail, in the mail, onboarding mail, by phone, over the phone",
    "in the chat, among .. variables, gitlab ci, in .. gitlab ci, compiled into, compiled in, on the board, hangs on",
    "stuck to, on a sticky, post it, on paper, in .. start script, in .. startup script, in .. cron",
    "lies in .. repository, default values, in .. notebook, in .. pdf, in .. ticket/tickets/jira",
    "in .. template/templates, in .. playbook/playbooks, in .. onboarding, in .. readme, stands in, in .. dump",
    "in .. test data, in .. ini, in .. toml, in .. json, in .. xml, in .. js, in the front end, in the client",
    "in the browser, in/into/to/from/with .. repository/repo/repos/git/github/gitlab/bitbucket, in version control",
    "in .. source code, in .. codebase, in .. code base, in the code, in our code, in its code, in code",
    "with the code, next to the code, in .. sources, in source",
    "in .. image/images/ami/layers/dockerfile/binary/bundle/apk/installer/jar",
    "into .. image/images/ami/container/bundle, part of .. image/images/bundle/binary/app/repository",
    "in .. mobile/android/ios/single page/front app/end/application",
    "in/on .. wiki/confluence/readme/runbook/runbooks/handbook/notion/sharepoint/spreadsheet/sheet/note/notes",
    "by/over/via/through/in/per .. slack/chat/mail/email/whatsapp/teams, by e mail, via e mail, pinned .. message",
    "in .. channel, mailed to, e mailed, google drive, in .. drive/folder/configmap/manifest/manifests/script/handler",
    "in the manifests themselves, in .. config map, in .. properties, in .. values/compose file/files/yaml/yml",
    "in .. config/configuration/deployment/ci/environment/job/task/env file/files/definition/definitions",
    "in plain variables, as plain variables, as a plain variable, in .. plain file, committed, checked in",
    "checked into, hard coded, hardcoded, baked into, versioned with/together, in the history, literal, is a constant",
    "as a constant, constant in, build argument/arguments/arg, base64 encoded, next to .. data, same bucket",
    "copied into .. container, shipped with/in, embedded in, sticky note, written down in, listed in",
    "unencrypted on .. disk, in .. shell history, crontab, on the build server, tfvars, in .. plain text",
    "in clear text, hand .. by, given by",
)
_SECRET_SAFE = cues(
    "configuration in env, keep configuration, secret of the workflow, workflow secret, reset, one time, magic link",
    "bearer token in, token in the header, in the header, restricted to our domain, csrf, key rotation",
    "store's key service, cluster secret, token claims, claims, refresh token, access token in, session token",
    "read at run time, rendered at start, unseal, customers' own keys, domain key, dkim, key of the record",
    "translation, translations, i18n, config key, config keys, keys of the, vault, sops, sealed, kms, hsm",
    "secret manager, secrets manager, secret store, parameter store, key vault, external secrets, public key",
    "public keys, publishable, hash/hashes/hashed, reference/references/referenced, by name, names only",
    "placeholder/placeholders, mounted, scanner, scan/scans, scanned, primary key, foreign key, idempotency key",
    "cache key, partition key, routing key, sort key, primary keys, foreign keys, partition keys, keys of",
    "secrets are not, secret is not, was found, revoked, has no password, without .. password, keychain",
    "encrypted with, encrypted before, are encrypted, is encrypted, never, in memory, memory volume, design tokens",
    "ci secrets, github secrets, actions secrets, secret scanning, token bucket, lock file, lint, example",
    "variables of, public ssh, key value, key decisions, key metrics, key figures, generated at, in redis",
    "in the cookie, cookie, cancellation token, continuation token, page token, sync token, token service",
    "password policy, secret name, blocks, refuses, rejects, sort keys, kubernetes secret, injected",
)
_HOLDERS = cues(
    "integrations, eleven, seven, eight, nine, twelve, field engineers, lead, sales, field, machines, controllers",
    "microservices, couples, all, every, each, everyone, everybody, whole team, team, staff, agents, operators",
    "engineers, developers, partners, services, tenants, nurses, doctors, drivers, devices, contractors, customers",
    "environments, colleagues, production .. staging, staging .. production, microservice/microservices, connectors",
    "workers, jobs, administrators, admins, analysts, employees, clients, both, several, shifts, shift, night",
    "on call, six, four, three, five, ten, everything, instances, replicas, shops, branches, stores, support",
    "warehouse, ward, apps, applications, components, terminals, couriers, teachers, clerks, people, pods, users",
)
_ONE_ACCOUNT = cues(
    "one database/db/iam/service/technical/machine user/account/login",
    "single database/db/iam/service/technical/machine user/account/login, authenticate/authenticates as the",
    "authenticate/authenticates as .. user, log in as the, connect as the same, logs in as the, use .. account of",
    "uses .. account of, account of their, under the name of, token of one works, same admin",
    "password/login/key/secret/token is the same, same password everywhere, which all .. share, all of them share",
    "key in common, account in common, login in common, password in common, in common, user in common",
    "use/uses the account, share the login, all share, they all use, which they share, which all use, everyone uses",
    "everybody uses, taken in turns, passed on to, hand/handed over .. password",
    "same/common/shared/generic account/login/user/username/password/credentials/token/key/secret/certificate",
    "same/common/shared/generic database/db/api/access/admin/root/service user/account/key/keys/token/login/password",
    "same/common/shared/generic iam/aws/client/secret/ssh/signing/technical user/account/key/keys/id/secret/credentials",
    "same .. api/signing/secret/access/ssh key, same .. user/account/login/password/credentials",
    "same set of credentials",
    "share/shares/sharing one/a/the/an/its/their .. account/login/user/password/key/token/secret/credentials",
    "share/shares account/login/credentials/passwords/keys/tokens, shared account/accounts/login/logins/credentials",
    "shared .. account/login, team wide login/account/password, generic .. account/user/login",
    "common .. account/login, one .. account/login/key/token/password/user for/shared/used, one set of credentials",
    "one api key for, one login for, single .. account/login/iam/user/key/token/password for/is/shared/used",
    "single service account, single iam user, only one login/account/user/key/password, single set of credentials",
    "a single login, a single api key, one key for, logs/log in as support/admin/root/ops, team's shared/common",
    "one ssh key, one common, one shared, one and the same, reuse/reuses .. account/credentials/login/password/key",
    "contractors use .. account, uses .. colleague's account, know/knows .. root/admin .. password",
    "knows the root password, under one account, with one account, under one user, known to .. whole/entire/team",
    "password is known to, uses/use .. another's login, cannot be attributed",
)
_OWN = cues(
    "idempotency, charge/charges, retr*, repeat*, again, parameter/parameters, cache",
    "own account/login/user/key/name/credentials/password/database/role/identity/token, own .. user/account/key/login",
    "own .. credentials/token, its own, their own, not shared, not share, no shared, not used, not .. shared, unique",
    "identity provider, break glass, sealed, per service, per tenant, per partner, was split, calendar, dashboard",
    "account service, user service, pre shared, shared library, each has, dedicated, single sign on, sso, separate",
)
_CREDENTIAL = cues(
    "share links, api access, sign in, login lasts, login, token/tokens, tokens, session/sessions, sessions",
    "cookie/cookies, cookies, jwt/jwts, jwts, credential/credentials, credentials, key, keys, api key, api keys",
    "secret/secrets, secrets, password/passwords, passwords, certificate, certificates",
    "presigned/pre-signed/signed/download/invitation/reset/share link/links/url/urls, presigned, invitation*",
    "download links, shared secret, signing key, access key",
)
_FOREVER = cues(
    "not lapse, never lapse, stayed as they were, stay as they were, has stayed, have stayed, never closed",
    "never ended, never end, as long as they like, as long as .. exists, as long as .. like, made in #, created in #",
    "issued in #, chosen at, chosen once, chosen when, since #, from the installation, unchanged since, unchanged",
    "on for years, go on, not closed, no time limit, without a time limit, no timeout, do not end, does not end",
    "issued once, first installation, not changed again, never again, not .. changed, goes on working, go on working",
    "keeps working, keep working, still works, continues to work, no list of revoked, not kept .. revoked",
    "until .. removed, until the app, until the phone, until .. uninstalled, from the first day, ever since, no end",
    "no date, once for all, until further notice, cannot be called back, not invalidated, not withdrawn",
    "no way to invalidate, no blocklist, no deny list, not .. end, never expire/expires/expiring, not expire",
    "don't expire, doesn't expire, no expiry, no expiration, no .. expiry, without .. expiry, without .. expiration",
    "no end date, without .. end date, no rotation, without rotation, no .. rotation, for ever, forever, for life",
    "indefinitely, is permanent, are permanent, permanent key/keys/token/link/credentials, permanently, unlimited",
    "never .. rotated, never .. changed, never .. renewed, never .. revoked, never been .., never rotate, not rotate",
    "don't rotate, not rotated, aren't rotated, isn't rotated, not .. rotated, not .. renewed, not been changed",
    "not been rotated, cannot/can't be revoked/withdrawn, cannot be .. withdrawn, no way to withdraw/revoke",
    "not revoked, no revocation, for ten/five/three/two/many/several/# years, for a year, for one year, for # year",
    "# years, for # days .. withdrawn, same since, the same since, since .. start, since .. beginning",
    "since the project, static, long lived key/keys/access/api/credentials, long lived and, set once, at any time",
    "until .. leaves, until .. logs out, until .. log out, stay active, stays active, remain active, remains valid",
    "still in use, still valid, only when somebody/someone, when somebody, rotation .. not foreseen/planned",
    "once and never, .. created at .. stays, valid for .. life, as long as .. account exists, the one .. generated at",
    "got in #, not renewed, is not changed, not been renewed, was set in #, rotated by hand when, no lifetime",
    "infinite lifetime, until .. revoked by hand, usable .. after, stays usable, rotating .. not do",
    "rotating .. would need, valid until .. logs out, eternal",
)
_SHORT_LIVED = cues(
    "individually, blast radius, window, graph, memory, can be revoked, be revoked at any time, short lived, minutes",
    "hour, hours, idempotency, cache, primary key, rotated every, rotated each, rotates every, rotated monthly",
    "rotated automatically, expires after, expire after, foreign key, public key, product/products, order ids",
    "contract, static assets, static site, partition key, redirect, key value, in favour of, removed",
    "never live longer, revoked within, refused within, revoked on, key figures, key decisions, key point",
    "record/records, audit, retention, retained, rows, cached, workload identity, experience, gets key, key results",
    "routing key, sort key, revoked when, revoked as soon",
)
_LOG = cues(
    "crash report, proxy logs, log, logs, logged, logging, logger, logs each, log line, log lines, access log",
    "debug log, kibana, sentry, traces, trace, tracing, spans, span, audit trail, printed, stdout",
    "error report/reports, analytics event/events, log message, dumped, loki, splunk, datadog, breadcrumbs",
    "crash reports",
)
_LEAKED = cues(
    "names and diagnoses, names of, their names, home addresses, whole payload, contents of .. form/forms, card form",
    "complete message/messages, entire message/messages, full message/messages, message bodies, form contents",
    "salaries, account numbers, session token, values bound, all values, card data, card details, what it sends",
    "what .. sends and .. gets, everything it receives, everything it sends, pick up phone numbers, what was typed",
    "what .. typed, entered password, plain requests, whole request, whole message, customer data, patient data",
    "personal numbers, password/passwords, passwords, token, tokens, credential/credentials, credentials, api keys",
    "api key, secrets, card number/numbers, card numbers, pan, cvv, iban, ibans, social security, ssn, personal data",
    "pii, e mail, email, birth date, date of birth, phone number/numbers, pick up address, home address",
    "home diagnosis, diagnoses, prescription/prescriptions, authorization header/headers, auth header, session id/ids",
    "session ids, session cookie, jwt, one time code, otp, request body, request bodies, response bodies",
    "response body, its body, and body, bodies",
    "full/entire/whole/raw/complete request/requests/payload/payloads/body/headers, all headers, raw body",
    "full .. request, query strings, full name, health data, names and, entered .. password, reset token",
    "everything .. sends, all parameters, with its parameters, sql .. parameters, bank details, secret",
    "verification code, verification codes, one time password, customer's name, patient's name, salary",
)
_MASKED = cues(
    "event names, names of the events, stripped of, shortened, last three, last two, anonymi*, truncat*, never names",
    "ids and, carry ids, obfuscat*, audit trail, with scope, logging .. weak, batch, adds api key, mask, masks",
    "masked, masking, redact*, scrub*, hash*, strip*, remove*, removes, filter, filters, filtered, except, last four",
    "dropped, drops, never .. log/logged/logs/written/printed/appear, never, not .. logged, not .. logs, not .. log",
    "isn't logged, aren't logged, nor .. log, no .. logs, tokens used, token usage, without, only .. ids, tokenised",
    "tokenized, pseudonym*, log in with, logs in with, logging in, log in, logs in, log into, logged in by",
    "logged in users, logged in user, users are logged in, catalog, backlog, truncated, correlation, rotated, opt in",
    "access log holds, password change, password changes, trace id, permission, counts, exclud*, token is valid",
    "trace context, trace header, log compaction, log compacted, transaction log, commit log, write ahead log",
)
_UNMASKED = cues(
    "nothing .. masked/redacted/filtered/removed, not mask, not masked, not .. masked, not .. redacted, not redacted",
    "don't mask, don't redact, unmasked, unfiltered, unredacted, not redact, no masking, no redaction",
    "without masking, without .. masking, without redaction, masking .. disabled, masking is off, not .. filtered",
    "not scrubbed, not scrub",
)
_PASSWORD = cues(
    "shipped, delivered, password/passwords, passwords, pin, pins, users table, user credentials",
    "password hash/hashes, the hash, login, default, root, admin user, account",
)
_WEAK_HASH = cues(
    "tell .. theirs, passwords are encrypted, password is encrypted, encrypted so that, four digits, in clear digits",
    "can be decrypted, can decrypt, as sha 1, as sha1, as md5, passwords .. plain text, password .. plain text",
    "passwords .. clear text, password .. clear, pin .. clear, pins .. clear, as .. typed, as it was typed",
    "as they were entered, md5, sha 1, sha1, unsalted, no salt, without salt, reversible, readable password",
    "passwords .. base64, base64 encoded, single round, sha 256 without, read .. customer's password, look them up",
    "look it up, sent by mail, sent .. by mail, decrypt them to, decrypts them, plain password, passwords with aes",
    "passwords .. decrypt, see .. user's password, sees .. password, read .. password, mails .. password",
    "get .. password by mail, one round, legible password",
)
_STRONG_HASH = cues(
    "bcrypt, argon2, argon2id, scrypt, pbkdf2, never, none are left, replaced, log/logs, logs, logged, git",
    "repository, wiki, env, etag, checksum, config, compose, vault, replica, user interface, sent over, manager",
)
_FACTORY = cues(
    "shipped with admin, delivered with admin, admin 1234, root root, shipped with .. password",
    "same password on every, with admin, password store123, same initial password, first password is",
    "default password/passwords/credentials/login/account, default .. credentials, initial .. password",
    "initial .. login, has the password, with password postgres, password admin, password postgres, password changeme",
    "password password, guest guest, admin admin, factory password, vendor's default, out of the box password",
    "initial admin login, password of every, the password is admin, password root, password 123456, get the password",
)
_CHANGED = cues(
    "must be changed, be changed, is changed, are changed, removed, replaced, forced, random, never, refused",
    "disabled, has to change, have to change, no default, generated, rejected, rotated, vault, hashed",
)

WORDINGS = (
    Wording(
        rule="security/secret-in-file",
        keys=(),
        together=(Together((_SECRET, _WRITTEN_DOWN), unless=_SECRET_SAFE, lone=True),),
        says="The text says that a secret is kept where many can read it.",
    ),
    Wording(
        rule="security/shared-account",
        keys=(),
        together=(Together((_HOLDERS, _ONE_ACCOUNT), unless=_OWN),),
        says="The text says that several share one account.",
    ),
    Wording(
        rule="security/credentials-never-expire",
        keys=(),
        together=(Together((_CREDENTIAL, _FOREVER), unless=_SHORT_LIVED),),
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
