"""One folder a kind. Each registers through the entry-point group a third party would use."""
