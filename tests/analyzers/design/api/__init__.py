"""Tests of what specifications show."""
