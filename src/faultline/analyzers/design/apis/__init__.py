"""What several agents ask about the API of a specification: who may call, what comes in, what goes out."""
