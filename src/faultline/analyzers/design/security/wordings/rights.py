"""How engineers put faults into words: rights: what one who is in may do.

The expressions see sentences in lower case; `documents/wording.py` says how they are used.
"""

from __future__ import annotations

from faultline.analyzers.design.documents.wording import Wording

WORDINGS = (
    Wording(
        rule="security/wildcard-permissions",
        keys=(
            "full access",
            "admin",
            "superuser",
            "root",
            "wildcard",
            "all permission",
            "all rights",
            "unrestricted",
            "every permission",
            "privilege",
            "permissions",
            ":*",
            "*",
            "cluster-admin",
            "write access",
            "owner",
        ),
        hazards=(
            r"\b(?:all|every|each|any|both|the) (?:[\w'-]+ ){0,2}?(?:services?|users?|developers?|engineers?"
            r"|pods?|workers?|employees?|lambdas?|functions?|roles?|tokens?|keys?|jobs?|pipelines?|ci|runner|api"
            r"|application|agent|backend|app|team|account) (?:[\w'-]+ ){0,5}?(?:full|unrestricted|administrat"
            r"(?:or|ive)|root|superuser|god-mode|cluster-admin|admin|all|wildcard) (?:[\w'-]+ ){0,2}?(?:access"
            r"|permissions?|rights|privileges?|role|policy)\b",
            r"\b(?:connects?|logs? in|runs?|works?|authenticates?|accesses the database|connect|log in) "
            r"(?:[\w'-]+ ){0,5}?as (?:the |a )?(?:database |db |postgres |mysql )?(?:superuser|root user"
            r"|database owner|dba|sysadmin|sa\b|postgres user|administrator|admin user|cluster-admin|owner)",
        ),
        unless=r"never|least privilege|no service|not (?:as|have|has|given|run)|n't (?:have|has)|only (?:to|for|the"
        r"|its)|cannot|admin role (?:is|can|may)|users? with the admin|review|break-glass|read-only|audit"
        r"|admins? have|administrators have|emergency|temporar",
        says="The text says that somebody has more rights than the work needs.",
    ),
    Wording(
        rule="security/privileged-container",
        keys=(
            "privileged",
            "as root",
            "docker socket",
            "docker.sock",
            "host network",
            "hostnetwork",
            "uid 0",
            "root user",
        ),
        unless=r"no (?:container|pod|privileged)|non-?root|never|not (?:run )?(?:as )?(?:root|privileged)|n't run"
        r"|unprivileged|without privileged|rootless|rejects?|forbid|least[- ]privileged|privileged (?:users?"
        r"|access|accounts?|operations?|actions?|roles?)|drops? (?:all )?(?:privileges|capabilities)",
        cell=r"privileged|runs as|user",
        bad=r"yes|true|root|privileged|uid 0",
        says="The text says that a container may do all that the machine may.",
    ),
    Wording(
        rule="security/no-input-validation",
        keys=(
            "validat",
            "file type",
            "file-type",
            "saniti",
            "escap",
            "concatenat",
            "unchecked",
            "interpolat",
            "as is",
            "directly",
            "input",
            "eval",
            "deserial",
            "pickle",
            "straight",
        ),
        thing=r"(?:(?:input|request|schema|payload|server-side|parameter|data|file[- ]type) (?:validation"
        r"|saniti[sz]ation|checks?|checking)|validation of (?:the |user |any )?(?:input|requests?|payloads?"
        r"|parameters?|data|uploads?)|saniti[sz]ation|(?:output |html )?escaping)",
        done=r"(?:validated|saniti[sz]ed|escaped)(?= (?:on the server|before|by the|in the backend|at all"
        r"|server-side)|$|[.,;])",
        hazards=(
            r"\b(?:only|just) (?:validated|checked|validates|checks) (?:[\w'-]+ ){0,4}?(?:in|on|by) the "
            r"(?:front[- ]?end|client|browser|form|app|ui)\b|\bclient-side (?:validation )?only\b|\bvalidation "
            r"(?:[\w'-]+ ){0,3}?only (?:[\w'-]+ ){0,3}?(?:front[- ]?end|client|browser|ui)\b",
        ),
        unless=r"never|no unvalidated|prepared statements?|parameteri[sz]ed|certificate|token|session|signature|jwt"
        r"|address validation|cache|not only",
        cell=r"(?:input )?validation|saniti[sz]ation",
        says="The text says that what comes in is used as it is.",
    ),
    Wording(
        rule="security/server-side-request",
        keys=("url", "webhook", "fetch", "download", "ssrf"),
        hazards=(
            r"\b(?:urls?|uris?) (?:[\w'-]+ ){0,5}?(?:fetched|called|requested|downloaded|opened|loaded"
            r"|followed) (?:[\w'-]+ ){0,4}?(?:as is|without (?:any )?(?:check\w*|validation|restriction|filter\w*"
            r"|allow-?list)|unchecked|whatever|wherever)",
        ),
        unless=r"allow-?list|private (?:addresses|ranges|networks)|egress proxy|never|refus|blocked|public "
        r"(?:addresses|hosts) only",
        says="The text says that users choose which addresses the server calls.",
    ),
    Wording(
        rule="security/no-network-policy",
        keys=("pod", "talk to", "network", "firewall", "segment", "subnet", "flat", "vlan", "reach every", "egress"),
        thing=r"(?:network (?:polic(?:y|ies)|segmentation|isolation|separation|segments)|firewalls?(?: rules?)?"
        r"|segmentation|egress (?:rules?|filter\w*|restrictions?|control))",
        hazards=(
            r"\bflat networks?\b",
            r"\b(?:all|every|any) (?:pods?|services?|containers?|machines?|hosts?|workloads?|vms?) "
            r"(?:\w+ ){0,2}?(?:can|may|is able to|are able to) (?:freely )?(?:reach|talk to|connect to|access"
            r"|call|contact) (?:each|every|all|any|everything)",
        ),
        unless=r"neural|network policies? (?:per|deny)|through the (?:gateway|mesh)|never",
        cell=r"network polic(?:y|ies)|segmentation|firewall",
        says="The text says that every part can reach every other.",
    ),
    Wording(
        rule="security/no-audit-log",
        keys=("audit", "traceab", "who did what", "who changed"),
        thing=r"(?:audit(?: |-)?(?:logs?|logging|trails?|records?|events?)|auditing|audit|record of who)",
        done=r"audited|audit[- ]logged",
        unless=r"external audit|auditors?|audit (?:is|was|has|had|signed|found|took|will)\b"
        r"|audit (?:this|next|last) |npm audit|energy|signed off"
        r"|(?:after|before|until|since|during|at|last|next|first) (?:the |an? )?(?:\w+ ){0,2}audit\b",
        cell=r"audit(?: log| trail| logging)?",
        says="The text says that nobody can tell later who did what.",
    ),
    Wording(
        rule="security/internals-in-error",
        keys=("stack trace", "stacktrace", "verbose error", "internal error", "exception", "sql error"),
        hazards=(
            r"\b(?:returns?|shows?|sends?|exposes?|includes?|leaks?) (?:[\w'-]+ ){0,3}?(?:stack ?traces?"
            r"|internal error (?:details|messages)|exception details|verbose errors?)\b",
        ),
        unless=r"never|no stack|without|not (?:include|contain|return|show|be|the)|disabled|off in production"
        r"|only in (?:dev|logs|the log)|log(?:s|ged)? only|debug logs? (?:are )?(?:kept|sampled)|staging only",
        says="The text says that errors show the insides to everybody.",
    ),
    Wording(
        rule="security/latest-tag",
        keys=("latest", "pinned", "unpinned", "floating"),
        hazards=(r"(?:^|[\s\"'`/\w]):latest\b",),
        about=r"image|tag|container|docker|deploy|pull|registry|version",
        unless=r"never|no latest|not (?:use )?(?:the )?latest|latest (?:is not|release notes|decision|news|order"
        r"|state|data)|pinned (?:by|to)|immutable|npm|dist-tag|semver|published? (?:version|package)",
        cell=r"image tags?|tags?|image versions?",
        bad=r"latest|:latest|\S{1,80}:latest|floating|unpinned",
        says="The text says that images are taken by a tag that moves.",
    ),
)
