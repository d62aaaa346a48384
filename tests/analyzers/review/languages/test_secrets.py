from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultline.analyzers.review.masking import credentials, masked
from faultline.analyzers.review.security.secrets import MOST_LINE, RULE, entropy, hardcoded, mask
from faultline.analyzers.review.source import Role, Source
from faultline.core.finding import Severity
from tests.cost import within

MIXED = "q7Rt2WxZ9bNc4VmK8pLs3JdHf6GyT1uE5oAiQwXz"
"""Nobody's: made up, as every secret here. They are put together so that no scanner takes this file for a leak."""

TOKENS = {
    "AWS": "AK" + "IA" + "Q7RT2WXZ9BNC4VMK",
    "GitHub": "gh" + "p_" + MIXED[:36],
    "fine-grained": "github" + "_pat_" + MIXED + MIXED[:20],
    "GitLab": "glpat" + "-" + MIXED[:20],
    "Slack": "xox" + "b-123450987651-" + MIXED[:24],
    "Stripe": "sk" + "_live_" + MIXED[:24],
    "Google": "AI" + "za" + MIXED[:35],
    "SendGrid": "SG" + "." + MIXED[:22] + "." + MIXED + MIXED[:3],
    "npm": "npm" + "_" + MIXED[:36],
    "PyPI": "pypi" + "-AgEIcHlwaS5vcmc" + MIXED + MIXED,
    "Anthropic": "sk" + "-ant-api03-" + MIXED,
    "OpenAI": "sk" + "-proj-" + MIXED + MIXED[:8],
    "Azure": "Account" + "Key=" + (MIXED * 3)[:86] + "==",
    "DigitalOcean": "dop" + "_v1_" + "0a1b2c3d4e5f6789" * 4,
    "Telegram": "1234509876" + ":AA" + MIXED[:33],
    "Vault": "hvs" + "." + MIXED,
    "JWT": "ey" + "J" + MIXED[:20] + ".ey" + "J" + MIXED + "." + MIXED,
    "address": "postgres" + "://app:" + "kW9xQ2vT" + "@db.shop.io/x",
    "webhook": "https://hooks.slack" + ".com/services/T02AB3CD4/B05EF6GH7/" + MIXED[:24],
}


def told(text: str, path: str = "src/a.py", role: Role = Role.CODE) -> list[tuple[int, Severity | None]]:
    return [(each.line, each.severity) for each in hardcoded(Source(path, text, role))]


@pytest.mark.parametrize("kind", TOKENS)
def test_a_token_of_a_provider_is_told_in_every_kind_of_file_and_never_repeated(kind: str) -> None:
    for path in ("src/a.py", "config/app.unknown", "notes.md", ".env", "Makefile"):
        (seen,) = hardcoded(Source(path, f'first\nvalue = "{TOKENS[kind]}"\n'))
        assert (seen.rule, seen.line) == (RULE, 2)
        assert MIXED[:8] not in seen.message
        assert "kW9xQ2vT" not in seen.message


@pytest.mark.parametrize("kind", TOKENS)
def test_a_masked_line_does_not_hold_the_secret(kind: str) -> None:
    masked = mask(f'  call("{TOKENS[kind]}")  # {kind}')
    assert TOKENS[kind] not in masked
    assert "***" in masked
    assert masked.startswith('  call("')
    assert masked.endswith(f'")  # {kind}')


@pytest.mark.parametrize(
    "line",
    [
        'password = "Tr0ub4dor&3"',
        'const apiKey = "f9a8b7c6d5e4a3b2c1d0e9f8";',
        '  "client_secret": "Zk3P9xQw7LmN2vBcRt8Y",',
        "define('DB_PASSWORD', 'xK9#mP2$vL5n');",
        '#define API_TOKEN "9f8Ae7d6c5Bb4a3928170"',
        'String dbPassword = "w8Kz!2mQ";',
        'let secret_key: &str = "Zk3P9xQw7LmN2vBcRt8Y";',
        'aws_secret_access_key = "wJalrXUtnFEMIabK7MDENGbPxRfiCYzzQQpLKEYZ"',
    ],
)
def test_a_mixed_value_of_a_telling_name_is_told(line: str) -> None:
    assert told(line)
    value = line.replace("'", '"').split('"')[-2]
    assert value not in mask(line)


