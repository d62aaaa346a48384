"""What Terraform shows: single instances, groups in one zone, queues that lose what fails; `stores` looks at data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.terraform import TerraformBlock, TerraformDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.resilience import settings, stores, tasks
from faultline.analyzers.design.resource import Here, Look, variables
from faultline.core.finding import Severity


def check(design: Design) -> Iterator[Observation]:
    """All that the Terraform files of a design show."""
    for document in design.of(TerraformDocument):
        for block in document.blocks:
            here = Here(document, block)
            if block.kind == "module":
                yield from _module(here)
            if block.kind != "resource":
                continue
            for look in _LOOKS.get(block.type, ()):
                yield from look(here)
            yield from _settings(here)


def _module(here: Here) -> Iterator[Observation]:
    """What a module of somebody else is told; what it is not told has the module's default, which is not known."""
    address = here.block.address
    if here.value("multi_az") is False:
        yield here.say("resilience/single-zone", f"{address} runs in one zone.", "multi_az")
    if here.value("backup_retention_period") in (0, "0"):
        yield here.say("resilience/no-backups", f"{address} keeps no backups.", "backup_retention_period")
    for name in ("deletion_protection", "enable_deletion_protection"):
        if here.value(name) is False:
            yield here.say("resilience/no-deletion-protection", f"One wrong plan deletes {address}.", name)
    if here.value("force_destroy") is True:
        message = f"{address} is deleted with all that is in it."
        yield here.say("resilience/no-deletion-protection", message, "force_destroy")
    yield from stores.snapshot(here)
    yield from _count("desired_count", "num_cache_clusters", "desired_size")(here)
    yield from _scaling("min_size", "max_size")(here)


def _count(*names: str) -> Callable[[Here], Iterator[Observation]]:
    def look(here: Here) -> Iterator[Observation]:
        for name in names:
            if here.value(name) in (1, "1"):
                message = f"{here.block.address} is one instance: {name.rpartition('.')[2]} is 1."
                yield here.say("resilience/single-replica", message, name)

    return look


def _ecs_service(here: Here) -> Iterator[Observation]:
    if here.value("scheduling_strategy") == "DAEMON":
        return
    scaled = any(
        each.type == "aws_appautoscaling_target" and here.block.address in str(each.attributes.get("resource_id", ""))
        for document in here.document.module
        for each in document.resources
    )
    count = here.value("desired_count")
    if not scaled:
        yield from tasks.counted(here)
    if not scaled and (count == 1 or (count is None and here.block.first("load_balancer"))):
        message = f"{here.block.address} runs one task: while it is replaced, nobody answers."
        said = here.say("resilience/single-replica", message, "desired_count")
        keys = tasks.LOOKED_UP.search(str(here.block.attributes.get("desired_count", "")))
        entry = here.document.entry_spot(here.block.attributes["desired_count"], keys[1] or keys[2]) if keys else None
        yield said if entry is None else replace(said, also=(entry,))
    if here.value("deployment_minimum_healthy_percent") == 0:
        message = f"A release of {here.block.address} stops all its tasks first."
        yield here.say("resilience/recreate-strategy", message, "deployment_minimum_healthy_percent")


def _scaling(low: str, high: str) -> Callable[[Here], Iterator[Observation]]:
    def look(here: Here) -> Iterator[Observation]:
        least, most = here.value(low), here.value(high)
        if not isinstance(least, int) or not isinstance(most, int):
            return
        if least <= 1 and most <= 1:
            if most == 1:
                message = f"{here.block.address} is one instance, and never more."
                yield here.say("resilience/single-replica", message, high)
        elif least == most:
            message = f"{here.block.address} has room for nothing: at least {least} and at most {most}."
            yield here.say("resilience/fixed-autoscaling", message, high)
        elif least == 1:
            message = f"{here.block.address} may shrink to one instance."
            yield here.say("resilience/single-replica", message, low, Severity.LOW)

    return look


