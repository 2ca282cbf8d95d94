"""Text to tokens and back: single characters, or pieces of words as the tokenizer of a loaded model cuts them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, Self

from tokenizers import Tokenizer


class Vocabulary(Protocol):
    """`size`: different tokens; `ends`: those that end an answer."""

    size: int
    ends: frozenset[int]

    def encode(self, text: str) -> list[int]:
        """The tokens of a text."""

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of tokens."""


class Letters:
    """Each character is a token. What a vocabulary does not have is left out."""

    ends: frozenset[int] = frozenset()

    def __init__(self, letters: str):
        self.letters, self.size = letters, len(letters)
        self._place = {letter: at for at, letter in enumerate(letters)}

    def encode(self, text: str) -> list[int]:
        return [self._place[letter] for letter in text if letter in self._place]

    def decode(self, tokens: Sequence[int]) -> str:
        return "".join(self.letters[token] for token in tokens)


class Pieces:
    """Pieces of words, cut as the file of a model says (Sennrich et al., "Neural Machine Translation of Rare Words with
    Subword Units", 2016)."""

    def __init__(self, tokenizer: Tokenizer, ends: Sequence[int] = ()):
        self.tokenizer, self.ends = tokenizer, frozenset(ends)
        self.size = tokenizer.get_vocab_size()

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Those that `tokenizers` keeps in a file."""
        return cls(Tokenizer.from_file(str(path)))

    def encode(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def decode(self, tokens: Sequence[int]) -> str:
        return self.tokenizer.decode(list(tokens), skip_special_tokens=False)
