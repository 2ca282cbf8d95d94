"""What a reader can set, and where it is kept: knobs, addresses, presets, this visit."""
