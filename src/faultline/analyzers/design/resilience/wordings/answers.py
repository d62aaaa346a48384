"""How engineers put faults into words: calls that wait without a limit, and neighbours that pull others down."""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues
from faultline.analyzers.design.documents.together import Together
from faultline.analyzers.design.documents.wording import Wording
from faultline.analyzers.design.resilience.wordings.lexicons import DATA, FOREVER

_WAIT = cues(
    "let the call .. run, lets the call .. run, hold/holds/held the/its/a request/connection/call/thread",
    "stay/stays in that/the call, is/are held, kept open, keeps them/it open, called, waited for, pending",
    "reads until, read until, listens until, synchronous, idles, wait/waits/waiting/waited",
    "block/blocks/blocking/blocked, hang/hangs/hanging, keeps/hold/holds/held .. open, stay/stays/kept .. open",
    "stuck, sits there, sit there, parked, not continue, not go on, spinner, keeps .. waiting, run/runs/let .. run",
    "blocked for",
)
_UNTIL_ANSWERED = cues(
    "until/till .. closes/close",
    "until/till/before .. answer/answers/answered/responds/responded/replies/replied/response",
    "until/till/before .. returns/return/returned, until/till/before .. comes/come back, until/till .. is done",
)
_UNTIL_FREE = cues(
    "block/blocks/blocked/blocking/hang/hangs until/till .. is/are/becomes/gets free/available/found/there/ready",
)
_CALLS = cues(
    "is called, are called, call/calls/called/calling, request/requests, post/posts, fetch, query/queries",
    "upstream/upstreams, reply, step, statement/statements, thread/threads, worker/workers, connection/connections",
    "client/clients, caller/callers, wait/waits/waiting, timeout/timeouts, lookup/lookups, response/responses, http",
    "grpc, upstream, backend, service/services, import, engine, provider, socket, ack, lock",
)
_AS_LONG = cues(
    "hang/hangs/wait/waits/block/blocks as long as, as long as it/that/this may/might/can take/last,"
    "as long as the other, run/runs until it/they end/ends/finish"
    "/finishes/finished, all the time it/they wants/want/needs/need/likes,"
    "as long as it/that/this/they takes/take/needs/need/likes/wants, however long, waits/wait/waiting forever",
    "wait/waits/waiting/hang/hangs/block/blocks/blocked .. indefinitely/forever/endlessly",
)
_NO_END = cues(
    "driver/client/library/sdk defaults, no limit is set, no upper limit, not interrupted, never times/time out,"
    "no .. deadline/deadlines",
    "without .. deadline/deadlines, no time limit/limits, no upper bound, no .. timeout/timeouts",
    "without .. timeout/timeouts, no deadline, infinite, set no limit",
)
_LONG = cues(
    "take/takes/taking minutes/long/hours/ages/time, several minutes, a long time, slow, very long",
)
_WAITS_FOR = cues(
    "caller/client/worker/thread/request/user waits for/until",
)
_TIMEOUTS = "timeout/read_timeout/proxy_read_timeout/statement_timeout/connect_timeout/sockettimeout"
_ZERO = cues(f"{_TIMEOUTS} 0/none/null/off", f"{_TIMEOUTS} is/of/to 0/none/null/off/infinite/zero")
_BOUNDED = cues(
    "retry-after, header says, at most #, at most, up to #t, gives/give up after, cut/cuts off after, no longer",
    "within #t, after #t, for #t, timeout of #, timeout is 1, deadline of, or #t, timeout #t, #t and then",
    "longer ones, no call waits, limit of #t, then uses/use, two seconds, three seconds, # s",
    "deadline of the request, idle",
)
_OTHER_WAITS = cues(
    "whole run, batch run, for the run, migration, release, deployment, pods, rollout, pipeline, drained, drain,"
    "quorum, lease, approval",
    "user confirms, message arrives, job arrives, consumer, consumers, long-polls, long polling, traffic, ready",
    "build, ci, standby, queue, election, healthy, booted, started, reviewed, connection stays open, test, screen",
    "websocket, websockets",
)
_DOWN = cues(
    "without an answer, without a reply, without the answer, without it, is gone, is away, hangs, a failure in any",
    "timeouts of, outages of, is/are/was/goes/go/been down, unavailable, unreachable, not available, not answer",
    "not respond, not be reached, fail/fails/failing/failure/failed, outage, errors, cannot be reached/loaded",
    "n't be reached/loaded, down, without the, slow, can't be reached",
)
_PULLED_DOWN = cues(
    "nobody/customers/users can/cannot check/log/order/pay/book/open/use/work/search/sign/enter/start/buy/see",
    "orders/payments/logins/bookings/checkouts/requests/calls/pages/searches/uploads/imports/rides fail",
    "cannot/can't be submitted/sent/saved/edited/booked/paid/ordered/finished/made/created/placed",
    "no request/order/page/call/login/payment is served/answered/accepted/possible/processed",
    "cannot/can't be rendered/shown/displayed/loaded/used/started/served/delivered/opened/processed/accepted/completed",
    "shop/site/app/page/login/checkout/service hangs/fails/breaks/stops/dead, fails/fail the whole/entire/home",
    "takes/take .. with it, takes/take down, returns/return 500/502, shows/show an error",
    "no .. can be opened/placed/ordered/made/created/taken/paid, cannot be placed/ordered/opened/made/created",
    "page fails, entire/whole .. down, whole .. fails",
)
_CRUCIAL = cues(
    "database, postgres, postgresql, primary, region, both, all three, cluster, fallback, falls back, fall back",
    "degraded, cached, last known, instead, breaker, retry-after, replica, later, standby, default, queued",
    "for a minute, not affect, does not stop, yesterday, one zone, one node, grey, empty list, hidden, would",
)
_KEEPS_CALLING = cues(
    "keep/keeps calling",
)
_NO_FALLBACK = cues(
    "no fallback, no circuit breaker",
)
_ONE_POOL = cues(
    "one/same/single/a thread pool",
)
_ALL_CALLS = cues(
    "all .. calls, all .. requests, every call, all partners, all of them share, share/shares one, everything else",
)

