"""Diagrams: boxes and arrows of each dialect, with their lines."""

import pytest

from faultline.analyzers.design.documents.diagram import Diagram, DiagramDocument, fenced
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from tests.cost import within


def drawn(text: str, language: str = "mermaid") -> Diagram:
    found, problems = fenced(text, 1, language)
    assert not problems
    assert len(found) == 1
    return found[0]


def arrows(diagram: Diagram) -> list[tuple[str, str, str, int]]:
    return [(each.source, each.target, each.label, each.line) for each in diagram.arrows]


@pytest.mark.parametrize(
    ("link", "label", "dashed"),
    [
        ("-->", "", False),
        ("---", "", False),
        ("--->", "", False),
        ("-.->", "", True),
        ("-..->", "", True),
        ("-.-", "", True),
        ("==>", "", False),
        ("===", "", False),
        ("--o", "", False),
        ("--x", "", False),
        ("o--o", "", False),
        ("-->|HTTP|", "HTTP", False),
        ("--> |reads from|", "reads from", False),
        ("-- reads -->", "reads", False),
        ("-- reads ---", "reads", False),
        ("-. sends .->", "sends", True),
        ("== writes ==>", "writes", False),
        ('-- "a, b" -->', "a, b", False),
        ("e1@-->", "", False),
    ],
)
def test_every_kind_of_arrow_in_a_flowchart_is_read(link: str, label: str, dashed: bool) -> None:
    diagram = drawn(f"flowchart LR\n  A {link} B")
    assert arrows(diagram) == [("A", "B", label, 2)]
    assert diagram.arrows[0].dashed is dashed
    gap = " " if link[0] in "oe" else ""
    assert arrows(drawn(f"graph TD; web-app{gap}{link}B;")) == [("web-app", "B", label, 1)]


def test_a_flowchart_has_its_chains_shapes_and_groups() -> None:
    diagram = drawn(
        """---
title: Shop
---
%% a comment
flowchart TB
    U([User]) -->|HTTPS| GW["API Gateway<br/>nginx 1.27"] & Docs
    subgraph core [Core services]
        direction LR
        O[Order Service]:::svc --> DB[(Orders DB)] & Q{{events}}; Q -.-> P
        subgraph "Inner part"
            P["`**Payment** Service`"]
        end
    end
    GW --> O
    A@{ shape: cyl, label: "Archive" } <--> O
    X["two
    lines"] ~~~ A
    Y --> Z{ok?}
    classDef svc fill:#fff
    style U fill:#f9f,stroke:#333
    click GW "https://example.org" "tip"
"""
    )
    assert diagram.title == "Shop"
    boxes = {each.id: each for each in diagram.boxes}
    assert (boxes["GW"].name, boxes["GW"].technology, boxes["GW"].line) == ("API Gateway", "nginx 1.27", 6)
    assert boxes["DB"].shape == "database"
    assert boxes["A"].shape == "database"
    assert boxes["Z"].shape == "decision"
    assert boxes["O"].group == ("Core services",)
    assert (boxes["P"].name, boxes["P"].line, boxes["P"].group) == (
        "Payment Service",
        11,
        ("Core services", "Inner part"),
    )
    assert boxes["core"].shape == "boundary"
    assert (boxes["X"].name, boxes["X"].technology, boxes["X"].line) == ("two", "lines", 16)
    assert arrows(diagram) == [
        ("U", "GW", "HTTPS", 6),
        ("U", "Docs", "HTTPS", 6),
        ("O", "DB", "", 9),
        ("O", "Q", "", 9),
        ("Q", "P", "", 9),
        ("GW", "O", "", 14),
        ("A", "O", "", 15),
        ("O", "A", "", 15),
        ("Y", "Z", "", 18),
    ]


