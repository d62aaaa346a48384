"""Who may call an operation, and whether that was meant.

`security: []` on an operation is somebody's decision, a missing `security` is nobody's. So what says nothing is judged
by its method and by what it is about; what says that it is open is a fault only where nobody can have meant it: when it
deletes or overwrites, moves money, shows what is known of people, administers, or is open alone among others of its
kind. A specification without any word of
credentials that has few operations or no public address is a sketch; nobody is told what it lacks unless all is asked
for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faultline.analyzers.design.apis.api import IN_DOUBT, Access, Api, Call, apis
from faultline.analyzers.design.apis.servers import is_internal, is_public
from faultline.analyzers.design.apis.words import ADMIN, path_words, singular, vocabulary, words
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.observation import Check, Observation
from faultline.core.finding import Severity
from faultline.core.patterns import regex

_ADMIN_FIRST: Final = vocabulary("internal debug management console maintenance ops operator")
"""Words that mean the administration where a path begins with them, and many other things elsewhere."""
_PUBLIC: Final = vocabulary(
    "login logon signin sign logout signout register registration signup token tokens oauth oauth2 authorize "
    "authenticate auth authentication session sessions password forgot otp mfa captcha csrf verify verification "
    "confirm confirmation activate activation unsubscribe health healthz healthcheck live livez liveness ready "
    "readyz readiness ping heartbeat status version webhook webhooks hook hooks callback callbacks docs doc "
    "documentation openapi swagger spec schema redoc jwks certs public anonymous guest robots favicon sso saml oidc "
    "passwordless invitations refresh consent challenge nonce metadata discovery introspect known well"
)
"""Words of operations that are called before anybody can have credentials, or by machines that have others."""
_FORMS: Final = vocabulary("contact newsletter feedback survey lead demo search query telemetry collect track report")
"""What visitors send who have no account."""
_JOINING: Final = vocabulary("user account customer member subscriber profile")
"""What is made by those who have no account yet."""
_PERSONAL: Final = vocabulary(
    "user customer patient employee member client account order payment payout invoice charge refund transaction "
    "transfer wallet card bank salary payroll loan claim prescription medical diagnosis record contract "
    "subscription message conversation inbox address booking reservation audit secret key credential permission "
    "role tenant organization device location statement balance profile me"
)
_MONEY: Final = vocabulary(
    "payment payout charge refund transfer transaction withdrawal deposit invoice order purchase checkout "
    "subscription billing wallet loan bank"
)
_PRIVATE: Final = vocabulary(
    "user customer patient employee payment payout invoice transaction transfer wallet salary payroll prescription "
    "medical secret credential audit bank"
)
"""What hardly anybody shows to everybody, even if a specification says so."""
_OF_ONE: Final = vocabulary("status version versions metadata doc docs documentation session sessions record discovery")
"""Of the words above those that say nothing below a variable: `/orders/{id}/status` is no page of the service."""
_SHARED: Final = vocabulary(
    "share shared sharing link links embed preview token hash signature code magic guest public widget track "
    "tracking download landing teaser catalog catalogue price prices pricing offer offers avatar thumbnail logo"
)
"""What is open to those who have its address, in a path or in the name of a variable."""
_MEANT: Final = regex(
    r"\bpublic(?:ly)?\b|\banonym|\bunauthenticated\b|\banyone\b|\banybody\b|\beverybody\b|\beveryone\b|\bguests?\b|"
    r"\bvisitors?\b|\b(?:no|without(?: an?)?|needs? no) (?:authentication|auth\b|login|token|credential|api key)|"
    r"\bnot? (?:require|need)|\bsigned (?:url|link)|\bopen to\b|\bshare(?:d|able)? (?:url|link)|"
    r"\bone-time\b|\bmagic link"
)
"""Words with which an operation says why it is open."""
_OWN: Final = regex(
    r"\b(?:only|just|nobody but) [^.;]{0,60}\bown(?:er|ers)?\b|\b(?:their|his|her|your|one's|the caller's|'s) own \w"
    r"|\b(?:of|for|belongs? to) (?:the|whoever is) (?:caller|signed|logged)|\b(?:signed|logged)[- ]in\b"
)
"""Words by which an operation asks who calls."""
_CREDENTIALS: Final = vocabulary(
    "authorization x-api-key api-key api_key apikey x-auth-token x-access-token access_token token key x-authorization"
)
"""Parameters that hold credentials where a specification describes them by hand."""
_GROWN: Final = 5
"""Operations from which on a specification without a word of credentials is no sketch."""
_LEAST_SECURED: Final = 0.75
_SURELY: Final = 3
"""Secured operations from which on one that is open has no need of neighbours in the path to stand out."""


def check(design: Design) -> Iterator[Observation]:
    """Operations that anybody may call."""
    for api in apis(design):
        secured = sum(each.access is Access.SECURED for each in api.calls)
        unsaid = sum(each.access is Access.UNSAID and each.words.isdisjoint(_PUBLIC) for each in api.calls)
        drifts = secured >= 3 and secured >= _LEAST_SECURED * (secured + unsaid)
        elsewhere = _is_guarded_elsewhere(api)
        outside = is_public(api) and _is_grown(api)
        for call in api.calls:
            if call.access is Access.SECURED or call.method in ("options", "trace", "head"):
                continue
            if call.access is Access.UNSAID and not _CREDENTIALS.isdisjoint(call.names):
                continue
            if is_admin(call):
                said = "says that anybody may call it" if call.access is Access.PUBLIC else "requires no credentials"
                yield Observation(
                    "security/public-admin-path",
                    call.security_spot(),
                    f"{call.symbol} {said}.",
                    many="{count} operations of the administration are open to everybody",
                )
            elif found := _judged(call, secured, drifts, elsewhere, outside):
                yield found


def is_admin(call: Call) -> bool:
    """Whether a path administers."""
    spoken = [frozenset(words(each)) for each in call.segments if "{" not in each]
    if any(not ADMIN.isdisjoint(each) for each in spoken):
        return True
    first = [each for each in spoken if not each <= _PREFIX][:1]
    return bool(first) and not _ADMIN_FIRST.isdisjoint(first[0]) and len(first[0]) == 1


_PREFIX: Final = frozenset(("api", "rest", "v", "v1", "v2", "v3", "1", "2", "3", "4", "0"))


def _is_guarded_elsewhere(api: Api) -> bool:
    """Whether who calls is known before a call arrives: inside a network, or by what stands in front."""
    if is_internal(api) or api.security_is_said:
        return is_internal(api)
    return any(
        each in api.prose for each in ("mtls", "mutual tls", "gateway authenticates", "service mesh", "internal")
    )


def _is_grown(api: Api) -> bool:
    return len(api.calls) >= _GROWN or any(not each.codes.isdisjoint(("401", "403")) for each in api.calls)


def _judged(call: Call, secured: int, drifts: bool, elsewhere: bool, outside: bool) -> Observation | None:
    about = _nouns(call)
    public = not _said(call).isdisjoint(_PUBLIC)
    said = "It is said that credentials are not needed for"
    if call.access is Access.UNSAID:
        if public or elsewhere:
            return None
        known = call.api.security_is_said
        if call.writes:
            severity = Severity.HIGH if known else Severity.MEDIUM if outside else Severity.INFO
        elif (
            (drifts or (secured and about & _PERSONAL) or (secured and _is_odd(call)))
            if known
            else (outside and about & _PRIVATE)
        ):
            severity = Severity.MEDIUM
        else:
            return _open_read(call)
        said = "Neither the operation nor the document says who may call"
    elif call.method in ("delete", "put", "patch"):
        if public and call.method != "delete":
            return None
        severity = Severity.HIGH
    elif call.method == "post":
        # By its path alone: `registerVehicle` registers nobody, `POST /users` does.
        spoken = path_words(call.operation.path)
        odd = _is_odd(call)
        if not spoken.isdisjoint(_FORMS) or (not spoken.isdisjoint(_PUBLIC) and not (odd and not public)):
            return None
        if _joins(call) or (elsewhere and not odd):
            return None
        if call.access is Access.OPTIONAL and "guest" in call.prose:
            return None
        if not (odd or drifts or about & _MONEY):
            return None
        severity = Severity.HIGH if about & _MONEY and not public else Severity.MEDIUM if odd else Severity.LOW
    elif not public and ((about & _PRIVATE and not elsewhere) or _is_odd(call)):
        severity = Severity.MEDIUM
    else:
        return None
    return Observation(
        "security/no-authentication",
        call.security_spot(),
        f"{said} {call.symbol}.",
        cause=IN_DOUBT if severity is Severity.INFO else "",
        severity=severity,
        many="{count} operations can be called by anybody",
    )


def _said(call: Call) -> frozenset[str]:
    """The words of a call that may say that it is open; see _OF_ONE."""
    if "{" not in call.operation.path:
        return call.words
    below = "/".join(call.segments).rpartition("}")[2]
    return call.words - (_OF_ONE & path_words(below)) if below else call.words


def _joins(call: Call) -> bool:
    """Whether a POST makes an account, so that who calls it has none; what is made below one has an owner."""
    path = call.operation.path
    return "{" not in path and any(singular(each) in _JOINING for each in path_words(path))


def _is_odd(call: Call) -> bool:
    """Whether it is open alone: the others of its kind, or all others where it answers that credentials miss, are not.

    Of what many operations are, somebody thought: then it is the way of this API.
    """
    if call.access is Access.OPTIONAL or _MEANT.search(call.prose[:5_000]):
        return False
    named = {word for each in call.segments for word in words(each)} | set(call.words)
    if not named.isdisjoint(_SHARED):
        return False
    others = [each for each in call.api.calls if each is not call and _said(each).isdisjoint(_PUBLIC)]
    closed = [each for each in others if each.access is Access.SECURED]
    if len(closed) < 2 or len(others) - len(closed) > len(closed) // 4:
        return False
    first = _first(call)
    beside = [each for each in others if first and first in each.segments[:3]]
    reads = [each for each in beside if each.method == "get"]
    refuses = not call.codes.isdisjoint(("401", "403")) or bool(_OWN.search(call.prose[:5_000]))
    if any(each.access is not Access.SECURED for each in (beside if call.writes else reads)):
        return False
    if refuses:
        # The answer without credentials is there, or whose it is, so somebody expected them to be asked for.
        sure = len(closed) >= _SURELY or (len(beside) == len(closed) == len(others))
        return bool(beside if call.writes else reads) or (sure and _is_of_somebody(call))
    return len(beside) >= 2 and bool(call.writes or reads)


def _first(call: Call) -> str:
    return next((each for each in call.segments if "{" not in each and each not in _PREFIX), "")


def _is_of_somebody(call: Call) -> bool:
    return "{" in call.operation.path or call.writes or bool(_nouns(call) & _PERSONAL)


def _open_read(call: Call) -> Observation | None:
    return Observation(
        "security/open-read",
        call.spot(),
        f"{call.symbol} says nothing about credentials.",
        many="{count} reads say nothing about credentials",
    )


def _nouns(call: Call) -> frozenset[str]:
    return frozenset(singular(each) for each in call.words)


CHECKS: tuple[Check, ...] = (check,)