_LIST = cues(
    "listing, get, endpoint/endpoints, list, search, query, client/clients, api, page, report, app, ui, overview",
    "call, request, response, browser, screen, dashboard, export, frontend, results",
)
_SOME = (
    "list/lists/history/table/catalogue/catalog/collection/log/logs/set/results/result/array/conversation/index/rows"
    "/records/entries/orders/users/customers/products/documents/events/messages/items/bookings/data/dataset/inventory"
    "/contents/content/archive/feed/report/directory/invoices/devices/transactions"
)
_ALL = "all/everything/every"
_WHOLE = f"the/a/an/its/their/your full/whole/entire/complete .. {_SOME}"
_GIVEN = (
    "return/returns/returning, give/gives, give/gives you/back/us, answer/answers/respond/responds/replies with"
    ", hand/hands out/over/back, dump/dumps, load/loads/loading, fetch/fetches/fetching, read/reads/reading"
    ", download/downloads, get/gets/receive/receives, brings/bring/ship/ships/send/sends, render/renders"
)
_ALL_BACK = cues(
    "response/answer/payload/body/document holds/contains/has/includes/carries all/every/everything",
    "response/answer/payload/body holds/contains/has/includes/carries the whole/full/entire/complete",
    "delivers all/every/everything",
    "delivers the whole/full/entire/complete, all .. are sent in one",
    "comes/come back complete, returned complete, comes/come back in full, returned in full",
    "delivered/sent/handed/given/transferred complete, returned as a whole, yields every, yields all",
    *(f"{verb} {what}" for verb in _GIVEN.split(", ") for what in (_ALL, _WHOLE)),
) + cues(
    "lists/listed all/every/everything, answers with an array of, answers with the array of, all of them, shows all",
    "tens/hundreds of thousands of, thousands of them, millions of them, every object, all .. are part of",
    "pulls/pull down all, entire customer base, unbounded array, yields every, yields all, with all their",
    "since the beginning, comes/come back in one, sent in one response, every match, every hit, every row, all the",
    "whole result set, entire result set, back to the first",
)
_ONE_GO = cues(
    "as one/a .. document/array/file/json, as a single .. document/array/file/json, in one go,"
    "in one response/answer/request/call, in a single response/answer/request/array, at once",
    "returned as a whole, unbounded array, however many, in a single",
)
_UNPAGED = cues(
    "unbounded array, returned as a whole, not paged, not paginated, no paging, no pagination, returns everything",
    "no page size",
)
_PAGED = cues(
    "small, few, handful, fixed, static, short list, supported, last day/week/hour, last #t, of today, one by one",
    "field/fields, a page, paged, paginated, pagination, cursor, cursors, page size, at most, first #, chunk/chunks",
    "batches, stream*, limit is, limit of, newest, pages of, in pages, countries, currencies, plans, enum, all #few",
    "of which, files of, in parts, problem details, of a day, of the day",
)
_INTERNAL = cues(
    "migration, backup, snapshot, rebuild*, projection, replay*, considered, consumer, retry, trace, logs out",
)

