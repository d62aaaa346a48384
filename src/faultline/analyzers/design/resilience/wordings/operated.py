"""Cues of how things are operated: nobody asks whether they live, nothing starts them again, nothing bounds them."""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues
from faultline.analyzers.design.documents.together import Together
from faultline.analyzers.design.resilience.wordings.alone import EARLIER, FAILS

_COPIES = (
    "instance/instances/backend/backends/target/targets/pod/pods/node/nodes/process/processes/container/containers"
    "/service/services/worker/workers/server/servers/consumer/upstream/upstreams/replica/replicas/task/tasks"
)
_NOT_ASKED = cues(
    "not/never probe/check/ping them/it/backends/targets, without checking whether",
    "nothing like a .. readiness/health/liveness/healthcheck, has/have no healthcheck, no healthcheck",
    f"not/never check/checks/know/knows/ask/asks/probe/notice/notices .. whether/which/if .. {_COPIES},"
    "not/never check/checks/know/knows whether/which/if .. alive/healthy/up,"
    f"nothing/nobody tells/checks/asks/notices/knows .. whether/if/that .. {_COPIES}, nothing asks/checks/probes,"
    "nobody asks/checks .. alive/healthy/up,"
    f"no/without/lacks .. healthz/livez/readyz/healthcheck/healthchecks endpoint/endpoints/route/url,"
    "no/without .. healthz/livez/readyz/healthcheck/healthchecks, never checked again,"
    "whether or not .. responds/answers/healthy/alive/up,"
    "left out .. probes/healthchecks/probe, removed .. probe/probes/healthcheck,"
    "probes .. missing/removed/omitted/none/later, health checks/check .. off/disabled/none/missing/removed,"
    "probe/probes/healthcheck/readiness/liveness .. not .. configured/defined/set/used/implemented/there,"
    "liveness .. not monitored/checked,"
    "neither liveness/readiness/probes/healthchecks",
)
_STILL_SENT = cues(
    "counts/count as ready/healthy/up/alive, ready the moment, healthy the moment, up the moment",
    "stay/stays/remain/remains in rotation, stay/stays/remain/remains registered,"
    "keeps/keep/continues/continue receiving/routing/sending/forwarding/to,"
    "traffic/requests .. as soon as .. container/process/started/starts,"
    "still get/gets/receive/receives .. traffic/requests, round robin whether,"
    "healthy/up/alive/ready as long as, regarded/considered/counted as up/healthy/alive/ready once/when/as/if,"
    "is up once, up once its port, as soon as .. port is open, considers/regards .. healthy,"
    "sends/routes/forwards .. to all registered, traffic/requests .. to dead/crashed/hung/broken/unhealthy",
)
_DEAD = cues(
    "process is there, process is up, process runs, container is there, the moment the process/container",
    "no longer answer/answers/respond/responds, dead, crashed, hangs, hung, not respond, does not answer,"
    "not answering, broken, process exists/runs/lives,"
    "until .. takes/take it out, until .. removes/remove, started, port is open, its port, registered, nothing asks,"
    "unhealthy, whether or not",
)
_ALWAYS_FINE = cues(
    "liveness/readiness/health .. answer/answers/return/returns 200/ok as soon as",
    "health/healthz/liveness/readiness/status/probe/healthcheck .. always returns/answers/says/reports/succeeds/200/ok"
    "/is,"
    "health/liveness/healthz/readiness .. 200 .. whatever/regardless/without,"
    "health/liveness/healthz/readiness .. answers/returns/says/reports .. ok/200/up without/whatever/regardless/even",
)
_SEEN_BY_CHANCE = cues(
    "hung/dead/stuck/deadlocked process/pod/worker/instance/consumer/container .. only noticed/seen/found/discovered"
    "/stays,"
    "deadlocked .. stays as it is,"
    "checked by looking into/at, whether .. still working/alive/running is checked by"
)
UNASKED = (
    Together(
        (_NOT_ASKED,),
        case=True,
        unless=EARLIER
        + cues(
            "cronjob, job, jobs, batch, serves no traffic, lambda, functions, needs no, need no, token, other services,"
            "never .. starts, without passing, serves no, logged, rate limit, log, access log"
        ),
    ),
    Together(
        (_STILL_SENT, _DEAD),
        unless=EARLIER + cues("until .. ready, after .. ready, health check, probe, probes, drain*, grace, readiness"),
        case=True,
    ),
    Together((_ALWAYS_FINE,), unless=EARLIER + cues("if, while, unless, as long as, when, must not")),
    Together((_SEEN_BY_CHANCE,), unless=EARLIER, case=True),
)

