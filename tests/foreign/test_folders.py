"""Folders of others: equal to transformers, tensor by tensor and token by token, or refused with a sentence that names
the reason."""

import json

import pytest
import torch
from safetensors.torch import save_file
from transformers import PreTrainedTokenizerFast
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from lessons.__main__ import main
from lessons.experiment import checkpoints
from lessons.models.bad_file import BadFile
from lessons.models.folder_settings import DEFAULTS
from lessons.models.language_files import bytes_needed, read, tensor_bytes
from lessons.models.llama import speeds
from lessons.report import NO_NUMBER, as_json
from tests.foreign.made_folders import LEFT_OUT, added, folder, sentence_pieces, settings, theirs, tokens, weights

LLAMA3 = {"factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0}
TOKENS = torch.randint(280, (1, 48), generator=torch.Generator().manual_seed(1))
MODEL, INDEX = "model.safetensors", "model.safetensors.index.json"


def as_theirs(path) -> bool:
    """Whether the model in a folder gives transformers' logits."""
    return bool((read(path).net(TOKENS) - theirs(path)(TOKENS).logits).abs().max() < 1e-4)


ACCEPTED = {
    "llama": {},
    "mistral": {"kind": "mistral"},
    "qwen2": {"kind": "qwen2"},
    "qwen3": {"kind": "qwen3"},
    "relu": {"hidden_act": "relu"},
    "gelu": {"hidden_act": "gelu"},
    "gelu by tanh": {"hidden_act": "gelu_pytorch_tanh"},
    "gelu by its old name": {"hidden_act": "gelu_new"},
    "swish": {"kind": "mistral", "hidden_act": "swish"},
    "theta": {"rope_parameters": {"rope_type": "default", "rope_theta": 500_000.0}},
    "linear": {"rope_parameters": {"rope_type": "linear", "factor": 4.0, "rope_theta": 10_000.0}},
    "llama 3": {"rope_parameters": {"rope_type": "llama3", "original_max_position_embeddings": 16, **LLAMA3}},
    "llama 3, theta and context beside": {"rope_theta": 1_000.0, "rope_scaling": {"rope_type": "llama3", **LLAMA3}},
    "wide heads": {"head_dim": 16},
    "wide heads of mistral": {"kind": "mistral", "head_dim": 24},
    "heads of 128 by default": {"kind": "qwen3", "head_dim": LEFT_OUT},
    "one key for all": {"num_key_value_heads": 1},
    "eight keys by default": {"kind": "mistral", "num_attention_heads": 8, "num_key_value_heads": LEFT_OUT},
    "tied": {"tie_word_embeddings": True},
    "biases of attention": {"attention_bias": True},
    "biases of attention, qwen3": {"kind": "qwen3", "attention_bias": True},
    "biases of the MLP": {"mlp_bias": True},
    "epsilon": {"rms_norm_eps": 1e-2},
    "a window as large as the context": {"kind": "mistral", "sliding_window": 64},
    "windows above all layers": {"kind": "qwen2", "use_sliding_window": True, "sliding_window": 8,
    "max_window_layers": 2},
    "a window that is not used": {"kind": "qwen3", "use_sliding_window": False, "sliding_window": 8,
    "max_window_layers": 0},
    "shards": {"shards": "30KB"},
    "shards, tied": {"kind": "qwen2", "shards": "30KB", "tie_word_embeddings": True},
    "float16": {"stored": "float16"},
    "bfloat16": {"stored": "bfloat16"},
    "float64": {"stored": "float64"},
}  # fmt: skip


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_accepted_computes_what_transformers_computes(tmp_path, name):
    path = folder(tmp_path, **ACCEPTED[name])
    assert as_theirs(path)
    assert {each: len(data) > 0 for each, data in tensor_bytes(path).items()} == dict.fromkeys(
        read(path).net.state_dict(), True
    )


SAID_OTHERWISE = {  # of config.json, over what transformers writes
    "linear, in the old spelling": {"rope_parameters": LEFT_OUT, "rope_scaling": {"type": "linear", "factor": 2.0}},
    "linear, by type": {"rope_parameters": {"type": "linear", "factor": 8.0, "rope_theta": 10_000.0}},
    "theta beside": {"rope_parameters": LEFT_OUT, "rope_theta": 100_000.0},
    "theta within goes before theta beside": {"rope_theta": 99.0},
    "no scaling": {"rope_parameters": LEFT_OUT, "rope_scaling": None},
    "context of llama 3 beside": {
        "original_max_position_embeddings": 8, "rope_parameters": {"rope_type": "llama3", **LLAMA3},
    },
    "a window that a Llama does not have": {"sliding_window": 8, "use_sliding_window": True, "max_window_layers": 0},
    "all layers full": {"layer_types": ["full_attention"] * 2},
    "known to change nothing": {
        "_name_or_path": "x/y", "torch_dtype": "bfloat16", "use_cache": False, "pretraining_tp": 1,
        "attention_dropout": 0.3, "unsloth_version": "2025.1", "max_length": 20, "temperature": 0.2,
        "initializer_range": 0.5, "is_llama_config": True, "rope_interleaved": False,
        "transformers.js_config": {"dtype": "q4"}, "quantization_config": None,
    },
    "tied, where both are the same": {"tie_word_embeddings": True},
}  # fmt: skip


@pytest.mark.parametrize("name", SAID_OTHERWISE)
def test_other_spellings_and_stray_settings_are_read_as_transformers_reads_them(tmp_path, name):
    path = folder(tmp_path)
    if "tied" in name:
        weights(path, lambda found: found.update({"lm_head.weight": found["model.embed_tokens.weight"].clone()}))
    settings(path, **SAID_OTHERWISE[name])
    assert as_theirs(path)


def test_heads_of_keys_that_are_null_are_as_many_as_those_of_queries(tmp_path):
    path = folder(tmp_path, num_key_value_heads=4)
    settings(path, num_key_value_heads=None, head_dim=None)
    assert read(path).net.shape.kv_heads == 4
    assert as_theirs(path)


def test_a_linear_scaling_moves_the_logits(tmp_path):
    """Else the cases above would hold nothing."""
    path = folder(tmp_path)
    before = read(path).net(TOKENS)
    settings(path, **SAID_OTHERWISE["linear, in the old spelling"])
    assert (read(path).net(TOKENS) - before).abs().max() > 0.01


@pytest.mark.parametrize("kind", DEFAULTS)
def test_what_a_config_leaves_out_is_as_its_class_in_transformers_has_it(kind):
    made = CONFIG_MAPPING[kind]
    fields = {field: getattr(made, field, None) for field in DEFAULTS[kind]}
    assert fields == DEFAULTS[kind]
    assert made.default_theta == 10_000.0


OLD = {"rope_parameters": LEFT_OUT}
REFUSED = {  # settings: what is said of them
    "another kind": ({"model_type": "mixtral"}, '"mixtral", which .* supports llama, mistral, qwen2, qwen3'),
    "no kind": ({"model_type": LEFT_OUT}, "has the model_type null"),
    "an activation": ({"hidden_act": "relu2"}, 'sets hidden_act to "relu2"'),
    "yarn": ({**OLD, "rope_scaling": {"rope_type": "yarn", "factor": 4.0}}, 'sets rope_scaling.rope_type to "yarn"'),
    "dynamic": ({**OLD, "rope_scaling": {"type": "dynamic", "factor": 4.0}},
    'sets rope_scaling.rope_type to "dynamic"'),
    "longrope": ({"rope_parameters": {"rope_type": "longrope"}}, 'rope_parameters.rope_type to "longrope"'),
    "a factor alone": ({**OLD, "rope_scaling": {"factor": 4.0}}, "sets rope_scaling.factor to 4.0"),
    "no factor": ({**OLD, "rope_scaling": {"type": "linear"}}, "sets rope_scaling.factor to null"),
    "a factor that is none": ({**OLD, "rope_scaling": {"type": "linear", "factor": float("nan")}},
    "rope_scaling.factor to NaN"),
    "llama 3, upside down": (
        {**OLD, "rope_scaling": {"type": "llama3", **LLAMA3, "high_freq_factor": 0.5}}, "sets high_freq_factor to 0.5",
    ),
    "two stretchings": ({"rope_scaling": {"type": "linear", "factor": 2.0}, "rope_parameters": {"type": "yarn"}},
    "rope_scaling to"),
    "positions by layer": ({"rope_parameters": {"full_attention": {}}}, "sets rope_parameters.full_attention to"),
    "a list of positions": ({"rope_parameters": [1]}, r"sets rope_parameters to \[1\]"),
    "part of a head": ({"partial_rotary_factor": 0.5}, "sets partial_rotary_factor to 0.5"),
    "part of a head, within": ({"rope_parameters": {"partial_rotary_factor": 0.5}}, "partial_rotary_factor to 0.5"),
    "both ways": ({"is_causal": False}, "sets is_causal to false"),
    "layers of several kinds": ({"layer_types": ["full_attention", "sliding_attention"]}, "sets layer_types to"),
    "settings by layer": ({"per_layer_config": {"0": {}}}, "sets per_layer_config to"),
    "experts": ({"num_local_experts": 8}, "sets num_local_experts to 8"),
    "a scale": ({"logits_scaling": 8.0}, "sets logits_scaling to 8.0"),
    "capped": ({"final_logit_softcapping": 30.0}, "sets final_logit_softcapping to 30.0"),
    "quantised": ({"quantization_config": {"quant_method": "gptq", "bits": 4}}, "sets quantization_config to"),
    "code of its own": ({"auto_map": {"AutoModel": "x.Y"}}, "sets auto_map to"),
    "weights of another name": ({"transformers_weights": "other.safetensors"}, "sets transformers_weights to"),
    "what nobody knows": ({"use_frobs": False}, "sets use_frobs to false"),
    "a flag in words": ({"tie_word_embeddings": "false"}, 'sets tie_word_embeddings to "false"'),
    "a size in words": ({"hidden_size": "32"}, "an impossible size"),
    "no epsilon": ({"rms_norm_eps": None}, "sets rms_norm_eps to null"),
    "heads of nothing": ({"head_dim": 0}, "an impossible size"),
    "heads of no size": ({"head_dim": -2}, "an impossible size"),
    "heads that do not fit": ({"head_dim": 16}, "it must have"),
    "left out": ({"vocab_size": LEFT_OUT}, r"embed_tokens.weight has the shape .* it must have \(32000, 32\)"),
    "biases that are not there": ({"attention_bias": True}, "q_proj.bias is missing"),
    "biases of another kind": ({"model_type": "mistral", "mlp_bias": True}, "sets mlp_bias to true"),
    "windows of mistral, by default": ({"model_type": "mistral", "max_position_embeddings": 8_192},
    "sliding_window to 4096"),
    "windows of mistral": ({"model_type": "mistral", "sliding_window": 63}, "sets sliding_window to 63"),
    "windows of some layers": (
        {"model_type": "qwen2", "use_sliding_window": True, "sliding_window": 8, "max_window_layers": 1},
        "sets sliding_window to 8",
    ),
    "a head of qwen3": ({"model_type": "qwen3", "head_dim": None}, "sets head_dim to null"),
}  # fmt: skip


@pytest.fixture(scope="module")
def llama(tmp_path_factory):
    return folder(tmp_path_factory.mktemp("llama"))


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_computed_is_refused_by_its_name(llama, name):
    changed, says = REFUSED[name]
    before = (llama / "config.json").read_text()
    try:
        settings(llama, **changed)
        with pytest.raises(BadFile, match=says) as refused:
            read(llama)
    finally:
        (llama / "config.json").write_text(before)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 300


def other_head(path):
    settings(path, tie_word_embeddings=True)


def only_head(path):
    settings(path, tie_word_embeddings=True)
    weights(path, lambda found: {name: each for name, each in found.items() if "embed_tokens" not in name})


def adapter_beside(path):
    save_file(
        {"base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight": torch.ones(2, 32)},
        path / "adapter_model.safetensors",
    )


def consolidated_beside(path):
    save_file(
        {"layers.0.attention.wq.weight": torch.ones(32, 32), "norm.weight": torch.ones(32)},
        path / "consolidated.safetensors",
    )


def last_name_beside(path):
    """What a reader of all files by name would take for the model."""
    save_file({"model.norm.weight": torch.full((32,), 9.0)}, path / "zzz.safetensors")


def without_prefix(path):
    weights(path, lambda found: {name.removeprefix("model."): each for name, each in found.items()})


def with_speeds(path):
    stored = speeds(read(path).net.shape).half()
    weights(
        path,
        lambda found: found.update(
            {f"model.layers.{at}.self_attn.rotary_emb.inv_freq": stored.clone() for at in (0, 1)}
        ),
    )


ASIDE = [other_head, only_head, adapter_beside, consolidated_beside, last_name_beside, without_prefix, with_speeds]


@pytest.mark.parametrize("change", ASIDE)
def test_what_belongs_to_a_model_is_what_transformers_takes(tmp_path, change):
    path = folder(tmp_path)
    change(path)
    assert as_theirs(path)


def test_a_head_that_differs_from_the_embedding_is_used_whatever_the_flag_says(tmp_path):
    path = folder(tmp_path)
    head = read(path).net.lm_head.weight
    other_head(path)
    assert torch.equal(read(path).net.lm_head.weight, head)


def test_a_whole_model_beside_its_shards_is_the_same_model(tmp_path):
    path = folder(tmp_path / "shards", shards="30KB")
    whole = folder(tmp_path / "whole") / MODEL
    (path / MODEL).write_bytes(whole.read_bytes())
    assert as_theirs(path)
    needs = bytes_needed(path)
    weights(path, lambda found: found["model.norm.weight"].mul_(2))
    with pytest.raises(
        BadFile, match=r"tensor model.norm.weight is in model-.* and, with other values, in model.safetensors"
    ):
        read(path)
    assert needs == bytes_needed(whole.parent)


def index(path, change):
    said = json.loads((path / INDEX).read_text())
    change(said["weight_map"])
    (path / INDEX).write_text(json.dumps(said))


SHARDS = {
    "a shard is missing": (
        lambda at: sorted(at.glob("model-*"))[-1].unlink(),
        "is missing, which model.safetensors.index.json names",
    ),
    "no map": (lambda at: settings(at, INDEX, weight_map=LEFT_OUT), "has no weight_map"),
    "an empty map": (lambda at: settings(at, INDEX, weight_map={}), "has no weight_map"),
    "a map of numbers": (lambda at: settings(at, INDEX, weight_map={"model.norm.weight": 1}), "has no weight_map"),
    "a file above": (
        lambda at: index(at, lambda places: places.update({"model.norm.weight": "../m.safetensors"})),
        "not a .safetensors file in its own folder",
    ),
    "a file elsewhere": (
        lambda at: index(at, lambda places: places.update({"model.norm.weight": "/etc/passwd"})),
        '"/etc/passwd", which is not',
    ),
    "not listed": (
        lambda at: index(at, lambda places: places.pop("model.norm.weight")),
        "model.norm.weight is not listed in model",
    ),
    "not there": (
        lambda at: index(at, lambda places: places.update({"model.extra.weight": next(iter(places.values()))})),
        "model.extra.weight is not in model-",
    ),
    "in another shard": (
        lambda at: index(
            at,
            lambda places: places.update(
                {"model.norm.weight": next(each for each in places.values() if each != places["model.norm.weight"])}
            ),
        ),
        "model.norm.weight is not in model-",
    ),
}


@pytest.mark.parametrize("name", SHARDS)
def test_an_index_must_be_complete_and_of_its_own_folder(tmp_path, name):
    path = folder(tmp_path, shards="30KB")
    spoil, says = SHARDS[name]
    spoil(path)
    with pytest.raises(BadFile, match=says):
        read(path)


def test_a_tensor_that_two_shards_give_with_other_numbers_is_refused(tmp_path):
    path = folder(tmp_path, shards="30KB")
    one, other = sorted(path.glob("model-*"))[:2]
    weights(path, lambda found: found.update({"model.norm.weight": torch.ones(32)}), one.name)
    weights(path, lambda found: found.update({"model.norm.weight": torch.ones(32) * 2}), other.name)
    with pytest.raises(BadFile, match="tensor model.norm.weight is in .* and, with other values, in "):
        read(path)


def put(name, tensor):
    return lambda at: weights(at, lambda found: found.update({name: tensor.clone()}))


def spoilt(name, value):
    return lambda at: weights(at, lambda found: found[name].view(-1)[5:6].fill_(value))


def without(*names):
    return lambda at: weights(at, lambda found: {name: each for name, each in found.items() if name not in names})


NORM, WORDS, HEAD = "model.norm.weight", "model.embed_tokens.weight", "lm_head.weight"
TENSORS = {
    "NaN": (spoilt("model.layers.1.mlp.up_proj.weight", float("nan")),
    "tensor layers.1.mlp.up_proj.weight holds infinite values or NaN"),
    "infinite": (spoilt(NORM, float("inf")), "tensor norm.weight holds infinite values"),
    "larger than float32": (put(NORM, torch.full((32,), 1e300, dtype=torch.float64)),
    "tensor norm.weight holds infinite values"),
    "whole numbers": (put(NORM, torch.ones(32, dtype=torch.int8)), "norm.weight is stored as I8, .* supports F64, F32"),
    "float8": (put(NORM, torch.ones(32).to(torch.float8_e4m3fn)), "tensor norm.weight is stored as F8_E4M3"),
    "both names": (put("norm.weight", torch.ones(32)), "both norm.weight and model.norm.weight"),
    "another theta": (put("model.layers.0.self_attn.rotary_emb.inv_freq", torch.ones(4)),
    "inv_freq does not follow from the rope_theta"),
    "a part of another model": (put("model.layers.0.self_attn.q_proj.lora_A.weight", torch.ones(2, 32)),
    "lora_A.weight"),
    "a bias": (put("model.layers.0.self_attn.q_proj.bias", torch.ones(32)), "q_proj.bias"),
    "one layer more": (put("model.layers.2.input_layernorm.weight", torch.ones(32)), "layers.2.input_layernorm"),
    "no head": (without(HEAD), "output head is missing"),
    "no head and no embedding": (without(HEAD, WORDS), "output head is missing"),
    "no embedding": (without(WORDS), "embed_tokens.weight is missing.* with the shape"),
    "no file": (lambda at: (at / MODEL).unlink(), "holds no .safetensors file"),
    "pickled": (lambda at: (at / MODEL).rename(at / "pytorch_model.bin"), "does not open pickled weights"),
    "cut": (lambda at: (at / MODEL).write_bytes((at / MODEL).read_bytes()[:-8]), "is damaged"),
    "empty": (lambda at: (at / MODEL).write_bytes(b""), "is damaged"),
    "another name": (lambda at: (at / MODEL).rename(at / "mine.safetensors"),
    "neither model.safetensors nor .*mine.safetensors belongs"),
    "Mistral's own": (lambda at: (at / MODEL).rename(at / "consolidated.safetensors"), "neither model.safetensors nor"),
}  # fmt: skip


@pytest.mark.parametrize("name", TENSORS)
def test_tensors_that_no_llama_has_are_refused_by_their_name(tmp_path, name):
    path = folder(tmp_path)
    spoil, says = TENSORS[name]
    spoil(path)
    with pytest.raises(BadFile, match=says) as refused:
        read(path)
    assert "\n" not in str(refused.value)


def test_settings_that_are_no_file_are_not_waited_for(tmp_path):
    path = folder(tmp_path)
    (path / "config.json").unlink()
    (path / "config.json").symlink_to("/dev/zero")
    with pytest.raises(BadFile, match=r"no config.json that can be read"):
        read(path)


def test_an_adapter_says_that_it_is_one_and_beside_what_it_stands(tmp_path):
    adapter_beside(tmp_path)
    settings(tmp_path, "adapter_config.json", base_model_name_or_path="someone/base-7b")
    with pytest.raises(BadFile, match='holds an adapter, not a model: open the model .* instead, "someone/base-7b"'):
        bytes_needed(tmp_path)


CHAT = {"added_tokens": [added("<|im_start|>", 256), added("<|im_end|>", 257), added("user", 261, special=False)]}
TOKENIZERS = {
    "plain": {},
    "said to begin, where the post-processor does not": {"config": {"add_bos_token": True,
    "bos_token": "<|im_start|>"}},
    "said to end": {"config": {"add_eos_token": True}},
    "begins by its post-processor, whatever the settings say": {
        "config": {"add_bos_token": False, "bos_token": "<|im_start|>"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "<|im_start|>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {"<|im_start|>": {"id": "<|im_start|>", "ids": [256], "tokens": ["<|im_start|>"]}},
        }
    },
    "user-defined tokens stay whole": CHAT,
    "settings add a token": {
        "config": {"added_tokens_decoder": {"262": {"content": "<tool>", "special": False, "normalized": False}}}
    },
    "settings strip around a token": {
        "config": {"added_tokens_decoder": {"256": {"content": "<|im_start|>", "rstrip": True, "special": True}}}
    },
    "a special token only named": {"added_tokens": [], "config": {"pad_token": "<|im_start|>",
    "eos_token": {"__type": "AddedToken", "content": "<|im_end|>"}}},
    "extra tokens": {"config": {"extra_special_tokens": ["<x>", "he"], "unk_token": "<unk>"}},
    "extra tokens, in the old spelling": {"config": {"additional_special_tokens": ["<x>"]}},
    "cut short": {"truncation": {"direction": "Right", "max_length": 3, "strategy": "LongestFirst", "stride": 0}},
    "filled up": {
        "padding": {"strategy": {"Fixed": 40}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0,
        "pad_type_id": 0, "pad_token": "!"}
    },
    "special tokens as letters": {"config": {"split_special_tokens": True}},
}  # fmt: skip
TEXTS = (
    "",
    "hello a user",
    "<|im_start|>user\nhe said: <|im_end|>\n",
    "<x> <tool>a <unk> superuser<|im_start|>   all é 😀",
)


@pytest.mark.parametrize("name", TOKENIZERS)
def test_a_text_becomes_the_tokens_that_transformers_makes_of_it(llama, tmp_path, name):
    for each in llama.iterdir():
        (tmp_path / each.name).symlink_to(each)  # as a cache of downloads keeps them
    for each in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / each).unlink()
    tokens(tmp_path, **TOKENIZERS[name])
    known, ours = PreTrainedTokenizerFast.from_pretrained(tmp_path), read(tmp_path).vocabulary
    for text in TEXTS:
        assert ours.encode(text) == known(text).input_ids, text
        assert ours.continued(text) == known(text, add_special_tokens=False).input_ids, text


