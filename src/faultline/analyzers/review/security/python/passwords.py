"""Rules for passwords that let weak ones through."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.handlers import asked, endpoints
from faultline.analyzers.review.security.python.module import Module, label_of, see
from faultline.analyzers.review.security.python.regexes import shortest
from faultline.analyzers.review.security.python.words import is_password, parts


def weak_password_rules(module: Module) -> Iterable[Observation]:
    """Checks that let short passwords through, and registration that checks nothing."""
    for compare in module.of(ast.Compare):
        if len(compare.ops) == 1:
            yield from _length(module, compare)
    for call in module.of(ast.Call):
        name = module.name(call.func).rpartition(".")[2]
        if name in ("PasswordField", "CharField", "SecretStr", "Field", "constr") or name.startswith("Length"):
            least = module.value(module.argument(call, 0 if name == "Length" else None, "min", "min_length"))
            ours = is_password(_owner(module, call)) or name == "PasswordField"
            if isinstance(least, int) and not isinstance(least, bool) and 0 <= least < 8 and ours:
                yield see("weak-password-rules", call, f"{least} characters are enough.", 0.8)
    for call in module.called("re.match", "re.fullmatch", "re.search"):
        pattern, about = module.value(module.argument(call, 0, "pattern")), module.argument(call, 1, "string")
        if (
            isinstance(pattern, str)
            and about is not None
            and is_password(label_of(about))
            and (name := module.name(call.func))
        ):
            least = shortest(pattern)
            if least is not None and 1 < least < 8 and (pattern.startswith("^") or name.endswith("fullmatch")):
                yield see("weak-password-rules", call, f"{least} characters are enough.", 0.75)
    for owner in module.of(ast.ClassDef):
        if set(parts(owner.name)) & {"register", "registration", "signup", "sign", "create", "creation"}:
            yield from _unchecked_fields(module, owner)
    for assign in module.of(ast.Assign):
        match assign.targets[0], assign.value:
            case ast.Name(id="AUTH_PASSWORD_VALIDATORS"), ast.List(elts=[]):
                yield see("weak-password-rules", assign, "Django checks no new password.", 0.9)
    for pair in module.of(ast.Dict):
        for key, value in zip(pair.keys, pair.values, strict=True):
            match key, value:
                case ast.Constant(value="min_length"), ast.Constant(value=int(least)) if (
                    least < 8
                    and "MinimumLength"
                    in "".join(
                        str(each.value)
                        for around in module.around(pair)
                        if isinstance(around, ast.Dict)
                        for each in ast.walk(around)
                        if isinstance(each, ast.Constant)
                    )
                ):
                    yield see("weak-password-rules", value, f"{least} characters are enough.", 0.9)
    for endpoint in endpoints(module):
        words = set(parts(endpoint.node.name)) | set(parts(" ".join(endpoint.routes)))
        if (
            not words & {"register", "signup", "registration", "registers"}
            and not {"sign", "up"} <= words
            and not {"create", "user"} <= words
            and not {"change", "password"} <= words
        ):
            continue
        text = module.text(endpoint.node)
        takes = [
            each for each in module.within(endpoint.node, ast.Call, ast.Subscript) if _takes_password(module, each)
        ]
        checks = re.search(
            r"valid|strength|\blen\b|\bre\b|polic|complex|min_|check_pass|zxcvbn|match\b|form\b(?=.*is_valid)", text
        )
        if takes and not checks:
            yield see("weak-password-rules", takes[0], "Whatever is sent becomes the password.", 0.5)


def _unchecked_fields(module: Module, owner: ast.ClassDef) -> Iterable[Observation]:
    """Password fields of a registration form that nothing bounds."""
    text = module.text(owner)
    if re.search(r"length|regexp|validate_|clean|strength|min_length|validate_password", text):
        return
    for assign in owner.body:
        if (
            isinstance(assign, ast.Assign)
            and isinstance(assign.value, ast.Call)
            and is_password(label_of(assign.targets[0]))
        ) and module.name(assign.value.func).rpartition(".")[2] in ("PasswordField", "CharField"):
            yield see("weak-password-rules", assign, "Whatever is sent becomes the password.", 0.55)
            return


def _takes_password(module: Module, node: ast.AST) -> bool:
    match node:
        case ast.Call(args=[ast.Constant(value=str(word)), *_]):
            return is_password(word) and asked(module, node)
        case ast.Subscript(slice=ast.Constant(value=str(word))):
            return is_password(word) and asked(module, node)
        case _:
            return False


def _length(module: Module, compare: ast.Compare) -> Iterable[Observation]:
    left, right, kind = compare.left, compare.comparators[0], compare.ops[0]
    if not (
        isinstance(left, ast.Call) and isinstance(left.func, ast.Name) and left.func.id == "len" and len(left.args) == 1
    ):
        return
    least, about = module.value(right), left.args[0]
    if not isinstance(least, int) or isinstance(least, bool) or not is_password(label_of(about)):
        return
    least += {ast.Gt: 1, ast.LtE: 1}.get(type(kind), 0)
    if 1 < least < 8 and isinstance(kind, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
        yield see("weak-password-rules", compare, f"{least} characters are enough.", 0.85)


def _owner(module: Module, node: ast.AST) -> str:
    for each in module.around(node):
        match each:
            case ast.Assign(targets=[target, *_]):
                return label_of(target)
            case ast.AnnAssign(target=target):
                return label_of(target)
            case ast.stmt():
                return ""
    return ""


LOOKS = (weak_password_rules,)
