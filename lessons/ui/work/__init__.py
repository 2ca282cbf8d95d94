"""What workers do for a page: asked for, watched, stopped, drawn."""
