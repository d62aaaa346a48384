"""How engineers put faults into words: amounts without a bound: requests, uploads, queues, caches."""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues
from faultline.analyzers.design.documents.together import Together
from faultline.analyzers.design.documents.wording import Wording
from faultline.analyzers.design.resilience.wordings.lexicons import AMOUNTS, NO_LIMIT

_CALLERS = cues(
    "accounts, attacker, attackers, guess, client/clients, caller/callers, partner/partners, tenant/tenants",
    "customer/customers, bots, anyone, anybody, endpoint, api, login/logins, sign-in, request/requests, password",
    "attempt/attempts, gateway, code/codes, sms, traffic, user/users, script, search, throttling, called",
    "consumer/consumers",
)
_CALLING = cues(
    "request/requests, traffic, login attempts, attempts, called, call/calls the/an/our, api key/keys, login",
    "sign-in, guess, guesses, scrape, poll/polls, password resets, pin check, wrong entries, failed logins, callers",
    "caller, bots, crawlers, how often a client, api calls, calls, free accounts, otp, sms, use the api, attacker",
    "tokens per, search endpoint, endpoint, endpoints, client calls, brute",
)
_AS_OFTEN = cues(
    "nothing/nobody keeps/stops .. from calling/asking/sending, every request it gets/receives,"
    "every request that comes/arrives, as fast as they/it,"
    "as many jobs/requests/calls, without any restriction/limit, up to the client/caller/user",
    "as often as, as many .. as, any number of times, any number of .. requests/calls",
    "called without restriction/limit/restrictions, over and over, unlimited, not counted",
    "no limits/limit on how often/many/fast, not throttle/throttled, no quota/quotas",
    "slows/slow .. down for everybody/all/everyone",
)
_OTHER_AMOUNTS = cues(
    "size, length, timeout, timeouts, deadline, memory, cpu, queue, backlog, buffer, retries, retry, retried",
    "upload, body, attachment, rows, page size, pages, list, password often, addresses, threads, connections, cache",
    "retention, time limit, bodies, redelivered, redelivery, delivery, delivery attempts, attempts to",
    "as long as it, wait, waits, response, responses, depth",
)
_LIMITED = cues(
    "on purpose, from the cluster, health endpoint, health endpoints, up to #, up to fifty/twenty/ten, addresses",
    "rate limit of, # requests, # calls, # a minute/second, token bucket, bucket, answered with 429",
    "answers with 429, #/s, # per, its own quota, own quota, five in, hotline, change their, edit",
    "within the cluster, in the cluster, limited to, get/gets #, ten requests, 429 beyond",
)
_UPLOAD = cues(
    "upload/uploads/uploaded, file/files, attachment/attachments, photo/photos, video/videos, document/documents",
    "image/images, avatar/avatars, import/imports/importer, body/bodies, payload/payloads, csv, scans, attach",
    "imported, media, client_max_body_size",
)
_ANY_SIZE = cues(
    "file/files/upload/uploads/body/picture/pictures as it/they comes/come, whatever size/length, any size,"
    "arbitrary size/length/sizes, however big/large/long, as large as, no .. size limit",
    "size .. not checked/limited/restricted, no upper limit, no size limit, body .. unlimited, no maximum .. size",
    "whole/complete/entire .. into memory/ram",
)
_FILES = cues(
    "the body, bodies, documents, document, upload/uploads/uploaded, file/files, file size, attachment/attachments",
    "photo/photos, picture/pictures, video/videos, pdf, pdfs, image/images, avatar/avatars, import file, imports",
    "request body/bodies, payload, payloads, csv, request size, body size, multipart, scans, media",
)
_NOT_SIZE = cues(
    "log files, log file, time, timeout, retries, rate, requests per, how often, queue, cache, deleted, keep, kept",
    "download, downloads, downloaded, calls, links, retention, config, compose, this file, length limit on this",
    "terraform",
)
_BUFFERED = cues(
    "buffers/buffer/holds/keeps .. complete/whole/entire .. in memory/ram",
)
_SIZED = cues(
    "up to #, at most, limited to, # mb, refused with 413, 413, up to the, streamed, streams, parts of, in parts",
    "line by line, chunks, that we accept, bounded",
)
_QUEUE = cues(
    "queue/queues/queued, backlog, buffer/buffers/buffered, list, stream, channel, mailbox, topic, job/jobs",
    "message/messages, pending events, events, requests, ingest, readings, outbox, executor, thread/threads",
    "goroutine, producers, work, consumer/consumers, workers, tasks, click/clicks, changes, updates, slow reader",
    "difference, socket, record/records, build/builds may wait, assignments",
)
_GROWS = cues(
    "as many .. as come/comes/arrive/arrives, longer and longer, larger and larger, bigger and bigger,"
    "never turned/sent away/back, never refused/rejected",
    "never refuse/refuses/reject/rejects/turns, thread is spawned/started/created, no length/size/depth limit",
    "no .. length limit, grow/grows/growing without/until/endlessly/indefinitely/forever, pile/piles up",
    "no maximum length/size/depth, has no maximum, no .. limit/bound on .. length/size/number, set no limit",
    "unbounded, no bound, has no bound, never slowed down, no limit, no back-pressure, any size, new thread",
    "unlimited, no upper bound/limit, without an upper bound/limit, however many/much there is/are/piles/pile/come",
    "any number of .. may/can wait/queue/pile, no size limit",
)
_PAUSES = cues("longer and longer pauses/delays/intervals/waits/gaps/breaks")
_IN_MEMORY = cues(
    "collected/gathered/accumulated .. in memory/ram,"
    "put/collect/collects/held/hold/buffered/kept/wait/waits .. in memory/ram,"
    "keep/keeps/holds/store/stores/buffers everything/all/them/it/all of it in memory/ram",
    "stack/stacks/pile/piles/heap/heaps up in, in-memory buffer/queue/list .. until",
)
_UNTIL = cues("until/till, while, during, be it hours/days, when .. slow, however")
_KEPT = cues(
    "forever, for ever",
)
_LINE = cues(
    "queue/queues, backlog, buffer/buffers, stream/streams, channel/channels, mailbox, topic/topics, outbox",
    "waiting list, spool, spool directory, waiting jobs, pending jobs, queued jobs, linkedblockingqueue, inbox",
    "redis list, work queue",
)
_NOT_LENGTH = cues(
    "retry, retries, retried, redeliver*, attempts, rate limit, consumers, how often, upload, uploads, timeout",
    "subscribers, number of queues, number of topics, any number of consumers, number of readers, consumer groups",
    "readers, access",
)
_SLOW = cues(
    "slow, slower, down, behind, stalls, stalled, stops, offline, unavailable, unreachable, away, peak, peaks",
)
_GROWING = cues(
    "queue/buffer/backlog/list/mailbox/spool grows, buffer .. larger/grows",
)
_STREAM = cues("stream, topic, queue, redis list, channel, buffer")
_BOUNDED = cues(
    "at most, maxlen, maximum of, bounded, capped, holds #, # messages, # entries, # jobs, 503, 429",
    "drops the oldest, oldest .. leave, trimmed to, for #t, retention of #, autoscaler, limited to, beyond that",
    "beyond, refused, max #, pool has #, threads and, event store, event-sourced, event sourcing, compacted",
    "compaction, queue of #",
)
_CACHE = cues(
    "cache/caches/cached, map, dictionary, set, redis, lookup table, index, entry/entries, session/sessions",
    "in-memory, memory, memoised/memoized, token/tokens, lookup, items, ttl, ids",
)
_STAYS = cues(
    "never removes/remove/removed/deletes/evicts/clears/cleans",
    "until the process/pod/instance/server ends/stops/restarts/dies, forever, for ever",
    "nothing is ever removed/evicted/deleted, never evicted/removed/cleared/expire/expires/leave/leaves",
    "no expiry/ttl/eviction/expiration, grows with/until, no size limit, without bound/bounds, for good",
    "until .. restarted, unlimited, no bound, no ttl",
)
_KEYS = cues("key/keys, redis, sessions, tokens")
_NO_TTL = cues(
    "no ttl, no expiry, without an/any expiry/ttl",
)
_STORE = cues(
    "cache/caches/cached, local cache, in-memory map, map, session map, session store, number of cached",
    "deduplication map, lookup table, in-memory index, memo, number of threads, number of connections",
    "connection pool, thread pool, goroutines",
)
_COLLECTS = cues(
    "collect/collects/hold/holds/read/reads/load/loads .. all/whole/every/entire/complete .. in/into .. memory/ram",
    "whole .. into memory, all .. in memory",
)
_EVICTED = cues(
    "ttl of, evicts/evict, evicted after, lru, expires/expire after, for #t, at most, # entries, # keys, # mb",
    "bounded, after #t, for five, for an hour, leave the cache after, cookie, certificate, browser, cdn, a week",
    "streamed, source of truth, disk, partition a day, small, reference data, flags",
)