_PROCESS = cues(
    "process, worker, consumer, container, containers, service, importer, daemon, bridge, bot, agent, script, job,"
    "java, gateway, scheduler, exporter, server, it, they, task, app, application, exits, crash*, sync, listener,"
    "poller, runner, program"
)
_BY_SHELL = cues(
    "nohup, screen session, tmux, in screen, inside screen, foreground of, ssh session, from a shell, java -jar,"
    "java jar, in a terminal, terminal session, interactive session, logging in, background job of, with disown"
)
_NOT_REVIVED = cues(
    "nothing/nobody/none restarts/revives/watches/supervises, no process manager, no supervisor,"
    "without supervisor/supervision, no restart policy, restart policy .. no/never/none/missing/off,"
    "restart no, not/never restarted, not/never started again, not/never come/comes/brought back/up on/by/after,"
    "not come back, not supervised, unsupervised,"
    "remains/remain/stays/stay stopped/down/dead, stays/stay/remains/remain down until, systemd is not, no systemd,"
    "not managed by systemd, restart policy is no/never, restart never, restart set to no"
)
_STARTED_BY_HAND = cues(
    "started/starts/start/restarted/restarts/restart/revived/kicked/kick .. by hand/manually,"
    "to be started/restarted/revived/kicked, someone/somebody/operator/engineer/admin starts/restarts/kicks/revives,"
    "start/starts/restart/restarts it/them again, starts/restarts it manually, has/have to start/restart"
)
REVIVED = cues(
    "automatic*, always, unless stopped, unless-stopped, on-failure, systemd restarts, restarted by, kubelet,"
    "kubernetes, supervisor restarts, in production, job, jobs, migration*, one-off, backofflimit, backoff limit,"
    "nobody needs, no need, not need, in the past, config*, upgrade*"
)
UNREVIVED = (
    Together(
        (_PROCESS, _BY_SHELL),
        unless=EARLIER + cues("debug*, troubleshoot*, in the past, today, locally, no, never, forbidden"),
        lone=True,
    ),
    Together((_NOT_REVIVED,), unless=EARLIER + REVIVED + cues("endless*, at most, after # attempts"), case=True),
    Together((FAILS, _STARTED_BY_HAND), unless=EARLIER + REVIVED, case=True),
)

_RUNNERS = cues(
    "pod, pods, container, containers, workload, workloads, worker, workers, job, jobs, service, services, jvm,"
    "process, processes, renderer, transcoder, heap, namespace, script, scripts, task, tasks, cluster, import, node,"
    "host, machine, deployments, ram, memory, cpu"
)
_UNBOUND = cues(
    "take/takes/use/uses/grab/grabs whatever memory/ram/cpu, removed/dropped/lifted the limits/limit,"
    "without/no .. bound/bounds/cap/restriction on .. cpu/memory/ram",
    "neither/no/without/lack/lacks/lacking requests/limits/limit/quota/quotas/cgroup/cgroups,"
    "neither requests nor limits, no requests or limits, no .. limits .. set/configured/defined/namespace,"
    "without .. limits/quota,"
    "no/without .. memory/cpu/ram/resource/resources limit/limits/quota/cap/bound/section/requests/restriction"
    "/constraint/constraints,"
    "limits .. not set/configured/defined/used/there, limits .. missing/omitted/left/none/unset,"
    "resource/resources/cpu/memory .. not restricted/limited/capped/bounded/constrained,"
    "not set .. memory/cpu/resource limits, memory/cpu limit none/unlimited, best-effort qos, besteffort,"
    "unconstrained, no cap on .. memory/ram/cpu/cpus,"
    "without --memory/memory, without --cpus, without a resources section, no upper bound,"
    "take/takes/use/uses/eat/eats/may/can/consume/consumes as much .. memory/ram/cpu .. as/it/they,"
    "take/takes/use/uses/eat/eats/consume/consumes all/whole .. memory/ram/cpu, use/take/eat .. the whole memory,"
    "takes what it needs/wants, take what they need/want, takes/take what/whatever is free/available/left,"
    "never sized,"
    "starve/starving its/the/other neighbours/neighbors/pods/services,"
    "nothing keeps/stops/prevents .. from starving/taking/eating/using,"
    "take/takes/bring/brings down the whole node/host/machine, not told how much, unlimited memory/cpu/ram",
)
BOUND = cues(
    "rejected, admission, at most, above that, up to #, set on purpose, on purpose memory, memory limits are set,"
    "limits are set, killed, evicted, bounded at, may not, quota of the, vpa, nodes of their own, own node/nodes,"
    "dedicated node, rate, retries, retry,"
    "queue, upload*, page, request body, connection*, timeout*, per user, per client, per tenant, api calls"
)
UNBOUND = (
    Together(
        (_RUNNERS, _UNBOUND),
        unless=EARLIER + BOUND,
        spared=cues("memory limits are set, limits are set, requests and limits are set"),
        case=True,
        lone=True,
    ),
)

