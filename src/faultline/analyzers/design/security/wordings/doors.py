"""How engineers put faults into words: doors: who gets in, and to what.

The expressions see sentences in lower case; `documents/wording.py` says how they are used.
"""

from __future__ import annotations

from faultline.analyzers.design.documents.wording import Wording

_DATA = (
    r"(?:databases?|db|data ?stores?|postgres\w*|mysql|mariadb|mongo\w*|redis|elasticsearch|opensearch"
    r"|rabbitmq|kafka|memcached|etcd|cassandra|clickhouse|influxdb|message brokers?|brokers?|caches?|nfs"
    r"|consul|zookeeper|port (?:5432|3306|6379|27017|9200|5672|9092|11211|2379))"
)

WORDINGS = (
    Wording(
        rule="security/exposed-data-port",
        keys=(
            "'s port",
            "database",
            "postgres",
            "mysql",
            "mariadb",
            "mongo",
            "redis",
            "elastic",
            "opensearch",
            "rabbit",
            "kafka",
            "memcached",
            "etcd",
            "cassandra",
            "clickhouse",
            "broker",
            "cache",
            "port ",
            "data store",
            "datastore",
            "consul",
            "zookeeper",
            " db ",
            "nfs",
            "influx",
        ),
        hazards=(
            rf"\b{_DATA}\b (?:[\w'-]+ ){{0,6}}?(?:without (?:a |any )?(?:password|authentication|auth|credentials"
            rf"|login)|has no (?:password|authentication|auth)|no (?:password|auth|authentication)\b|auth"
            rf"(?:entication)? (?:is )?(?:disabled|off|turned off)|not password[- ]protected|requires? no "
            rf"(?:password|auth\w*|credentials))",
            rf"\b(?:anyone|anybody|everyone|the internet|everybody) (?:[\w'-]+ ){{0,5}}?(?:reach|connect to|access"
            rf"|query|log in to) (?:the |our )?(?:[\w'-]+ )?{_DATA}",
            r"\b(?:security group|firewall|ingress rule|network acl)s? (?:[\w'-]+ ){0,4}?(?:allow\w*|open\w*"
            r"|permit\w*) (?:[\w'./-]+ ){0,8}?(?:0\.0\.0\.0/0|anywhere|the (?:whole |entire )?internet|all (?:ips"
            r"|addresses|networks|sources)|any (?:ip|address|source))",
        ),
        unless=r"only (?:from|via|through|over|inside|within|reachable|to|by|for)|private (?:subnet|network|ip|link"
        r"|endpoint)|restricted to|api in front|over the internet by nobody|https only|port 443|load balancer"
        r"|cluster-?ip|internal network|vpc|cloudfront|cdn|edge cache",
        says="The text says that a store of data is open to the network.",
    ),
    Wording(
        rule="security/no-authentication",
        keys=(
            "auth",
            "login",
            "signing in",
            "logged in",
            "identity",
            "log in",
            "logging in",
            "sign-in",
            "sign in",
            "token",
            "api key",
            "credential",
            "password",
            "anyone",
            "anybody",
            "anonymous",
            "trust",
            "open to",
            "everyone",
            "who the caller",
            "signature",
            "open endpoint",
            "verif",
        ),
        thing=r"(?:authentication|auth\b(?! ?(?:service|layer|code|header))|authn|api authentication|login"
        r"|log-?ins?|sign-?in|access control|authori[sz]ation (?:and|or) authentication|authentication (?:and"
        r"|or|&) authori[sz]ation|(?:api[- ]key|token|jwt|signature|identity|caller) (?:checks?|validation"
        r"|verification|authentication)|signature(?:s)?(?= (?:check|verif|valid)\w*))",
        done=r"authenticated|password[- ]protected",
        hazards=(
            r"\bwithout (?:a |any |an |valid |being |needing |sending |presenting |checking (?:the |any |a )?)*"
            r"(?:\w+ )?(?:credentials?|passwords?|tokens?|api[- ]keys?|logging in|signing in|logged in"
            r"|authenticated|authenticating|identity|verifying (?:the |its |their |any )?(?:[\w']+ )?"
            r"(?:signatures?|tokens?|identity|sender|caller))\b",
            r"\b(?:any(?:one|body)|everyone|everybody|whoever|any (?:client|caller|visitor|host|pod|machine"
            r"|process|device|network peer))(?! with (?:[\w'-]+ ){0,3}?(?:access|permissions?|rights?|roles?"
            r"|accounts?)\b)"
            r"(?! can now)(?! in (?:the|our|your) (?:\w+ )?(?:org\w*|team|company)) (?:[\w'-]+ ){0,8}?(?:can|may"
            r"|could|is able to|are able to"
            r"|is allowed to|knows? the (?:url|address)|with the url) (?:[\w'-]+ )?(?:call|use|read|write|invoke"
            r"|reach|query|access|create|delete|change|cancel|trigger|post|publish|connect|submit|see|issue|fetch"
            r"|download|order|refund)\b",
            r"\b(?:(?:do|does)(?: not|n't) (?:require|need|ask for|expect|demand)|(?:needs?|requires?|asks? for"
            r"|expects?) no)"
            r" (?:an? |any |the )?(?:\w+ )?(?:log-?ins?|sign-?in|tokens?|authentication|credentials?|passwords?"
            r"|api[- ]keys?)\b",
            r"\b(?:(?:do|does)(?: not|n't) (?:have|need) to|need(?: not|n't)|(?:nobody|no one|none of \w+) (?:has|have"
            r"|needs?|need) to|(?:is|are)(?: not|n't) (?:asked|required|obliged|forced) to) (?:first )?"
            r"(?:log ?in|log on|sign ?in|authenticate)\b",
            r"\bno (?:passwords?|credentials?|tokens?|api[- ]keys?|log-?in|sign-?in) (?:is|are) (?:asked|requested"
            r"|required|wanted|demanded|necessary)\b",
            r"\b(?:can|may) be (?:called|used|read|reached|opened|queried|changed|accessed|written) by (?:any(?:one"
            r"|body)|everyone|everybody|whoever)(?! (?:with|who (?:is|has)|in (?:the|our) (?:team|company|org\w*)))\b",
            r"\b(?:unauthenticated|anonymous|unsigned) (?:[\w-]+ ){0,2}?(?:access|endpoints?|api|writes?"
            r"|interface|connections?)\b(?! (?:is|are) (?:limited|rare|disabled|off|refused|turned off|switched off))",
        ),
        unless=(
            r"\b(?:create an account|web ?site is|newsletter|tracking number|everything else|captcha|(?:needs"
            r"|requires) a login"
            r"|scans|budget|left to the identity|no further login|sign in once|changelog|healthz|is mounted"
            r"|locally|local,"
            r"|local (?:mode|use|usage|development)|health(?! (?:data|network|records?|insurance))|liveness"
            r"|readiness|status page"
            r"|log-?in (?:page|form|endpoint)|sign-?up|regist(?:er"
            r"|ration)|public (?:catalog\w*|website|pages?|data|content|product|read|docs|documentation"
            r"|endpoints?|key|api (?:is|are|serves)? ?(?:documented|read))|landing|api docs|documentation|static"
            r"|assets|robots|favicon|marketing"
            r"|password reset|browse|browsing|product (?:list|page|search)|home ?page|(?:catalog\w*|prices?"
            r"|products?|shop|store locator|news|blog|pages?) (?:\w+ )?(?:is|are) public|jwks|open ?api "
            r"(?:document|file|specification)|well-known|zero[- ]trust|not trusted|trusts? (?:no|nobody|only)"
            r"|never trusts?|no (?:service|request|caller|call|one|client) (?:is )?(?:trusted|without|reaches)"
            r"|guest checkout|passwordless|store ?front|only (?:decodes|after)|login attempts|expired|ready for"
            r"|two-factor|account lock|requests? (?:a|per) (?:second|minute|hour|day)"
            r"|get 401|401|403|redirected to (?:the )?login|opening hours|trust(?:s|ed)? (?:ca|certificate|store"
            r"|anchor|boundary|boundaries|zone|proxy)|probes?|metrics? (?:are )?scrap)\b"
        ),
        cell=r"authentication|auth|access control|login|auth(?:entication)? required\??|protected(?: by)?",
        bad=r"anonymous|public|open|basic auth off",
        says="The text says that callers need not say who they are.",
    ),
    Wording(
        rule="security/no-authorization",
        keys=(
            "owns",
            "verify",
            "another",
            "ownership",
            "authori",
            "only check",
            "logged in",
            "signed in",
            "changing the",
            "just check",
            "permission",
            "owner",
            "any user",
            "any logged",
            "any authenticated",
            "any customer",
            "every user",
            "any signed",
            "tenant",
            "role",
            "other",
            "belong",
            "any employee",
            "allowed",
            "guess",
            "all users",
            "access control",
            "acl",
        ),
        thing=r"(?:authori[sz]ation(?: checks?| layer| model)?|permission (?:checks?|model|system)"
        r"|ownership checks?|tenant (?:isolation|checks?|filters?|separation)|role checks?|rbac"
        r"|role-based access control|roles|object-level (?:checks?|authori[sz]ation)|access checks?"
        r"|data isolation)",
        hazards=(
            r"\b(?:any|every|each|all) (?:logged[- ]in |authenticated |signed[- ]in |valid |registered )?"
            r"(?:users?|customers?|tenants?|clients?|employees?|accounts?|members?|merchants?|callers?|token"
            r"|api key|seller) (?:[\w'-]+ ){0,3}?(?:can|may|could|is able to|are able to|is allowed to|gets? to"
            r"|has access to|have access to) (?:[\w'-]+ ){0,4}?(?:read|see|view|access|change|edit|delete"
            r"|download|list|modify|fetch|update|cancel|open|query|call|use)?(?: [\w'-]+){0,5}? ?(?:any|all|other"
            r"|every|everyone|others'?|another|each other|somebody else|someone else)",
            r"\b(?:any|every|each) (?:logged|signed)[- ]in \w+ (?:can |may )?"
            r"(?:sees?|reads?|gets?|opens?|downloads?|changes?)"
            r" (?:[\w'-]+ ){0,4}?(?:all|any|every|others?)\b",
            r"\b(?:only|just|merely) (?:checks?|verif(?:y|ies)|validates?|looks?) (?:[\w'-]+ ){0,3}?(?:that"
            r"|whether|if|for) (?:[\w'-]+ ){0,4}?(?:logged in|valid|authenticated|signed in|present|token|exists"
            r"|session)",
            r"\bnot (?:scoped|filtered|restricted|limited|isolated|separated|partitioned) (?:[\w'-]+ )?(?:to|by"
            r"|per|for) (?:the |a |each |their )?(?:[\w'-]+ )?(?:tenants?|users?|owners?|customers?|accounts?"
            r"|organi[sz]ations?)\b",
        ),
        unless=r"row[- ]level|403|404 for|only (?:their|his|its) own|their own (?:data|orders|records|tickets"
        r"|profile)|public (?:profile|data|posts?)|token bucket|reviews? of other|and nothing else|own data"
        r"|comments|shared with|denied by default|catalog|published|authori[sz]ation decisions",
        cell=r"authori[sz]ation|permissions?|access checks?|roles",
        says="The text says that nobody checks what a caller may do.",
    ),
    Wording(
        rule="security/any-origin",
        keys=("cors", "origin"),
        hazards=(
            r"\b(?:cors|access-control-allow-origin|origins?)\b[^.;]{0,60}(?:\*|\bwildcard\b|\b(?:any|all|every"
            r"|arbitrary) (?:origins?|domains?|sites?|hosts?|websites?)|\breflect\w*|\bopen to (?:all|everyone"
            r"|any)|wide open)",
        ),
        unless=r"fonts?\b|no wildcard|never|not (?:use )?(?:a )?wildcard|public (?:read|data|fonts?|assets)|allow-?list"
        r"|wildcard (?:certificate|dns)",
        says="The text says that every web site may call it from a browser.",
    ),
    Wording(
        rule="security/no-mfa",
        keys=("mfa", "2fa", "multi-factor", "two-factor", "second factor", "multifactor"),
        thing=r"(?:mfa|2fa|(?:multi|two)-?factor(?: authentication| login)?|second factors?)",
        cell=r"mfa|2fa|second factor",
        unless=r"machine|service account|mandatory|would be|not offered to guests|\b(?:2fa|mfa) (?:endpoint"
        r"|button|setting|flow|page"
        r"|option)",
        says="The text says that a stolen password is enough.",
    ),
)
