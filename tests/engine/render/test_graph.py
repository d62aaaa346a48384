"""The system of a design as a picture."""

import re

from faultline.core.results.design import ComponentRole, DesignCall, DesignComponent, DesignResult, Failure
from faultline.engine.render.graph import graph, mermaid

SYSTEM = DesignResult(
    components=(
        DesignComponent(id="gateway", name="Gateway", role=ComponentRole.GATEWAY),
        DesignComponent(id="orders", name="Orders", role=ComponentRole.SERVICE, replicas=1),
        DesignComponent(id="orders-db", name="Orders DB", role=ComponentRole.STORE, technology="postgresql"),
        DesignComponent(id="queue", name="Queue", role=ComponentRole.QUEUE),
    ),
    calls=(
        DesignCall(source="gateway", target="orders", label="HTTP"),
        DesignCall(source="orders", target="orders-db", optional=True),
        DesignCall(source="orders", target="queue", synchronous=False),
        DesignCall(source="orders", target="nowhere"),
    ),
    failures=(
        Failure(component="orders", components=("gateway",), radius=1.0, single=True),
        Failure(component="orders-db", radius=0.25),
    ),
)


def test_shapes_lines_and_classes_tell_roles_waiting_and_harm() -> None:
    assert mermaid(SYSTEM).splitlines() == [
        "flowchart LR",
        '  c0{{"Gateway"}}',
        '  c1["Orders<br/>1 instance<br/>100% dies with it"]',
        '  c2[("Orders DB<br/>postgresql<br/>25% dies with it")]',
        '  c3[["Queue"]]',
        '  c0 -->|"HTTP"| c1',
        '  c1 -->|"optional"| c2',
        "  c1 -.-> c3",
        "  classDef single stroke:#b3261e,stroke-width:3px",
        "  classDef wide fill:#f9dedc,color:#410e0b",
        "  classDef some fill:#fff3d6,color:#3d2e00",
        "  class c1 single",
        "  class c1 wide",
        "  class c2 some",
    ]


def test_a_name_cannot_leave_its_label() -> None:
    evil = 'a"]; click c0 "javascript:alert(1)" %%{init}%% <img src=x> `x` \n end'
    drawn = mermaid(DesignResult(components=(DesignComponent(id="a", name=evil, role=ComponentRole.SERVICE),)))
    line = drawn.splitlines()[1]
    inside = re.fullmatch(r'  c0\["(.*)"\]', line)
    assert inside
    assert not re.search(r'["\[\]<>`{};:](?<!;)', re.sub(r"#\d+;|<br/>", "", inside[1]))
    assert "#34;" in line


def test_data_for_the_page_have_layers_and_harm() -> None:
    found = graph(SYSTEM)
    assert {each["id"]: (each["layer"], each["single"], each["radius"]) for each in found["nodes"]} == {
        "gateway": (0, False, 0.0),
        "orders": (1, True, 1.0),
        "orders-db": (2, False, 0.25),
        "queue": (2, False, 0.0),
    }
    assert len(found["edges"]) == 4
    assert found["failures"][0]["component"] == "orders"


def test_a_circle_has_layers_too() -> None:
    parts = tuple(DesignComponent(id=each, name=each, role=ComponentRole.SERVICE) for each in "ab")
    calls = (DesignCall(source="a", target="b"), DesignCall(source="b", target="a"))
    assert [each["layer"] for each in graph(DesignResult(components=parts, calls=calls))["nodes"]] == [0, 1]
