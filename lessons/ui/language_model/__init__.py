"""The room of one lesson: A language model, shrunk."""
