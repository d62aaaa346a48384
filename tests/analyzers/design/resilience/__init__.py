"""Tests of the agent `resilience` of designs."""
