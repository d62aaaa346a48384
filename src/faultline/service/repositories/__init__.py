"""Repositories: where code lives."""
