"""The room of one lesson: Low-rank adaptation."""
