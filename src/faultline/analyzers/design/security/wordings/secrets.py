"""How engineers put faults into words: secrets: where they are kept, who shares them, how long they live.

The expressions see sentences in lower case; `documents/wording.py` says how they are used.
"""

from __future__ import annotations

from faultline.analyzers.design.documents.wording import Wording

_PRIVATE = (
    r"(?:secrets?|passwords?|credentials?|api[- ]?keys?|access keys?|tokens?|private keys?|signing keys?"
    r"|encryption keys?|service account keys?|connection strings?|\.env(?: files?)?|ssh keys?|keys)"
)
_WHERE = (
    r"(?:repo(?:sitor(?:y|ies))?|git(?:hub|lab)?|source(?: code| tree| files?)?|code ?base|code"
    r"|version control|svn|docker ?file|(?:docker |container )?images?|(?:docker[- ])?compose(?: files?)?"
    r"|config ?maps?|wiki|confluence|readme|values\.ya?ml|helm (?:values|chart)|ansible (?:playbooks?"
    r"|inventory)|terraform (?:files?|code|state)|(?:front-?end|javascript|client|mobile|app) ?(?:bundle"
    r"|code|app)?|binary|apk|jar|spreadsheet|shared (?:document|drive|folder)|slack|google doc"
    r"|plain ?text(?: files?)?|clear ?text)"
)
_PEOPLE = (
    r"(?:everyone|everybody|all (?:[\w'-]+ ){0,2}?(?:operators|engineers|developers|admins|administrators"
    r"|services|teams?|staff|members|employees|people|agents|of us|users)|the (?:whole |entire |support "
    r"|operations |ops |dev\w* |platform )?(?:team|staff|crew)|operators|engineers|developers"
    r"|administrators|admins|support(?: agents| staff)?|several (?:people|services|teams)|every "
    r"(?:engineer|developer|service|operator|team member|employee))"
)

