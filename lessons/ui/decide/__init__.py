"""The room of one lesson: Do I need a model this large."""