def _group(here: Here) -> Iterator[Observation]:
    zones = here.value("availability_zones") or here.value("vpc_zone_identifier")
    if isinstance(zones, list) and len(zones) == 1 and not ("[*]" in str(zones[0]) or isinstance(zones[0], list)):
        name = "availability_zones" if here.value("availability_zones") else "vpc_zone_identifier"
        yield here.say("resilience/single-zone", f"{here.block.address} stands in one zone.", name)
    balanced = here.value("target_group_arns") or here.value("load_balancers")
    if balanced and here.value("health_check_type") in (None, "EC2"):
        message = (
            f"{here.block.address} keeps instances whose application does not answer: only the machine is checked."
        )
        yield here.say("resilience/no-health-check", message, "health_check_type")


def _balancer(here: Here) -> Iterator[Observation]:
    subnets = here.value("subnets")
    mapped = here.block.all("subnet_mapping")
    one = (
        isinstance(subnets, list)
        and len(subnets) == 1
        and not any(mark in str(subnets[0]) for mark in ("[*]", "local.", "var."))
    )
    if one or (subnets is None and len(mapped) == 1):
        yield here.say("resilience/single-zone", f"{here.block.address} stands in one zone.", "subnets")
    if here.value("enable_deletion_protection") is False:
        yield here.say(
            "resilience/no-deletion-protection",
            f"One wrong plan deletes {here.block.address}.",
            "enable_deletion_protection",
        )


def _target_group(here: Here) -> Iterator[Observation]:
    if here.value("target_type") == "lambda":
        return
    check = here.block.first("health_check")
    if check is None:
        message = f"{here.block.address} checks its targets with what happens to be the default."
        yield here.say("resilience/no-health-check", message)
    elif here.value("health_check.enabled") is False:
        yield here.say("resilience/no-health-check", f"{here.block.address} checks nothing.", "health_check.enabled")


def _queue(here: Here) -> Iterator[Observation]:
    address = here.block.address
    module = [each for document in here.document.module for each in document.resources]
    redriven = any(
        each.type == "aws_sqs_queue_redrive_policy" and address in str(each.attributes.get("queue_url"))
        for each in module
    )
    named = any(
        word in f"{here.block.name} {here.block.attributes.get('name', '')}".lower() for word in ("dlq", "dead")
    )
    targeted = any(
        f"{address}.arn" in str(each.attributes.get(name, ""))
        for each in module
        if each is not here.block
        for name in ("redrive_policy", "dead_letter_config")
    )
    if not (redriven or named or targeted) and here.value("redrive_policy") is None:
        message = f"A message that {address} cannot deliver comes back until it expires: no redrive_policy."
        yield here.say("resilience/no-dead-letter-queue", message)


def _function(here: Here) -> Iterator[Observation]:
    address = here.block.address
    timeout = here.value("timeout")
    if isinstance(timeout, int) and timeout >= 900:
        yield here.say(
            "resilience/no-timeout", f"{address} may run as long as Lambda lets it.", "timeout", Severity.LOW
        )
    elif timeout is None:
        message = f"{address} ends after Lambda's default of 3 seconds."
        yield here.say("resilience/no-timeout", message, "timeout", Severity.LOW)
    if here.block.first("dead_letter_config") is None and not _invoked(here):
        message = f"An event that {address} fails on is gone: no dead_letter_config, and no on_failure destination."
        severity = Severity.LOW if _asynchronous(here) else Severity.INFO
        yield here.say("resilience/no-dead-letter-queue", message, severity=severity)
    if here.value("reserved_concurrent_executions") in (None, -1):
        message = f"{address} may take all the concurrency of the account."
        yield here.say("resilience/no-concurrency-limit", message, "reserved_concurrent_executions")


