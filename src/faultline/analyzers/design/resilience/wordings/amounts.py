"""How engineers put faults into words: amounts without a bound: requests, uploads, queues, caches."""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues
from faultline.analyzers.design.documents.together import Together
from faultline.analyzers.design.documents.wording import Wording

_CALLERS = cues(
    "client/clients, caller/callers, partner/partners, tenant/tenants, customer/customers, anyone, anybody, endpoint",
    "api, login/logins, sign-in, request/requests, password, attempt/attempts, gateway, code/codes, sms, traffic",
    "user/users, script, search, throttling, called, consumer/consumers",
)
_AS_OFTEN = cues(
    "as often as, as many .. as, as frequently as, any number of times, any number of .. requests/calls",
    "whatever rate, however many come, no matter how much, no matter how many .. requests/calls",
    "regardless of how many, at any rate, called without restriction/limit/restrictions, over and over, unlimited",
    "not limit how many, not limited in how, not counted, not restrict how/the request, not restrict .. rate",
    "no limits/limit on how often/many/fast, no limit/limits on failed/login/the number, not throttle/throttled",
    "no throttling, no quota/quotas, nothing to slow down, not enforce it/them/limits/quotas",
    "nothing .. slows down a/clients/callers, use/uses up all, starve/starves, trusted not to, rely on clients",
    "expected to behave, well-behaved, slows/slow .. down for everybody/all/everyone, on paper only",
    "nobody is ever .. 429, never .. 429, nothing protects .. hammered/flooded, nothing protects .. from, fair use",
    "every request .. however many, accepts every request, however many requests",
)
_LIMITED = cues(
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
    "no length/size/depth limit, no .. length limit",
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
    "pile/piles up in memory, put/collect/collects/held/hold/buffered/kept/wait/waits .. in memory/ram",
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
    "forever, for ever, nothing is ever removed/evicted/deleted",
    "never evicted/removed/cleared/expire/expires/leave/leaves, never cleaned/purged/pruned",
    "no expiry/ttl/eviction/expiration, without an/any expiry/ttl/eviction, not removed when, only grows",
    "grows with/until, ever issued, ever came, ever seen, no size limit, without bound/bounds, without maxmemory",
    "no maxmemory, lifetime of the process, for good, until .. restarted, unlimited, no bound, no eviction policy",
    "ttl none, flush/flushed/cleared/emptied .. by hand, has no size, never shrinks, no ttl, for the lifetime",
)
_KEYS = cues("key/keys, redis, sessions, tokens")
_NO_TTL = cues(
    "no ttl, without ttl, no expiry, without an/any expiry/ttl, never expire, no expiration, ttl none",
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
            Together((cues("nobody .. 429, never .. 429, no one .. 429, no 429"),)),
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
        together=(Together((_UPLOAD, _ANY_SIZE), spared=_SIZED),),
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
            Together((_STREAM, _KEPT), spared=_BOUNDED),
        ),
        says="The text says that the queue has no bound.",
    ),
    Wording(
        rule="resilience/unbounded-memory",
        keys=(),
        together=(
            Together((_CACHE, _STAYS), spared=_EVICTED),
            Together((_KEYS, _NO_TTL), spared=_EVICTED),
            Together((_COLLECTS,), spared=_EVICTED),
        ),
        says="The text says that something which takes memory or connections has no bound.",
    ),
)
