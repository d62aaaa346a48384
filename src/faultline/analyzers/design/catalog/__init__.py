"""The rules as data, a file an owner: see `rules.py`."""
