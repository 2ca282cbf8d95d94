"""The room of one page: what a reader has kept."""
