"""The tokenizer of a folder: `tokenizer.json`, and the tokens that the settings beside it add, as transformers'
`TokenizersBackend` reads them. What begins and ends a text is said by the post-processor in `tokenizer.json`:
transformers 5 drops `add_bos_token` and `add_eos_token` of the settings beside one. Its class `LlamaTokenizer` puts a
normaliser of its own in place of the file's, and so reads spaces at the begin of a text otherwise; here the file's own
is used, as its authors' SentencePiece does.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Tokenizer

from lessons.models.bad_file import BadFile
from lessons.models.folder_files import (
    CONFIG,
    GENERATION,
    LONGEST_TOKENIZER,
    SPECIAL,
    TOKENIZER,
    TOKENS,
    settings,
    settings_if_any,
    shown,
)
from lessons.models.vocabulary import Pieces
from lessons.text import sections

WORDS = sections("files")

NAMED = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
FLAGS = ("single_word", "lstrip", "rstrip", "normalized", "special")
TRIED = "A test, and 1 more:\n\té"  # a text that every tokenizer must be able to cut


def vocabulary_of(path: Path, rows: int) -> Pieces:
    """The tokens of a model that has `rows` of embeddings. Raises BadFile where they are none, or do not fit it."""
    said = settings_if_any(path, TOKENS)
    if "added_tokens_decoder" not in said:
        said = said | settings_if_any(path, SPECIAL)  # as older versions wrote it
    if said.get("auto_map"):
        raise BadFile(WORDS("tokenizer: own code", file=TOKENS))
    listed = settings(path, TOKENIZER, LONGEST_TOKENIZER)
    try:
        tokenizer = Tokenizer.from_file(str(path / TOKENIZER))
        twins = _twins(tokenizer, listed.get("added_tokens") or [])
        tokenizer.add_tokens([*_more(said, tokenizer)])
        _must_be_counted(tokenizer, twins, said.get("added_tokens_decoder") or {}, rows)
        tokenizer.no_truncation()
        tokenizer.no_padding()
        tokenizer.encode_special_tokens = bool(said.get("split_special_tokens"))
        found = Pieces(tokenizer, sorted(_ends(path, tokenizer, said)), twins)
        found.encode(TRIED)
    except BadFile:
        raise
    except Exception as error:  # the library raises its base class
        raise BadFile(WORDS("tokenizer: unusable", file=TOKENIZER, why=" ".join(str(error).split())[:100])) from error
    if getattr(tokenizer.model, "dropout", None):
        raise BadFile(WORDS("tokenizer: dropout", file=TOKENIZER, dropout=tokenizer.model.dropout))
    return found


def _twins(tokenizer: Tokenizer, added: list[dict[str, Any]]) -> dict[int, int]:
    """Tokens that a file lists with the content of another one, which stands for them. Raises BadFile for a token that
    is numbered otherwise than its file says."""
    twins, seen = {}, set(tokenizer.get_vocab(with_added_tokens=False))
    for token in added:
        content, number = token["content"], token["id"]
        if (actual := tokenizer.token_to_id(content)) != number:
            if content not in seen:
                raise BadFile(WORDS("tokenizer: gap", file=TOKENIZER, token=shown(content), number=number))
            twins[number] = actual
        seen.add(content)
    return twins


def _more(said: dict[str, Any], tokenizer: Tokenizer) -> Iterator[AddedToken]:
    """Tokens of the settings that the tokenizer does not keep whole yet, or not in this way."""
    kept = {str(token.content): repr(token) for token in tokenizer.get_added_tokens_decoder().values()}
    listed = {number: _token(token) for number, token in (said.get("added_tokens_decoder") or {}).items()}
    for _, token in sorted(listed.items(), key=lambda each: int(each[0])):
        if kept.get(token.content) != repr(token):
            kept[token.content] = repr(token)
            yield token
    extra = said.get("extra_special_tokens") or said.get("additional_special_tokens") or []
    named = [said[name] for name in NAMED if said.get(name)]
    for raw in [*named, *(extra.values() if isinstance(extra, dict) else extra)]:
        token = _token(raw)
        if token.content not in kept:
            kept[token.content] = repr(token)
            yield token


def _token(raw: Any) -> AddedToken:
    """A token of the settings: its text alone means one that is kept whole."""
    if isinstance(raw, str):
        return AddedToken(raw, special=True)
    return AddedToken(raw["content"], **{flag: raw[flag] for flag in FLAGS if flag in raw})


def _must_be_counted(tokenizer: Tokenizer, twins: dict[int, int], listed: dict[str, Any], rows: int) -> None:
    """Raises BadFile where a token has another number than the settings say, or one beyond the rows of embeddings."""
    for number, token in listed.items():
        actual = tokenizer.token_to_id(token["content"])
        if twins.get(int(number), int(number)) != actual:
            one = shown(token["content"])
            raise BadFile(
                WORDS(
                    "tokenizer: other number", settings=TOKENS, token=one, id=int(number), file=TOKENIZER, other=actual
                )
            )
    tokens = 1 + max(tokenizer.get_vocab().values(), default=-1)
    if tokens > rows or not tokens:
        raise BadFile(WORDS("rows of embeddings", tokens=tokens, rows=rows))


def _ends(path: Path, tokenizer: Tokenizer, said: dict[str, Any]) -> set[int]:
    """Tokens that end an answer: the tokenizer's, and those at which transformers' `generate` stops."""
    drawing = settings_if_any(path, GENERATION)
    stops = drawing.get("eos_token_id", settings_if_any(path, CONFIG).get("eos_token_id"))
    ends = {number for number in (stops if isinstance(stops, list) else [stops]) if type(number) is int and number >= 0}
    end = tokenizer.token_to_id(_token(said["eos_token"]).content) if said.get("eos_token") else None
    return ends | ({end} if end is not None else set())
