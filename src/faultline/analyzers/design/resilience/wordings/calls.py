"""How engineers put faults into words: calls: timeouts, retries, limits of what comes in.

The expressions see sentences in lower case; `documents/wording.py` says how they are used.
"""

from __future__ import annotations

from faultline.analyzers.design.documents.wording import Wording

_W = r"(?:[\w'/()-]+,? )"

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
            r"(?#case)\b(?:is|are|gets?|stays?) blocked (?:\w+ ){0,3}?(?:until|till|as long as"
            r"|for as long as) (?:the |it |they |an? )?(?:\w+ ){0,4}?(?:answers?|responds?|replies|reply"
            r"|response|comes back|returns|likes?|takes?)\b",
            r"(?#case)\b(?:waits?|waiting|blocks?|blocked|hangs?|hanging|held|kept open|stays? open|stuck)\b "
            r"(?:\w+ ){0,6}?(?:indefinitely|forever|for ever|endlessly|as long as (?:it|the|they|needed"
            r"|necessary)|without (?:an? )?(?:limit|bound|end|time))",
            r"(?#case)\b(?:waits?|blocks?|hangs?) (?:\w+ ){0,5}?(?:until|till) (?:the |it |they |an? )?"
            r"(?:\w+ ){0,4}?(?:answers?|responds?|replies|reply|response|comes back|returns|is done"
            r"|arrives?|does)\b(?!.{0,60}(?:at most|up to|time-?out|deadline|seconds|\d ?m?s\b))",
            r"\b(?:runs?|takes?|lasts?|go on|goes on|works?) (?:for )?as long as (?:it|they|needed|necessary|the)\b",
            r"\b(?:nothing|nobody|no one) (?:ever )?(?:cancels|aborts|interrupts|stops|kills|ends) (?:it|them|the)\b",
            r"\b(?:infinite|unlimited|indefinite|no|zero) (?:\w+ ){0,2}time-?outs?",
            r"\btime-?outs? (?:\w+ ){0,4}(?:set to|of|is|are|=|:) ?(?:0|zero|-1|infinite|infinity|unlimited|none)\b",
            r"\b(?:never|not|n't|cannot) time(?:s|d)? out",
            r"\bhow(?:ever)? long (?:it|they|that|this) takes?\b",
            r"\bwait\w* (?:\w+ ){0,4}however long\b",
        ),
        unless=r"session time-?out|idle time-?out|lock time-?out|no longer than|screen|visibility time-?out"
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
        hazards=(
            r"(?#case)\b(?:fail\w*|errors?|5xx|lost|times? out|refused|drops?|rejected)\b[^.;]{0,80}\bagain,? "
            r"(?:immediately|at once|instantly|straight ?away|right away)\b",
            r"\bretr(?:y|ies)\b[^.;]{0,40}\b(?:immediate|no delay|no pause|no wait|zero delay|without (?:a )?"
            r"(?:delay|pause|wait)|0 ?m?s)\b",
            r"\bas (?:fast|quickly|soon) as (?:it|they|possible|we|the)\b",
            r"(?#case)\b(?:fires?|sends?|sent|issues?|issued|posts?|posted|calls?|asks?|submits?|repeats?|tried"
            r"|fired) (?:[\w'-]+ ){0,5}?again (?:immediately|at once|instantly|straight ?away|right away|in a "
            r"(?:tight |busy )?loop|without (?:a |any )?(?:delay|pause|waiting|wait))",
            rf"(?#case)\bretr(?:y|ies|ied|ying) {_W}{{0,7}}?(?:immediately|at once|instantly|straight ?away"
            rf"|right away|in a (?:tight |busy )?loop|back to back|as fast as|without (?:a |any )?(?:delay|pause"
            rf"|waiting|wait|sleep|break|interval|back)|with no (?:delay|pause|wait)|every (?:\d{{1,3}} ?(?:ms"
            rf"|milliseconds?)|second)|in quick succession)",
            rf"(?#case)\b(?:immediate|instant|aggressive|rapid-fire)(?:ly)? {_W}{{0,2}}?(?:retr(?:y|ies|ied|ying)"
            rf"|reconnect\w*|re-?sen[dt]\w*)",
            rf"(?#case)\b(?:reconnects?|re-?sends?|re-?sent|tries again|try again|tried again|attempt(?:s"
            rf"|ed)? again|repeats? the (?:call|request)|(?:is|are|gets?) repeated) {_W}{{0,5}}?(?:immediately|at"
            rf" once|instantly"
            rf"|straight ?away|right away|in a (?:tight |busy )?loop|without (?:a |any )?(?:delay|pause|waiting"
            rf"|wait))",
            r"(?#case)\b(?:tight|busy) (?:retry )?loop\b",
            r"\bhammer(?:s|ed|ing)?\b",
        ),
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
        hazards=(
            r"\bnever (?:stops?|ceases?|ends?) (?:retrying|trying|re-?sending|repeating)|\bwithout ever giving up\b",
            rf"(?#case)\b(?:retr(?:y|ies|ied|ying)|redeliver(?:s|ed)?|re-?queue[sd]?|tries again|tried again"
            rf"|try again|repeat(?:s|ed)?|resen[dt]s?|attempted) {_W}{{0,7}}?(?:forever|for ever|indefinitely"
            rf"|endlessly|infinitely|unlimited|without (?:an? |any )?(?:upper )?(?:limit|bound|cap|end|maximum)"
            rf"|as often as|over and over|ad infinitum|eternally|an unlimited number|any number of times)",
            rf"(?#case)\b(?:retr(?:y|ies|ied|ying)|redeliver(?:s|ed)?|re-?queue[sd]?|tries again|tried again"
            rf"|try again|keeps? trying|repeat(?:s|ed)?) {_W}{{0,5}}?(?:until|till) (?:it|they|the|one|this|that"
            rf"|an?)? ?{_W}{{0,3}}?(?:succeeds?|works?|goes through|answers?|responds?|is back|are back"
            rf"|comes? back|recovers?|accepts?|is ok|passes|gets through|success|is up)",
            r"\b(?:unlimited|infinite|endless|unbounded|perpetual|never-ending|eternal) (?:number of )?(?:retr"
            r"(?:y|ies)|attempts|redeliver\w+)",
            r"\b(?:infinitely|endlessly|perpetually|forever) (?:retr(?:y|ies|ied|ying)|redeliver\w*|requeue\w*)",
            r"\bnever (?:gives|give|giving) up\b",
            r"\bkeeps? (?:on )?(?:retrying|trying)\b(?!.{0,60}(?:up to|at most|times|minutes|hours|back-?off))",
        ),
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
            r"\b(?:not|isn't|aren't|non-?) ?idempotent\b.{0,60}\b(?:redeliver\w*|delivered (?:again|twice"
            r"|more than once)|at least once|resen\w+|repeat\w*)",
            r"\b(?:does not|doesn't|do not|don't|cannot|can't|never|nobody|nothing) (?:\w+ly )?(?:recogni[sz]es?"
            r"|detects?|notices?|filters?|rejects?|ignores?|drops?|checks? for|tells? apart|discards?) "
            r"(?:\w+ ){0,2}?(?:duplicates?|repeated|repeats|repetitions|a second)",
            r"\b(?:cannot|can't|can not|nothing by which|no way (?:to|of)|not able to|unable to|hard"
            r" to)\b[^.;]{0,40}\b(?:tell|"
            r"recogni[sz]e|distinguish|know)\b[^.;]{0,30}\b(?:repeated|duplicates?|repetitions?|a second|second ones)",
            r"\b(?:is|are|gets?|be) (?:charged|billed|lent|booked|shipped|paid|created|stored|counted|debited"
            r"|processed) "
            r"(?:a second time|once more|again)\b",
            r"\b(?:pays?|paid|charged|billed) (?:again|twice|a second time)\b",
            r"\bthe same [\w-]+ (?:goes out|is sent|is stored|is booked|is charged|is processed|arrives|is shipped"
            r"|is written) "
            r"(?:twice|again|more than once|several times)\b",
            r"\bretr\w+\b.{0,90}\b(?:not|isn't|aren't|non-?) ?idempotent",
            r"\b(?:not|isn't|aren't|non-?) ?idempotent\b.{0,90}\b(?:and|but|yet|still|nevertheless"
            r"|though)\b.{0,40}\b(?:retr|repeat|resen)\w*",
            r"\b(?:may|can|could|might|will|sometimes|occasionally|gets?|be|is|are|end up|ends up)(?: be| being"
            r"| get)? ?(?:charged|billed|processed|created|booked|debited|sent|shipped|executed|applied|delivered"
            r"|placed|run|paid|credited) (?:twice|two times|more than once|several times|multiple times"
            r"|double|a second time)",
            r"\b(?:may|can|could|might|will) (?:charge|bill|process|create|book|debit|send|ship|execute|apply"
            r"|place|pay|run) (?:[\w']+ ){0,4}(?:twice|two times|more than once|several times|multiple times"
            r"|a second time|double)",
            r"\bduplicate(?:d)? (?:orders?|payments?|charges?|bookings?|e-?mails?|messages|entries|records"
            r"|invoices|shipments|transactions) (?:\w+ ){0,2}(?:are|is|can|may|might|will|do|occur|happen|appear)",
            r"\b(?:double|duplicate) (?:booking|payment|charge|order|debit|shipment)s?(?: \w+)? (?:can|may|might"
            r"|do|will|are|occur|happen)",
        ),
        unless=r"(?:not|never|n't) (?:be )?(?:\w+ )?retr|no retr|non-idempotent (?:\w+ )?(?:are|is) not"
        r"|not idempotent by nature|idempotent by|idempotent so|exactly once|no effect|ignored|dropped"
        r"|discarded|recogni[sz]ed|filtered|deduplicated|harmless|ignores? (?:what|those|any|all|it|them|repeated"
        r"|duplicates?)"
        r"|(?:stored|processed|counted|sent|booked|applied|kept|charged|written|shipped|taken|handled|delivered)"
        r" (?:only |just )?once\b"
        r"|(?:drops?|skips?|filters?|discards?) (?:out )?(?:repeated|duplicates?|what|those)|already (?:seen"
        r"|processed|known)"
        r"|none (?:goes|is|are)|changes? nothing|primary key|\bunique\b|no harm|skips? (?:known|them|those|it)"
        r"|tolerat\w+",
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
        hazards=(
            r"\b(?:called|used|tried|invoked|requested|hit|queried|polled|guessed|repeated) "
            r"(?:an unlimited number of times|as (?:often|many times|frequently) as|any number of times"
            r"|unlimited times|endlessly)\b",
            r"(?#case)\b(?:clients?|callers?|users?|anyone|consumers?|partners?|bots?|tenants?|customers?"
            r"|attackers?|visitors?) (?:may|can|could|are allowed to|are free to|is free to) (?:\w+ ){0,2}?"
            r"(?:send|call|issue|make|fire|submit|poll|try|guess|request|hit) (?:[\w']+ ){0,4}?(?:as (?:many"
            r"|often|fast|much)|an? unlimited|unlimited|any number|without (?:a |any )?(?:limit|restriction)"
            r"|arbitrar\w+)",
            r"\b(?:may|can|could|is free to|are free to) (?:send|make|issue|ask for|call|submit|post|fire) as"
            r" (?:many|often|much|fast)\b",
            r"\bunthrottled\b",
            r"\b(?:unlimited(?: number of)?|any number of|arbitrarily many|an arbitrary number of) (?:\w+ )?"
            r"(?:requests|calls|login attempts|attempts|logins|password guesses|guesses)",
            r"\b(?:number|rate) of (?:requests|calls|login attempts|attempts)(?: \w+){0,4} (?:is|are) (?:not "
            r"(?:limited|restricted|capped|bounded)|unlimited|unrestricted|unbounded)",
            r"\b(?:login )?attempts are (?:not limited|unlimited|not counted)",
        ),
        unless=r"not rate[- ]limited by|rate of interest|error rate|internal (?:health|metrics)|unlimited (?:plan"
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
            r"(?:\bget\b|\blist\w*|endpoint|\bsearch\b|/\w+|\bapi\b) (?:[\w'/{}-]+ ){0,6}?returns? (?:all"
            r"|every) (?:(?!of |in |from |for |its |their )[\w'-]+ ){0,3}?(?:records?|rows?|orders?|items?"
            r"|entries|results?|customers?|users?|products?|invoices?|events?|transactions?|messages?|documents?"
            r"|matches)(?:$|[.,;]| (?:of|in|from) (?:the|all) (?:table|database|system|shop|tenants?)| that "
            r"(?:exist|there))",
            r"\ball (?:[\w'-]+ ){0,3}?(?:records|rows|orders|items|entries|results|customers|users|products"
            r"|invoices|events|transactions) are (?:returned|sent|loaded|delivered) (?:[\w'-]+ ){0,3}?(?:at once"
            r"|in (?:one|a single)|together|no matter|regardless|without)",
            r"\ball (?:[\w'-]+ ){1,7}?(?:are|is) (?:sent|shown|returned|loaded|delivered|listed|transferred|fetched)"
            r" (?:[\w'-]+ ){0,4}?"
            r"(?:at once|in one (?:go|piece|answer|response|page)|in a single (?:answer|response|page|request))",
            r"\b(?:gets?|receives?|downloads?|reads?|sees?|takes?|are sent|is sent) (?:all|every|each|the whole|the"
            r" full|the complete) "
            r"(?:[\w'-]+ ){0,5}?in (?:one|a single|the same) (?:go|response|call|answer|reply|request|page|document"
            r"|list)\b",
            r"\bunbounded (?:result|list|response)s?(?: sets?)?",
        ),
        unless=r"per page|in pages|paged by|page by page|paginated by|next_cursor|cursor-based|streamed|chunks"
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
            r"\b(?:any|arbitrary|unlimited|unrestricted|unbounded|whatever|every) (?:file )?(?:size|length)\b",
            r"\b(?:arbitrarily|unlimitedly|infinitely) (?:large|big|long|sized)\b",
            r"\bas (?:large|big|long|heavy) as (?:[\w'-]+ ){1,3}?(?:likes?|wants?|wish|wishes|pleases?|needs?)\b",
            r"\bno matter how (?:large|big|long)\b|\bhowever (?:large|big)\b|\bregardless of (?:their |its "
            r"|the )?(?:file )?size\b",
            r"\bsize (?:of (?:the |an? |uploaded )?(?:\w+ ){1,3})?(?:is|are) (?:not (?:limited|checked|restricted"
            r"|capped|bounded|validated|enforced)|unlimited|unrestricted|unbounded|unchecked)",
            r"\buploads? (?:\w+ ){0,3}(?:are|is) (?:not (?:limited|restricted|capped|bounded)|unlimited"
            r"|unrestricted|unbounded)\b",
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
