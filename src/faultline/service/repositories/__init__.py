"""Repositories: where pull requests come from, and how they are reviewed."""
