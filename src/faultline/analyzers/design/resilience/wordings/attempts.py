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
    GROWING_PAUSE,
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
    "pauses from, pauses that grow, pauses of 1, longer pauses, pauses between, backoff, back-off",
    "backs/backing off, exponential*, doubling, doubles, jitter, growing pause/pauses/delay/intervals",
    "increasing pause/delay/intervals, pauses grow, retry-after, capped, same pause/pauses/delays",
)
_UNTIL_DONE = cues(
    "until/till .. has/have taken/processed/handled/stored/received/booked, until/till .. been processed/handled/taken,"
    "until/till .. accepted/accepts/succeeds/succeeded/success/works/worked",
    "until/till .. goes/gone/gets/went through",
    "until/till .. answers/acknowledges/acknowledged/acknowledgement/confirms/confirmed/takes/reachable/available",
    "until/till .. back/up/sent/delivered/recovers/recovered/passes/responds/ok/200/happy",
    "until/till somebody/someone/anybody",
)
_EVERYBODY = cues(
    "cron jobs, jobs of all, all tenants, all customers, jobs, all workers, every worker",
    "all terminals/devices/clients/instances/pods/agents/nodes/sensors/kiosks/meters/pumps/apps/workers/consumers",
    "every terminal/device/client/instance/pod/agent/sensor/kiosk/meter/pump/app, all # clients/devices",
    "each device, all of them, instances, devices, clients, terminals, agents",
)
_FETCHES = cues(
    "start/starts, begin/begins, hit/hits, query/queries, load/loads, fetch/fetches, poll/polls, call/calls",
    "request/requests, reload/reloads, refresh/refreshes, reconnect*, retry/retries, reboot/reboots, sync/syncs",
    "connect/connects, renew/renews, dial/dials, ask/asks, report/reports, upload/uploads",
)
_MANY = cues(
    "at once more, # calls/requests/jobs/sessions at once, several at once, many at once, more at once, two at once",
)
_AGAIN_AT_ONCE = cues(
    *(
        f"{again} {at_once}"
        for again in (
            "again",
            "anew",
            "once more",
            "next try/attempt/poll/call",
            "retry/retries/retried/retrying",
            "repeat/repeats/repeated",
            "resend/resends/resent",
            "reconnect/reconnects",
            "again and again",
        )
        for at_once in (
            "immediately/instantly/directly",
            "at once",
            "right/straight away",
            "without a/any pause/delay/wait/break/sleep",
            "without pause/delay/waiting/sleep/break",
            "in the same second/moment/instant",
        )
    ),
    "immediately/instantly tries/sends/asks/calls/posts/repeats/retries/resends/reconnects",
)
_NEVER_QUITS = cues(
    "go/goes on until, never/not give/gives up, no last attempt, no final attempt",
)
_ANOTHER = cues(
    "create/creates/make/makes/place/places/open/opens/book/books/start/starts another/a/the new/second/further one,"
    "create/creates/make/makes/place/places/open/opens/book/books/start/starts another new",
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
    ),
)
_ALL_AGAIN = cues(
    "mail/mails/letter .. again/twice",
)
_REDELIVERED = cues(
    "redelivery, redelivered, attempts, attempt, delivered/delivers/deliver .. once more/again, more than once,"
    "second time, starts/start over, at least once,"
    "redelivered/replayed/repeated messages/events/webhooks, duplicates, duplicate messages/events/webhooks",
    "repeats of, a redelivery, redeliveries, replays, replayed, delivered again, second delivery, comes twice",
    "arrives twice, comes again, arrives again, same event, same message, same webhook",
    "repeated message/event/webhook/request/call, retry, retries",
)
_EFFECT_AGAIN = cues(
    "processed/handled/applied/redeemed/dispensed/booked/counted/executed/inserted/stored/added/charged"
    "/credited again/anew/twice",
    "add/adds/book/books/count/counts/charge/charges/credit/credits/apply/applies/insert/inserts .. again/twice",
)
_RERUN = cues(
    "started again, started anew, starts again, runs again, restarted, re-run, rerun, run again, restart of the job",
    "runs twice, run twice, job is restarted, resumed",
)
_NEW_EACH = cues(
    "as a new one/message/mail/text/sms/job/entry/booking/transaction, creates/create/creating another",
    "result/results in two/double/duplicate/several",
    "each/every call/request/attempt/retry/delivery creates/books/makes/adds/places/starts/triggers/orders",
    "another payment/order, each/every time as a new, each/every attempt .. new, each/every attempt is an/a",
    "each/every retry .. new/fresh, with a new/fresh transaction/request/payment/reference/number/id/key",
    "each/every attempt/request/call/retry/delivery/message/repeat/repetition .. payment/charge/order/booking/transfer"
    "/refund/row/entry/shipment/ticket/reservation/invoice .. own,"
    "each/every attempt/request/call/retry/delivery/message/repeat/repetition/post/put/submission/send/copy"
    " is/as/becomes/opens/books/makes/adds/inserts/places/draws/creates/gets/receives/starts/triggers/produces/yields"
    " a/an/its/another new/fresh/separate/further/own/second/charge/order/booking/payment/reservation/row/entry,"
    "fresh/new .. id/key/number/reference/identifier to/for each/every/any/all,"
    "fresh/new .. id/key/number/reference/identifier each/every time/attempt/try/call/request/post/message/send"
    "/delivery,"
    "becomes/become a/an row/entry/record/order/booking/payment/charge of its own,"
    "each/every .. it receives/gets as a new/fresh/separate,"
    "open/opens/create/creates/book/books/charge/charges/start/starts/insert/inserts/add/adds/place/places .. per"
    " request/call/attempt/delivery/message,"
    "each/every time it is called/told/asked/delivered/received/sent, whether it was delivered/seen/there before,"
    "newly generated id/key/number/reference, new/freshly generated/made/drawn id/key/number/reference,"
    "under/with a new/fresh/different id/key/number/reference, then has/have two/both,"
    "fresh reference/id/key, as a new charge/payment/order/request/transfer, each time .. new",
)
_DONE = (
    "book/books/booked/charge/charges/charged/bill/bills/billed/invoiced/process/processed/create/created/paid"
    "/pays/sent/shipped/stored/counted/debited/credited/issued/applied/executed/handled/inserted/get/gets/granted/awarded/deducted/reduced"
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
    "charges/books/pays/bills/ships/creates/credits/debits/issues/applies .. again",
    "two orders/tickets/invoices/bookings/entries/payments/labels/rows/shipments may/are/can",
    "leads/lead to a second, double orders/bookings/payments/charges/ones/entries/invoices",
)
_UNCHECKED = cues(
    "no id/key/number/reference/identifier/token that/which ties/links/connects/matches/identifies/marks,"
    "no id/key/number/reference/identifier/token to tie/link/connect/match/identify/tell/recognise/recognize,"
    "no id/key/number/reference/identifier/token by/with/from which .. told/recognised/recognized/known/matched/seen,"
    "no .. id/key/number/reference/identifier that/which would/could .. see/tell/know/recognise/recognize/notice,"
    "not/n't look/check/looks/checks/ask/asks whether .. already/there/seen/known/before,"
    "no means/way of/to see/seeing/distinguish,"
    "no means/way of/to notice/noticing/know/knowing/tell/telling/recognise/detect",
    "not/n't store/remember/record/keep/track/know which, processed/handled/treated like any other",
    "effectively once, for each message, no idempotency, no .. idempotency, without .. idempotency",
    "idempotency .. not used/sent/there/set/checked/stored/implemented/supported, lack/lacks/lacking .. idempotency",
)
_EACH_EFFECT = cues(
    "on each/every delivery/redelivery/command/message/event/call/request, for each/every delivery/redelivery,"
    "whenever .. receives/receive/arrives/comes/delivered/called, redeliveries/repetitions/repeats included,"
    "also when/if .. again/more/twice/second,"
    "including the .. charge/charges/payment/booking/mail/mails/refund/transfer,"
    "each/every one of them, on/for each/every of them, is/are/means a second/further/new/separate charge/payment/order"
    "/booking/transfer/refund/invoice/shipment/row/entry/mail, create/creates/insert/inserts/write/writes further/more"
    "/additional rows/entries/records/orders/bookings, has/have/gets/get/receives/receive it/them/both twice/double,"
    "consumer/consumers/handler/handlers/endpoint/service/call/operation/request/it is/are not idempotent,"
    "not take .. into account, not prepared for, not deal with, not expect, not made/built/written for"
)
_CLEANED = cues(
    "came/come/comes/arrived/arrive/arrives/booked/paid/ordered/charged/entered twice are/is,"
    "duplicates/doubles/double/duplicate .. cancelled/corrected/refunded/merged/removed/deleted/sorted/reversed .. by,"
    "twice .. cancelled/corrected/refunded/merged/reversed by"
)
_SAFE = cues(
    "counts/count/written/kept once, never book/books/booked/charge/charges/send/sends again, ask/asks for the state",
    "gives/give/is/are one, same row/rows/result/results/answer, remember/remembers .. ids/which/the",
    "at most one, never repeat/repeats, look/looks/looked up, are/is removed in/by, handled once, drop/drops repeated",
    "stored once, processed once, booked once, counted once, recorded as sent, applied once, rejects the second",
    "second is rejected, rejected as, matched by, rows are matched, idempotent, idempotency key/keys/token, dedup",
    "deduplicate/deduplicates/deduplicated, deduplication, upsert/upserts, upserted, changes nothing",
    "change nothing, no effect, unique, primary key, skip/skips/skipped, ignore/ignores/ignored",
    "recognises/recognised/recognizes/recognized, already seen/processed/known/handled/there, harmless",
    "same key/reference/id/identifier/number, first result, no harm",
    "processed/applied/handled/booked/counted exactly once, effectively once, conditional, on conflict, discarded",
    "compare-and-set, filtered out, cope with duplicates, does not matter, safe to repeat, safe to retry, tolerate",
    "tolerates, tolerated",
)
_CONSISTENT = cues(
    "everything .. exists/exist/stands twice, all exist/exists twice, twice this/the/as/a/an/per,"
    "twice to the same, at most one is",
    "twice in #, twice by, snapshot, snapshots, cached, double-click, double clicks, password, twice a, twice per,"
    "retried twice",
    "not retried, never retried, not repeated, not redelivered, per contract",
)

