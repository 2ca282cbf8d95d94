"""The room of one lesson: Growing past Moore's law."""
