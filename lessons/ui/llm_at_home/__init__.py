"""The room of one lesson: A large model at home."""
