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
        thing=r"(?:m?tls(?! ?v?\d)|ssl|https|tls/https|ssl/tls|tls/ssl|(?:transport|wire|in-transit"
        r"|end-to-end) (?:encryption|security)|encryption (?:in transit|on the wire|in flight|between \w+ \w+"
        r"|over the wire)|tls certificates?)",
        hazards=(
            r"^[\w '/`-]{2,60} (?:to|->|→|-) [\w '/`-]{2,60}: (?:plain )?http\b(?!s|/[23])",
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
            rf"\b{_SPOKEN_TO}\b[^;]{{0,120}}\b{_ADDRESS}",
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
        unless=r"passwords?\b|cannot be created|never|traffic|in transit|on the wire|sent|transmitted|http"
        r"|metadata|feature flags?"
        r"|secrets?|api keys?|tokens?|credentials|configuration",
        cell=r"encryption at rest|at-rest encryption|encrypted at rest|encryption \(at rest\)",
        says="The text says that stored data can be read by whoever gets the disk.",
    ),
)
