"""Cues of what is kept where it gets lost: without copies elsewhere, in a process, on the disk of a container."""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues
from faultline.analyzers.design.documents.together import Together
from faultline.analyzers.design.resilience.wordings.alone import EARLIER

_BACKUP = "backup/backups/snapshot/snapshots/dump/dumps"
_SPARED = cues(
    "cache*, cache/caches/index is/are not, search index, filled again, refilled, rebuilt from, recomputed, derived",
    "reproduc*, stateless, not needed, need not, older than",
)
_NOT_SAVED = cues(
    "nothing .. backed up, none .. backed up, not backed up, not/never back up,"
    "do/does not do/take/keep/make .. backups/backup/snapshots/copies",
)
_NEVER_RESTORED = cues(
    "not say how to restore, nobody knows how to restore, nobody knows whether .. restored/restore,"
    "not know how to restore, how to restore .. unclear/unknown",
    "nobody/never .. restored, no one .. restored, never tried/tested/rehearsed .. restore/recovery/backup/restoring,"
    "nobody/never .. tried/tested/rehearsed/practised .. restore/restoring/recovery,"
    "restore/restores/restoring/recovery/restoration .. never/not .. tried/tested/rehearsed/practised/exercised"
    "/verified,"
    "restore .. untested, recovery .. untested,"
    "untested restore/restores/backup/backups/recovery,"
    f"{_BACKUP} .. never/not .. verified/tested/checked/restored/tried, hope .. restore",
)
_SAME_PLACE = cues(
    "dump/dumps/backup/backups/snapshots .. .. of the database host/server/machine,"
    "dump/dumps/backup/backups .. to the database host/server",
    f"{_BACKUP} .. same disk/server/machine/host/volume/node/account/bucket/cluster/vm,"
    f"{_BACKUP} .. on the database server,"
    f"{_BACKUP} .. beside the data, {_BACKUP} .. next to the data, dumped to the same, backed up to the same",
)
_INSTEAD = cues(
    "replica/replication/raid/mirror/mirroring/standby .. serves/serve/is/are/acts .. our/the/a/as .. backup,"
    f"instead of {_BACKUP}, do/does without {_BACKUP}, get/gets by without {_BACKUP},"
    "no need for backups, raid .. backup/backups, mirrored anyway, replication .. instead of backups, replaces backups"
)
_NOW_AND_THEN = cues(
    "when we/somebody/someone remember/remembers, if somebody/someone remembers, when there is time .. backup/dump",
    "someone/somebody/developer/admin/engineer .. remembers/thinks .. copy/export/dump/back, thinks of it,"
    "when somebody/someone/anybody remembers, last manual export/dump/copy,"
    f"{_BACKUP} .. by hand/manually, pg_dump/mysqldump/dump/backup .. laptop, now and then .. dump/export/backup,"
    f"{_BACKUP} .. now and then,"
    f"last working {_BACKUP}, {_BACKUP} .. overwritten, only the latest .. exists/kept, occasional {_BACKUP},"
    f"copy/copies the data .. before/when/now, {_BACKUP} .. from time to time, pg_dump/mysqldump .. now and then",
)
NOT_SAVED = (
    Together((_NOT_SAVED,), unless=EARLIER + _SPARED + cues("rebuild*, index, re-created, without backups we")),
    Together((_NEVER_RESTORED,), case=True, unless=EARLIER + cues("before 20*, is worth, no longer")),
    Together((_SAME_PLACE,), unless=EARLIER + cues("not on, not to, never, also, and to another, second copy")),
    Together(
        (_INSTEAD,), unless=EARLIER + cues("is not, are not, not a backup, no backup, is no, that is why, not replace")
    ),
    Together(
        (_NOW_AND_THEN,),
        case=True,
        unless=EARLIER + cues("before each/every, also, besides, in addition, additionally"),
    ),
)

