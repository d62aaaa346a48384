"""How engineers put faults into words: what is done again without a pause, without an end, with an effect each time."""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues
from faultline.analyzers.design.documents.together import Together
from faultline.analyzers.design.documents.wording import Wording
from faultline.analyzers.design.resilience.wordings.lexicons import (
    ALL_TOGETHER,
    AT_ONCE,
    ENOUGH,
    FAILED,
    PAUSED,
    PEOPLE,
    REPEATED,
    SPREAD,
    UNENDING,
)

_ROLLOUT = cues(
    "alarm, alarms, alert, alerts, reminder, reminders, page, pages, escalation, restarted until, pods are",
    "smoke test, deployment is, pipeline, rollout, release is, build, tests, polling, page loads",
)
_GROWING = cues(
    "pauses from, pauses that grow, pauses of 1, longer pauses, pauses between, backoff, back-off, backs/backing off",
    "exponential*, doubling, doubles, jitter, growing pause/pauses/delay/intervals, increasing pause/delay/intervals",
    "pauses grow, retry-after, capped",
)
_UNTIL_DONE = cues(
    "until .. confirmed, for as long as that, until, till, as long as it has not, while .. is down, while .. is off",
    "until/till .. accepted/accepts/succeeds/succeeded/success/works/worked",
    "until/till .. goes/gone/gets/went through",
    "until/till .. answers/acknowledges/acknowledged/acknowledgement/confirms/confirmed/takes/reachable/available",
    "until/till .. back/up/sent/delivered/recovers/recovered/passes/responds/ok/200/happy",
    "until/till .. no longer refused, until/till .. stops/switches, until/till somebody/someone/anybody",
    "as long as .. down/unavailable/unreachable, as long as .. not, until one succeeds",
)
_EVERYBODY = cues(
    "cron jobs, jobs of all, all tenants, all customers, jobs, all workers, every worker",
    "all terminals/devices/clients/instances/pods/agents/nodes/sensors/kiosks/meters/pumps/apps/workers/consumers",
    "every terminal/device/client/instance/pod/agent/sensor/kiosk/meter/pump/app, all # clients/devices, each device",
    "all of them, instances, devices, clients, terminals, agents",
)
_COME_BACK = cues(
    "come/comes/coming back, connect/connects, dial*, return/returns in, log/logs in, rejoin*",
)
_FETCHES = cues(
    "start/starts, begin/begins, hit/hits, query/queries, load/loads, fetch/fetches, poll/polls, call/calls",
    "request/requests, reload/reloads, refresh/refreshes, reconnect*, retry/retries, reboot/reboots, sync/syncs",
    "connect/connects, renew/renews, dial/dials, ask/asks, report/reports, upload/uploads",
)
_MANY = cues(
    "at once more, # calls/requests/jobs/sessions at once, several at once, many at once, more at once, two at once",
)
_NEVER_QUITS = cues(
    "not/n't stop until/before, go/goes on until, goes on and on, keeps coming back until, not rest until, never end",
    "all eternity, insists, keep/keeps at it, attempts never end, retries never end, tries .. without end",
    "never/not give/gives up, not giving up, n't give up, never stops/stop retrying/trying/sending, without giving up",
    "not/n't stop retrying/trying/sending, retries never stop/end, comes back forever",
)
_ANOTHER = cues(
    *(
        f"{count} {thing}"
        for count in (
            "a second/another/new/further",
            "two",
            "another",
            "a fresh",
            "an additional",
            "several",
            "duplicate",
        )
        for thing in (
            "order/orders/payment/payments/charge/charges/refund/refunds/booking/bookings/label/labels/invoice/invoices"
            "/ticket/tickets/mail/mails/e-mail/email/emails/row/rows/entry/entries/shipment/shipments/transfer/transfers"
            "/record/records/reservation/reservations/parcel/parcels/letter/letters/number/reference/key/transaction",
        )
    )
)
_ALL_AGAIN = cues(
    "goes/go out a second time, goes/go out again, goes/go out twice, mail/mails/letter .. again/twice",
    "sends/send all .. again, sends/send .. a second time, once more, again to all, charges .. again",
)
_REDELIVERED = cues(
    "redelivered/replayed/repeated messages/events/webhooks, duplicates, duplicate messages/events/webhooks",
    "repeats of, a redelivery, redeliveries, replays, replayed, delivered again, second delivery, comes twice",
    "arrives twice, comes again, arrives again, same event, same message, same webhook",
    "repeated message/event/webhook/request/call, retry, retries",
)
_EFFECT_AGAIN = cues(
    "processed/handled/applied/booked/counted/executed/inserted/stored/added/charged/credited again/anew/twice",
    "add/adds/book/books/count/counts/charge/charges/credit/credits/apply/applies/insert/inserts .. again/twice",
    "simply processed, processed like, handled like, treated like, processed as usual, processed normally",
)
_RERUN = cues(
    "started again, started anew, starts again, runs again, restarted, re-run, rerun, run again, restart of the job",
    "runs twice, run twice, job is restarted, resumed",
)
_NEW_EACH = cues(
    "as a new, sent as new, creates/create/creating another, result/results in two/double/duplicate/several",
    "end/ends up with two, leads/lead to two",
    "each/every call/request/attempt/retry/delivery creates/books/makes/adds/places/starts/triggers/orders",
    "a retry is a new/another, as a new one, as new, treats/treat/regards/regard it/them as new/another",
    "sent with a new, another payment/order, each/every time as a new, each/every attempt .. new",
    "each/every attempt is an/a, each/every retry .. new/fresh",
    "new/fresh reference/id/number/key/identifier .. each/every/for, under a new number/id/reference/key",
    "with a new/fresh transaction/request/payment/reference/number/id/key, of its own to the, fresh reference/id/key",
    "anew for each/every attempt, as a new charge/payment/order/request/transfer, separate call/request/payment",
    "each request it receives as, as a/an .. of its own, as if it/they were new, like a/any new, like new ones",
    "new order/request/payment number is, is drawn, once per message",
    "from a second transfer/payment/call/order/request, each time .. new",
    "creates/create a/an new/second .. each/every, an/a order/payment/booking/charge/transfer each time",
    "indistinguishable from",
)
_DONE = (
    "book/books/booked/charge/charges/charged/bill/bills/billed/invoiced/process/processed/create/created/paid"
    "/pays/sent/shipped/stored/counted/debited/credited/issued/applied/executed/handled/inserted/delivered/get/gets/granted/awarded/deducted/reduced"
    "/added/triggered/written/shown/transferred/issued/raised/counts/notified/mailed/refunded"
    "/placed/stand/stands/appear/appears/exist/exists/recorded/printed"
)
_TWICE = cues(
    "are then there twice, is then there twice, were already in are, then there twice, in there twice",
    *(
        f"{_DONE} .. {each}"
        for each in ("twice/double", "a second time", "two times", "more than once", "several times")
    ),
) + cues(
    "charges/books/pays/bills/ships/creates/credits/debits/issues/applies .. again, applied again",
    "billed/charged/paid again, move/moves/moved .. twice",
    "two orders/tickets/invoices/bookings/entries/payments/labels/rows/shipments may/are/can",
    "have two orders/bookings/entries/payments/invoices/tickets, creates/create a second, leads/lead to a second",
    "creating a second",
    "two orders/tickets/invoices/bookings/entries/payments/labels/shipments/emails/e-mails are created",
    "double orders/bookings/payments/charges/ones/entries/invoices, books the, one too high/many",
)
_UNCHECKED = cues(
    "not/n't recognise/recognize/notice/detect an/a .. before/already/again/repeated",
    "be executed/applied/booked/charged/sent/paid twice",
    "not/n't recognise/recognize/detect/notice/filter/reject repeats/duplicates/repetitions",
    "no protection against duplicates/repeats/double, nothing against duplicates, no guard against duplicates",
    "can create it a second time, also for repeated, also for repeats, not/n't keep track of, not/n't track which",
    "no record of what/which, n't/not know what .. handled/processed, without any/a key that/by, no key that/by",
    "whether or not it has seen, support idempotency keys",
    "no means/way of/to notice/noticing/know/knowing/tell/telling/recognise/detect",
    "not safe to run/execute/call twice, not/n't store/remember/record/keep/track/know which",
    "not/n't remember/know/notice/see whether, replays included, duplicated payouts/payments/orders/charges/bookings",
    "duplicates are found/removed/deleted/corrected/cleaned/sorted",
    "duplicate orders/payments/charges/bookings/mails/e-mails/entries/rows/tickets/labels are/may/can/happen/occur",
    "not safe to repeat/retry, as if it/they were new, not retry-safe, not expect duplicates",
    "not prepared for duplicates, not/n't check/checks whether .. seen/before/already/known, no check for duplicates",
    "no .. duplicate check/detection, not deduplicated, not dedupe/deduplicate, nothing by which",
    "nothing .. recognise, processed/handled/treated like any other, also for one that was",
    "nothing keeps/stops/prevents a repeated/second, duplicates are possible, duplicates occur/happen",
    "assume/assumes .. processed/applied/handled/booked/counted exactly once, effectively once",
    "assume/assumes .. only once, cleaned/clean/corrected/removed up by hand, every time the event/message arrives",
    "cancels double, applied again, for each message, no idempotency, not idempotent, nobody notices duplicates",
    "without idempotency",
)
_SAFE = cues(
    "drop/drops repeated, stored once, processed once, booked once, counted once, recorded as sent",
    "applied once, rejects the second, second is rejected, rejected as, matched by, rows are matched, idempotent",
    "idempotency key/keys/token, dedup, deduplicate/deduplicates/deduplicated, deduplication, upsert/upserts",
    "upserted, changes nothing, change nothing, no effect, unique, primary key, skip/skips/skipped",
    "ignore/ignores/ignored, recognises/recognised/recognizes/recognized, already seen/processed/known/handled/there",
    "harmless, same key/reference/id/identifier/number, first result, no harm",
    "processed/applied/handled/booked/counted exactly once, effectively once, conditional, on conflict, discarded",
    "compare-and-set, filtered out, cope with duplicates, does not matter, safe to repeat, safe to retry, tolerate",
    "tolerates, tolerated",
)
_CONSISTENT = cues(
    "snapshot, snapshots, cached, double-click, double clicks, password, twice a, twice per, retried twice",
    "not retried, never retried, not repeated, not redelivered, per contract",
)

