"""Slack: telling a channel of finished reviews."""
