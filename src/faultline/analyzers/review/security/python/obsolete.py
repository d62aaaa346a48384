"""Modules and functions that are gone, or going, because they are unsafe."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.module import Module, see

_MODULES = {
    "imp": "importlib", "asyncore": "asyncio", "asynchat": "asyncio", "smtpd": "aiosmtpd", "cgi": "a web framework",
    "cgitb": "logging", "crypt": "argon2 or bcrypt", "telnetlib": "SSH", "md5": "hashlib", "sha": "hashlib",
    "commands": "subprocess",
    "popen2": "subprocess", "rexec": "a process of its own", "Bastion": "a process of its own", "mhlib": "mailbox",
    "mimetools": "email",
    "rfc822": "email", "nntplib": "a library of its own", "pipes": "subprocess and shlex", "spwd": "PAM",
    "xdrlib": "struct",
    "Crypto.Hash.MD2": "SHA-256", "thread": "threading", "dl": "ctypes", "sets": "set",
}  # fmt: skip
_FUNCTIONS = {
    "locale.format": "locale.format_string",
    "asyncio.coroutine": "async def",
    "platform.linux_distribution": "the package distro",
    "inspect.formatargspec": "inspect.signature",
    "cgi.FieldStorage": "a web framework",
    "cgi.parse_qs": "urllib.parse.parse_qs",
    "os.popen2": "subprocess", "os.popen3": "subprocess", "os.popen4": "subprocess", "os.tempnam": "tempfile.mkstemp",
    "os.tmpnam": "tempfile.mkstemp", "tempfile.mktemp": "tempfile.mkstemp", "ssl.wrap_socket": "SSLContext.wrap_socket",
    "ssl.match_hostname": "SSLContext.check_hostname", "cgi.escape": "html.escape",
    "ssl.RAND_pseudo_bytes": "os.urandom", "platform.popen": "subprocess", "platform.dist": "distro",
    "inspect.getargspec": "inspect.signature", "base64.encodestring": "base64.encodebytes",
    "base64.decodestring": "base64.decodebytes",
    "os.getcwdu": "os.getcwd", "os.spawnvp": "subprocess", "thread.start_new_thread": "threading",
    "string.join": "str.join",
    "collections.Mapping": "collections.abc", "time.clock": "time.perf_counter", "fractions.gcd": "math.gcd",
    "xml.etree.cElementTree.parse": "xml.etree.ElementTree", "plistlib.readPlist": "plistlib.load", "os.errno": "errno",
    "urllib.urlopen": "urllib.request.urlopen",
    "django.utils.http.is_safe_url": "url_has_allowed_host_and_scheme", "flask.Markup": "markupsafe.Markup",
    "os.spawnlp": "subprocess", "imp.load_source": "importlib", "imp.load_module": "importlib",
    "werkzeug.security.safe_str_cmp": "hmac.compare_digest", "django.conf.urls.url": "django.urls.re_path",
}  # fmt: skip


def obsolete(module: Module) -> Iterable[Observation]:
    """Imports and calls of what is obsolete; an import that falls back on a failure is silent."""
    for node in module.of(ast.Import, ast.ImportFrom):
        if any(isinstance(each, ast.Try) for each in module.around(node)):
            continue
        names = (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if not node.level
            else []
        )
        for name in names:
            instead = _MODULES.get(name, "")
            if instead:
                yield see("obsolete-function", node, f"`{name}` is obsolete; {instead} takes its place.", 0.8)
    for name in ("has_key", "getchildren", "isAlive"):
        for call in module.methods[name]:
            if isinstance(call.func, ast.Attribute) and len(call.args) == (name == "has_key"):
                yield see("obsolete-function", call, f"`{name}` is obsolete, and gone in Python 3.9.", 0.8)
    for name, instead in _FUNCTIONS.items():
        if instead:
            for call in module.called(name):
                yield see("obsolete-function", call, f"`{name}` is obsolete; {instead} takes its place.", 0.85)


LOOKS = (obsolete,)
