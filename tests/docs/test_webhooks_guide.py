"""The guide's recipe for the command line makes the signature that our sender makes."""

import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from faultline.service.organizations.service import new_secret
from faultline.service.webhooks.events import EventType
from faultline.service.webhooks.schedule import DELAYS
from faultline.service.webhooks.signing import signed

GUIDE = (Path(__file__).parents[2] / "docs" / "guide" / "webhooks.md").read_text()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_signature_can_be_verified_with_openssl(tmp_path: Path) -> None:
    recipe = re.search(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
    assert recipe
    body, secret = '{"type":"webhook.test","text":"ä"}', new_secret()
    (tmp_path / "body.json").write_text(body)
    headers = signed("msg_1", body, [secret], datetime(2026, 5, 17, 12, 0, tzinfo=UTC))
    variables = {
        "secret": secret,
        "webhook_id": headers["Webhook-Id"],
        "webhook_timestamp": headers["Webhook-Timestamp"],
        "PATH": "/usr/local/bin:/usr/bin:/bin",
    }
    printed = subprocess.run(
        ["sh", "-c", recipe.group(1)], cwd=tmp_path, env=variables, capture_output=True, text=True, check=True
    )
    assert f"v1,{printed.stdout.strip()}" == headers["Webhook-Signature"]


def test_the_guide_names_every_event_and_the_schedule() -> None:
    assert [event.value for event in EventType if f"| `{event.value}` |" not in GUIDE] == []
    assert len(DELAYS) == 7
    assert "after 5 s,\n5 min, 30 min, 2 h, 5 h, 10 h and 10 h" in GUIDE
