"""Models for Ants: how to shrink deep-learning models, and why you would want to."""
