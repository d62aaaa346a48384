"""The one system that all documents describe together, and how failure spreads in it."""