def test_a_sequence_diagram_has_its_messages_and_knows_which_are_replies() -> None:
    diagram = drawn(
        """sequenceDiagram
    autonumber
    actor C as Customer
    participant O as Order Service
    participant P@{ "type" : "database" } as Payments DB
    box Purple Partners
    participant Bank
    end
    C->>+O: POST /orders
    loop until it works
        O->>P: INSERT
        P-->>O: ok
    end
    O-)Bank: settle (async)
    alt paid
        O-->>-C: 201
    else not
        O--xC: 402
    end
    Note over O,P: no timeout is set
"""
    )
    assert [(each.id, each.name, each.shape) for each in diagram.boxes] == [
        ("C", "Customer", "person"),
        ("O", "Order Service", ""),
        ("P", "Payments DB", "database"),
        ("Bank", "Bank", ""),
    ]
    assert [(each.source, each.target, each.line, each.dashed, each.reply) for each in diagram.arrows] == [
        ("C", "O", 9, False, False),
        ("O", "P", 11, False, False),
        ("P", "O", 12, True, True),
        ("O", "Bank", 14, True, False),
        ("O", "C", 16, True, True),
        ("O", "C", 18, True, True),
    ]
    assert [(each.text, each.line) for each in diagram.notes] == [
        ("loop: until it works", 10),
        ("alt: paid", 15),
        ("else: not", 17),
        ("no timeout is set", 20),
    ]


C4 = """
title Shop
Person(customer, "Customer", "Buys things")
System_Boundary(shop, "Shop") {
    Container(api, "API", "Go 1.23, chi", "Takes orders")
    ContainerDb(db, "Orders", "PostgreSQL 16")
    ContainerQueue(bus, "Events", "RabbitMQ")
}
System_Ext(bank, "Bank (EU)")
Rel(customer, api, "Orders", "HTTPS")
Rel_Back(db, api, "reads, writes")
BiRel(api, bank, "pays")
Rel_D(api, bus, "publishes", $techn="AMQP")
"""


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("C4Container" + C4, "mermaid"),
        ("@startuml\n!include <C4/C4_Container>" + C4.rstrip() + "\n@enduml\n", "plantuml"),
    ],
)
def test_c4_is_the_same_in_mermaid_and_in_plantuml(text: str, language: str) -> None:
    diagram = drawn(text, language)
    start = text[: text.index("Person")].count("\n") + 1
    assert diagram.title == "Shop"
    assert [(each.id, each.name, each.shape, each.technology, each.line - start) for each in diagram.boxes] == [
        ("customer", "Customer", "person", "", 0),
        ("shop", "Shop", "boundary", "", 1),
        ("api", "API", "", "Go 1.23, chi", 2),
        ("db", "Orders", "database", "PostgreSQL 16", 3),
        ("bus", "Events", "queue", "RabbitMQ", 4),
        ("bank", "Bank (EU)", "external", "", 6),
    ]
    assert diagram.boxes[2].group == ("Shop",)
    assert [(source, target, label, line - start) for source, target, label, line in arrows(diagram)] == [
        ("customer", "api", "Orders, HTTPS", 7),
        ("api", "db", "reads, writes", 8),
        ("api", "bank", "pays", 9),
        ("bank", "api", "pays", 9),
        ("api", "bus", "publishes, AMQP", 10),
    ]


def test_an_architecture_has_groups_services_and_edges() -> None:
    diagram = drawn(
        """architecture-beta
    group api(cloud)[API]
    group inner(cloud)[Inner] in api
    service db(database)[Database] in inner
    service server(logos:aws-ec2)[Server] in api
    junction mid
    db:L -- R:server
    server:T --> B:mid
    db{group}:R <-- L:mid
"""
    )
    assert [(each.id, each.name, each.shape, each.group) for each in diagram.boxes] == [
        ("api", "API", "boundary", ()),
        ("inner", "Inner", "boundary", ("API",)),
        ("db", "Database", "database", ("API", "Inner")),
        ("server", "Server", "", ("API",)),
        ("mid", "mid", "junction", ()),
    ]
    assert arrows(diagram) == [("db", "server", "", 7), ("server", "mid", "", 8), ("mid", "db", "", 9)]


