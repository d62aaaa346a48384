"""What policies of IAM allow, written as data, as JSON or as a policy document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from faultline.analyzers.design.documents.terraform import Expression
from faultline.analyzers.design.observation import Observation
from faultline.analyzers.design.resource import Here


def policies(here: Here) -> Iterator[Observation]:
    """What is wrong with the policies that a resource holds."""
    for name in ("policy", "inline_policy", "assume_role_policy", "access_policies"):
        said = here.block.attributes.get(name)
        value = written(said) if isinstance(said, str) and not isinstance(said, Expression) else said
        statements = value.get("Statement") if isinstance(value, dict) else None
        if isinstance(statements, dict):
            yield from _statement(here, name, f"{name}.Statement", statements)
        for place, each in enumerate(statements if isinstance(statements, list) else ()):
            if isinstance(each, dict):
                yield from _statement(here, name, f"{name}.Statement.{place}", each)


def _statement(here: Here, name: str, path: str, statement: Mapping[str, Any]) -> Iterator[Observation]:
    if statement.get("Effect") != "Allow":
        return
    actions, resources = _texts(statement.get("Action")), _texts(statement.get("Resource"))
    principal = statement.get("Principal")
    everybody = principal == "*" or (isinstance(principal, dict) and "*" in _texts(principal.get("AWS")))

    def spot(key: str) -> Any:
        lines = here.block.lines
        line = lines.get(f"{path}.{key}") or _line_in(here, name, key)
        return type(here.document.spot(here.block))(here.document, line=line, symbol=here.block.address)

    if everybody and not statement.get("Condition"):
        message = f"The policy of {here.block.address} is for everybody."
        rule = "security/public-bucket" if "s3" in here.block.type else "security/wildcard-permissions"
        yield Observation(rule, spot("Principal"), message, cause=here.block.address)
    elif "*" in actions or "*:*" in actions:
        message = f"{here.block.address} allows every action."
        yield Observation("security/wildcard-permissions", spot("Action"), message, cause=here.block.address)
    elif "*" in resources and any(each.endswith(":*") for each in actions):
        wild = next(each for each in actions if each.endswith(":*"))
        message = f"{here.block.address} allows {wild} on everything."
        yield Observation("security/wildcard-permissions", spot("Action"), message, cause=here.block.address)


def _line_in(here: Here, name: str, key: str) -> int:
    """The line of a key in a policy that is written as JSON: the first one that names it, or the attribute's."""
    start = here.block.lines.get(name, here.block.line)
    for number in range(start, here.block.end_line + 1):
        if re.search(rf'"{key}"\s*:.*"\*"', here.document.lines[number - 1][:1_000]):
            return number
    return start


def policy_document(here: Here) -> Iterator[Observation]:
    """What is wrong with a data source `aws_iam_policy_document`."""
    for statement in here.block.all("statement"):
        if here.document.value(statement, "effect") == "Deny":
            continue
        actions = _texts(here.document.value(statement, "actions"))
        resources = _texts(here.document.value(statement, "resources"))
        wild = next((each for each in actions if each.endswith(":*")), None)
        if "*" in actions or (wild and "*" in resources):
            message = f"{here.block.address} allows {'every action' if '*' in actions else f'{wild} on everything'}."
            spot = here.document.spot(statement, "actions", here.block)
            yield Observation("security/wildcard-permissions", spot, message, cause=here.block.address)


def _texts(value: Any) -> list[str]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


def written(text: str) -> Any:
    """The data of a JSON text; None where it is none."""
    if len(text) > 100_000:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
