"""Terraform as parts and links: what providers run for us, how many of it, and who refers to what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from faultline.analyzers.design.documents.terraform import Expression, TerraformBlock, TerraformDocument
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.addresses import addresses
from faultline.analyzers.design.system.model import Saying
from faultline.analyzers.design.system.parts import Link, Part, Unit, number
from faultline.analyzers.design.system.technologies import of_name
from faultline.core.patterns import regex
from faultline.core.results.design import ComponentRole

_STORE, _CACHE, _QUEUE = ComponentRole.STORE, ComponentRole.CACHE, ComponentRole.QUEUE
_SERVICE, _GATEWAY = ComponentRole.SERVICE, ComponentRole.GATEWAY
# Role, technology, whether the provider replaces what dies (databases of one zone it does not), attribute that counts.
_KINDS: Final[dict[str, tuple[ComponentRole, str, bool, str]]] = {
    "aws_db_instance": (_STORE, "", False, ""),
    "aws_rds_cluster": (_STORE, "", True, ""),
    "aws_dynamodb_table": (_STORE, "dynamodb", True, ""),
    "aws_docdb_cluster": (_STORE, "mongodb", True, ""),
    "aws_elasticsearch_domain": (_STORE, "elasticsearch", True, ""),
    "aws_opensearch_domain": (_STORE, "opensearch", True, ""),
    "aws_s3_bucket": (_STORE, "s3", True, ""),
    "aws_elasticache_cluster": (_CACHE, "redis", False, "num_cache_nodes"),
    "aws_elasticache_replication_group": (_CACHE, "redis", True, "num_cache_clusters"),
    "aws_sqs_queue": (_QUEUE, "sqs", True, ""),
    "aws_sns_topic": (_QUEUE, "sns", True, ""),
    "aws_mq_broker": (_QUEUE, "", False, ""),
    "aws_msk_cluster": (_QUEUE, "kafka", True, ""),
    "aws_kinesis_stream": (_QUEUE, "kinesis", True, ""),
    "aws_ecs_service": (_SERVICE, "", False, "desired_count"),
    "aws_lambda_function": (_SERVICE, "", True, ""),
    "aws_apprunner_service": (_SERVICE, "", True, ""),
    "aws_instance": (_SERVICE, "", False, "count"),
    "aws_autoscaling_group": (_SERVICE, "", False, "desired_capacity"),
    "aws_lb": (_GATEWAY, "", True, ""),
    "aws_alb": (_GATEWAY, "", True, ""),
    "aws_api_gateway_rest_api": (_GATEWAY, "", True, ""),
    "aws_apigatewayv2_api": (_GATEWAY, "", True, ""),
    "google_sql_database_instance": (_STORE, "", False, ""),
    "google_redis_instance": (_CACHE, "redis", False, ""),
    "google_pubsub_topic": (_QUEUE, "pubsub", True, ""),
    "google_storage_bucket": (_STORE, "", True, ""),
    "google_cloud_run_service": (_SERVICE, "", True, ""),
    "google_cloud_run_v2_service": (_SERVICE, "", True, ""),
    "azurerm_postgresql_server": (_STORE, "postgresql", False, ""),
    "azurerm_postgresql_flexible_server": (_STORE, "postgresql", False, ""),
    "azurerm_mysql_flexible_server": (_STORE, "mysql", False, ""),
    "azurerm_mssql_server": (_STORE, "sqlserver", True, ""),
    "azurerm_redis_cache": (_CACHE, "redis", True, ""),
    "azurerm_servicebus_namespace": (_QUEUE, "servicebus", True, ""),
    "azurerm_container_app": (_SERVICE, "", True, ""),
    "azurerm_linux_web_app": (_SERVICE, "", True, ""),
}
_NAMES: Final = (
    "identifier",
    "cluster_identifier",
    "name",
    "function_name",
    "service_name",
    "bucket",
    "cluster_id",
    "replication_group_id",
    "domain_name",
    "broker_name",
    "cluster_name",
)
_ENGINES: Final = regex(
    r"postgres|mysql|mariadb|sqlserver|oracle|rabbitmq|activemq|redis|memcached|valkey", re.IGNORECASE
)
_REFERENCE: Final = regex(r"\b((?:aws|google|azurerm)_[a-z0-9_]{2,60}\.[A-Za-z_][\w-]{0,80})")


def units(documents: Sequence[TerraformDocument]) -> Iterator[Unit]:
    """One unit of all files, where they create anything that runs."""
    unit = Unit("terraform", open=True)
    by_address: dict[str, Part] = {}
    owners: list[tuple[TerraformDocument, TerraformBlock, Part]] = []
    tasks: dict[str, tuple[TerraformDocument, TerraformBlock]] = {}
    for document in documents:
        for block in document.resources:
            if block.type in _KINDS and len(block.labels) == 2 and not re.search(r"dead|dlq", block.name):
                part = _part(document, block)
                by_address[block.address] = part
                unit.parts.append(part)
                owners.append((document, block, part))
            elif block.type == "aws_ecs_task_definition":
                tasks[block.address] = (document, block)
    for document, block, part in owners:
        places = [(document, block)]
        places += [tasks[name] for name in sorted(set(_REFERENCE.findall(str(block.attributes)))) if name in tasks]
        seen = set()
        for where, each in places:
            for inner in each.walk():
                for attribute, value in inner.attributes.items():
                    for target, said in _needs(where, inner, each, attribute, value, by_address):
                        if target is not part and target not in seen and part.role == _SERVICE:
                            seen.add(target)
                            unit.links.append(Link(part, target, said))
    if unit.parts:
        yield unit


def _part(document: TerraformDocument, block: TerraformBlock) -> Part:
    role, technology, managed, counts = _KINDS[block.type]
    name = next((each for key in _NAMES if _plain(each := document.value(block, key))), block.name)
    part = Part(str(name), document.spot(block), "terraform", role, technology, [block.name], managed=managed)
    engine = (
        document.value(block, "engine")
        or document.value(block, "database_version")
        or document.value(block, "engine_type")
    )
    if isinstance(engine, str) and (known := _ENGINES.search(engine)):
        product, _ = of_name(known[0])
        if product:
            part.technology = product.id
            attribute = next(each for each in ("engine", "database_version", "engine_type") if each in block.attributes)
            part.claim("technology", product.id, document.spot(block, attribute))
    version = document.value(block, "engine_version") or document.value(block, "version")
    if isinstance(version, str | int | float) and re.match(r"\d", str(version)):
        part.claim(
            "version",
            str(version),
            document.spot(block, "engine_version" if "engine_version" in block.lines else "version"),
        )
    if block.type == "aws_db_instance":
        part.managed = document.value(block, "multi_az") is True
        if document.value(block, "multi_az") is False:
            part.replicas(1, 1, document.spot(block, "multi_az"))
    elif block.type.startswith(("google_sql", "azurerm_postgresql", "azurerm_mysql")):
        part.managed = any(
            word in str(each.attributes) for each in block.walk() for word in ("REGIONAL", "ZoneRedundant")
        )
        part.managed |= any(each.kind == "high_availability" for each in block.walk())
    elif counts and (count := number(document.value(block, counts))) is not None:
        part.replicas(count, count, document.spot(block, counts))
        if count > 1:
            part.managed = part.role == _CACHE
    return part


def _needs(
    document: TerraformDocument,
    block: TerraformBlock,
    owner: TerraformBlock,
    attribute: str,
    value: Any,
    by_address: dict[str, Part],
) -> Iterator[tuple[Part, Saying]]:
    text = str(value)[:20_000]
    spot = Spot(document, line=block.lines.get(attribute, block.line), symbol=owner.address)
    for name in sorted(set(_REFERENCE.findall(text))):
        if (target := by_address.get(name)) is not None and target.role != _GATEWAY:
            waits = False if target.role == _QUEUE else None
            yield target, Saying(spot, "terraform", "reference", waits, attribute)
    names = {part.name: part for part in by_address.values()}
    for address in addresses("", text):
        if (target := names.get(address.host.partition(".")[0])) is not None:
            yield (
                target,
                Saying(spot, "terraform", "url", True, attribute, address.scheme, address.port, address.database),
            )


def _plain(value: Any) -> bool:
    return (
        isinstance(value, str)
        and not isinstance(value, Expression)
        and bool(re.fullmatch(r"[A-Za-z][\w .-]{0,80}", value))
    )
