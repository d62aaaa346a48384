"""Tests of the agent `security` of designs."""
