"""Readers: from the bytes of a file to a document of its kind, with the lines of all that it says."""
