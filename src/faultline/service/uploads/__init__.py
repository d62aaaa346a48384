"""Uploads: large content, sent in parts that can be resumed."""
