"""Adapters as peft makes them, with whatever settings: computed as peft computes them, or refused in a sentence that
says why."""

import io
import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM

from lessons.adaptation import adapter_store
from lessons.adaptation.weights import weight_deltas, with_adapters, with_deltas
from lessons.experiment import Adapt
from lessons.experiment.adapt import IN_TEXTS
from lessons.language.model import LanguageModel
from lessons.models.adapter_file import CONFIG, MOST_BYTES, TENSORS, read, sorted_out
from lessons.models.adapter_settings import IDLE, USED, settings
from lessons.models.bad_file import BadFile
from lessons.models.llama import Llama, Shape

SHAPE = Shape(65, 32, 3, 4, 2, 48, 64, eps=1e-6, tied=False)
TOKENS = torch.arange(40).reshape(2, 20) % 65
Q0 = "model.layers.0.self_attn.q_proj"


def theirs() -> LlamaForCausalLM:
    torch.manual_seed(0)
    sizes = {"hidden_size": SHAPE.width, "intermediate_size": SHAPE.hidden, "num_hidden_layers": SHAPE.layers}
    heads = {"num_attention_heads": SHAPE.heads, "num_key_value_heads": SHAPE.kv_heads}
    return LlamaForCausalLM(LlamaConfig(vocab_size=65, **sizes, **heads, max_position_embeddings=64)).eval()


def ours() -> LanguageModel:
    net = Llama(SHAPE).requires_grad_(False).eval()
    net.load_state_dict({name.removeprefix("model."): each for name, each in theirs().state_dict().items()})
    return LanguageModel(net, {}, {}, None, None)


def saved(folder: Path, **settings: Any) -> dict[str, bytes]:
    """An adapter of random numbers, as peft writes it."""
    torch.manual_seed(1)
    model = get_peft_model(theirs(), LoraConfig(**{"r": 2, "lora_alpha": 5, "task_type": "CAUSAL_LM"} | settings))
    for name, each in model.named_parameters():
        if "lora_" in name:
            each.data = torch.randn_like(each) / 4 + (1 if "magnitude" in name else 0)
    model.save_pretrained(folder)
    return {name: (folder / name).read_bytes() for name in (CONFIG, TENSORS)}


def with_settings(files: dict[str, bytes], **changed: Any) -> dict[str, bytes]:
    return files | {CONFIG: json.dumps(json.loads(files[CONFIG]) | changed).encode()}


def logits(how: Adapt, model: LanguageModel) -> list[Tensor]:
    """What the adapted model computes, the adapter beside its weights and merged into them."""
    stored = adapter_store.weights(model, _Uploaded(how))
    merged = with_deltas(model.net, [weight_deltas(model.net, how, stored)])
    return [net(TOKENS) for net in (with_adapters(model.net, how, stored), merged)]


class _Uploaded:
    """An experiment with an uploaded adapter, as far as `adapter_store.weights` asks."""

    stored_as = id = ""

    def __init__(self, how: Adapt):
        self.recipe = (how,)