def test_a_state_diagram_has_its_ends() -> None:
    diagram = drawn(
        """stateDiagram-v2
    [*] --> Idle
    state "Being paid" as Paying
    Idle --> Paying : pay
    state Paying {
        [*] --> Asked
        Asked --> [*]
    }
    Paying --> Done : ok
    note right of Done : cannot be left
    state fork <<choice>>
    Done --> [*]
"""
    )
    assert [(each.id, each.name, each.shape, each.line) for each in diagram.boxes] == [
        ("[*] start", "[*]", "start", 2),
        ("Idle", "Idle", "", 2),
        ("Paying", "Being paid", "composite", 3),
        ("Paying/[*] start", "[*]", "start", 6),
        ("Asked", "Asked", "", 6),
        ("Paying/[*] end", "[*]", "end", 7),
        ("Done", "Done", "", 9),
        ("fork", "fork", "choice", 11),
        ("[*] end", "[*]", "end", 12),
    ]
    assert ("Idle", "Paying", "pay", 4) in arrows(diagram)
    plantuml = drawn("@startuml\n[*] -> A\nA -down-> B : go\n@enduml", "plantuml")
    assert arrows(plantuml) == [("[*] start", "A", "", 2), ("A", "B", "go", 3)]


def test_classes_and_entities_have_their_names() -> None:
    classes = drawn('classDiagram\n  class Animal {\n    +int age\n  }\n  Animal <|-- Duck\n  A "1" --> "*" B : has')
    assert [each.id for each in classes.boxes] == ["Animal", "Duck", "A", "B"]
    entities = drawn(
        'erDiagram\n  CUSTOMER ||--o{ ORDER : places\n  ORDER {\n    int id PK\n  }\n  ITEM["Line item"] {\n  }'
    )
    assert [(each.id, each.name) for each in entities.boxes] == [
        ("CUSTOMER", "CUSTOMER"),
        ("ORDER", "ORDER"),
        ("ITEM", "Line item"),
    ]
    assert arrows(entities) == [("CUSTOMER", "ORDER", "places", 2)]


def test_plantuml_components_are_read_in_all_their_forms() -> None:
    diagram = drawn(
        """@startuml shop
' a comment
/' several
lines '/
skinparam component {
  BackgroundColor white
}
left to right direction
title The shop
actor Customer as c
component "Order Service" as orders <<service>> #lightblue
component [Payment Service] as pay
database Orders
queue "Event bus" as bus
() "REST" as rest
:Admin: as admin
[Mailer]
package "Backend" {
  node edge {
    [Proxy] as proxy
  }
}
cloud "Bank" as bank
c -> proxy : HTTPS
proxy --> orders
orders -down-> Orders : SQL
orders ..> bus : events
[Mailer] <-[#red,dashed]- bus
orders -[hidden]- pay
orders <--> pay
bus -( rest
admin ..right..> [Mailer] : looks
note left of pay : retries at once
note right of Orders
  one node
end note
@enduml
""",
        "plantuml",
    )
    boxes = {each.id: each for each in diagram.boxes}
    assert diagram.title == "The shop"
    assert (boxes["orders"].name, boxes["pay"].name, boxes["pay"].line) == ("Order Service", "Payment Service", 12)
    assert [boxes[each].shape for each in ("c", "Orders", "bus", "rest", "admin", "bank", "Backend")] == [
        "person",
        "database",
        "queue",
        "interface",
        "person",
        "external",
        "boundary",
    ]
    assert boxes["proxy"].group == ("Backend", "edge")
    assert arrows(diagram) == [
        ("c", "proxy", "HTTPS", 24),
        ("proxy", "orders", "", 25),
        ("orders", "Orders", "SQL", 26),
        ("orders", "bus", "events", 27),
        ("bus", "Mailer", "", 28),
        ("orders", "pay", "", 30),
        ("pay", "orders", "", 30),
        ("bus", "rest", "", 31),
        ("admin", "Mailer", "looks", 32),
    ]
    dashed = [each.dashed for each in diagram.arrows if each.label in ("SQL", "events", "looks")]
    assert dashed == [False, True, True]
    assert [(each.text, each.line) for each in diagram.notes] == [("retries at once", 33), ("one node", 35)]


def test_a_sequence_in_plantuml_is_read() -> None:
    diagram = drawn(
        '@startuml\nparticipant "Order Service" as O\ndatabase DB\nO -> DB : insert\nDB --> O : ok'
        "\nO ->> Bus : event\n@enduml",
        "plantuml",
    )
    assert [(each.source, each.target, each.dashed, each.reply) for each in diagram.arrows] == [
        ("O", "DB", False, False),
        ("DB", "O", True, True),
        ("O", "Bus", True, False),
    ]
    assert diagram.boxes[0].name == "Order Service"


