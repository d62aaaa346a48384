"""How engineers put faults into words: copies of things, and what they share.

The expressions see sentences in lower case; `documents/wording.py` says how they are used.
"""

from __future__ import annotations

from faultline.analyzers.design.documents.wording import Wording
from faultline.analyzers.design.resilience.wordings.alone import ALONE, BY_HAND, IN_ONE_PLACE
from faultline.analyzers.design.resilience.wordings.owned import CIRCLE, LONG, NOT_OWN
from faultline.analyzers.design.resilience.wordings.stored import NOT_SAVED

_MACHINE = (
    r"(?:instances?|replicas?|nodes?|servers?|machines?|vms?|virtual machines?|hosts?|pods?|containers?"
    r"|boxe?s?|copy|ec2 instance|droplets?|brokers?|task|worker|process|master)"
)
_SERVICES = r"(?:micro-?services?|services|backends|applications|apps|modules|teams|components|systems|domains)"

WORDINGS = (
    Wording(
        rule="resilience/single-replica",
        together=ALONE,
        keys=(
            "cluster",
            "instance",
            "replica",
            "node",
            "server",
            "machine",
            "vm",
            "host",
            "pod",
            "container",
            "standby",
            "failover",
            "fail-over",
            "redundan",
            "copy",
            "box",
            "droplet",
            "broker",
            "worker",
            "process",
            "high availability",
            "ha mode",
            "spare",
            "scaled",
            "primary",
            "multi-az",
            " once",
            "stand-in",
            "has no ",
            "how many",
            "task",
        ),
        thing=r"(?:(?:read |hot |warm |second )?(?:replicas?|stand-?by(?:s|es)?|spares?)|replication|fail-?overs?"
        r"|redundan(?:cy|t copies)|high availability|ha (?:mode|set-?up)|second (?:instance|node|copy|server"
        r"|broker|machine)|multi-az(?: deployment)?|clustering)",
        done=r"replicated|redundant|clustered|highly available|made highly available",
        hazards=(
            rf"(?:^[\w ./-]{{1,40}}: |, |- |\()(?:only )?(?:1|one|single|a single) (?:[\w-]+ )?{_MACHINE}(?=[.,;)]|$"
            rf"| \(| in "
            rf"(?:zone|az|eu|us|ap|one)\b)(?!.{{0,80}}(?:standby|replica|fail ?over))",
            r"\b(?:exactly|only|just) one (?:process|instance|pod|container|copy|node|server|machine|vm) (?:\w+ )?"
            r"(?:runs|is running|is deployed|is started)\b(?! (?:at a time|per|in each|on each|the))",
            r"\b(?:has|have) no (?:stand-?in|twin|second one|double|deputy)\b",
            r"\b(?:runs?|lives?|sits?) on (?:the |one |a )?(?:machine|server|host|vm|box) [\w.-]{2,30}"
            r" (?:only|alone)\b",
            r"\((?:only )?(?:1|one|a single) (?:instance|replica|node|server|machine|vm|host|pod|container|broker) "
            r"(?:at|in|on) ",
            r"\b(?:runs?|is deployed|exists?|is operated|is installed) (?:only |just )?once(?=[.,;)]|$| and (?:is|has"
            r"|keeps|holds)\b)",
            rf"\b(?:runs?|running|deployed|hosted|served|operated|sits?|lives?|installed|executes?|consists? of"
            rf"|backed by|provided by|handled by|placed|started|is|are|uses?|has|have|keep|with|on|as|relies on"
            rf"|depends on|there is) (?:only |just |exactly |currently |all )?(?:on |as |in |by |to |of |at "
            rf"|from )?(?:only |just |exactly )?(?:a single|single|only one|exactly one|just one|one single|one|1"
            rf"|a lone|a sole|the only) (?:(?!(?:per|for each"
            rf"|of)\b)[\w.'/-]+ ){{0,4}}?{_MACHINE}\b(?! "
            rf"(?:per|for each|in each|of (?:each|the (?:three|two|four|five|\d))|at a time|can|may|fails|failure"
            rf"|goes|dies|is lost|out of|more|less|restarts|drops|type|size|class|family|name|group|id\b|each"
            rf"|from each|down|must|and (?:a|one|two|another|its)|plus|with (?:a|one|two) (?:\w+ )?(?:stand-?by"
            rf"|replica|fail)))",
            rf"^(?:the |a |an )?(?:[\w./-]+:? ){{0,3}}(?:single|only one|exactly one|just one|one) "
            rf"(?:(?!per\b)[\w.-]+ ){{0,2}}{_MACHINE}(?: only)?(?:\.|$|,| \(| without| with no| and no| that"
            rf"| which| -|:)(?!.{{0,80}}(?:standby|fail ?over|replica))",
            r"\b(?:instances?|replicas?|replica count|copies|nodes|number of (?:instances|replicas)|desired count"
            r"|min replicas)\s?(?::|=|is|are|of|set to|-) ?(?:1|one)\b(?! (?:per|to|or|\d|-))",
            r"\b(?:0|zero) (?:read )?replicas\b(?!.{0,40}(?:idle|scale|night|until|from zero))",
            r"\bscaled (?:down )?to (?:1|one)\b(?! (?:at|over|per))",
            r"\breplication(?:[- ]factor)? (?:of |is |= ?|: ?|set to )?(?:1|one)(?=[,;)]|\.?$|\. | and | with )",
            r"\b(?:1|one) (?:replica|instance|node|pod|server) (?:only|in total|is (?:deployed|running|used"
            r"|enough)|without|is all)\b",
            r"\b(?:has|have|with|use[sd]?|using|and|to|a|at) (?:only |just )?(?:1|one) (?:replica|instance"
            r"|pod)\b(?! (?:per|for|in each|of|at a|can|may|fail|goes|dies|is lost|out|more|less|each|and (?:a"
            r"|one|two)|plus|type|size|class|with|down))(?=[.,;)]|$| (?:and no|without|because|since|so|with no))",
            r"\bsingle[- ](?:node|instance|server|host|broker|replica|machine)\b(?! (?:failure|outage|loss|can"
            r"|may|fail|crash|restart|upgrade|drain))",
            r"\bsingle (?:\w+ )?(?:redis|postgres\w*|mysql|mariadb|mongo\w*|rabbitmq|kafka|nginx|haproxy"
            r"|elasticsearch|vault|load balancer|gateway|database server|cache server|fastapi|node\.js|spring"
            r"|api) ?(?:instance|node|server|container|broker|pod|machine|host|primary)?(?=[.,;)]|$| (?:without"
            r"|with no|and|that|which|for|serves|holds|handles|is|on|in|runs))(?!.{0,90}(?:stand-?by|fail ?over"
            r"|replicas?\b(?! (?:is|are) not)))",
        ),
        unless=r"per (?:node|zone|az|region|tenant|customer|core|host|availability|cluster|shard|team"
        r"|environment|rack)|in each (?:zone|az|region|availability)|in every zone|at least (?:one|two"
        r"|three|1|2|3)|at any (?:one )?time|one (?:of the|process per|pod at a time|at a time)|leader (?:election"
        r"|is elected)|elects? a leader|active[-/]passive|one by one|(?:loss|failure|outage|death) of "
        r"(?:a|one|any)|leader|any single|one instance fails|a single sign|surviv|toler|with (?:a|two"
        r"|an? automatic) (?:\w+ )?(?:standby|replica|fail-?over)|with one (?:\w+ )?(?:standby"
        r"|read replica|fail-?over)|(?:primary|master|leader) with one|and (?:a|one|two) (?:\w+ ){0,2}"
        r"(?:standby|replica)|to (?:3|three|5|five|10|ten|\d+)\b|one-off|cron ?job|batch job"
        r"|migration|job runs once|script|hook|lambda|single node failure|drains?|evict|(?:do|does)(?: not"
        r"|n't) (?:require"
        r"|need) high|(?:characteristics|conditions|behaviou?r|environments?|topology) [^.;]{0,60}not replicated"
        r"|scale[sd]? to zero|looked at|decided against|off the same|anti-affinity|can lose|\b(?:run|with) (?:two"
        r"|three|four|five)\b|autoscal"
        r"|\bdemo\b|sandbox|playground|cluster (?:with|of) (?:three|four|five|seven|\d)|only makes|measured"
        r"|benchmark|(?:requests|messages|events) (?:per|a) second|takes? \d+ (?:s|min|seconds|minutes|hours)\b|"
        r"separate (?:[\w-]+ )?service with one|been replaced by|promoted by|sentinels?\b|patroni"
        r"|(?:streaming|read|async(?:hronous)?|physical|logical) replica"
        r"|(?:redis|valkey|postgres\w*|mysql|mariadb|mongo\w*|database|db|primary)\b[^.;]{0,40} with "
        r"(?:one|1|a single) (?:\w+ )?(?:replica|copy|follower)",
        value=r"(?:only |just )?(?:1|one|a single|single) (?:[\w-]+ )?(?:task|instance|pod|container|node|replica|vm"
        r"|server"
        r"|machine|process|copy|broker|worker|host)(?: only)?(?: in (?:zone "
        r")?[a-z]{1,3}(?:-[a-z]{2,12}-?\d[a-z]?)?)?(?: \([^)]{0,60}\))?(?:, [^|]{0,80})?",
        cell=r"(?:number of )?(?:replicas?|instances?|copies|tasks|how many|min(?:imum)? replicas?"
        r"|min(?:imum)? instances?|nodes"
        r"|redundancy|fail-?over|ha|high availability|pods)",
        bad=r"manual\b.*|by hand.*|1|one|single|1 ?(?:replica|instance|node|pod)|one (?:replica|instance|node|pod)"
        r"|single (?:instance"
        r"|node|replica)",
        mended=r"(?<!no )(?<!without )(?<!without a )\b(?:leases?|leader|elects|elected|candidates?|hot standby"
        r"|takes? over (?:within|after|in|by itself|automatically|at once))\b|\b(?:second|spare|stand-?by|another"
        r"|new|replacement) (?:\w+ )?(?:host|machine|server|node|instance"
        r"|vm) (?:\w+ )?(?:is|stands|can be|takes) (?:\w+ )?(?:prepared|ready|kept|started|built|set up|over|by)\b",
        says="The text says that there is one of it.",
    ),
    Wording(
        rule="resilience/single-zone",
        together=IN_ONE_PLACE,
        keys=(
            "a only",
            "b only",
            "c only",
            "eu-",
            "us-",
            "ap-",
            "-1a",
            "-1b",
            "zone",
            "az",
            "region",
            "data cent",
            "datacent",
            "rack",
        ),
        hazards=(
            r"\b(?:a single|single|only one|exactly one|just one|one|1|the same) (?:aws |azure |gcp "
            r"|physical )?(?:availability[- ]zone|az|zone|data ?cent(?:er|re)|datacent(?:er|re)|rack)\b(?! "
            r"(?:is lost|fails|failure|outage|can|may|goes|loss|at a time|down|each|per))",
            r"\b[a-z]{2}-[a-z]{3,12}-?\d-?[a-f] only\b",
            r"\b(?:all|both|everything)\b[^.;]{0,60}\bin (?:(?:availability )?zone "
            r"|az )?[a-z]{2}-[a-z]{3,12}-?\d-?[a-f]\b"
            r"(?! and|, [a-z]{2}-)",
            r"\bsingle[- ](?:az|zone|data ?cent(?:er|re))\b",
        ),
        unless=r"(?:loss|failure|outage) of (?:a|one|any)|surviv|toler|in each|per (?:zone|region)|at least"
        r"|across|stopped|chaos|exercise|drill"
        r"|not (?:all )?in (?:one|a single|the same)|same region|same zone as",
        says="The text says that all of it stands in one zone.",
    ),
    Wording(
        rule="resilience/single-point-of-failure",
        together=BY_HAND,
        keys=(
            " no ",
            "single point",
            "spof",
            "everything",
            "whole",
            "entire",
            "all ",
            "nobody",
            "no one",
            "completely",
            "depend",
        ),
        hazards=(
            r"\b(?:single points? of failure|spofs?)\b(?! (?:analysis|review|are (?:listed|tracked)))",
            r"(?#case)\b(?:if|when|once|whenever|should) (?:the |it |this |that |our |redis |kafka |postgres\w* "
            r"|vault )?(?:[\w'-]+ ){0,5}?(?:is down|goes down|fails|fail|dies|crashes|is unavailable"
            r"|is unreachable|is offline|is gone|stops|breaks|is slow|is lost)\b,? (?:then )?(?:[\w'-]+ ){0,5}?"
            r"(?:everything|the (?:whole|entire|complete) (?:\w+ )?(?:site|system|platform|application|shop"
            r"|product|service|store|cluster)|all (?:[\w'-]+ ){0,2}?(?:services|requests|users|traffic|orders"
            r"|checkouts|customers|of it|tenants|apis?)|nobody|no one|no (?:\w+ )?(?:orders?|users?|customers?"
            r"|requests?|payments?|one)) (?:[\w'-]+ ){0,4}?(?:stops?|fails?|goes|go|is|are|become|becomes|down"
            r"|can|cannot|halts?|breaks?|with it|offline|unavailable)",
            r"\b(?:its|their|the|this|an|one) (?:[\w'-]+ ){0,3}?(?:failure|outage|crash|loss) "
            r"(?:[\w'-]+ ){0,6}?(?:takes? (?:\w+ )?down|brings? (?:\w+ )?down|stops?|halts?) (?:everything|the "
            r"(?:whole|entire|complete)|all (?:services|of|other|users|tenants|traffic))",
            r"\btakes? (?:everything|the (?:whole|entire) \w+|all (?:of it|services|other services|endpoints)) "
            r"(?:down )?with it\b",
        ),
        unless=r"nobody is (?:hurt|affected|harmed)|nobody notices|no single points? of failure|without (?:a "
        r")?single points? of failure|not a single point"
        r"|removes? .{0,20}single point|no spof",
        cell=r"single points? of failure|spof",
        bad=r"yes|true",
        says="The text says that everything falls with one part.",
    ),
    Wording(
        rule="resilience/shared-database",
        together=NOT_OWN,
        keys=(
            "directly",
            "table",
            "each other",
            "database",
            "schema",
            "tables",
            " db",
            "postgres",
            "mysql",
            "oracle",
            "mongo",
        ),
        hazards=(
            r"\b(?:all|both) (?:of them )?(?:read|write|use|access|query|update|share|modify|change)s?"
            r"(?: and \w+)? (?:to |from |in |into )?(?:the |a |one )?(?:same|common|shared|central|one) "
            r"(?:[\w'-]+ ){0,3}?(?:tables?|databases?|dbs?|schemas?)\b",
            r"\b(?:services?|modules?|teams?|components?|applications?) (?:[\w'-]+ ){0,6}?(?:uses?|shares?"
            r"|works? (?:on|with)|access(?:es)?|writes? to|reads? from|connects? to) (?:[\w'-]+ ){0,3}?(?:same"
            r"|common|shared) (?:[\w'-]+ ){0,3}?(?:databases?|schemas?|dbs?|tables|postgres\w*|mysql|oracle"
            r"|mongo\w*)\b(?! (?:server|cluster|instance|host|engine|driver|version|technology|user))",
            r"\b[\w-]+,? and (?:the )?[\w-]+ (?:service |services )?(?:all |both |also )?(?:writes?|reads?|store"
            r"|share|use|work|access|"
            r"update|change|insert)s? (?:[\w'-]+ ){0,4}?(?:the )?(?:same|one|common|shared) (?:[\w'-]+"
            r" ){0,2}?(?:databases?|dbs?|schemas?"
            r"|tables?)\b",
            r"\b(?:database|schema|db|tables) (?:is|are) (?:used|shared|written|read|accessed|opened) (?:\w+ "
            r")?by (?:the )?[\w-]+"
            r"(?:, (?:the )?[\w-]+){0,6},? and (?:the )?[\w-]+\b",
            r"\b(?:each other|one another)'?s (?:[\w-]+ )?(?:tables?|databases?|schemas?|collections?)\b",
            r"\ball (?:of them )?(?:writes?|reads?|connects?|stores?|access(?:es)?|uses?|shares?|works?|talks?"
            r"|persists?|keep) (?:[\w'-]+ ){0,4}?(?:same|one|single|common|shared|central) (?:[\w'-]+ ){0,4}?"
            r"(?:database|schema|db|tables|postgres\w*|mysql|oracle|mongo\w*)\b",
            rf"\b(?:all|both|every|each|the (?:two|three|four|five|six|\d+|other)|several|multiple|many|two|three"
            rf"|four|five|\d+|our|most|these) (?:of (?:the|our|these) )?(?:[\w'-]+ ){{0,2}}?(?:{_SERVICES}"
            rf"|service)\b (?:[\w'-]+ ){{0,3}}?(?:shares?|uses?|connects?|reads?|writes?|access\w*|stores?|works?"
            rf"|talks?|operates?|go|queries|query|persists?|points?|keeps?) (?:[\w'-]+ ){{0,6}}?(?:same|one|single"
            rf"|common|shared|central) (?:[\w'-]+ ){{0,4}}?(?:databases?|schemas?|dbs?|tables|postgres\w*|mysql"
            rf"|oracle|mongo\w*)\b",
            r"\b(?:share|shares|sharing|shared by|co-own) (?:[\w'-]+ ){0,2}?(?:a|one|the same|the|a single"
            r"|one single|a common|their) (?:[\w'-]+ ){0,3}?(?:database|schema|db|tables|postgres\w*|mysql|oracle"
            r"|mongo\w*)(?! (?:server|cluster|instance|host|engine|driver|connection|module))\b",
            r"\b(?:one|single|a|central|common) (?:[\w'-]+ ){0,3}?(?:database|schema|db|tables) "
            r"(?:[\w'-]+ ){0,3}?(?:is |are )?(?:shared|used|written|accessed|read) (?:[\w'-]+ ){0,3}?(?:by"
            r"|between|among|across|with) (?:all|both|every|several|multiple|the (?:two|three|four|five|other)"
            r"|many|each|\w+ and)\b",
            r"\b(?:reads?|writes?|queries|updates?|joins?|access(?:es)?|selects?|looks?) (?:[\w'-]+ ){0,4}?"
            r"(?:directly )?(?:from |into |in |to |on |at )?(?:the )?(?:[\w-]+ ){0,2}?(?:service|team"
            r"|module)'?s'? (?:own )?(?:[\w-]+ )?(?:tables?|database|schema|db)\b",
            r"\b(?:direct(?:ly)?) (?:[\w'-]+ ){0,3}?(?:access(?:es)?|reads?|writes?|queries|joins?|from|to|into"
            r"|in|on) (?:[\w'-]+ ){0,4}?(?:tables?|database|schema) (?:of|owned by|belonging to) (?:the |an?)?"
            r"(?:other|\w+) ?(?:\w+ )?(?:service|team|module)s?",
            r"\b(?:reads?|writes?|queries|updates?|joins?|inserts?|selects?|deletes?) (?:[\w'-]+ ){0,4}?(?:from "
            r"|into |in |to )"
            r"(?:the )?(?!(?:its|it|let|today|that|this)\b)(?:[\w-]+'s|[\w-]+s') (?:[\w-]+ ){0,2}?(?:tables?|schema"
            r"|collections?)\b",
            r"\b(?:inserts?|writes?|updates?|selects?|reads?) directly (?:into|to|from"
            r"|in) [a-z_]{2,40}\.[a-z_]{2,40}\b",
            r"\bshared (?:[\w-]+ ){0,2}?(?:database|schema|db)\b(?! (?:server|cluster|instance|host|user|account"
            r"|role|password|login|credential|connection))",
        ),
        unless=r"own (?:\w+ )?(?:database|schema|db|tables)|its own|(?:one|same) (?:team|release|repo(?:sitory)?"
        r"|code ?base)\b|replicas? (?:of|share)|instances? (?:of|share)"
        r"|no shared|not share|n't share|separate (?:\w+ )?(?:database|schema)|schema per|database per"
        r"|read replica|never|no service|through (?:its|the|their) api|modules? of the (?:same )?monolith"
        r"|multi-tenant|row-level|same (?:version|engine|format|cluster|pipeline)|(?:was|were) split|same module",
        says="The text says that several services have one database.",
    ),
    Wording(
        rule="resilience/no-anti-affinity",
        keys=(
            "affinity",
            "same node",
            "same host",
            "same machine",
            "same server",
            "one node",
            "one host",
            "one machine",
            "topology",
            "spread",
            "single node",
            "single host",
            "same vm",
            "same physical",
        ),
        thing=r"(?:(?:pod )?anti-?affinity(?: rules?)?|topology spread(?: constraints?)?|spread constraints?)",
        hazards=(
            r"\b(?:all|both|every|the) (?:(?:two|three|four|five|\d+) )?(?:[\w'-]+ )?(?:replicas|pods|instances"
            r"|copies|brokers|nodes|masters|containers|workers) (?:[\w'-]+ ){0,7}?(?:on|to) (?:the same|one"
            r"|a single|one single|the one) (?:[\w'-]+ ){0,2}?(?:node|host|machine|rack|server|hypervisor|vm)\b",
            r"\b(?:replicas|pods|instances|brokers|primary and (?:the )?(?:replica|standby|secondary)) "
            r"(?:[\w'-]+ ){0,4}?(?:may|can|could|might|are|run|sit|land|end up|share) (?:[\w'-]+ ){0,3}?"
            r"(?:on )?(?:the same|one|a single) (?:[\w'-]+ ){0,2}?(?:node|host|machine|rack|server|hypervisor"
            r"|vm)\b",
        ),
        unless=r"never|no two|not (?:be )?(?:placed|scheduled|land|on)|ports?|different",
        says="The text says that all copies may stand on one machine.",
    ),
    Wording(
        rule="resilience/no-disruption-budget",
        keys=("disruption", "pdb"),
        thing=r"(?:(?:pod ?)?disruption ?budgets?|pdbs?)",
        cell=r"(?:pod ?)?disruption ?budgets?|pdbs?",
        says="The text says that nothing keeps copies up while nodes are drained.",
    ),
    Wording(
        rule="resilience/no-backups",
        together=NOT_SAVED,
        keys=(
            "restor",
            "backup",
            "back-up",
            "back up",
            "backed up",
            "snapshot",
            "restore",
            "recovery",
            "point-in-time",
            "dump",
        ),
        thing=r"(?:(?:database |off-?site |automated |automatic |regular |daily )?(?:back-?ups?|snapshots?)"
        r"(?! (?:variables?|secrets?|credentials?|keys?|settings?|scripts?|names?|files?|codes?))"
        r"|point-in-time recovery|pitr|restore (?:tests?|drills?|procedures?|plans?)|disaster[- ]recovery"
        r"(?: (?:plan|site|concept))?|recovery plan|way to restore \w+)",
        done=r"backed up|restored|rehearsed",
        hazards=(
            r"\b(?:nobody|no one|no-one|we) (?:has |have )?(?:ever |never |not |yet )*(?:tested|tried|rehearsed"
            r"|practi[sc]ed|verified) (?:[\w'-]+ ){0,3}?(?:restor\w+|recovery|back-?ups?)",
            r"\b(?:do not|does not|don't|doesn't|never|not) (?:\w+ )?back(?:s|ing)? up\b|\b(?:nobody|no one"
            r"|nothing) backs up\b",
            r"\b(?:back-?ups?|snapshots?|dumps?) (?:[\w'-]+ ){0,5}?(?:on|to|in|beside|next to) (?:the |that )?"
            r"(?:same|very same|database'?s?) (?:[\w'-]+ ){0,3}?(?:server|disk|machine|host|volume|node|account"
            r"|drive|vm|array|bucket|instance)",
            r"\b(?:restor(?:e|es|ing|ation)|recovery|back-?ups?) (?:[\w'-]+ ){0,5}?(?:never|not|hasn't|have not"
            r"|haven't|untested) (?:yet )?(?:been )?(?:tested|tried|rehearsed|practi[sc]ed|verified|exercised"
            r"|checked)",
            r"\buntested (?:back-?ups?|restores?|recovery)",
            r"\b(?:data|it|everything|that|they|orders|files|history) (?:[\w'-]+ ){0,3}?(?:is|are|would be) "
            r"(?:lost|gone) (?:for good|forever|for ever|permanently|irrecoverably|irretrievably)",
        ),
        about=r"back|snapshot|restor|recover|dump|data|disk|volume|pitr",
        unless=r"after \d+ (?:days|months)|kept for \d|retention|eras(?:e|ure)|delet|backup (?:power|line|route"
        r"|dns|window|plan b)|backed up by (?:a|an|the) (?:queue|team)|snapshot "
        r"(?:isolation|test)|restored within|event snapshot|stateless|can be rebuilt|without backups we|not a backup"
        r"|rebuilt from|search index|filled again|refilled|cache|derived data"
        r"|recreated",
        cell=r"back(?:ed|ing)?[- ]?ups?|snapshots?|disaster recovery|restore tests?",
        says="The text says that lost data stay lost.",
    ),
    Wording(
        rule="resilience/synchronous-cycle",
        together=CIRCLE,
        keys=("calls", "asks", "queries", "needs"),
        hazards=(
            r"\b([\w-]{2,30}) (?:service )?(?:synchronously )?(?:calls|asks|queries|needs)(?: the)? ([\w-]{2,30})\b"
            r"[^.;]{0,60}?(?:, which|(?:, and|,| and|; to [^;,]{0,40})(?: the)? \2(?: service)?) (?:in turn |then )?"
            r"(?:calls|asks|queries|needs)(?: the)? \1\b",
            r"\b([\w-]{2,30}) (?:calls|asks|queries)(?: the)? ([\w-]{2,30})\b[^.;]{0,80}\bwhile (?:the )?\2 (?:is "
            r"|are )?"
            r"(?:still )?wait",
        ),
        unless=r"\b(?:asynchron\w*|events?|webhooks?|callback|later|never|not|messages?|queue|user|client|people)\b",
        says="The text says that services wait for one another.",
    ),
    Wording(
        rule="resilience/long-call-chain",
        together=LONG,
        keys=("synchronous", "in sequence", "one after"),
        hazards=(
            r"\b(?:synchronously|in sequence|one after (?:the )?(?:other|another)) (?:calls?|asks?|queries) "
            r"(?:[\w -]{1,30}, ){4,8}",
        ),
        unless=r"\b(?:in parallel|asynchronous\w*)\b",
        says="The text says that a user waits for many calls in a row.",
    ),
)
