"""How engineers put faults into words: calls: timeouts, retries, limits of what comes in.

The expressions see sentences in lower case; `documents/wording.py` says how they are used.
"""

from __future__ import annotations

from faultline.analyzers.design.documents.wording import Wording

WORDINGS = (
    Wording(
        rule="resilience/no-timeout",
        keys=(
            "timeout",
            "time-out",
            "time out",
            "times out",
            "timed out",
            "deadline",
            "time limit",
            "wait",
            "hang",
            "block",
            "forever",
            "indefinitely",
            "as long as",
            "cancel",
        ),
        thing=r"(?:(?:read |connect |connection |request |client |client-side |call |http |query |statement "
        r"|upstream |response |socket )?(?:time-?outs?|time outs?)|deadlines?|time limits?)",
        hazards=(
            r"(?#case)\b(?:waits?|waiting|blocks?|blocked|hangs?|hanging|held|kept open|stays? open|stuck)\b "
            r"(?:\w+ ){0,6}?(?:indefinitely|forever|for ever|endlessly|as long as (?:it|the|they|needed"
            r"|necessary)|without (?:an? )?(?:limit|bound|end|time))",
        ),
        unless=r"(?:for|on) (?:the|a) (?:whole )?(?:run|batch|night|build|pipeline)\b|session time-?out"
        r"|idle time-?out|lock time-?out|no longer than|screen|retry-after|visibility time-?out"
        r"|websocket|long[- ]poll|wait for approval|message arrives"
        r"|queue(?:d|s)? (?:is|are) (?:not )?blocked|deadline for "
        r"(?:the|this) project|at most \d[\d.,]* ?(?:ms|s|m|milliseconds|seconds|minutes)\b|wait group|does not wait"
        r"|without waiting|never waits?",
        limited=r"how long|(?:waiting|response) times?",
        cell=r"time-?outs?|deadlines?|time limits?",
        says="The text says that calls wait without a limit.",
    ),
    Wording(
        rule="resilience/no-backoff",
        keys=(
            "repeat",
            "in between",
            "retr",
            "backoff",
            "back-off",
            "back off",
            "jitter",
            "attempt",
            "again",
            "reconnect",
            "resend",
            "resent",
            "loop",
            "polls",
            "re-sen",
        ),
        thing=r"(?:(?:exponential |linear )?back-?off|jitter|(?:delay|pause|wait|waiting|sleep|gap"
        r"|interval) between (?:the )?(?:attempts|retries|tries|them)|(?:delay|pause|wait|waiting"
        r"|sleep) in between)",
        unless=r"\busers? (?:may|can|must|should) try|not immediate|(?:with|uses?|using|by|and|an|is"
        r"|grows?) exponential|exponentially|back(?:s|ing)? off|with back-?off|jitter(?:ed)?,|(?:immediately"
        r"|at once) once\b|\bonce (?:immediately|at once)|not retried (?:at all|automatically)|never retried"
        r"|one immediate retry|\bfirst (?:retry|attempt|one)\b",
        about=r"retr|again|attempt|reconnect|re-?sen|repeat|loop|redeliver|poll|hammer|tries",
        cell=r"back-?off|retry (?:delay|interval|pause)",
        says="The text says that failed calls are repeated without a pause.",
    ),
    Wording(
        rule="resilience/no-backoff",
        keys=("retr", "attempt"),
        cell=r"(?:retr(?:y|ies)|attempts)(?: policy)?",
        bad=r"[^|]{0,60}\b(?:immediate(?:ly)?|no delay|without delay|no pause|no back-?off|at once|0 ?m?s delay)\b.*",
        says="The text says that failed calls are repeated without a pause.",
    ),
    Wording(
        rule="resilience/endless-retries",
        keys=("retr", "attempt", "again", "redeliver", "reconnect", "trying", "requeue", "re-queue", "tries"),
        thing=r"(?:(?:retry|attempt) (?:limits?|caps?|maximum|budgets?)|(?:limits?|caps?|upper bounds?|maximum|max"
        r"|bounds?) (?:on|to|for|number of) (?:the )?(?:number of )?(?:retries|attempts|tries|redeliver\w+)"
        r"|max(?:imum)? (?:retries|attempts|retry count)|retry budget)",
        unless=r"dead[- ]?letter|at most|up to \d|maximum of|back-?off|capped|give up after|gives up after"
        r"|for \d+ (?:minutes|hours|days|seconds)|\d+ times|parked",
        cell=r"(?:max(?:imum)? )?(?:retr(?:y|ies)|attempts|redeliver\w+)",
        bad=r"unlimited|no (?:upper )?limit|infinite|forever|endless|unbounded|∞|until success|until it works|no limit",
        strict=True,
        says="The text says that retries never end.",
    ),
    Wording(
        rule="resilience/retry-without-idempotency",
        keys=(
            "executed",
            "applied",
            "idempot",
            "twice",
            "duplicate",
            "double",
            "dedup",
            "more than once",
            "several times",
            "second time",
            "repeat",
            "again",
            "once more",
            "goes out",
        ),
        thing=r"(?:idempoten(?:cy|t)(?:[- ]keys?| tokens?| checks?| handling)?|deduplication|de-?dup(?:e|ing)?"
        r"|dedupe|duplicate (?:detection|checks?|protection|handling|suppression))",
        hazards=(
            r"\b(?:does not|doesn't|do not|don't|cannot|can't|never|nobody|nothing) (?:\w+ly )?(?:recogni[sz]es?"
            r"|detects?|notices?|filters?|rejects?|ignores?|drops?|checks? for|tells? apart|discards?) "
            r"(?:\w+ ){0,2}?(?:duplicates?|repeated|repeats|repetitions|a second)",
            r"\bretr\w+\b.{0,90}\b(?:not|isn't|aren't|non-?) ?idempotent",
        ),
        about=r"\bretr|repeat|again|anew|attempt|redeliver|\bre-?sen[dt]|resubmit|at[- ]least[- ]once|duplicate|twice"
        r"|replay|\btr(?:y|ies|ied)\b|once more|second time|several times|double|time-?out",
        unless=r"(?:not|never|n't) (?:be )?(?:\w+ )?retr|no retr|non-idempotent (?:\w+ )?(?:are|is) not"
        r"|not idempotent by nature|idempotent by|idempotent so|exactly once|no effect|ignored|dropped"
        r"|discarded|recogni[sz]ed|filtered|deduplicated|harmless|ignores? (?:what|those|any|all|it|them|repeated"
        r"|duplicates?)"
        r"|(?:stored|processed|counted|sent|booked|applied|kept|charged|written|shipped|taken|handled|delivered)"
        r" (?:only |just )?once\b"
        r"|(?:drops?|skips?|filters?|discards?) (?:out )?(?:repeated|duplicates?|what|those)|already (?:seen"
        r"|processed|known)"
        r"|none (?:goes|is|are)|changes? nothing|primary key|\bunique\b|no harm|skips? (?:known|them|those|it)"
        r"|tolerat\w+|twice (?:a|per|each|every)\b|(?:not|never) (?:retried|repeated)",
        says="The text says that what is repeated may be done twice.",
    ),
    Wording(
        rule="resilience/no-circuit-breaker",
        keys=("circuit", "breaker", "bulkhead", "fallback", "fall-back", "degrad", "isolat"),
        thing=r"(?:circuit[- ]?break(?:er|ing)s?|breakers?|bulkheads?|fall-?backs?(?: path| strategy| behaviou?r)?"
        r"|graceful degradation|degraded mode)",
        cell=r"circuit[- ]?breakers?|fall-?backs?",
        says="The text says that nothing keeps a slow or dead neighbour away.",
    ),
    Wording(
        rule="resilience/no-rate-limit",
        keys=(
            "times",
            "calls",
            "number of",
            "how often",
            "attempts",
            "rate",
            "throttl",
            "quota",
            "requests",
            "abuse",
            "brute",
            "unlimited",
            "as many",
            "login attempts",
            "flood",
            "guess",
        ),
        thing=r"(?:(?:limits?|caps?|restrictions?) on how (?:often|many|fast)|(?:request |api |per-\w+ "
        r"|per \w+ )?(?:rate[- ]?limit(?:s|ing|er|ers)?|throttling|throttles?|quotas?)|request (?:limits?"
        r"|throttling)|brute[- ]?force protection|abuse protection|(?:limits?|caps?) (?:on|to|for) "
        r"(?:the )?(?:number of |rate of |how many )?(?:requests?|calls|login attempts|attempts|logins)"
        r"|account lock-?out|lockout)",
        done=r"rate[- ]?limited|throttled",
        unless=r"on purpose|health endpoints?"
        r"|not rate[- ]limited by|rate of interest|error rate|internal (?:health|metrics)|unlimited (?:plan"
        r"|tier)|enterprise|partner's quota|their rate limit|storage quota|disk quota|token bucket",
        cell=r"rate[- ]?limit(?:s|ing)?|throttling|quotas?",
        limited=r"(?:number|rate|amount|frequency|count) of (?:\w+ ){0,2}?(?:requests?|calls?|logins?|attempts?"
        r"|submissions?)|how (?:often|many|fast|frequently)\b|(?:request|call) (?:rates?|numbers?|volume)",
        says="The text says that nothing limits how often the interface is called.",
    ),
    Wording(
        rule="resilience/no-pagination",
        keys=("pag", "all ", "every", "whole", "entire", "full list", "complete", "cursor", "limit", "unbounded"),
        thing=r"(?:pagination|paging|page size(?: limit)?s?|result limits?|limit parameter|cursors?|(?:limits?"
        r"|caps?|maximum) (?:on|to|for|number of) (?:the )?(?:number of )?(?:results?|rows|items|records"
        r"|entries)(?: returned)?|page limits?)",
        done=r"paginated|paged",
        hazards=(
            r"\b(?:returns?|returned|lists?|delivers?|sends?|loads?|answers? with|responds? with|fetch(?:es)?"
            r"|gives?(?: back)?|hands? (?:back|out|over)|dumps?|serializ\w+|comes? back with) "
            r"(?:[\w'/-]+ ){0,4}?(?:all|every|whole|entire|full|complete) (?:[\w'/-]+ ){0,6}?(?:in(?:to)? (?:one"
            r"|a single|the same) (?:\w+ )?(?:go|response|call|answer|reply|request|array|json|payload|page"
            r"|document|list|body)|at once|in one piece|no matter how many|regardless of (?:how many|the number"
            r"|their number|size)|however many|without (?:a |any )?(?:limit|paging|pagination))",
            r"\b(?:returns?|loads?|fetch(?:es)?|sends?|reads?|answers? with|responds? with|delivers?) (?:the )?"
            r"(?:whole|entire|complete|full) (?:\w+ ){0,2}?(?:table|list|collection|history|catalog\w*|data ?set"
            r"|inventory|result set|database|set of \w+)\b(?!.{0,50}(?:page|cursor|limit|chunk|stream|at most"
            r"|batch))",
            r"\ball (?:[\w'-]+ ){1,7}?(?:are|is) (?:sent|shown|returned|loaded|delivered|listed|transferred|fetched)"
            r" (?:[\w'-]+ ){0,4}?"
            r"(?:at once|in one (?:go|piece|answer|response|page)|in a single (?:answer|response|page|request))",
        ),
        unless=r"cursor positions?"
        r"|per page|in pages|paged by|page by page|paginated by|next_cursor|cursor-based|streamed|chunks"
        r"|at most \d|up to \d|maximum of \d|limit=|batches of",
        cell=r"pagination|paging|page size",
        says="The text says that lists come in one piece, however long they are.",
    ),
    Wording(
        rule="resilience/unbounded-upload",
        keys=("upload", "file", "attach", "payload", "body", "bodies", "image", "video", "size", "document"),
        thing=r"(?:(?:file |upload |body |payload |request |attachment |size )*(?:size|upload|body|payload"
        r"|attachment) (?:limits?|caps?|checks?|restrictions?|maximum)|(?:limits?|caps?|restrictions?|maximum"
        r"|upper bounds?|checks?) (?:on|to|for|of) (?:the |an? )?(?:\w+ )?(?:size|uploads?|files?|file size"
        r"|body|bod(?:y|ies) size|payloads?|attachments?|length)(?: of (?:the |an? )?(?:\w+ )?(?:uploads?"
        r"|files?|body|bodies|payloads?|attachments?))?|max(?:imum)? (?:upload|file|body|payload|attachment"
        r"|request)(?: body)?(?: size)?)",
        hazards=(
            r"\b(?:uploads?|files?|attachments?|videos?|images?|documents?|request bod(?:y|ies)|bod(?:y|ies)"
            r"|payloads?) (?:\w+ ){0,3}(?:are|is|gets?) (?:read|loaded|buffered|held) (?:\w+ ){0,3}?(?:completely"
            r"|entirely|fully|whole|in full) (?:in|into) memory",
        ),
        about=r"upload|file|attach|payload|bod(?:y|ies)|image|video|import|document|photo|media|avatar|request",
        unless=r"any size (?:up to|below|under)|streamed|chunked|log files? of|screen|cluster size|cursor|page size",
        cell=r"(?:max(?:imum)? )?(?:upload|file|body|payload|attachment) (?:size|limit)s?(?: limit)?",
        limited=r"(?:file |upload |body |payload )?sizes?(?: of)?|how (?:large|big|long)|length of (?:the )?(?:body"
        r"|upload|file)",
        says="The text says that uploads may have any size.",
    ),
)
