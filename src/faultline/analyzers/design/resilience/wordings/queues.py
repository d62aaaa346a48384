"""How engineers put faults into words: queues, memory and what is lost in them.

The expressions see sentences in lower case; `documents/wording.py` says how they are used.
"""

from __future__ import annotations

from faultline.analyzers.design.documents.wording import Wording
from faultline.analyzers.design.resilience.wordings.stored import IN_MEMORY

_W = r"(?:[\w'/()-]+,? )"

WORDINGS = (
    Wording(
        rule="resilience/unbounded-queue",
        keys=(
            "job",
            "messages",
            "events",
            "list",
            "queue",
            "buffer",
            "backlog",
            "channel",
            "stream",
            "topic",
            "back-pressure",
            "backpressure",
            "mailbox",
            "inbox",
            "spool",
            "outbox",
            "waiting",
        ),
        hazards=(
            r"\b(?:queues?|outbox|inbox|backlog|buffers?|spool|stream|topic)\b(?: [\w'-]+){0,3}? grows?(?: [\w'-]+)? as"
            r" (?:far|long|large|much) as (?:it|they) (?:will|likes?|wants?|can)\b",
            r"\b(?:no|without (?:a |any )?) ?(?:limit|bound|cap|maximum) (?:on|to|for|of) (?:the )?(?:number of )?"
            r"(?:waiting|pending|queued|unsent|undelivered) \w+",
        ),
        thing=r"(?:back-?pressure|load shedding|(?:queue|buffer|backlog|mailbox) (?:limits?|bounds?|caps?|maximum"
        r"|size limits?|length limits?|depth limits?|capacity limits?)|(?:maximum|max|upper|length|size|depth"
        r"|capacity) (?:queue |buffer )?(?:length|depth|size|limits?|bounds?|capacity)|(?:limits?|bounds?"
        r"|caps?|upper bounds?|upper limits?) (?:on|to|for|of) (?:the |its |their )?(?:\w+ )?(?:size|length"
        r"|depth|queues?|buffers?|backlog|number of (?:\w+ )?(?:messages|jobs|events|tasks|items)))",
        done=r"bounded|capped",
        unless=r"at most \d|up to \d|bounded (?:at|to|by)|limited to|maximum of \d|max(?:imum)?(?: queue)? (?:length"
        r"|size|depth)(?: of|:)? \d|rejects? new|no unbounded",
        about=r"queue|buffer|list|memory|backlog|outbox|waiting|channel|mailbox|stream|broker|kafka|rabbit|sqs|messages|jobs|events",
        cell=r"(?:max(?:imum)? )?(?:queue|buffer) (?:length|size|depth|limit|bound|capacity)|back-?pressure",
        limited=r"(?:length|size|depth|growth|number) of (?:the )?(?:\w+ ){0,2}?(?:queues?|buffers?|backlog|channels?"
        r"|(?:queued |waiting |pending )?(?:messages|jobs|tasks|events))|how (?:long|large|many)|(?:queue"
        r"|buffer|backlog) (?:length|size|depth|growth)",
        says="The text says that the queue has no bound.",
    ),
    Wording(
        rule="resilience/unbounded-memory",
        keys=(
            "cache",
            "map",
            "memory",
            "ttl",
            "evict",
            "expir",
            "pool",
            "thread",
            "goroutine",
            "connection",
            "concurren",
            "parallel",
        ),
        thing=r"(?:(?:cache )?(?:ttls?|eviction(?: policy)?|expiry|expiration)|max(?:imum)? cache size|"
        r"(?:concurrency|connection|parallelism|thread|worker) (?:limits?|caps?)|(?:limits?|caps?|bounds?) "
        r"(?:on|to|for) (?:the )?(?:number of )?(?:concurren\w+|parallel\w*|threads|connections|goroutines"
        r"|workers|open connections)(?: \w+)?|connection pool(?:ing|s)?)",
        hazards=(
            rf"\b(?:a (?:new |fresh )?|one |its own |new )(?:thread|goroutine|process|database connection"
            rf"|connection|db connection|task|coroutine)s? {_W}{{0,4}}?(?:for|per|on) (?:each|every|per|any)? ?"
            rf"(?:incoming |single )?(?:request|message|connection|call|event|query|job|order|upload|one|$|(?=[.,;]))",
            r"\b(?:unbounded|unlimited) (?:\w+ )?(?:thread pools?|pools?|concurrency|parallelism|number of "
            r"(?:threads|workers|connections|goroutines)|threads|connections|cache|caches|worker pool)",
        ),
        about=r"cache|memory|map|pool|thread|goroutine|connection|concurren|parallel|worker",
        unless=r"token|session|cookie|certificate|password|pooled|from (?:a|the) pool|bounded pool|browser cache|cdn"
        r"|static|trace|span|transaction id|mapped",
        says="The text says that something which takes memory or connections has no bound.",
    ),
    Wording(
        rule="resilience/no-dead-letter-queue",
        keys=(
            "dead",
            "dlq",
            "poison",
            "failed",
            "malformed",
            "unprocessable",
            "undeliverable",
            "dropped",
            "discard",
            "swallow",
            "invalid",
            "bad message",
            "ignored",
            "parse",
            "skipped",
        ),
        thing=r"(?:dead[- ]?letter(?:s|ing)?(?: (?:queues?|topics?|exchanges?|handling))?|dlqs?|dlx|poison[- ]"
        r"(?:message|pill)s?(?: (?:handling|queue))?|retry mechanism(?: for failed jobs)?)",
        hazards=(
            rf"(?#case)\b(?:failed|failing|poison(?:ous)?|unprocessable|malformed|bad|invalid|undeliverable"
            rf"|unparse?able|rejected|erroneous|broken) (?:messages?|events?|jobs?|records?|webhooks?|deliver(?:y"
            rf"|ies)|tasks?|e-?mails?|notifications?) {_W}{{0,5}}?(?:dropped|discarded|lost|ignored|swallowed"
            rf"|thrown away|deleted|skipped|forgotten|vanish|disappear|retried forever|requeued)",
        ),
        unless=r"duplicates?|parked|stale|metric|sample|trace|debug|analytics (?:beacon|ping)|expired"
        r"|unknown fields?|header|cookie|columns?",
        cell=r"dead[- ]?letter(?: (?:queue|topic))?s?|dlq",
        says="The text says that messages which fail are gone, or block the ones behind them.",
    ),
    Wording(
        rule="resilience/message-loss",
        keys=(
            "offset",
            "durable",
            "acknowledg",
            "ack",
            "at-most-once",
            "at most once",
            "fire and forget",
            "fire-and-forget",
            "outbox",
            "lost",
            "dual write",
            "dual-write",
            "loses",
            "lose ",
            "publish",
            "non-durable",
            "not durable",
            "persisten",
            "atomic",
        ),
        thing=r"(?:(?:transactional )?outbox(?: pattern| table)?|publisher confirms?|delivery guarantees?"
        r"|message durability|persistent (?:queues?|messages))",
        done=r"durable|persisted to disk",
        hazards=(
            r"\b(?:non-durable|non-persistent) (?:\w+ )?(?:queues?|messages?|topics?|exchanges?|delivery)|\b"
            r"(?:queues?|messages?|topics?|exchanges?) (?:\w+ ){0,4}?(?:non-durable|non-persistent|transient)\b",
            r"(?#case)\b(?:acknowledge[sd]?|acks?|acked|auto-?ack\w*|commits? (?:the )?offsets?|offsets? (?:are"
            r"|is) committed)\b (?:\w+ ){0,4}?(?:before|on receipt|upon receipt|as soon as|immediately|right away"
            r"|on arrival|at once|when (?:it|they|the message) (?:is|are|arrives?))",
            r"\bauto-?ack(?:nowledge\w*)?\b",
            r"\b(?:orders?|payments?|messages?|events?|jobs?|invoices?|requests?|data|updates?|work)\b (?:(?:that"
            r"|which|from|in|sent|arriving) [^.,;]{3,60}? )?(?:\w+ ){0,3}?(?:may|can|could|might|will|is|are"
            r"|get) (?:be |get |gets )?(?:\w+ )?lost\b",
        ),
        about=r"offset|message|event|job|order|payment|queue|broker|kafka|rabbit|sqs|publish|consumer|worker|data"
        r"|transaction|work|invoice",
        unless=r"after (?:the )?(?:work|processing|handler|it has been|they have been|commit)|(?:at most|up to"
        r"|less than|no more than) .{1,30}(?:is|are|of) (?:lost|data|transactions)|rpo|metrics?|telemetry"
        r"|packets?|logs? (?:are|lines)|nothing is lost|trace|at least once|survive|back-?ups?|data redundancy"
        r"|downgrad",
        says="The text says that messages can be lost.",
    ),
    Wording(
        rule="resilience/state-in-memory",
        together=IN_MEMORY,
        keys=(
            "process",
            "memory",
            "dict",
            "variable",
            "hash map",
            "hashmap",
            "crash",
            "dies",
            "lost",
            "ram",
            "local disk",
            "in-process",
            "in process",
            "restart",
            "heap",
            "sticky",
            "local file",
            "volatile",
            "ephemeral",
        ),
        hazards=(
            r"(?#case)\b(?:in|into) (?:the )?(?:memory|ram|heap)\b[^.]{0,90}\b(?:restart\w*|crash\w*|dies|stops?"
            r"|goes down)\b[^.]{0,30}\b(?:lost|"
            r"gone|forgotten)\b|(?#case)\b(?:in|into) (?:the )?(?:memory|ram|heap)\b[^.]{0,60}\b(?:lost|gone"
            r"|forgotten)\b",
            r"\b(?:user )?(?:sessions?|session (?:data|state)|logins?|jobs?|job (?:state|queue|status)|queues?"
            r"|messages?|carts?|shopping carts?|baskets?|receipts?|bookings?|payments?|requests?|updates?"
            r"|notifications?|e-?mails?|state|tasks?|events|orders|uploads?|counters?|locks?"
            r"|drafts?|schedules?|work(?:flow)? state|results) (?:[\w'-]+ ){0,6}?(?:in (?:the |its |their )?(?:"
            r"(?:local|process|web|app|api|server'?s?|application|worker|node'?s?|jvm|instance'?s?|own) ){0,2}"
            r"(?:memory|ram|heap)|(?:inside|within|in) (?:the|its|each|every) (?:[\w-]+ )?process|in-memory"
            r"|in[- ]process|in the (?:memory|heap|process|ram) of|only in (?:memory|ram)|on (?:the |its )?"
            r"(?:container'?s? )?local (?:disk|file ?system)|in (?:a )?local (?:files?|storage|variable|map"
            r"|dictionary)|in an? (?:\w+ )?(?:dict\w*|hash ?map|map|global variable|array|slice|variable))\b",
            r"\b(?:in-memory|in[- ]process|volatile|process-local|ram-based|memory-only|non-persistent) "
            r"(?:[\w'-]+ ){0,2}?(?:sessions?(?: store| storage)?|queues?|job (?:store|queue)|message (?:queue|bus"
            r"|broker)|cart|broker|state|locks?|scheduler|store|storage|session state)\b",
            r"(?#case)\b(?:lost|gone|forgotten|vanish(?:es)?|disappears?|wiped|destroyed) (?:\w+ ){0,2}?(?:on"
            r"|when|if|after|upon|at|with|during|by|as soon as) (?:[\w'-]+ ){0,6}?(?:restart\w*|crash\w*"
            r"|redeploy\w*|deploy\w*|dies|goes down|killed|stops?|reboot\w*|fails|failure|terminated|exits)",
            r"(?#case)\b(?:restart\w*|crash\w*|redeploy\w*|deployment|reboot) (?:[\w'-]+ ){0,6}?(?:loses?|lose"
            r"|drops?|wipes?|throws? away|discards?|forgets?|kills?|logs? (?:everyone|everybody|all users"
            r"|users) out)\b",
            r"\bsticky sessions (?:are |is )?(?:needed|required|necessary|because|since)|(?:rel(?:y|ies)"
            r"|depends?) on sticky sessions|requires? (?:\w+ )?sticky sessions",
        ),
        unless=r"loses? nothing|\bcached?\b|no in-memory|not (?:kept|held|stored|lost)|nothing is lost|stateless"
        r"|persisted|replicated|write-ahead|tests?\b|also written|backed by|survive|trace|spans?|metrics?"
        r"|memory limit|metrics (?:are )?lost|restarts? .{0,20}alert|rebuilt|reloaded|recomputed|prefetch"
        r"|feature flags?|loses? at most",
        says="The text says that state lives in the memory of a process, and dies with it.",
    ),
)
