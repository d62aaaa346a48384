"""Cues of what stands alone: one of it, all in one place, and nobody who takes over but a human."""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues
from faultline.analyzers.design.documents.together import Together

_MACHINES = (
    "instance/replica/node/server/machine/vm/host/pod/container/box/task/worker/process/broker/copy/droplet"
    "/dyno/member/hypervisor/master"
)
_ONE = "one/single/lone/sole/solitary/1"
_KINDS = (
    "gateway/small/large/big/dedicated/physical/virtual/bare/metal/ec2/ecs/fargate/linux/ubuntu/windows/cloud/running"
    "/python"
    "/java/go/node/database/data/cache/api/worker/ingest/import/docker/compute/gce/hetzner/fat/powerful/beefy/old"
    "/central/shared/production"
)
_PRODUCTS = (
    "redis/postgres/postgresql/mysql/mariadb/mongodb/rabbitmq/kafka/nginx/haproxy/traefik/elasticsearch/opensearch"
    "/vault/keycloak/consul/memcached/gateway/database/broker/scheduler/firewall/proxy/balancer"
)
FAILS = cues(
    "dies, die, died, fails, fail, failed, crash*, falls over, fall over, goes/go down, is/are/was down, gone",
    "disappear*, outage*, failure*, is/are/gets/be/being/been/were lost, losing, lose/loses, loss of",
    "hardware fault/defect, breaks, exits, hang/hangs, hung, reboot*, unavailable, unreachable, stops, stopped",
    "stays/stay down, goes/went away, runs out of memory, defect*, broken",
)
SOMEBODY = cues(
    "ops, somebody, someone, operator on, an operator, operators, engineer*, administrator*, admin/admins/dba/dbas",
    "on-call, a human, by a person, a colleague, by hand, manually, manual, the team, team has/have, staff",
    "developer*, whoever, we/us have to, runbook, technician*, hoster, the provider, infrastructure team, ops team",
    "operations team, log/logs in, the supplier, the vendor, the contractor, the integrator, caretaker",
)
_STANDBYS = cues(
    "standby, stand-by, replica, follower, secondary, passive node/server/instance, second site, primary, master",
    "leader, mirror, cold standby, spare",
)
_HANDS_OVER = cues(
    "promoted, switch/switches/switched/switching .. over/to/connection/strings/traffic",
)
_MENDS = cues(
    "start/starts/started/starting .. again, start/starts/started .. by hand, restart*, promot*",
    "restore/restores/restored/restoring/restoration, redeploy*, replac*, failover",
    "install/installs/installed/build/builds/built/set/sets .. anew/afresh/new, reinstall/reinstalls/reinstalled",
)
_OWN_HANDS = cues(
    "promoted/promotes/promote .. hand/manually, made/make/makes primary/master by",
)
_NOBODY_STEPS_IN = cues(
    "nothing/nobody/none takes/take over",
)
_STANDSTILL = cues(
    "no/nobody/nothing .. .. until .. restarted/repaired/restored/started/replaced/installed",
    "is/are/be/stays/stay/remains/remain offline/down/unavailable/unreachable until",
)
_STILL = cues(
    "down until .. repaired/installed/replaced/restored/somebody/someone",
)
_REBUILT = cues(
    "until .. rebuilt/repaired/reinstalled/replaced",
)
_ITSELF = cues(
    "automatic*, by itself, on its own, drill*, exercis*, rehears*, without anybody/anyone, within #t, patroni",
    "sentinel, elected, election, runbook also, kubernetes, kubelet, the others/rest, other replicas/instances",
    "other two/three, nothing is lost, surviv*, region*, disaster*, restarted automatically, systemd, scaling group",
    "self-heal*, no manual, never, test/tests/tested, not have to, may start, can start, may restart, can restart",
    "shown to, no longer, paged, last resort, canary, staging",
)
EARLIER = cues(
    "looked at running, decided against, was considered, we considered, ran, had, lived, stood",
    "in the first version/release/year, in the beginning, was on/one/a/the, were on/one, used to, back then",
    "formerly, there is/are one/two/three/some now, now there is/are, which is why, has since, have since",
    "shut down in, in those days, no longer, until last",
)
_SEVERAL = cues(
    "sentinel/sentinels, patroni, promoted by, streaming/read/async/asynchronous/logical replica",
    "redis/valkey/postgres/postgresql/mysql/mariadb/mongodb/database/primary .. with one/1/single replica/follower",
    "two/three/four/five/six/seven/2/3/4/5/6/7/8/9/10 instances/replicas/pods/nodes/tasks/copies/standbys/zones"
    "/brokers/servers/machines/hosts/members/vms/regions/sites",
    "one/single/exactly of, one at a time, at a time",
    "per node/zone/az/region/host/tenant/customer/cluster/shard/environment/team/service/core/rack/pod/broker"
    "/partition/machine",
    "in each",
    "each/every zone/region/shard/host/node/tenant/environment/team/az/cluster/rack/site/customer/message"
    "/request/event/job/partition/service",
    "of each other, each has/have/of, one each, database/server/instance/node/cluster each, at least",
    "instance/replica/node/server/machine/vm/host/pod/container/task/worker/process/broker/copy/database per",
    "instance/replica/node/server/machine/vm/host/pod/container/task/worker/process/broker/copy"
    "/database for each/every",
    "will not do, class, keyed, pattern, cluster with, measured, benchmark, demo, sandbox, playground, laptop",
    "developers, trial, only makes, finished by, becomes, per second, rps, circuit breaker, nothing depends",
    "at most, no more than, leader, lease, lock, elect*, standby, stand-by, failover, active, surviv*, tolerat*",
    "withstand*, one after, one by one, multi-az, any, another, other, others, drain*, evict*, cronjob, cron job",
    "cron, lambda, of them",
    "one/single/1 instance/replica/node/server/machine/vm/host/pod/container/box/task/worker/process/broker"
    "/copy fail/fails/failing/failed/failure/dies/can/may/could/must/restarts/crashes/goes/is/out/more/less"
    "/drops/type/size/class/family/name/group/id/down/loss/or/outage/not/has",
    "one/1/single to",
    "restart/restarts/kill/stop/drain/upgrade/take/add/adds/adding/remove/removes/removing/replace/replaces"
    "/reboot/lose/loses/losing/loss of one/a/1",
    "from one/1, nothing depends, no one depends, migration job, batch job, one-off, rejected, had one/only/a",
    "ran on/as/with, was one/a, in the beginning, spread, up to, scales, scaled out, autoscal*, replicated, quorum",
    "plus one",
)
_STANDS = (
    "run/runs/running/deployed/hosted/served/operated/operate/operates/sits/lives/live/installed/consists/consist"
    "/backed/handled/placed/started/start/starts"
    "/uses/use/relies/rely/depends/chose/chosen/choose/exists/exist/through/occupies/needs/provisioned/scheduled"
    "/stands/provided/decided/expect"
)
_HAS = "is/are/has/have/keep/keeps/as"
_EXACTLY = "only/just/exactly/currently"
_ONE_OF_IT = cues(
    *(
        f"{_STANDS} .. {_ONE} {each}"
        for each in (
            _MACHINES,
            f"{_KINDS} {_MACHINES}",
            f"{_KINDS} {_KINDS} {_MACHINES}",
            _PRODUCTS,
            f"{_PRODUCTS} {_MACHINES}",
        )
    ),
    *(
        f"{_HAS} {_ONE} {each}"
        for each in (
            _MACHINES,
            f"{_KINDS} {_MACHINES}",
            f"{_KINDS} {_KINDS} {_MACHINES}",
            _PRODUCTS,
            f"{_PRODUCTS} {_MACHINES}",
        )
    ),
    f"{_HAS} its/our/their/this {_ONE} {_PRODUCTS}, {_HAS} its/our/their/this {_ONE} {_MACHINES},"
    f"{_HAS} {_EXACTLY} {_ONE} {_MACHINES}, {_HAS} {_EXACTLY} {_ONE} {_KINDS} {_MACHINES}, {_HAS} a {_ONE} {_MACHINES},"
    f"{_HAS} a {_ONE} {_KINDS} {_MACHINES}, {_HAS} a {_ONE} {_PRODUCTS}, {_HAS} only the {_ONE},"
    f"{_HAS} the only {_PRODUCTS}/server/instance/machine,"
    f"{_ONE} {_MACHINES} reads/serves/processes/takes/receives/writes/terminates/accepts/holds/keeps/stores/answers"
    "/sends/routes/suffices,"
    f"{_ONE} {_KINDS} {_MACHINES} reads/serves/processes/takes/receives/writes/terminates/accepts/holds/keeps/stores"
    "/answers/sends/routes,"
    f"{_ONE} {_MACHINES} .. is/are enough/sufficient,"
    "everything/all runs/run/lives/live/sits/stands/stand .. on/from the/one host/machine/server/box/vm,"
    "under the/a/his/her desk, in the broom/server cupboard,"
    f"{_STANDS} .. only {_PRODUCTS}, {_STANDS} .. the same {_MACHINES}",
)
_ONCE = cues(
    "no second/other/further instance/node/copy/one/server/machine/broker/replica",
    "there is no second instance/node/copy/one/server/machine/broker, no hot/warm/cold spare/standby",
    "no standby/spare/follower/replica, without a/any standby/replica/follower/spare/replicas",
)
_RUNS = cues("run/runs/running, host/hosts/hosted/hosting, where, machine, deployment, lives, stands")
_DESKTOP = cues(
    "tower/desktop/pc/nuc/workstation/laptop/notebook/mini/pi .. in/under/at/on the/his/her/a .."
    " room/office/cellar/basement/desk/cupboard/closet/cabinet/rack/attic/shed/reception/kitchen/corner/shelf",
)
"""A machine of the kind of which nobody keeps two."""
_DOORS = cues(
    "gateway, gateways, balancer, haproxy, nginx, proxy, firewall, router, broker, bus, database, edge, switch, vpn",
    "traefik, ingress",
)
_SERVICES = cues(
    "service, worker, dispatcher, scheduler, engine, gateway, api, broker, coordinator, matcher, allocator",
    "importer, consumer, component, server, daemon",
)
_SINGLETON = cues(
    "is/are/as a singleton",
)
_NOT_TWICE = cues(
    "not duplicated",
)
_FROM_MORE = cues(
    "start/starts/run/runs/keep/keeps exactly/only/just one of it/them, cannot run two/2 of it/them,"
    "number of replicas/instances/pods/tasks .. .. at/is/to/of 1/one, replicas .. at/to 1/one",
    "from two/three/four/five/# instances/replicas/nodes/pods/machines/copies/tasks to one/1,"
    "down/back/reduced to a single,"
    f"down/back/reduced to one/1 {_MACHINES}, down/back to one/1 {_KINDS} {_MACHINES},"
    "desired/replica/instance/task count .. .. 1/one,"
    "min and max/maximum instances/replicas/tasks/count set to 1/one, desired count .. 1/one, hosts 1/one,"
    "host count 1, replicas 1, instances 1",
)
_ONLY_ONE_ZONE = cues(
    "zone/az a/b/c/1/2/3 to/because/since, one/single/same availability zone, one/single/same zone/az/rack",
    "same/one hypervisor/rack, same/one data centre/center",
)
_WHOLE = cues(
    "all, both, everything, whole, entire, cluster, primary, lives, pods, the service, provisioned, every, pinned",
)
_ACROSS = cues(
    "fail*, surviv*, lost, loss, lose, across, spread, per zone/az/node, in each, other zone/zones",
    "another zone/node/az, two/three zones, cache, in a second zone, standby, no two, never, different, multi-az",
    "toler*, although, may be lost, zone a and, zones",
)

