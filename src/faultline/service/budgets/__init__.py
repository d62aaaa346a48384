"""Budgets: what may be spent on models, and what happens when it is."""
