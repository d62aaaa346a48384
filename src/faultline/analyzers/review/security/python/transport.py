"""TLS, SSH and what travels without either."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.constants import UNKNOWN
from faultline.analyzers.review.security.python.crypto import about_password
from faultline.analyzers.review.security.python.module import Module, see
from faultline.core.finding import Severity

_CLIENTS = re.compile(
    r"^(?:requests|httpx|aiohttp|urllib3|boto3|botocore|hvac|elasticsearch|consul|websockets|smtplib|cloudscraper)\b"
)
_SWITCHES = {
    "verify_ssl": False, "ssl_verify": False, "verify_certs": False, "validate_certs": False, "validate_cert": False,
    "disable_ssl_certificate_validation": True, "tlsAllowInvalidCertificates": True, "tlsAllowInvalidHostnames": True,
    "tlsInsecure": True, "ssl_no_verify": True, "verify_hostname": False, "ssl_verify_cert": False,
    "assert_hostname": False,
}  # fmt: skip
_NO_CHECK = re.compile(
    r"\b(?:curl\b.*\s(?:-k|--insecure)\b|wget\b.*--no-check-certificate|http\.sslVerify[= ]false|"
    r"StrictHostKeyChecking[= ]no|--trusted-host)"
)


def verification(module: Module) -> Iterable[Observation]:
    """Certificates that nobody checks."""
    rule = "tls-verification-off"
    for name, calls in module.calls.items():
        for call in calls:
            for keyword in call.keywords:
                value = module.value(keyword.value)
                if (
                    keyword.arg == "verify"
                    and value is False
                    and (_CLIENTS.match(name) or re.search(r"(?i)session|client|http", name))
                ) or (keyword.arg == "ssl" and value is False and name.startswith("aiohttp.")):
                    yield see(rule, call, "", 0.95)
                elif keyword.arg in _SWITCHES and value is _SWITCHES[keyword.arg]:
                    yield see(rule, call, "", 0.9)
                elif keyword.arg == "cert_reqs" and (
                    value in ("CERT_NONE", "NONE") or module.name(keyword.value) == "ssl.CERT_NONE"
                ):
                    yield see(rule, call, "", 0.95)
            if name in ("ssl._create_unverified_context", "ssl._create_stdlib_context"):
                yield see(rule, call, "", 0.95)
            elif name == "ssl.wrap_socket":
                if not any(each.arg in ("cert_reqs", "server_side", "certfile") for each in call.keywords):
                    yield see(rule, call, "Without cert_reqs any certificate will do.", 0.85)
                yield see("weak-tls", call, "ssl.wrap_socket takes whatever version the other side likes.", 0.8)
            elif name.endswith("set_verify") and call.args and module.name(call.args[0]).endswith("SSL.VERIFY_NONE"):
                yield see(rule, call, "", 0.95)
            elif (
                name.endswith(".setopt")
                and len(call.args) == 2
                and re.search(r"SSL_VERIFY(?:PEER|HOST)$", module.name(call.args[0]))
            ):
                if module.value(call.args[1]) in (0, False):
                    yield see(rule, call, "", 0.95)
            elif (
                name.endswith("set_option")
                and len(call.args) == 2
                and module.name(call.args[1]).endswith("OPT_X_TLS_NEVER")
            ):
                yield see(rule, call, "", 0.9)
    for assign in module.of(ast.Assign):
        target = assign.targets[0]
        if isinstance(target, ast.Attribute):
            value, named = module.value(assign.value), module.name(assign.value)
            if target.attr == "verify_mode" and named in ("ssl.CERT_NONE", "CERT_NONE"):
                yield see(rule, assign, "", 0.95)
            elif target.attr == "check_hostname" and value is False:
                yield see(rule, assign, "Any valid certificate will do, whosever it is.", 0.85)
            elif (
                target.attr == "verify"
                and value is False
                and re.search(r"(?i)session|client|requests|http", module.name(target.value))
            ):
                yield see(rule, assign, "", 0.9)
            elif named == "ssl._create_unverified_context":
                yield see(rule, assign, "It is off for the whole process.", 0.95)
        elif isinstance(target, ast.Subscript):
            key = module.value(target.slice)
            if key == "PYTHONHTTPSVERIFY" and str(module.value(assign.value)) == "0":
                yield see(rule, assign, "It is off for the whole process.", 0.95)
    yield from _commands(module)
    for call in module.called("ssl.SSLContext"):
        protocol = module.name(module.argument(call, 0, "protocol")).rpartition(".")[2]
        checked = any(
            isinstance(each, ast.Attribute) and each.attr in ("verify_mode", "minimum_version", "options")
            for each in module.of(ast.Attribute)
        )
        if protocol in ("", "PROTOCOL_TLS", "PROTOCOL_SSLv23") and not checked:
            yield see("weak-tls", call, "It takes old versions, and any certificate.", 0.7)


def _commands(module: Module) -> Iterable[Observation]:
    for name, calls in module.calls.items():
        if re.match(r"(?:subprocess|os)\.(?:run|call|check_call|check_output|Popen|system|popen)$", name):
            for call in calls:
                text = " ".join(
                    str(each.value)
                    for arg in call.args[:1]
                    for each in ast.walk(module.origin(arg))
                    if isinstance(each, ast.Constant)
                )
                if _NO_CHECK.search(text[:1000]):
                    rule = "ssh-host-key" if "StrictHostKey" in text else "tls-verification-off"
                    yield see(rule, call, "The command is told not to check.", 0.85)


_OLD = re.compile(
    r"(?:^|\.)(?:PROTOCOL_(?:SSLv2|SSLv3|TLSv1|TLSv1_1)|(?:SSLv2|SSLv3|SSLv23|TLSv1|TLSv1_1)_METHOD|"
    r"TLSVersion\.(?:SSLv3|TLSv1|TLSv1_1|MINIMUM_SUPPORTED))$"
)


def versions(module: Module) -> Iterable[Observation]:
    """Versions and ciphers of TLS that are broken."""
    for each in module.of(ast.Attribute, ast.Name) if module.packages & {"ssl", "OpenSSL"} else ():
        if not isinstance(each.ctx, ast.Load):
            continue
        parent = module.parents.get(each)
        if isinstance(parent, ast.Attribute):
            continue
        name = module.name(each)
        if (_OLD.search(name) and name.partition(".")[0] in ("ssl", "OpenSSL", "SSL")) and isinstance(
            parent, ast.Call | ast.keyword | ast.Assign
        ):
            owner = module.parents.get(parent) if isinstance(parent, ast.keyword) else parent
            if isinstance(owner, ast.Call | ast.Assign):
                yield see("weak-tls", each, f"{name.rpartition('.')[2]} is allowed.", 0.9)
    for call in module.methods["set_ciphers"]:
        text = module.value(module.argument(call, 0))
        if isinstance(text, str) and any(
            re.match(r"(?i)(?:\+?)(?:.*(?:RC4|3?DES|NULL|MD5|EXP(?:ORT)?)|ALL$|LOW)", part)
            for part in re.split(r"[:,\s]", text)
            if part[:1] not in "!-"
        ):
            yield see("weak-tls", call, "Broken ciphers are allowed.", 0.8)


def host_keys(module: Module) -> Iterable[Observation]:
    """Hosts of SSH that anybody can be."""
    for call in module.methods["set_missing_host_key_policy"]:
        policy = module.argument(call, 0, "policy")
        name = module.name(policy)
        if re.search(r"(?:AutoAddPolicy|WarningPolicy|MissingHostKeyPolicy)(?:\(\))?$", name):
            yield see("ssh-host-key", call, "A key that nobody knows is taken.", 0.95)
    for call in module.methods["connect"]:
        for keyword in call.keywords:
            if keyword.arg == "known_hosts" and module.value(keyword.value) is None and "asyncssh" in module.packages:
                yield see("ssh-host-key", call, "No key is compared.", 0.9)


_LOCAL = re.compile(
    r"^(?:localhost|127\.|0\.0\.0\.0|\[?::1|10\.|192\.168\.|host\.docker|example\.|testserver|metadata|169\.254)|"
    r"^[\w-]+(?::\d+)?(?:/|$)"
)


def cleartext(module: Module) -> Iterable[Observation]:
    """Protocols without encryption that carry a sign-in."""
    rule = "cleartext-transport"
    for name, calls in module.calls.items():
        for call in calls:
            if name == "telnetlib.Telnet":
                yield see(rule, call, "Telnet encrypts nothing.", 0.9)
            elif name == "ftplib.FTP" and (
                "ftplib.FTP().login" in module.calls
                or len(call.args) > 1
                or any(each.arg in ("user", "passwd") for each in call.keywords)
            ):
                yield see(rule, call, "FTP encrypts nothing.", 0.85)
            elif name == "smtplib.SMTP().login" and "smtplib.SMTP().starttls" not in module.calls:
                yield see(rule, call, "There is no STARTTLS before the sign-in.", 0.85)
            elif (
                name in ("poplib.POP3().pass_", "imaplib.IMAP4().login", "nntplib.NNTP().login")
                and name.replace("login", "starttls").replace("pass_", "stls") not in module.calls
            ):
                yield see(rule, call, "It signs in without TLS.", 0.85)
            elif (
                name == "paho.mqtt.client.Client().username_pw_set"
                and "paho.mqtt.client.Client().tls_set" not in module.calls
            ):
                yield see(rule, call, "It signs in without TLS.", 0.75)
            elif re.match(r"ldap\.initialize$|ldap3\.Server$", name):
                address = module.value(module.argument(call, 0, "uri", "host"))
                if (
                    isinstance(address, str)
                    and address.startswith("ldap://")
                    and not any(each.endswith(("start_tls_s", "start_tls")) for each in module.calls)
                ):
                    yield see(rule, call, "The directory is asked without TLS.", 0.6)
            elif name.startswith("socket.socket().") and name.endswith((".send", ".sendall", ".sendto")):
                if any(about_password(module, each) for each in call.args):
                    yield see(rule, call, "A password goes over a plain socket.", 0.8)
            elif name.startswith("http.client.HTTPConnection().request") and (
                about_password(module, call) or "authorization" in module.text(call)
            ):
                yield see(rule, call, "Credentials go over HTTP.", 0.8)
            else:
                yield from _plain_http(module, name, call)


def _plain_http(module: Module, name: str, call: ast.Call) -> Iterable[Observation]:
    last = name.rpartition(".")[2]
    clients = re.match(r"(?:requests|httpx|aiohttp|urllib\.request|urllib3)\b", name)
    if not clients or last not in (
        "get",
        "post",
        "put",
        "patch",
        "delete",
        "request",
        "urlopen",
        "Request",
        "urlretrieve",
    ):
        return
    position = 1 if last == "request" else 0
    address = _beginning(module, module.argument(call, position, "url"))
    if not address.startswith("http://") or _LOCAL.match(address[7:]):
        return
    function = module.function(call)
    secrets = any(each.arg == "auth" for each in call.keywords) or any(
        about_password(module, each)
        or re.search(r"authorization|api_?key|token|credit_?card|ssn", module.text(module.origin(each)))
        for each in [*call.args, *(each.value for each in call.keywords)]
    )
    fetches = function and re.search(r"download|update|install|fetch_(?:code|plugin)|upgrade", function.name.lower())
    if secrets:
        yield see("cleartext-transport", call, "Credentials go over HTTP.", 0.85)
    elif fetches:
        yield see(
            "cleartext-transport",
            call,
            "What comes goes over HTTP, so anybody on the way can change it.",
            0.5,
            severity=Severity.LOW,
        )
    elif last in ("post", "put", "patch") or (
        function and re.search(r"log_?in|pass|auth|pay|secret|credential", function.name.lower())
    ):
        yield see("cleartext-transport", call, "What is sent goes over HTTP.", 0.5, severity=Severity.LOW)


def _beginning(module: Module, node: ast.expr | None) -> str:
    if node is None:
        return ""
    node = module.origin(node)
    value = module.value(node)
    if value is not UNKNOWN:
        return value if isinstance(value, str) else ""
    match node:
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return text
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod()):
            return _beginning(module, left)
        case ast.Call(func=ast.Attribute(value=base, attr="format")):
            return _beginning(module, base)
        case _:
            return ""


beginning = _beginning
LOOKS = (verification, versions, host_keys, cleartext)
