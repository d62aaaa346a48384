"""What Terraform leaves open: databases to everybody, disks without encryption, rights without a bound, weak TLS.

`firewalls` looks at ports, `public` at what everybody may read or call, `tasks` at what runs, `policies` at rights.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from faultline.analyzers.design.apis.words import administers
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.terraform import Expression, TerraformDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.resource import Here, Look, variables
from faultline.analyzers.design.security import firewalls, images, public, tasks
from faultline.analyzers.design.security.firewalls import EVERYWHERE, everywhere, open_ports
from faultline.analyzers.design.security.policies import policies, policy_document
from faultline.core.finding import Severity


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
                yield from tasks.run(here)
                for name, value, spot in variables(here):
                    yield from images.setting_faults(name, value, spot, block.address)


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


def _cloud_sql(here: Here) -> Iterator[Observation]:
    settings = here.block.first("settings")
    configuration = settings.first("ip_configuration") if settings else None
    for network in configuration.all("authorized_networks") if configuration else ():
        if everywhere(here, network, "value"):
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


def _rule(here: Here) -> Iterator[Observation]:
    """A rule of a load balancer that sends the administration on, without asking who it is or where from."""
    actions = {str(here.document.value(each, "type")) for each in here.block.all("action")}
    asks = "forward" not in actions or any(each.startswith("authenticate") for each in actions)
    conditions = here.block.all("condition")
    balancers = [each for file in here.document.module for each in file.resources if each.type in ("aws_lb", "aws_alb")]
    inside = bool(balancers) and all(here.document.value(each, "internal") is True for each in balancers)
    if asks or inside or any(each.first("source_ip") is not None for each in conditions):
        return
    for condition in conditions:
        pattern = condition.first("path_pattern")
        paths = here.document.value(pattern, "values") if pattern is not None else None
        said = paths if isinstance(paths, list) else []
        found = next((each for each in said if isinstance(each, str) and administers(each)), None)
        if found and pattern is not None:
            message = f"{here.block.address} leads from the outside to {found}, and asks nobody who they are."
            spot = here.document.spot(pattern, "values", here.block)
            yield Observation("security/exposed-admin-interface", spot, message, cause=here.block.address)


def _route(here: Here) -> Iterator[Observation]:
    """A route of a gateway to the administration that has no authorizer."""
    key = here.value("route_key")
    if isinstance(key, str) and administers(key.partition(" ")[2]) and here.value("authorization_type") is None:
        message = f"{here.block.address} asks nobody who they are at {key.partition(' ')[2]}."
        yield here.say("security/no-authentication", message, "route_key", Severity.MEDIUM)


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
        if everywhere(here, here.block, name):
            yield here.say("security/open-firewall", f"Every address reaches the API of {here.block.address}.", name)
    rules = here.value("ingress_with_cidr_blocks")
    for place, each in enumerate(rules if isinstance(rules, list) else ()):
        if isinstance(each, dict) and any(part in EVERYWHERE for part in str(each.get("cidr_blocks", "")).split(",")):
            path = f"ingress_with_cidr_blocks.{place}.cidr_blocks"
            ends = (each.get(key) for key in ("from_port", "to_port", "protocol"))
            yield from open_ports(here, here.block, path, *ends)


def _distribution(here: Here) -> Iterator[Observation]:
    yield from _weak("viewer_certificate.minimum_protocol_version")(here)
    for kind in ("default_cache_behavior", "ordered_cache_behavior"):
        for block in here.block.all(kind):
            if here.document.value(block, "viewer_protocol_policy") == "allow-all":
                spot = here.document.spot(block, "viewer_protocol_policy", here.block)
                message = f"{here.block.address} answers over plain HTTP."
                yield Observation("security/plain-http", spot, message, cause=here.block.address)


def _cluster(here: Here) -> Iterator[Observation]:
    config = here.block.first("vpc_config")
    if config is not None and here.document.value(config, "endpoint_public_access") is not False:
        name = everywhere(here, config, "public_access_cidrs")
        if name:
            message = f"Every address reaches the API of {here.block.address}."
            spot = here.document.spot(config, name, here.block)
            yield Observation("security/open-firewall", spot, message, cause=here.block.address)


_PUBLIC: Final = _on("security/public-database", "publicly_accessible", "{} has an address that everybody reaches.")
_NO_DISK_KEY: Final = "{} writes its data to a disk without encryption."
_LOOKS: Final[Mapping[str, tuple[Look, ...]]] = MappingProxyType(
    {
        **firewalls.LOOKS,
        **public.LOOKS,
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
        "aws_lb_listener_rule": (_rule,),
        "aws_alb_listener": (_listener,),
        "aws_cloudfront_distribution": (_distribution,),
        "aws_api_gateway_domain_name": (_weak("security_policy"),),
        "aws_apigatewayv2_domain_name": (_weak("domain_name_configuration.security_policy"),),
        "aws_ecs_task_definition": (tasks.definition,),
        "aws_eks_cluster": (_cluster,),
        "aws_api_gateway_method": (_method,),
        "aws_apigatewayv2_route": (_method, _route),
        "aws_lambda_function_url": (_method,),
        "aws_msk_cluster": (_brokers,),
    }
)

CHECKS: tuple[Check, ...] = (check,)
