"""GGUF files of others: the logits and the tokens are those of `transformers`, or the file is refused with its
sentence."""

import json
import math
import re
import struct
from functools import cache
from itertools import pairwise

import gguf
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Regex, Tokenizer, pre_tokenizers
from transformers import GPT2Tokenizer, LlamaTokenizer, PreTrainedTokenizerFast, Qwen2Tokenizer
from transformers.integrations.gguf.gguf_tokenizer_mapping import convert_gguf_tokenizer
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

from lessons.__main__ import main
from lessons.data.quiz import QUESTIONS
from lessons.experiment import Experiment, PruneWeights, QuantizeWeights, file_source
from lessons.language import build
from lessons.language.attention import inside
from lessons.language.compare import compared
from lessons.language.export import as_gguf
from lessons.language.generate import writing
from lessons.language.quiz import likelihoods
from lessons.models import gguf_words
from lessons.models.bad_file import BadFile
from lessons.models.gguf_header import read_header
from lessons.models.language_files import read
from tests.foreign.made_gguf import BYTE, TEXT, byte_level, model, sentencepiece, tensors_of, written

TOKENS = torch.randint(320, (1, 60), generator=torch.Generator().manual_seed(1))
LLAMA3 = {
    "rope_type": "llama3", "rope_theta": 20_000.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}  # fmt: skip
LINEAR = {"rope_type": "linear", "rope_theta": 20_000.0, "factor": 4.0}

made = cache(lambda kind, config=(): model(kind, **{name: dict(v) if type(v) is tuple else v for name, v in config}))


def random_model(kind: str, **config):
    """The same one, each time the same is asked for."""
    return made(kind, tuple((n, tuple(v.items()) if isinstance(v, dict) else v) for n, v in config.items()))


def factors(network) -> np.ndarray:
    """The tensor that the converter makes of Llama 3's setting: what each rotation is divided by."""
    plain = 20_000.0 ** (-torch.arange(0, 16, 2).float() / 16)
    return (plain / ROPE_INIT_FUNCTIONS["llama3"](network.config, "cpu")[0]).numpy()


def test_a_stretch_of_llama_3_moves_logits():
    """What the cases below would miss, if both were wrong alike."""
    plain, stretched = (random_model("llama", **c)(TOKENS).logits for c in ({}, {"rope_parameters": LLAMA3}))
    assert (plain - stretched).abs().max() > 0.1
    ratio = factors(random_model("llama", rope_parameters=LLAMA3))
    assert ratio.min() == pytest.approx(1)
    assert ratio.max() == pytest.approx(8)


