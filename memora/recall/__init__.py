"""Finding the beliefs that answer a question."""
