"""What is exported is what the app computes with, as the field's own readers see it."""

from dataclasses import replace
from pathlib import Path

import gguf
import numpy as np
import pytest
import torch

from lessons.experiment import (
    BadExperiment,
    Experiment,
    PruneWeights,
    QuantizeKVCache,
    QuantizeWeights,
    Written,
    block_of,
    file_source,
    ready_written,
)
from lessons.language import build
from lessons.language.export import as_gguf
from lessons.models import gguf_model, language_files
from lessons.models.gguf_file import in_pairs, their_name
from tests.unit.llamas import SHAPE, folder, random_net, written

PIECES = Experiment(Written("shakespeare", "llama-64x1", steps=20, vocabulary="512 pieces"))
FIT = [
    (QuantizeWeights(4, "group", "Q4_0"),),
    (QuantizeWeights(4, "group", "Q4_1"),),
    (QuantizeWeights(8, "group", "Q8_0"),),
    (QuantizeWeights(4, "group"),),
    (QuantizeWeights(8, "group"),),
    (QuantizeWeights(4, "group", method="gptq"),),
    (QuantizeWeights(4, "group", parts="MLP"),),
    (),
]
DO_NOT_FIT = [
    QuantizeWeights(4),
    QuantizeWeights(3, "group"),
    QuantizeWeights(4, "group", "affine"),
    QuantizeWeights(4, "group", group=64),
    QuantizeWeights(4, "group", "nf4"),
    QuantizeWeights(4, "group", method="awq"),
    QuantizeWeights(4, "group", outliers=1),
    PruneWeights(50),
    QuantizeKVCache(4),
]


@pytest.fixture(scope="module")
def net():
    return random_net()


def exported(experiment: Experiment, folder: Path) -> Path:
    path = folder / "model.gguf"
    path.write_bytes(as_gguf(build.build(experiment), experiment))
    return path


def as_theirs(name: str, weight: torch.Tensor, heads: int) -> np.ndarray:
    rows = weight.numpy()
    return in_pairs(rows, heads) if name.endswith(("q_proj.weight", "k_proj.weight")) else rows


@pytest.mark.parametrize("recipe", FIT, ids=str)
def test_the_fields_reader_finds_the_weights_we_compute_with(recipe, tmp_path):
    experiment = replace(PIECES, recipe=recipe)
    theirs = {t.name: t for t in gguf.GGUFReader(exported(experiment, tmp_path)).tensors}
    model = build.build(experiment)
    for name, weight in model.net.named_parameters():
        tensor = theirs[their_name(name)]
        found = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        assert np.array_equal(found, as_theirs(name, weight, 2)), name
    packed = sum(map(len, model.files.values()))
    assert sum(t.n_bytes for t in theirs.values()) <= packed  # no header a tensor


@pytest.mark.parametrize("recipe", FIT[:4], ids=str)
def test_what_was_exported_can_be_loaded_and_is_the_same_model(recipe, tmp_path):
    experiment = replace(PIECES, recipe=recipe)
    path, model = exported(experiment, tmp_path), build.build(experiment)
    again = build.baseline(file_source(str(path)))
    assert all(torch.equal(w, again.net.get_parameter(name)) for name, w in model.net.named_parameters())
    text = "MACBETH.\nTo-morrow, and to-morrow [aside]"
    assert again.vocabulary.encode(text) == model.vocabulary.encode(text)
    tokens = torch.tensor([again.vocabulary.encode(text)])
    assert torch.equal(again.net(tokens), model.net(tokens))


def test_a_loaded_file_is_exported_with_all_it_said_and_its_other_tensors(net, tmp_path):
    origin = written(net, tmp_path / "origin.gguf", "Q8_0")
    experiment = Experiment(file_source(str(origin))) | QuantizeWeights(4, "group", "Q4_0", parts="attention")
    path = exported(experiment, tmp_path)
    before, after = gguf.GGUFReader(origin), gguf.GGUFReader(path)
    said = [{n: f.contents() for n, f in r.fields.items() if not n.startswith("GGUF.")} for r in (before, after)]
    assert said[0].items() <= said[1].items()
    assert said[1].keys() - said[0].keys() == {"general.file_type"}
    kinds = {t.name: t.tensor_type.name for t in after.tensors}
    assert {kind for name, kind in kinds.items() if "attn_" in name and "norm" not in name} == {"Q4_0"}
    assert {kind for name, kind in kinds.items() if "ffn_" in name and "norm" not in name} == {"Q8_0"}
    loaded, model = language_files.read(path).net, build.build(experiment).net
    assert all(torch.equal(w, loaded.get_parameter(name)) for name, w in model.named_parameters())


def test_what_is_exported_does_not_hang_on_what_else_is_in_memory(tmp_path):
    experiment = PIECES | QuantizeWeights(4, "group", "Q4_0")
    model = build.build(experiment)
    at_once = as_gguf(model, experiment)
    build.baseline.cache_clear()
    assert as_gguf(model, experiment) == at_once


def test_a_folder_is_refused(net, tmp_path):
    experiment = Experiment(file_source(str(folder(net, tmp_path)))) | QuantizeWeights(4, "group")
    with pytest.raises(BadExperiment, match="a folder with safetensors"):
        as_gguf(build.build(experiment), experiment)


def test_a_file_with_another_alignment_is_read_again(net, tmp_path):
    origin = written(net, tmp_path / "origin.gguf", "Q8_0", alignment=64)
    experiment = Experiment(file_source(str(origin))) | QuantizeWeights(4, "group", "Q4_0")
    path = exported(experiment, tmp_path)
    assert gguf.GGUFReader(path).alignment == 64
    loaded = language_files.read(path).net
    assert torch.equal(loaded.norm.weight, net.norm.weight)


def test_a_file_that_was_not_shrunk_is_itself(net, tmp_path):
    origin = written(net, tmp_path / "origin.gguf", "Q4_1")
    assert exported(Experiment(file_source(str(origin))), tmp_path).read_bytes() == origin.read_bytes()


@pytest.mark.parametrize("step", DO_NOT_FIT, ids=str)
def test_what_blocks_cannot_hold_is_refused(step):
    assert block_of(step) is None
    with pytest.raises(BadExperiment, match="its blocks hold") as raised:
        as_gguf(build.build(PIECES | step), PIECES | step)
    assert "\n" not in str(raised.value)


def test_a_vocabulary_of_characters_is_refused():
    shakespeare = Experiment(ready_written("shakespeare"))
    with pytest.raises(BadExperiment, match="characters"):
        as_gguf(build.build(shakespeare), shakespeare)


def test_pairs_side_by_side_are_the_inverse_of_pairs_half_a_head_apart():
    weight = torch.randn(SHAPE.width, 16)
    apart = gguf_model.in_halves(weight, SHAPE.heads)
    assert np.array_equal(in_pairs(apart.numpy(), SHAPE.heads), weight.numpy())
