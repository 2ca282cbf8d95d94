"""Networks for pictures: made, shrunk, trained and measured. The twin of `language/`."""
