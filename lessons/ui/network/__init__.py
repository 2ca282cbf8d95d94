"""The room of one lesson: What a model is."""
