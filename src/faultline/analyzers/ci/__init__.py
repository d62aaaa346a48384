"""Reads a CI log and answers why the job failed."""
