"""The typed result of each built-in kind, one module a kind."""
