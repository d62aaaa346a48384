"""Terraform: what is open to everybody, not encrypted, or allowed without need.

A small reader of HCL's blocks: braces are counted outside texts and comments, and an attribute is a line
`name = value`. Block texts of a policy (`jsonencode`, here-documents) are read as lines of the block they stand in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from faultline.analyzers.review.language import Language
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Source
from faultline.core.finding import Severity

MOST_LINE: Final = 2_000
MOST_DEPTH: Final = 50

_BLOCK: Final = re.compile(r"^\s*([\w-]+)((?:\s+\"[^\"]{0,200}\"|\s+[\w-]+)*)\s*=?\s*\{\s*(?:#.*|//.*)?$")
_ATTRIBUTE: Final = re.compile(r"^\s*\"?([\w.-]+)\"?\s*[=:]\s*(.+?),?\s*$")
_ANYWHERE: Final = re.compile(r"\"(?:0\.0\.0\.0/0|::/0|\*|Internet|0\.0\.0\.0)\"")
_PORTS: Final = {
    22: "SSH",
    3389: "remote desktop",
    3306: "MySQL",
    5432: "PostgreSQL",
    1433: "SQL Server",
    6379: "Redis",
    27017: "MongoDB",
    9200: "Elasticsearch",
    11211: "memcached",
    2375: "Docker",
    5984: "CouchDB",
    445: "SMB",
    23: "telnet",
    1521: "Oracle",
    9042: "Cassandra",
}
_SECRET_NAME: Final = re.compile(
    r"(?i)(?:^|_)(?:password|passwd|secret|secret_key|access_key|api_key|token|private_key|client_secret)$"
)
_PLACEHOLDER: Final = re.compile(r"(?i)change|example|your|placeholder|^\$\{|xxx|<|\*\*\*")
_ENCRYPTED: Final = {
    "aws_db_instance": "storage_encrypted",
    "aws_rds_cluster": "storage_encrypted",
    "aws_ebs_volume": "encrypted",
    "aws_efs_file_system": "encrypted",
    "aws_redshift_cluster": "encrypted",
    "aws_docdb_cluster": "storage_encrypted",
    "aws_neptune_cluster": "storage_encrypted",
}


@dataclass
class _Block:
    """A block: its kind and labels, its first line, its attributes with their lines, and the blocks in it."""

    kind: str
    labels: tuple[str, ...]
    line: int
    parent: _Block | None = None
    attributes: dict[str, tuple[str, int]] = field(default_factory=dict)
    blocks: list[_Block] = field(default_factory=list)

    @property
    def resource(self) -> str:
        """The type of the resource that it is or stands in; empty for none."""
        block: _Block | None = self
        while block is not None:
            if block.kind in ("resource", "data") and block.labels:
                return block.labels[0]
            block = block.parent
        return ""


def _read(source: Source) -> Iterator[_Block]:
    """Every block, each when it ends."""
    stack: list[_Block] = []
    comment = False
    for number, whole in enumerate(source.lines, 1):
        line = whole[:MOST_LINE]
        stripped = line.strip()
        if comment or stripped.startswith("/*"):
            comment = "*/" not in stripped
            continue
        if stripped.startswith(("#", "//")):
            continue
        if (match := _BLOCK.match(line)) and len(stack) < MOST_DEPTH:
            labels = tuple(re.findall(r"\"([^\"]*)\"|(?<=\s)([\w-]+)", match[2]))
            block = _Block(match[1], tuple(a or b for a, b in labels), number, stack[-1] if stack else None)
            if stack:
                stack[-1].blocks.append(block)
            stack.append(block)
            continue
        if stack and (match := _ATTRIBUTE.match(line)):
            stack[-1].attributes.setdefault(match[1], (match[2], number))
        bare = re.sub(r"\"(?:[^\"\\]|\\.)*\"", "", line)
        change = bare.count("{") - bare.count("}")
        for _ in range(-change):
            if stack:
                yield stack.pop()
        for _ in range(min(change, MOST_DEPTH - len(stack))):
            stack.append(_Block("", (), number, stack[-1] if stack else None))
    yield from reversed(stack)


def terraform(source: Source) -> Iterable[Observation]:
    """What is wrong with a Terraform file."""
    if source.language is not Language.TERRAFORM:
        return
    for block in _read(source):
        yield from _network(block)
        yield from _storage(block)
        yield from _rights(block)
        yield from _secrets(block)


def _number(block: _Block, name: str) -> int | None:
    value = block.attributes.get(name, ("", 0))[0].strip('"')
    return int(value) if re.fullmatch(r"-?\d{1,6}", value) else None


def _network(block: _Block) -> Iterator[Observation]:
    resource = block.resource
    kind = block.attributes.get("type", ("", 0))[0].strip('"')
    direction = block.attributes.get("direction", ("", 0))[0].strip('"').lower()
    inbound = (
        block.kind == "ingress"
        or (resource == "aws_security_group_rule" and kind == "ingress")
        or resource == "aws_vpc_security_group_ingress_rule"
        or (resource.startswith("azurerm_network_security") and direction == "inbound")
        or (resource == "google_compute_firewall" and direction in ("", "ingress"))
    )
    if not inbound or block.kind not in ("ingress", "resource", "security_rule"):
        return
    for name in ("cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6", "source_address_prefix", "source_ranges"):
        value, line = block.attributes.get(name, ("", 0))
        if not _ANYWHERE.search(value):
            continue
        what = _opened(block)
        if what:
            yield Observation(
                "security/open-network", line, message=f"{what} is open to the whole internet.", because=(block.line,)
            )
            return


def _opened(block: _Block) -> str | None:
    """What a rule lets in, where that should not be open: everything, or a service that nobody should reach."""
    protocol = block.attributes.get("protocol", block.attributes.get("ip_protocol", ("", 0)))[0].strip('"').lower()
    first, last = _number(block, "from_port"), _number(block, "to_port")
    if first is None:
        ports = block.attributes.get("destination_port_range", ("", 0))[0].strip('"')
        allowed = [each.attributes.get("ports", ("", 0))[0] for each in block.blocks if each.kind == "allow"]
        text = " ".join([ports, *allowed])
        if ports == "*" or any(each.attributes.get("protocol", ("", 0))[0] == '"all"' for each in block.blocks):
            return "Every port"
        numbers = [int(each) for each in re.findall(r"\b\d{1,5}\b", text)]
        return next((_PORTS[each] for each in numbers if each in _PORTS), "Every port" if protocol == "-1" else None)
    if protocol in ("-1", "all") or (last is not None and first <= 1 and last >= 65_000):
        return "Every port"
    end = last if last is not None else first
    return next((name for port, name in _PORTS.items() if first <= port <= end), None)


def _storage(block: _Block) -> Iterator[Observation]:
    resource = block.resource
    if block.kind != "resource":
        return

    def at(name: str) -> tuple[str, int]:
        value, line = block.attributes.get(name, ("", 0))
        return value.strip('"').lower(), line

    value, line = at("acl")
    if resource.startswith("aws_s3_bucket") and value in ("public-read", "public-read-write"):
        yield Observation("security/public-storage", line, message=f"The bucket's ACL is `{value}`.")
    for name in ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"):
        value, line = at(name)
        if resource == "aws_s3_bucket_public_access_block" and value == "false":
            yield Observation("security/public-storage", line, message=f"`{name}` is turned off.")
            break
    value, line = at("container_access_type")
    if resource == "azurerm_storage_container" and value in ("blob", "container"):
        yield Observation("security/public-storage", line, message="Strangers may read the container.")
    if resource.startswith("google_storage_bucket"):
        for name in ("member", "members", "entity", "role_entity"):
            value, line = at(name)
            if re.search(r"allusers|allauthenticatedusers", value):
                yield Observation("security/public-storage", line, message="The bucket is open to all users.")
    value, line = at("publicly_accessible")
    if value == "true":
        yield Observation("security/open-network", line, message="The database has a public address.")
    value, line = at("associate_public_ip_address")
    if resource in _ENCRYPTED:
        value, line = at(_ENCRYPTED[resource])
        if value == "false" or (not line and "snapshot_identifier" not in block.attributes):
            yield Observation(
                "security/unencrypted-storage",
                line or block.line,
                message=f"`{_ENCRYPTED[resource]}` is {'off' if line else 'not set, and off by default'}.",
                fix=f"Write {_ENCRYPTED[resource]} = true.",
                confidence=None if line else 0.7,
            )
    value, line = at("http_tokens")
    if value == "optional":
        yield Observation(
            "security/broad-permissions",
            line,
            message="The metadata service answers without a token.",
            fix='Write http_tokens = "required".',
            severity=Severity.LOW,
        )
    value, line = at("min_tls_version")
    if value in ("tls1_0", "tls1_1", "1.0", "1.1"):
        yield Observation("security/weak-tls", line, message="TLS before 1.2 is allowed.", fix="Ask for TLS 1.2.")
    value, line = at("enable_https_traffic_only")
    if value == "false":
        yield Observation("security/cleartext-transport", line, message="The storage answers without TLS.")


def _rights(block: _Block) -> Iterator[Observation]:
    def of(name: str) -> tuple[str, int]:
        return block.attributes.get(name, block.attributes.get(name + "s", ("", 0)))

    effect = of("Effect")[0] or of("effect")[0] or '"Allow"'
    for action, resource in (("Action", "Resource"), ("actions", "resources")):
        does, line = of(action)
        what, other = of(resource)
        everything = re.fullmatch(r"\[?\s*\"\*\"\s*\]?", does) and re.fullmatch(r"\[?\s*\"\*\"\s*\]?", what)
        if everything and "Allow" in effect:
            yield Observation(
                "security/broad-permissions",
                line,
                message="The policy allows every action on everything.",
                because=(other,),
                severity=Severity.HIGH,
            )
    principal, line = of("Principal")
    if (
        principal == '"*"'
        and "Allow" in effect
        and "Condition" not in block.attributes
        and not any(each.kind == "Condition" for each in block.blocks)
    ):
        yield Observation(
            "security/broad-permissions", line, message="The policy allows it to everybody.", confidence=0.6
        )
    members, line = block.attributes.get("role", ("", 0))
    if members in ('"roles/owner"', '"roles/editor"') and block.resource.startswith("google_"):
        yield Observation("security/broad-permissions", line, message="The role may change the whole project.")


def _secrets(block: _Block) -> Iterator[Observation]:
    for name, (value, line) in block.attributes.items():
        secret = re.fullmatch(r"\"([^\"$]{6,200})\"", value)
        named = _SECRET_NAME.search(name) or (
            name == "default" and block.kind == "variable" and block.labels and _SECRET_NAME.search(block.labels[0])
        )
        what = block.labels[0] if name == "default" and block.labels else name
        if secret and named and not _PLACEHOLDER.search(secret[1]):
            yield Observation(
                "security/hardcoded-secret",
                line,
                message=f"`{what}` is written down here, and stands in the state as well.",
                fix="Take it from a secret store or a sensitive variable without a default.",
                confidence=0.75,
            )
