"""The gateway for whoever has no event loop: the command line."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

from faultline.ai.embedded_ledger import SimpleLedger
from faultline.ai.gateway import Waiting, open_gateway
from faultline.core.model import ModelUse
from tests.ai.parts import BRIEF, SOUND
from tests.servers.model import says, standing_in_thread, status


def test_the_engine_waits_for_the_answers_and_connections_last_over_several_questions() -> None:
    ledger = SimpleLedger()
    with standing_in_thread() as server:
        server.always(says(SOUND, tokens=(100, 10)))
        with Waiting(open_gateway([f"openai:small@{server.url}"], ledger, environment={})) as gateway:
            assert gateway.route == f"openai:small@{server.url}"
            for _ in range(2):
                consultation = gateway.consult("ci", [("diagnosis", BRIEF), ("diagnosis", replace(BRIEF, reuse="x"))])
                assert all(consultation.answers)
    assert ledger.use == ModelUse(4, 400, 40)


def test_what_ails_a_model_is_remembered_over_several_questions() -> None:
    with standing_in_thread() as server:
        server.always(status(401))
        with Waiting(open_gateway([f"openai:small@{server.url}"], SimpleLedger(), environment={})) as gateway:
            notes = [gateway.consult("ci", [("diagnosis", BRIEF)]).notes[0] for _ in range(7)]
        assert len(server.asked) == 5
    assert all("refused the key (HTTP 401)" in note for note in notes)


def test_a_gateway_that_was_never_asked_is_closed_as_well() -> None:
    Waiting(open_gateway(["ollama:x"], SimpleLedger(), environment={})).close()


def test_opening_a_gateway_imports_no_sdk() -> None:
    code = (
        "import sys; from faultline.ai.gateway import open_gateway, Waiting; "
        "from faultline.ai.embedded_ledger import SimpleLedger; "
        "Waiting(open_gateway(['openai:gpt-5-mini'], SimpleLedger(), environment={'OPENAI_API_KEY': 'sk-x'})); "
        "print(sorted({'pydantic_ai', 'openai', 'genai_prices', 'httpx', 'httpx2', 'fastapi'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
