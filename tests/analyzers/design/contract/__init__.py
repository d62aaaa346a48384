"""Tests of the agent `contract`."""