ACCEPTED = {  # name: (model of transformers, its settings, the kind of the file, what its file says besides)
    "a Llama": ("llama", {}, "llama", {}),
    "a head of its own": ("llama", {"tie_word_embeddings": False}, "llama", {}),
    "as many heads of keys": ("llama", {"num_key_value_heads": 4}, "llama", {"attention__head_count_kv": None}),
    "one head of keys": ("llama", {"num_key_value_heads": 1}, "llama", {}),
    "heads wider than width ÷ heads": ("llama", {"head_dim": 32}, "llama", {}),
    "heads a list, all alike": ("llama", {}, "llama", {"attention__head_count_kv": [2, 2], "feed_forward_length": [96,
    96]}),
    "no base said: 10,000": (
        "llama", {"rope_parameters": {"rope_type": "default", "rope_theta": 10_000.0}}, "llama",
        {"rope__freq_base": None},
    ),
    "another base": ("llama", {"rope_parameters": {"rope_type": "default", "rope_theta": 5e5}}, "llama", {}),
    "another epsilon": ("llama", {"rms_norm_eps": 1e-2}, "llama", {}),
    "linear": ("llama", {"rope_parameters": LINEAR}, "llama", {"rope__scaling__type": "linear",
    "rope__scaling__factor": 4.0}),
    "linear, the old name": ("llama", {"rope_parameters": LINEAR}, "llama", {"rope__scale_linear": 4.0}),
    "linear, unnamed": ("llama", {"rope_parameters": LINEAR}, "llama", {"rope__scaling__factor": 4.0}),
    "a stretch by 1": ("llama", {}, "llama", {"rope__scale_linear": 1.0}),
    "a stretch that is none": ("llama", {}, "llama", {"rope__scaling__type": "none", "rope__scaling__factor": 4.0}),
    "a stretch by nothing": ("llama", {}, "llama", {"rope__scaling__factor": 0.0}),
    "a window over all": ("llama", {}, "llama", {"attention__sliding_window": 256}),
    "no window": ("llama", {}, "llama", {"attention__sliding_window": 0}),
    "no experts": ("llama", {}, "llama", {"expert_count": 0, "expert_used_count": 0}),
    "scales of 1": ("llama", {}, "llama", {"logit_scale": 1.0, "residual_scale": 1.0, "embedding_scale": 1.0}),
    "q·k ÷ √d": ("llama", {}, "llama", {"attention__scale": 0.25}),
    "looks back": ("llama", {}, "llama", {"attention__causal": True}),
    "no caps": ("llama", {}, "llama", {"attn_logit_softcapping": 0.0, "final_logit_softcapping": 0.0}),
    "tokens that are not added": (
        "llama", {}, "llama", {"tokenizer__ggml__add_unknown_token": False,
        "tokenizer__ggml__add_padding_token": False},
    ),
    "whole, of one part": ("llama", {}, "llama", {"split__count": 1, "split__no": 0, "split__tensors__count": 20}),
    "what others note": (
        "llama", {}, "llama", {
            "mradermacher__quantized_by": "them", "quantize__imatrix__file": "x", "general__license": "mit",
            "tokenizer__chat_template": "{{ messages }}", "general__tags": ["a", "b"], "general__type": "model",
        },
    ),
    "YaRN's numbers without YaRN": ("llama", {}, "llama", {"rope__scaling__original_context_length": 128,
    "rope__scaling__finetuned": True}),
    "a Mistral": ("mistral", {"tie_word_embeddings": False}, "llama", {}),
    "a Mistral with wide heads": ("mistral", {"head_dim": 32}, "llama", {}),
    "a Llama with Qwen2's biases": ("qwen2", {}, "llama", {}),
    "a Qwen2": ("qwen2", {}, "qwen2", {}),
    "a Qwen2 with a head": ("qwen2", {"tie_word_embeddings": False}, "qwen2", {}),
    "a Qwen2, linear": ("qwen2", {"rope_parameters": LINEAR}, "qwen2", {"rope__scaling__factor": 4.0,
    "rope__scaling__type": "linear"}),
    "a Qwen3": ("qwen3", {}, "qwen3", {}),
    "a Qwen3 with wide heads": ("qwen3", {"head_dim": 32}, "qwen3", {}),
    "a Qwen3 with a head": ("qwen3", {"tie_word_embeddings": False, "num_key_value_heads": 4}, "qwen3", {}),
}  # fmt: skip


@pytest.mark.parametrize("case", ACCEPTED)
def test_logits_are_those_of_transformers(case, tmp_path):
    kind, config, of, said = ACCEPTED[case]
    network = random_model(kind, **config)
    found = read(written(tmp_path / "m.gguf", network, of, **said))
    assert torch.allclose(found.net(TOKENS), network(TOKENS).logits, atol=1e-4)


def test_llama_3_divides_its_rotations_by_a_tensor(tmp_path):
    network = random_model("llama", rope_parameters=LLAMA3)
    found = read(written(tmp_path / "m.gguf", network, tensors={"rope_freqs.weight": factors(network)}))
    assert torch.allclose(found.net(TOKENS), network(TOKENS).logits, atol=1e-4)


def test_a_tensor_of_factors_and_a_stretch_are_both_honoured(tmp_path):
    network = random_model("llama")
    tensors = {"rope_freqs.weight": np.full(8, 2.0, np.float32)}
    both = read(written(tmp_path / "a.gguf", network, tensors=tensors, rope__scale_linear=3.0))
    one = read(written(tmp_path / "b.gguf", network, rope__scale_linear=6.0))
    assert torch.allclose(both.net(TOKENS), one.net(TOKENS), atol=1e-5)


@pytest.mark.parametrize("blocks", ["F16", "BF16", "Q8_0", "Q4_0"])
@pytest.mark.parametrize("kind", ["llama", "qwen2", "qwen3"])
def test_blocks_give_the_logits_of_what_they_hold(kind, blocks, tmp_path):
    network = model(kind, tie_word_embeddings=False)
    path = written(tmp_path / "m.gguf", network, kind, blocks=blocks)
    for weight in network.parameters():
        if weight.dim() > 1:  # a row is whole blocks, so that its order does not matter
            of = gguf.GGMLQuantizationType[blocks]
            weight.copy_(torch.from_numpy(gguf.quants.dequantize(gguf.quants.quantize(weight.numpy(), of), of)))
    assert torch.allclose(read(path).net(TOKENS), network(TOKENS).logits, atol=1e-4)


