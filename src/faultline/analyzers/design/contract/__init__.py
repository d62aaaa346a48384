"""Agent `contract`: whether a specification keeps to its format and says what its readers need."""

from __future__ import annotations

from faultline.analyzers.design.contract import document, openapi, owasp

CHECKS = (
    *openapi.CHECKS,
    *owasp.CHECKS,
    *document.CHECKS,
)
