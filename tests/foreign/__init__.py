"""Small files of others: read as `transformers` reads them, or refused with a sentence."""
