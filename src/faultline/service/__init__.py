"""The service: one folder a noun, the same file names in each."""
