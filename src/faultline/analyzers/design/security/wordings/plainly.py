"""How engineers put faults into words: what can be read, or forged, on the way and at rest.

The cues are heard in any order; `documents/together.py` says how they make a fault together.
"""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues
from faultline.analyzers.design.documents.together import Together
from faultline.analyzers.design.documents.wording import Wording

_TRAVEL = cues(
    "smtp, syslog, mqtt, ldap, imap, snmp, udp, goes out, invoices, line, lines, go/goes to, orders travel, use, uses",
    "behind, sent to, copied, pick/picks up, picked up, leased line, mail/mails/mailed, mails, orders, works",
    "firmware, origin, data centres, runs over, carry, carries, come/comes in, traffic, talk/talks, call/calls/called",
    "send/sends/sent, sends, sent, post/posts/posted, posts, posted, deliver*, reach/reaches/reached, reached, fetch*",
    "connect*, request/requests, requests, replicat*, transfer*, travel*, cross, crosses, stream*, ship/shipped/ships",
    "exchange*, load/loads, loads, listen*, link/links/linked, wire, between, gateway, protocol, port, channel",
    "interface, browser/browsers, terminal/terminals, front end, callback/callbacks, callback, received, receives",
    "receive, sessions, cookies, handed to, relay, bind/binds, login page, public site, site listens",
    "over the network, over the internet, leave/leaves, offered, served, serves, registry, push*, publish*, upload*",
    "forward*, poll/polls/polled, report/reports, telemetry, in transit, on the way, client, upstream, backend, api",
    "endpoint, speaks, speak, webhook*, ingest, edge, proxy, readings, tls, path, hop",
)
_IN_CLEAR = cues(
    "may/can/could use/be http, may/can/could use/be plain http, http as well, http : as well, http too",
    "http or https, https or http, accept/accepts/allow/allows plain http, accept/accepts/allow/allows http, 1883",
    "over/via/by/through/with http because/since/as/so, over http and, https is not, plain http with",
    "http .. as well as https, by ftp, port 80, plain http, unencrypted http, http only, over plain http",
    "in the clear, in clear, in clear text, clear text, unencrypted, not encrypted, without tls, no tls",
    "without starttls, without encryption, no encryption, without .. encryption, no .. encryption, sslmode disable",
    "ftp, via ftp, tls .. off",
)
_WIRE_SAFE = cues(
    "tls 1.0, tls 1.1, sslv3, encrypted are public, data that are not encrypted are, are public, is public",
    "health check, health checks, nothing but a status, logged, remov*, removes, decrypt*, isolated, http only cookie",
    "httponly, samesite, cookie .. http only, development only, text search, redirect/redirects/redirected, mesh",
    "sidecar, mtls, mutual tls, ipsec, vpn, tunnel, wireguard, localhost, loopback, laptop, unix socket, html",
    "multipart, at rest, stored, kept in, saved, disk/disks, volume/volumes, backup/backups, backups, bucket/buckets",
    "column, table, refused, refuses, rejected, rejects, dropped, closed, port 80 only, acme, http 2, http 3",
    "password hash, static assets, password/passwords stored, snapshots, snapshot, records are stored, public assets",
    "markdown, plain text mail, tls 1.3, tls 1.2, hsts, never",
)
_STORED = cues(
    "copy has, lake, has all personal, in the bucket, on their laptops, laptops, carries, phone keeps, phone, carry",
    "store/stored/stores, stored, kept, keep/keeps, saved, save/saves, held, hold/holds, persisted, persist/persists",
    "lie, lies, rest/rests, rests, volume/volumes, volumes, disk/disks, disks, backup/backups, backups, dump/dumps",
    "dumps, snapshot/snapshots, snapshots, bucket/buckets, buckets, archive/archives, archived, tape/tapes, tapes",
    "table, column, database/databases, file share, nas, shared drive, warehouse, laptop, sqlite, export, exports",
    "at rest, storage, object store, document store, rds, put on, put into, sit, sits, copied to, written to",
    "stays in, on the share, data at, encryption at rest",
)
_READABLE = cues(
    "unencrypted, not encrypted, no encryption, without encryption, without .. encryption, no .. encryption",
    "encryption .. off, encryption .. not enabled/configured",
)
_STORAGE_SAFE = cues(
    "nothing that, hold nothing, holds nothing, no personal, by intent, remov*, removes, encrypts it, encrypts them",
    "server side encryption, password/passwords, public, in transit, traffic, on the wire, sent, html",
    "feature flag/flags, search index, never, customer managed, encrypted with, is encrypted, are encrypted",
    "not store, not stored, configuration, denies, refused, refuses, policy, cannot be created, hash*, logs, log",
    "logged, repository, config",
)
_SENSITIVE = cues(
    "photos, id cards, backups, backup, dumps, bank accounts, customer documents, customer document, medical report",
    "customer file, customer files, health data, lab results, recordings, calls, letters, claims, identity documents",
    "identity, photos of, scans, insurance, card number/numbers, card numbers, card data, pan, cvv/cvc, cvv",
    "iban/ibans, ibans, bank details, bank account/data, patient/patients, patients, medical, health, diagnosis",
    "diagnoses, prescription/prescriptions, passport/passports, passports, identity card/cards/document/documents",
    "identity cards, social security, ssn/ssns, salary, salaries, payroll, wages, tax, personal data, personal, pii",
    "customer data, customer list, tokens, birth date, date of birth, contract/contracts, national id",
    "address/addresses, credentials, names, payment data, account number, account numbers, dump, bank, phone numbers",
    "biometric, resumes, cvs, licences, license scans, driving licence",
)
_CARDS = cues(
    "card number/numbers, card numbers, cvv, cvc, cvv codes, security code/codes, expiry dates, card details",
)
_CARD_SAFE = cues(
    "token/tokens, tokens, tokenised, tokenized, encrypt*, never, not, nor, no, provider, hash*, mask*, last four",
    "vault, psp",
)
_KEPT = cues(
    "store/stores, stored in/on/with/by, kept in/on/with/by, saved in/on/with/by, is/are stored/kept/saved/held",
    "keep/keeps, save/saves, hold/holds, persisted, stays in, written to",
)
"""What "kept its own" tells is over; a participle has something before or behind it."""
_LEGIBLE = cues(
    "plain jpeg/pdf/xml/text/files, as plain .. files, clear text, plain text, in clear, in the clear, as they are",
    "as they come",
)
_CERTIFICATE = cues(
    "ssl_verify, verify_ssl, sslverify, certificate/certificates, certificates, host name, hostname, tls, ssl, peer",
    "verify, self signed, curl, jdbc, nodejs_tls_reject_unauthorized, node_tls_reject_unauthorized",
    "insecureskipverify, trustservercertificate",
)
_UNVERIFIED = cues(
    "certificate errors, not checked, verify false, any certificate, ignore/ignores/ignored .. certificate",
    "not validated, not verified, not .. validated, verification .. off, verification .. disabled",
    "checks are disabled, checks .. disabled, accepts any, insecureskipverify, trustservercertificate",
    "node_tls_reject_unauthorized",
)
_VERIFIED = cues(
    "not accepted, is not accepted, refused, rejected, end the call, own ca, taken out of, forbids, linter, never",
    "alarm, fails, blocks, tests only, webhook*, signature, signatures, token, tokens, payload, e mail address",
    "backup/backups",
)
_OLD_TLS = cues(
    "tls 1.0, sslv3",
)
_TLS_SAFE = cues(
    "off, disabled, refused, rejected, not accepted, no longer, removed, retired, never, turned off, switched off",
    "denied, newer, higher, above, at least 1.2, below, not supported, deprecated",
)
_WEBHOOK = cues(
    "identity check, carrier events, webhook*, callback/callbacks, callbacks, callback, hook/hooks, hooks",
    "notification/notifications, notifications, payment event/events, provider's event/events, incoming events",
    "outgoing events, status callback, delivery status, events of, events to, event, events, psp",
    "provider's signature, psp's",
)
_UNSIGNED = cues(
    "not verify/check/checks .. signature/signatures, not check/know where .. comes/come from, not verified",
    "accepts any, not validated, as it comes, not signed, no signature, without .. signature, no .. signature",
    "without verifying, any json, cannot/can't verify, forged",
)
_SIGNED = cues(
    "thrown away, is discarded, we ask, ask its api, ask the api, believe only, with a secret, are verified",
    "have been verified, was verified, before it parses, after verifying, hmac sha256, is signed, are signed",
    "signed with, signed by, verifies .. signature, signature is verified/checked, verified against, are ignored",
    "is dropped, are dropped, discarded, refuses, refused, rejected, rejects, 400, 401, 403, checked against",
    "verify the signature, wrong .. signature, signatures are verified, invalid signature, guide, image/images",
    "commits, receivers should, public key, wrong or missing, detect*, protects, git",
)

