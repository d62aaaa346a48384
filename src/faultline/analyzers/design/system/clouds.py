"""Terraform as parts and links: what providers run for us, how many of it, and who refers to what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from faultline.analyzers.design.documents.terraform import Expression, TerraformBlock, TerraformDocument
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.addresses import addresses
from faultline.analyzers.design.system.model import Saying
from faultline.analyzers.design.system.openings import Opened, by_prefix, is_secret, of_server
from faultline.analyzers.design.system.parts import Link, Part, Unit, number
from faultline.analyzers.design.system.technologies import of_name, of_scheme
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
_DATABASES: Final = frozenset(
    {
        "google_sql_database",
        "azurerm_postgresql_database",
        "azurerm_postgresql_flexible_server_database",
        "azurerm_mysql_flexible_database",
        "azurerm_mssql_database",
    }
)
MAX_VALUE: Final = 20_000
MAX_DEPTH: Final = 12
_ENGINES: Final = regex(
    r"postgres|mysql|mariadb|sqlserver|oracle|rabbitmq|activemq|redis|memcached|valkey", re.IGNORECASE
)
_REFERENCE: Final = regex(r"\b((?:aws|google|azurerm)_[a-z0-9_]{2,60}\.[A-Za-z_][\w-]{0,80})")

# A copy of another store, which is in the pictures with it.
_COPIES: Final = ("master_instance_name", "replicate_source_db", "replication_source_identifier", "source_server_id")
_SECRET: Final = regex(
    r"\b(?:aws_secretsmanager_secret(?:_version)?|aws_ssm_parameter|google_secret_manager_secret"
    r"|azurerm_key_vault_secret)\.[A-Za-z_][\w-]{0,80}"
)


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
    databases = {
        block.address: (by_address[server], str(name))
        for document in documents
        for block in document.resources
        if block.type in _DATABASES and (name := document.value(block, "name") or block.name)
        for server in _REFERENCE.findall(str(block.attributes))
        if server in by_address
    }
    for document, block, part in owners:
        places = [(document, block)]
        places += [tasks[name] for name in sorted(set(_REFERENCE.findall(str(block.attributes)))) if name in tasks]
        if part.role != _SERVICE:
            continue
        part.app = next((image for _, each in places if (image := _image(each))), "")
        seen = set()
        for where, each in places:
            told = list(_settings(each))
            named = by_prefix((name, value) for name, value, _ in told)
            for name, value, line in told:
                spot = Spot(where, line=line, symbol=each.address)
                for target, said in _needs(spot, name, value, by_address, databases, of_server(name, named)):
                    if target is not part and (target, said.database) not in seen:
                        seen.add((target, said.database))
                        unit.links.append(Link(part, target, said))
                if (secret := _SECRET.search(value)) and is_secret(name, secret[0]):
                    said = Saying(spot, "terraform", "reference", True, name, database=secret[0])
                    unit.opened.append((part, f"secret {secret[0]}", said))
    if unit.parts:
        yield unit


def _part(document: TerraformDocument, block: TerraformBlock) -> Part:
    role, technology, managed, counts = _KINDS[block.type]
    name = next((each for key in _NAMES if _plain(each := document.value(block, key))), block.name)
    part = Part(str(name), document.spot(block), "terraform", role, technology, [block.name], managed=managed)
    part.plumbing = any(key in block.attributes for key in _COPIES)
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


def _settings(block: TerraformBlock) -> Iterator[tuple[str, str, int]]:
    """Name, value and line of all that a resource says; the name of a variable where it sets one."""
    for inner in block.walk():
        name = str(inner.attributes.get("name", "")) if inner.kind in ("env", "environment_variable") else ""
        if inner.kind == "env":
            for below in inner.walk():
                if below.kind == "secret_key_ref" and "secret" in below.attributes:
                    yield name, str(below.attributes["secret"])[:MAX_VALUE], below.lines.get("secret", below.line)
        for attribute, value in inner.attributes.items():
            if name and attribute == "name":
                continue
            yield from _within(inner, attribute, name or attribute, value, 0)


def _within(block: TerraformBlock, path: str, name: str, value: Any, depth: int) -> Iterator[tuple[str, str, int]]:
    if isinstance(value, dict) and depth < MAX_DEPTH:
        called = str(value["name"]) if "name" in value and ("value" in value or "valueFrom" in value) else ""
        for key, each in value.items():
            if called and key == "name":
                continue
            yield from _within(block, f"{path}.{key}", called or str(key), each, depth + 1)
    elif isinstance(value, list) and depth < MAX_DEPTH:
        for place, each in enumerate(value):
            yield from _within(block, f"{path}.{place}", name, each, depth + 1)
    elif isinstance(value, str):
        line = block.lines.get(path) or block.lines.get(path.partition(".")[0], block.line)
        yield name, value[:MAX_VALUE], line


def _image(block: TerraformBlock) -> str:
    """What a resource runs: its container's image, or the package of a function."""
    for inner in block.walk():
        for key in ("image", "image_uri", "s3_key", "filename"):
            if isinstance(found := inner.attributes.get(key), str):
                return _untagged(found)
        for each in inner.attributes.get("container_definitions") or ():
            if isinstance(each, dict) and isinstance(each.get("image"), str):
                return _untagged(each["image"])
    return ""


def _untagged(image: str) -> str:
    """An image without its tag, which may be a variable; nothing where all of it is one."""
    path = re.sub(r":(?:\$\{[^{}]{0,200}\}|[\w.-]{0,200})$", "", image)
    return path if re.search(r"\w", re.sub(r"\$\{[^{}]{0,200}\}|^(?:var|local)\.\w{1,80}$", "", path)) else ""


def _needs(
    spot: Spot,
    name: str,
    text: str,
    by_address: Mapping[str, Part],
    databases: Mapping[str, tuple[Part, str]],
    other: Opened,
) -> Iterator[tuple[Part, Saying]]:
    for reference in sorted(set(_REFERENCE.findall(text))):
        if reference in databases:
            target, database = databases[reference]
            yield target, Saying(spot, "terraform", "reference", None, name, database=database)
        elif (target_ := by_address.get(reference)) is not None and target_.role != _GATEWAY:
            waits = False if target_.role == _QUEUE else None
            database = other.database if target_.role == _STORE else ""
            yield target_, Saying(spot, "terraform", "reference", waits, name, database=database)
    for address in addresses("", text):
        known = of_scheme(address.scheme)
        host = address.host.partition(".")[0]
        fits = [
            part
            for part in by_address.values()
            if part.name == host and (part.role == _SERVICE or (known and known.role == part.role))
        ]
        for each in fits[:1]:
            said = Saying(
                spot, "terraform", "url", True, name, address.scheme, address.port, address.database, address.login
            )
            yield each, said


def _plain(value: Any) -> bool:
    return (
        isinstance(value, str)
        and not isinstance(value, Expression)
        and bool(re.fullmatch(r"[A-Za-z][\w .-]{0,80}", value))
    )
