"""Words of calls, attempts and queues that several faults share. `documents/cues.py` says how they are written."""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues

REPEATED = cues(
    "send/sends/sent/submit/submits/submitted/post/posts/posted/try/tries/tried/order/orders/book/books .. afresh",
    "spin until, spins until, busy-wait, reschedule/reschedules/rescheduled, restarts the, loop until, loops until",
    "open/opens a new connection/one, opens/open it again, asks/ask again, picks/picked up again",
    "submitted/sent/tried/attempted/called/issued/delivered/posted/transmitted/started over and over",
    "submitted/sent/tried/attempted/called/issued/delivered/posted/transmitted/started again and again",
    "tries/sends .. again and again",
    "send/sends/publish/publishes/deliver/delivers .. until .. confirm*/accept*/acknowledg*/answers/succeeds",
    "repeated post/put/request/requests/call/calls/message/messages/event/events/delivery",
    "keep/keeps calling/asking/sending/polling/resending/pushing/posting/submitting",
    "continue/continues to try/call/send, attempts continue, retries continue, delivered until, delivered .. until",
    "return/returns to the queue, goes/go back to the queue, redone, delivered again, re-invoke/invokes, reinvokes",
    "reopen/reopens/reopened, re-open/opens/opened, re-establish/establishes/established, refetch/refetches",
    "re-fetch, reload/reloads, reissue/reissues/reissued, re-issue, dial/dials in again, redial/redials",
    "hammer/hammers, takes/take it/them again, loops over .. failed, tries/tried/try every,"
    "tries/asks/calls/sends once more,"
    "dial/dials in again, coming back, tries again, between tries, number of tries, retried, redo/redoes,"
    "repost/reposts, repolls",
    "grab/grabs/take/takes/process/processes/processed .. again/anew, second delivery, redelivery",
    "retry/retries/retried/retrying, re-try/tries/tried, redeliver*, resend/resends/resent/resending",
    "re-send/sends/sent, re-queue/queues/queued, requeue*, reconnect*, resubmit*, reattempt*, maxattempts",
    "attempt/attempts/attempted, try/tries/tried/trying .. again, repeat/repeats/repeating/repetitions",
    "is/are/was/be/gets/get .. repeated, replay/replays/replayed",
    "send/sends/sent/issue/issues/issued/call/calls/called/fire/fires/fired .. again/anew",
    "post/posts/posted/submit/submits/submitted/ask/asks/asked/run/runs .. again/anew",
    "execute/executes/executed/deliver/delivers/delivered/request/requests/requested .. again/anew",
    "write/writes/written/poll/polls/polled/connect/connects/connected .. again/anew",
    "push/pushes/pushed/publish/publishes/published/upload/uploads/uploaded .. again/anew",
    "make/makes/made/start/starts/started/charge/charges/charged/pick/picked/place/placed .. again/anew",
    "transmit/transmits/transmitted/queue/queues/queued/read/reads/comes/come .. again/anew, once more",
    "second attempt, next attempt, another attempt, restarted, starts/start/started over",
    "goes/go/put/puts/placed .. back to/into/in/on .. queue, go/goes straight back, put/puts back",
    "come/comes/came back, keep/keeps trying/retrying, tries/tried until, polls, relaunch*, re-run/runs, reruns",
    "nack/nacks/nacked",
)
"""Something is done again."""

FAILED = cues(
    "no answer/reply/response/acknowledgement/confirmation, without an/any answer/acknowledgement/reply/response",
    "fail/fails/failed/failing/failure, error/errors, errs, 5xx, 503, 500, 502, 504, 429, timeout, times/timed out",
    "lost, refused, refuses, goes/gone away, down, unreachable, unavailable, crash/crashes/crashed, drops, breaks",
    "broken, does/did not/n't answer/respond, doesn't answer/respond, cannot be, unsuccessful, interrupted",
    "rejected, dies, hangs",
)
"""Something did not work."""

AT_ONCE = cues(
    "in the same second/moment/instant, without sleeping/pausing, without waiting, at once, immediately, immediate,"
    "right away, straight away, instantly, on the spot",
    "without a/any/further/real pause/delay/wait/break/sleep/interval/waiting",
    "without pause/delay/waiting/sleep/interval/sleeping/pausing",
    "no pause/delay/wait/sleep/interval/spacing/waiting/break, with no/zero pause/delay/wait, tight loop",
    "as fast as, one after the other, one after another",
    "right/directly/immediately after .. failed/failure/previous/other/error, every #ms, within one/a second",
    "does/do not/n't pause/wait between",
)
"""There is no pause."""

ALL_TOGETHER = cues(
    "at the full/same minute/hour/second, within the same second/moment/minute, at the same second,"
    "all .. at the same time/moment/second,"
    "at the same moment, sharp",
)
"""Many do the same at one moment."""

SPREAD = cues("jitter/jittered, random*, spread, staggered, backs/back off, different times")
"""Not all at one moment."""

GROWING_PAUSE = cues(
    "backoff, back-off, backs/back/backing off, jitter/jittered, exponential*, doubling, doubles, doubled, random*",
    "growing pause/pauses/delay/delays/intervals, increasing pause/delay/intervals, pauses grow, retry-after",
    "#t later, #t in between, #t between, #t apart, spread, staggered, pause/pauses of #t, delay doubles, pause that",
    "once/immediately/instantly/away #s, once/immediately/instantly/away then after/#s, capped at, full jitter",
    "immediately/instantly once, then after, after that every, and then every, first retry/try/attempt/one",
)
"""There is one between the attempts, whatever else in the paragraph takes time."""

