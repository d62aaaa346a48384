"""What the rules of the OpenAPI format say of a text."""

from collections.abc import Iterator, Mapping
from typing import Any

from faultline.analyzers.design.contract import openapi
from faultline.analyzers.design.observation import Observation
from tests.analyzers.design.parts import design

INFO = 'info: {title: Shop, version: "1"}\n'
V2 = f'swagger: "2.0"\n{INFO}'
V30 = f"openapi: 3.0.3\n{INFO}"
V31 = f"openapi: 3.1.0\n{INFO}"
V32 = f"openapi: 3.2.0\n{INFO}"
DONE = 'responses: {"200": {description: Done}}'


def observations(files: str | Mapping[str, str]) -> Iterator[Observation]:
    """Everything that is seen, of any severity."""
    whole = design({"api.yaml": files} if isinstance(files, str) else files)
    for check in openapi.CHECKS:
        yield from check(whole)


def seen(files: str | Mapping[str, str], *rules: str) -> list[tuple[str, str]]:
    """Rule (without the agent's name) and place, of some rules, in the order of places."""
    return sorted(
        (each.rule.partition("/")[2], place(each.at.pointer or ()))
        for each in observations(files)
        if each.rule.partition("/")[2] in rules
    )


def message(files: str | Mapping[str, str], rule: str) -> str:
    """What is said by one rule, the only time that it says something."""
    (one,) = [each for each in observations(files) if each.rule == f"contract/{rule}"]
    return one.message


def place(pointer: tuple[Any, ...]) -> str:
    """A pointer in one word."""
    return " ".join(map(str, pointer))
