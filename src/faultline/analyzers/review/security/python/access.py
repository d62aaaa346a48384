"""Who may do what: handlers that nobody guards, that do not look at the owner, and steps that can be left out.

These are guesses by telling names, so they look at web handlers only, are sure of little, and are silent where anything
in the file looks like a check.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.handlers import Endpoint, asked, endpoints, guarded, is_public, is_web
from faultline.analyzers.review.security.python.module import FunctionNode, Module, see
from faultline.analyzers.review.security.python.words import parts
from faultline.core.finding import Severity

_SENSITIVE = re.compile(
    r"(?:^|[^a-z])(?:admin|dashboard|delete|remove|destroy|transfer|withdraw|refund|payout|shutdown|restart|"
    r"reboot|backup|export|"
    r"config(?:uration)?|settings|promote|grant|ban|impersonate|users|accounts?|balance|salary|salaries|payroll|"
    r"invoices?|"
    r"medical|patients?|employees?|customers?|orders?|secrets?|internal|private|manage|management|bank|profile|"
    r"execute|run_command|"
    r"create_user|update_user|delete_user|edit_user|change_password|reset_password|add_user|purge|reset|update|"
    r"logs|audit|kill)(?:[^a-z]|$)"
)
_VERY = re.compile(
    r"(?:^|[^a-z])(?:admin|delete|transfer|withdraw|shutdown|promote|payout|refund|ban|users|change_password|bank|"
    r"balance|export|backup|salary|salaries|secrets?|private|purge|account)(?:[^a-z]|$)"
)
_ACTS = re.compile(
    r"(?:^|_)(?:delete|remove|transfer|withdraw|save|commit|execute|query|all|get|filter|find|update|insert|"
    r"create|stop|shutdown|reset|run|export|dump|system|send_file|find_one|select|load|read|fetch|"
    r"get_object_or_404|open|\w+_everything|ban|promote)(?:$|_)"
)


def missing_authentication(module: Module) -> Iterable[Observation]:
    """Handlers with a telling name that do something and look at nobody."""
    for endpoint in endpoints(module):
        label = endpoint.label.replace("/", " / ")
        if is_public(endpoint) or not _SENSITIVE.search(label) or not _does(module, endpoint):
            continue
        if guarded(module, endpoint):
            continue
        very = bool(_VERY.search(label))
        if (
            not very
            and not endpoint.methods & {"POST", "PUT", "PATCH", "DELETE"}
            and not _ORDERS.match(endpoint.node.name)
        ):
            continue
        yield see(
            "missing-authentication",
            endpoint.node,
            f"`{endpoint.node.name}` answers anybody.",
            0.6 if very else 0.45,
            severity=Severity.MEDIUM if very else Severity.LOW,
        )


_ORDERS = re.compile(r"(?:restart|reboot|stop|kill|reset|remove|destroy|drop|purge|run|execute)_")


def _does(module: Module, endpoint: Endpoint) -> bool:
    if endpoint.methods & {"DELETE", "PUT", "PATCH"}:
        return True
    for call in module.within(endpoint.node, ast.Call):
        last = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if _ACTS.search(last) or last in ("render_template", "render", "jsonify"):
            return True
    return any(
        isinstance(each, ast.Delete)
        or (isinstance(each, ast.AugAssign) and isinstance(each.target, ast.Subscript | ast.Attribute))
        for each in ast.walk(endpoint.node)
    )


_SIGNED_IN = re.compile(
    r"login_required|isauthenticated|jwt_required|token_required|auth_required|current_user|get_current|"
    r"requires_auth|authenticated"
)
_OWNER = re.compile(
    r"owner|author(?!iz)|created_by|user_id|is_admin|is_staff|is_superuser|role|permission|has_perm|can_|"
    r"authorize|check_|forbidden|403|belongs|tenant|policy|user=|user_passes|allowed|access"
)
_FINDS = {
    "get",
    "get_or_404",
    "get_object_or_404",
    "first_or_404",
    "find_one",
    "filter_by",
    "first",
    "execute",
    "find",
    "one",
}


def missing_authorization(module: Module) -> Iterable[Observation]:
    """Handlers that know who asks, and do not look whether the object is theirs, or whether they have the role."""
    for endpoint in endpoints(module):
        heads = " ".join(endpoint.decorators).lower() + " " + module.text(endpoint.node.args)
        if not _SIGNED_IN.search(heads):
            continue
        body = " ".join(module.text(each) for each in endpoint.node.body)
        head_checks = re.search(r"permission|role|admin_required|superuser|staff|user_passes|scope", heads)
        if (
            head_checks
            or _OWNER.search(body)
            or re.search(r"current_user|request\.user|\bg\b|session|get_jwt_identity|\buser\b", body)
        ):
            continue
        arguments = {each.arg for each in (*endpoint.node.args.args, *endpoint.node.args.kwonlyargs)}
        ids = {each for each in arguments if each in ("id", "pk") or each.endswith(("_id", "_pk", "uuid"))}
        finds = any(
            isinstance(call.func, ast.Attribute | ast.Name)
            and (call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id) in _FINDS
            and any(isinstance(each, ast.Name) and each.id in ids for each in ast.walk(call))
            for call in module.within(endpoint.node, ast.Call)
        )
        if ids and finds:
            yield see(
                "missing-authorization",
                endpoint.node,
                f"`{endpoint.node.name}` does not look whose object it is.",
                0.55,
                severity=Severity.MEDIUM,
            )


_NO_USER = re.compile(
    r"(?:(?:user(?:name)?|account|e-?mail|member|login)\b.{0,30}\b(?:not found|does ?n[o']t exist|not exist|"
    r"unknown|not registered|already (?:exists|registered|taken|in use)|no(?:t)? such|(?:is )?taken|"
    r"(?:is )?invalid|(?:is )?incorrect))|"
    r"(?:(?:no such|unknown|invalid|no|incorrect|wrong) (?:user(?:name)?|account|e-?mail|member)\b)"
)  # fmt: skip
_BAD_PASSWORD = re.compile(
    r"(?:wrong|incorrect|invalid|bad|mismatch\w*|not match\w*)[^.]{0,20}pass|pass(?:word|phrase|"
    r"code)?\b.{0,20}(?:wrong|incorrect|invalid|bad|does ?n[o']t match|mismatch|not correct)"
)
_SIGN_IN = re.compile(
    r"log_?in|sign_?in|auth(?:enticate)?(?:$|_)|forgot|reset|recover|check_user|check_email|verify_user|"
    r"check_credentials|validate_user|user_exists|sign_?up|register"
)


def user_enumeration(module: Module) -> Iterable[Observation]:
    """Answers that tell whether an account exists."""
    handlers = {id(each.node): each for each in endpoints(module)}
    for function in module.functions:
        endpoint = handlers.get(id(function))
        label = endpoint.label if endpoint else function.name.lower()
        if not _SIGN_IN.search(label):
            continue
        said = [
            each
            for each in module.within(function, ast.Constant)
            if isinstance(each.value, str)
            and len(each.value) < 200
            and not isinstance(module.parents.get(each), ast.Expr)
        ]
        unknown = [
            each
            for each in said
            if _NO_USER.search(each.value.lower())
            and not re.search(r"user\w*(?: name)? or pass|password", each.value.lower())
        ]
        wrong = [
            each
            for each in said
            if _BAD_PASSWORD.search(each.value.lower())
            and not re.search(r"user\w*|e-?mail|name|login", each.value.lower())
        ]
        if unknown and (wrong or (endpoint is not None and re.search(r"forgot|reset|recover|check_", label))):
            yield see("user-enumeration", unknown[0], f"It says {unknown[0].value[:60]!r}.", 0.75 if wrong else 0.55)
        elif unknown and (endpoint is not None or is_web(module)):
            yield see("user-enumeration", unknown[0], f"It says {unknown[0].value[:60]!r}.", 0.45)


_AUTHENTICATED = re.compile(
    r"authenticat|authoriz|logged_?in|is_login|signed_?in|session|permission|is_admin|owns|has_access|can_"
)
_RISKY = re.compile(
    r"(?:^|_)(?:delete|remove|read|list|send|write|retrieve|download|upload|transfer|exec|execute|run|get|put|"
    r"drop|create|update|withdraw|pay|fetch|show|view)(?:$|_)"
)
_STATES = {
    "shipped",
    "refunded",
    "completed",
    "approved",
    "confirmed",
    "delivered",
    "paid",
    "finished",
    "published",
    "activated",
    "verified",
    "dispatched",
    "fulfilled",
    "closed",
}


def workflow(module: Module) -> Iterable[Observation]:
    """Dispatchers where some commands look who asks and others do not, and steps that ignore the ones before."""
    dispatchers = Counter(id(module.function(each)) for each in module.of(ast.If) if isinstance(each.test, ast.Compare))
    for function in module.functions:
        if dispatchers[id(function)] > 1:
            yield from _dispatch(module, function)
        words = set(parts(function.name))
        if not words & {
            "ship",
            "refund",
            "complete",
            "confirm",
            "approve",
            "finalize",
            "deliver",
            "checkout",
            "finish",
            "publish",
            "activate",
            "verify",
            "fulfill",
            "dispatch",
            "pay",
            "process",
            "cancel",
        }:
            continue
        for assign in module.within(function, ast.Assign):
            target = assign.targets[0]
            name = (
                target.attr
                if isinstance(target, ast.Attribute)
                else str(module.value(target.slice))
                if isinstance(target, ast.Subscript)
                else ""
            )
            value = module.value(assign.value)
            if (
                name not in ("status", "state", "order_status", "payment_status", "stage", "step")
                or not isinstance(value, str)
                or value.lower() not in _STATES
            ):
                continue
            tests = " ".join(
                module.text(each.test) for each in module.within(function, ast.If, ast.IfExp, ast.Assert, ast.While)
            )
            if not re.search(
                r"status|state|paid|stage|step|verified|approved|can_|valid|pending|payment|ready", tests
            ) and "filter" not in module.text(function):
                yield see("workflow-logic", assign, "The state before is not looked at.", 0.55, severity=Severity.LOW)


def _dispatch(module: Module, function: FunctionNode) -> Iterable[Observation]:
    branches: list[tuple[ast.If, str]] = []
    guards: list[int] = []
    for branch in module.within(function, ast.If):
        match branch.test:
            case ast.Compare(
                left=ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(value=ast.Name(id=name)),
                ops=[ast.Eq()],
                comparators=[ast.Constant(value=str())],
            ):
                branches.append((branch, name))
            case _:
                if (
                    isinstance(branch.test, ast.UnaryOp)
                    and _AUTHENTICATED.search(module.text(branch.test))
                    and branch.body
                    and isinstance(branch.body[-1], ast.Return | ast.Raise | ast.Continue)
                ):
                    guards.append(branch.lineno)
    if len(branches) < 2:
        return
    checked, unchecked = [], []
    for branch, name in branches:
        if name != branches[0][1] or any(line < branch.lineno for line in guards):
            continue
        tests = " ".join(
            module.text(each.test) for statement in branch.body for each in module.within(statement, ast.If, ast.IfExp)
        )
        called = [
            call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            for statement in branch.body
            for call in module.within(statement, ast.Call)
        ]
        if _AUTHENTICATED.search(tests) or any(_AUTHENTICATED.search(each.lower()) for each in called):
            checked.append((branch, tests))
        elif any(_RISKY.search(each.lower()) for each in called):
            unchecked.append(branch)
    if unchecked and any(tests for _, tests in checked):
        yield see("workflow-logic", unchecked[0].test, "Other commands look who asks, this one does not.", 0.8)


_EXTENSION = {"endswith", "split", "rsplit", "splitext", "rpartition", "suffix"}


def extensions(module: Module) -> Iterable[Observation]:
    """Uploads that are taken for what their name says."""
    whole = (
        module.text(module.tree)
        if any("files" in line.lower() or "upload" in line.lower() for line in module.lines) and endpoints(module)
        else ""
    )
    if not whole or re.search(
        r"secure_filename|imghdr|\bmagic\b|filetype|uuid|image\.open|verify_image|sniff|from_buffer|token_hex", whole
    ):
        return
    for endpoint in endpoints(module):
        function = endpoint.node
        text = module.text(function)
        if not re.search(r"\bfiles\b|uploadfile", text) or not re.search(
            r"\bsave\b|\bwrite\b|copyfileobj|write_bytes|\bexec\b|\bload\b|\bopen\b|\bparse\b", text
        ):
            continue
        helpers = [each for each in module.functions if each.name in text.split()]
        for inside in (function, *(each for each in helpers if each is not function)):
            for call in module.within(inside, ast.Call):
                if (
                    isinstance(call.func, ast.Attribute)
                    and call.func.attr in _EXTENSION
                    and re.search(r"file|name|upload|photo|image", module.text(call))
                ):
                    yield see(
                        "extension-trust", call, "Its name says what the file is, and anybody gives it that name.", 0.6
                    )
                    return
        yield from _declared(module, function)


def _declared(module: Module, function: FunctionNode) -> Iterable[Observation]:
    for compare in module.within(function, ast.Compare):
        if any(
            isinstance(each, ast.Attribute) and each.attr in ("content_type", "mimetype") for each in ast.walk(compare)
        ) and asked(module, compare):
            yield see("extension-trust", compare, "The sender says what the file is.", 0.6)
            return


_SAYS = re.compile(r"^(?:is_?)?(?:admin|role|user_?role|superuser|staff|authenticated|logged_?in|privileged|is_?auth)$")


def claimed(module: Module) -> Iterable[Observation]:
    """Roles that the request itself names, and messages that go where the request says."""
    for compare in module.of(ast.Compare):
        for side in (compare.left, *compare.comparators):
            origin = module.origin(side)
            word: object = None
            if isinstance(origin, ast.Call) and origin.args and asked(module, origin):
                word = module.value(origin.args[0])
            elif isinstance(origin, ast.Subscript) and asked(module, origin):
                word = module.value(origin.slice)
            if isinstance(word, str) and _SAYS.match(word.lower()):
                yield see("client-authority", compare, f"The request says `{word}`.", 0.85)
                break
    for endpoint in endpoints(module):
        if not re.search(r"forgot|reset|recover|password|verify|otp|invoice|statement", endpoint.label):
            continue
        for call in module.within(endpoint.node, ast.Call):
            last = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if not re.search(r"send_?(?:e?mail|message|sms|otp|reset)|^sendmail$", last.lower()):
                continue
            to = [
                *(call.args[-1:] if last == "send_mail" else call.args[:2]),
                *(
                    each.value
                    for each in call.keywords
                    if each.arg in ("to", "recipient", "recipients", "recipient_list", "to_addrs")
                ),
            ]
            looked_up = re.search(
                r"filter_by|filter\b|\bfind|get_user|objects|query|execute", module.text(endpoint.node)
            )
            if any(asked(module, each) for each in to) and not looked_up:
                yield see("unverified-destination", call, "", 0.6)
                break


LOOKS = (claimed, missing_authentication, missing_authorization, user_enumeration, workflow, extensions)