WORDINGS = (
    Wording(
        rule="resilience/no-timeout",
        keys=("timeout", "deadline", "time limit"),
        cell=r"(?:read |call |request )?(?:timeouts?|deadlines?|time limits?)",
        bad=r"(?:[-\u2013] ?)?\(?(?:waits?|none|as long as|forever|open|infinite|default|until)\b.*",
        strict=True,
        together=(
            Together((_CALLS, _UNTIL_FREE), unless=_OTHER_WAITS, spared=_BOUNDED, lone=True),
            Together((_WAIT, _UNTIL_ANSWERED), unless=_OTHER_WAITS, spared=_BOUNDED, case=True),
            Together((_CALLS, _AS_LONG), unless=_OTHER_WAITS, spared=_BOUNDED),
            Together((_CALLS, _NO_END), unless=_OTHER_WAITS),
            Together((_ZERO,)),
            Together((_LONG, _WAITS_FOR), unless=_OTHER_WAITS, spared=_BOUNDED, lone=True),
            Together((_WAIT, FOREVER), unless=_OTHER_WAITS, spared=_BOUNDED),
        ),
        says="The text says that calls wait without a limit.",
    ),
    Wording(
        rule="resilience/no-circuit-breaker",
        keys=("fallback", "fall-back", "breaker", "when it is down", "if it is down", "if down", "when down"),
        cell=r"(?:fall-?back|(?:when|if)(?: it is)? (?:down|unavailable))",
        bad=r"(?:none|no fallback|(?:the )?(?:request|call|page|checkout|order) fails|error page|500)\b.*",
        strict=True,
        together=(
            Together(
                (_DOWN, _PULLED_DOWN),
                unless=_CRUCIAL,
                spared=cues("fallback, falls back, breaker, degraded"),
            ),
            Together((_KEEPS_CALLING,), spared=cues("breaker, opens")),
            Together((_NO_FALLBACK,), lone=True),
            Together((_ALL_CALLS, _ONE_POOL), unless=cues("own pool, each partner"), lone=True),
        ),
        says="The text says that nothing keeps a slow or dead neighbour away.",
    ),
    Wording(
        rule="resilience/no-pagination",
        keys=("paging", "pagination", "paged", "pages"),
        cell=r"paging|pagination|paged|pages",
        bad=r"(?:returns )?(?:all|everything|the (?:full|whole|entire) list)\b.*|none|no|not paged|unpaged|❌|✗",
        strict=True,
        together=(
            Together((_LIST, DATA, _ALL_BACK), unless=_INTERNAL, spared=_PAGED),
            Together((DATA, _ALL_BACK, _ONE_GO), unless=_INTERNAL, spared=_PAGED),
            Together((_LIST + DATA, _UNPAGED), unless=_INTERNAL, spared=_PAGED),
        ),
        says="The text says that lists come in one piece.",
    ),
)
