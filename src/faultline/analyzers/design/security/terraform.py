"""What Terraform opens: ports and buckets to everybody, disks without encryption, rights without a bound."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.products import DATA_PORTS, image_of
from faultline.analyzers.design.documents.terraform import Expression, TerraformBlock, TerraformDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.resilience.terraform import Here, variables
from faultline.analyzers.design.security import images
from faultline.analyzers.design.security.policies import policies, policy_document, written
from faultline.core.finding import Severity
from faultline.core.patterns import regex

EVERYWHERE: Final = frozenset({"0.0.0.0/0", "::/0", "*", "Internet", "Any"})
"""Ranges that hold every address."""


def check(design: Design) -> Iterator[Observation]:
    """All that the Terraform files of a design open."""
    for document in design.of(TerraformDocument):
        for block in document.blocks:
            here = Here(document, block)
            if block.kind == "module":
                yield from _module(here)
            if block.kind == "data" and block.type == "aws_iam_policy_document":
                yield from policy_document(here)
            if block.kind == "resource":
                for look in _LOOKS.get(block.type, ()):
                    yield from look(here)
                yield from policies(here)
                yield from _images(here)
                for name, value, spot in variables(here):
                    yield from images.setting_faults(name, value, spot, block.address)


def _everywhere(here: Here, block: TerraformBlock, *names: str) -> str | None:
    """The attribute that lets every address in."""
    for name in names:
        value = here.document.value(block, name)
        ranges = value if isinstance(value, list) else [value]
        if any(isinstance(each, str) and each in EVERYWHERE for each in map(here.document.resolved, ranges)):
            return name
    return None


def _open_ports(
    here: Here, block: TerraformBlock, name: str, low: Any, high: Any, protocol: Any
) -> Iterator[Observation]:
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
        name = _everywhere(here, rule, "cidr_blocks", "ipv6_cidr_blocks")
        if name:
            ends = (here.document.value(rule, key) for key in ("from_port", "to_port", "protocol"))
            yield from _open_ports(here, rule, name, *ends)
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
    name = _everywhere(here, here.block, "cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6")
    if name:
        protocol = here.value("protocol") or here.value("ip_protocol")
        yield from _open_ports(here, here.block, name, here.value("from_port"), here.value("to_port"), protocol)


def _google_firewall(here: Here) -> Iterator[Observation]:
    if here.value("direction") == "EGRESS" or not _everywhere(here, here.block, "source_ranges"):
        return
    for allowed in here.block.all("allow"):
        ports = here.document.value(allowed, "ports")
        if ports is None:
            yield from _open_ports(
                here, here.block, "source_ranges", 0, 65535, here.document.value(allowed, "protocol")
            )
        for each in ports if isinstance(ports, list) else ():
            low, _, high = str(each).partition("-")
            if low.isdecimal():
                end = int(high) if high.isdecimal() else int(low)
                yield from _open_ports(here, here.block, "source_ranges", int(low), end, "tcp")


def _azure_rule(here: Here) -> Iterator[Observation]:
    blocks = [here.block] if here.block.type.endswith("_rule") else here.block.all("security_rule")
    for block in blocks:
        inbound = (
            here.document.value(block, "direction") == "Inbound" and here.document.value(block, "access") == "Allow"
        )
        name = _everywhere(here, block, "source_address_prefix", "source_address_prefixes")
        port = here.document.value(block, "destination_port_range")
        if inbound and name and isinstance(port, str | int):
            low, _, high = str(port).partition("-")
            if str(port) == "*":
                yield from _open_ports(here, block, name, 0, 65535, "*")
            elif low.isdecimal():
                yield from _open_ports(here, block, name, int(low), int(high) if high.isdecimal() else int(low), "tcp")


def _off(rule: str, name: str, message: str, missing: bool = True, severity: Severity | None = None) -> Look:
    """A look for an attribute that is false, or not there where that means false."""

    def look(here: Here) -> Iterator[Observation]:
        said = here.value(name)
        if said is False or said == "false" or (said is None and missing):
            yield here.say(rule, message.format(here.block.address), name, severity)

    return look


def _on(rule: str, name: str, message: str, severity: Severity | None = None) -> Look:
    """A look for an attribute that is true."""

    def look(here: Here) -> Iterator[Observation]:
        if here.value(name) in (True, "true", "Enabled"):
            yield here.say(rule, message.format(here.block.address), name, severity)

    return look


def _database(here: Here) -> Iterator[Observation]:
    restored = here.value("replicate_source_db") is not None or here.value("snapshot_identifier") is not None
    if here.value("storage_encrypted") is False or (here.value("storage_encrypted") is None and not restored):
        message = f"{here.block.address} writes its data to a disk without encryption."
        yield here.say("security/unencrypted-storage", message, "storage_encrypted")


def _volume(here: Here) -> Iterator[Observation]:
    for kind in ("root_block_device", "ebs_block_device"):
        for block in here.block.all(kind):
            if here.document.value(block, "encrypted") is False:
                message = f"{here.block.address} has a disk without encryption."
                spot = here.document.spot(block, "encrypted", here.block)
                yield Observation("security/unencrypted-storage", spot, message, cause=here.block.address)


def _bucket(here: Here) -> Iterator[Observation]:
    if here.value("acl") in ("public", "public-read", "public-read-write", "authenticated-read"):
        message = f"Everybody may read {here.block.address}."
        yield here.say("security/public-bucket", message, "acl")


def _public_access(here: Here) -> Iterator[Observation]:
    for name in ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"):
        if here.value(name) in (None, False):
            how = "off" if name in here.block.attributes else "missing"
            message = f"{here.block.address} lets its bucket be made public: {name} is {how}."
            yield here.say("security/public-bucket", message, name, Severity.HIGH, cause=here.block.address)


def _google_member(here: Here) -> Iterator[Observation]:
    members = here.value("members") or [here.value("member") or here.value("entity")]
    if any(each in ("allUsers", "allAuthenticatedUsers") for each in members if isinstance(each, str)):
        name = next(each for each in ("members", "member", "entity") if each in here.block.attributes)
        yield here.say("security/public-bucket", f"{here.block.address} is for everybody.", name)


def _invoker(here: Here) -> Iterator[Observation]:
    members = here.value("members") or [here.value("member")]
    named = {each for each in members if isinstance(each, str)} if isinstance(members, list) else set()
    name = "members" if "members" in here.block.attributes else "member"
    if "allAuthenticatedUsers" in named:
        message = f"Whoever has a Google account may call what {here.block.address} is for."
        yield here.say("security/no-authentication", message, name, Severity.MEDIUM)
    elif "allUsers" in named:
        message = f"Everybody may call what {here.block.address} is for."
        yield here.say(
            "security/no-authentication", message, name, Severity.MEDIUM if _is_inner(here) else Severity.INFO
        )


def _is_inner(here: Here) -> bool:
    """Whether a service that everybody may call is one that only others of the system, or a queue, should call."""
    service = next((found[0] for each in here.block.attributes.values() if (found := _RUN.search(str(each)))), "")
    if re.search(r"admin|internal|worker|notif|job|backoffice|consumer|private", f"{service} {here.block.name}"):
        return True
    for document in here.document.module:
        for block in document.resources:
            pushes = any(service in str(value) for inner in block.walk() for value in inner.attributes.values())
            if service and pushes and block.type in ("google_pubsub_subscription", "google_cloud_scheduler_job"):
                return True
            if block.address == service and "INTERNAL_ONLY" in str(document.value(block, "ingress")):
                return True
    return False


_RUN: Final = regex(r"google_(?:cloud_run(?:_v2)?_service|cloudfunctions2?_function)\.[A-Za-z_][\w-]{0,80}")


def _permission(here: Here) -> Iterator[Observation]:
    limits = ("source_arn", "source_account", "principal_org_id", "function_url_auth_type")
    if here.value("principal") == "*" and not any(each in here.block.attributes for each in limits):
        message = f"{here.block.address} lets every AWS account call the function."
        yield here.say("security/no-authentication", message, "principal", Severity.HIGH)


def _cloud_sql(here: Here) -> Iterator[Observation]:
    settings = here.block.first("settings")
    configuration = settings.first("ip_configuration") if settings else None
    for network in configuration.all("authorized_networks") if configuration else ():
        if _everywhere(here, network, "value"):
            spot = here.document.spot(network, "value", here.block)
            message = f"Every address reaches {here.block.address}."
            yield Observation("security/public-database", spot, message, cause=here.block.address)
    if configuration is not None:
        if here.document.value(configuration, "require_ssl") is False:
            message = f"{here.block.address} takes connections without TLS."
            spot = here.document.spot(configuration, "require_ssl", here.block)
            yield Observation("security/weak-tls", spot, message, cause=here.block.address)
        if here.document.value(configuration, "ssl_mode") == "ALLOW_UNENCRYPTED_AND_ENCRYPTED":
            message = f"{here.block.address} takes connections without TLS."
            spot = here.document.spot(configuration, "ssl_mode", here.block)
            yield Observation("security/weak-tls", spot, message, cause=here.block.address)


def _listener(here: Here) -> Iterator[Observation]:
    protocol, policy = here.value("protocol"), here.value("ssl_policy")
    action = here.block.first("default_action")
    sends_on = action is not None and here.document.value(action, "type") == "redirect"
    if protocol == "HTTP" and not sends_on and not _internal(here):
        message = f"{here.block.address} serves users over plain HTTP."
        yield here.say("security/plain-http", message, "protocol")
    if isinstance(policy, str) and images.weak_tls(policy):
        yield here.say("security/weak-tls", f"{here.block.address} speaks TLS older than 1.2 ({policy}).", "ssl_policy")


def _internal(here: Here) -> bool:
    """Whether its load balancer answers inside of the network only."""
    said = str(here.block.attributes.get("load_balancer_arn", ""))
    return any(
        document.value(each, "internal") is True
        for document in here.document.module
        for each in document.resources
        if each.type in ("aws_lb", "aws_alb") and f"{each.address}." in said
    )


def _weak(*names: str) -> Look:
    """A look for a version of TLS that is too old."""

    def look(here: Here) -> Iterator[Observation]:
        for name in names:
            value = here.value(name)
            if isinstance(value, str) and not isinstance(value, Expression) and images.weak_tls(value):
                yield here.say("security/weak-tls", f"{here.block.address} speaks TLS older than 1.2 ({value}).", name)

    return look


def _method(here: Here) -> Iterator[Observation]:
    for name in ("authorization", "authorization_type"):
        if (
            here.value(name) == "NONE"
            and here.value("http_method") != "OPTIONS"
            and here.value("api_key_required") is not True
        ):
            message = f"{here.block.address} asks nobody who they are."
            yield here.say("security/no-authentication", message, name, Severity.MEDIUM)


def _brokers(here: Here) -> Iterator[Observation]:
    transit = here.inner("encryption_info.encryption_in_transit")
    if transit is not None and "PLAINTEXT" in str(here.document.value(transit, "client_broker")):
        message = f"{here.block.address} takes connections without TLS."
        spot = here.document.spot(transit, "client_broker", here.block)
        yield Observation("security/weak-tls", spot, message, cause=here.block.address)


def _module(here: Here) -> Iterator[Observation]:
    """What a module of somebody else is told; what it is not told has the module's default, which is not known."""
    if here.value("publicly_accessible") is True:
        yield here.say(
            "security/public-database", f"{here.block.address} is reached by everybody.", "publicly_accessible"
        )
    for name in ("storage_encrypted", "encrypted", "at_rest_encryption_enabled"):
        if here.value(name) is False:
            yield here.say("security/unencrypted-storage", _NO_DISK_KEY.format(here.block.address), name)
    if here.value("acl") in ("public-read", "public-read-write"):
        yield here.say("security/public-bucket", f"Everybody may read {here.block.address}.", "acl")
    for name in ("cluster_endpoint_public_access_cidrs", "endpoint_public_access_cidrs"):
        if _everywhere(here, here.block, name):
            yield here.say("security/open-firewall", f"Every address reaches the API of {here.block.address}.", name)
    rules = here.value("ingress_with_cidr_blocks")
    for place, each in enumerate(rules if isinstance(rules, list) else ()):
        if isinstance(each, dict) and any(part in EVERYWHERE for part in str(each.get("cidr_blocks", "")).split(",")):
            path = f"ingress_with_cidr_blocks.{place}.cidr_blocks"
            ends = (each.get(key) for key in ("from_port", "to_port", "protocol"))
            yield from _open_ports(here, here.block, path, *ends)


