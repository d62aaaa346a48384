"""Documents and texts: XML, YAML, archives, templates, and filters that let too much through."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.constants import UNKNOWN
from faultline.analyzers.review.security.python.handlers import asked, endpoint_of, is_web
from faultline.analyzers.review.security.python.module import Module, see
from faultline.core.finding import Severity

_STANDARD = re.compile(
    r"^xml\.(?:etree\.(?:c?ElementTree)\.(?:parse|fromstring|iterparse|XML|XMLParser|XMLPullParser)|"
    r"dom\.(?:minidom|pulldom|expatbuilder)\.(?:parse|parseString)|"
    r"sax\.(?:parse|parseString|make_parser)|parsers\.expat\.ParserCreate)$"
)
_LXML = re.compile(r"^lxml\.(?:etree|objectify|html)\.(?:parse|fromstring|XML|iterparse|XMLParser|ETCompatXMLParser)$")


def xml(module: Module) -> Iterable[Observation]:
    """Parsers that expand entities, and those that fetch what a document names."""
    rule = "unsafe-default-parser"
    for name, calls in module.calls.items():
        for call in calls:
            given = {each.arg: module.value(each.value) for each in call.keywords if each.arg}
            if _STANDARD.match(name):
                first = call.args[0] if call.args else None
                if (
                    first is not None
                    and module.value(first) is not UNKNOWN
                    and not isinstance(module.value(first), str)
                ):
                    continue
                if isinstance(first, ast.Constant) and "fromstring" in name:
                    continue
                hot = endpoint_of(module, call) is not None or (first is not None and asked(module, first))
                yield see(
                    rule,
                    call,
                    "The standard library expands entities.",
                    0.75 if hot else 0.5,
                    severity=None if hot else Severity.LOW,
                )
            elif _LXML.match(name):
                if (
                    given.get("load_dtd") is True
                    or given.get("dtd_validation") is True
                    or given.get("no_network") is False
                ):
                    yield see("external-dtd", call, "The document says which definitions are fetched.", 0.9)
                if given.get("resolve_entities") is True or given.get("huge_tree") is True:
                    yield see(rule, call, "It expands entities without a bound.", 0.85)
                elif (
                    name.endswith(("parse", "fromstring", "XML"))
                    and ".html" not in name
                    and len(call.args) < 2
                    and "parser" not in given
                    and not isinstance(call.args[0] if call.args else None, ast.Constant)
                ):
                    hot = endpoint_of(module, call) is not None
                    yield see(
                        rule,
                        call,
                        "lxml resolves entities unless told not to.",
                        0.7 if hot else 0.5,
                        severity=None if hot else Severity.LOW,
                    )
                elif (
                    name.endswith("XMLParser")
                    and "resolve_entities" not in given
                    and not any(each.arg is None for each in call.keywords)
                    and "external-dtd"
                    and not (given.get("load_dtd") or given.get("dtd_validation"))
                ):
                    yield see(rule, call, "lxml resolves entities unless told not to.", 0.6, severity=Severity.LOW)
            elif name.endswith("setFeature") and len(call.args) == 2 and module.value(call.args[1]) in (True, 1):
                feature = module.name(call.args[0]) + str(module.value(call.args[0]))
                if re.search(
                    r"external_[gp]es|external-(?:general|parameter)-entities|validation|load-external-dtd", feature
                ):
                    yield see("external-dtd", call, "The document says which files and addresses are read.", 0.9)
            elif name in ("lxml.etree.DTD", "lxml.etree.XInclude", "xml.etree.ElementInclude.include") and (
                call.args or call.keywords
            ):
                if not isinstance(call.args[0] if call.args else None, ast.Constant):
                    yield see("external-dtd", call, "What it includes is not bounded.", 0.5, severity=Severity.LOW)
            elif name in (
                "xmlrpc.server.SimpleXMLRPCServer",
                "xmlrpc.client.ServerProxy",
                "SimpleXMLRPCServer.SimpleXMLRPCServer",
            ):
                yield see(rule, call, "XML-RPC expands entities.", 0.55, severity=Severity.LOW)
            elif name.endswith(".xinclude") and "lxml" in module.packages:
                yield see("external-dtd", call, "The document says which files are read.", 0.75)


def serialized(module: Module) -> Iterable[Observation]:
    """Formats that build objects, and archives that grow."""
    rule = "unsafe-deserialization"
    for call in module.called("yaml.load", "yaml.load_all", "ruamel.yaml.load"):
        loader = module.argument(call, 1, "Loader")
        name = module.name(loader).removesuffix("()").rpartition(".")[2]
        if loader is None or name in ("Loader", "UnsafeLoader", "FullLoader", "CLoader", "CFullLoader"):
            yield see(
                rule,
                call,
                "This loader builds whatever objects the text names.",
                0.6 if name.endswith("FullLoader") else 0.9,
            )
    for name in ("yaml.unsafe_load", "yaml.unsafe_load_all", "jsonpickle.decode", "yaml.full_load"):
        for call in module.called(name):
            yield see(rule, call, "The text says which objects are built.", 0.6 if "full" in name else 0.85)
    for name in (
        "pickle.loads",
        "dill.loads",
        "cloudpickle.loads",
        "marshal.loads",
        "pickle.load",
        "dill.load",
        "shelve.open",
        "pandas.read_pickle",
        "joblib.load",
        "torch.load",
    ):
        for call in module.called(name):
            given = call.args[0] if call.args else None
            if given is None:
                continue
            function = module.function(call)
            around = module.text(function) if function else module.text(given)
            far = asked(module, given) or re.search(r"\brecv\b|\burlopen\b|\brequests\b|b64decode|\bcookie", around)
            safe = any(
                each.arg == "weights_only" and module.value(each.value) is True for each in call.keywords
            ) or re.search(r"hmac|compare_digest|verify_sign", around)
            if far and not safe:
                yield see(rule, call, "What comes over the network says which code is run.", 0.85)
    for name in ("zlib.decompress", "gzip.decompress", "bz2.decompress", "lzma.decompress", "brotli.decompress"):
        for call in module.called(name):
            if call.args and (asked(module, call.args[0]) or endpoint_of(module, call) is not None):
                yield see("decompression-bomb", call, "Nothing bounds what comes out.", 0.75)
    for name in (
        "zipfile.ZipFile().extractall",
        "zipfile.ZipFile().extract",
        "zipfile.ZipFile().read",
        "tarfile.open().extractall",
    ):
        for call in module.called(name):
            function = module.function(call)
            text = module.text(function) if function else module.text(module.tree)
            hot = endpoint_of(module, call) is not None or re.search(r"upload|request\b|untrusted", text)
            if hot and not re.search(r"file_size|\bsize\b|max_|limit|bomb|ratio", text):
                yield see("decompression-bomb", call, "Nothing bounds what comes out.", 0.6, severity=Severity.LOW)


_FETCH = re.compile(
    r"^(?:requests\.(?:get|post|request)|httpx\.(?:get|post)|urllib\.request\.urlopen|urllib2\.urlopen|"
    r"urllib3\.PoolManager\(\)\.request)\(\)"
)


def _fetched(module: Module, node: ast.expr) -> bool:
    return any(
        _FETCH.match(module.name(each))
        for each in module.reach(node)
        if isinstance(each, ast.Attribute | ast.Call | ast.Name)
    )


def remote_code(module: Module) -> Iterable[Observation]:
    """Code that is fetched and run."""
    for name in (
        "exec",
        "eval",
        "compile",
        "os.system",
        "subprocess.run",
        "subprocess.Popen",
        "subprocess.call",
        "marshal.loads",
        "types.FunctionType",
    ):
        for call in module.called(name):
            if call.args and _fetched(module, call.args[0]):
                yield see("remote-code", call, "What is fetched is run.", 0.95)
    for name, calls in module.calls.items():
        if re.match(r"(?:subprocess\.\w+|os\.(?:system|popen))$", name):
            for call in calls:
                text = " ".join(
                    str(each.value)
                    for arg in call.args[:1]
                    for each in ast.walk(module.origin(arg))
                    if isinstance(each, ast.Constant)
                )[:1000]
                if re.search(
                    r"\b(?:curl|wget)\b[^|;&]*\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b|"
                    r"\bpip3?\b.*\binstall\b.*(?:http://|--index-url\s+http://|--trusted-host|git\+http:)",
                    text,
                ):
                    yield see("remote-code", call, "What is fetched is run.", 0.9)
    fetches = module.methods.keys() & {"urlretrieve"} or any(_FETCH.match(f"{name}()") for name in module.calls)
    for function in [*module.functions, None] if fetches else ():
        yield from _downloaded(module, function)
    for constant in module.of(ast.Constant):
        if isinstance(constant.value, str) and "<script" in constant.value and is_web(module):
            found = re.search(r"<script[^>]{0,200}\ssrc=[\"']?(?:https?:)?//[^>]{1,300}>", constant.value[:20_000])
            if found and "integrity" not in found[0]:
                yield see(
                    "remote-code",
                    constant,
                    "A script of another site is included, whatever it becomes.",
                    0.55,
                    severity=Severity.LOW,
                )


_CHECKED = re.compile(r"sha\d|hashlib|digest|checksum|signature|verify|gpg|hmac")


def _downloaded(module: Module, function: ast.AST | None) -> Iterable[Observation]:
    """Files that are downloaded and then run, in one function."""
    calls = [each for each in module.of(ast.Call) if module.function(each) is function]
    files: dict[str, ast.Call] = {}
    for call in calls:
        name = module.name(call.func)
        target = None
        if name.endswith("urlretrieve"):
            target = module.argument(call, 1, "filename")
        elif name.endswith(".write") and call.args and _fetched(module, call.args[0]):
            opened = module.origin(call.func.value) if isinstance(call.func, ast.Attribute) else None
            target = opened.args[0] if isinstance(opened, ast.Call) and opened.args else None
        if target is not None:
            files[ast.dump(module.origin(target))] = call
    if not files or _CHECKED.search(module.text(function or module.tree)):
        return
    for call in calls:
        name = module.name(call.func)
        if re.match(
            r"(?:subprocess\.(?!list2)|os\.(?:system|popen|exec|chmod|startfile)|runpy\.|importlib\.|exec$|"
            r"zipimport|tarfile\.open|zipfile\.ZipFile$|shutil\.unpack_archive)",
            name,
        ):
            inside = [each for arg in call.args for each in ast.walk(module.origin(arg)) if isinstance(each, ast.expr)]
            parts_of = [ast.dump(module.origin(each)) for each in inside]
            words = [
                word for each in inside if isinstance(each, ast.Constant) for word in str(each.value)[:500].split()
            ]
            parts_of += [ast.dump(ast.Constant(value=word)) for word in words]
            hit = next((each for each in files if each in parts_of), None)
            if hit is not None:
                yield see(
                    "signature-unverified",
                    files[hit],
                    f"It is used on line {call.lineno} as it came.",
                    0.85,
                    because=(call.lineno,),
                )
                return


_UNESCAPED = re.compile(r"\{%-?\s*autoescape\s+(?:off|false)|\{\{[^}]{1,100}\|\s*safe\b")


def templates(module: Module) -> Iterable[Observation]:
    """Templates without escaping, and markup that is declared safe."""
    rule = "autoescape-off"
    for call in module.called(
        "jinja2.Environment", "jinja2.environment.Environment", "jinja2.sandbox.SandboxedEnvironment"
    ):
        given = module.argument(call, None, "autoescape")
        if any(each.arg is None for each in call.keywords):
            continue
        if given is None or module.value(given) is False:
            text = module.text(module.tree)
            html = is_web(module) or re.search(r"html|page|web|mail", text)
            yield see(
                rule,
                call,
                "What is put into a page is not escaped.",
                0.75 if html else 0.5,
                severity=None if html else Severity.LOW,
            )
    for call in module.called("mako.template.Template", "mako.lookup.TemplateLookup"):
        if not is_web(module) and "html" not in module.text(module.tree):
            continue
        if not any(each.arg == "default_filters" for each in call.keywords):
            yield see(rule, call, "Mako escapes nothing by itself.", 0.7)
    for call in module.called("tornado.template.Template", "tornado.template.Loader"):
        if any(each.arg == "autoescape" and module.value(each.value) is None for each in call.keywords):
            yield see(rule, call, "What is put into a page is not escaped.", 0.85)
    for name in (
        "markupsafe.Markup",
        "flask.Markup",
        "jinja2.Markup",
        "django.utils.safestring.mark_safe",
        "django.utils.safestring.SafeString",
        "django.utils.html.format_html",
    ):
        for call in module.called(name):
            first = module.origin(call.args[0]) if call.args else None
            mixed = isinstance(first, ast.JoinedStr) and any(
                isinstance(each, ast.FormattedValue) for each in first.values
            )
            mixed = mixed or (
                isinstance(first, ast.BinOp)
                and isinstance(first.op, ast.Add | ast.Mod)
                and module.value(first) is UNKNOWN
            )
            mixed = mixed or (isinstance(first, ast.Call) and getattr(first.func, "attr", "") == "format")
            if mixed and first is not None and not re.search(r"escape|conditional_escape", module.text(first)):
                yield see(rule, call, "Parts of it are declared safe that nobody has escaped.", 0.6)
    for constant in module.of(ast.Constant):
        text = constant.value if isinstance(constant.value, str) and len(constant.value) < 20_000 else ""
        if "{" in text and is_web(module) and _UNESCAPED.search(text):
            yield see(rule, constant, "The template turns escaping off.", 0.75)


_HOST = re.compile(r"(?:https?://)?[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.(?:com|org|net|io|edu|gov|dev|app)/?")
_ADDRESS = re.compile(r"url|link|redirect|next\b|referr?er|host|netloc|origin|target")


def filters(module: Module) -> Iterable[Observation]:
    """Filters that take out some tags, and checks of addresses that others pass as well."""
    for name in ("re.sub", "re.compile", "re.search", "re.match", "re.findall"):
        for call in module.called(name):
            pattern = module.value(module.argument(call, 0, "pattern"))
            if isinstance(pattern, str) and re.search(
                r"(?i)<\s*\\?/?\s*(?:\\s\*)?\(?(?:script|iframe|style|img|object)\b", pattern
            ):
                strips = (
                    name == "re.sub"
                    or "re.compile().sub" in module.calls
                    or re.search(
                        r"(?i)sanit|clean|filter|strip|escape|xss|safe",
                        f"{getattr(module.function(call), 'name', '')} {module.text(module.parents.get(call, call))}",
                    )
                )
                if strips:
                    yield see(
                        "tag-filter",
                        call,
                        "There are many ways to write a tag, and tags left after one is taken out.",
                        0.8,
                    )
            elif (
                isinstance(pattern, str)
                and name == "re.sub"
                and pattern in ("<.*?>", "<[^>]*>", "<[^<]+?>", "<[^>]+>")
                and is_web(module)
            ):
                yield see("tag-filter", call, "An unfinished tag passes.", 0.55, severity=Severity.LOW)
            if isinstance(pattern, str) and re.search(r"\[[^\]]*A-z[^\]]*\]", pattern):
                yield see("incomplete-validation", call, "A-z has six signs between Z and a.", 0.9)
            if (
                isinstance(pattern, str)
                and name in ("re.match", "re.search", "re.compile")
                and re.search(r"(?<![\\\]*+.])\.(?:com|org|net|io|edu|gov)\b", pattern)
                and re.search(r"https?:|\\/\\/|^\^?\(?(?:\w|\\\.|\()*[a-z]{3}", pattern)
                and "*" not in pattern.split(".com")[0][-1:]
            ):
                yield see("incomplete-validation", call, "A dot stands for any sign, so other hosts pass.", 0.65)
    for call in module.methods["replace"]:
        if len(call.args) == 2 and isinstance(module.value(call.args[0]), str):
            word = module.value(call.args[0]).lower()
            if re.match(r"</?script|javascript:|<iframe|onerror", word) and module.value(call.args[1]) == "":
                yield see("tag-filter", call, "What is left can be a tag again.", 0.8)
            elif word in ("../", "..\\", "..") and module.value(call.args[1]) == "":
                yield see("incomplete-validation", call, "What is left can be the same again: `....//`.", 0.75)
    for call in [*module.methods["startswith"], *module.methods["endswith"]]:
        if not isinstance(call.func, ast.Attribute) or not call.args:
            continue
        about, word = module.text(call.func.value), module.value(call.args[0])
        if not isinstance(word, str) or not re.search(
            r"url|link|redirect|next|referr?er|host|domain|netloc|origin|target|return_to|site|email", about
        ):
            continue
        if call.func.attr == "startswith" and re.fullmatch(r"https?://[\w-]+(?:\.[\w-]+)+", word):
            yield see("incomplete-validation", call, f"`{word}.other.example` begins like that as well.", 0.8)
        elif (
            call.func.attr == "endswith"
            and re.fullmatch(r"[\w-]+(?:\.[a-z]{2,})+", word)
            and "file" not in about
            and word.rpartition(".")[2] in ("com", "org", "net", "io", "edu", "gov", "dev", "app", "de", "uk", "co")
        ):
            yield see("incomplete-validation", call, f"`other{word}` ends like that as well.", 0.8)
    for compare in module.of(ast.Compare):
        match compare:
            case ast.Compare(left=ast.Constant(value=str(word)), ops=[ast.In() | ast.NotIn()], comparators=[where]):
                text = isinstance(where, ast.Name | ast.Attribute | ast.Subscript | ast.Call) and not isinstance(
                    module.origin(where), ast.List | ast.Set | ast.Tuple | ast.Dict
                )
                if text and _HOST.fullmatch(word) and _ADDRESS.search(module.text(where)):
                    yield see("incomplete-validation", compare, f"`{word}` can stand anywhere in an address.", 0.7)


LOOKS = (xml, serialized, remote_code, templates, filters)
