"""How engineers put faults into words: calls that wait without a limit, and neighbours that pull others down."""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues
from faultline.analyzers.design.documents.together import Together
from faultline.analyzers.design.documents.wording import Wording
from faultline.analyzers.design.resilience.wordings.lexicons import DATA, FOREVER

_WAIT = cues(
    "wait/waits/waiting/waited, block/blocks/blocking/blocked, hang/hangs/hanging, keeps/hold/holds/held .. open",
    "stay/stays/kept .. open, stuck, sits there, sit there, parked, not continue, not go on, spinner",
    "keeps .. waiting, run/runs/let .. run, blocked for",
)
_UNTIL_ANSWERED = cues(
    "until/till/before .. answer/answers/answered/responds/responded/replies/replied/response",
    "before it has an answer, until/till/before .. returns/return/returned, until/till/before .. comes/come back",
    "until/till .. spoken, until/till .. is done, until/till .. ends by itself, until/till .. has finished",
    "before it has the answer/result, waits/wait for the answer/result/response/reply .. without, until .. something",
    "waited out, waits .. patiently, until .. remote/other side, until it does, hangs with it",
)
_CALLS = cues(
    "call/calls/called/calling, request/requests, query/queries, statement/statements, thread/threads, worker/workers",
    "connection/connections, client/clients, caller/callers, wait/waits/waiting, timeout/timeouts, lookup/lookups",
    "response/responses, http, grpc, upstream, backend, service/services, import, engine, provider, socket, ack, lock",
)
_AS_LONG = cues(
    "as long as it/that/this/they takes/take/needs/need/likes/wants, however long, no matter how long",
    "all the time it/they needs/need, for the whole time, for as long as that/it takes, waits/wait/waiting forever",
    "wait/waits/waiting/hang/hangs/block/blocks/blocked .. indefinitely/forever/endlessly",
    "be it seconds/minutes/hours",
)
_NO_END = cues(
    "nothing .. cuts/cut off, nobody .. gives/give up, nobody .. cuts/cut off, no one .. gives up, not cut off",
    "never times/time out, never timed out, no .. deadline/deadlines, not put a deadline",
    "without .. deadline/deadlines, no .. limit in time, no time limit/limits, no limit of our own, no upper bound",
    "no .. timeout/timeouts, without .. timeout/timeouts, no deadline, timeout .. default, default .. timeout",
    "default settings, infinite, timeouts left, left to the operating system, read timeout does not exist",
    "timeout does not exist, set no limit, sets no limit, with no limit in time, timeout is 0/infinite/zero/disabled",
    "timeout of 0/zero",
)
_BOUNDED = cues(
    "at most #, at most, up to #t, gives/give up after, cut/cuts off after, no longer, within #t, after #t, for #t",
    "timeout of #, timeout is 1, deadline of, or #t, timeout #t, #t and then, longer ones, no call waits, limit of #t",
    "then uses/use, two seconds, three seconds, # s, deadline of the request, idle",
)
_OTHER_WAITS = cues(
    "migration, release, deployment, pods, rollout, pipeline, drained, drain, quorum, lease, approval, user confirms",
    "message arrives, job arrives, consumer, consumers, long-polls, long polling, traffic, ready, build, ci, standby",
    "queue, election, healthy, booted, started, reviewed, connection stays open, test, screen, websocket, websockets",
)
_DOWN = cues(
    "is/are/was/goes/go/been down, unavailable, unreachable, not available, not answer, not respond, not be reached",
    "fail/fails/failing/failure/failed, outage, errors, cannot be reached/loaded, n't be reached/loaded, down",
    "without the, slow, can't be reached",
)
_PULLED_DOWN = cues(
    "so are we, is/are down as well, is/are down too, fails/fail too, fails/fail as well",
    "fails/fail the whole/entire/home, fails the request, takes/take .. with it, takes/take down",
    "goes/go/went down with it, returns/return 500/502, answers/answer with an error, sees/see an error",
    "shows/show an error, nobody can, no one can, no .. can be opened/placed/ordered/made/created/taken/paid",
    "cannot be placed/ordered/opened/made/created, can't be placed/ordered/opened/made, nothing else to show",
    "no instance starts, no instance can, playback fails, passed on to the user, as a 500, with a 500, the page fails",
    "page fails, users see an error, stops working, slows down everything, slows everything, everything slows",
    "nothing works, everything stops, everything stands still, entire/whole .. goes down, entire/whole .. down",
    "whole .. fails, hangs as well, hang as well",
)
_CRUCIAL = cues(
    "database, postgres, postgresql, primary, region, both, all three, cluster, fallback, falls back, fall back",
    "degraded, cached, last known, instead, breaker, retry-after, replica, later, standby, default, queued",
    "for a minute, not affect, without it, does not stop, yesterday, one zone, one node, grey, empty list, hidden",
    "would",
)
_KEEPS_CALLING = cues(
    "still tries/try it first, every request still, keep/keeps going to, also while it keeps, keep/keeps being sent",
    "however long it has been failing/down, whether or not .. answered, not stop calling, n't stop calling",
    "nothing .. stops calls/calling, known to be broken/down, even if .. has been down",
    "also when it is known to be down, keep/keeps calling, keeps on calling, call it on every request",
    "made on each request",
)
_NO_FALLBACK = cues(
    "no plan b, no fallback, no fall-back, no alternative is, no alternative provider, neither a breaker, no breaker",
    "nothing else to show, no circuit breaker, without a fallback, without fallback, no degraded mode",
    "no second provider",
)
_ONE_POOL = cues(
    "one/same/single/a thread pool, one/same/single connection pool, share/shares one pool, one/same/single pool",
)
_ALL_CALLS = cues(
    "all .. calls, all .. requests, every call, all partners, all of them share, share/shares one, everything else",
)

