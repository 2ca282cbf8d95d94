"""The room of one lesson: Distillation."""
