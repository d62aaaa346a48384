"""Tests of agent `evolution`."""
