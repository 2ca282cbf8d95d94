"""The room of one lesson: Pruning."""