def test_structurizr_gives_the_elements_and_relationships_of_its_model() -> None:
    diagram = drawn(
        """workspace "Shop" "All of it" {
    !identifiers hierarchical
    model {
        u = person "Customer"
        group "Ours" {
            s = softwareSystem "Shop" "Sells" {
                web = container "Web" "Pages" "React" {
                    -> s.db "reads" "SQL"
                }
                db = container "Orders" {
                    technology "PostgreSQL"
                    tags "Database"
                }
            }
        }
        bank = softwareSystem "Bank" "" "External"
        u -> s.web "Uses" "HTTPS"
        s.web -> bank "Pays"
        production = deploymentEnvironment "Production" {
            deploymentNode "AWS" {
                containerInstance s.web
            }
        }
    }
    views {
        systemContext s {
            include *
        }
    }
}
""",
        "structurizr",
    )
    assert [(each.id, each.name, each.shape, each.technology, each.line) for each in diagram.boxes] == [
        ("u", "Customer", "person", "", 4),
        ("s", "Shop", "", "", 6),
        ("s.web", "Web", "", "React", 7),
        ("s.db", "Orders", "database", "PostgreSQL", 10),
        ("bank", "Bank", "external", "", 16),
    ]
    assert arrows(diagram) == [
        ("s.web", "s.db", "reads, SQL", 8),
        ("u", "s.web", "Uses, HTTPS", 17),
        ("s.web", "bank", "Pays", 18),
    ]


def test_a_fenced_diagram_has_the_lines_of_its_file() -> None:
    document = MarkdownDocument(
        "a.md", "# A\n\n```mermaid\ngraph TD\n  A --> B\n```\n\n```\nflowchart LR\nX-->Y\n```\n"
    )
    assert [(each.line, each.end_line, each.arrows[0].line) for each in document.diagrams] == [(4, 5, 5), (9, 10, 10)]


def test_a_file_may_hold_several_diagrams() -> None:
    document = DiagramDocument("a.puml", "@startuml\nA -> B\n@enduml\n\n@startuml\nC -> D\n@enduml\n")
    assert [(each.line, each.arrows[0].source) for each in document.diagrams] == [(1, "A"), (5, "C")]
    assert DiagramDocument("a.mmd", "graph LR\nA-->B").diagrams[0].dialect == "flowchart"
    assert (
        DiagramDocument("w.dsl", 'workspace {\n model {\n a = person "A"\n }\n}').diagrams[0].dialect == "structurizr"
    )


def test_a_diagram_of_which_nothing_can_be_read_is_said() -> None:
    document = DiagramDocument("a.mmd", "graph LR\n???\n")
    assert document.diagrams == []
    assert document.problems == ["line 1: nothing could be read of the flowchart diagram"]
    assert fenced("pie title Pets\n", 1, "mermaid") == ([], [])
    assert fenced("gantt", 1, "python") == ([], [])


@pytest.mark.parametrize(
    "text",
    [
        "graph LR\n" + "A[" * 100_000,
        "graph LR\n" + 'A["' * 100_000,
        "graph LR\n" + "A-->" * 1_000,
        "graph LR\n" + "subgraph x\n" * 20_000,
        "graph LR\n" + "A & " * 1_000 + "-->" + "B & " * 900,
        "sequenceDiagram\n" + "A-" * 1_990 + "\n" + "a b " * 900,
        "C4Container\n" + "Rel(" * 900 + "\n" + "Person(a, " + '"' * 3_000,
        "stateDiagram-v2\n" + "state x {\n" * 10_000,
        "erDiagram\n" + "A A " * 900,
        "classDiagram\n" + "A " * 1_900,
        "architecture-beta\n" + "a:L -- " * 500,
    ],
)
def test_nasty_diagrams_take_linear_time(text: str) -> None:
    within(1, lambda: fenced(text, 1, "mermaid"))
    within(1, lambda: fenced("@startuml\n" + text, 1, "plantuml"))
    within(1, lambda: fenced(text, 1, "structurizr"))