ALONE = (
    Together(
        (_ONE_OF_IT,),
        unless=EARLIER + _SEVERAL,
        spared=cues("second host/machine/server/node/instance/copy, standby, stand-by"),
    ),
    Together(
        (_RUNS, _DESKTOP), unless=EARLIER + _SEVERAL + cues("browser, users, staff, clients, both, two, pair, restor*")
    ),
    Together((_DOORS, _NOT_TWICE), unless=EARLIER + _SEVERAL, lone=True),
    Together(
        (_SERVICES, _SINGLETON), unless=EARLIER + _SEVERAL + cues("object, bean, module, settings, type"), lone=True
    ),
    Together((_ONCE,), unless=EARLIER + _SEVERAL),
    Together((_FROM_MORE,), unless=EARLIER + cues("staging, night, nights, weekend*, test, one/1 per, one each")),
)
IN_ONE_PLACE = (Together((_WHOLE, _ONLY_ONE_ZONE), unless=EARLIER + _ACROSS, lone=True),)
BY_HAND = (
    Together((FAILS, SOMEBODY, _MENDS), unless=EARLIER + _ITSELF, case=True),
    Together((_OWN_HANDS,), unless=EARLIER + _ITSELF),
    Together((_STANDBYS, SOMEBODY, _HANDS_OVER), unless=EARLIER + _ITSELF),
    Together((_STILL,), unless=EARLIER + _ITSELF, case=True),
    Together((FAILS, _NOBODY_STEPS_IN), case=True, unless=EARLIER + cues("needs to, has to")),
    Together((FAILS, _STANDSTILL), unless=EARLIER, case=True),
    Together((FAILS, _REBUILT), unless=EARLIER + _ITSELF, case=True),
)