@pytest.mark.parametrize(
    "line",
    [
        'key = "AKIAIOSFODNN7EXAMPLE"',
        'password = os.environ["PASSWORD"]',
        'password = "changeme"',
        'password = "your-password-1"',
        'password = "<password1>"',
        "password: ${DB_PASSWORD}",
        'api_key = "YOUR_API_KEY_0123456"',
        'token = "xxxxxxxxxxxxxxxxxxxxxxxx"',
        'token = "000000000000000000000001"',
        'token_sha = "da39a3ee5e6b4b0d3255bfef95601890afd80709"',
        'token = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"',
        'password_field = "login[password1]"',
        'PASSWORD_ERROR = "Wr0ng password"',
        'url = "postgres://user:password@localhost/x"',
        'url = "postgres://app:kW9xQ2vT@localhost/x"',
        'url = "postgres://app:%s@db.shop.io/x"',
        'token_url = "https://x.org/oauth2/token1"',
        'if "-----BEGIN RSA PRIVATE KEY-----" in text:',
        'passphrase = getpass("Passphrase 1")',
        "api_key = settings.API_KEY_2",
        'next_token = "aGVsbG8gd29ybGQgMTIz"',
        'primary_key = "order_items_2024_pkey"',
        'secret = "this is not a secret 1"',
        'github = "ghp_' + "x" * 36 + '"',
        'password = "secret"',
        'password_hash = "$2b$12$KIXQ9x1u6eYz"',
        'integrity = "sha512-' + MIXED + '"',
    ],
)
def test_what_stands_for_a_secret_is_not_told(line: str) -> None:
    assert told(line) == []


def test_bare_values_are_told_in_settings_only() -> None:
    assert told("API_TOKEN=Zk3P9xQw7LmN2vBcRt8Y", ".env") == [(1, Severity.HIGH)]
    assert told("api_token: Zk3P9xQw7LmN2vBcRt8Y", "app.yaml") == [(1, Severity.HIGH)]
    assert told("api_token = Zk3P9xQw7LmN2vBcRt8Y", "a.py") == []


def test_prose_and_lock_files_are_left_alone() -> None:
    assert told('password = "Tr0ub4dor&3"', "docs/guide.md") == []
    assert told(TOKENS["npm"], "package-lock.json") == []
    assert told(TOKENS["npm"], "vendor.min.js") == []


def test_a_private_key_is_told_where_its_content_stands() -> None:
    head = "-----BEGIN " + "RSA PRIVATE KEY-----"
    assert told(f"{head}\n{MIXED}{MIXED[:24]}\n") == [(1, None)]
    assert told(f'KEY = "{head}\\n{MIXED}"') == [(1, None)]
    assert told(f'HEAD = "{head}"\nif HEAD in text:\n    pass') == []
    assert MIXED not in mask(f'KEY = "{head}\\n{MIXED}"')


def test_in_tests_only_tokens_of_providers_are_told() -> None:
    assert told(f'token = "{TOKENS["GitHub"]}"', role=Role.TEST)
    assert told('password = "Tr0ub4dor&3"', role=Role.TEST) == []
    assert told(f"-----BEGIN PRIVATE KEY-----\n{MIXED}{MIXED}", role=Role.TEST) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 1_000_000, id="one letter"),
        pytest.param('password="' * 100_000, id="names"),
        pytest.param("eyJ" * 300_000, id="tokens"),
        pytest.param("://" * 300_000, id="addresses"),
        pytest.param("a:b@" * 250_000, id="passwords"),
        pytest.param('token = "aB3' * 80_000, id="values"),
        pytest.param("aws" + " " * 900_000 + "secret", id="blanks"),
    ],
)
def test_a_megabyte_in_one_line_takes_no_time(text: str) -> None:
    assert len(mask(text)) < len(text)
    within(0.5, lambda: list(hardcoded(Source("a.env", text))))
    within(0.5, lambda: mask(text))


def test_a_line_of_evidence_is_shown_without_a_secret_that_has_no_shape() -> None:
    assert credentials(['jwt.sign({ id }, "our own key")']) == ('jwt.sign({ id }, "***")',)
    assert TOKENS["GitHub"] not in masked(f'x = "{TOKENS["GitHub"]}"')
    assert "kW9xQ2vT" not in masked(f'x = "{TOKENS["address"]}"')


@given(st.text(max_size=300))
def test_any_line_can_be_masked_and_one_without_a_secret_stays(line: str) -> None:
    masked = mask(line)
    assert masked == line or "***" in masked


def test_what_lies_behind_the_part_that_is_looked_at_is_cut_off() -> None:
    assert len(mask("x" * (MOST_LINE + 1))) < 300


def test_entropy_is_that_of_shannon() -> None:
    assert entropy("") == 0
    assert entropy("aaaa") == 0
    assert entropy("abcd") == 2