def _distribution(here: Here) -> Iterator[Observation]:
    yield from _weak("viewer_certificate.minimum_protocol_version")(here)
    for kind in ("default_cache_behavior", "ordered_cache_behavior"):
        for block in here.block.all(kind):
            if here.document.value(block, "viewer_protocol_policy") == "allow-all":
                spot = here.document.spot(block, "viewer_protocol_policy", here.block)
                message = f"{here.block.address} answers over plain HTTP."
                yield Observation("security/plain-http", spot, message, cause=here.block.address)


def _tasks(here: Here) -> Iterator[Observation]:
    tasks = here.block.attributes.get("container_definitions")
    if isinstance(tasks, str) and not isinstance(tasks, Expression):
        tasks = written(tasks)
    for place, task in enumerate(tasks if isinstance(tasks, list) else ()):
        if not isinstance(task, dict):
            continue
        where = f"container_definitions.{place}"

        def spot(key: str, where: str = where) -> Any:
            lines = here.block.lines
            line = lines.get(f"{where}.{key}") or lines.get("container_definitions", here.block.line)
            found = here.document.spot(here.block, "", here.block)
            return type(found)(here.document, line=line, symbol=found.symbol)

        symbol = f"{here.block.address} container {task.get('name', place)}"
        if isinstance(task.get("image"), str):
            yield from images.image_faults(image_of(_filled(here, task["image"])), spot("image"), symbol)
        if task.get("privileged") is True:
            message = f"{symbol} is privileged: who takes it over has its host."
            yield Observation("security/privileged-container", spot("privileged"), message, cause=symbol)
        if task.get("user") in ("root", "0", 0):
            yield Observation("security/runs-as-root", spot("user"), f"{symbol} runs as root.", cause=symbol)


