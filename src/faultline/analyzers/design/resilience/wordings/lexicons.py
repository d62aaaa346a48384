"""Words of calls, attempts and queues that several faults share. `documents/cues.py` says how they are written."""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues

REPEATED = cues(
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
    "fail/fails/failed/failing/failure, error/errors, errs, 5xx, 503, 500, 502, 504, 429, timeout, times/timed out",
    "lost, refused, refuses, goes/gone away, down, unreachable, unavailable, crash/crashes/crashed, drops, breaks",
    "broken, does/did not/n't answer/respond, doesn't answer/respond, cannot be, unsuccessful, interrupted, rejected",
    "dies, hangs",
)
"""Something did not work."""

AT_ONCE = cues(
    "at once, immediately, immediate, right away, straight away, straightaway, instantly, instant, on the spot",
    "without .. pause/delay/wait/waiting/break/sleep/interval/sleeping/pausing",
    "no .. pause/delay/wait/sleep/interval/spacing/waiting/break, zero delay/wait/pause, tight loop, busy loop",
    "hot loop, back to back, as fast as, as quickly as, in quick/rapid succession, one after the other",
    "one directly/right/straight/immediately after another/the, one after another",
    "follow/follows/followed .. directly/immediately",
    "right/directly/immediately after .. failed/failure/previous/other/error, follows right after, every #ms",
    "every/each second, within one/a second, within 1second, delay of #ms, pause of #ms, 1second later",
    "does/do not/n't pause/wait between, don't/doesn't pause/wait between, hammer/hammers/hammering",
    "spin/spins/spinning, as soon as .. fails/failed/drops/lost/breaks/closes/crashes/dies",
    "the moment .. drops/fails/breaks/closes/crashes, the instant .. drops/fails/breaks/closes/crashes",
    "whenever it crashes/fails, as soon as .. back/network/again",
)
"""There is no pause."""

ALL_TOGETHER = cues(
    "all at the same time/moment/second, all .. at the same time/moment/second, at the same moment",
    "at the same instant, all of them at .. same, all at once, simultaneously, in lockstep, in step",
    "on the full minute/hour, sharp",
)
"""Many do the same at one moment."""

SPREAD = cues("jitter/jittered, random*, spread, staggered, backs/back off, different times")
"""Not all at one moment."""

PAUSED = cues(
    "backoff, back-off, backs/back/backing off, jitter/jittered, exponential*, doubling, doubles, doubled, random*",
    "growing pause/pauses/delay/delays/intervals, increasing pause/delay/intervals, pauses grow, retry-after",
    "after #t, wait/waits/waiting #t, waits for #t, #t later, #t in between, #t between, #t apart, spread, staggered",
    "pause/XX after 1, after 2, after 5, after 10, delay doubles, pause that, capped at, full jitter",
)
"""There is one."""

FOREVER = cues(
    "forever, for ever, endless*, indefinite*, infinite*, ad infinitum, eternally, perpetually, ∞, infinity",
    "without end/limit/bound/bounds, without an/a/any .. end/limit/bound/cap/maximum, with no .. end/limit/bound",
    "as long as it/that/this/they takes/take/needs/need/likes/wants, as long as needed/necessary/required",
    "however long, no matter how long, for as long as, all the time it/they needs/need, all the time that",
    "for the whole time, takes as long as",
)
"""There is no end."""

UNENDING = FOREVER + cues(
    "as often as it/they/is/needed/necessary, however often, no matter how often, over and over, again and again",
    "never stop/stops/gives/give/giving/ends, not give/gives/stop/end .. up/retrying/trying, does not stop, for good",
    "n't give up, won't give up, unlimited, no .. limit/cap/maximum/bound, not limited/capped/bounded, not bound*",
    "all night, any number of times, as many times as, nothing limits, nobody limits, never-ending, every time",
)
"""There is no end of doing it."""

ENOUGH = cues(
    "at most, up to #, up to two/three/four/five/ten, maximum of, at the latest, gives/give up after, for #t, # times",
    "# attempts, two/three/four/five/six/ten times/attempts, twice, limited to, dead letter, dlq, dlt, parked, parks",
    "park, until #t, or # attempts, # or, capped, no longer than, no more than, then gives/give up, then stops",
    "for at most, after # attempts/failures/tries, after five/ten/three attempts/failures/tries",
)
"""There is an end."""

PEOPLE = cues(
    "user can, user may, users can, users may, customer can/may, you can, operator can/may, people can, the user",
)
"""Somebody does it by hand."""

ANSWERED = cues(
    "answer/answers/answered, respond/responds/responded, response, reply/replies/replied, return/returns/returned",
    "comes/come/came back, is/are back, has/have spoken, acknowledg*, ack, ends/end by itself, result, outcome",
    "something",
)
"""The other side is done."""

DATA = cues(
    "rows, records, orders, users, items, entries, bookings, events, documents, messages, devices, customers",
    "products, invoices, results, hits, matches, match, hit, list, lists, catalogue, catalog, history, log, logs",
    "table, collection, readings, articles, vehicles, sensors, claims, transactions, conversation, files, everything",
    "array, contacts, payments, accounts, set, tickets, sessions, jobs, tasks, comments, posts, shipments, parcels",
    "meters, data, subscriptions, reservations, patients, employees, members, objects, notes, locations, points",
    "trips, drivers, prices, offers, positions, transfers, deliveries, movements, versions, audit, feed, directory",
    "archive",
)
"""What is kept in numbers."""