def test_pieces_of_sentencepiece_are_as_transformers_reads_their_tokenizer_json(tmp_path):
    path = folder(tmp_path)
    sentence_pieces(path)
    known, ours = PreTrainedTokenizerFast.from_pretrained(path), read(path).vocabulary
    for text in (*TEXTS, "  he", "</s> he", "user</s>hello"):
        assert ours.encode(text) == known(text).input_ids, text
    assert ours.decode(ours.continued("hello a user é")) == " hello a user é"
    assert ours.ends == {2}


def test_older_folders_name_their_special_tokens_in_a_file_of_their_own(tmp_path):
    path = folder(tmp_path)
    tokens(path, added_tokens=[])
    settings(
        path, "special_tokens_map.json", pad_token="<|im_start|>", eos_token={"content": "<|im_end|>", "lstrip": True}
    )
    known, ours = PreTrainedTokenizerFast.from_pretrained(path), read(path).vocabulary
    assert [ours.encode(text) for text in TEXTS] == [known(text).input_ids for text in TEXTS]


def test_an_answer_ends_at_each_of_several_tokens(tmp_path):
    path = folder(tmp_path, eos_token_id=7)
    assert read(path).vocabulary.ends == {7, 257}
    settings(path, "generation_config.json", eos_token_id=[5, 6])
    assert read(path).vocabulary.ends == {5, 6, 257}


