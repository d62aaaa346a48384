"""Agent `contract`: whether a specification keeps to its format and says what its readers need."""
