"""Usage: what was asked for and what it cost, by period and key."""
