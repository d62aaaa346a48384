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
    "can't be parsed/processed/handled/delivered, fail/fails/failed/failing, malformed, bad, broken, poison",
    "poisoned, undeliverable, unprocessable, invalid, unparseable, not understand, raise/raises/throw/throws",
    "exception/exceptions, after the last attempt, after # attempts/failures/tries",
    "after the second/third/fourth/fifth/tenth/last/final attempt/failure/try/error,"
    "after two/three/four/five/six/ten attempts/failures/tries/retries, retries are exhausted/used",
    "attempts are used, used up, for good, last time, rejected, gives up, last attempt",
)
_GONE = cues(
    "log/logs/logged .. and go/goes/continue/continues/carry/carries,"
    "message/event/job/record is acknowledged/acked, dropped, discard/discards/discarded, thrown/throw/throws away",
    "deleted, delete/deletes, removed, is/are gone, forgotten, lost, ignored, skipped, skip/skips, not kept",
    "not stored",
)
_BLOCKS = cues(
    "same message/event/job again, same message/event/job over and over,"
    "block/blocks its shard/partition/queue/lane, back to the head/front",
    "stops/stop/halts/halt .. consumer/partition, everything behind, stay/stays at the front",
)
_NO_PARKING = cues(
    "no dead letter, no dead-letter",
)
_PARKED = cues(
    "dlq, dlt, dead letter, dead-letter, parked, park, parking topic/table/queue, quarantine, moved to, set aside",
    "written to .. table, duplicate/duplicates, expired, older than, stale, retention, debug, metric/metrics",
    "draft/drafts, unknown field/fields, goes to, sent to .. topic, already seen, frame, trace/traces, packets",
    "days, outbox, replaced",
)
_ACKED_EARLY = cues(
    "acknowledge/acknowledges/acknowledged/ack/acks/acked .. before, on receipt, offsets/offset .. before",
    "auto-commit, acknowledge/acknowledges .. immediately/receipt, before they are handled/processed",
    "first and then handles/processes, acknowledges/acks/acknowledged .. first/straight, first acknowledges/acks",
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
    "there is no event/message, never published/sent, lost, loses, lose, is/are gone, misses/miss them/it,"
    "nobody hears, empties it",
)
_CARELESS = cues(
    "not persist messages/events, fire-and-forget, fire and forget, not durable",
)
_KEPT = cues(
    "outbox, redeliver*, visible again, persisted, durable, not lost, nothing is lost, metrics, telemetry, fine",
    "best effort, replaced by, trace, traces, logs, three nodes, replicated, same transaction, is not lost",
    "presence, cursor, rebuilt, loses nothing, after it, after the write, survives, sampled, statistics, cache",
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
                    cues(
                        "are swallowed, are ignored",
                    ),
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
