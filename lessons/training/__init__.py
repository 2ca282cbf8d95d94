"""One training loop for all."""
