"""Why what was pasted is refused, with the line that is not known."""

MOST_CHARACTERS, MOST_LINE = 20_000, 300
QUOTED = 80  # characters of a line


class UnknownOutput(ValueError):
    """What was pasted is not what a program prints that we know; the message quotes the line."""


def quoted(line: str) -> str:
    """A line in a sentence, in one piece and not long."""
    words = " ".join(line.split())
    return f"“{words}”" if len(words) <= QUOTED else f"“{words[:QUOTED]}…”"
