"""`python -m lessons doctor`: whether this machine can serve the course, and what to do where it cannot."""
