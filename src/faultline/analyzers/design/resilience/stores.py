"""What Terraform shows of databases, caches, buckets and brokers: how many, in how many zones, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from faultline.analyzers.design.observation import Observation
from faultline.analyzers.design.resource import Here, Look, open_
from faultline.core.finding import Severity


def _database(here: Here) -> Iterator[Observation]:
    if here.value("replicate_source_db") is not None or here.value("cluster_identifier") is not None:
        return  # a replica has what its source says
    address = here.block.address
    zones = here.value("multi_az")
    if zones in (None, False):
        message = f"{address} runs in one zone: when the zone fails, so does everything that reads or writes it."
        yield here.say("resilience/single-zone", message, "multi_az")
    days = here.value("backup_retention_period")
    if days in (None, 0, "0") and here.value("snapshot_identifier") is None:
        message = (
            f"{address} keeps no automatic backups: backup_retention_period is {0 if days is not None else 'missing'}."
        )
        severity = None if days is not None else Severity.MEDIUM
        yield here.say("resilience/no-backups", message, "backup_retention_period", severity)
    yield from _protected(here, "deletion_protection")
    yield from snapshot(here)


def _versions(here: Here) -> Iterator[Observation]:
    if here.value("versioning_configuration.status") in ("Suspended", "Disabled"):
        message = f"{here.block.address}: what is overwritten or deleted is gone."
        yield here.say("resilience/no-backups", message, "versioning_configuration.status", Severity.LOW)


def _copies(here: Here) -> Iterator[Observation]:
    if here.value("account_replication_type") == "LRS":
        message = f"{here.block.address} keeps all copies in one building."
        yield here.say("resilience/single-zone", message, "account_replication_type", Severity.LOW)


def _cluster(here: Here) -> Iterator[Observation]:
    days = here.value("backup_retention_period")
    if days in (0, "0"):
        yield here.say("resilience/no-backups", f"{here.block.address} keeps no backups.", "backup_retention_period")
    elif days == 1:
        message = f"{here.block.address} keeps its backups for one day."
        yield here.say("resilience/no-backups", message, "backup_retention_period", Severity.LOW)
    yield from _protected(here, "deletion_protection")
    yield from snapshot(here)
    instances = [
        each
        for document in here.document.module
        for each in document.resources
        if each.type in ("aws_rds_cluster_instance", "aws_docdb_cluster_instance", "aws_neptune_cluster_instance")
        and here.block.address in str(each.attributes.get("cluster_identifier", ""))
    ]
    count = (
        instances[0].attributes.get("count", 1)
        if len(instances) == 1 and "for_each" not in instances[0].attributes
        else 2
    )
    if here.document.resolved(count) == 1:
        owner = next(each for each in here.document.module if instances[0] in each.resources)
        spot = owner.spot(instances[0], "count")
        message = f"{here.block.address} has one instance: there is none to fail over to."
        yield Observation("resilience/single-replica", spot, message, cause=here.block.address)


def _protected(here: Here, name: str) -> Iterator[Observation]:
    said = here.value(name)
    if said in (None, False):
        message = f"One wrong plan deletes {here.block.address}: {name} is {'off' if said is False else 'not set'}."
        yield here.say("resilience/no-deletion-protection", message, name)


def snapshot(here: Here) -> Iterator[Observation]:
    """A database that is deleted without a last copy."""
    if here.value("skip_final_snapshot") is True:
        message = f"{here.block.address} is deleted without a last snapshot."
        yield here.say("resilience/no-final-snapshot", message, "skip_final_snapshot")


def _cache(here: Here) -> Iterator[Observation]:
    nodes = next(
        (here.value(name) for name in ("num_cache_clusters", "number_cache_clusters") if name in here.block.attributes),
        None,
    )
    replicas = here.value("replicas_per_node_group")
    if replicas is None:
        replicas = here.value("cluster_mode.replicas_per_node_group")
    alone = (nodes in (1, None) and replicas in (0, None)) and not open_(nodes) and not open_(replicas)
    address = here.block.address
    if alone and here.value("global_replication_group_id") is None:
        name = "num_cache_clusters" if nodes == 1 else "replicas_per_node_group"
        yield here.say("resilience/single-replica", f"{address} is one node: there is none to fail over to.", name)
    elif here.value("automatic_failover_enabled") in (None, False):
        message = f"{address} does not fail over by itself."
        yield here.say("resilience/single-zone", message, "automatic_failover_enabled")
    elif here.value("multi_az_enabled") is False:
        yield here.say("resilience/single-zone", f"{address} may stand in one zone.", "multi_az_enabled")


def _cache_cluster(here: Here) -> Iterator[Observation]:
    if here.value("num_cache_nodes") in (None, 1) and here.value("replication_group_id") is None:
        message = f"{here.block.address} is one node: when it fails, what it holds is gone."
        yield here.say("resilience/single-replica", message, "num_cache_nodes")


def _table(here: Here) -> Iterator[Observation]:
    enabled = here.value("point_in_time_recovery.enabled")
    if enabled in (None, False):
        message = f"{here.block.address} cannot be brought back to an earlier moment: no point_in_time_recovery."
        yield here.say("resilience/no-backups", message, "point_in_time_recovery.enabled", Severity.MEDIUM)
    if here.value("deletion_protection_enabled") is False:
        message = f"One wrong plan deletes {here.block.address}."
        yield here.say("resilience/no-deletion-protection", message, "deletion_protection_enabled")


def _forced(here: Here) -> Iterator[Observation]:
    if here.value("force_destroy") is True:
        message = f"{here.block.address} is deleted with all that is in it."
        yield here.say("resilience/no-deletion-protection", message, "force_destroy")


def _cloud_sql(here: Here) -> Iterator[Observation]:
    if here.value("master_instance_name") is not None or here.inner("settings") is None:
        return
    if here.value("settings.availability_type") in (None, "ZONAL"):
        message = f"{here.block.address} runs in one zone."
        yield here.say("resilience/single-zone", message, "settings.availability_type")
    if here.value("settings.backup_configuration.enabled") in (None, False):
        message = f"{here.block.address} keeps no automatic backups."
        yield here.say("resilience/no-backups", message, "settings.backup_configuration.enabled")
    if here.value("deletion_protection") is False:
        yield from _protected(here, "deletion_protection")


def _azure_database(here: Here) -> Iterator[Observation]:
    if here.inner("high_availability") is None and here.value("create_mode") in (None, "Default"):
        yield here.say("resilience/single-zone", f"{here.block.address} has no standby: no high_availability block.")


def _search(here: Here) -> Iterator[Observation]:
    count = here.value("cluster_config.instance_count")
    if count in (None, 1) and here.value("cluster_config.zone_awareness_enabled") is not True and not open_(count):
        message = f"{here.block.address} is one node."
        yield here.say("resilience/single-replica", message, "cluster_config.instance_count")
    elif here.value("cluster_config.zone_awareness_enabled") in (None, False):
        message = f"{here.block.address} may stand in one zone."
        yield here.say("resilience/single-zone", message, "cluster_config.zone_awareness_enabled")


def _broker(here: Here) -> Iterator[Observation]:
    if here.value("deployment_mode") in (None, "SINGLE_INSTANCE"):
        yield here.say("resilience/single-zone", f"{here.block.address} is one broker in one zone.", "deployment_mode")


LOOKS: Final[Mapping[str, tuple[Look, ...]]] = MappingProxyType(
    {
        "aws_db_instance": (_database,),
        "aws_rds_cluster": (_cluster,),
        "aws_docdb_cluster": (_cluster,),
        "aws_neptune_cluster": (_cluster,),
        "aws_elasticache_replication_group": (_cache,),
        "aws_elasticache_cluster": (_cache_cluster,),
        "aws_mq_broker": (_broker,),
        "aws_opensearch_domain": (_search,),
        "aws_elasticsearch_domain": (_search,),
        "aws_dynamodb_table": (_table,),
        "aws_s3_bucket": (_forced,),
        "google_storage_bucket": (_forced,),
        "aws_s3_bucket_versioning": (_versions,),
        "azurerm_storage_account": (_copies,),
        "google_sql_database_instance": (_cloud_sql,),
        "azurerm_postgresql_flexible_server": (_azure_database,),
        "azurerm_mysql_flexible_server": (_azure_database,),
    }
)