WAYS = {
    "one layer, whose number is 0": {"target_modules": ["q_proj", "v_proj"], "layers_to_transform": 0},
    "two layers": {"target_modules": ["o_proj"], "layers_to_transform": [0, 2]},
    "layers within a module": {"target_modules": ["up_proj"], "layers_to_transform": [1], "layers_pattern": "layers"},
    "layers within several": {"target_modules": ["up_proj"], "layers_to_transform": 2, "layers_pattern": ["h",
    "layers"]},
    "no layers, which is all": {"target_modules": ["q_proj"], "layers_to_transform": []},
    "partial paths": {"target_modules": ["self_attn.q_proj", "mlp.down_proj"]},
    "a full path": {"target_modules": [Q0]},
    "full paths and ends": {"target_modules": [Q0, "v_proj"], "layers_to_transform": [1]},
    "matrices of no set of ours": {"target_modules": ["k_proj", "gate_proj"]},
    "names that no Llama has": {"target_modules": ["q_proj", "c_attn", "query_key_value"]},
    "a pattern": {"target_modules": r".*\.(q_proj|v_proj)"},
    "a pattern of layers": {"target_modules": r"model\.layers\.[02]\.mlp\.(up|gate)_proj"},
    "unsloth's pattern": {
        "target_modules": r"(?:.*?(?:language|text).*?(?:self_attn|mlp).*?(?:k_proj|v_proj).*?)"
        r"|(?:\bmodel\.layers\.[\d]{1,}\.(?:self_attn|mlp)\.(?:(?:q_proj|k_proj|up_proj)))"
    },
    "all linear layers": {"target_modules": "all-linear"},
    "all but some": {"target_modules": ["q_proj", "k_proj"], "exclude_modules": [Q0, "k_proj"]},
    "all but a pattern": {"target_modules": ["q_proj"], "exclude_modules": r".*layers\.1\..*"},
    "ranks of their own": {"target_modules": ["q_proj", "v_proj"], "rank_pattern": {"v_proj": 5, Q0: 1}},
    "alphas of their own": {"target_modules": ["q_proj", "v_proj"], "alpha_pattern": {"layers.1.self_attn.v_proj": 40}},
    "both, by patterns": {
        "target_modules": ["q_proj", "down_proj"],
        "rank_pattern": {r"layers\.[01]\..*q_proj": 7, "q_proj": 3},
        "alpha_pattern": {"^model.layers.2.mlp.down_proj": 1, "mlp.*": 9},
    },
    "both, rank-stabilised": {
        "target_modules": ["q_proj"], "rank_pattern": {Q0: 4}, "alpha_pattern": {Q0: 7}, "use_rslora": True,
    },
    "both, and DoRA of one layer": {
        "target_modules": ["q_proj", "o_proj"], "layers_to_transform": [1], "rank_pattern": {"o_proj": 3},
        "alpha_pattern": {"o_proj": 2}, "use_dora": True,
    },
    "dropout": {"target_modules": ["q_proj"], "lora_dropout": 0.3},
    "A and B from elsewhere": {"target_modules": ["q_proj"], "init_lora_weights": "gaussian"},
    "from nowhere": {"target_modules": ["q_proj"], "init_lora_weights": False},
    "tied, where nothing is to tie": {"target_modules": ["q_proj"], "ensure_weight_tying": True},
    "a base that is named": {"target_modules": ["q_proj"], "base_model_name_or_path": "somebody/else",
    "revision": "main"},
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_an_adapter_computes_what_peft_computes(way, tmp_path):
    files = saved(tmp_path, **WAYS[way])
    model = ours()
    how = adapter_store.taken(files, model)
    with torch.no_grad():
        wanted = PeftModel.from_pretrained(theirs(), tmp_path).eval()(TOKENS).logits
        assert (wanted - theirs()(TOKENS).logits).abs().max() > 1e-3
    for found in logits(how, model):
        assert torch.allclose(found, wanted, atol=1e-5)


@pytest.mark.parametrize("way", ["a full path", "both, by patterns", "both, and DoRA of one layer"])
def test_what_came_in_goes_out_again_for_peft(way, tmp_path):
    model = ours()
    how = adapter_store.taken(saved(tmp_path, **WAYS[way]), model)
    with torch.no_grad():
        wanted = PeftModel.from_pretrained(theirs(), tmp_path).eval()(TOKENS).logits
        again = _Uploaded(how)
        again.unadapted = again
        for name, file in adapter_store.files(model, again).items():
            (tmp_path / name).write_bytes(file)
        assert torch.allclose(PeftModel.from_pretrained(theirs(), tmp_path).eval()(TOKENS).logits, wanted, atol=1e-5)


def test_what_is_kept_is_no_larger_than_what_was_sent(tmp_path):
    files = saved(tmp_path, target_modules=[Q0], r=16)
    model = ours()
    stored = adapter_store.weights(model, _Uploaded(adapter_store.taken(files, model)))
    assert sum(each.nbytes for each in stored.values()) < len(files[TENSORS])


def test_every_setting_of_the_installed_peft_is_known_and_off_by_default(tmp_path):
    told = LoraConfig(target_modules=["q_proj"], r=2, task_type="CAUSAL_LM").to_dict()
    for name, value in told.items():
        assert name in USED | IDLE or value is None or value is False or value in ([], {}), name
    files = with_settings(saved(tmp_path, target_modules=["q_proj"]), **told | {"target_modules": ["q_proj"]})
    assert read(files).beside == ("q_proj",)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"layers_to_transform": 0}, r"for layers\.1\.\S+, which adapter_config.json leaves out"),
        ({"layers_to_transform": [0, True]}, "layers_to_transform must hold layer numbers"),
        ({"layers_to_transform": -1}, "layers_to_transform must hold layer numbers"),
        ({"exclude_modules": [Q0]}, "leaves out .target_modules, exclude_modules"),
        ({"target_modules": ["mlp.q_proj"]}, "leaves out .target_modules, exclude_modules"),
        ({"target_modules": r"(.*)*q_proj"}, "may take too long"),
        ({"target_modules": r"(?:a?){30}"}, "may take too long"),
        ({"target_modules": ".?" * 40}, "may take too long"),
        ({"target_modules": "(q_proj"}, "not a valid regular expression"),
        ({"rank_pattern": {Q0: 3}}, "do not have rank 3"),
        ({"rank_pattern": {Q0: 0}}, "rank_pattern must be a whole number"),
        ({"rank_pattern": ["q_proj"]}, "rank_pattern must be an object with a number for each pattern"),
        ({"alpha_pattern": {"q_proj": None}}, "alpha_pattern must be a number"),
        ({"alpha_pattern": {"(a+)+": 2}}, "may take too long"),
        ({"use_dora": "false"}, "use_dora must be true or false"),
        ({"lora_bias": True}, "lora_bias is set"),
        ({"fan_in_fan_out": True}, "fan_in_fan_out is set"),
        ({"use_qalora": 0}, "use_qalora is set"),
        ({"layer_replication": [[0, 2], [1, 3]]}, "layer_replication is set"),
        ({"target_parameters": ["mlp.experts"]}, "target_parameters is set"),
        ({"trainable_token_indices": [0]}, "trainable_token_indices is set"),
        ({"eva_config": {"rho": 2.0}}, "eva_config is set"),
        ({"loftq_config": {"bits": 4}}, "loftq_config is set"),
        ({"init_lora_weights": "pissa_niter_4"}, "may change the model's own weights"),
        ({"bias": "lora_only"}, "does not support trained biases"),
        ({"a_setting_of_tomorrow": 0}, "a_setting_of_tomorrow is set"),
    ],
)
def test_settings_that_do_not_hold_are_refused_by_name(said, why, tmp_path):
    files = with_settings(saved(tmp_path, target_modules=["q_proj"]), **said)
    with pytest.raises(BadFile, match=why):
        adapter_store.taken(files, ours())


