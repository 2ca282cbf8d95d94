"""Texts to tokens and back: where a text begins and ends, and what stands amid it."""

import pytest
from tokenizers import Tokenizer, decoders, models, normalizers
from tokenizers.processors import TemplateProcessing

from lessons.models.vocabulary import Letters, Pieces

WORDS = ["<s>", "</s>", "▁", "a", "b", "▁a", "▁b", "ab"]


@pytest.fixture
def words():
    tokenizer = Tokenizer(models.BPE({word: at for at, word in enumerate(WORDS)}, [("▁", "a"), ("▁", "b"), ("a", "b")]))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tokenizer.add_special_tokens(["<s>", "</s>"])
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A $B </s>", special_tokens=[("<s>", 0), ("</s>", 1)]
    )
    return Pieces(tokenizer, [1], {8: 3})


def test_a_text_is_begun_and_ended_as_its_model_learned_it(words):
    assert words.encode("a b") == [0, 5, 6, 1]
    assert words.begun("a b") == [0, 5, 6]
    assert words.continued("a b") == [5, 6]
    assert words.begun("") == [0]


def test_a_word_amid_a_text_keeps_its_space(words):
    assert words.decode([6]) == " b"
    assert words.decode(words.continued("a b")) == " a b"
    assert words.decode([0]) == "<s>"


def test_a_token_that_is_listed_twice_is_decoded_like_its_twin(words):
    assert words.size == 9
    assert words.decode([8, 3]) == "aa"


def test_characters_without_a_token_are_counted(words):
    assert words.lost("a b") == 0
    assert words.lost("a zz b") == 2
    assert Letters("ab").lost("abc c") == 3
