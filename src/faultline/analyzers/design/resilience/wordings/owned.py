"""Cues of what should be one's own: tables of others that are read and written, services that wait in a circle."""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues
from faultline.analyzers.design.documents.together import Together
from faultline.analyzers.design.resilience.wordings.alone import EARLIER

_TABLE = "table/tables/schema/schemas/database/databases/collection/collections/db/mysql/postgres/oracle/mongodb"
_REACH = (
    "read/reads/join/joins/query/queries/select/selects/update/updates/insert/inserts/write/writes/look/looks/take"
    "/takes/fetch/fetches/get/gets"
    "/access/accesses/change/changes/modify/modifies/delete/deletes/load/loads/pull/pulls/set/sets/count/counts/go"
    "/goes/polls/poll"
)
_REACHES = cues(
    "work/works on, selects, do/does a select",
    f"{_REACH.replace('/get/gets', '').replace('/go/goes', '').replace('/set/sets', '')}, goes straight, goes directly,"
    "has/have/get/gets/got/given .. access, account on/in, gets .. from, sets .. column, writes .. into,"
    "runs its sql, runs .. sql, runs .. queries,"
    "counts,"
    "integrate through, integrates through, communicate by/through/via, communicates by/through/via, foreign key,"
    "trigger, a view",
)
_OF_OTHERS = cues(
    "table/tables itself/themselves, same table/tables/schema/collection/database as,"
    "joins/join/reads/read/queries/query/updates/selects/scans the .. table/tables/collection/view/views of",
    "work/works on the tables/database/schema of, access to the tables/schema/database of,"
    "access to the .. table/tables/schema/database of, account on the .. of, account in the .. of,"
    "tables/table/database/schema of .. directly,"
    "tables/table/schema of the monolith/core/shop/crm/erp",
    f"{_TABLE} of other/others/another, {_TABLE} of the other, other/another service's/team's/module's {_TABLE},"
    f"other services'/teams' {_TABLE}, other services/teams {_TABLE}, {_TABLE} owned by, {_TABLE} belonging to,"
    f"{_TABLE} that belong/belongs to,"
    f"directly {_REACH} .. {_TABLE}, {_REACH} .. {_TABLE} directly, {_REACH} directly .. {_TABLE},"
    f"straight to .. {_TABLE}, service's/team's/module's {_TABLE}, service's .. {_TABLE}, joins/join .. tables of,"
    "across both/the/all schemas, across schemas/databases,"
    f"other service's database, {_TABLE} in schema, in/from/into/to/on/at the .. {_TABLE} of, against the .. {_TABLE},"
    f"view/trigger on/in the .. {_TABLE}, view/views/trigger .. on/in the .. {_TABLE}, through the database,"
    "via the database, column in a common/shared, status column, in/of a common/shared table, common table,"
    "common database, shared table, shared tables, shared schema, instead of calling .. api",
)
_EACH_ITS_OWN = cues(
    f"{_TABLE} of its/their/the same, "
    "no other, no service, database/schema/table per, was split, were split, not another, never,"
    "its/their own database/schema/tables/table/store/data/db/postgres/mysql/rows/part/copy/read/index/cluster/instance"
    "/server/state/migrations/volume/collection/keyspace/bucket/model,"
    "own schema, own read model, through events, by events, prevented, forbidden, may not, must not, not read, nobody,"
    "replica of, read model, own tables only, one deployable, same module, instances of, replicas of, cdc,"
    "change data capture, data warehouse, warehouse is,"
    "was split, were split, skip locked, separate, rejected, was considered, not share, not shared, view owned,"
    "published, data contract, own database, released together, deployed together, multi-tenant, row-level,"
    "one/same team, one/same release, one/same repository/repo, one/same code base/codebase, was/were dissolved"
)
_MANY = cues(
    "all two/three/four/five/six/seven services, both have, all have, written by .. and .. by",
    "four/three/five/six services, all services, all the services, all of the services/microservices",
    "all of the micro, microservices, every service, each service, both services, the two services, two services",
    "several services, all new services, the new services, all the new, every team, all teams, services",
    "microservices, teams, applications, and the worker/portal/api/shop/site/app, shared between, shared by",
)
_SAME_STORE = cues(
    "both/all .. write/writes/read/reads/update/updates to/from/in/into the table/tables/collection,"
    "use/uses the schema/database, use/uses the .. schema/database, work/works on the schema/database",
    "both/all/each .. access to the schema/database/tables/table, in/into/to/from the same table/tables",
    f"same {_TABLE}, same postgres/mysql/oracle/mongodb/mongo database/schema/instance/collection, same .. {_TABLE},"
    f"one {_TABLE}, one .. {_TABLE} for/between, common {_TABLE}, shared {_TABLE}, single {_TABLE},"
    f"{_TABLE} is shared, {_TABLE} .. shared between/by/among,"
    f"share a/one/the/their {_TABLE}, shares a/one/the {_TABLE}, through the {_TABLE}, own the table,"
    f"monolith's {_TABLE}, central {_TABLE}, {_TABLE} .. used by all",
)
_WRITTEN_BY = cues(
    "table/tables/collection .. written/updated/changed/read/used by",
)
_SEVERAL = cues("by .. and, by both/all/several/every/each")
NOT_OWN = (
    Together((_REACHES, _OF_OTHERS), unless=EARLIER + _EACH_ITS_OWN, lone=True),
    Together((_MANY, _SAME_STORE), unless=EARLIER + _EACH_ITS_OWN, lone=True),
    Together((_SEVERAL, _WRITTEN_BY), unless=EARLIER + _EACH_ITS_OWN, lone=True),
)

_CIRCLE = cues(
    "call/calls each other, call/calls .. and vice versa, calls back and waits",
)
_ASYNCHRONOUS = cues(
    "event, events, asynchron*, queue, message, messages, callback, webhook, webhooks, no cycle/cycles/circular",
    "never, not, no, dissolved, removed, modules, packages, classes, imports, test checks, a test, was, were",
    "avoid*, prevent*, frontend, teams",
)
CIRCLE = (Together((_CIRCLE,), unless=EARLIER + _ASYNCHRONOUS),)
_ALL_WAIT = cues(
    "each started when, when the one before, after the one before, each waiting for the, waits for all",
    "waits for every, one after the other, one after another, in sequence, sequentially, in a row, synchronously",
    "blocking, before the customer sees, before it answers, before the user, after the chain, waits for all of it",
    "within the request, product of the availabilit*",
)
_MANY_CALLS = cues(
    "six/seven/eight/nine/ten/6/7/8/9/10 services/hops/calls/systems/backends",
    "of the five/six/seven/eight/nine hops/calls/services",
)
LONG = (
    Together(
        (_ALL_WAIT, _MANY_CALLS),
        unless=EARLIER
        + cues(
            "asynchron*, event, events, in parallel, parallel, not, no, never, batch, jobs, middleware*, filter*",
            "interceptor*, stages, pipeline",
        ),
        lone=True,
    ),
)
