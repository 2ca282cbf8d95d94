"""Files that others make: read as `transformers` reads them, or refused with a sentence."""
