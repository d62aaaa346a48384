"""What two versions of a deployment break for those outside of it: doors that are no longer there."""

from __future__ import annotations

from collections.abc import Iterator

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.compose import ComposeDocument
from faultline.analyzers.design.documents.kubernetes import KubernetesDocument, KubernetesObject
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot

PORT = "evolution/published-port-removed"
ROUTE = "evolution/route-removed"


def compose_ports(design: Design) -> Iterator[Observation]:
    """Ports that were published to other machines, and that no service publishes any longer."""
    if design.older is None:
        return
    before, after = design.older.of(ComposeDocument), design.of(ComposeDocument)
    by_path = {each.path: each for each in after}
    for old in before:
        new = by_path.get(old.path) or (after[0] if len(before) == 1 == len(after) else None)
        if new is None:
            continue
        published = {each.published for service in new.services for each in service.ports}
        kept = {service.name: service for service in new.services}
        for service in old.services:
            for port in service.ports:
                if not port.published or port.local or port.published in published:
                    continue
                same = kept.get(service.name)
                pointer = ("services", service.name) if same is not None else ("services",)
                at = Spot(new, pointer, symbol=f"service {service.name}")
                text = f"The service `{service.name}` published port {port.published}, and no service does now."
                yield Observation(PORT, at, text, f"{service.name} {port.published}", (port.spot,))


def kubernetes_services(design: Design) -> Iterator[Observation]:
    """Ports of Services, and paths of Ingresses, that are no longer there."""
    if design.older is None:
        return
    before, after = design.older.of(KubernetesDocument), design.of(KubernetesDocument)
    known = {_name(each): each for document in after for each in document.objects}
    by_path = {each.path: each for each in after}
    routes = {route for document in after for each in document.objects for route, _ in _routes(each)}
    for old in before:
        # A file that is not here at all may be deployed from somewhere else.
        new = by_path.get(old.path) or (after[0] if len(before) == 1 == len(after) else None)
        if new is None:
            continue
        for each in old.objects:
            same = known.get(_name(each))
            at = same.spot("spec") if same is not None else Spot(new, (), symbol=each.symbol)
            ports = {number for number, _ in _ports(same)} if same is not None else set()
            for number, spot in _ports(each):
                if number not in ports:
                    text = f"The Service `{each.name}` had port {number}, and has it no longer."
                    yield Observation(PORT, at, text, f"{each.name} {number}", (spot,))
            for route, spot in _routes(each):
                if route not in routes:
                    text = f"`{''.join(route)}` led to a service, and no Ingress takes it now."
                    yield Observation(ROUTE, at, text, "".join(route), (spot,))


def _name(each: KubernetesObject) -> tuple[str, str, str]:
    return each.kind, each.namespace, each.name


def _ports(each: KubernetesObject) -> Iterator[tuple[int, Spot]]:
    if each.kind == "Service":
        for place, port in enumerate(each.items("spec", "ports")):
            if isinstance(port, dict) and isinstance(port.get("port"), int):
                yield port["port"], each.spot("spec", "ports", place, "port")


def _routes(each: KubernetesObject) -> Iterator[tuple[tuple[str, str], Spot]]:
    if each.kind != "Ingress":
        return
    for place, rule in enumerate(each.items("spec", "rules")):
        http = rule.get("http") if isinstance(rule, dict) else None
        paths = http.get("paths") if isinstance(http, dict) else None
        for number, path in enumerate(paths if isinstance(paths, list) else ()):
            if isinstance(path, dict):
                route = str(rule.get("host", "")), str(path.get("path", "/"))
                yield route, each.spot("spec", "rules", place, "http", "paths", number, "path")


CHECKS: tuple[Check, ...] = (compose_ports, kubernetes_services)
