"""The nouns and the contract every analyzer keeps. No framework, no model, no server."""
