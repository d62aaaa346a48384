"""Servers that can be turned against others, or that whoever calls can exhaust."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.module import Module, see
from faultline.core.finding import Severity


def datagrams(module: Module) -> Iterable[Observation]:
    """Answers to datagrams, whose sender anybody can forge."""
    rule = "amplification"
    hears = module.methods.keys() & {"recvfrom", "recvfrom_into"}
    for function in [*module.functions, module.tree] if hears else ():
        own = [
            each
            for each in module.within(function, ast.Call)
            if module.function(each) is (function if function is not module.tree else None)
        ]
        received: set[str] = set()
        heard = False
        for call in own:
            if isinstance(call.func, ast.Attribute) and call.func.attr in ("recvfrom", "recvfrom_into"):
                heard = True
                parent = module.parents.get(call)
                if isinstance(parent, ast.Assign):
                    received |= {
                        each.id for target in parent.targets for each in ast.walk(target) if isinstance(each, ast.Name)
                    }
        if not heard:
            continue
        for _ in range(3):
            for assign in module.within(function, ast.Assign):
                if any(isinstance(each, ast.Name) and each.id in received for each in ast.walk(assign.value)):
                    received |= {
                        each.id for target in assign.targets for each in ast.walk(target) if isinstance(each, ast.Name)
                    }
        text = module.text(function)
        if re.search(
            r"rate_?limit|allowed|cookie|challenge|handshake|known_|whitelist|trusted|authenticat|verify|token", text
        ):
            continue
        for call in own:
            last = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            answers = last == "sendto" or re.search(
                r"(?i)send_?(?:response|reply|answer|record|data|packet|to)|respond|reply", last
            )
            address = [*call.args, *(each.value for each in call.keywords)]
            if answers and any(
                isinstance(each, ast.Name) and each.id in received for part in address for each in ast.walk(part)
            ):
                yield see(
                    rule,
                    call,
                    "The sender of a datagram can be forged, so the answer goes to whoever is meant to be flooded.",
                    0.75,
                )
                break
    for owner in module.of(ast.ClassDef):
        bases = " ".join(module.name(each) for each in owner.bases)
        if re.search(r"Datagram(?:Protocol|RequestHandler)", bases):
            for call in module.within(owner, ast.Call):
                if isinstance(call.func, ast.Attribute) and call.func.attr == "sendto":
                    yield see(rule, call, "The sender of a datagram can be forged.", 0.6)
                    break


def unbounded_servers(module: Module) -> Iterable[Observation]:
    """A thread or process for every connection, without a bound; reading without an end."""
    for loop in module.of(ast.While):
        calls = [each for statement in loop.body for each in module.within(statement, ast.Call)]
        accepts = any(isinstance(each.func, ast.Attribute) and each.func.attr == "accept" for each in calls)
        if not accepts:
            continue
        bounded = re.search(r"semaphore|max_|limit|pool|executor|active_count|len\b", module.text(loop))
        for call in calls:
            name = module.name(call.func)
            if (
                re.search(
                    r"(?:threading\.Thread|multiprocessing\.Process|os\.fork|_thread\.start_new_thread|"
                    r"subprocess\.Popen)$",
                    name,
                )
                and not bounded
            ):
                yield see(
                    "unbounded-server",
                    call,
                    "There is no end to how many there are at once.",
                    0.6,
                    severity=Severity.LOW,
                )
                break
    for loop in module.of(ast.While):
        match loop.test:
            case ast.Constant(value=True | 1):
                calls = [each for statement in loop.body for each in module.within(statement, ast.Call)]
            case _:
                continue
        forks = [each for each in calls if module.name(each.func) == "os.fork"]
        if forks and not any(
            isinstance(each, ast.Break | ast.Return) for statement in loop.body for each in ast.walk(statement)
        ):
            yield see("unbounded-server", forks[0], "It makes processes without an end.", 0.85)


LOOKS = (datagrams, unbounded_servers)