def test_what_a_file_does_not_have_is_not_made_up(tmp_path):
    shape = read(written(tmp_path / "m.gguf", random_model("llama"))).net.shape
    assert (shape.biases, shape.qk_norm, shape.rope_factors, shape.tied) == (False, False, (), True)


TEXTS = [
    TEXT,
    "ants carried 1234567 crumbs",
    "  two spaces  and four    and\ttab\r\n\r\n end  ",
    "naïve café, 한국어 über 😀 ½ ²",
    "They'VE said: I'll, WE'RE; don't!!! (crumbs)",
    "<think>of the crumbs</think> <|eot_id|>ants<|im_start|>the ants<|im_end|>",
    "a",
    " ",
    "crumbs\n crumbs",
]


def known(words) -> gguf_words.Pieces:
    return gguf_words.vocabulary_of({f"tokenizer.ggml.{name}": value for name, value in words.items()})


def theirs(words, kind="llama"):
    """The tokenizer that transformers makes of the same vocabulary."""
    names = {"model": "tokenizer_type", "pre": "pre_tokenizer_type"}
    return convert_gguf_tokenizer(kind, {names.get(name, name): value for name, value in words.items()})[0]


@pytest.mark.parametrize("pre", ["llama-bpe", "smaug-bpe", "dbrx", "qwen2", "tekken", "gpt-2", "llama3", "pixtral"])
def test_tokens_are_those_that_transformers_makes_of_the_file(pre):
    words = byte_level(pre, add_bos_token=False)
    ours, reference = known(words), theirs(words)
    model = reference.model
    model.ignore_merges = pre in ("llama-bpe", "llama3", "pixtral", "tekken")  # as these models' own tokenizers say
    reference.model = model
    for text in TEXTS:
        assert ours.encode(text) == reference.encode(text, add_special_tokens=False).ids, text
        assert ours.lost(text) == 0
        assert ours.decode(ours.encode(text)) == text


def test_words_that_are_tokens_stay_whole_only_where_the_model_was_trained_so():
    whole, merged = known(byte_level("llama-bpe")), known(byte_level("smaug-bpe"))
    crumbs = byte_level("llama-bpe")["tokens"].index("Ġcrumbs")
    assert whole.continued(" crumbs") == [crumbs]
    assert crumbs not in merged.continued(" crumbs")


@pytest.mark.parametrize("text", TEXTS)
def test_qwen2_cuts_as_its_own_class_does(text):
    words = byte_level("qwen2", token_type=None)
    pieces, merges = words["tokens"], [tuple(merge.split(" ")) for merge in words["merges"]]
    own = Qwen2Tokenizer(vocab={piece: at for at, piece in enumerate(pieces)}, merges=merges)
    text = re.sub(r"<.*?>", "", text) + "e\N{COMBINING ACUTE ACCENT}"
    assert known({**words, "token_type": []}).encode(text) == own.backend_tokenizer.encode(text).ids


@pytest.mark.parametrize("text", TEXTS)
def test_gpt2_cuts_as_its_own_class_does(text):
    words = byte_level("gpt-2", token_type=[])
    pieces, merges = words["tokens"], [tuple(merge.split(" ")) for merge in words["merges"]]
    own = GPT2Tokenizer(vocab={piece: at for at, piece in enumerate(pieces)}, merges=merges)
    text = re.sub(r"<.*?>", "", text)
    assert known(words).encode(text) == own.backend_tokenizer.encode(text, add_special_tokens=False).ids


@pytest.mark.parametrize("text", TEXTS)
def test_sentencepiece_merges_as_transformers_does(text):
    words = sentencepiece()
    ours, reference = known(words), theirs(words, "phi3")  # as SentencePiece: a space is put before every text
    reference.add_special_tokens(["<unk>", "<s>", "</s>"])
    assert ours.continued(text) == reference.encode(text, add_special_tokens=False).ids
    assert ours.encode(text) == [1, *ours.continued(text)]
    assert ours.lost(text) == 0
    if "<|" not in text:  # after an added token, too, SentencePiece puts a space
        assert ours.decode(ours.continued(text)) == " " + text


