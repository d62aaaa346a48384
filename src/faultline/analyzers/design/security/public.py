"""What Terraform gives to everybody: buckets to read, functions and services to call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from faultline.analyzers.design.observation import Observation
from faultline.analyzers.design.resource import Here, Look
from faultline.core.finding import Severity
from faultline.core.patterns import regex


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


LOOKS: Final[Mapping[str, tuple[Look, ...]]] = MappingProxyType(
    {
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
    }
)
