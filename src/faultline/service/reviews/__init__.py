"""Reviews of pull requests: from what GitHub tells to what is posted there, and what is remembered of it."""
