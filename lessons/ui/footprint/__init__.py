"""The room of one lesson: How bad is it, really."""
