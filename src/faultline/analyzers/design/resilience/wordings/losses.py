"""How engineers put faults into words: messages that fail for good, and messages that get lost."""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues
from faultline.analyzers.design.documents.together import Together
from faultline.analyzers.design.documents.wording import Wording

_MESSAGE = cues(
    "publishing, on publish, what fails, whatever fails, what could not be, what cannot be, poison messages",
    "message/messages, event/events, job/jobs, record/records, webhook/webhooks, delivery/deliveries, task/tasks",
    "notification/notifications, reading/readings, mail/mails, order/orders, payment/payments, offset, queue",
    "consumer, handler, partition, dlq, nobody hears",
)
_FAILED = cues(
    "faulty, damaged, defective, could not be processed/parsed/handled/delivered/decoded/read",
    "couldn't be processed/parsed/handled/delivered",
    "cannot/can't parse/process/handle/decode/read/understand/deserialise, unknown type/types, errors",
    "cannot/can't be deserialised/deserialized/decoded/validated/mapped/stored, fail validation, corrupt, corrupted",
    "erroneous, exceeding/exceed/exceeds .. retry/retries/attempts, attempted # times",
    "attempted two/three/five/ten times, failures, handler throws/fails, unreadable, unknown type, wrong format",
    "in error, not valid, cannot be .. parsed/processed/handled/decoded/delivered/read/understood",
    "can't be parsed/processed/handled/delivered, fail/fails/failed/failing, malformed, bad, broken, poison, poisoned",
    "undeliverable, unprocessable, invalid, unparseable, not understand, raise/raises/throw/throws",
    "exception/exceptions, after the last attempt, after # attempts/failures/tries",
    "after two/three/four/five/six/ten attempts/failures/tries/retries, retries are exhausted/used, attempts are used",
    "used up, for good, last time, rejected, gives up, last attempt",
)
_GONE = cues(
    "commits/commit the/its offset, moves/move the offset, message/event/job/record is acknowledged/acked",
    "and acknowledged, and acked, is then acknowledged, carry/carries on, move/moves on, goes/go on with the next",
    "continue/continues with the next, purge/purges/purged, thrown out, filtered away",
    "marked as done/processed/handled, acknowledged nevertheless/regardless/all the same",
    "acked nevertheless/regardless/all the same, erased, never seen again, swallows, dropped, drop/drops",
    "discard/discards/discarded, thrown/throw/throws away, deleted, delete/deletes, removed, remove/removes",
    "is/are gone, disappear/disappears, vanish/vanishes, forgotten, lost, abandoned, ignored, ignore/ignores, skipped",
    "skip/skips, swallow/swallows/swallowed, acknowledged anyway, acks/acked anyway, and acks, offset is committed",
    "moves on, not kept, not stored, neither keep, neither kept, no place, gets/get lost, offset .. committed",
)
_BLOCKS = cues(
    "block/blocks the queue/partition/topic/consumer/others, stops/stop/halts/halt at the first/record/message/event",
    "stuck until, block/blocks its shard/partition/queue/lane, block/blocks the others/rest",
    "blocks/block those behind, put back at the head/front, back at the head, blocks what is behind, those behind it",
    "ones behind, stall/stalls the partition/queue/consumer/stream/topic, not get past it/the, never gets past",
    "stuck at/on/behind, enough to stall, clogs, jams, holds up the others, nothing behind it",
    "block/blocks all others, halts everything, back to the head/front",
    "block/blocks .. partition/queue/topic/others/consumer, stops/stop/halts/halt .. consumer/partition",
    "stops/halts the queue/topic/processing, hold/holds up everything, everything behind, stay/stays at the front",
    "until an engineer, until somebody skips/deletes/removes/fixes, reads the same .. again, blocks everything",
    "by hand before",
)
_NO_PARKING = cues(
    "no parking lot, no dead letter, no dead-letter, no dlq, not kept anywhere, no place where failed/they/failing",
    "no quarantine, dlq none, dead letters none, without a dlq, without dlq, without a dead-letter",
    "without dead-letter",
)
_PARKED = cues(
    "dlq, dlt, dead letter, dead-letter, parked, park, parking topic/table/queue, quarantine, moved to, set aside",
    "written to .. table, duplicate/duplicates, expired, older than, stale, retention, debug, metric/metrics",
    "draft/drafts, unknown field/fields, goes to, sent to .. topic, already seen, frame, trace/traces, packets, days",
    "outbox, replaced",
)
_ACKED_EARLY = cues(
    "at receipt, upon receipt, on arrival, at arrival, confirmed as soon as, acknowledged as soon as",
    "acked as soon as, confirmed on arrival, processing comes later, confirmed .. before",
    "acknowledge/acknowledges/acknowledged/ack/acks/acked .. before, deletes/removes .. from the queue first",
    "on receipt, acknowledgement happens on receipt, ahead of any work, offsets/offset .. before",
    "before .. processed/handled it, auto-ack, auto-acked, auto-commit, autocommit, before the records",
    "acknowledge/acknowledges .. immediately/receipt, commit/commits/committed .. offset/offsets before",
    "before they are handled/processed, first and then handles/processes",
)
_EARLY_SUBJECT = cues(
    "message/messages, event/events, record/records, offset/offsets, queue, job/jobs, auto-commit, consumer",
    "acknowledge*",
)
_MISHAP = cues(
    "process dies, dies in between, that fails, this fails, it fails, killed, should that fail, not connected",
    "disconnected, offline, evicted, terminated, oom, power, crash/crashes, restart/restarts/restarted, dies, die",
    "publish fails, sending fails, fails after, fails, away, down, deploy, deployment, redeploy*, two writes",
    "in between, cannot be sent, between the, then publish, publish afterwards, publishes afterwards, in flight",
    "broker, had been running, background, pub/sub, lost one",
)
_LOST = cues(
    "never published/sent/delivered/written/emitted/produced, never hears/hear of it, nobody gets it, no one gets it",
    "nobody is told, nobody learns, no one learns, lost, loses, lose, is/are gone, not seen by, misses/miss them/it",
    "nobody hears, no event is sent, empties it, never goes out, never go out, not get the event/message/update",
    "never get it, never arrives, does not arrive, is not sent, not survive, n't survive, dropped silently",
    "never sent, not sent, disappear/disappears, what was in the queue, nobody notices, not noticed, forgets",
)
_CARELESS = cues(
    "udp is used for, not persist messages/events, n't persist messages/events, not look at the result",
    "n't look at the result, fire-and-forget, fire and forget, not wait for the broker, not check whether the broker",
    "acks 0, acks=0, errors on publishing are ignored, non-persistent messages, not durable, non-durable",
    "only in the memory of the broker, in memory only by the broker, in the broker's memory",
    "publish errors are ignored, not persisted, not persistent",
)
_KEPT = cues(
    "outbox, redeliver*, visible again, persisted, durable, not lost, nothing is lost, metrics, telemetry, fine",
    "best effort, replaced by, trace, traces, logs, three nodes, replicated, same transaction, is not lost, presence",
    "cursor, rebuilt, loses nothing, after it, after the write, survives, sampled, statistics, cache",
)