_LIST = cues(
    "get, endpoint/endpoints, list, search, query, client/clients, api, page, report, app, ui, overview, call",
    "request, response, browser, screen, dashboard, export, frontend, results",
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
    ", download/downloads, get/gets/receive/receives, brings/bring/ship/ships/send/sends, render/renders, pull/pulls"
)
_ALL_BACK = cues(*(f"{verb} {what}" for verb in _GIVEN.split(", ") for what in (_ALL, _WHOLE))) + cues(
    "lists/listed all/every/everything, answers with an array of, answers with the array of, all of them, shows all",
    "since the beginning, comes/come back in one, sent in one response, every match, every hit, every row, all the",
    "whole result set, entire result set, complete list, full list, back to the first",
)
_ONE_GO = cues(
    "in one go, in one response/answer/request/call, in a single response/answer/request/array, at once, as one json",
    "in one piece, however many, no matter how many, in a single, as one document, all at once",
)
_UNPAGED = cues(
    "not paged, not paginated, unpaged, unpaginated, no pages, no paging, no pagination, without paging",
    "without pagination, neither limit nor offset, takes no limit, no limit .. offset, returns everything",
    "n't paged/paginated, paging is left, no page size",
)
_PAGED = cues(
    "last day/week/hour, last #t, of today, one by one, field/fields, a page, paged, paginated, pagination, cursor",
    "cursors, page size, at most, first #, chunk/chunks, batches, stream*, limit is, limit of, newest, pages of",
    "in pages, countries, currencies, plans, enum, all #, of which, files of, in parts, problem details, of a day",
    "of the day",
)
_INTERNAL = cues(
    "migration, backup, snapshot, rebuild*, projection, replay*, considered, consumer, retry, trace, logs out",
)

WORDINGS = (
    Wording(
        rule="resilience/no-timeout",
        keys=(),
        together=(
            Together((_WAIT, _UNTIL_ANSWERED), unless=_OTHER_WAITS, spared=_BOUNDED, case=True),
            Together((_CALLS, _AS_LONG), unless=_OTHER_WAITS, spared=_BOUNDED),
            Together((_CALLS, _NO_END), unless=_OTHER_WAITS),
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
            Together((_LIST + DATA, _UNPAGED), unless=_INTERNAL),
        ),
        says="The text says that lists come in one piece.",
    ),
)
