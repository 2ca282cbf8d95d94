"""The room of the page Class."""
