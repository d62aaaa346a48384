"""What dies with what."""

import random
from collections.abc import Sequence

import pytest

from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system import failure
from faultline.analyzers.design.system.failure import failures, kills
from faultline.analyzers.design.system.model import Call, Component, Endpoint, Mention, Saying, System
from faultline.core.results.design import ComponentRole, Failure
from tests.cost import within

AT = Spot(Document("a.md", "a"), line=1)
SERVICE, QUEUE, GATEWAY = ComponentRole.SERVICE, ComponentRole.QUEUE, ComponentRole.GATEWAY


def system(roles: dict[str, ComponentRole], calls: Sequence[str], endpoints: Sequence[Endpoint] = ()) -> System:
    """A system of calls such as `a b`, `a ~ b` (nobody waits) and `a ? b` (it can do without)."""
    names = sorted({word for call in calls for word in call.split() if word not in "~?"} | roles.keys())
    parts = [Component(name, name, roles.get(name, SERVICE), mentions=(Mention(AT, "text", name),)) for name in names]
    links = []
    for call in calls:
        source, *how, target = call.split()
        said = (Saying(AT, "diagram", "arrow"),)
        links.append(Call(source, target, AT, False if how == ["~"] else None, "", how == ["?"], said))
    return System(parts, links, endpoints)


def dies(of: System, name: str) -> Failure:
    """What its death takes along."""
    return next(each for each in failures(of) if each.component == name)


def test_callers_die_with_what_they_wait_for() -> None:
    of = system({}, ["a b", "b c", "x c", "y a"])
    assert dies(of, "c").components == ("a", "b", "x", "y")
    assert dies(of, "c").because == (("a", "b", "c"), ("b", "c"), ("x", "c"), ("y", "a", "b", "c"))
    assert dies(of, "y").components == ()


def test_a_queue_or_a_cache_between_keeps_the_caller_alive() -> None:
    of = system({"q": QUEUE, "c": ComponentRole.CACHE}, ["a ~ q", "q ~ w", "a ? c", "a ~ b"])
    assert (dies(of, "q").components, dies(of, "q").degraded) == ((), ("a", "w"))
    assert (dies(of, "c").components, dies(of, "c").degraded) == ((), ("a",))
    assert (dies(of, "b").components, dies(of, "b").degraded) == ((), ("a",))
    assert dies(of, "w").degraded == ("q",)


def test_a_circle_dies_as_one_and_ends() -> None:
    of = system({}, ["a b", "b c", "c a", "d a"])
    assert [dies(of, each).components for each in "abcd"] == [("b", "c", "d"), ("a", "c", "d"), ("a", "b", "d"), ()]


def test_a_gateway_outlives_one_of_its_backends_and_takes_the_way_to_all() -> None:
    ends = [Endpoint("GET /a", "a", AT), Endpoint("GET /b", "b", AT)]
    of = system({"g": GATEWAY, "u": ComponentRole.CLIENT}, ["u g", "g a", "g b"], ends)
    assert (dies(of, "a").components, dies(of, "a").degraded, dies(of, "a").endpoints) == ((), ("g",), ("GET /a",))
    assert dies(of, "g").endpoints == ("GET /a", "GET /b")
    assert dies(of, "u").endpoints == ()


def test_a_gateway_that_asks_one_about_every_request_dies_with_it() -> None:
    of = system({"g": GATEWAY}, ["g auth", "g a", "g b"], [Endpoint("GET /a", "a", AT)])
    assert dies(of, "auth").components == ("g",)
    assert dies(of, "auth").endpoints == ("GET /a",)


def test_an_operation_dies_only_with_what_it_says_it_needs() -> None:
    ends = [Endpoint("GET /a", "a", AT, ("db",)), Endpoint("POST /a", "a", AT)]
    of = system({"db": ComponentRole.STORE}, ["a db", "a pay"], ends)
    assert dies(of, "pay").endpoints == ("POST /a",)
    assert dies(of, "db").endpoints == ("GET /a", "POST /a")
    assert (dies(of, "a").radius, dies(of, "pay").radius) == (1.0, 0.5)


def test_those_with_a_second_instance_come_last() -> None:
    parts = [
        Component("a", "a", SERVICE, replicas=3, mentions=(Mention(AT, "text", "a"),)),
        Component("b", "b", SERVICE, replicas=1, mentions=(Mention(AT, "text", "b"),)),
        Component("c", "c", SERVICE, managed=True, mentions=(Mention(AT, "text", "c"),)),
    ]
    found = failures(System(parts, [Call("b", "a", AT), Call("b", "c", AT)]))
    assert [(each.component, each.single) for each in found] == [("b", True), ("a", False), ("c", False)]


def test_it_is_as_trying_each_one_would_find() -> None:
    chance = random.Random(4)
    roles = (SERVICE, SERVICE, SERVICE, ComponentRole.STORE, QUEUE, ComponentRole.EXTERNAL, ComponentRole.CLIENT)
    for _ in range(60):
        names = [f"c{number:02}" for number in range(chance.randint(2, 25))]
        calls = [
            f"{chance.choice(names)} {chance.choice(('', '', '~', '?'))} {chance.choice(names)}"
            for _ in range(2 * len(names))
        ]
        of = system(
            {name: chance.choice(roles) for name in names},
            sorted({call for call in calls if len(set(call.split())) > 1}),
        )
        for each in failures(of):
            dead = {each.component}
            while more := {call.source for call in of.calls if call.target in dead and kills(call, of)} - dead:
                dead |= more
            assert set(each.components) == dead - {each.component}
            assert {way[0] for way in each.because} == set(each.components)


@pytest.mark.slow
def test_large_systems_take_a_moment_and_have_chains_for_the_worst_only(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    chance = random.Random(7)
    names = [f"c{number:04}" for number in range(2_000)]
    of = system(
        dict.fromkeys(names, SERVICE), sorted({f"{chance.choice(names)} {chance.choice(names)}" for _ in range(10_000)})
    )
    found = failures(of)
    within(10, lambda: failures(of))  # 0.2 s; a machine that counts coverage takes longer
    assert found[0].because
    monkeypatch.setattr(failure, "MAX_STEPS", 1)
    assert sum(bool(each.because) for each in failures(of)) == 1


def test_a_system_of_nothing_has_no_failures() -> None:
    assert failures(System()) == ()
