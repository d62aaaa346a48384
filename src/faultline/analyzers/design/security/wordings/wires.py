"""How engineers put faults into words: wires and disks: who can read along.

The expressions see sentences in lower case; `documents/wording.py` says how they are used.
"""

from __future__ import annotations

from faultline.analyzers.design.documents.wording import Wording

_SPOKEN_TO = (
    r"(?:api|endpoints?|services?|backends?|calls?|called|sends?|sent|posts?|posted|webhooks?|callbacks?|connects?"
    r"|talks?|traffic|"
    r"requests?|base url|reachable|exposed|served|listens?|gateway|upstream|clients?|users? (?:open|reach|log)"
    r"|deployed)"
)
"""Words of a sentence in which an address is one that somebody sends data to, and no reference for readers."""
_ADDRESS = (
    r"http://(?!localhost|127\.|0\.0\.0\.0|\[::1|www\.w3\.org|schemas?\.|xmlns|json-schema|purl\.org"
    r"|[\w-]+(?::\d+)?(?:/|\s|$|[`\"')]))[\w.-]+\.[a-z]{2,}"
)

WORDINGS = (
    Wording(
        rule="security/plain-http",
        keys=(
            "http",
            "tls",
            "ssl",
            "unencrypted",
            "encrypt",
            "clear text",
            "cleartext",
            "plaintext",
            "plain text",
            "plain tcp",
            "transport",
            "ftp",
            "telnet",
            "wire",
            "in transit",
        ),
        thing=r"(?:m?tls(?: ?1\.[23])?|ssl|https|tls/https|ssl/tls|tls/ssl|(?:transport|wire|in-transit"
        r"|end-to-end) (?:encryption|security)|encryption (?:in transit|on the wire|in flight|between \w+ \w+"
        r"|over the wire)|tls certificates?)",
        hazards=(
            r"^[\w '/`-]{2,60} (?:to|->|→|-) [\w '/`-]{2,60}: (?:plain )?http\b(?!s|/[23])",
            r"\b(?:plain|unencrypted|clear-?text|plaintext|unsecured|insecure|bare|raw|ordinary|un-?tls'?d) "
            r"(?:old )?http\b(?!s)",
            r"\b(?:over|via|through|using|uses?|with|on|by|speaks?|in|as) http\b(?!s)(?! ?(?:/ ?2|/ ?3|2|3|status"
            r"|headers?|methods?|verbs?|codes?|redirects?|basic|semantics|polling|cach\w+|errors?|responses?"
            r"|and https|or https|long|live|only redirects?|to https|port 80 redirect))(?=.{0,80}\b"
            r"(?:not encrypted|unencrypted|without (?:tls|ssl|encryption)|in clear|plain|port 80\b|no tls"
            r"|public internet|instead of https|rather than https|not https|only\b))",
            r"\b(?:browsers?|mobile (?:apps?|clients?)|web ?(?:site|shop|app\w*)|clients?|users?|customers?"
            r"|partners?|the public|log-?ins?|passwords?|credentials?|tokens?|card (?:data|numbers?|details)"
            r"|payments?|personal data|public (?:api|internet)|api gateway is)\b[^.;]{0,70}\b(?:over|via|through"
            r"|using|uses?|with|by) http\b(?!s)(?!/[23]|[\w/]| (?:status|headers?|methods?|verbs?|codes?"
            r"|redirects?|basic|semantics|polling|cach|errors?|responses?|get|post|put|and|or https|api|long|live"
            r"|requests?|calls?))",
            r"\b(?:traffic|communication|connections?|calls?|requests?|data|messages?|passwords?|credentials?"
            r"|tokens?|sessions?|cookies|card (?:data|numbers?)|everything|replication|logs|links?) "
            r"(?:[\w'/-]+ ){0,8}?(?:unencrypted|not encrypted|in (?:the )?clear(?: ?text)?|in clear-?text"
            r"|in plain ?text|in plaintext|without encryption|without (?:tls|ssl))(?! (?:at rest|on disk"
            r"|in the database))",
            r"\bnothing (?:[\w'-]+ ){0,3}?(?:is|gets) encrypted\b(?! at rest)",
            r"\b(?:unencrypted|clear-?text|plaintext|unsecured) (?:traffic|connections?|channels?|communication"
            r"|protocols?|links?|transport|tcp|sockets?|transfers?|ftp)\b",
            r"\b(?:uploaded|transferred|sent|exchanged|delivered|pushed|fetched) (?:[\w'-]+ ){0,4}?(?:via|over|by"
            r"|with|through) (?:plain |unencrypted )?(?:ftp|telnet)\b",
            rf"\b{_SPOKEN_TO}\b[^;]{{0,120}}\b{_ADDRESS}",
            rf"\b{_ADDRESS}[^;]{{0,120}}\b{_SPOKEN_TO}\b",
        ),
        unless=r"(?:is|are) dropped|redirect|laptop|test client|localhost|unix socket|no plain|https only|hsts"
        r"|upgrade[sd]? to https|never|terminat\w+ at"
        r"|behind the (?:mesh|proxy)|service mesh|sidecars?|acme|port 80 (?:is closed|only)|not (?:over|via"
        r"|use) (?:plain )?http|refuses? (?:plain )?http|see http|docs? at http|license|http://www\.apache"
        r"|rfc|specification|passwords? (?:are |is )?(?:stored|saved|kept|hashed)|stored in|at rest"
        r"|in the database|wireguard|ipsec|vpn",
        cell=r"tls|https|encryption(?: in transit)?|transport(?: encryption| security)?|encrypted(?: in transit)?",
        bad=r"plain http|unencrypted|http \(plain\)|cleartext|clear text|plaintext|http",
        says="The text says that what is sent can be read on the way.",
    ),
    Wording(
        rule="security/tls-verification-off",
        keys=("certificate", "verif", "self-signed", "insecure", "tls", "ssl", "hostname"),
        hazards=(
            r"\b(?:certificates?|hostnames?|tls|ssl|chain|peer|server identity|host keys?)(?: \w+){0,2}? "
            r"(?:verification|validation|checks?|checking) (?:\w+ ){0,4}?(?:disabled|turned off|switched off|off"
            r"|skipped|bypassed|ignored|relaxed)\b",
            r"\b(?:certificates?|hostnames?|certs?|host keys?) (?:[\w'-]+ ){0,4}?(?:not|never) (?:\w+ )?"
            r"(?:verified|validated|checked)",
            r"\b(?:verify ?= ?false|insecureskipverify|insecure_skip_verify|--insecure|-k flag"
            r"|ssl_verify ?[:=]? ?(?:false|off|no|none)|nodejs?_tls_reject_unauthorized ?= ?0"
            r"|stricthostkeychecking[ =]no|trust ?all)\b",
            r"\b(?:accepts?|trusts?|allows?|tolerates?) (?:any|all|every|arbitrary|self-signed|invalid|expired"
            r"|whatever) (?:\w+ )?(?:certificates?|certs?|self-signed)",
            r"\b(?:disables?|skips?|turns? off|bypass(?:es)?|ignores?|without|no) (?:\w+ ){0,2}?(?:certificate"
            r"|hostname|tls|ssl|host key) (?:verification|validation|checks?|errors?|checking)",
        ),
        unless=r"never|not (?:be )?(?:disabled|turned off|allowed)|only in (?:dev|test|local)|rejected|tests? only",
        says="The text says that anybody may pretend to be the other side.",
    ),
    Wording(
        rule="security/weak-tls",
        keys=("tls 1.0", "tls 1.1", "tlsv1", "sslv", "ssl 3", "ssl 2", "tls1.0", "tls1.1"),
        hazards=(
            r"\b(?:tls ?(?:v|version )?1\.[01]|sslv?[ -]?[23](?:\.0)?)\b(?! (?:and (?:older|below|lower|earlier)"
            r"|or (?:older|below|lower|earlier)))",
        ),
        unless=r"disabled|refused|rejected|not (?:accepted|supported|allowed|offered)|no longer|older than|below"
        r"|at least|or (?:newer|higher|later|above)|minimum|turned off|switched off|removed|retired|never|\+"
        r"|hmac-sha-?256|≥|git commit|sha-?1 of the commit",
        says="The text names a version of TLS that is broken.",
    ),
    Wording(
        rule="security/broken-cipher",
        keys=("des", "rc4", "md5", "sha-1", "sha1", "ecb", "1024"),
        hazards=(
            r"\b(?:3des|triple des|des\b(?= (?:encryption|cipher|key))|rc4|ecb mode|aes-?ecb|1024[- ]bit (?:rsa"
            r"|keys?))",
            r"\b(?:signed|signatures?|integrity|signing|hmac|tokens?|webhooks?)\b[^.;]{0,40}\b(?:md5|sha-?1)\b",
        ),
        unless=r"disabled|refused|rejected|not (?:accepted|supported|allowed|offered)|no longer|older than|below"
        r"|at least|or (?:newer|higher|later|above)|minimum|turned off|switched off|removed|retired|never|\+"
        r"|hmac-sha-?256|≥|git commit|sha-?1 of the commit",
        says="The text names a cipher or a hash that is broken.",
    ),
    Wording(
        rule="security/unencrypted-storage",
        keys=("encrypt", "clear text", "cleartext", "plain text", "plaintext", "in clear", "at rest"),
        thing=r"(?:(?:encryption at rest|at-rest encryption|disk encryption|(?:volume|storage|database|backup"
        r"|column|field)(?:-level)? encryption|encryption of (?:the )?(?:\w+ )?(?:data|backups?|disks?"
        r"|volumes?|buckets?|snapshots?)))",
        hazards=(
            r"\b(?:data|backups?|disks?|volumes?|databases?|snapshots?|buckets?|card numbers?|files|dumps?"
            r"|columns?|records?|documents|exports?|laptops?|health data|personal data|pii|ssns?|iban\w*|tapes?"
            r"|credit cards?) (?:[\w'-]+ ){0,8}?(?:unencrypted|not encrypted|in (?:the )?clear(?: ?text)?"
            r"|in clear-?text|in plain ?text|in plaintext|without (?:any )?encryption)(?! (?:over|in transit"
            r"|on the wire|between|when|while they travel|during transfer))",
            r"\bunencrypted (?:\w+ )?(?:backups?|disks?|volumes?|databases?|snapshots?|buckets?|files|dumps?"
            r"|storage|copies)\b",
        ),
        unless=r"passwords?\b|cannot be created|never|traffic|in transit|on the wire|sent|transmitted|http"
        r"|metadata|feature flags?"
        r"|secrets?|api keys?|tokens?|credentials|configuration",
        cell=r"encryption at rest|at-rest encryption|encrypted at rest|encryption \(at rest\)",
        says="The text says that stored data can be read by whoever gets the disk.",
    ),
)
