"""Tests of kind `design`."""
