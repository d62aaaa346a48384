"""Conversations: taken in one by one or in bulk, understood in batches, and what they say all together."""