def test_a_token_that_is_listed_twice_decodes_to_itself(tmp_path):
    path = folder(tmp_path)
    tokens(path, added_tokens=[added("<|im_start|>", 256), added("<|im_end|>", 257), added("user", 270)])
    words = read(path).vocabulary
    assert words.encode("user") == [261]
    assert words.decode([270]) == words.decode([261]) == "user"
    tokens(path, added_tokens=[added("<tool>", 262), added("<tool>", 263)])
    assert read(path).vocabulary.decode([263, 262]) == "<tool><tool>"


def model(**said):
    return lambda at: tokens(at, model=said, added_tokens=[])


WORD = {"vocab": {"a": 0}, "merges": []}
NO_TOKENIZERS = {
    "none": (lambda at: (at / "tokenizer.json").unlink(), "no tokenizer.json that can be read"),
    "no JSON": (lambda at: (at / "tokenizer.json").write_text("{"), "no tokenizer.json that can be read"),
    "a list": (lambda at: (at / "tokenizer.json").write_text("[]"), "is not a JSON object"),
    "no model": (lambda at: (at / "tokenizer.json").write_text("{}"), "is not a tokenizer that"),
    "an odd model": (model(type="Foo"), "is not a tokenizer that"),
    "merges of nothing": (model(type="BPE", **WORD | {"merges": [["a", "q"]]}), "is not a tokenizer that"),
    "no unknown": (model(type="Unigram", vocab=[["a", -1.0]], unk_id=None), "is not a tokenizer that"),
    "by chance": (model(type="BPE", dropout=0.1, **WORD), "sets dropout to 0.1"),
    "beyond the rows": (model(type="BPE", vocab={"a": 280}, merges=[]), "281 tokens, .* has 280 rows"),
    "gaps": (lambda at: tokens(at, added_tokens=[added("<zz>", 270)]), 'gives its token "<zz>" the ID 270'),
    "other numbers": (lambda at: tokens(at, config={"added_tokens_decoder": {"9": {"content": "<|im_end|>"}}}),
    "tokenizer_config.json gives .* the ID 9"),
    "code of its own": (lambda at: tokens(at, config={"auto_map": {"AutoTokenizer": ["x.Y", None]}}), "sets auto_map"),
    "odd settings": (lambda at: tokens(at, config={"eos_token": 7}), "is not a tokenizer that"),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_TOKENIZERS)