_LOAD = cues(
    "pod, pods, replica*, instance*, worker*, consumer*, server*, machine*, capacity, peak*, load, traffic, fleet,"
    "service, services, application, vm, campaign*, sale*, rush, black friday, scaling, scale*, node, nodes, size"
)
_FIXED = cues(
    "replicas/instances/pods/workers/count .. raised/changed/increased/added/adjusted .. hand/manually, raised by hand,"
    "added by hand",
    "someone/somebody/we/engineer/operator/admin edits/edit/patches/patch the deployment/manifest,"
    "adds/add two/three/# pods/instances/workers/replicas, cannot/can't/not run two/2/twice/several,"
    "more than one at a time is impossible",
    "number of pods/replicas/instances/workers/consumers/nodes/servers is/stays/remains fixed/constant/static/the,"
    "constant size, fixed size/number/count, static number/fleet/size, stays the same,"
    "nothing scales, scaling is manual, scaling .. by hand/manually/none/no, scaled/scale by hand/manually,"
    "manual scaling, add/adds/added some by hand, add/adds/added .. by hand/manually,"
    "autoscaling/autoscaler .. disabled/off/none/not/missing/planned/later,"
    "no/not/without .. autoscaler/autoscaling/hpa, not scale/scales automatically/out/horizontally,"
    "only scales/scale vertically, scales only vertically, vertical scaling only, scaling policy/policies none,"
    "not/never autoscaled,"
    "someone/somebody/engineer/operator/admin/we/team raises/raise/changes/change/edits/edit/increases/increase"
    "/adjusts/adjust/resizes/resize/bumps/bump/starts .. replica/replicas/count/pods/instances/vm/machine/number"
    "/workers/consumers,"
    "watches the dashboard, by ordering another/new/a, ordering another server/machine,"
    "bigger machine/server/instance/box/vm, larger machine/server/instance/vm,"
    "resizes/resize the vm/server/machine/instance,"
    "starts/start further/more/additional workers/instances/consumers/servers, size/sized for the average,"
    "cannot be scaled, can not be scaled, cannot scale, not .. built to run more than once, cannot be scaled out,"
    "more than one .. would,"
    "second worker/instance/copy/scheduler must not, must not be started, only ever one",
)
SCALED = cues(
    "autoscaler does, does the rest, nobody has to, no one has to, was not an option, raise the minimum, partitions,"
    "replaced by, keda, scale out, scales out, scaled out and, in staging, database scales, db scales,"
    "before the campaign we raise, hpa keeps, jobs, one-off, shards"
)
FIXED = (Together((_LOAD, _FIXED), unless=EARLIER + SCALED, case=True, lone=True),)

