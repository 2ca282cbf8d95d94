"""What a model is worth and what it costs: quality, bytes, MACs, energy; and its timing on this machine."""
