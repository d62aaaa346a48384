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
    "request/requests, traffic, login attempts, attempts, called, call/calls the/an/our, api key/keys, login, sign-in",
    "guess, guesses, scrape, poll/polls, password resets, pin check, wrong entries, failed logins, callers, caller",
    "bots, crawlers, how often a client, api calls, calls, free accounts, otp, sms, use the api, attacker, tokens per",
    "search endpoint, endpoint, endpoints, client calls, brute",
)
_AS_OFTEN = cues(
    "called at will, as fast as they/it, as many jobs/requests/calls, without any restriction/limit",
    "up to the client/caller/user, no cap on the traffic, for as long as they want/like, has no limits",
    "have no limits, as they please, as it pleases, as often as, as many .. as, as frequently as, any number of times",
    "any number of .. requests/calls, whatever rate, however many come, no matter how much",
    "no matter how many .. requests/calls, regardless of how many, at any rate",
    "called without restriction/limit/restrictions, over and over, unlimited, not limit how many, not limited in how",
    "not counted, not restrict how/the request, not restrict .. rate, no limits/limit on how often/many/fast",
    "no limit/limits on failed/login/the number, not throttle/throttled, no throttling, no quota/quotas",
    "nothing to slow down, not enforce it/them/limits/quotas, nothing .. slows down a/clients/callers",
    "use/uses up all, starve/starves, trusted not to, rely on clients, expected to behave, well-behaved",
    "slows/slow .. down for everybody/all/everyone, on paper only, nobody is ever .. 429, never .. 429",
    "nothing protects .. hammered/flooded, nothing protects .. from, fair use, every request .. however many",
    "accepts every request, however many requests",
)
_OTHER_AMOUNTS = cues(
    "size, length, timeout, timeouts, deadline, memory, cpu, queue, backlog, buffer, retries, retry, retried, upload",
    "body, attachment, rows, page size, pages, list, password often, addresses, threads, connections, cache",
    "retention, time limit, bodies, redelivered, redelivery, delivery, delivery attempts, attempts to, as long as it",
    "wait, waits, response, responses, depth",
)
_LIMITED = cues(
    "on purpose, from the cluster, health endpoint, health endpoints, up to #, up to fifty/twenty/ten, addresses",
    "rate limit of, # requests, # calls, # a minute/second, token bucket, bucket, answered with 429, answers with 429",
    "#/s, # per, its own quota, own quota, five in, hotline, change their, edit, within the cluster, in the cluster",
    "limited to, get/gets #, ten requests, 429 beyond",
)
_UPLOAD = cues(
    "upload/uploads/uploaded, file/files, attachment/attachments, photo/photos, video/videos, document/documents",
    "image/images, avatar/avatars, import/imports/importer, body/bodies, payload/payloads, csv, scans, attach",
    "imported, media, client_max_body_size",
)
_ANY_SIZE = cues(
    "any size, any length, arbitrary size/length/sizes, however big/large/long, as large as, as big as, whatever size",
    "whatever its/their/the size, regardless of its/their/the/file size, regardless of size",
    "without regard to .. size, without a look at .. size, no maximum size, no .. size limit, no limit on .. size",
    "no restriction/restrictions on .. size, without a limit on, not look at how large/big, not look at .. size",
    "size .. not checked/limited/restricted, not care how big/large, size limit .. switched off/disabled/removed",
    "limit .. is disabled, removed the .. limit, limit .. switched off, no upper limit, no size limit, # gb file",
    "be it # kb, any file is accepted, body is unlimited, size unlimited, max .. size unlimited, body .. unlimited",
    "body size 0, nothing stops a client from sending, no maximum .. size, whole/complete/entire .. into memory/ram",
    "whole/complete/entire .. in memory/ram, client_max_body_size 0",
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
    "complete/whole/entire upload/file/body in memory/ram, nobody checks how big/large, nothing checks how big/large",
    "not look at the size, up to the user, n't look at the size",
)
_SIZED = cues(
    "up to #, at most, limited to, # mb, refused with 413, 413, up to the, streamed, streams, parts of, in parts",
    "line by line, chunks, that we accept, bounded",
)
_QUEUE = cues(
    "queue/queues/queued, backlog, buffer/buffers/buffered, list, stream, channel, mailbox, topic, job/jobs",
    "message/messages, pending events, events, requests, ingest, readings, outbox, executor, thread/threads",
    "goroutine, producers, work, consumer/consumers, workers, tasks, click/clicks, changes, updates, slow reader",
    "difference, socket",
)
_GROWS = cues(
    "not trimmed/pruned/emptied/cleaned/purged, never shrinks",
    "becomes/become/gets/get/grows/grow larger/longer/bigger, grows and grows, as long as no worker",
    "grow as they like, never refuse/refuses/reject/rejects/turns, cannot handle waits, simply absorbed",
    "waits in the queue, stack/stacks up, heap/heaps up, builds/build up, grows every day, without end",
    "always accepted, keeps growing, stays/stay in the heap/memory/ram, arbitrarily long/large",
    "thread is spawned/started/created, for each .. thread, without capacity, no retention limit, not limited in size",
    "not limited in length, even when thousands/hundreds, no length/size/depth limit, no .. length limit",
    "grow/grows/growing without/until/for/endlessly/indefinitely/forever, just grows/grow, grows .. full",
    "pile/piles up, accumulate/accumulates .. until, become/becomes/get/gets as long as, whatever comes",
    "nothing trims, never trimmed, never emptied, never pruned, never cleaned, no maximum length/size/depth",
    "has no maximum, no capacity limit, no .. limit/bound on .. length/size/number, no limit on its size",
    "set no limit, unbounded, no bound, has no bound, runs/run out of disk/memory/space, never slowed down",
    "nothing tells the producers, not slow .. producers, no limit, no back-pressure, no backpressure",
    "without back-pressure, waits in ram/memory, just keep adding, keep adding, never reject work/requests/jobs",
    "never rejects, any size, any length, as many threads as, its own thread, new thread, gets/get a goroutine/thread",
    "accepts everything, takes everything, takes whatever, until the disk, can grow to, unlimited",
    "no upper bound/limit, without an upper bound/limit, collect/collects/gather in .. memory/list, faster than",
    "retention unlimited, buffers .. however many, however many there are, length .. not limited",
)
_IN_MEMORY = cues(
    "queue/queued/buffer/buffered/cache/cached/parked in memory/ram, pile/piles up in memory",
    "put/collect/collects/held/hold/buffered/kept/wait/waits .. in memory/ram",
    "held/kept/stored in a slice/list/array/dict/map, held/kept .. slice, in the agent memory, in the agent's memory",
    "stack/stacks/pile/piles/heap/heaps up in, in its memory, in the process memory",
    "put/collect/kept/held .. in-process list/queue, in-memory buffer/queue/list .. until",
    "put into an in-process list, collect/collects in a list, holds/hold/buffers/buffer .. until .. back",
    "into an in-process list",
)
_UNTIL = cues("until/till, while, during, be it hours/days, when .. slow, however")
_KEPT = cues(
    "kept .. forever/indefinitely, keep/keeps .. for ever, keeps/keep .. forever, forever, for ever",
    "never deleted/expire, retention unlimited, retention infinite, retention forever, stay/stays .. weeks",
    "never trimmed",
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
    "queue/buffer/backlog/list/mailbox/spool grows, queues/buffers/lists grow, queue .. grows, buffer .. larger/grows",
)
_STREAM = cues("stream, topic, queue, redis list, channel, buffer")
_BOUNDED = cues(
    "at most, maxlen, maximum of, bounded, capped, holds #, # messages, # entries, # jobs, 503, 429, drops the oldest",
    "oldest .. leave, trimmed to, for #t, retention of #, autoscaler, limited to, beyond that, beyond, refused, max #",
    "pool has #, threads and, event store, event-sourced, event sourcing, compacted, compaction, queue of #",
)
_CACHE = cues(
    "cache/caches/cached, map, dictionary, set, redis, lookup table, index, entry/entries, session/sessions",
    "in-memory, memory, memoised/memoized, token/tokens, lookup, items, ttl, ids",
)
_STAYS = cues(
    "never emptied/flushed/trimmed/pruned/deleted, kept in memory for good",
    "never removes/remove/removed/deletes/evicts/clears/cleans, nothing expires, nothing .. expires, no one removes",
    "as long as the process lives/runs, cached without a limit, cached without limit, never forgets, never forget",
    "until the process/pod/instance/server ends/stops/restarts/dies, nothing is removed",
    "nothing is/gets removed/evicted/deleted from, keeps growing, keep growing, grows and grows, never thrown out",
    "forever, for ever, nothing is ever removed/evicted/deleted",
    "never evicted/removed/cleared/expire/expires/leave/leaves, never cleaned/purged/pruned",
    "no expiry/ttl/eviction/expiration, without an/any expiry/ttl/eviction, not removed, not evicted, only grows",
    "grows with/until, ever issued, ever came, ever seen, no size limit, without bound/bounds, without maxmemory",
    "no maxmemory, lifetime of the process, for good, until .. restarted, unlimited, no bound, no eviction policy",
    "ttl none, flush/flushed/cleared/emptied .. by hand, has no size, never shrinks, no ttl, for the lifetime",
)
_KEYS = cues("key/keys, redis, sessions, tokens")
_NO_TTL = cues(
    "no ttl, without ttl, no expiry, without an/any expiry/ttl, never expire, no expiration, ttl none",
)
_STORE = cues(
    "cache/caches/cached, local cache, in-memory map, map, session map, session store, number of cached",
    "deduplication map, lookup table, in-memory index, memo, number of threads, number of connections",
    "connection pool, thread pool, goroutines",
)
_COLLECTS = cues(
    "collect/collects/hold/holds/read/reads/load/loads .. all/whole/every/entire/complete .. in/into .. memory/ram",
    "collected in a list, whole/entire/complete .. is read/loaded into memory, whole .. into memory, all .. in memory",
    "all .. in a list, millions .. in memory",
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
                        "not lock/locks after, not locked after, n't lock after, nobody .. 429, never .. 429",
                        "no one .. 429, no 429",
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
            Together((_QUEUE, _GROWS), spared=_BOUNDED),
            Together((_QUEUE, _UNTIL, _IN_MEMORY), spared=_BOUNDED),
            Together(
                (_SLOW, _GROWING),
                spared=_BOUNDED + cues("alarm, alert, pages, page, paged, worked off, drained"),
                lone=True,
            ),
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
            Together((_KEYS + cues("session store"), _NO_TTL + cues("nothing is removed")), spared=_EVICTED),
            Together((_STORE, NO_LIMIT), unless=_NOT_LENGTH, spared=_EVICTED + AMOUNTS, lone=True, clause=True),
            Together((_COLLECTS,), spared=_EVICTED),
        ),
        says="The text says that something which takes memory or connections has no bound.",
    ),
)
