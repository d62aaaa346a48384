"""GitHub: hearing of pull requests, reading them, and saying what was found."""
