"""Jobs: leases, the outbox and its relay, the process pool, periodic work."""
