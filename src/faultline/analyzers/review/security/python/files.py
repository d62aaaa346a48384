"""Files: who may read them, what they are called, whose they are, and what happens between a look and a use."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.handlers import asked
from faultline.analyzers.review.security.python.module import FunctionNode, Module, see
from faultline.analyzers.review.security.python.transport import beginning
from faultline.core.finding import Severity

_PRIVATE = re.compile(r"key|\.pem|secret|passw|credential|token|shadow|private|\.ssh|cert")


def _mode(module: Module, node: ast.expr | None) -> int:
    """The bits that a mode has at least; 0 where none are to be seen."""
    if node is None:
        return 0
    value = module.value(node)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    node = module.origin(node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _mode(module, node.left) | _mode(module, node.right)
    return 0


def permissions(module: Module) -> Iterable[Observation]:
    """Modes that let others write, or read what is private."""
    rule = "default-permissions"
    for name, calls in module.calls.items():
        last = name.rpartition(".")[2]
        for call in calls:
            if last in ("chmod", "fchmod", "lchmod") and (call.args or call.keywords):
                module_call = name.startswith("os.") or len(call.args) > 1
                node = module.argument(call, 1 if module_call else 0, "mode")
                mode = _mode(module, node)
                if mode & 0o6000 and mode & 0o111:
                    yield see("privilege-grant", call, "Whoever runs it has its owner's rights.", 0.8)
                elif mode & 0o002:
                    yield see(rule, call, f"{mode:#o} lets everybody write.", 0.9)
                elif mode & 0o020 or (mode & 0o004 and _PRIVATE.search(module.text(call))):
                    yield see(rule, call, f"{mode:#o} gives others more than they need.", 0.7)
                elif (
                    mode & 0o001
                    and mode & 0o100
                    and module.value(node) is mode
                    and mode & 0o044 == 0o044
                    and mode != 0o755
                ):
                    yield see(rule, call, f"{mode:#o} gives others more than they need.", 0.5, severity=Severity.LOW)
                elif node is not None and asked(module, node):
                    yield see(rule, call, "The request says who may do what.", 0.8)
            elif name in ("os.mkdir", "os.makedirs", "os.mkfifo", "os.mknod") or last == "mkdir":
                mode = _mode(module, module.argument(call, 1 if name.startswith("os.") else 0, "mode"))
                if mode & 0o002 and mode > 7:
                    yield see(rule, call, f"{mode:#o} lets everybody write, as far as the umask does.", 0.75)
            elif name == "os.umask":
                value = module.value(module.argument(call, 0))
                if isinstance(value, int) and not value & 0o002 and not _restored(module, call):
                    yield see(rule, call, "New files can be written by everybody.", 0.85)
            elif name == "os.open":
                flags = module.text(call.args[1]) if len(call.args) > 1 else ""
                mode_node = module.argument(call, 2, "mode")
                mode = _mode(module, mode_node)
                if "o_creat" in flags and (mode & 0o022 or mode_node is None):
                    yield see(rule, call, "The new file can be more open than meant.", 0.75 if mode else 0.5)
            elif name in (
                "os.system",
                "subprocess.run",
                "subprocess.call",
                "subprocess.check_call",
                "subprocess.Popen",
                "os.popen",
            ):
                text = " ".join(
                    str(each.value)
                    for arg in call.args[:1]
                    for each in ast.walk(module.origin(arg))
                    if isinstance(each, ast.Constant)
                )
                if re.search(
                    r"\bchmod\s+(?:-R\s+)?(?:0?[0-7]?[0-7][0-7][2367]\b|a\+\w*w|o\+\w*w|\+w\b|ugo\+\w*w)", text
                ):
                    yield see(rule, call, "Everybody may write.", 0.9)
                elif re.search(r"\bchmod\s+(?:u\+s|g\+s|\+s|[4267][0-7]{3}\b)", text):
                    yield see("privilege-grant", call, "Whoever runs it has its owner's rights.", 0.8)


def _restored(module: Module, call: ast.Call) -> bool:
    """Whether umask(0) is asked only to know the old one, which is set again."""
    parent = module.parents.get(call)
    function = module.function(call) or module.tree
    times = sum(1 for each in module.within(function, ast.Call) if module.name(each.func) == "os.umask")
    return isinstance(parent, ast.Assign | ast.Call | ast.NamedExpr) and times > 1


_TEMPORARY = re.compile(r"^(?:/tmp|/var/tmp|/dev/shm|C:\\\\?(?:Windows\\\\?)?Temp)(?:[/\\]|$)", re.IGNORECASE)
_MAKES = {
    "open": 0, "io.open": 0, "codecs.open": 0, "os.open": 0, "os.mkdir": 0, "os.makedirs": 0, "sqlite3.connect": 0,
    "logging.FileHandler": 0, "shutil.copy": 1, "shutil.copyfile": 1, "shutil.move": 1, "os.rename": 1, "gzip.open": 0,
    "shelve.open": 0, "urllib.request.urlretrieve": 1, "logging.handlers.RotatingFileHandler": 0, "aiofiles.open": 0,
}  # fmt: skip


def temporary_files(module: Module) -> Iterable[Observation]:
    """Names in /tmp that others can guess, and functions that only give a name."""
    rule = "temporary-file"
    for call in module.called("tempfile.mktemp", "os.tempnam", "os.tmpnam"):
        yield see(rule, call, "It gives a name and makes no file: somebody else can.", 0.95)
    for name, position in _MAKES.items():
        for call in module.called(name):
            target = module.argument(call, position, "file", "path", "name", "filename", "dst")
            if target is None:
                continue
            mode = (
                module.value(module.argument(call, 1, "mode", "flag"))
                if name.endswith("open") and name != "os.open"
                else "w"
            )
            writes = isinstance(mode, str) and bool(re.search(r"[wa+x]", mode)) and mode != "x"
            if name in ("open", "io.open") and module.argument(call, 1, "mode") is None:
                writes = False
            if writes and _guessable(module, target):
                yield see(rule, call, "Others know the name, and can put a link there first.", 0.75)
    for name, calls in module.calls.items():
        base, _, last = name.rpartition(".")
        if base == "pathlib.Path()" and last in ("write_text", "write_bytes", "touch", "mkdir", "open"):
            for call in calls:
                path = module.origin(call.func.value) if isinstance(call.func, ast.Attribute) else call
                first = path.args[0] if isinstance(path, ast.Call) and path.args else None
                if first is not None and _guessable(module, first) and last != "open":
                    yield see(rule, call, "Others know the name, and can put a link there first.", 0.75)
    for call in module.methods["save"]:
        if call.args and _guessable(module, call.args[0]):
            yield see(rule, call, "Others know the name, and can put a link there first.", 0.65)


def _guessable(module: Module, node: ast.expr) -> bool:
    start = beginning(module, node)
    if _TEMPORARY.match(start):
        text = module.text(module.origin(node))
        return not re.search(r"uuid|token_hex|token_urlsafe|mkdtemp|secrets|urandom", text)
    origin = module.origin(node)
    match origin:
        case ast.Call(args=[first, *rest]) if module.name(origin.func) in ("os.path.join", "pathlib.Path") and rest:
            shared = _TEMPORARY.match(beginning(module, first)) or module.name(first) == "tempfile.gettempdir()"
            text = " ".join(module.text(module.origin(each)) for each in rest)
            return bool(shared) and not re.search(r"uuid|token|mkdtemp|secrets|urandom|random", text)
        case ast.BinOp(left=left, op=ast.Add() | ast.Div(), right=right):
            shared = module.name(left) == "tempfile.gettempdir()" or _guessable(module, left)
            return shared and not re.search(r"uuid|token|secrets|urandom", module.text(module.origin(right)))
        case ast.JoinedStr(values=[ast.FormattedValue(value=first), *rest]):
            return module.name(first) == "tempfile.gettempdir()" and not re.search(
                r"uuid|token|secrets", module.text(origin)
            )
        case _:
            return False


_LOOKS_AT = {
    "os.path.exists",
    "os.path.isfile",
    "os.path.islink",
    "os.path.isdir",
    "os.access",
    "os.stat",
    "os.lstat",
    "os.path.getsize",
    "os.path.lexists",
}
_METHODS = {"exists", "is_file", "is_symlink", "is_dir"}
_USES = {
    "open": 0, "io.open": 0, "os.open": 0, "os.remove": 0, "os.unlink": 0, "os.rename": 0, "os.rmdir": 0, "os.chmod": 0,
    "os.chown": 0, "shutil.rmtree": 0, "shutil.move": 0, "os.symlink": 1, "os.replace": 0, "os.link": 1,
    "shutil.copy": 1,
    "shutil.copyfile": 1, "os.mkdir": 0,
}  # fmt: skip
_STRONG = {"os.access", "os.path.islink", "os.lstat", "os.stat"}


def races(module: Module) -> Iterable[Observation]:
    """A file that is looked at by its name, and then used by its name."""
    for branch in module.of(ast.If):
        for call in module.within(branch.test, ast.Call):
            name = module.name(call.func)
            looked: ast.expr | None = None
            if name in _LOOKS_AT and call.args:
                looked = call.args[0]
            elif (
                isinstance(call.func, ast.Attribute)
                and call.func.attr in _METHODS
                and not call.args
                and (module.name(call.func.value).startswith("pathlib.Path") or "path" in module.text(call.func.value))
            ):
                looked = call.func.value
            if looked is None or isinstance(looked, ast.Constant):
                continue
            used = _used_after(module, branch, ast.dump(looked))
            if used is not None:
                use, kind = used
                strong = name in _STRONG
                if kind == "read" and not strong:
                    continue
                yield see(
                    "race-condition",
                    call,
                    f"It is used by its name again on line {use.lineno}.",
                    0.8 if strong else 0.5,
                    because=(use.lineno,),
                    severity=None if strong else Severity.LOW,
                )
            break


def _used_after(module: Module, branch: ast.If, looked: str) -> tuple[ast.Call, str] | None:
    blocks: list[ast.AST] = [*branch.body, *branch.orelse]
    ends = branch.body and isinstance(branch.body[-1], ast.Return | ast.Raise | ast.Continue)
    parent = module.parents.get(branch)
    body = getattr(parent, "body", None)
    if ends and isinstance(body, list) and branch in body:
        blocks += body[body.index(branch) + 1 :][:6]
    for block in blocks:
        for call in module.within(block, ast.Call):
            name = module.name(call.func)
            if name in _USES and len(call.args) > _USES[name] and ast.dump(call.args[_USES[name]]) == looked:
                return call, _kind(module, name, call)
            if isinstance(call.func, ast.Attribute) and ast.dump(call.func.value) == looked:
                if call.func.attr in ("unlink", "write_text", "write_bytes", "rename", "chmod", "rmdir"):
                    return call, "write"
                if call.func.attr in ("open", "read_text", "read_bytes"):
                    return call, _kind(module, "open", call, 0)
    return None


def _kind(module: Module, name: str, call: ast.Call, position: int = 1) -> str:
    if not name.endswith("open") or name == "os.open":
        return "write"
    mode = module.value(module.argument(call, position, "mode"))
    return "write" if isinstance(mode, str) and re.search(r"[wa+]", mode) else "read"


def ownership(module: Module) -> Iterable[Observation]:
    """Owners that are taken over, and processes and files that are acted on without knowing whose they are."""
    rule = "wrong-ownership"
    for call in module.called("os.chown", "os.fchown", "os.lchown", "shutil.chown"):
        text = " ".join(
            module.text(module.origin(each)) for each in [*call.args[1:], *(each.value for each in call.keywords)]
        )
        if re.search(r"\bst_uid\b|\bgetuid\b|\bgeteuid\b|\bpw_uid\b|\bgetpwnam\b", text) and "st_uid" not in text:
            continue
        if len(call.args) > 1 and module.value(call.args[1]) == -1:
            continue
        yield see(rule, call, "The file goes to an owner that the code does not look at.", 0.5, severity=Severity.LOW)
    for call in module.called("os.kill", "os.killpg"):
        function = module.function(call)
        if (
            not call.args
            or function is None
            or re.search(r"getuid|st_uid|username|owner|getppid|getlogin|psutil|children|uids", module.text(function))
        ):
            continue
        target = call.args[0]
        signal = module.value(call.args[1]) if len(call.args) > 1 else None
        if signal == 0:
            continue
        given = isinstance(target, ast.Name) and any(each.arg == target.id for each in _arguments(function))
        origin = module.origin(target)
        read = isinstance(origin, ast.Call) and re.search(
            r"\bread\b|argv|\binput\b|readline|read_text|request", module.text(origin)
        )
        if (given and "self" not in [each.arg for each in _arguments(function)]) or read:
            yield see(rule, call, "Nobody looks whose process it is.", 0.55, severity=Severity.LOW)


def _arguments(function: FunctionNode) -> Iterator[ast.arg]:
    yield from function.args.posonlyargs
    yield from function.args.args


LOOKS = (permissions, temporary_files, races, ownership)
