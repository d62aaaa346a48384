"""How engineers put faults into words: the running of a system: health, limits, watching, releases.

The expressions see sentences in lower case; `documents/wording.py` says how they are used.
"""

from __future__ import annotations

from faultline.analyzers.design.documents.wording import Wording
from faultline.analyzers.design.resilience.wordings import operated

WORDINGS = (
    Wording(
        rule="resilience/no-health-check",
        together=operated.UNASKED,
        keys=("health", "liveness", "readiness", "probe", "heartbeat"),
        thing=r"(?:health[- ]?(?:checks?|checking|endpoints?|probes?)|(?:liveness|readiness|startup)(?:(?:,| and"
        r"| or|/) ?(?:liveness|readiness|startup))*(?: (?:probes?|checks?|endpoints?))?|(?:kubernetes "
        r"|k8s )?probes?|heartbeats?)",
        hazards=(
            r"\b(?:traffic|requests) (?:[\w'-]+ ){0,4}?(?:sent|routed|go|goes|forwarded) to (?:[\w'-]+ ){0,4}?"
            r"(?:dead|unhealthy|broken|hung|starting|failed) (?:instances|pods|nodes|backends|containers)",
            r"\bhealth[- ]?(?:checks?|endpoint) (?:\w+ ){0,3}?always (?:returns?|answers?|says?|succeeds|reports?)",
        ),
        unless=r"serves? no|jobs? (?:has|have)|by (?:itself|themselves)|cron ?jobs?|lambda|no health data"
        r"|health (?:insurance|care)|patient",
        cell=r"health[- ]?checks?|probes?|liveness|readiness|health endpoint",
        says="The text says that nothing asks whether it still works.",
    ),
    Wording(
        rule="resilience/no-restart-policy",
        together=operated.UNREVIVED,
        keys=("restart", "started again", "brought back", "supervis", "stays down", "bring it back"),
        thing=r"(?:restart polic(?:y|ies)|(?:automatic|auto)[- ]?restarts?|supervisor|process supervision)",
        done=r"restarted(?: automatically| on failure)?|supervised",
        hazards=(
            r"\brestart(?:s| polic(?:y|ies))?(?: is| are|:|=| of| set to)? ?[\"'`]?(?:no|never|none)\b",
            r"(?#case)\b(?:restarted|started again|brought back|restart it|restarts it|bring it back"
            r"|recovered) (?:\w+ ){0,4}?(?:by hand|manually|by (?:an?|the|someone|whoever) (?:\w+ )?(?:operator"
            r"|engineer|admin\w*|person|on-call|developer|colleague)|over ssh|via ssh)",
            r"(?#case)\b(?:manual(?:ly)?) (?:restart(?:s|ed)?|intervention (?:is )?(?:needed|required) to restart)",
            r"(?#case)\b(?:stays?|remains?) down until (?:someone|somebody|an?|the|we|it is) ",
        ),
        cell=r"restart(?: policy)?",
        bad=r"manual|by hand|no|\"no\"|never",
        unless=r"one-off|migrations?|jobs?\b|rolling restart|after (?:a )?config|deployment|restart of the whole",
        says="The text says that what stops stays down until somebody comes.",
    ),
    Wording(
        rule="resilience/no-resource-limits",
        together=operated.UNBOUND,
        keys=("limit", "memory", "cpu", "resource"),
        thing=r"(?:(?:container |pod |kubernetes )?(?:cpu|memory|ram|resource)(?:(?:,| and| or|/| &) ?(?:cpu|memory"
        r"|ram))? (?:limits?|quotas?|requests?(?: (?:and|or|/) limits?)?|constraints?)|(?:limits?|caps?"
        r"|quotas?) (?:on|to|for) (?:their |its |the |any )?(?:cpu|memory|ram|resources?)(?: (?:and|or) "
        r"(?:cpu|memory|ram))?(?: use| usage)?)",
        hazards=(
            r"\b(?:containers?|pods?|services?|jobs?|workers?|processes|tenants?) (?:\w+ ){0,3}?(?:can|may|could"
            r"|are free to|are allowed to) (?:use|take|consume|eat|claim|allocate) (?:[\w'-]+ ){0,3}?(?:as much"
            r"|all|any amount|the whole|the entire|unlimited) (?:[\w'-]+ ){0,4}?(?:memory|cpu|ram|resources|node"
            r"|host|machine)",
            r"\b(?:memory|cpu|ram|resources)(?: and (?:memory|cpu|ram))? (?:use |usage |consumption )?(?:is"
            r"|are) (?:not (?:limited|capped|bounded|restricted)|unlimited|unbounded|unrestricted)",
        ),
        unless=r"(?<!nor )memory limits are set|on purpose, memory",
        cell=r"(?:cpu|memory|resource)(?:(?:/| and ) ?(?:cpu|memory))? (?:limits?|quotas?)",
        says="The text says that one part can take all memory or processors.",
    ),
    Wording(
        rule="resilience/no-monitoring",
        together=operated.BLIND,
        keys=(
            "monitor",
            "customers",
            "users",
            "tickets",
            "alert",
            "alarm",
            "observab",
            "on-call",
            "on call",
            "paged",
            "pager",
            "notice",
            "nobody",
            "no one",
            "complain",
            "outage",
            "learn of",
        ),
        thing=r"(?:monitoring|alert(?:s|ing)?(?: rules?)?|alarms? (?:for|on|if|when|rules?)|observability"
        r"|metrics (?:or|and|,) (?:alerts?|alerting|monitoring|logs))",
        done=r"monitored|alerted on|observed",
        hazards=(
            r"(?#case)\b(?:nobody|no one|no-one) (?:is|gets|will be|ever) (?:\w+ )?(?:paged|alerted|notified|told"
            r"|informed|notices?)(?: (?:when|if|about|that|of|until|unless)\b|[.,;]|$)",
            r"(?#case)\b(?:notice|learn|find out|hear|discover|know|detect|told)\w* (?:[\w'-]+ ){0,7}?(?:from"
            r"|when|by|because|after|only when|once) (?:the |our |an? |angry )?(?:users?|customers?|support"
            r"|clients?|merchants?|they) (?:\w+ ){0,3}?(?:complain\w*|call|calls|tickets?|write|report|reports"
            r"|tell|e-?mail|phone)",
            r"(?#case)\b(?:notice|learn|find out|hear|know)\w* (?:[\w'-]+ ){0,5}?(?:when|because|once|after) (?:the "
            r"|our |some )?[\w-]+ "
            r"(?:calls?|phones?|complains?|writes?|reports?|tells?)(?: us| it)?\b",
            r"(?#case)\b(?:until|only when|when|first|unless) (?:the |our |some |a |enough )?(?:users?|customers?"
            r"|clients?|merchants?) (?:\w+ ){0,2}?(?:complain|report it|tell us|call us|notice)",
            r"(?#case)\b(?:users?|customers?|clients?|merchants?) (?:are the first|notice (?:it )?(?:first|before))",
            r"\bgo(?:es)? unnoticed\b",
        ),
        unless=r"cost monitoring only|false (?:alerts|alarms)|for a single|for one|no alerts? (?:fired|fires|for "
        r"(?:more|less))|monitoring plane|performance metrics|never unnoticed|before (?:users"
        r"|customers) notice|not go unnoticed",
        cell=r"monitoring|alert(?:s|ing)?|on-call|(?:noticed|detected|seen|reported|found) by"
        r"|who (?:notices|is told|is paged)|detection",
        bad=r"nobody|no one|no-one|customers?|users?|chance|(?:customer|user) complaints?",
        says="The text says that nobody sees it fail.",
    ),
    Wording(
        rule="resilience/manual-deployment",
        together=operated.HANDMADE,
        keys=(
            "deploy",
            "pull",
            "logs in",
            "log in",
            "logs on",
            "release",
            "roll",
            "ship",
            "install",
            "ssh",
            "scp",
            "ftp",
            "by hand",
            "manual",
            "migration",
            "update",
            "laptop",
            "copie",
        ),
        hazards=(
            r"\b(?:deploy(?:s|ed|ing|ments?)?|releases?|released|roll(?:ed|s)? out|roll-?outs?|shipped|ships?"
            r"|installed|installs?|updates?|updated|upgrades?|upgraded|migrations?|schema changes?|new versions?"
            r"|builds?|copied|copies|copying|configuration|changes) (?:[\w'./-]+ ){0,9}?(?:by hand|manually"
            r"|over ssh|via ssh|with ssh|through ssh|with scp|via scp|over scp|via ftp|over ftp|with ftp|via sftp"
            r"|from (?:an? |the |his |her |their )?(?:\w+ )?(?:developer'?s?|engineer'?s?|someone'?s?|lead'?s?"
            r"|operator'?s?)'? (?:laptop|machine|workstation|notebook)|from (?:a|the|his|her|their) laptop"
            r"|with rsync)",
            r"\b(?:manual|hand-made|hand-rolled) (?:deployments?|deploys?|releases?|roll-?outs?|release process"
            r"|deployment process|steps? (?:on|for) (?:production|the server))",
            r"\b(?:logs? (?:in|on)(?:to)?|ssh(?:es|s)?(?: in)?(?: to| into)?|connects?) (?:[\w'-]+ ){0,4}?"
            r"(?:the )?(?:production |prod )?(?:servers?|hosts?|machines?|box|vm|instance)s? (?:via ssh "
            r"|over ssh |by ssh )?(?:and|to) (?:[\w'-]+ ){0,3}?(?:pull|git pull|restart|copy|run|update|install"
            r"|deploy|edit|replace|unpack)\w*",
        ),
        unless=r"manual(?:ly)? approv|approved? (?:by hand|manually)|approval|never|no one|nobody|not (?:be )?"
        r"(?:deployed|done|made|changed)|triggered manually|manual trigger|manually triggered|emergency"
        r"|rolled back|break-glass|\byou(?:r|'ll)?\b|\bnpm\b|in case|button|one click|reviewed by hand"
        r"|without manual|no manual|tested by hand"
        r"|documentation|^(?:orders?|payments?|payouts?|invoices?)\b",
        cell=r"deployments?|releases?|deployment method|roll-?out",
        bad=r"manual(?:ly)?\b.*|by hand.*|ssh.*|ftp.*|scp.*|from (?:a )?laptop.*",
        says="The text says that versions are put into production by hand.",
    ),
    Wording(
        rule="resilience/no-rollback",
        together=operated.NO_WAY_BACK,
        keys=(
            "rolling back",
            "rollback",
            "roll-back",
            "roll back",
            "rolled back",
            "revert",
            "undo",
            "back to the",
            "way back",
            "canary",
            "blue/green",
            "fix forward",
        ),
        thing=r"(?:(?:automatic |automated )?(?:roll-?backs?|rolling back)(?: (?:plans?|procedures?|paths?"
        r"|strateg(?:y|ies)|mechanisms?|scripts?))?|way back|(?:means|way|possibility|option) (?:of|to) "
        r"(?:revert\w*|undo\w*|roll(?:ing)? back|go(?:ing)? back))",
        hazards=(
            r"\b(?:cannot|can't|can not|could not|impossible to|not possible to|no way to|never) (?:\w+ ){0,2}?"
            r"(?:be )?(?:rolled back|roll back|reverted|revert|undone|undo|go back)",
            r"\b(?:rolled back|reverted|undone|reversible)\b.{0,20}(?:\bnot\b|impossible)|irreversible"
            r"|\bnot reversible\b|\bone-way\b",
        ),
        about=r"deploy|release|roll|version|migration|schema|change|update|upgrade",
        unless=r"no rollback is needed|transaction|saga|hash|one-way (?:sync|hash|audio|mirror)|no irreversible"
        r"|compensat|fee|payment|refund|order",
        cell=r"roll-?backs?",
        says="The text says that there is no way back from a bad release.",
    ),
    Wording(
        rule="resilience/deploy-downtime",
        together=operated.DOWN,
        keys=(
            "downtime",
            "at the same time",
            "at once",
            "simultaneous",
            "maintenance",
            "offline",
            "stopped",
            "stop the",
            "big bang",
            "big-bang",
            "recreate",
        ),
        hazards=(
            r"\b(?:all|both|every) (?:\w+ )?(?:instances?|replicas|pods|servers?|nodes|containers) (?:are |is "
            r"|get )?(?:stopped|replaced|restarted|updated|upgraded|recreated|taken down|shut down|deployed"
            r"|rebooted) (?:[\w'-]+ ){0,4}?(?:at the same time|at once|simultaneously|together|in one go|first)",
            r"\b(?:deploy\w*|releas\w*|versions?|updates?|upgrades?|roll-?outs?)\b[^.;]{0,40}\ball (?:\w+"
            r" )?(?:instances?|replicas|pods|servers?"
            r"|nodes|containers|processes) (?:are|is|get) (?:\w+ )?(?:stopped|shut down|taken down|killed|taken"
            r" offline)\b",
            r"\b(?:each|every|a|the|during) (?:[\w'-]+ )?(?:deploy\w*|release|roll-?out|update|upgrade"
            r"|migration) (?:[\w'-]+ ){0,4}?(?:causes?|means?|brings?|requires?|needs?|takes?|has|involves?"
            r"|with) (?:[\w'-]+ ){0,5}?(?:downtime|an outage|minutes of outage|offline|maintenance window"
            r"|interruption)",
            r"\b(?:site|service|application|system|api|shop|platform) (?:is|goes|will be) (?:[\w'-]+ ){0,2}?"
            r"(?:down|offline|unavailable|unreachable|stopped) (?:[\w'-]+ ){0,4}?(?:during|while|for|when) "
            r"(?:[\w'-]+ ){0,4}?(?:deploy\w*|releas\w*|roll-?out|updat\w*|upgrad\w*|migrat\w*)",
            r"\bstop the (?:deployment|service|application|app|server|system|stack|containers?) (?:[\w'-]+ ){0,6}?"
            r"(?:on|at|for|with|during|before) (?:every|each|any|an?) (?:\w+ )?(?:update|upgrade|release|deploy\w*)",
            r"\bbig[- ]bang (?:deploy\w*|releases?|cut-?over|migration)",
        ),
        unless=r"without (?:any )?downtime|zero[- ]downtime|no downtime|never|not (?:all )?at (?:once|the same)",
        says="The text says that a release takes the service down.",
    ),
    Wording(
        rule="resilience/scheduler-on-one-machine",
        together=operated.ON_ONE,
        keys=("cron", "schedul", "nightly", "batch", "timer", "periodic"),
        hazards=(
            r"\b(?:cron(?: ?jobs?|tab)?s?|scheduled (?:jobs?|tasks?)|schedulers?|nightly (?:\w+ )?(?:jobs?|runs?"
            r"|imports?|exports?)|batch (?:jobs?|runs?)|timers?|periodic (?:jobs?|tasks?)) (?:[\w'-]+ ){0,9}?"
            r"(?:on|from|by|in) (?:only |just |exactly )?(?:a single|single|one single|one|only one|the same"
            r"|the one|an? (?:engineer|developer|admin)\w*'?s?) (?:[\w'-]+ ){0,2}?(?:machine|server|host|vm|node"
            r"|box|instance|laptop|workstation|pod|container|replica)",
            r"\b(?:a single|single|one|only one) (?:[\w'-]+ ){0,2}?(?:machine|server|host|vm|node|box"
            r"|instance) (?:[\w'-]+ ){0,4}?(?:cron(?: ?jobs?|tab)?|scheduled jobs?|scheduler|nightly jobs?)",
            r"\b(?:each|every|all) (?:\w+ ){0,3}?(?:instances?|replicas?|pods?|nodes?|copy|copies) "
            r"(?:\w+ ){0,2}?(?:runs?|starts?|executes?|has|fires?) (?:[\w'-]+ ){0,3}?(?:cron\w*|schedul\w+"
            r"|nightly|timers?)(?!.{0,80}(?:lock|lease|leader|once))",
        ),
        unless=r"leader|lock|lease|cronjob resource|kubernetes cronjob|any (?:machine|node|instance)|exactly once"
        r"|quartz cluster|one of the|at a time|elected",
        says="The text says that the timetable hangs on one machine.",
    ),
    Wording(
        rule="resilience/no-graceful-shutdown",
        together=operated.CUT,
        keys=(
            "shutdown",
            "shut down",
            "drain",
            "in-flight",
            "in flight",
            "sigterm",
            "killed",
            "running requests",
            "running jobs",
            "termination",
        ),
        thing=r"(?:graceful (?:shutdowns?|termination|stop)|(?:connection |request )?draining|sigterm handl\w+"
        r"|drain period)",
        hazards=(
            r"(?#case)\b(?:stop\w*|kill\w*|terminat\w+|shut\w*|restart\w*|replac\w+|recreat\w+"
            r"|exits?)\b.{0,50}\bwithout (?:waiting for|finishing|completing|draining) (?:[\w'-]+ ){0,3}?"
            r"(?:running|in-flight|current|open|active|work|jobs|requests|connections|messages|them|it)",
            r"(?#case)\b(?:in-flight|in flight|running|open|ongoing|active|current) (?:work|requests?|jobs?"
            r"|transactions?|connections?|orders?|calls|tasks|messages) (?:[\w'-]+ ){0,4}?(?:lost|dropped|cut"
            r"|killed|aborted|interrupted|terminated|broken off|cut off|thrown away|abandoned|fail)",
            r"\bsigterm (?:\w+ ){0,3}?(?:ignored|not handled|unhandled)|ignores? sigterm",
        ),
        unless=r"no in-flight|no running|not (?:lost|cut|dropped|interrupted|aborted)|encrypted in flight|finish"
        r"(?:es|ed)?|completes?|never|are (?:moved|handed over)",
        says="The text says that a stop cuts off what is running.",
    ),
    Wording(
        rule="resilience/no-scaling",
        together=operated.FIXED,
        keys=("scal", "load balanc"),
        thing=r"(?:auto-?scal(?:ing|er|ers)|horizontal scaling|horizontal pod autoscal(?:er|ing)|hpa"
        r"|load[- ]balanc(?:er|ers|ing))",
        cell=r"auto-?scaling|scaling(?: policy)?|load balanc(?:er|ing)",
        unless=r"^consequences?:|client-side load balancing|does not need|not autoscaled|down to zero"
        r"|no load balancer (?:in front"
        r"|is involved)",
        says="The text says that it cannot grow with its load.",
    ),
)