_RELEASE = cues(
    "releas*, deploy*, rollout*, roll-out*, new version, versions, version, update*, upgrade*, migrat*, image, images,"
    "jar, war, artifact*, build/builds, schema, switch to, cut-over, cutover, being updated, strategy, pods,"
    "containers, instances, branches, columns"
)
_ALL_STOPPED = cues(
    "replace/replaces/restart/restarts/update/updates/stop/stops/recreate/recreates all .. at once/together,"
    "replace/replaces/restart/restarts/update/updates/stops all .. same time",
    "minutes/hours of maintenance, maintenance page,"
    "shut/take/bring/shuts/takes/brings .. service/system/app/application/site/everything/it down,"
    "all .. get/gets/receive/receives .. new version .. same/once",
    "stop/stops/stopped all, all .. stopped/replaced/restarted/recreated/killed/switched at once/together/first,"
    "old .. stopped/removed/shut before .. new, stopped before .. started, at the same moment, all at once,"
    "replaced at once, restarted at once,"
    "offline for, offline during,"
    "shop/site/service/api/application/system/platform/portal is/goes/are offline/down/unavailable,"
    "unavailable while/during, answers/returns/return/answer 503, recreate, big bang, big-bang,"
    "maintenance window, all or nothing, all-or-nothing, to all/100 customers/users/tenants/percent,"
    "100 % of .. users/customers/traffic, goes to all, everyone at once, whole fleet at once, without a canary,"
    "no canary, scheduled downtime, a short downtime, minutes of downtime, short outage, brief outage,"
    "downtime of, switch .. over night/overnight, for that time no, locks the .. table, nobody can .. during/while,"
    "docker compose down, compose down, tables are locked",
)
SMOOTH = cues(
    "rolling, one after another, one pod after, canary gets, no downtime, zero downtime, zero-downtime,"
    "without downtime, without a maintenance, no longer, no maintenance, rejected, never, only after,"
    "new ones are ready, blue/green, blue green, strangler,"
    "if the error, transaction, transactions, payments, old columns, until last, idempoten*, once a year, twice a year,"
    "only for, announced, mobile, recreate the, singleton, cronjob, cache, caches, blue, progressive*, gradual*,"
    "not all at once, expand"
)
_TO_PRODUCTION = cues(
    "hotfix*, image, config, scripts, patch, patches",
    "releas*, deploy*, rollout*, new version, update/updates/updated, jar, war, files, artifact*, build, builds, built,"
    "server, servers, production, infrastructure, changes, migrations, configuration",
)
_HANDMADE = cues(
    "logging in to, logging into, pulling the new image/version, pulls the new image/version",
    "his/her/my/own notebook/laptop/workstation,"
    "edited/edit/edits/changed/patched on the machine/server/host/box/production, with vim, with nano, over rdp,"
    "by remote desktop",
    "with scp, by scp, via scp, scp to, over scp, by ftp, via ftp, over ftp, with rsync, laptop, notebook of,"
    "workstation, runs git pull, run git pull, pull .. on the server, copying the .. to the,"
    "copies the .. to the server, checklist of, steps in the wiki,"
    "directly on the production/server/live, directly in production, in production by hand, by hand on the server,"
    "made/edited/changed .. on the production/live/prod server/servers/machine/host, clicked together,"
    "clicks .. console, in the web console, through the console, in the console,"
    "logs in to the server, log in to the server, logs into the, ssh to the, ssh into the, via ssh, over ssh,"
    "run on the host for each/every, unzip*, unpack*",
)
AUTOMATIC = cues(
    "argo, argocd, flux, pipeline, automatic*, nobody, no one, forbidden, never, no manual, without manual, approv*,"
    "no longer, trigger*, break-glass, emergency, not, tested by hand, local*, customer's, customers, rejected,"
    "button, reviewed, until last, test*, users, review"
)
_NO_WAY_BACK = cues(
    "no way back, no way of going back, no going back, cannot be undone/reverted/rolled/reversed,"
    "can't be undone/reverted/rolled, not be undone/reverted, no rollback, no roll-back, without rollback,"
    "rolling back is/was not, rollback .. not possible/supported/tested/planned/foreseen/available,"
    "rolled back .. not, not .. rolled back, not .. roll back, never rolled/roll back, fixed forward, fix forward,"
    "fix-forward, roll forward only, only roll forward, down migrations .. not/never/no/missing, no down migrations,"
    "no down-migrations, previous image/version/release/jar .. not kept/deleted/overwritten/gone,"
    "previous .. overwritten, drop/drops .. old column/columns/table/tables .. same release/step/migration,"
    "restore the database from the backup, restore .. from the backup/dump, irreversible, one-way migration,"
    "not reversible, never practised .. rollback, old image/version .. deleted/overwritten"
)
BACK = cues(
    "can be rolled, so each, expand, undone automatically, never/no drop/drops, one release later, payment*, refund*,"
    "transaction*, saga, compensat*, hash, order, orders, booking*, no irreversible, keeps, point-in-time, region,"
    "drill, deletion, delete, erasure, anonymi*, user, users, reader, emails, sent"
)
DOWN = (Together((_RELEASE, _ALL_STOPPED), unless=EARLIER + SMOOTH, lone=True, case=True),)
HANDMADE = (Together((_TO_PRODUCTION, _HANDMADE), unless=EARLIER + AUTOMATIC, lone=True),)
NO_WAY_BACK = (
    Together(
        (_RELEASE + cues("down migrations, down-migrations"), _NO_WAY_BACK), unless=EARLIER + BACK, case=True, lone=True
    ),
)

