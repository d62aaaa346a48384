"""What firewalls of Terraform let in: ports that every address reaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from faultline.analyzers.design.documents.products import DATA_PORTS
from faultline.analyzers.design.documents.terraform import TerraformBlock
from faultline.analyzers.design.observation import Observation
from faultline.analyzers.design.resource import Here, Look
from faultline.analyzers.design.security import images
from faultline.core.finding import Severity

EVERYWHERE: Final = frozenset({"0.0.0.0/0", "::/0", "*", "Internet", "Any"})
"""Ranges that hold every address."""


def everywhere(here: Here, block: TerraformBlock, *names: str) -> str | None:
    """The attribute that lets every address in."""
    for name in names:
        value = here.document.value(block, name)
        ranges = value if isinstance(value, list) else [value]
        if any(isinstance(each, str) and each in EVERYWHERE for each in map(here.document.resolved, ranges)):
            return name
    return None


def open_ports(
    here: Here, block: TerraformBlock, name: str, low: Any, high: Any, protocol: Any
) -> Iterator[Observation]:
    """What it means that an attribute of a block lets every address in at the ports from `low` to `high`."""
    address = here.block.address
    spot = here.document.spot(block, name, here.block)
    if protocol in ("-1", -1, "all", "*") or (low == 0 and high in (0, 65535)):
        message = f"{address} lets every address in, at every port."
        yield Observation("security/open-firewall", spot, message, cause=f"{address} {spot.line}")
        return
    if not isinstance(low, int):
        return
    top = high if isinstance(high, int) else low
    remote = next((what for port, what in images.REMOTE_PORTS.items() if low <= port <= top), None)
    if remote:
        message = f"{address} lets every address in at the port of {remote}."
        yield Observation("security/open-firewall", spot, message, cause=f"{address} {spot.line}")
        return
    data = next((what for port, what in DATA_PORTS.items() if low <= port <= top and port not in (8000, 8080)), None)
    if data:
        message = f"{address} lets every address in at the port of {data}."
        yield Observation("security/exposed-data-port", spot, message, cause=f"{address} {spot.line}")
    elif top - low > 100:
        message = f"{address} lets every address in at {top - low + 1} ports."
        yield Observation(
            "security/open-firewall", spot, message, cause=f"{address} {spot.line}", severity=Severity.MEDIUM
        )


def _security_group(here: Here) -> Iterator[Observation]:
    for rule in here.block.all("ingress"):
        name = everywhere(here, rule, "cidr_blocks", "ipv6_cidr_blocks")
        if name:
            ends = (here.document.value(rule, key) for key in ("from_port", "to_port", "protocol"))
            yield from open_ports(here, rule, name, *ends)
    listed = here.value("ingress")
    for place, each in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(each, dict):
            lines = {key: here.block.lines.get(f"ingress.{place}.{key}", here.block.line) for key in each}
            yield from _security_group(here._replace(block=_as_block(here.block, each, lines)))


def _as_block(outer: TerraformBlock, attributes: dict[str, Any], lines: dict[str, int]) -> TerraformBlock:
    """A security group with one rule, which was written as an item of a list."""
    line = min(lines.values(), default=outer.line)
    rule = TerraformBlock("ingress", (), line, outer.end_line, attributes, lines)
    return TerraformBlock(outer.kind, outer.labels, outer.line, outer.end_line, blocks=[rule])


def _rule(here: Here) -> Iterator[Observation]:
    if here.block.type == "aws_security_group_rule" and here.value("type") == "egress":
        return
    name = everywhere(here, here.block, "cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6")
    if name:
        protocol = here.value("protocol") or here.value("ip_protocol")
        yield from open_ports(here, here.block, name, here.value("from_port"), here.value("to_port"), protocol)


def _google_firewall(here: Here) -> Iterator[Observation]:
    if here.value("direction") == "EGRESS" or not everywhere(here, here.block, "source_ranges"):
        return
    for allowed in here.block.all("allow"):
        ports = here.document.value(allowed, "ports")
        if ports is None:
            yield from open_ports(here, here.block, "source_ranges", 0, 65535, here.document.value(allowed, "protocol"))
        for each in ports if isinstance(ports, list) else ():
            low, _, high = str(each).partition("-")
            if low.isdecimal():
                end = int(high) if high.isdecimal() else int(low)
                yield from open_ports(here, here.block, "source_ranges", int(low), end, "tcp")


def _azure_rule(here: Here) -> Iterator[Observation]:
    blocks = [here.block] if here.block.type.endswith("_rule") else here.block.all("security_rule")
    for block in blocks:
        inbound = (
            here.document.value(block, "direction") == "Inbound" and here.document.value(block, "access") == "Allow"
        )
        name = everywhere(here, block, "source_address_prefix", "source_address_prefixes")
        port = here.document.value(block, "destination_port_range")
        if inbound and name and isinstance(port, str | int):
            low, _, high = str(port).partition("-")
            if str(port) == "*":
                yield from open_ports(here, block, name, 0, 65535, "*")
            elif low.isdecimal():
                yield from open_ports(here, block, name, int(low), int(high) if high.isdecimal() else int(low), "tcp")


LOOKS: Final[Mapping[str, tuple[Look, ...]]] = MappingProxyType(
    {
        "aws_security_group": (_security_group,),
        "aws_default_security_group": (_security_group,),
        "aws_security_group_rule": (_rule,),
        "aws_vpc_security_group_ingress_rule": (_rule,),
        "google_compute_firewall": (_google_firewall,),
        "azurerm_network_security_rule": (_azure_rule,),
        "azurerm_network_security_group": (_azure_rule,),
    }
)
