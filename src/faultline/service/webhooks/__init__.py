"""Webhooks: telling others what happened."""
