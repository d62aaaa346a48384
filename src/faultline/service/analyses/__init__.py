"""Analyses: submitted, worked on, read."""
