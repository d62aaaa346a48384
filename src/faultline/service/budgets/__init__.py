"""Budgets: what may be spent on models."""