_BLIND = cues(
    "when a/the customer/user/client/merchant asks/calls/complains/writes/notices,"
    "until a/the customer/user calls/complains/asks, show/shows up when a/the",
    "no/without .. metrics/alerts/alarms/alarm/alerting,"
    "metrics/alerts/alarms/dashboards .. not collected/set/configured/there/defined/exist/scraped yet/up/for,"
    "metrics .. not collected/scraped/exported, not collect/monitor, no dashboards, not monitored, unmonitored,"
    "look/looks at/into the logs when, customers/users/clients tell/call/complain/write/report,"
    "when customers/users/somebody/someone complain/complains/call/calls/notice/notices,"
    "find/finds/found out the next/later/only/when/by, noticed .. next day/morning/by chance,"
    "notice .. next day/morning, seen by opening, checked by opening, goes unnoticed, go unnoticed,"
    "opening the .. page each/every, opening the admin",
)
_FAILING = cues(
    "fail*, wrong, crash*, export, job, jobs, sync, bridge, queue, import, service, down, worked, process, system,"
    "platform, metrics, alert*, dashboard*, complain*, problem*, error*, consumer, replication, disk, backlog"
)
WATCHED = cues(
    "used to, now alerts, alerts go, alert fires, fires, pages, within, before they, before customers, no alert fires,"
    "no alerts fire, for the cache, kept for, dashboards show, in addition, also, feedback"
)
BLIND = (Together((_FAILING, _BLIND), unless=EARLIER + WATCHED, case=True, lone=True),)

_TIMED = cues(
    "cron, crontab, cron job, cron jobs, cronjob, nightly, scheduled, scheduler, timer, timers, batch, billing run,"
    "export, import, reminder*, invoices job, invoice run"
)
_ON_ONE = cues(
    "cron entry of .. .. on, cron entry .. on, crontab .. on",
    "crontab entry on, crontab of/on, cron on/of, cron entry on, by cron on, cron job on/lives, cron jobs on/live,"
    "lives on the, on one of the, on the database host/server, on app-01, on web-1, workstation, laptop,"
    "on one machine/host/server, in the crontab, cron daemon of/on, local cron",
)
ANYWHERE = cues(
    "kubernetes cronjob, cronjob's pod, any node, lease, lock, forbidden, not, no, eventbridge, leader, elected, moved,"
    "cloud scheduler"
)
ON_ONE = (Together((_TIMED, _ON_ONE), unless=EARLIER + ANYWHERE, lone=True),)

_STOPPED = cues(
    "sigterm, shutdown, shut down, deployment, deploy, deploys, redeploy*, restart*, killed, kill, stop, stopped,"
    "terminat*, exits, release, update, scaled down, scale-down, drain*"
)
_CUT = cues(
    "killed whatever, stopped whatever, killed regardless, killed in the middle",
    "running/open/current/ongoing requests/jobs/connections/calls/work/imports/uploads/transactions/tasks .. cut"
    "/aborted/lost/dropped/killed/interrupted/broken/terminated/abandoned,"
    "requests in flight .. cut/aborted/lost/dropped/killed, cut off,"
    "interrupts running, aborts running, kills running, without draining, without waiting for, without finishing,"
    "exits at once, exits immediately, killed at once, killed immediately, not handle sigterm, ignores sigterm,"
    "sigterm .. not handled/ignored, no graceful, not gracefully, not resumed,"
    "jobs/requests/connections are aborted/cut/dropped/interrupted/killed, does not wait for running, not drained",
)
GRACEFUL = cues(
    "no request, no requests, none of, nothing is lost, finish*, complet*, resumed, never, not cut, not lost,"
    "not interrupted, within #t, requeued, redelivered, picked up again, grace period, circuit, after #t,"
    "deadline, timeout, timeouts, timed out"
)
CUT = (Together((_STOPPED, _CUT), unless=EARLIER + GRACEFUL, case=True, lone=True),)
