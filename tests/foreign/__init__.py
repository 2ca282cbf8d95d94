"""Small files of others: what must come out of each, or its refusal."""
