"""The kind `conversation`: what customers say, and what should be done about it."""