WORDINGS = (
    Wording(
        rule="security/secret-in-file",
        keys=(
            "secret",
            "password",
            "credential",
            "key",
            "token",
            ".env",
            "connection string",
            "hard-coded",
            "hardcoded",
            "hard coded",
        ),
        hazards=(
            rf"\b{_PRIVATE}\b (?:[\w'/.-]+,? ){{0,8}}?(?:committed|checked[- ]in|checked into|stored|kept|lives?|live"
            rf"|hard-?coded|hard coded|embedded|baked|part of|saved|written|placed|put|stands?|sits?|found|shipped"
            rf"|bundled|included|maintained|pasted|documented|copied|are|is) (?:[\w'/.-]+ ){{0,5}}?(?:in|into|to"
            rf"|inside|with|on|within|as) (?:the |our |a |an |its |their )?(?:[\w'/.-]+ ){{0,3}}?{_WHERE}\b",
            rf"\b(?:hard-?coded|hard coded|committed|embedded|checked-in) (?:[\w'/-]+ ){{0,4}}?{_PRIVATE}\b",
            rf"\b{_PRIVATE}\b (?:[\w'/.-]+,? ){{0,6}}?(?:is|are) (?:all )?(?:a )?part of (?:the |our |its"
            rf" )?(?:[\w'/.-]+ ){{0,2}}?{_WHERE}\b",
            rf"\b{_PRIVATE}\b (?:[\w'/.-]+ ){{0,4}}?(?:is|are) (?:hard-?coded|hard coded|committed|checked in)\b",
            rf"\b(?:commits?|checks? in|hard-?codes?|embeds?|bakes?|stores?|keeps?|puts?|ships?) (?:the |our |its "
            rf"|all |their )?(?:[\w'/-]+ ){{0,3}}?{_PRIVATE} (?:[\w'/-]+ ){{0,3}}?(?:in|into|to|inside|with) "
            rf"(?:the |our |a |an |its )?(?:[\w'/.-]+ ){{0,3}}?{_WHERE}\b",
            rf"\b(?:repo(?:sitory)?|source code|code ?base|docker ?file|docker image|image|compose file"
            rf"|config ?map|front-?end bundle|app bundle|mobile app|wiki|git history) (?:[\w'-]+ ){{0,2}}?"
            rf"(?:contains?|includes?|holds?|carries|has|ships with|lists?) (?:the |our |its |all |an? )?"
            rf"(?:[\w'/-]+ ){{0,4}}?{_PRIVATE}\b",
        ),
        unless=r"test (?:user|tenant)|public keys?|sops|sealed|encrypted|vault|secrets? manager|references?|placeholder|primary keys?"
        r"|foreign keys?|key-value|redis keys?|cache keys?|partition keys?|idempotency keys?|routing keys?"
        r"|sort keys?|hash(?:ed|es)?|names? of|never|external secrets|parameter store|keychain|secret store"
        r"|kms|token bucket|git ?hub (?:secrets|actions secrets)|ci secrets|sealed-secrets|scan|bcrypt|argon"
        r"|in memory|cookie|local ?storage|in redis|in the database|database table|\bhsm\b|foreign"
        r"|stored as code|tokens? (?:is|are) (?:sent|passed)|design tokens?|in the code review|key "
        r"(?:decisions?|points?|facts?|metrics?|components?)",
        says="The text says that a secret is kept where many can read it.",
    ),
    Wording(
        rule="security/weak-password-storage",
        keys=("password", "hash", "credential", "pin"),
        hazards=(
            r"\b(?:md5|sha-?1|unsalted|sha-?256 without)\b[^.;]{0,40}\bpasswords?\b",
            r"\b(?:passwords?|user credentials|login credentials|pins?)\b (?:[\w'-]+ ){0,8}?(?:in plain ?text"
            r"|in plaintext|in clear ?text|in the clear|in clear-?text|as plain ?text|unhashed|unencrypted|as is"
            r"|as they are|readabl[ey]|reversibl[ye]|base64\w*|verbatim|not hashed|without hashing|as entered)",
            r"\b(?:passwords?|user credentials|login credentials|pins?)\b[^.;]{0,60}\b(?:md5|sha-?1|sha-?256"
            r"|sha-?512|unsalted|crc32|des)\b(?!.{0,40}(?:pbkdf2|rounds|iterations))",
            r"\b(?:md5|sha-?1|unsalted|plain sha-?256) (?:[\w'-]+ ){0,3}?(?:passwords?|password hash\w*|hash"
            r"(?:es)? of (?:the )?passwords?)",
            r"\b(?:passwords?)\b (?:[\w'-]+ ){0,4}?(?:encrypted|stored encrypted) (?:with|using) "
            r"(?:[\w'-]+ ){0,3}?(?:aes|key|so that)",
            r"\b(?:e-?mails?|sends?|mailed) (?:[\w'-]+ ){0,4}?(?:his|her|their|the|forgotten|current|original"
            r"|old) (?:\w+ )?password\b",
            r"\b(?:plain ?text|plaintext|clear ?text|unhashed|unsalted) (?:[\w'-]+ )?passwords?\b",
        ),
        unless=r"bcrypt|argon|scrypt|pbkdf2|never|no (?:plain ?text|clear ?text)|sent|transmitted|over http|pin(?:s"
        r"|ned)? (?:to|version)|logs?\b|logged",
        cell=r"password (?:storage|hash(?:ing|es)?)",
        bad=r"md5.*|sha-?1.*|sha-?256|plain ?text|clear ?text|none|base64|unsalted.*",
        says="The text says that passwords can be read or quickly guessed.",
    ),
    Wording(
        rule="security/token-in-browser-storage",
        keys=("localstorage", "local storage", "sessionstorage", "session storage"),
        hazards=(
            r"\b(?:tokens?|jwts?|credentials?|sessions?|passwords?|secrets?|(?:api|access) keys?)\b[^.;]{0,70}?"
            r"(?:\b(?:in|into|to|from|via|using|uses?|with|at) |\()(?:the )?(?:browser'?s? |client'?s? |web )?"
            r"(?:local ?storage|session ?storage)\b",
            r"\b(?:local ?storage|session ?storage) (?:[\w'-]+ ){0,4}?(?:holds?|keeps?|stores?|contains?|for) "
            r"(?:[\w'-]+ ){0,3}?(?:tokens?|jwts?|credentials?|passwords?)\b",
        ),
        unless=r"csrf|xsrf|device token|push token|design tokens?|theme|never|instead of|rather than|avoid|remov"
        r"|migrat|moved? (?:away )?from|logout|log ?out|clear",
        says="The text says that scripts of a page can read a token.",
    ),
    Wording(
        rule="security/secrets-in-logs",
        keys=("log", "trace", "printed", "print"),
        hazards=(
            rf"\b(?:logs?|logged|logging|log lines?|log files?|access logs?|traces?|debug output|prints?|printed"
            rf"|writes? to the log)\b (?:[\w'-]+ ){{0,9}}?(?:{_PRIVATE}|card numbers?|credit card\w*|pans?|cvvs?"
            rf"|personal data|pii|social security numbers?|authorization headers?|auth headers?|session (?:ids?"
            rf"|cookies?)|(?:full|complete|whole|entire) (?:request|requests|payloads?|bod(?:y|ies)|headers?)"
            rf"|request bod(?:y|ies)|health data)",
            rf"\b(?:{_PRIVATE}|card numbers?|credit card\w*|pans?|cvvs?|personal data|pii|social security numbers?"
            rf"|authorization headers?|session (?:ids?|cookies?)|(?:full |complete |whole )?(?:request"
            rf"|response) (?:bod(?:y|ies)|payloads?)|(?:full|complete) requests|health data) "
            rf"(?:[\w'-]+ ){{0,7}}?(?:logged|printed|written (?:in)?to (?:the )?(?:\w+ )?logs?|in (?:the |our )?"
            rf"(?:\w+ )?logs?\b|appear in (?:the )?(?:\w+ )?(?:logs?|traces?))",
        ),
        unless=r"dropped|mask|redact|scrub|hash|never|no (?:secrets?|personal|tokens?|passwords?|card)|without"
        r"|exclud|stripp"
        r"|remov|filter|log(?:s|ged|ging)? (?:in|out|into)\b|truncated|last four|keys? (?:are|is) (?:order"
        r"|trace|correlation)|audit log of|rotated|log-?in|logout|login|catalog|changelog|key (?:events"
        r"|metrics|operations)|correlation|log retention|tokens? (?:used|consumed|count)|token usage",
        says="The text says that logs hold what nobody should read.",
    ),
    Wording(
        rule="security/shared-account",
        keys=("account", "login", "log in", "credential", "password", "user", "key", "root", "superuser"),
        hazards=(
            rf"\b{_PEOPLE} (?:[\w'-]+ ){{0,4}}?(?:shares?|uses?|logs? in (?:with|as|using|through)|logs? on "
            rf"(?:with|as)|works? (?:with|as)|connects? (?:with|as|using|through)|signs? in (?:with|as)|knows?) "
            rf"(?:[\w'-]+ ){{0,3}}?(?:one|a single|the same|a common|a shared|one common|one shared) "
            rf"(?:[\w'/-]+ ){{0,4}}?(?:accounts?|logins?|users?|passwords?|keys?|credentials?|root|superuser"
            rf"|ssh keys?)",
            r"\b(?:shared|common|joint|generic) (?:[\w'/-]+ ){0,2}?(?:admin\w*|root|superuser|service|database"
            r"|operator|support|ssh|login|team|user|on-call)? ?(?:accounts?|(?<=database )users?"
            r"|(?<=admin )users?|(?<=service )users?|logins?|passwords?|credentials?|ssh keys?|root user"
            r"|superuser)\b",
            r"\b(?:one|a single|the same|1) (?:[\w'/-]+ ){0,3}?(?:account|login|password|credentials?|ssh key"
            r"|api key|user) (?:[\w'-]+ ){0,4}?(?:shared|used|known) (?:[\w'-]+ ){0,2}?(?:by|among|between|across"
            r"|to|for|with) (?:all|everyone|everybody|the (?:whole|team|operators|staff)|several|every|many"
            r"|multiple)",
            r"\b(?:same|one) (?:[\w'/-]+ ){0,2}?(?:password|credentials|api key|ssh key|secret|signing key) "
            r"(?:[\w'-]+ ){0,4}?(?:for|in|on|across) (?:all|every|each|both|dev\w* and|staging and"
            r"|production and) (?:[\w'-]+ ){0,2}?(?:environments?|services?|customers?|tenants?|servers?|machines"
            r"|clients?|partners?|production|prod|staging)",
            r"\ball services (?:[\w'-]+ ){0,4}?(?:superuser|root|sa|postgres user|admin(?:istrator)?(?: account"
            r"| user)?)\b",
        ),
        unless=r"each has its own|since the split|own (?:account|login|user|credentials|key|password)|no shared"
        r"|not share|never|n't share"
        r"|shared secret|pre-shared|shared (?:account service|user service|key service|ledger)|user (?:table"
        r"|service)|break-glass|aws account|cloud account|accounts? service|same user|single sign|same vpc",
        cell=r"accounts?|database user|db user|login",
        bad=r"shared.*|same for all.*|one for all.*|root|sa|superuser",
        says="The text says that several share one account.",
    ),
    Wording(
        rule="security/default-password",
        keys=(
            "default",
            "password is",
            "password:",
            "password =",
            "password remains",
            "password stays",
            "password set",
            "admin/",
            "root/",
            "guest/",
            "admin:",
            "factory",
            "changeme",
            "admin123",
            "12345",
            "out of the box",
        ),
        hazards=(
            r"\bdefault (?:[\w'-]+ ){0,2}?(?:passwords?|credentials?|logins?|accounts?)\b.{0,60}\b(?:not|never"
            r"|n't) (?:yet )?(?:been )?(?:changed|rotated|replaced|removed|disabled)",
            r"\b(?:default|factory|initial|out-of-the-box|vendor(?:'s)?) (?:[\w'-]+ ){0,2}?(?:passwords?"
            r"|credentials?|logins?|accounts?|user(?:name)? and password|admin password)\b(?!.{0,60}\b(?:changed"
            r"|rotated|replaced|disabled|removed|must be)\b)",
            r"\b(?:admin|root|guest|user|test|postgres|sa|elastic|minioadmin)\s?[/:]\s?(?:admin\w*|root|guest"
            r"|password|test|postgres|123\w*|changeme|secret|minioadmin)\b",
            r"\bpasswords? (?:is|are|=|:|stays?|remains?|set to) (?:\w+ )?[\"'`]?(?:admin\w*|root|password"
            r"|changeme|123\w*|guest|secret|letmein|test)[\"'`]?(?=$|[.,;) ])",
        ),
        unless=r"\blocal\b|laptop|development|in tests|no default|\bto set (?:the |a |your )?default"
        r"|\bset (?:the |your )?[\w.]*default_\w*password"
        r"|(?<!not )(?<!been )(?<!never )(?:changed|disabled|removed|replaced|rotated)"
        r"|(?<!not )(?<!never )been (?:changed|disabled|removed|replaced|rotated)|never (?:used|left|kept"
        r"|in use)|must be|forced|random",
        says="The text says that a password is the one that everybody knows.",
    ),
    Wording(
        rule="security/credentials-never-expire",
        keys=(
            "expir",
            "rotat",
            "lifetime",
            "valid for",
            "forever",
            "never changed",
            "long-lived",
            " days",
            "year",
            "indefinitely",
            "revok",
            "revoc",
            "ttl",
        ),
        thing=r"(?:(?:key|secret|credential|token|password|certificate) (?:rotation|expiry|expiration"
        r"|lifetime limits?|revocation)|rotation of (?:\w+ )?(?:keys?|secrets?|credentials?|passwords?"
        r"|tokens?)|(?:expiry|expiration)(?: dates?)?|way to revoke \w+|revocation)",
        hazards=(
            r"\b(?:tokens?|sessions?|(?:api|access|signing|ssh|encryption) keys?|links?|cookies?|jwts?"
            r"|credentials|certificates?|passwords?|secrets?|urls?) (?:[\w'-]+ ){0,6}?(?:never expires?"
            r"|do not expire|does not expire|don't expire|doesn't expire|without (?:an? )?(?:expir\w+|end date"
            r"|lifetime)|no (?:expir\w+|end date)|valid (?:forever|indefinitely|for ever|for (?:\d+|ten|five|two"
            r"|three|many|several) years)|lives? forever|never (?:rotated|changed|renewed|revoked)|not (?:rotated"
            r"|revoked|changed)|(?:cannot|can't|can not) be revoked|unlimited lifetime|stays? valid (?:forever"
            r"|for ever|until|after (?:logout|the user)|indefinitely)|for ever valid)",
            r"\b(?:non-expiring|never-expiring|eternal|everlasting|permanent) (?:[\w'-]+ )?(?:tokens?|sessions?"
            r"|keys?|credentials|cookies?|links?|passwords?)\b",
            r"\b(?:tokens?|sessions?|jwts?|cookies?|links?|urls?|keys?|credentials?|passwords?) (?:[\w'-]+ ){0,5}?"
            r"(?:for|of|lives?|lasts?) (?:(?:[2-9]|\d\d+|two|three|five|ten|many|several) (?:whole )?years?"
            r"|[1-9]\d{2,3} days)\b",
        ),
        about=r"token|session|key|link|cookie|jwt|credential|certificate|password|secret|url",
        unless=r"short-lived|\bca\b|root certificate|links? to products?|\b\d{1,3}[- ]min(?:ute)?s?\b|idempotency|cache|primary keys?"
        r"|redis|never (?:valid|live"
        r"|lives) (?:longer|more)"
        r"|redirect|records?|refresh(?:es|ed)? every|until they expire|public keys?|permalink|foreign",
        says="The text says that a credential works for ever.",
    ),
)
