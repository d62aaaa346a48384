"""Security in the languages other than Python, in the files that build and deploy, and by the tools that were found."""

from __future__ import annotations

from faultline.analyzers.review.engines import found
from faultline.analyzers.review.observation import Check
from faultline.analyzers.review.patterns import checks
from faultline.analyzers.review.security.languages.dockerfile import dockerfile
from faultline.analyzers.review.security.languages.terraform import terraform
from faultline.analyzers.review.security.languages.workflow import workflow

CHECKS: tuple[Check, ...] = (*checks(__name__), dockerfile, workflow, terraform, found.bandit, found.semgrep)