WORDINGS = (
    Wording(
        rule="security/plain-http",
        keys=(),
        together=(Together((_TRAVEL, _IN_CLEAR), unless=_WIRE_SAFE),),
        says="The text says that what is sent can be read on the way.",
    ),
    Wording(
        rule="security/unencrypted-storage",
        keys=(),
        together=(
            Together((_STORED, _READABLE), unless=_STORAGE_SAFE),
            Together((_SENSITIVE, _STORED, _LEGIBLE), unless=_STORAGE_SAFE),
            Together((_CARDS, _KEPT), unless=_CARD_SAFE, lone=True, clause=True),
        ),
        says="The text says that stored data can be read by whoever gets the disk.",
    ),
    Wording(
        rule="security/tls-verification-off",
        keys=("certificate",),
        hazards=(
            r"\b(?:not|never|n't) (?:verify|verifies|check|checks|validate|validates|look at) (?:the |any |its "
            r"|their )?(?:(?:server|peer|tls)(?:'s)? )?certificates?\b(?! (?:expir|date|chain of))",
        ),
        together=(Together((_CERTIFICATE, _UNVERIFIED), unless=_VERIFIED),),
        says="The text says that anybody may pretend to be the other side.",
    ),
    Wording(
        rule="security/weak-tls",
        keys=(),
        together=(Together((_OLD_TLS,), unless=_TLS_SAFE),),
        says="The text names a version of TLS that is broken.",
    ),
    Wording(
        rule="security/unsigned-webhook",
        keys=("sign",),
        together=(Together((_WEBHOOK, _UNSIGNED), unless=_SIGNED),),
        thing=r"(?:(?:webhook|event|callback) (?:signatures?|signing))",
        cell=r"(?:webhook )?sign(?:ed|ing|atures?)",
        says="The text says that a receiver cannot tell who sent an event.",
    ),
)