def test_a_tokenizer_that_cannot_be_used_is_refused_in_a_sentence(tmp_path, name):
    path = folder(tmp_path)
    spoil, says = NO_TOKENIZERS[name]
    spoil(path)
    with pytest.raises(BadFile, match=says) as refused:
        read(path)
    assert "\n" not in str(refused.value)


def test_the_hash_of_a_folder_covers_the_files_that_are_read_and_no_others(tmp_path):
    path = folder(tmp_path, shards="30KB")
    before = checkpoints.hash_of(path)
    adapter_beside(path)
    (path / "trainer_state.json").write_text("{}")
    assert checkpoints.hash_of(path) == before
    seen = {before}
    for each in ("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", INDEX):
        (path / each).write_text((path / each).read_text() + " ")
        seen.add(checkpoints.hash_of(path))
    weights(path, lambda found: found["model.norm.weight"].add_(1), sorted(path.glob("model-*"))[-1].name)
    assert len(seen | {checkpoints.hash_of(path)}) == 7


def test_the_command_line_says_in_one_line_which_tensor_is_no_number(tmp_path, capsys):
    path = folder(tmp_path)
    spoilt("model.layers.1.mlp.up_proj.weight", float("nan"))(path)
    capsys.readouterr()
    assert main(["measure", json.dumps({"file": str(path)})]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "layers.1.mlp.up_proj.weight" in said.err


def strictly(text):
    """JSON as the standard has it: no NaN, no Infinity."""
    return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def test_the_command_line_writes_null_for_what_is_no_number_and_says_why(tmp_path, capsys):
    path = folder(tmp_path, max_position_embeddings=128)
    weights(path, lambda found: found["lm_head.weight"].mul_(1e38))  # finite, and too large to compute with
    capsys.readouterr()
    assert main(["measure", json.dumps({"file": str(path)})]) == 0
    said = strictly(capsys.readouterr().out)
    assert said["quality"][0]["value"] is None
    assert "no number" in said["quality"][0]["reason"]
    assert said["macs"] > 0


def test_techniques_that_look_at_what_flows_through_a_model_say_where_it_is_no_number(tmp_path, capsys):
    path = folder(tmp_path, max_position_embeddings=128)
    weights(path, lambda found: found["model.layers.0.self_attn.q_proj.weight"].mul_(1e38))
    capsys.readouterr()
    asked = {"file": str(path), "recipe": [{"quantize_weights": {"bits": 4, "method": "gptq"}}]}
    assert main(["measure", json.dumps(asked)]) == 2
    assert "the activations into its layers.0.self_attn.o_proj.weight are infinite" in capsys.readouterr().err


def test_a_report_of_numbers_that_are_none_is_still_json():
    found = strictly(as_json({"a": [{"value": float("nan"), "unit": "J"}, {"value": 1.5}], "b": float("-inf")}))
    assert found["a"] == [{"value": None, "unit": "J", "reason": NO_NUMBER}, {"value": 1.5}]
    assert found["b"] is None
