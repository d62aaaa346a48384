"""Announcements to whoever waits for a change. A lost one does no harm: the database is the truth."""

from faultline.platform.pubsub.local import LocalPubSub, PubSub

__all__ = ["LocalPubSub", "PubSub"]
