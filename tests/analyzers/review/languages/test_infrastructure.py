from __future__ import annotations

import pytest

from faultline.analyzers.review.security.languages import CHECKS
from faultline.analyzers.review.source import Source

WORKFLOW = ".github/workflows/ci.yml"
HASH = "0123456789abcdef0123456789abcdef01234567"


def told(path: str, text: str) -> list[tuple[str, int]]:
    source = Source(path, text)
    return sorted(((each.rule.partition("/")[2], each.line) for check in CHECKS for each in check(source)), key=str)


def lines(text: str) -> str:
    return "\n".join(text.split("|"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM node:latest|USER app", [("unpinned-image", 1)]),
        ("FROM registry:5000/team/node|USER app", [("unpinned-image", 1)]),
        ("FROM --platform=linux/amd64 node AS build|USER app", [("unpinned-image", 1)]),
        ('FROM node:20.1|CMD ["a"]', [("excessive-privilege", 2)]),
        ("FROM node:20.1|USER app|RUN x|USER root|CMD a", [("excessive-privilege", 4)]),
        ("FROM node:20.1|USER app|ENV API_KEY=q7Rt2WxZ", [("hardcoded-secret", 3)]),
        ("FROM node:20.1|USER app|ENV DB_PASSWORD q7Rt2WxZ", [("hardcoded-secret", 3)]),
        ("FROM node:20.1|USER app|ARG NPM_TOKEN=q7Rt2WxZ", [("hardcoded-secret", 3)]),
        ("FROM node:20.1|USER app|ADD https://x.org/a.tgz /a", [("signature-unverified", 3)]),
        ('FROM node:20.1|USER app|RUN a && \\|  sh -c "$(curl -s https://x.org/i)"', [("signature-unverified", 3)]),
        ("FROM node:20.1|USER app|RUN chmod -R 777 /srv", [("default-permissions", 3)]),
        ("FROM node:20.1|USER app|RUN curl -k https://x.org/a -o a", [("tls-verification-off", 3)]),
        ("FROM node:20.1|USER app|# comment|RUN a \\|# within|  chmod 777 b \\", [("default-permissions", 4)]),
        ("FROM node:20.1|USER app|RUN <<EOF|chmod 777 b|EOF|CMD a", [("default-permissions", 3)]),
    ],
)
def test_a_dockerfile_is_told_at_the_line_of_the_instruction(text: str, expected: list[tuple[str, int]]) -> None:
    assert told("deploy/Dockerfile", lines(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "FROM node:20.1 AS build|RUN npm ci|FROM build|USER app|CMD a",
        "ARG BASE|FROM $BASE|USER app",
        "FROM scratch|USER 1000|COPY a /a",
        "FROM node@sha256:" + "0" * 64 + "|USER app|ARG NPM_TOKEN|ENV PASSWORD_FILE=/run/secrets/p",
        "FROM gcr.io/distroless/static:nonroot|CMD a",
        "FROM node:20.1|RUN npm ci",
        "FROM node:20.1|USER app|ENV API_KEY=$KEY|RUN curl -sSk=no https://x.org/a",
        "",
    ],
)
def test_a_dockerfile_without_fault_is_left_alone(text: str) -> None:
    assert told("Dockerfile", lines(text)) == []


TARGET = """\
name: review
on:
  pull_request_target:
    types: [opened]
permissions: write-all
jobs:
  look:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          ref: ${{ github.event.pull_request.head.sha }}
      - uses: someone/thing@v1
      - uses: someone/thing@HASH # v1
      - name: greet
        run: |
          echo "welcome"

          echo "${{ github.event.pull_request.title }}"
      - run: echo ${{ secrets.KEY }}
      - name: quoted
        env:
          TITLE: ${{ github.event.issue.title }}
          ACTIONS_ALLOW_UNSECURE_COMMANDS: true
        run: echo "$TITLE"
      - run: gh pr checkout 1 && git checkout ${{ github.head_ref }}
      - run: curl -s https://x.org/i | sudo sh
""".replace("HASH", HASH)


def test_a_workflow_is_told_line_by_line() -> None:
    assert told(WORKFLOW, TARGET) == [
        ("broad-permissions", 5),
        ("cleartext-storage", 20),
        ("signature-unverified", 27),
        ("unpinned-action", 13),
        ("untrusted-checkout", 12),
        ("untrusted-checkout", 26),
        ("workflow-injection", 19),
        ("workflow-injection", 24),
        ("workflow-injection", 26),
    ]


def test_a_workflow_without_fault_is_left_alone() -> None:
    text = """\
on: [push, pull_request]
permissions:
  contents: read
jobs:
  test:
    runs-on: ${{ matrix.os }}
    steps:
      # - uses: someone/thing@v1
      - uses: actions/checkout@v4
        with:
          ref: ${{ github.event.pull_request.head.sha }}
      - uses: ./.github/actions/own
      - run: |
          make test
        env:
          TITLE: ${{ github.event.pull_request.title }}
      - run: echo "${{ secrets.KEY }}" > key
      - run: echo ${{ github.sha }} ${{ github.event.pull_request.number }}
"""
    assert told(WORKFLOW, text) == []
    assert told("other/ci.yml", TARGET) == []


