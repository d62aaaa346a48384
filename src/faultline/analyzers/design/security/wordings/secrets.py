"""How engineers put faults into words: secrets: where they are kept, who shares them, how long they live.

The expressions see sentences in lower case; `documents/wording.py` says how they are used.
"""

from __future__ import annotations

from faultline.analyzers.design.documents.wording import Wording

WORDINGS = (
    Wording(
        rule="security/weak-password-storage",
        keys=("password", "hash", "credential", "pin"),
        hazards=(
            r"\b(?:passwords?|user credentials|login credentials|pins?)\b (?:[\w'-]+ ){0,8}?(?:in plain ?text"
            r"|in plaintext|in clear ?text|in the clear|in clear-?text|as plain ?text|unhashed|unencrypted|as is"
            r"|as they are|readabl[ey]|reversibl[ye]|base64\w*|verbatim|not hashed|without hashing|as entered)",
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
        rule="security/shared-account",
        keys=("account", "login", "log in", "credential", "password", "user", "key", "root", "superuser"),
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
            "password ",
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
            r"\b(?:default|factory|initial|out-of-the-box|vendor(?:'s)?) (?:[\w'-]+ ){0,2}?(?:passwords?"
            r"|credentials?|logins?|accounts?|user(?:name)? and password|admin password)\b(?!.{0,60}\b(?:changed"
            r"|rotated|replaced|disabled|removed|must be)\b)",
            r"\b(?:admin|root|guest|user|test|postgres|sa|elastic|minioadmin)\s?[/:]\s?(?:admin\w*|root|guest"
            r"|password|test|postgres|123\w*|changeme|secret|minioadmin)\b",
            r"\bpasswords? (?:is|are|=|:|stays?|remains?|set to) (?:\w+ )?[\"'`]?(?:admin\w*|root|password"
            r"|changeme|123\w*|guest|secret|letmein|test)[\"'`]?(?=$|[.,;) ])",
            r"\b(?:user(?:name)?|login|account) [\"'`]?(\w{2,20})[\"'`]?,? (?:and )?(?:the )?password [\"'`]?\1\b",
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
            "valid ",
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
            r"\b(?:tokens?|sessions?|jwts?|keys?|credentials?) (?:[\w'-]+ ){0,5}?(?:stays?|remains?|is|are) valid"
            r" (?:until|till|unless) (?:somebody|someone|it is|they are|we|an admin\w*) (?:\w+ ){0,2}?(?:delete|revoke"
            r"|remove|withdraw)",
            r"\b(?:tokens?|sessions?|jwts?|cookies?|links?|urls?|keys?|credentials?|passwords?) (?:[\w'-]+ ){0,5}?"
            r"(?:for|of|lives?|lasts?) (?:(?:[2-9]|\d\d+|two|three|five|ten|many|several) (?:whole )?years?"
            r"|[1-9]\d{2,3} days)\b",
        ),
        about=r"token|session|key|link|cookie|jwt|credential|certificate|password|secret|url",
        unless=r"short-lived|\bca\b|root certificate|links? to products?|\b\d{1,3}[- ]min(?:ute)?s?\b"
        r"|idempotency|cache|primary keys?"
        r"|redis|never (?:valid|live"
        r"|lives) (?:longer|more)"
        r"|redirect|records?|refresh(?:es|ed)? every|until they expire|public keys?|permalink|foreign",
        says="The text says that a credential works for ever.",
    ),
)