@pytest.mark.parametrize("text", TEXTS)
def test_without_a_space_before_its_texts_sentencepiece_is_llamas_class(text):
    words = sentencepiece(add_space_prefix=False)
    merges = [tuple(pair) for pair in gguf_words._merges(dict(zip(words["tokens"], words["scores"], strict=True)))]
    own = LlamaTokenizer(
        {p: at for at, p in enumerate(words["tokens"])}, merges, add_prefix_space=False, add_bos_token=True
    )
    text = re.sub(r"<.*?>", "", text)
    assert known(words).encode(text) == own(text)["input_ids"]
    assert known(words).decode(known(words).continued(text)) == text


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_sentencepiece_merges_the_best_pair_first_and_the_leftmost_of_equals(data):
    """llama.cpp's rule, src/llama-vocab.cpp (llm_tokenizer_spm), on pieces that no text was asked for."""
    made = data.draw(st.lists(st.text("abc▁", min_size=2, max_size=5), unique=True, max_size=40))
    pieces = data.draw(st.permutations([*"abc▁", *made]))
    scores = {piece: -float(at) for at, piece in enumerate(pieces)}
    words = {
        "model": "llama", "tokens": ["<unk>", "<s>", "</s>", *pieces], "token_type": [2, 3, 3, *[1] * len(pieces)],
        "scores": [0.0, 0.0, 0.0, *scores.values()], "add_bos_token": False,
    }  # fmt: skip
    text = data.draw(st.text("abc ", min_size=1, max_size=30))
    symbols = list("▁" + text.replace(" ", "▁"))
    while pairs := [(scores[a + b], -at) for at, (a, b) in enumerate(pairwise(symbols)) if a + b in scores]:
        at = -max(pairs)[1]
        symbols[at : at + 2] = [symbols[at] + symbols[at + 1]]
    assert [words["tokens"][token] for token in known(words).encode(text)] == symbols