def _images(here: Here) -> Iterator[Observation]:
    """Images of functions, and of containers that are blocks."""
    for block in here.block.walk():
        name = "image_uri" if block is here.block else "image" if block.kind in ("container", "containers") else ""
        value = here.document.value(block, name)
        if isinstance(value, str):
            spot = here.document.spot(block, name, here.block)
            yield from images.image_faults(image_of(_filled(here, value)), spot, here.block.address)


_PART: Final = regex(r"\$\{([^{}]{1,200})\}")
_QUOTED: Final = regex(r'"([^"]{0,300}:[\w.-]{1,60})"')


def _filled(here: Here, image: str) -> str:
    """An image with what is known filled in; of a registry that is not known only that it is one, of a tag nothing."""
    if isinstance(image, Expression):  # format("%s/orders:latest", var.registry)
        found = _QUOTED.search(image)
        return found[1].replace("%s", "registry") if found and "%s" not in found[1].rpartition("/")[2] else "${}"

    def known(part: re.Match[str]) -> str:
        value = here.document.resolved(Expression(part[1].strip()))
        if isinstance(value, str) and not isinstance(value, Expression):
            return "registry" if "${" in value else value
        return "registry" if image.startswith(part[0]) and image.startswith("/", part.end()) else part[0]

    filled = _PART.sub(known, image)
    name, _, tag = filled.rpartition(":")
    # Whatever `${each.key}:latest` is called, its tag is written out.
    return f"{_PART.sub('name', name)}:{tag}" if name and not {"$", "/"} & set(tag) else filled