@pytest.mark.parametrize(
    ("of", "why"),
    [
        ({"target_modules": ["lm_head"]}, "does not support the tensor"),
        ({"target_modules": ["embed_tokens"]}, "does not support the tensor"),
        ({"target_modules": ["q_proj"], "modules_to_save": ["norm"]}, "modules_to_save is set"),
        (
            {"target_modules": ["q_proj"], "layers_to_transform": [0]},
            "names layers.1.self_attn.q_proj, and adapter_model.safetensors holds no tensors",
        ),
    ],
)
def test_what_stands_elsewhere_is_refused(of, why, tmp_path):
    files = saved(tmp_path, **of)
    if "layers_to_transform" in of:
        files = with_settings(files, layers_to_transform=None)
    with pytest.raises(BadFile, match=why):
        adapter_store.taken(files, ours())


def test_the_base_it_names_is_known(tmp_path):
    files = saved(tmp_path, target_modules=["q_proj"])
    assert settings(with_settings(files, base_model_name_or_path="a/b")[CONFIG]).base == "a/b"
    assert settings(with_settings(files, base_model_name_or_path=None)[CONFIG]).base == ""


def test_every_set_of_ours_is_one_of_theirs(tmp_path):
    for where, ends in IN_TEXTS.items():
        assert adapter_store.taken(saved(tmp_path, target_modules=list(ends)), ours()).where == where


def archive(packed: int, *names: str, holds: bytes = b"x") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packed) as opened:
        for name in names:
            opened.writestr(name, holds)
    return made.getvalue()


@pytest.mark.parametrize("packed", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_whose_size_unpacked_cannot_be_bounded_is_refused(packed):
    bomb = archive(packed, TENSORS, holds=bytes(2**24))
    assert len(bomb) < 5_000
    with pytest.raises(BadFile, match=f"{TENSORS} in the archive is compressed in a way"):
        sorted_out([("adapter.zip", bomb)])


@pytest.mark.parametrize("packed", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_no_more_is_unpacked_than_was_asked_for(packed):
    found = sorted_out([("adapter.zip", archive(packed, f"a/{TENSORS}", "other.txt", holds=bytes(2**16)))])
    assert found == {TENSORS: bytes(2**16)}
    large = archive(zipfile.ZIP_DEFLATED, TENSORS, holds=bytes(MOST_BYTES + 2**20))
    assert len(sorted_out([("adapter.zip", large)])[TENSORS]) == MOST_BYTES + 1


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["inner.zip"], "another archive"),
        ([f"{at}.txt" for at in range(101)], "holds 101 files"),
        ([f"{at:060d}.txt" for at in range(1_000)], "lists more than 100 files"),
        ([f"a/{CONFIG}", f"b/{CONFIG}"], "twice"),
    ],
)
def test_an_archive_of_other_things_is_refused(names, why):
    with pytest.raises(BadFile, match=why):
        sorted_out([("adapter.zip", archive(zipfile.ZIP_DEFLATED, *names))])


def test_an_archive_that_lies_of_its_table_is_refused():
    good = archive(zipfile.ZIP_DEFLATED, CONFIG)
    at = good.rfind(b"PK\x05\x06")
    for size in (2**31, 2**16 + 1):
        with pytest.raises(BadFile, match="archive"):
            sorted_out([("adapter.zip", good[: at + 12] + struct.pack("<I", size) + good[at + 16 :])])
    with pytest.raises(BadFile, match="archive"):
        sorted_out([("adapter.zip", good[:at] + b"PK\x06\x07" + bytes(16) + good[at:])])
