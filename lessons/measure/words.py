"""What a text takes to be sorted without any network: a weight for each of its words, added up."""

import re
from statistics import median

from lessons.data.texts import text
from lessons.measure.roofs import took

WORD = re.compile(r"\w+")
A_TOKEN = 0.75  # words, in English, about
AGAIN = 50


def score(words: str, weights: dict[str, float]) -> float:
    """A linear classifier over words: above 0 is one class, below it the other. `weights`: one a word."""
    return sum(weights.get(word, 0.0) for word in WORD.findall(words.lower()))


def seconds(tokens: int) -> float:
    """Of one text of about so many tokens, the median of some. What the weights are does not matter for that."""
    words = " ".join(text("shakespeare", "test").split()[: max(1, round(A_TOKEN * tokens))])
    weights = {word: float(len(word) - 5) for word in set(WORD.findall(text("shakespeare", "test").lower()))}
    return median(took(lambda: score(words, weights)) for _ in range(AGAIN))
