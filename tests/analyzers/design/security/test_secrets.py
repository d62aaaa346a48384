"""Secrets in files: found by their name or their shape, never shown, and not where a file only names one."""

import base64

import pytest

from faultline.analyzers.design.security.secrets import check
from faultline.analyzers.design.security.values import hidden, is_secret, named_secret, suspects, token
from tests.analyzers.design.parts import findings, seen

KEY = "AK" + "IAQX4BIPW3AHOV29GN"
GITHUB = "gh" + "p_16C7e42F292c6912E7710c838347Ae178B4a"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", "kX9vR2mQ7pLz"),
        ("spring.datasource.password", "gr4nite"),
        ("POSTGRES_PASSWORD", "courses"),
        ("SECRET_KEY", "django-insecure-k2v#x9"),
        ("JWT_SECRET", "mysupersecretkeyvalue"),
        ("apiKey", "9f8a7b6c5d4e"),
        ("DATABASE_URL", "postgres://app:W1nter-Coat@db:5432/app"),
        ("AWS_ACCESS_KEY_ID", "AKIA" + "IOSFODNN7EXAMPLE"),
        ("DB_PASSWORD", "${DB_PASSWORD:-s9Dk2mPq8vLx}"),
    ],
)
def test_a_value_of_a_telling_name_is_a_secret(name: str, value: str) -> None:
    assert is_secret(name, value) or token(value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", "${DB_PASSWORD}"),
        ("DB_PASSWORD", "${DB_PASSWORD:?set it}"),
        ("DB_PASSWORD", "${DB_PASSWORD:-postgres}"),
        ("DB_PASSWORD", "{{ vault.db_password }}"),
        ("DB_PASSWORD", "<your password>"),
        ("API_KEY", "your-api-key"),
        ("API_TOKEN", "REPLACE_ME"),
        ("TOKEN", "var.token"),
        ("CLIENT_SECRET", "arn:aws:secretsmanager:eu-west-1:1:secret:x"),
        ("DB_PASSWORD", "/run/secrets/db"),
        ("DATABASE_URL", "postgres://app:${DB_PASSWORD}@db:5432/app"),
        ("DATABASE_URL", "postgres://app@db:5432/app"),
    ],
)
def test_what_only_stands_for_a_secret_is_none(name: str, value: str) -> None:
    assert not is_secret(name, value)
    assert not token(value)


@pytest.mark.parametrize(
    "name",
    [
        "DB_PASSWORD_FILE", "SECRET_NAME", "TOKEN_TTL", "ACCESS_TOKEN_LIFETIME", "PASSWORD_MIN_LENGTH",
        "PUBLIC_KEY", "AWS_ACCESS_KEY_ID_PATH", "TOKEN_URL", "MAX_TOKENS", "manage_master_user_password",
        "imagePullSecrets", "COMPASS", "password_policy", "KEYSPACE", "AUTHOR",
    ],
)  # fmt: skip
def test_a_name_that_speaks_about_a_secret_is_no_name_of_one(name: str) -> None:
    assert not named_secret(name)


FILES = {
    "k8s.yaml": f"""apiVersion: v1
kind: Secret
metadata: {{name: app}}
data:
  password: {base64.b64encode(b"tr0ub4dor").decode()}
  empty: {base64.b64encode(b"REPLACE_ME").decode()}
stringData:
  note: hello
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: app}}
data:
  app.ini: |
    [db]
    password = hunter-42
---
apiVersion: v1
kind: Pod
metadata: {{name: app}}
spec:
  containers:
    - name: app
      args: ["--db-password=pl4in", "--port=80"]
""",
    "main.tf": """variable "db_password" {
  default = "from-tf-7"
}
resource "aws_lambda_function" "f" {
  environment {
    variables = {
      LEVEL     = "info"
      API_TOKEN = "0f3a9c77d1e8"
    }
  }
  secret_key_ref {
    secret  = "station-token"
    version = "7"
  }
}
""",
    "compose.yaml": """x-env: &env
  SHARED_SECRET: 5up3r-s3cret-5auce
services:
  cache:
    image: redis:7
    command: ["redis-server", "--requirepass", "r3d1s-pass"]
    build:
      args: ["NPM_TOKEN=1a2b3c4d5e6f"]
""",
    "notes.md": f"# Notes\n\nUse `{KEY}` for the upload, and {GITHUB} to push.\n",
    "values.json": '{\n  "smtp": {\n    "password": "m4iler-daemon"\n  }\n}\n',
}


def test_lines_with_a_token_are_found_in_the_whole_text() -> None:
    lines = ["", KEY, "plain", f"{GITHUB} {KEY}", "postgres://me:s3cr3t-pw@db/x", "https://example.org:80/@a", "ghost"]
    for first in range(len(lines)):
        text = lines[first:]
        told = [number for number, line in enumerate(text, 1) if token(line)]
        assert set(told) <= set(suspects("\n".join(text)))
        assert list(suspects("\n".join(text))) == sorted({*suspects("\n".join(text))})
    assert list(suspects("\n".join(lines))) == [2, 4, 5]


def test_a_secret_is_found_in_every_kind_of_file_at_its_line() -> None:
    found = {(each.at.document.path, each.at.lines[0]) for each in seen(check, FILES)}
    assert found == {
        ("k8s.yaml", 5),
        ("k8s.yaml", 16),
        ("k8s.yaml", 24),
        ("main.tf", 2),
        ("main.tf", 8),
        ("compose.yaml", 2),
        ("compose.yaml", 6),
        ("compose.yaml", 8),
        ("notes.md", 3),
        ("values.json", 3),
    }


def test_a_finding_never_shows_the_secret() -> None:
    told = [each for each in findings(FILES) if each.rule_id == "security/secret-in-file"]
    text = "\n".join(each.model_dump_json() for each in told)
    assert len(told) == 10
    for secret in (
        "hunter-42",
        "pl4in",
        "from-tf-7",
        "0f3a9c77d1e8",
        "5up3r",
        "r3d1s",
        "1a2b3c",
        KEY,
        GITHUB,
        "m4iler",
    ):
        assert secret not in text


def test_a_password_that_everybody_tries_is_a_finding_of_its_own() -> None:
    text = "services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: postgres\n"
    (plain,) = seen(check, {"compose.yaml": text})
    assert (plain.rule, plain.at.lines) == ("security/default-password", (5, 5))
    (lenient,) = seen(check, {"docker-compose.dev.yml": text})
    assert lenient.severity == "info"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("  PASSWORD: abc", "  PASSWORD: ***"),
        ("- PASSWORD=abc", "- PASSWORD=***"),
        ("  URL: amqp://u:abc@h/x", "  URL: amqp://u:***@h/x"),
        (f"token {GITHUB} here", "token *** here"),
        ("  - abc", "  - ***"),
        ("", ""),
    ],
)
def test_a_line_is_shown_without_its_secret(line: str, shown: str) -> None:
    assert hidden(line) == shown


def test_prose_and_labels_are_no_secrets() -> None:
    files = {
        "adr.md": "# Passwords\n\n- Passwords: Argon2id\n- Token: JWT-RS256\n\nPassword: hunter22\n",
        "messages.json": '{\n  "password": "Passwort",\n  "token": "Einmalkennwort"\n}\n',
    }
    assert seen(check, files) == []
    assert len(seen(check, {"setup.md": "# Set up\n\n    DB_PASSWORD=hunter22-x\n"})) == 1