def _beside(here: Here, type_: str) -> list[TerraformBlock]:
    address = here.block.address
    return [
        each
        for document in here.document.module
        for each in document.resources
        if each.type == type_ and any(address in str(value) for value in each.attributes.values())
    ]


def _invoked(here: Here) -> bool:
    """Whether a failed event goes somewhere else."""
    return any(
        each.first("destination_config") for each in _beside(here, "aws_lambda_function_event_invoke_config")
    ) or bool(_beside(here, "aws_lambda_event_source_mapping"))


def _asynchronous(here: Here) -> bool:
    """Whether events are handed to it that nobody waits for."""
    return bool(_beside(here, "aws_sns_topic_subscription") or _beside(here, "aws_cloudwatch_event_target")) or bool(
        _beside(here, "aws_s3_bucket_notification")
    )


def _listener_settings(here: Here) -> Iterator[Observation]:
    rate, burst = here.value("settings.throttling_rate_limit"), here.value("settings.throttling_burst_limit")
    if here.inner("settings") is not None and (rate in (None, -1) or burst in (None, -1)):
        name = "settings.throttling_rate_limit" if rate in (None, -1) else "settings.throttling_burst_limit"
        yield here.say(
            "resilience/no-rate-limit", f"{here.block.address} lets every client call as often as it can.", name
        )


def _stage(here: Here) -> Iterator[Observation]:
    if here.block.type == "aws_apigatewayv2_stage":
        rate = here.value("default_route_settings.throttling_rate_limit")
        limited = rate is not None or bool(here.block.all("route_settings"))
    else:
        types = ("aws_api_gateway_method_settings", "aws_api_gateway_usage_plan")
        limited = any(_beside_module(here, each) for each in types)
    if not limited:
        yield here.say("resilience/no-rate-limit", f"{here.block.address} has no throttling.", "default_route_settings")


def _beside_module(here: Here, type_: str) -> bool:
    return any(each.type == type_ for document in here.document.module for each in document.resources)


def _nodes(here: Here) -> Iterator[Observation]:
    config = here.inner("scaling_config")
    if config is not None:
        desired, most = here.value("scaling_config.desired_size"), here.value("scaling_config.max_size")
        if desired == 1 or most == 1:
            name = "scaling_config.desired_size" if desired == 1 else "scaling_config.max_size"
            yield here.say("resilience/single-replica", f"{here.block.address} is one node.", name)


def _settings(here: Here) -> Iterator[Observation]:
    """Variables of functions and tasks that switch a protection off."""
    for name, value, spot in variables(here):
        yield from settings.faults(name, value, spot, here.block.address)


_LOOKS: Final[Mapping[str, tuple[Look, ...]]] = MappingProxyType(
    {
        **stores.LOOKS,
        "aws_ecs_service": (_ecs_service,),
        "aws_ecs_task_definition": (tasks.task_definition,),
        "aws_autoscaling_group": (_scaling("min_size", "max_size"), _group),
        "aws_appautoscaling_target": (_scaling("min_capacity", "max_capacity"),),
        "aws_eks_node_group": (_nodes,),
        "google_container_node_pool": (_count("node_count"),),
        "azurerm_kubernetes_cluster": (_count("default_node_pool.node_count"),),
        "aws_msk_cluster": (_count("number_of_broker_nodes"),),
        "aws_lb": (_balancer,),
        "aws_alb": (_balancer,),
        "aws_lb_target_group": (_target_group,),
        "aws_alb_target_group": (_target_group,),
        "aws_sqs_queue": (_queue,),
        "aws_lambda_function": (_function,),
        "kubernetes_deployment": (_count("spec.replicas"),),
        "kubernetes_deployment_v1": (_count("spec.replicas"),),
        "aws_api_gateway_method_settings": (_listener_settings,),
        "aws_api_gateway_stage": (_stage,),
        "aws_apigatewayv2_stage": (_stage,),
    }
)

CHECKS: tuple[Check, ...] = (check,)
