"""The vocabulary of a GGUF file as a tokenizer: byte-level BPE ("gpt2") with its merges, or SentencePiece ("llama")
with scores.

How texts are cut before pieces are found, and what is added where a file does not say: llama.cpp's src/llama-vocab.cpp;
the patterns are those of the models' own tokenizers, which llama.cpp rewrites for want of an engine that knows them.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import PreTokenizer
from tokenizers.processors import TemplateProcessing

from lessons.models.bad_file import BadFile
from lessons.models.gguf_settings import is_count, refused
from lessons.models.vocabulary import Pieces
from lessons.text import sections

WORDS = sections("files")

UNKNOWN, CONTROL, USER_DEFINED, BYTE = 2, 3, 4, 6  # types of tokens that mean something else than their letters
SPACE = "▁"  # stands for a space in SentencePiece
LONGEST = 256  # letters of a piece that is made of two
ENDS = {  # what ends an answer, whatever else a file says; llama.cpp looks for them, too
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<|eom_id|>", "<EOT>", "<|end_of_text|>",
    "<｜end▁of▁sentence｜>",
}  # fmt: skip

LETTERS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"
REST = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3, QWEN2 = LETTERS + r"\p{N}{1,3}" + REST, LETTERS + r"\p{N}" + REST
TEKKEN = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
    r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


class Cut(NamedTuple):
    """How a text is cut into words: by `patterns`, one after another, and then, where `gpt2`, as GPT-2 does. `whole`: a
    word that is a token is not made of pieces; `begins`: a text is begun where a file does not say; `composed`: letters
    with marks are one character (NFC) first."""

    patterns: Sequence[str] = ()
    gpt2: bool = False
    whole: bool = False
    begins: bool = False
    composed: bool = False


CUTS = {  # by llama.cpp's names
    **dict.fromkeys(("gpt-2", "phi-2"), Cut(gpt2=True)),
    **dict.fromkeys(("smollm", "starcoder", "refact"), Cut([r"\p{N}"], gpt2=True)),
    **dict.fromkeys(("llama-bpe", "llama3", "llama-v3", "falcon3", "pixtral"), Cut([LLAMA3], whole=True, begins=True)),
    **dict.fromkeys(("smaug-bpe", "dbrx"), Cut([LLAMA3])),
    "qwen2": Cut([QWEN2], composed=True),
    "deepseek-r1-qwen": Cut([QWEN2]),
    "tekken": Cut([TEKKEN], whole=True, begins=True),
    "deepseek-coder": Cut([r"[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", "[一-龥ࠀ-一가-퟿]+", r"\p{N}"]),
}


def vocabulary_of(settings: Mapping[str, Any]) -> Pieces:
    """Raises BadFile where the tokenizer is none this app knows, or does not fit together."""
    said = {name.removeprefix("tokenizer.ggml."): value for name, value in settings.items()}
    pieces, kinds = tokens_of(settings)
    place = {piece: at for at, piece in enumerate(pieces)}
    try:
        tokenizer, begins = _made(said, place, kinds)
        tokenizer.add_special_tokens(_uncut(pieces, kinds, True))
        tokenizer.add_tokens(_uncut(pieces, kinds, False))
        frame = [_flagged(said, "add_bos_token", begins) and _token(said, "bos_token_id", len(pieces))]
        frame += [_flagged(said, "add_eos_token", False) and _token(said, "eos_token_id", len(pieces))]
        _frame(tokenizer, *frame)
        return Pieces(tokenizer, _ends(said, pieces), {at: place[p] for at, p in enumerate(pieces) if place[p] != at})
    except BadFile:
        raise
    except Exception as error:  # the library raises its base class, for merges of pieces that are not there
        raise BadFile(WORDS("gguf: tokenizer inconsistent", why=str(error)[:100])) from error


def tokens_of(settings: Mapping[str, Any]) -> tuple[list[str], list[int]]:
    """The piece of each token, and its type where a file says that."""
    try:
        pieces, kinds = settings["tokenizer.ggml.tokens"], settings.get("tokenizer.ggml.token_type", [])
    except KeyError as error:
        raise BadFile(WORDS("gguf: no vocabulary", name=error.args[0])) from error
    if not isinstance(pieces, list) or not isinstance(kinds, list) or not all(isinstance(each, str) for each in pieces):
        raise BadFile(WORDS["gguf: no tokens"])
    return pieces, kinds


def _made(said: Mapping[str, Any], place: Mapping[str, int], kinds: Sequence[int]) -> tuple[Tokenizer, bool]:
    """A tokenizer, and whether its model begins texts where the file does not say."""
    if said.get("model") == "llama":
        return _sentencepiece(said, place, kinds), True
    cut = CUTS.get(str(said.get("pre")))
    if said.get("model") != "gpt2" or cut is None:
        named = f"{said.get('model')}, {said.get('pre')}"[:60]
        raise BadFile(WORDS("gguf: tokenizer", named=named))
    if said.get("add_space_prefix", False) is not False:
        raise refused("tokenizer.ggml.add_space_prefix", said["add_space_prefix"])
    return _byte_level(said, place, cut), cut.begins


def _byte_level(said: Mapping[str, Any], place: Mapping[str, int], cut: Cut) -> Tokenizer:
    if not isinstance(said.get("merges"), list):
        raise BadFile(WORDS["gguf: no merges"])
    merges = [tuple(merge.split(" ", 1)) for merge in said["merges"]]
    tokenizer = Tokenizer(BPE(dict(place), merges, ignore_merges=cut.whole))
    if cut.composed:
        tokenizer.normalizer = normalizers.NFC()
    cuts: list[PreTokenizer] = [pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in cut.patterns]
    cuts.append(pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=cut.gpt2))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(cuts)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def _sentencepiece(said: Mapping[str, Any], place: Mapping[str, int], kinds: Sequence[int]) -> Tokenizer:
    """Kudo & Richardson, "SentencePiece" (2018): the pair with the best score is merged first; a character without a
    piece becomes its bytes."""
    scores = said.get("scores")
    if not isinstance(scores, list) or len(scores) < len(place) or not all(map(math.isfinite, scores)):
        raise BadFile(WORDS["gguf: scores"])
    unknown = next((piece for piece, at in place.items() if at == said.get("unknown_token_id", 0)), None)
    made = [piece for piece, at in place.items() if at >= len(kinds) or kinds[at] not in (UNKNOWN, CONTROL, BYTE)]
    merges = _merges({piece: scores[place[piece]] for piece in made})
    tokenizer = Tokenizer(BPE(dict(place), merges, unk_token=unknown, fuse_unk=True, byte_fallback=True))
    spaced = _flagged(said, "add_space_prefix", True)
    spaces = [normalizers.Prepend(SPACE)] * spaced + [normalizers.Replace(" ", SPACE)]
    tokenizer.normalizer = normalizers.Sequence(spaces)
    strip = [decoders.Strip(" ", 1, 0)] * spaced
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse(), *strip]
    )
    return tokenizer


def _merges(scores: Mapping[str, float]) -> list[tuple[str, str]]:
    """Every two pieces that make one, the best first; among equals those with the longer first part."""
    found = [
        (-score, -at, piece)
        for piece, score in scores.items()
        if len(piece) <= LONGEST
        for at in range(1, len(piece))
        if piece[:at] in scores and piece[at:] in scores
    ]
    return [(piece[:-at], piece[-at:]) for _, at, piece in sorted(found, key=lambda each: each[:2])]


def _uncut(pieces: Sequence[str], kinds: Sequence[int], special: bool) -> list[AddedToken]:
    """The tokens that are found in a text before it is cut: special ones, or those that stand for their letters."""
    wanted = (UNKNOWN, CONTROL) if special else (USER_DEFINED,)
    return [
        AddedToken(piece, special=special, normalized=False)
        for piece, kind in zip(pieces, kinds, strict=False)
        if kind in wanted
    ]


def _frame(tokenizer: Tokenizer, begin: int | bool, end: int | bool) -> None:
    """Let a tokenizer add the tokens (of those that are no False) that begin and end a text."""
    frame = {name: token for name, token in (("begin", begin), ("end", end)) if token is not False}
    if frame:
        template = ["begin"] * ("begin" in frame) + ["$A"] + ["end"] * ("end" in frame)
        tokens = [{"id": name, "ids": [token], "tokens": [name]} for name, token in frame.items()]
        tokenizer.post_processor = TemplateProcessing(single=template, special_tokens=tokens)


def _ends(said: Mapping[str, Any], pieces: Sequence[str]) -> list[int]:
    named = [name for name in ("eos_token_id", "eot_token_id", "eom_token_id") if name in said]
    more = said.get("eos_token_ids", [])
    if not isinstance(more, list) or not all(is_count(token) and token < len(pieces) for token in more):
        raise refused("tokenizer.ggml.eos_token_ids", more)
    found = [token for token, piece in enumerate(pieces) if piece in ENDS]
    return [_token(said, name, len(pieces)) for name in named] + more + found


def _flagged(said: Mapping[str, Any], name: str, usual: bool) -> bool:
    if type(flag := said.get(name, usual)) is not bool:
        raise refused(f"tokenizer.ggml.{name}", flag)
    return flag


def _token(said: Mapping[str, Any], name: str, tokens: int) -> int:
    usual = {"bos_token_id": 1, "eos_token_id": 2}.get(name) if said.get("model") == "llama" else None
    token = said.get(name, usual)
    if token is None:
        raise BadFile(WORDS("gguf: no such token", name=name))
    if not is_count(token) or token >= tokens:
        raise BadFile(WORDS("gguf: token beyond", name=name, token=str(token)[:20], tokens=tokens))
    return token
