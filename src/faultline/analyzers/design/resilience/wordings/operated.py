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
    f"no/without/lacks healthz/livez/readyz/healthcheck/healthchecks endpoint/endpoints/route/url,"
    "no/without healthz/livez/readyz/healthcheck/healthchecks, never checked again,"
    "whether or not .. responds/answers/healthy/alive/up,"
    "left out .. probes/healthchecks/probe, removed .. probe/probes/healthcheck,"
    "probes .. missing/removed/omitted/none/later, health checks/check .. off/disabled/none/missing/removed,"
    "probe/probes/healthcheck/readiness/liveness .. not .. configured/defined/set/used/implemented/there,"
    "liveness .. not monitored/checked,"
    "neither liveness/readiness/probes/healthchecks",
)
_STILL_SENT = cues(
    "counts/count as ready/healthy/up/alive, ready the moment, healthy the moment, up the moment",
    "stay/stays/remain/remains in rotation, stay/stays/remain/remains registered",
    "keeps/keep/continues/continue receiving/routing/sending/forwarding/to",
    "traffic/requests .. as soon as .. container/process/started/starts",
    "still get/gets/receive/receives .. traffic/requests, round robin whether, healthy/up/alive/ready as long as",
    "regarded/considered/counted as up/healthy/alive/ready once/when/as/if, is up once, up once its port",
    "as soon as .. port is open, considers/regards .. healthy, sends/routes/forwards .. to all registered",
    "traffic/requests .. to dead/crashed/hung/broken/unhealthy",
)
_DEAD = cues(
    "dead, hangs, hung, not respond, broken, started, its port",
)
_ALWAYS_FINE = cues(
    "health/liveness/healthz/readiness .. answers/returns/says/reports .. ok/200/up without/whatever/regardless/even",
)
_SEEN_BY_CHANCE = cues(
    "hung/dead/stuck/deadlocked process/pod/worker/instance/consumer/container .. only noticed/seen/found"
    "/discovered/stays",
)
UNASKED = (
    Together(
        (_NOT_ASKED,),
        case=True,
        unless=EARLIER
        + cues(
            "cronjob, job, jobs, batch, serves no traffic, lambda, functions, needs no, need no, token",
            "other services, never .. starts, without passing, serves no, logged, rate limit, log, access log",
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
    "process, worker, consumer, container, containers, service, importer, daemon, bridge, bot, agent, script, job",
    "java, gateway, scheduler, exporter, server, it, they, task, app, application, exits, crash*, sync, listener",
    "poller, runner, program",
)
_BY_SHELL = cues(
    "screen session, logging in to start/restart/run, logging in and starting/restarting/running, by logging in",
)
_NOT_REVIVED = cues(
    "no restart policy, not/never restarted, remains/remain/stays/stay stopped/down/dead",
    "stays/stay/remains/remain down until",
)
_STARTED_BY_HAND = cues(
    "started/starts/start/restarted/restarts/restart/revived/kicked/kick .. by hand/manually",
    "to be started/restarted/revived/kicked, someone/somebody/operator/engineer/admin starts/restarts/kicks/revives",
    "somebody/someone/operator/operators/engineer/admin/colleague/we .. start/starts/restart/restarts it/them",
)
REVIVED = cues(
    "automatic*, always, unless stopped, unless-stopped, on-failure, systemd restarts, restarted by, kubelet",
    "kubernetes, supervisor restarts, in production, job, jobs, migration*, one-off, backofflimit, backoff limit",
    "nobody needs, no need, not need, in the past, config*, upgrade*",
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
    "pod, pods, container, containers, workload, workloads, worker, workers, job, jobs, service, services, jvm",
    "process, processes, renderer, transcoder, heap, namespace, script, scripts, task, tasks, cluster, import, node",
    "host, machine, deployments, ram, memory, cpu",
)
_UNBOUND = cues(
    "without/no .. bound/bounds/cap/restriction on .. cpu/memory/ram",
    "neither/no/without/lack/lacks/lacking requests/limits/limit/quota/quotas/cgroup/cgroups",
    "no .. limits .. set/configured/defined/namespace, without .. limits/quota",
    "no/without .. memory/cpu/ram/resource/resources limit/limits/quota/cap/bound/section/requests/restriction"
    "/constraint/constraints",
    "limits .. not set/configured/defined/used/there, without --memory/memory, no upper bound",
    "take/takes/use/uses/eat/eats/may/can/consume/consumes as much .. memory/ram/cpu .. as/it/they",
)
BOUND = cues(
    "rejected, admission, at most, above that, up to #, set on purpose, on purpose memory, memory limits are set",
    "limits are set, killed, evicted, bounded at, may not, quota of the, vpa, nodes of their own, own node/nodes",
    "dedicated node, rate, retries, retry, queue, upload*, page, request body, connection*, timeout*, per user",
    "per client, per tenant, api calls",
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
    "pod, pods, replica*, instance*, worker*, consumer*, server*, machine*, capacity, peak*, load, traffic, fleet",
    "service, services, application, vm, campaign*, sale*, rush, black friday, scaling, scale*, node, nodes, size",
)
_FIXED = cues(
    "number of pods/replicas/instances/workers/consumers/nodes/servers is/stays/remains fixed/constant/static/the",
    "no/not/without .. autoscaler/autoscaling/hpa",
    "someone/somebody/engineer/operator/admin/we/team raises/raise/changes/change/edits/edit/increases/increase"
    "/adjusts/adjust/resizes/resize/bumps/bump/starts .. replica/replicas/count/pods/instances/vm/machine/number"
    "/workers/consumers",
    "cannot be scaled",
)
SCALED = cues(
    "autoscaler does, does the rest, nobody has to, no one has to, was not an option, raise the minimum, partitions",
    "replaced by, keda, scale out, scales out, scaled out and, in staging, database scales, db scales",
    "before the campaign we raise, hpa keeps, jobs, one-off, shards",
)
FIXED = (Together((_LOAD, _FIXED), unless=EARLIER + SCALED, case=True, lone=True),)

_RELEASE = cues(
    "releas*, deploy*, rollout*, roll-out*, new version, versions, version, update*, upgrade*, migrat*",
    "jar, war, artifact*, build/builds, schema, switch to, cut-over, cutover, being updated, strategy",
    "branches, columns",
)
_ALL_STOPPED = cues(
    "maintenance page, stop/stops/stopped all, at the same moment",
    "shop/site/service/api/application/system/platform/portal is/goes/are offline/down/unavailable, recreate",
)
SMOOTH = cues(
    "rolling, one after another, one pod after, canary gets, no downtime, zero downtime, zero-downtime",
    "without downtime, without a maintenance, no longer, no maintenance, rejected, never, only after",
    "new ones are ready, blue/green, blue green, strangler, if the error, transaction, transactions, payments",
    "old columns, until last, idempoten*, once a year, twice a year, only for, announced, mobile, recreate the",
    "singleton, cronjob, cache, caches, blue, progressive*, gradual*, not all at once, expand",
)
_TO_PRODUCTION = cues(
    "hotfix*, image, config, scripts, patch, patches, releas*, deploy*, rollout*, new version",
    "update/updates/updated, jar, war, files, artifact*, build, builds, built, server, servers, production",
    "infrastructure, changes, migrations, configuration",
)
_HANDMADE = cues(
    "logging in to, with scp, by ftp, via ftp, laptop, workstation, over ssh",
)
AUTOMATIC = cues(
    "argo, argocd, flux, pipeline, automatic*, nobody, no one, forbidden, never, no manual, without manual, approv*",
    "no longer, trigger*, break-glass, emergency, not, tested by hand, local*, customer's, customers, rejected",
    "button, reviewed, until last, test*, users, review",
)
_NO_WAY_BACK = cues(
    "cannot be undone/reverted/rolled/reversed, no rollback, rolling back is/was not",
)
BACK = cues(
    "can be rolled, so each, expand, undone automatically, never/no drop/drops, one release later, payment*",
    "refund*, transaction*, saga, compensat*, hash, order, orders, booking*, no irreversible, keeps, point-in-time",
    "region, drill, deletion, delete, erasure, anonymi*, user, users, reader, emails, sent",
)
DOWN = (Together((_RELEASE, _ALL_STOPPED), unless=EARLIER + SMOOTH, lone=True, case=True),)
HANDMADE = (Together((_TO_PRODUCTION, _HANDMADE), unless=EARLIER + AUTOMATIC, lone=True),)
NO_WAY_BACK = (
    Together(
        (_RELEASE + cues("down migrations, down-migrations"), _NO_WAY_BACK), unless=EARLIER + BACK, case=True, lone=True
    ),
)

_BLIND = cues(
    "no/without .. metrics/alerts/alarms/alarm/alerting, not monitored",
    "customers/users/clients tell/call/complain/write/report",
    "learn/learns/hear/hears/know/knows .. from customers/users/clients/support,"
    "when customers/users/somebody/someone complain/complains/call/calls/notice/notices",
)
_FAILING = cues(
    "fail*, wrong, crash*, export, job, jobs, sync, bridge, queue, import, service, down, worked, process, system",
    "platform, metrics, alert*, dashboard*, complain*, problem*, error*, consumer, replication, disk, backlog",
)
WATCHED = cues(
    "used to, now alerts, alerts go, alert fires, fires, pages, within, before they, before customers",
    "no alert fires, no alerts fire, for the cache, kept for, dashboards show, in addition, also, feedback",
)
BLIND = (Together((_FAILING, _BLIND), unless=EARLIER + WATCHED, case=True, lone=True),)

_TIMED = cues(
    "cron, crontab, cron job, cron jobs, cronjob, nightly, scheduled, scheduler, timer, timers, batch, billing run",
    "export, import, reminder*, invoices job, invoice run",
)
_ON_ONE = cues(
    "crontab .. on, crontab entry on, cron on/of, by cron on, cron job on/lives, on one of the",
    "on the database host/server, workstation, laptop, on one machine/host/server",
)
ANYWHERE = cues(
    "kubernetes cronjob, cronjob's pod, any node, lease, lock, forbidden, not, no, eventbridge, leader, elected",
    "moved, cloud scheduler",
)
ON_ONE = (Together((_TIMED, _ON_ONE), unless=EARLIER + ANYWHERE, lone=True),)

_STOPPED = cues(
    "sigterm, shutdown, shut down, deployment, deploy, deploys, redeploy*, restart*, killed, kill, stop, stopped",
    "terminat*, exits, release, update, scaled down, scale-down, drain*",
)
_CUT = cues(
    "running/open/current/ongoing requests/jobs/connections/calls/work/imports/uploads/transactions/tasks .. cut"
    "/aborted/lost/dropped/killed/interrupted/broken/terminated/abandoned",
    "cut off, without draining, no graceful, jobs/requests/connections are aborted/cut/dropped/interrupted/killed",
)
GRACEFUL = cues(
    "no request, no requests, none of, nothing is lost, finish*, complet*, resumed, never, not cut, not lost",
    "not interrupted, within #t, requeued, redelivered, picked up again, grace period, circuit, after #t, deadline",
    "timeout, timeouts, timed out",
)
CUT = (Together((_STOPPED, _CUT), unless=EARLIER + GRACEFUL, case=True, lone=True),)
