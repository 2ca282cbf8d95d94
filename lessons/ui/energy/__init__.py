"""The room of one lesson: Where the energy goes."""