@pytest.mark.parametrize("text", TEXTS)
def test_deepseek_coder_cuts_as_its_own_tokenizer_does(text):
    """Its tokenizer.json: https://huggingface.co/deepseek-ai/deepseek-coder-6.7b-instruct."""
    words = byte_level("deepseek-coder")
    own = Tokenizer.from_str(known(words).tokenizer.to_str())
    own.pre_tokenizer = pre_tokenizers.Sequence(
        [
            *(pre_tokenizers.Split(Regex(cut), "isolated") for cut in (r"[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+")),
            pre_tokenizers.Split(Regex("[一-龥ࠀ-一가-퟿]+"), "isolated"),
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    assert known(words).encode(text) == own.encode(text).ids


def test_llamas_class_and_ours_agree_where_a_text_begins_with_a_letter():
    words = sentencepiece()
    own = theirs(words)
    for text in [text for text in TEXTS if text[0] not in " <" and "<" not in text]:
        assert known(words).continued(text) == own.encode(text, add_special_tokens=False).ids


def test_characters_without_a_piece_become_their_bytes():
    words = sentencepiece()
    ours = known(words)
    tokens = ours.continued("😀")
    assert [words["tokens"][token] for token in tokens] == ["▁", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>"]
    assert ours.decode(tokens[1:]) == "😀"
    assert {words["token_type"][token] for token in tokens[1:]} == {BYTE}


def test_a_word_amid_a_text_keeps_its_space():
    words = sentencepiece()
    token = words["tokens"].index("▁they")
    assert known(words).decode([token]) == " they"


BEGUN = {
    "SentencePiece begins its texts": (sentencepiece(), [1], []),
    "unless it says it does not": (sentencepiece(add_bos_token=False), [], []),
    "a text is ended where that is said": (sentencepiece(add_eos_token=True), [1], [2]),
    "Llama 3 begins its texts": (byte_level("llama-bpe"), [301], []),
    "unless it says not to": (byte_level("llama-bpe", add_bos_token=False), [], []),
    "Qwen2 does not": (byte_level("qwen2"), [], []),
    "GPT-2 does not": (byte_level("gpt-2"), [], []),
    "unless it says so": (byte_level("gpt-2", add_bos_token=True), [301], []),
    "and ends them": (byte_level("gpt-2", add_bos_token=True, add_eos_token=True), [301], [302]),
}


@pytest.mark.parametrize("case", BEGUN)
def test_texts_begin_and_end_as_the_file_says(case):
    words, begin, end = BEGUN[case]
    ours = known(words)
    text = ours.continued("the ants")
    assert ours.encode("the ants") == begin + text + end
    assert ours.begun("the ants") == begin + text
    flags = {
        "add_bos_token": bool(begin),
        "add_eos_token": bool(end),
        "bos_token": words["tokens"][words["bos_token_id"]],
    }
    again = PreTrainedTokenizerFast(
        tokenizer_object=ours.tokenizer, eos_token=words["tokens"][words["eos_token_id"]], **flags
    )
    assert again("the ants")["input_ids"] == begin + text + end


def test_logits_of_a_text_are_those_of_transformers(tmp_path):
    words = sentencepiece()
    network = random_model("llama", vocab_size=len(words["tokens"]))
    found = read(written(tmp_path / "m.gguf", network, words=words))
    own = theirs(words)
    text = "The ants they've carried"
    tokens = torch.tensor([[1, *own.encode(text, add_special_tokens=False).ids]])
    assert found.vocabulary.encode(text) == tokens[0].tolist()
    assert torch.allclose(found.net(torch.tensor([found.vocabulary.encode(text)])), network(tokens).logits, atol=1e-4)


@pytest.mark.parametrize("words", [byte_level("llama-bpe"), sentencepiece()], ids=["gpt2", "llama"])
def test_user_defined_tokens_stay_whole_and_control_tokens_are_special(words):
    uncut = next(at for at, kind in enumerate(words["token_type"]) if kind == 4)
    special = next(at for at, kind in enumerate(words["token_type"]) if kind == 3)
    ours = known(words)
    assert ours.continued(f"ants{words['tokens'][uncut]}ants").count(uncut) == 1
    assert ours.continued(f"ants{words['tokens'][special]}").count(special) == 1
    assert ours.tokenizer.decode([special, uncut]).strip() == words["tokens"][uncut]


def test_a_token_that_is_listed_twice_is_two_tokens(tmp_path):
    words = byte_level("gpt-2")
    words = words | {"tokens": [*words["tokens"], "Ġcrumbs", "Ġcrumbs"], "token_type": [*words["token_type"], 1, 1]}
    ours = known(words)
    assert ours.size == len(words["tokens"])
    assert [ours.decode([token]) for token in (300, 305, 306)] == [" crumbs"] * 3
    network = random_model("llama", vocab_size=len(words["tokens"]))
    assert read(written(tmp_path / "m.gguf", network, words=words)).vocabulary.size == len(words["tokens"])


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ({}, {302, 304}),  # <|end_of_text|>, and <|eot_id|> by its name
        ({"eos_token_id": 5}, {5, 302, 304}),
        ({"eot_token_id": 7}, {7, 302, 304}),
        ({"eos_token_ids": [8, 9]}, {8, 9, 302, 304}),
    ],
    ids=str,
)
def test_an_answer_ends_with_each_token_that_says_so(said, ends):
    assert known(byte_level("llama-bpe", **said)).ends == ends


def spoilt(name: str, value: float, kind: str = "llama"):
    tensor = tensors_of(random_model(kind), kind)[name].copy()
    tensor.flat[7] = value
    return {name: tensor}


REFUSED = {  # says: what the file says
    "part 1 of 2 of a split model": {"split__count": 2, "split__no": 0},
    "part 3 of 7 of": {"split__count": 7, "split__no": 2},
    "GGUF file is big-endian": {"big_endian": True},
    "a mixture of 8 experts": {"expert_count": 8},
    "this GGUF file is a LoRA adapter": {"general__type": "adapter"},
    "LoRA adapter, not a model": {"adapter__type": "lora"},
    "vision part of a multimodal model .mmproj.": {"general__type": "mmproj"},
    "holds 'imatrix' .its general.type., not a model": {"general__type": "imatrix"},
    "llama.rope.scaling.type to 'yarn'": {"rope__scaling__type": "yarn", "rope__scaling__factor": 4.0},
    "llama.rope.scaling.type to 'longrope'": {"rope__scaling__type": "longrope"},
    "llama.rope.scaling.factor to -1.0": {"rope__scaling__factor": -1.0},
    "llama.rope.scaling.attn_factor to 1.2": {"rope__scaling__attn_factor": 1.25},
    "llama.attention.sliding_window to 128": {"attention__sliding_window": 128},
    "llama.attention.causal to False": {"attention__causal": False},
    "llama.attention.scale to 0.5": {"attention__scale": 0.5},
    "llama.attention.clamp_kqv to 8.0": {"attention__clamp_kqv": 8.0},
    "llama.attention.max_alibi_bias to 8.0": {"attention__max_alibi_bias": 8.0},
    "llama.logit_scale to 0.0625": {"logit_scale": 0.0625},
    "llama.embedding_scale to 12.0": {"embedding_scale": 12.0},
    "llama.residual_scale to 0.5": {"residual_scale": 0.5},
    "llama.attn_logit_softcapping to 50.0": {"attn_logit_softcapping": 50.0},
    "llama.final_logit_softcapping to 30.0": {"final_logit_softcapping": 30.0},
    "llama.pooling_type to 3": {"pooling_type": 3},
    "llama.something_new to 1": {"something_new": 1},
    "vendor.trick to 'on'": {"vendor__trick": "on"},
    "llama.classifier.output_labels to a list of 2": {"classifier__output_labels": ["a", "b"]},
    "rope.dimension_count to 8; this app supports only 16": {"rope__dimension_count": 8},
    "attention.value_length to 8": {"attention__value_length": 8},
    "head_count_kv .* is not the same in all layers": {"attention__head_count_kv": [2, 1]},
    "does not have the setting llama.attention.layer_norm_rms_epsilon": {"attention__layer_norm_rms_epsilon": None},
    "does not have the setting llama.block_count": {"block_count": None},
    "an impossible size": {"attention__key_length": 2**30},
    "an impossible constant: the base": {"rope__freq_base": math.inf},
    "and the epsilon of RMSNorm between 0 and 1": {"attention__layer_norm_rms_epsilon": math.nan},
    "add_space_prefix to True": {"tokenizer__ggml__add_space_prefix": True},
    "add_bos_token to 1": {"tokenizer__ggml__add_bos_token": 1},
    "tokenizer.ggml.remove_extra_whitespaces to True": {"tokenizer__ggml__remove_extra_whitespaces": True},
    "tokenizer.ggml.precompiled_charsmap to a list of 3": {"tokenizer__ggml__precompiled_charsmap": [1, 2, 3]},
    "tokenizer.ggml.add_sep_token to True": {"tokenizer__ggml__add_sep_token": True},
    "tokenizer.rwkv.world to 'x'": {"tokenizer__rwkv__world": "x"},
    "tokenizer of this GGUF file .gpt2, default.": {"tokenizer__ggml__pre": "default"},
    "tokenizer of this GGUF file .bert, gpt-2.": {"tokenizer__ggml__model": "bert"},
    "does not have the setting tokenizer.ggml.bos_token_id": {"tokenizer__ggml__add_bos_token": True},
    "eos_token_id to 999, and its vocabulary has 320 tokens": {"tokenizer__ggml__eos_token_id": 999},
    "does not have the setting tokenizer.ggml.merges": {"tokenizer__ggml__merges": None},
    "has no vocabulary": {"tokenizer__ggml__tokens": None},
    "scores .* a finite number for each token": {"tokenizer__ggml__model": "llama", "tokenizer__ggml__scores": [1.0]},
    "blk.1.ffn_down.weight holds infinite values or NaN": {"tensors": spoilt("blk.1.ffn_down.weight",
    math.nan)},
    "token_embd.weight holds infinite values or NaN": {"tensors": spoilt("token_embd.weight",
    -math.inf)},
    "output_norm.weight holds infinite values or NaN": {"tensors": spoilt("output_norm.weight",
    math.inf)},
    "blk.0.attn_q.weight holds infinite values or NaN": {"tensors": spoilt("blk.0.attn_q.weight",
    math.nan), "blocks": "F16"},
    "rope_freqs.weight has the shape .4,.* must have .8,.": {"tensors": {"rope_freqs.weight": np.ones(4, np.float32)}},
    "a factor that is not a finite number above 0": {"tensors": {"rope_freqs.weight": np.zeros(8, np.float32)}},
    "rope_freqs.weight holds a factor that is not a finite number": {"tensors": {"rope_freqs.weight": np.full(8, np.nan,
    np.float32)}},
    "blk.0.attn_norm.weight is missing.* the shape .64,.": {"tensors": {"blk.0.attn_norm.weight": None}},
    "not support the tensor blk.0.attn_output.bias": {"tensors": {"blk.0.attn_output.bias": np.ones(64, np.float32)}},
    "not support .* blk.0.attn_q_norm.weight": {"tensors": {"blk.0.attn_q_norm.weight": np.ones(16, np.float32)}},
    "not support .* blk.1.ffn_gate_inp": {"tensors": {"blk.1.ffn_gate_inp.weight": np.ones((4, 64), np.float32)}},
    "a second time, as embed_tokens.weight": {"tensors": {"embed_tokens.weight": np.ones((320, 64), np.float32)}},
}  # fmt: skip


@pytest.mark.parametrize("says", REFUSED)
def test_what_would_be_computed_wrongly_is_refused_by_name(says, tmp_path):
    with pytest.raises(BadFile, match=says) as raised:
        read(written(tmp_path / "m.gguf", random_model("llama"), **REFUSED[says]))
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 250


@pytest.mark.parametrize(
    ("kind", "said", "says"),
    [
        ("qwen2moe", {"expert_count": 60}, "a mixture of 60 experts"),
        ("gemma3", {}, "the architecture 'gemma3', which this app does not support; it supports llama, qwen2, qwen3"),
        ("clip", {}, "vision part"),
        (
            "qwen2",
            {"tensors": {"blk.1.attn_k.bias": None}},
            "blk.1.attn_k.bias is missing.* the shape .32,.",
        ),
        ("qwen3", {"tensors": {"blk.0.attn_q_norm.weight": None}}, "blk.0.attn_q_norm.weight is missing"),
        ("qwen3", {"rope__scaling__type": "yarn"}, "qwen3.rope.scaling.type to 'yarn'"),
        ("qwen2", {"attention__sliding_window": 64}, "qwen2.attention.sliding_window to 64"),
        (
            "qwen2",
            {"tensors": {"rope_freqs.weight": np.ones(8, np.float32)}},
            "does not support the tensor rope_freqs.weight",
        ),
        ("qwen3", {"tensors": spoilt("blk.1.attn_k_norm.weight", math.nan, "qwen3")}, "blk.1.attn_k_norm.weight holds"),
    ],
    ids=str,
)
def test_files_of_other_kinds_are_refused_by_theirs(kind, said, says, tmp_path):
    network = random_model(kind if kind in ("qwen2", "qwen3") else "llama")
    with pytest.raises(BadFile, match=says):
        read(written(tmp_path / "m.gguf", network, kind, **said))


@pytest.mark.parametrize("blocks", ["Q8_0", "Q4_0", "Q4_1"])
@pytest.mark.parametrize("number", [math.inf, math.nan])
def test_blocks_with_a_scale_that_is_no_number_are_refused(blocks, number, tmp_path):
    path = written(tmp_path / "m.gguf", random_model("llama"), blocks=blocks)
    place = read_header(path).tensors["blk.0.ffn_up.weight"]
    raw = bytearray(path.read_bytes())
    raw[place.begin : place.begin + 2] = struct.pack("<e", number)  # the first block begins with its scale
    path.write_bytes(raw)
    with pytest.raises(BadFile, match=r"blk.0.ffn_up.weight holds infinite values or NaN"):
        read(path)


@pytest.mark.parametrize("name", ["general.note%d", "blk.%d.ffn_down.weight"])
def test_what_stands_twice_is_refused(name, tmp_path):
    path = written(tmp_path / "m.gguf", random_model("llama"), general__note0="a", general__note1="b")
    path.write_bytes(path.read_bytes().replace((name % 1).encode(), (name % 0).encode()))
    with pytest.raises(BadFile, match=f"holds {name % 0} twice"):
        read(path)


EXPORTED = {
    "a Qwen2": ("qwen2", "qwen2", {"tie_word_embeddings": False}, {}),
    "a Qwen3": ("qwen3", "qwen3", {"head_dim": 32}, {}),
    "a Llama with biases": ("qwen2", "llama", {}, {}),
    "a Llama of SentencePiece": ("llama", "llama", {"vocab_size": 373}, {"words": sentencepiece()}),
    "a stretched Llama": ("llama", "llama", {}, {"rope__scale_linear": 4.0}),
    "a Llama 3": ("llama", "llama", {}, {"tensors": {"rope_freqs.weight": np.linspace(1, 8, 8, dtype=np.float32)}}),
}


@pytest.mark.parametrize("case", EXPORTED)
def test_a_shrunk_file_is_written_as_the_kind_it_was_and_read_again(case, tmp_path):
    kind, of, config, said = EXPORTED[case]
    path = written(tmp_path / "m.gguf", random_model(kind, **config), of, **said)
    experiment = Experiment(file_source(str(path))) | QuantizeWeights(4, "group", "Q4_0")
    shrunk = build.build(experiment)
    kept = {name for name, weight in shrunk.net.named_parameters() if weight.dim() == 1}
    before = read(path)
    assert all(torch.equal(shrunk.net.get_parameter(n), before.net.get_parameter(n)) for n in kept)
    assert shrunk.files.keys() == dict(shrunk.net.named_parameters()).keys()
    (tmp_path / "again.gguf").write_bytes(as_gguf(shrunk, experiment))
    again = read(tmp_path / "again.gguf")
    assert read_header(tmp_path / "again.gguf").settings["general.architecture"] == of
    assert torch.equal(again.net(TOKENS), shrunk.net(TOKENS))
    assert again.net.shape == before.net.shape
    assert again.vocabulary.encode(TEXT) == before.vocabulary.encode(TEXT)
    theirs = {tensor.name: tensor.tensor_type.name for tensor in gguf.GGUFReader(tmp_path / "again.gguf").tensors}
    assert {theirs[name] for name in theirs if name.endswith(("attn_q.weight", "attn_k.weight"))} == {"Q4_0"}
    assert {theirs[name] for name in theirs if name.endswith(("bias", "norm.weight"))} == {"F32"}


@pytest.mark.parametrize("step", [PruneWeights(50, "wanda"), QuantizeWeights(4, "group", method="gptq")], ids=str)
def test_techniques_that_look_at_texts_know_qwens_parts(step, tmp_path):
    words = byte_level("qwen2")
    network = random_model("qwen2", vocab_size=len(words["tokens"]))
    path = written(tmp_path / "m.gguf", network, "qwen2", words=words)
    shrunk = build.build(Experiment(file_source(str(path))) | step).net
    assert torch.equal(shrunk.layers[0].self_attn.q_proj.bias, network.model.layers[0].self_attn.q_proj.bias)
    assert not torch.equal(shrunk.layers[0].self_attn.q_proj.weight, network.model.layers[0].self_attn.q_proj.weight)
    assert shrunk(TOKENS % 305).isfinite().all()


def test_numbers_whose_sum_is_too_large_are_numbers(tmp_path):
    large = {"blk.0.ffn_down.weight": np.full((64, 96), 3e38, np.float32)}
    net = read(written(tmp_path / "m.gguf", random_model("llama"), tensors=large)).net
    assert net.layers[0].mlp.down_proj.weight[0, 0] == pytest.approx(3e38)


@pytest.fixture(scope="module")
def spaced(tmp_path_factory):
    """A model with SentencePiece, which begins its texts."""
    words = sentencepiece()
    network = random_model("llama", vocab_size=len(words["tokens"]), tie_word_embeddings=False)
    return build.build(
        Experiment(file_source(str(written(tmp_path_factory.mktemp("s") / "m.gguf", network, words=words))))
    )


def test_what_looks_into_a_model_sees_its_texts_begun_and_spaced(spaced):
    seen = inside(spaced, "The ants they've carried")
    assert seen.pieces[0] == "<s>"
    assert "".join(seen.pieces[1:]) == " The ants they've carried"
    assert seen.unknown == 0
    assert "".join(moved.piece for moved in compared(spaced, "The ants they've")) == " The ants they've"


def test_what_is_written_follows_what_was_begun(spaced):
    begun = torch.tensor([spaced.vocabulary.begun("The ants")])
    first = int(spaced.net(begun)[0, -1].argmax())
    assert next(writing(spaced, "The ants", 1, 0)) in (spaced.vocabulary.decode([first]), "")


def test_the_quiz_begins_its_questions_once(spaced):
    question = QUESTIONS[0]
    begin = spaced.vocabulary.begun(question.begin)
    expected = []
    for ending in question.endings:
        end = spaced.vocabulary.continued(ending)
        logits = spaced.net(torch.tensor([begin + end[:-1]]))[0, len(begin) - 1 :].log_softmax(-1)
        expected.append(logits.gather(1, torch.tensor(end)[:, None]).mean())
    assert torch.allclose(likelihoods(spaced, question), torch.stack(expected), atol=1e-4)


def test_a_foreign_model_is_measured_and_a_spoilt_one_refused_in_a_line(tmp_path, capsys):
    path = written(tmp_path / "m.gguf", random_model("qwen2"), "qwen2")
    assert main(["measure", json.dumps({"file": str(path)})]) == 0
    assert json.loads(capsys.readouterr().out)["quality"][0]["name"] == "perplexity"
    path = written(tmp_path / "m.gguf", random_model("llama"), tensors=spoilt("output_norm.weight", math.nan))
    assert main(["measure", json.dumps({"file": str(path)})]) == 2
    said = capsys.readouterr()
    assert not said.out
    assert said.err.startswith("lessons: the tensor output_norm.weight holds infinite values or NaN")
    assert said.err.count("\n") == 1
