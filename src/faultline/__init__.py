"""Faultline reads what a software team produces and says where it is broken, or will break."""

__version__ = "0.1.0"
