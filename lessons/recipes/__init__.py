"""Recipes out of what a reader can choose."""