_THINGS = (
    "session/sessions/cart/carts/basket/baskets/job/jobs/order/orders/reservation/reservations/booking/bookings/upload"
    "/uploads/file/files"
    "/document/documents/image/images/photo/photos/timer/timers/state/queue/queues/message/messages/conversation"
    "/conversations/draft/drafts"
    "/counter/counters/key/keys/lock/locks/list/invoice/invoices/attachment/attachments/subscription/subscriptions"
    "/connection/connections"
    "/registration/registrations/game/games/room/rooms/token/tokens/event/events/progress/import/imports/request"
    "/requests/book/payments/payment/task/tasks"
)
_STATE = cues(
    _THINGS.replace("/state", "")
    .replace("/progress/import/imports", "")
    .replace("/event/events", "")
    .replace("/task/tasks", "")
    .replace("/image/images/photo/photos", "")
    .replace("/file/files", "")
    .replace("/key/keys", "")
    .replace("/list", "")
    .replace("/document/documents", "")
    .replace("/request/requests", ""),
    "idempotency keys, state of, session state, cart state, whatever, customers, drivers, users, order book",
)
_STORED = cues(
    _THINGS, "postgres, mysql, sqlite, redis, the database, uploads, uploaded, broker, mongodb, rabbitmq, data"
)
_KEEPS = cues(
    "is/are .. in ram, is/are .. in memory only, is/are only in, is/are a map/dict/list/dictionary/array",
    "keep/keeps/kept/hold/holds/held/store/stores/stored/lives/live/remembers/remember/remembered/collected"
    "/collects/has/have/sits/sit/exists/exist",
)
_IN_PROCESS = cues(
    "map/dict/dictionary in .. process/service/server/scheduler/worker/gateway/api, in memory, in the memory,"
    "in ram, in-process, is/are/as .. in-memory list/map/queue/dict",
    "in an in-memory list/map/queue/dict/store/structure, of the process, in a dictionary/dict, in memory only",
)
_ON_DISK = cues(
    "server's disk, disk of the pod/container/web/instance/server/api/node",
)
_GONE = cues(
    "restart/restarts/restarting/redeploy/redeployment/redeploys/deployment/release/crash/reboot .. empties"
    "/empty/loses/lose/drops/drop/forgets/forget/wipes/deletes/clears/discards/resets",
    "gone/lost/forgotten/disappear/disappears/vanish/vanishes/emptied/dropped .. after/on/with/at/when"
    "/by .. restart/restarts/crash/redeploy/redeployment/deployment/release/reboot/container/dies/restarted",
)
_KEPT_ELSEWHERE = cues(
    "cache, cached, caches, survives, survive, lose nothing, loses nothing, loss of nothing, nothing is lost",
    "stateless, persisted, replicated, rebuilt, reloaded, recomputed, read-only, until we moved, unit tests",
    "in tests, redis, s3, object storage, bucket, journal, wal, write-ahead, outbox, database before, also written",
    "while a file, while it is, at most # entries, for #t, for .. seconds/minutes, embedded, scanned, scratch",
    "memory limit, not needed, metrics, traces, spans, feature flags, at most #, prefetch*, index",
    "the last/latest/newest .. minutes/hours/seconds/values/readings/day, the last 1minute/1minutes/1hour, last #t",
    "nothing is written, no state, keeps no, holds no, first written, committed first, buffer of, bloom",
)
_NO_MATTER = cues(
    "cache, cached, caches, nothing, while a file, while it is, scanned, scratch, read-only, temporary, rebuilt, s3",
    "bucket, object storage, at most #, until we moved, in tests, metrics, traces, embedded, demo",
    "for .. seconds/minutes",
)
IN_MEMORY = (
    Together(
        (_STATE, _KEEPS, _IN_PROCESS),
        unless=EARLIER + _KEPT_ELSEWHERE,
        spared=cues(
            "survives a restart, also written, rebuilt at/on/from, replayed, reloaded, replay*, source of truth",
        ),
        lone=True,
    ),
    Together(
        (_STORED, _ON_DISK),
        unless=EARLIER + _NO_MATTER + cues("backup*, log, logs, temporary, tests, buffer, buffers, buffered, spool*"),
        lone=True,
    ),
    Together(
        (_GONE,), unless=EARLIER + _KEPT_ELSEWHERE + cues("at most, cache is, no, never, not lost, none of"), case=True
    ),
)
