"""Adapters as files: as `peft` reads and writes them, and what is no adapter is refused in a sentence."""

import io
import json
import zipfile

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save
from transformers import LlamaConfig, LlamaForCausalLM

from lessons.models.adapter_file import CONFIG, MOST_BYTES, TENSORS, Adapter, read, sorted_out, write, zipped
from lessons.models.bad_file import BadFile

LAYER = "layers.0.self_attn.q_proj"


def llama() -> LlamaForCausalLM:
    torch.manual_seed(0)
    sizes = {"vocab_size": 65, "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2}
    return LlamaForCausalLM(LlamaConfig(**sizes, num_attention_heads=2, num_key_value_heads=2))


def adapter(method: str = "lora", rank: int = 4) -> Adapter:
    weights = {}
    for at in range(2):
        for name in ("q_proj", "v_proj"):
            layer = f"layers.{at}.self_attn.{name}"
            weights |= {f"{layer}.down": torch.randn(rank, 64), f"{layer}.up": torch.randn(64, rank)}
            weights |= {f"{layer}.length": torch.rand(64) + 1} if method == "dora" else {}
    return Adapter(method, rank, 6.0, ("q_proj", "v_proj"), weights)


@pytest.mark.parametrize("method", ["lora", "rslora", "dora"])
def test_what_is_written_is_read_again(method):
    written = adapter(method)
    found = read(write(written, "here"))
    assert found[:4] == written[:4]
    assert found.weights.keys() == written.weights.keys()
    assert all(torch.equal(found.weights[name], each) for name, each in written.weights.items())


@pytest.mark.parametrize("method", ["lora", "rslora", "dora"])
def test_peft_reads_what_we_write(method, tmp_path):
    ours = adapter(method)
    for name, file in write(ours, "here").items():
        (tmp_path / name).write_bytes(file)
    theirs = PeftModel.from_pretrained(llama(), tmp_path)
    layer = theirs.base_model.model.model.layers[1].self_attn.v_proj
    assert torch.equal(layer.lora_B["default"].weight, ours.weights["layers.1.self_attn.v_proj.up"])
    assert layer.scaling["default"] == (3.0 if method == "rslora" else 1.5)
    if method == "dora":
        length = layer.lora_magnitude_vector["default"].weight
        assert torch.equal(length, ours.weights["layers.1.self_attn.v_proj.length"])


def test_we_read_what_peft_writes(tmp_path):
    settings = LoraConfig(r=2, lora_alpha=4, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
    get_peft_model(llama(), settings).save_pretrained(tmp_path)
    found = read({name: (tmp_path / name).read_bytes() for name in (CONFIG, TENSORS)})
    assert found[:4] == ("lora", 2, 4.0, ("q_proj", "v_proj"))
    assert found.weights[f"{LAYER}.down"].shape == (2, 64)


def test_what_is_missing_is_named():
    files = write(adapter(), "here")
    for name in (CONFIG, TENSORS):
        with pytest.raises(BadFile, match=name):
            read({other: file for other, file in files.items() if other != name})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"peft_type": "IA3"}, "not describe a LoRA adapter"),
        ({"r": 0}, "r must be a whole number"),
        ({"r": 10**9}, "r must be a whole number"),
        ({"r": "4"}, "r must be a whole number"),
        ({"r": True}, "r must be a whole number"),
        ({"r": 5}, "do not have rank 5"),
        ({"lora_alpha": "6"}, "lora_alpha"),
        ({"lora_alpha": float("nan")}, "lora_alpha"),
        ({"target_modules": "q_proj"}, "target_modules"),
        ({"target_modules": ["q_proj"]}, "target_modules"),
        ({"target_modules": []}, "target_modules"),
        ({"bias": "all"}, "biases"),
        ({"rank_pattern": {"q_proj": 2}}, "do not have rank 2"),
        ({"use_dora": True}, "do not fit the method"),
        ({"modules_to_save": ["lm_head"]}, "modules_to_save"),
        ({"init_lora_weights": "pissa"}, "may change"),
        ({"alora_invocation_tokens": [1]}, "alora_invocation_tokens"),
        ({"some_setting_of_tomorrow": 1}, "some_setting_of_tomorrow"),
    ],
)
def test_settings_that_lie_or_are_not_computed_are_refused(changed, said):
    files = write(adapter(), "here")
    files[CONFIG] = json.dumps(json.loads(files[CONFIG]) | changed).encode()
    with pytest.raises(BadFile, match=said):
        read(files)


@pytest.mark.parametrize(
    ("tensors", "said"),
    [
        ({}, "holds no tensors"),
        ({"os.system": torch.ones(1)}, "does not support the tensor"),
        ({f"base_model.model.model.{LAYER}.lora_A.weight": torch.full((4, 64), torch.nan)}, "finite"),
        ({f"base_model.model.model.{LAYER}.lora_A.weight": torch.ones(4, 64, dtype=torch.int8)}, "finite"),
        ({f"base_model.model.model.{LAYER}.lora_A.weight": torch.ones(4, 64)}, "do not fit the method"),
    ],
)
def test_tensors_that_are_no_adapter_are_refused(tensors, said):
    with pytest.raises(BadFile, match=said):
        read(write(adapter(), "here") | {TENSORS: save(tensors)})


@given(some.binary(max_size=200), some.sampled_from([CONFIG, TENSORS]))
def test_any_bytes_are_refused_in_a_sentence(junk, name):
    with pytest.raises(BadFile):
        read(write(adapter(), "here") | {name: junk})


@given(some.integers(0, 10_000))
def test_a_file_that_is_cut_off_is_refused(left):
    files = write(adapter(), "here")
    with pytest.raises(BadFile):
        read(files | {TENSORS: files[TENSORS][: min(left, len(files[TENSORS]) - 1)]})


def test_deep_nesting_is_refused():
    with pytest.raises(BadFile):
        read(write(adapter(), "here") | {CONFIG: b"[" * 100_000})


def test_files_are_known_by_what_they_are_and_archives_are_opened():
    files = write(adapter(), "here")
    renamed = [("adapter_config (1).json", files[CONFIG]), ("x.safetensors", files[TENSORS])]
    assert sorted_out(renamed) == files
    assert sorted_out([("adapter.zip", zipped(files))]) == files
    with pytest.raises(BadFile, match="twice"):
        sorted_out([*renamed, ("another.json", files[CONFIG])])


@pytest.mark.parametrize("archive", [b"", b"PK\x03\x04junk", zipped(write(adapter(), "here"))[:-30]])
def test_a_damaged_archive_is_refused(archive):
    with pytest.raises(BadFile, match="archive"):
        sorted_out([("adapter.zip", archive)])


def test_of_an_archive_no_more_is_unpacked_than_an_adapter_may_have():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(TENSORS, bytes(MOST_BYTES + 10_000_000))
    found = sorted_out([("adapter.zip", bomb.getvalue())])
    assert len(found[TENSORS]) == MOST_BYTES + 1
    with pytest.raises(BadFile, match="larger than"):
        read(found | {CONFIG: b"{}"})