WORDINGS = (
    Wording(
        rule="resilience/no-backoff",
        keys=("delay", "pause", "wait", "interval", "spacing"),
        about=r"retr|attempt|repeat|redeliver",
        unless=r"pre-?empted|out of memory|\boom\b|evicted|node (?:is )?(?:lost|gone|died)|conflict|optimistic|stale",
        cell=r"(?:delay|pause|wait|wait time|interval|spacing)(?: (?:between|before|after|in between)\b.{0,30})?",
        bad=r"none|no|0 ?(?:ms|s|seconds?)?|zero|immediately|immediate|at once|-|not set",
        strict=True,
        together=(
            Together(
                (FAILED, cues("again, anew, next attempt, next poll"), AT_ONCE), unless=PEOPLE + _MANY, spared=PAUSED
            ),
            Together(
                (
                    _EVERYBODY,
                    _FETCHES,
                    ALL_TOGETHER
                    + cues(
                        "at the same time",
                    ),
                ),
                spared=SPREAD,
                lone=True,
            ),
            Together((REPEATED, AT_ONCE), unless=PEOPLE + _MANY, spared=PAUSED),
            Together((_AGAIN_AT_ONCE,), unless=PEOPLE + _MANY, spared=GROWING_PAUSE),
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
            Together((_NEVER_QUITS,), unless=PEOPLE + _ROLLOUT, spared=ENOUGH + _GROWING),
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
            Together((_REDELIVERED + REPEATED, _EACH_EFFECT), unless=_CONSISTENT, spared=_SAFE, wide=True),
            Together((REPEATED, _CLEANED), unless=_CONSISTENT, spared=_SAFE, wide=True),
            Together((_REDELIVERED, _EFFECT_AGAIN), unless=_CONSISTENT, spared=_SAFE),
            Together(
                (
                    REPEATED,
                    cues(
                        "cannot/can't tell .. from/apart",
                    ),
                ),
                spared=_SAFE,
            ),
            Together((REPEATED + _REDELIVERED, _TWICE), unless=_CONSISTENT, spared=_SAFE, wide=True),
            Together((REPEATED + _REDELIVERED, _UNCHECKED), unless=_CONSISTENT, spared=_SAFE, wide=True),
        ),
        says="The text says that what is repeated may be done twice.",
    ),
)
