"""The kind `review`: a squad of five agents that reads a change to code."""