WORDINGS = (
    Wording(
        rule="resilience/no-dead-letter-queue",
        keys=("fail", "last attempt", "error", "poison", "exhaust", "give up"),
        about=r"queue|topic|message|event|job|consumer|stream|webhook|task|retr|attempt",
        unless=r"dead|dlq|dlt|park|quarantine|metric|duplicate",
        cell=r"(?:(?:after|on|upon|if|when)\b.{0,20} )?(?:fail\w*|last attempt|errors?|poison messages?|exhausted)"
        r"(?: handling)?",
        bad=r"(?:silently )?(?:dropped|drop|skipped|skip|ignored|discarded|deleted|lost|removed|logged|log|gone|acked"
        r"|swallowed)\b.*",
        strict=True,
        together=(
            Together((_MESSAGE, _FAILED, _GONE), spared=_PARKED, case=False),
            Together((_MESSAGE, _FAILED, _BLOCKS), spared=_PARKED),
            Together((_NO_PARKING,), lone=True),
            Together(
                (
                    cues("failures, exceptions"),
                    cues("are swallowed, are ignored, get swallowed"),
                ),
                spared=_PARKED,
            ),
        ),
        says="The text says that messages which fail are gone, or block the ones behind them.",
    ),
    Wording(
        rule="resilience/message-loss",
        keys=(),
        together=(
            Together((_EARLY_SUBJECT, _ACKED_EARLY), spared=_KEPT),
            Together((_MESSAGE, _MISHAP, _LOST), spared=_KEPT),
            Together((_MESSAGE + cues("producer, publisher, client"), _CARELESS), spared=_KEPT),
        ),
        says="The text says that messages can be lost.",
    ),
)
