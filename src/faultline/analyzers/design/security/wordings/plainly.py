"""How engineers put faults into words: what can be read, or forged, on the way and at rest.

The cues are heard in any order; `documents/together.py` says how they make a fault together.
"""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues
from faultline.analyzers.design.documents.together import Together
from faultline.analyzers.design.documents.wording import Wording

_TRAVEL = cues(
    "orders travel, use, uses, behind, sent to, copied, pick/picks up, picked up, leased line, mail/mails/mailed",
    "mails, orders, works, firmware, origin, data centres, runs over, carry, carries, come/comes in, traffic",
    "talk/talks, call/calls/called, send/sends/sent, sends, sent, post/posts/posted, posts, posted, deliver*",
    "reach/reaches/reached, reached, fetch*, connect*, request/requests, requests, replicat*, transfer*, travel*",
    "cross, crosses, stream*, ship/shipped/ships, exchange*, load/loads, loads, listen*, link/links/linked, wire",
    "between, gateway, protocol, port, channel, interface, browser/browsers, terminal/terminals, front end",
    "callback/callbacks, callback, received, receives, receive, sessions, cookies, handed to, relay, bind/binds",
    "login page, public site, site listens, over the network, over the internet, leave/leaves, offered, served",
    "serves, registry, push*, publish*, upload*, forward*, poll/polls/polled, report/reports, telemetry, in transit",
    "on the way, client, upstream, backend, api, endpoint, speaks, speak, webhook*, ingest, edge, proxy, readings",
    "tls, path, hop",
)
_IN_CLEAR = cues(
    "in plain text over/across/to/between/through/because, is/are plain text",
    "plaintext listeners/traffic/connection/connections/http/across, talk/talks/talking .. in plain text",
    "sent .. in plain text, plain websockets, plain websocket, ws instead of wss, encrypt false",
    "by e mail as an attachment, mail attachment, ws not wss, unencrypted channel, plain soap, plain rest over http",
    "1883, mqtt 1883, speaks http to, speak http to, talks http to, talk http to, forwards .. http to, http with user",
    "http with password, http to the targets, http to its, amqp 5672, ldap 389, smtp 25, without a tunnel and",
    "over/via/by/through/with http because/since/as/so, over http in order, plain udp, udp without, tcp without",
    "plain tcp through, without dtls, http since, http because, http for older, only http, http alone, http without",
    "http to save, http to avoid, attached unencrypted, http to keep, neither encrypted, not encrypted nor",
    "http and https, over http and, https is not, no encryption inside, encryption ends, encrypted only",
    "only .. encrypted, stays unencrypted, go unencrypted, goes unencrypted, plain http with, unencrypted inside",
    "not protected by tls, not tls, https is missing, older .. use the former, tls is left out, tls was left out",
    "tls is not, without certificate, in plain across, bare tcp, tcp socket, raw tcp, raw socket, port 1883",
    "http address, http url, http addresses, everything is http, all is http, is http only, http everywhere",
    "unencrypted tcp, with rsync unencrypted, plain syslog, plain smtp, plain ldap, plain mqtt, plain amqp",
    "amqp without, redis without, without certificates, certificates did not fit, fail with our certificate",
    "no room for tls, too slow for tls, tls costs, tls would, http works, http .. as well as https, http also works",
    "accepts http, accept http, http is allowed, allows http, http still, http is still, both http and https",
    "https is optional, tls is optional, by ftp, no certificate, no certificates, over port 80, port 80, on port 21",
    "unencrypted mail, takes them unencrypted, as plain text over, without a tunnel, not protected on the way",
    "nothing encrypts, plain http, unencrypted http, http only, http included, http as well as, insecure http",
    "over http instead, over plain http, http rather than, http instead of, http no tls, http without tls, on 80",
    "in the clear, in clear, in clear text, clear text, cleartext, in plain text over, as plain text to",
    "is plain text, plain text on, plain tcp, unencrypted, not encrypted, isn't encrypted, aren't encrypted",
    "not .. encrypted, without tls, no tls, without ssl, no ssl, without https, no https, without starttls",
    "no starttls, without encryption, no encryption, nothing encrypting, without .. encryption, no .. encryption",
    "sslmode disable, insecure credentials, telnet, ftp, plain ftp, via ftp, over ftp, insecure registries",
    "tls .. off, tls off, tls is disabled, tls disabled, turned tls off, switched tls off, https .. not enforced",
    "https is not enforced, readable on the wire, readable .. network, encryption in transit is not, not use tls",
    "not use https, not .. https, not speak tls, cannot do tls, tls was dropped, skip/skips tls, http is good enough",
    "http is enough, http is fine, http is sufficient, http suffices, simple http, bare http, via http from",
    "via http to, over http from .. internet, over http .. internet",
)
_WIRE_SAFE = cues(
    "encrypted are public, data that are not encrypted are, are public, is public, health check, health checks",
    "nothing but a status, logged, remov*, removes, decrypt*, isolated, http only cookie, httponly, samesite",
    "cookie .. http only, development only, text search, redirect/redirects/redirected, mesh, sidecar, mtls",
    "mutual tls, ipsec, vpn, tunnel, wireguard, localhost, loopback, laptop, unix socket, html, multipart, at rest",
    "stored, kept in, saved, disk/disks, volume/volumes, backup/backups, backups, bucket/buckets, column, table",
    "refused, refuses, rejected, rejects, dropped, closed, port 80 only, acme, http 2, http 3, password hash",
    "static assets, password/passwords stored, snapshots, snapshot, records are stored, public assets, markdown",
    "plain text mail, tls 1.3, tls 1.2, hsts, never",
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
    "unencrypted data lake, unencrypted database, unencrypted volume, unencrypted disk/disks, unencrypted bucket",
    "unencrypted share, unencrypted file/files, unencrypted table, created without encryption, neither encrypted",
    "unencrypted since, not turned on encryption, not .. on encryption, not enable .. encryption, not use encryption",
    "encryption .. not turned on, encryption .. not switched on, encryption .. later, as .. provider delivers",
    "without a key, encryption is optional, not bothered .. encrypt, no key, unprotected, unencrypted, not encrypted",
    "isn't encrypted, aren't encrypted, not .. encrypted, no encryption, without encryption, without .. encryption",
    "no .. encryption, encryption .. off, encryption is not, encryption is disabled, encryption .. left off",
    "encryption .. switched off, encryption .. turned off, encryption was not, not encrypt, don't encrypt",
    "nothing .. encrypted, not .. encrypt, encryption .. not enabled/configured, encryption .. disabled, kms is not",
    "rest in clear, rest in the clear",
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
    "store/stored/stores, stored, kept, keep/keeps, saved, save/saves, hold/holds, persisted, stays in, written to",
)
_LEGIBLE = cues(
    "in readable columns, readable columns, as dump, on an open share, open share, open folder, readable form",
    "in a text column, text column, plain column, plain columns, readable column, plain file, in a plain",
    "customer file on, as a spreadsheet, in spreadsheets, whole customer file, plain jpeg/pdf/xml/text/files",
    "as plain .. files, as wav, as jpeg, as pdf, gzip file, anybody .. can play/read/open",
    "anyone .. can play/read/open, readable for, readable by, clear text, plain text, plaintext, cleartext, in clear",
    "in the clear, plain csv, plain sql, plain json, as they are, as they come, as it is, as varchar, legible",
    "plain files, in the open",
)
_CERTIFICATE = cues(
    "ssl_verify, verify_ssl, sslverify, certificate/certificates, certificates, host name, hostname, tls, ssl, peer",
    "verify, self signed, curl, jdbc, nodejs_tls_reject_unauthorized, node_tls_reject_unauthorized",
    "insecureskipverify, trustservercertificate",
)
_UNVERIFIED = cues(
    "accepted unseen, unseen, taken as they are, taken on trust, whatever they present, not check certificates",
    "not check .. certificates, not verify certificates, not validate certificates",
    "certificates are not checked/verified/validated, ignores certificate, ignore certificate, certificate errors",
    "any cert, trust on first, ssl_verify off, ssl verify off, verify off, certificate it shows",
    "whatever certificate it, any server certificate, check is switched off, check is turned off",
    "check .. switched off, check .. turned off, checks are off, check is off, invalid .. switched off",
    "we accept it anyway, accepted anyway, not checked, is not checked, without checking .. certificate",
    "no check of the certificate, let it pass, lets it pass, self signed .. accepted, verify false, any certificate",
    "all certificates, every certificate, certificate errors .. ignored, self signed .. every",
    "ignore/ignores/ignored .. certificate, expired certificate .. ignored, simply ignored, not validated",
    "not verified, not .. validated, not check .. certificate, not verify .. certificate, verification .. off",
    "verification is off, verification .. disabled, verification .. skipped, skip/skips .. verification",
    "checks are disabled, checks .. disabled, accepts .. self signed, accept .. self signed, accept any, accepts any",
    "trusts all, trust all, with k, called with k, insecureskipverify, trustservercertificate",
    "node_tls_reject_unauthorized, insecure skip verify, without .. verification, without verifying .. certificate",
    "whatever certificate, certificate it is shown, certificate validation .. off, certificate check .. off",
    "not .. certificate chain",
)
_VERIFIED = cues(
    "not accepted, is not accepted, refused, rejected, end the call, own ca, taken out of, forbids, linter, never",
    "alarm, fails, blocks, tests only, webhook*, signature, signatures, token, tokens, payload, e mail address",
    "backup/backups",
)
_OLD_TLS = cues(
    "tls 1.0, tls 1.1, tlsv1.0, tlsv1, sslv3, ssl 3, minimum .. 1.0, minimum .. 1.1, version is 1.0, rc4, 3des",
    "old cipher, export ciphers, weak ciphers",
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
    "called with the order id, called with the .. id, callbacks are not verified, not verified, are not verified",
    "is not verified, whitelist our, allow list our, whitelists our, tell .. by our addresses, to a url that only",
    "url that only, only it knows, only they know, if the order number exists, books them at once",
    "if .. number exists, so that .. sees that it is from us, with the customer number, cannot verify .. events",
    "verifying .. left, left for later, without a check, without check, acted upon without, taken as true, as true",
    "without verification, unverified, trust our ip, our ip range, ip range, any call with, accepts any",
    "known message id, bare json, not validated, without a shared, no check of .. signature, no signing, anyone could",
    "anybody could, nothing that shows, shows they come from, no way to tell whether, simple get, plain posts",
    "plain post, whether it was .. who, nothing shows, cannot tell whether, known only to, believed as, as it comes",
    "no means to sign, cannot sign, nothing else is checked, asked for signatures, signatures .. list",
    "signatures .. roadmap, signatures .. backlog, not sign, sent as plain json, without .. mac, no mac",
    "nothing .. proves, prove/proves nothing, no proof, without a shared secret, take .. at its word",
    "taken at face value, not checked where, origin of .. not, unsigned, not signed, isn't signed, aren't signed",
    "no signature, without .. signature, no .. signature, no hmac, carry no hmac, without hmac, without secret or",
    "signature .. not verified/checked/validated, signature is not, signature .. ignored, signature .. skipped",
    "not look at .. signature, skip .. signature, skips .. signature, ignore/ignores .. signature",
    "signature check .. off/disabled/postponed, verification of .. signature .. postponed",
    "signature has been postponed, not verify .. signature, not check .. signature",
    "without .. validating .. signature, without validating, without verifying, without checking, authenticity .. not",
    "not .. authenticity, from anybody, from anyone, from any sender, from everyone, from everybody, from whoever",
    "any sender, whatever is posted, whatever .. posted, any json, takes any, trusted as it, trusted as they",
    "believed without, without .. proof, taken as genuine, as genuine, contains a random, random string, obscur*",
    "secret url, checking where .. came from, cannot/can't verify, no means to tell, no way to tell, no way to verify",
    "forged, spoof*, anyone .. post, anybody .. post, whoever .. url, anyone .. url, sign .. later, signing .. later",
    "signed .. later, signatures .. later, recognise .. by .. ip, recognises .. by, by .. ip address",
    "signature verification is not, signing no, source address, not signed yet, no shared secret",
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
        keys=(),
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
