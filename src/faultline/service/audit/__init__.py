"""Audit: who did what, from where, in a chain that shows when somebody changed it."""