def test_a_shell_that_reads_a_download_is_told() -> None:
    assert told("Dockerfile", "FROM node:20.1\nUSER app\nRUN curl -s https://x.org/i | sh") == [
        ("signature-unverified", 3)
    ]


def test_a_script_of_an_action_is_a_script_as_well() -> None:
    text = lines(
        "jobs:| a:|  steps:|   - uses: actions/github-script@v7|     with:|      script: >"
        "|        a(`${{ github.event.comment.body }}`)|"
    )
    assert told(WORKFLOW, text) == [("workflow-injection", 7)]


def test_what_the_maintainers_type_in_is_doubted() -> None:
    (seen,) = (
        each
        for check in CHECKS
        for each in check(Source(WORKFLOW, "jobs:\n a:\n  steps:\n   - run: echo ${{ github.event.inputs.name }}\n"))
    )
    assert seen.confidence == 0.5


def test_pull_requests_on_a_machine_of_ones_own_are_told() -> None:
    text = "on: [pull_request]\njobs:\n  a:\n    runs-on: [self-hosted, linux]\n"
    assert told(WORKFLOW, text) == [("self-hosted-runner", 4)]
    assert told(WORKFLOW, text.replace("pull_request", "push")) == []


TERRAFORM = """\
# what is open
resource "aws_security_group" "a" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
  ingress {
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_security_group_rule" "b" {
  type        = "ingress"
  from_port   = 0
  to_port     = 65535
  cidr_blocks = ["0.0.0.0/0"]
}
resource "azurerm_network_security_rule" "c" {
  direction              = "Inbound"
  destination_port_range = "3389"
  source_address_prefix  = "*"
}
resource "google_compute_firewall" "d" {
  allow {
    protocol = "tcp"
    ports    = ["80", "5432"]
  }
  source_ranges = ["0.0.0.0/0"]
}
/* resource "x" "y" {
   acl = "public-read"
}
*/
resource "aws_s3_bucket_acl" "e" {
  acl = "public-read"
}
resource "aws_s3_bucket_public_access_block" "f" {
  block_public_acls   = false
  block_public_policy = false
}
resource "aws_db_instance" "g" {
  publicly_accessible = true
  password            = "q7Rt2WxZ9"
}
resource "aws_ebs_volume" "h" {
  encrypted = false
}
resource "aws_iam_policy" "i" {
  policy = jsonencode({
    Statement = [{
      Effect   = "Allow"
      Action   = "*"
      Resource = "*"
    }]
  })
}
data "aws_iam_policy_document" "j" {
  statement {
    actions   = ["*"]
    resources = ["*"]
  }
}
variable "api_token" {
  default = "q7Rt2WxZ9bNc"
}
resource "azurerm_storage_account" "k" {
  min_tls_version           = "TLS1_0"
  enable_https_traffic_only = false
}
resource "azurerm_storage_container" "l" {
  container_access_type = "blob"
}
resource "google_storage_bucket_iam_member" "m" {
  member = "allUsers"
  role   = "roles/owner"
}
resource "aws_instance" "n" {
  metadata_options {
    http_tokens = "optional"
  }
  http_tokens = "optional"
}
resource "aws_s3_bucket_policy" "o" {
  policy = jsonencode({
    Statement = [{
      Principal = "*"
      Action    = "s3:GetObject"
    }]
  })
}
"""


def test_terraform_is_told_at_the_line_of_the_attribute() -> None:
    assert told("main.tf", TERRAFORM) == [
        ("broad-permissions", 61),
        ("broad-permissions", 68),
        ("broad-permissions", 84),
        ("broad-permissions", 90),
        ("broad-permissions", 95),
        ("cleartext-transport", 77),
        ("hardcoded-secret", 52),
        ("hardcoded-secret", 73),
        ("open-network", 25),
        ("open-network", 30),
        ("open-network", 37),
        ("open-network", 51),
        ("open-network", 7),
        ("public-storage", 44),
        ("public-storage", 47),
        ("public-storage", 80),
        ("public-storage", 83),
        ("unencrypted-storage", 50),
        ("unencrypted-storage", 55),
        ("weak-tls", 76),
    ]


def test_terraform_without_fault_is_left_alone() -> None:
    text = """\
resource "aws_security_group" "a" {
  ingress {
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["10.0.0.0/8"]
  }
}
resource "aws_s3_bucket" "b" {
  acl = "private"
}
resource "aws_db_instance" "c" {
  storage_encrypted = true
  password          = var.db_password
}
variable "db_password" {
  type      = string
  sensitive = true
}
data "aws_iam_policy_document" "d" {
  statement {
    effect    = "Deny"
    actions   = ["*"]
    resources = ["*"]
  }
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.b.arn}/*"]
  }
}
resource "google_compute_firewall" "e" {
  allow {
    protocol = "icmp"
  }
  source_ranges = ["0.0.0.0/0"]
}
"""
    assert told("main.tf", text) == []


@pytest.mark.parametrize("path", ["main.tf", "Dockerfile", WORKFLOW])
@pytest.mark.parametrize(
    "text", ["{" * 5_000, 'a "b" {\n' * 3_000, "- " * 50_000, "RUN \\\n" * 3_000, "a: |\n" * 3_000, "}\n" * 99]
)
def test_hostile_text_ends_soon_and_raises_nothing(path: str, text: str) -> None:
    told(path, text)
