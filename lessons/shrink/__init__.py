"""The techniques, one idea per file."""