WORDINGS = (
    Wording(
        rule="resilience/no-backoff",
        keys=("delay", "pause", "wait", "interval", "spacing"),
        about=r"retr|attempt|repeat|redeliver",
        cell=r"(?:delay|pause|wait|wait time|interval|spacing)(?: (?:between|before|after|in between)\b.{0,30})?",
        bad=r"none|no|0 ?(?:ms|s|seconds?)?|zero|immediately|immediate|at once|-|not set",
        strict=True,
        together=(
            Together(
                (FAILED, cues("again, anew, next attempt, next poll"), AT_ONCE), unless=PEOPLE + _MANY, spared=PAUSED
            ),
            Together((_EVERYBODY, _FETCHES, ALL_TOGETHER + cues("at the same time")), spared=SPREAD, lone=True),
            Together((REPEATED, AT_ONCE), unless=PEOPLE + _MANY, spared=PAUSED),
            Together((REPEATED, ALL_TOGETHER), unless=PEOPLE, spared=SPREAD, lone=True),
            Together(
                (FAILED, ALL_TOGETHER),
                unless=PEOPLE,
                spared=SPREAD + cues("nodes, zones, providers"),
                lone=True,
            ),
        ),
        says="The text says that failed calls are repeated without a pause.",
    ),
    Wording(
        rule="resilience/endless-retries",
        keys=("attempt", "tries", "retr", "redeliver"),
        cell=r"(?:max\.? )?(?:attempts|tries|retries|redeliveries)",
        bad=r"(?:until|till|as long as|as often)\b.*|no maximum|endlessly|-1|no cap|∞|infinity",
        strict=True,
        together=(
            Together((REPEATED, UNENDING), unless=PEOPLE, spared=ENOUGH + _GROWING),
            Together((REPEATED, _UNTIL_DONE), clause=True, unless=PEOPLE + _ROLLOUT, spared=ENOUGH + _GROWING),
            Together((_NEVER_QUITS,), spared=ENOUGH + _GROWING),
        ),
        says="The text says that retries never end.",
    ),
    Wording(
        rule="resilience/retry-without-idempotency",
        keys=(),
        together=(
            Together((REPEATED, _NEW_EACH), spared=_SAFE, wide=True),
            Together((REPEATED + FAILED, _ANOTHER), unless=_CONSISTENT, spared=_SAFE),
            Together((_RERUN + FAILED, _ALL_AGAIN), spared=_SAFE),
            Together((_REDELIVERED, _EFFECT_AGAIN), unless=_CONSISTENT, spared=_SAFE),
            Together((REPEATED, cues("cannot/can't tell .. from/apart")), spared=_SAFE),
            Together((_TWICE,), unless=_CONSISTENT, spared=_SAFE),
            Together((_UNCHECKED,), unless=_CONSISTENT, spared=_SAFE),
        ),
        says="The text says that what is repeated may be done twice.",
    ),
)
