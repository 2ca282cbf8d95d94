"""Text to tokens and back: single characters, or pieces of words as the tokenizer of a loaded model cuts them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, Self

from tokenizers import Tokenizer

NOTHING: Mapping[int, int] = MappingProxyType({})


class Vocabulary(Protocol):
    """`size`: different tokens; `ends`: those that end an answer."""

    size: int
    ends: frozenset[int]

    def encode(self, text: str) -> list[int]:
        """The tokens of a whole text, with those that a model of this kind begins and ends one with."""

    def begun(self, text: str) -> list[int]:
        """The tokens of a text that goes on: with those that begin one, without those that end it."""

    def continued(self, text: str) -> list[int]:
        """The tokens of what follows in a text: neither begun nor ended."""

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of tokens amid others."""

    def lost(self, text: str) -> int:
        """How many characters of a text there is no token for."""


class Letters:
    """Each character is a token. What a vocabulary does not have is left out."""

    ends: frozenset[int] = frozenset()

    def __init__(self, letters: str):
        self.letters, self.size = letters, len(letters)
        self._place = {letter: at for at, letter in enumerate(letters)}

    def encode(self, text: str) -> list[int]:
        return [self._place[letter] for letter in text if letter in self._place]

    begun = continued = encode  # a text of letters has no begin and no end

    def decode(self, tokens: Sequence[int]) -> str:
        return "".join(self.letters[token] for token in tokens)

    def lost(self, text: str) -> int:
        return len(text) - len(self.encode(text))


class Pieces:
    """Pieces of words, cut as the file of a model says (Sennrich et al., "Neural Machine Translation of Rare Words with
    Subword Units", 2016). What begins and ends a text is for the tokenizer's post-processor to say. `twins`: tokens
    with the same piece as another one, which stands for them in the tokenizer."""

    def __init__(self, tokenizer: Tokenizer, ends: Sequence[int] = (), twins: Mapping[int, int] = NOTHING):
        self.tokenizer, self.ends, self.twins = tokenizer, frozenset(ends), twins
        self.size = tokenizer.get_vocab_size() + len(twins)
        framed = tokenizer.encode("a")
        of_text = [at for at, part in enumerate(framed.sequence_ids) if part is not None]  # None: the post-processor's
        self._begin = framed.ids[: of_text[0]] if of_text else []
        self._anchor = framed.ids[of_text[-1] : of_text[-1] + 1] if of_text else []

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Those that `tokenizers` keeps in a file."""
        return cls(Tokenizer.from_file(str(path)))

    def encode(self, text: str) -> list[int]:
        return self.tokenizer.encode(text).ids

    def begun(self, text: str) -> list[int]:
        return self._begin + self.continued(text)

    def continued(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def decode(self, tokens: Sequence[int]) -> str:
        before = self._anchor  # a decoder may take the space off a text's first word: a letter stands there
        tokens = before + [self.twins.get(token, token) for token in tokens]
        return self._text(tokens)[len(self._text(before)) :]

    def lost(self, text: str) -> int:
        return max(0, len(text) - len(self._text(self.continued(text))))

    def _text(self, tokens: Sequence[int]) -> str:
        return self.tokenizer.decode(tokens, skip_special_tokens=False)
