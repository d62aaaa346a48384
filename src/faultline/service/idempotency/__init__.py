"""Idempotency: a request that comes again gets the answer of the first time."""