PAUSED = GROWING_PAUSE + cues(
    "after #t, wait/waits/waiting #t, waits for #t, every #s, after 1, after 2, after 5, after 10",
)
"""There is one."""

FOREVER = cues(
    "forever, for ever, endless*, indefinite*, infinite*, ad infinitum",
    "without an/a/any .. end/limit/bound/cap/maximum, with no .. end/limit/bound",
    "as long as it/that/this/they takes/take/needs/need/likes/wants, however long",
)
"""There is no end."""

UNENDING = FOREVER + cues(
    "without .. bound/limit/cap/end/maximum, unbounded, as often as it/they/is/needed/necessary, over and over",
    "again and again, never stop/stops/gives/give/giving/ends, not give/gives/stop/end .. up/retrying/trying",
    "does not stop, for good, unlimited, no .. limit/cap/maximum/bound, not limited/capped/bounded",
    "any number of times, nothing limits, nothing ends/stops .. attempts/retries/attempt, however often it/they/we",
)
"""There is no end of doing it."""

ENOUGH = cues(
    "is done, at most, up to #, up to two/three/four/five/ten, maximum of, at the latest, gives/give up after",
    "for #t, # times, # attempts, two/three/four/five/six/ten times/attempts, twice, limited to, dead letter, dlq",
    "dlt, parked, parks, park, until #t, or # attempts, # or, capped, no longer than, no more than",
    "then gives/give up, then stops, as long as it runs, deadline, budget, limit is, limit of, expires/expired",
    "#t long, one day long, has passed, ttl, maximum is, max, maximum number, or the, whichever, then fails,"
    "then it fails, time limit",
    "within .. #t, no/without limit/limits/cap/bound within/before/until .. #t, attempts left, exhausted,"
    "five attempts, fifth attempt, third attempt, last attempt, retention, three times",
    "a day, 24 h, window, one hour, abandons, for at most, after # attempts/failures/tries",
    "after five/ten/three attempts/failures/tries",
)
"""There is an end."""

PEOPLE = cues(
    "somebody/someone/anybody/person/engineer/operator has/acknowledges/answers/reacts/picks, person on duty,"
    "user can, user may, users can, users may, customer can/may, you can, operator can/may, people can, the user",
)
"""Somebody does it by hand."""


DATA = cues(
    "rows, records, orders, users, items, entries, bookings, events, documents, messages, devices, customers",
    "products, invoices, results, hits, matches, match, hit, list, lists, catalogue, catalog, history, log, logs",
    "table, collection, readings, articles, vehicles, sensors, claims, transactions, conversation, files",
    "everything, array, contacts, payments, accounts, set, tickets, sessions, jobs, tasks, comments, posts",
    "shipments, parcels, meters, data, subscriptions, reservations, patients, employees, members, objects, notes",
    "locations, points, trips, drivers, prices, offers, positions, transfers, deliveries, movements, versions",
    "audit, feed, directory, archive",
)
"""What is kept in numbers."""

NO_LIMIT = cues(
    "no limit/limits/cap/caps/bound/bounds/maximum/ceiling/restriction/restrictions/quota/quotas/threshold",
    "no upper/hard/fixed/explicit/agreed/configured/particular/set/such/real limit/bound/cap/maximum/ceiling",
    "no .. limit/limits/cap/bound/maximum/restriction/restrictions/check on/for/to/of/in, has no limit/limits/bound",
    "no size/length/depth/rate/request/time/row limit/limits/check/maximum, no maximum length/size/number/depth",
    "without limit/limits/cap/bound/bounds/restriction/restrictions/quota/maximum",
    "without a/an/any limit/cap/bound/restriction/maximum/ceiling/quota/check",
    "not/n't limited/bounded/restricted/capped/throttled/metered/checked/counted",
    "not limit/restrict/cap/throttle/count, not .. limited",
    "is/are/remains/stays unlimited/unbounded/unrestricted/uncapped/unchecked, unlimited, unbounded, infinite",
    "as much/many/often/big/large/long/fast/frequently as it/they/he/we/you/one/people/clients/users/customers",
    "as much/many/often/big/large/long/fast .. as .. want/wants/like/likes/wish/wishes/please/pleases/need/needs",
    "any number, any size, arbitrary number/amount/size/length/sizes/many",
    "arbitrarily many/long/large/big/deep/often, of any size/length, however many/long/large/big/much/often/fast",
    "no matter how many/long/large/big/much/often/fast/full, whatever .. size/number/rate/amount/length/volume",
    "through/call/calls/send/sends/request/requests/poll/polls .. at any/whatever rate/speed/pace/frequency",
    "not put/set/have/impose/place restriction/restrictions/limit/limits/cap/bound/quota",
    "no limit/limits/cap/bound to/on how, nothing/nobody caps/limits/bounds/restricts,"
    "put/puts/set/sets/have/has/impose/imposes no cap/limit/limits/bound/maximum/ceiling/quota",
)
"""Nothing holds an amount back."""

AMOUNTS = cues(
    "at most, up to #, up to two/three/five/ten/twenty/fifty, limited to, limit of #, limit is #, capped at",
    "bounded to/by, maximum of, # mb, # gb at most, maximum is, max #, no more than, 429, 413, 503, beyond that",
    "token bucket, # requests, # calls, # messages, # entries, # jobs, # rows, # items, # a minute/second, # per",
    "autoscaler, at # the, above #",
)
"""An amount is held back."""
