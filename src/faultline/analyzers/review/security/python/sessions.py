"""Sessions: ids that come from outside, and what one visitor leaves for the next."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.handlers import asked, endpoints
from faultline.analyzers.review.security.python.module import Module, see
from faultline.analyzers.review.security.python.words import parts


def sessions(module: Module) -> Iterable[Observation]:
    """Session ids that come from outside, and what one visitor leaves for the next."""
    for endpoint in endpoints(module):
        shared: set[str] = {name for each in module.within(endpoint.node, ast.Global) for name in each.names}
        for assign in module.within(endpoint.node, ast.Assign):
            target = assign.targets[0]
            match target:
                case ast.Attribute(attr="sid" | "session_id" | "session_key") if asked(module, assign.value):
                    yield see("session-fixation", assign, "The visitor says which session it is.", 0.85)
                case ast.Attribute(attr="session") if asked(module, assign.value):
                    yield see("session-fixation", assign, "The visitor says which session it is.", 0.7)
                case ast.Name(id=name) if name in shared and (asked(module, assign.value) or _about_user(name)):
                    yield see("shared-session-state", assign, f"`{name}` is the same for all visitors.", 0.85)
                case ast.Attribute(value=ast.Name(id=owner), attr=attr) if (
                    _is_app(module, owner) and attr != "secret_key" and asked(module, assign.value)
                ):
                    yield see("shared-session-state", assign, f"`{owner}.{attr}` is the same for all visitors.", 0.8)
                case ast.Attribute(value=ast.Name(id="cls") | ast.Attribute(attr="__class__"), attr=attr) if asked(
                    module, assign.value
                ):
                    yield see("shared-session-state", assign, f"`{attr}` is the same for all visitors.", 0.8)
                case ast.Attribute(value=ast.Name(id=owner), attr=attr) if _is_class(module, owner) and asked(
                    module, assign.value
                ):
                    yield see("shared-session-state", assign, f"`{owner}.{attr}` is the same for all visitors.", 0.8)
                case ast.Subscript(value=ast.Name() as base, slice=ast.Constant(value=str(key))) if (
                    isinstance(module.origin(base), ast.Dict)
                    and _global(module, base)
                    and (asked(module, assign.value) or _about_user(key))
                ):
                    yield see("shared-session-state", assign, f"`{base.id}` is the same for all visitors.", 0.8)
        for call in module.within(endpoint.node, ast.Call):
            match call.func:
                case ast.Attribute(value=ast.Name(id=held) as base, attr="append" | "add" | "update" | "extend"):
                    kept = module.origin(base)
                    whole = isinstance(kept, ast.List | ast.Dict | ast.Set) and _global(module, base)
                    if (
                        whole
                        and _about_user(held)
                        and not held.endswith("s")
                        and any(asked(module, each) for each in call.args)
                    ):
                        yield see("shared-session-state", call, f"`{held}` is the same for all visitors.", 0.75)
            sets = isinstance(call.func, ast.Attribute) and call.func.attr == "set_cookie" and len(call.args) > 1
            if sets and re.search(r"(?i)sess|sid\b", str(module.value(call.args[0]))) and asked(module, call.args[1]):
                yield see("session-fixation", call, "The visitor says which session it is.", 0.8)
    for owner in module.of(ast.ClassDef):
        if not re.search(
            r"(?:View|Resource|RequestHandler|HTTPEndpoint)$", " ".join(module.name(each) for each in owner.bases)
        ):
            continue
        fields = {
            target.id: each
            for each in owner.body
            if isinstance(each, ast.Assign)
            for target in each.targets
            if isinstance(target, ast.Name)
        }
        for name, where in fields.items():
            empty = isinstance(where.value, ast.Dict | ast.List) and not (
                where.value.keys if isinstance(where.value, ast.Dict) else where.value.elts
            )
            if empty and any(
                isinstance(each, ast.Attribute) and each.attr == name
                for function in owner.body
                if isinstance(function, ast.FunctionDef)
                for each in ast.walk(function)
            ):
                yield see("shared-session-state", where, f"`{name}` is the same for all visitors.", 0.7)


def _about_user(name: str) -> bool:
    return bool(
        set(parts(name)) & {"user", "session", "username", "account", "login", "visitor", "customer", "cart", "token"}
    )


def _is_app(module: Module, name: str) -> bool:
    return name in ("app", "application") and bool(
        module.packages & {"flask", "fastapi", "starlette", "quart", "sanic", "bottle"}
    )


def _is_class(module: Module, name: str) -> bool:
    return any(each.name == name for each in module.of(ast.ClassDef))


def _global(module: Module, node: ast.Name) -> bool:
    origin = module.origin(node)
    return module.function(origin) is None


LOOKS = (sessions,)
