"""What each rule means: data, read by `rules.py`."""
