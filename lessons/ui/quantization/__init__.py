"""The room of one lesson: Quantization."""