def _cluster(here: Here) -> Iterator[Observation]:
    config = here.block.first("vpc_config")
    if config is not None and here.document.value(config, "endpoint_public_access") is not False:
        name = _everywhere(here, config, "public_access_cidrs")
        if name:
            message = f"Every address reaches the API of {here.block.address}."
            spot = here.document.spot(config, name, here.block)
            yield Observation("security/open-firewall", spot, message, cause=here.block.address)


Look = Callable[[Here], Iterator[Observation]]
_PUBLIC: Final = _on("security/public-database", "publicly_accessible", "{} has an address that everybody reaches.")
_NO_DISK_KEY: Final = "{} writes its data to a disk without encryption."
_LOOKS: Final[Mapping[str, tuple[Look, ...]]] = MappingProxyType(
    {
        "aws_security_group": (_security_group,),
        "aws_default_security_group": (_security_group,),
        "aws_security_group_rule": (_rule,),
        "aws_vpc_security_group_ingress_rule": (_rule,),
        "google_compute_firewall": (_google_firewall,),
        "azurerm_network_security_rule": (_azure_rule,),
        "azurerm_network_security_group": (_azure_rule,),
        "aws_db_instance": (_PUBLIC, _database),
        "aws_rds_cluster": (_database,),
        "aws_rds_cluster_instance": (_PUBLIC,),
        "aws_docdb_cluster": (_database,),
        "aws_redshift_cluster": (_PUBLIC, _off("security/unencrypted-storage", "encrypted", _NO_DISK_KEY)),
        "aws_mq_broker": (_on("security/public-database", "publicly_accessible", "{} is reached by everybody."),),
        "aws_ebs_volume": (_off("security/unencrypted-storage", "encrypted", _NO_DISK_KEY),),
        "aws_efs_file_system": (_off("security/unencrypted-storage", "encrypted", _NO_DISK_KEY),),
        "aws_instance": (_volume,),
        "aws_launch_template": (_volume,),
        "aws_elasticache_replication_group": (
            _off("security/unencrypted-storage", "at_rest_encryption_enabled", _NO_DISK_KEY),
            _off("security/weak-tls", "transit_encryption_enabled", "{} takes connections without TLS."),
        ),
        "aws_opensearch_domain": (
            _off("security/unencrypted-storage", "encrypt_at_rest.enabled", _NO_DISK_KEY),
            _off(
                "security/plain-http",
                "domain_endpoint_options.enforce_https",
                "{} answers over plain HTTP.",
                missing=False,
            ),
            _weak("domain_endpoint_options.tls_security_policy"),
        ),
        "aws_sqs_queue": (
            _off(
                "security/unencrypted-storage",
                "sqs_managed_sse_enabled",
                "{} keeps messages without encryption.",
                missing=False,
            ),
        ),
        "aws_s3_bucket": (_bucket,),
        "aws_s3_bucket_acl": (_bucket,),
        "aws_s3_bucket_public_access_block": (_public_access,),
        "google_storage_bucket_iam_member": (_google_member,),
        "google_storage_bucket_iam_binding": (_google_member,),
        "google_storage_bucket_access_control": (_google_member,),
        "google_cloud_run_service_iam_member": (_invoker,),
        "google_cloud_run_service_iam_binding": (_invoker,),
        "google_cloud_run_v2_service_iam_member": (_invoker,),
        "google_cloud_run_v2_service_iam_binding": (_invoker,),
        "google_cloudfunctions_function_iam_member": (_invoker,),
        "google_cloudfunctions2_function_iam_member": (_invoker,),
        "google_cloudfunctions2_function_iam_binding": (_invoker,),
        "aws_lambda_permission": (_permission,),
        "google_sql_database_instance": (_cloud_sql,),
        "azurerm_postgresql_flexible_server": (
            _on("security/public-database", "public_network_access_enabled", "{} is reached from the internet."),
        ),
        "azurerm_postgresql_server": (
            _on("security/public-database", "public_network_access_enabled", "{} is reached from the internet."),
            _off("security/weak-tls", "ssl_enforcement_enabled", "{} takes connections without TLS."),
        ),
        "azurerm_mssql_server": (
            _on("security/public-database", "public_network_access_enabled", "{} is reached from the internet."),
            _weak("minimum_tls_version"),
        ),
        "azurerm_redis_cache": (
            _on("security/exposed-data-port", "non_ssl_port_enabled", "{} takes connections without TLS."),
            _on("security/exposed-data-port", "enable_non_ssl_port", "{} takes connections without TLS."),
            _weak("minimum_tls_version"),
        ),
        "azurerm_storage_account": (
            _on("security/public-bucket", "allow_nested_items_to_be_public", "What is in {} can be made public."),
            _on("security/public-bucket", "allow_blob_public_access", "What is in {} can be made public."),
            _off("security/plain-http", "https_traffic_only_enabled", "{} answers over plain HTTP.", missing=False),
            _off("security/plain-http", "enable_https_traffic_only", "{} answers over plain HTTP.", missing=False),
            _weak("min_tls_version"),
        ),
        "aws_lb_listener": (_listener,),
        "aws_alb_listener": (_listener,),
        "aws_cloudfront_distribution": (_distribution,),
        "aws_api_gateway_domain_name": (_weak("security_policy"),),
        "aws_apigatewayv2_domain_name": (_weak("domain_name_configuration.security_policy"),),
        "aws_ecs_task_definition": (_tasks,),
        "aws_eks_cluster": (_cluster,),
        "aws_api_gateway_method": (_method,),
        "aws_apigatewayv2_route": (_method,),
        "aws_lambda_function_url": (_method,),
        "aws_msk_cluster": (_brokers,),
    }
)

CHECKS: tuple[Check, ...] = (check,)