WORDINGS = (
    Wording(
        rule="resilience/no-rate-limit",
        keys=("limit", "quota", "rate", "throttl", "requests per"),
        about=r"endpoint|client|caller|consumer|partner|tenant|login|search|\bapi\b|route|\bkey\b|public|request|/\w",
        unless=r"size|\bmb\b|memory|\bcpu\b|mib|timeout|deadline",
        cell=r"(?:rate )?limits?|quotas?|throttl(?:e|ing)|(?:rate|requests per (?:second|minute))",
        bad=r"none|no limit|unlimited|no|not limited|unrestricted|∞|as (?:often|many)\b.*|any",
        strict=True,
        together=(
            Together((_CALLERS, _AS_OFTEN), spared=_LIMITED),
            Together((_CALLING, NO_LIMIT), unless=_OTHER_AMOUNTS, spared=_LIMITED + AMOUNTS, lone=True, clause=True),
            Together(
                (
                    cues(
                        "not lock/locks after",
                    ),
                )
            ),
        ),
        says="The text says that callers may call as often as they like.",
    ),
    Wording(
        rule="resilience/unbounded-upload",
        keys=("size", "max"),
        about=r"upload|file|attach|photo|image|video|document|scan|import|avatar|body|payload|\bpost\b|\bput\b",
        cell=r"(?:max(?:imum|\.)? )?(?:size|body|file size|upload size|payload)",
        bad=r"any(?: size)?|unlimited|no limit|no maximum|unrestricted|∞|arbitrary|not limited|none",
        strict=True,
        together=(
            Together((_UPLOAD, _ANY_SIZE), spared=_SIZED),
            Together((_FILES, NO_LIMIT), unless=_NOT_SIZE, spared=_SIZED + AMOUNTS, lone=True, clause=True),
            Together((_FILES, _BUFFERED), spared=_SIZED),
        ),
        says="The text says that uploads may have any size.",
    ),
    Wording(
        rule="resilience/unbounded-queue",
        keys=("length", "size", "depth", "capacity", "bound", "max", "limit", "retention"),
        about=r"queue|buffer|stream|topic|backlog|channel|mailbox|outbox",
        unless=r"compact|event store|audit",
        cell=r"(?:max(?:imum|\.)? )?(?:length|size|depth|capacity|bound|messages|entries|limit|retention)",
        bad=r"unlimited|no limit|no maximum|unbounded|∞|infinite|forever|for ever|not limited|grows.*|none",
        strict=True,
        together=(
            Together((_QUEUE, _GROWS), unless=_PAUSES, spared=_BOUNDED),
            Together((_QUEUE, _UNTIL, _IN_MEMORY), spared=_BOUNDED),
            Together(
                (_SLOW, _GROWING),
                spared=_BOUNDED + cues("alarm, alert, pages, page, paged, worked off, drained"),
                lone=True,
            ),
            Together((cues("no/without max length/maxlen/maxsize, no/without x max length"),)),
            Together((_STREAM, _KEPT), spared=_BOUNDED),
            Together((_LINE, NO_LIMIT), unless=_NOT_LENGTH, spared=_BOUNDED + AMOUNTS, lone=True, clause=True),
        ),
        says="The text says that the queue has no bound.",
    ),
    Wording(
        rule="resilience/unbounded-memory",
        keys=(),
        together=(
            Together((_CACHE, _STAYS), spared=_EVICTED),
            Together(
                (
                    _KEYS + cues("session store"),
                    _NO_TTL
                    + cues(
                        "nothing is removed",
                    ),
                ),
                spared=_EVICTED,
            ),
            Together((_STORE, NO_LIMIT), unless=_NOT_LENGTH, spared=_EVICTED + AMOUNTS, lone=True, clause=True),
            Together((_COLLECTS,), spared=_EVICTED),
        ),
        says="The text says that something which takes memory or connections has no bound.",
    ),
)
