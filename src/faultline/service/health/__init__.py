"""Health: is the service alive, ready, and how far behind is it."""
