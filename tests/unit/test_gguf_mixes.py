"""Which matrix gets which type: llama-quantize's own figures, its exceptions by hand, and what other engines keep in 16
bits."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lessons.estimate.gguf_mixes import LARGER, MIXES, MatrixPlace
from lessons.estimate.gguf_size import FORMATS, bits_a_weight, file_bytes, matrices
from lessons.estimate.weight_blocks import BITS, BLOCKS, INSTEAD, fitting
from lessons.facts.architectures import architectures

SHAPES = architectures()
LLAMA = SHAPES["Llama 3.1 8B"]
PRINTED = {  # bits per weight of Llama 3.1 8B, norms among them: llama.cpp, tools/quantize/README.md at 0c1e57098
    "IQ1_S": 2.0042, "IQ1_M": 2.1460, "IQ2_XXS": 2.3824, "IQ2_XS": 2.5882, "IQ2_S": 2.7403, "IQ2_M": 2.9294,
    "IQ3_XXS": 3.2548, "IQ3_XS": 3.4977, "IQ3_S": 3.6606, "IQ3_M": 3.7628, "IQ4_XS": 4.4597, "IQ4_NL": 4.6818,
    "Q2_K_S": 2.9697, "Q2_K": 3.1593, "Q3_K_S": 3.6429, "Q3_K_M": 3.9960, "Q3_K_L": 4.2979, "Q4_K_S": 4.6672,
    "Q4_K_M": 4.8944, "Q5_K_S": 5.5704, "Q5_K_M": 5.7036, "Q6_K": 6.5633, "Q8_0": 8.5008, "fp16": 16.0005,
}  # fmt: skip
NORMS = 65 * 4096  # numbers, in 32 bits


@pytest.mark.parametrize(("form", "bits"), PRINTED.items())
def test_every_type_takes_the_bits_that_llama_quantize_prints(form, bits):
    with_norms = 8 * (file_bytes(LLAMA, form) + 4 * NORMS) / 8_030_261_248
    assert with_norms == pytest.approx(bits, abs=0.00006)


def kinds(name: str) -> dict[str, int]:
    """Numbers of a model's matrices in all layers, by kind."""
    found: dict[str, int] = {}
    for matrix in matrices(SHAPES[name]):
        found[matrix.kind] = found.get(matrix.kind, 0) + matrix.numbers * matrix.layers
    return found


def bytes_by_hand(name: str, types: dict[str, str]) -> float:
    return sum(numbers * BITS[types[kind]] / 8 for kind, numbers in kinds(name).items())


def test_a_model_of_eight_experts_rounds_attention_finer():
    rest = {"embedding": "Q3_K", "head": "Q6_K", "query": "Q3_K", "router": "F32", "experts": "Q3_K"}
    eight = rest | {"experts down": "Q3_K", "key": "Q8_0", "value": "Q8_0", "output": "Q5_K"}
    assert file_bytes(SHAPES["Mixtral 8x7B"], "Q3_K_S") == pytest.approx(bytes_by_hand("Mixtral 8x7B", eight))
    narrow = {"embedding": "Q2_K", "head": "Q5_K", "query": "IQ2_XXS", "router": "F32", "experts": "IQ2_XXS"}
    narrow |= {"key": "Q4_K", "value": "Q4_K", "output": "Q5_K"}
    down = kinds("Mixtral 8x7B").pop("experts down")
    first = 4 / 32 * (BITS["Q2_K"] - BITS["IQ2_XXS"]) * down / 8  # of the first eighth of the layers
    by_hand = bytes_by_hand("Mixtral 8x7B", narrow | {"experts down": "IQ2_XXS"}) + first
    assert file_bytes(SHAPES["Mixtral 8x7B"], "IQ2_XXS") == pytest.approx(by_hand)


def test_eighty_layers_of_llama_and_qwen_round_values_finer():
    rest = {"embedding": "Q3_K", "head": "Q6_K", "query": "Q3_K", "key": "Q3_K", "output": "Q3_K", "up": "Q3_K"}
    for name, down in {"Llama 3.3 70B": "Q3_K", "Qwen2.5 72B": "Q4_0"}.items():  # rows of 29568: no whole blocks
        by_hand = bytes_by_hand(name, rest | {"down": down, "value": "Q5_K"})
        assert file_bytes(SHAPES[name], "Q3_K_S") == pytest.approx(by_hand)
    other = bytes_by_hand("Llama 3.1 8B", rest | {"down": "Q3_K", "value": "Q3_K"})
    assert file_bytes(LLAMA, "Q3_K_S") == pytest.approx(other)


def test_an_importance_matrix_moves_the_first_eighth_of_the_last_matrices():
    down = 4096 * 14336 * 4  # of 32 layers the first 4
    assert file_bytes(LLAMA, "Q4_0", guided=True) - file_bytes(LLAMA, "Q4_0") == pytest.approx(down * 0.5 / 8)
    less = down * (BITS["Q5_K"] - BITS["IQ4_XS"]) / 8
    assert file_bytes(LLAMA, "IQ4_XS") - file_bytes(LLAMA, "IQ4_XS", guided=True) == pytest.approx(less)


def test_a_shared_embedding_has_the_type_of_a_head():
    """Qwen2.5 0.5B: rows of 896 are no whole blocks of 256, so that its head is in Q8_0 and the rest in IQ4_NL."""
    tied = SHAPES["Qwen2.5 0.5B"]
    assert tied.tied_embeddings and tied.d_model % 256
    head = tied.vocab * tied.d_model * 8.5 / 8
    wide = tied.layers * tied.d_model * tied.d_ff  # the last matrices' rows of 4864 are whole blocks
    down = (wide * BITS["IQ1_S"] + wide // 24 * 3 * (BITS["Q2_K"] - BITS["IQ1_S"])) / 8
    values = tied.layers * tied.d_model * tied.n_kv_heads * tied.head_dim
    others = sum(kinds("Qwen2.5 0.5B").values()) - tied.vocab * tied.d_model - wide - values
    fallback = (others * 4.5 + values * BITS["Q5_0"]) / 8  # Q4_K → Q5_0
    assert file_bytes(tied, "IQ1_S") == pytest.approx(head + down + fallback, rel=1e-6)


@pytest.mark.parametrize(
    ("form", "bits", "ends"),
    [
        ("MLX 4 bit", 4 + 32 / 64, False),  # a scale and a bias of 16 bits for 64
        ("MLX 6 bit", 6 + 32 / 64, False),
        ("MLX 8 bit", 8 + 32 / 64, False),
        ("AWQ 4 bit", 4 + 20 / 128, True),  # a scale of 16 bits and a zero point of 4 for 128
        ("GPTQ 4 bit", 4 + 20 / 128, True),
        ("fp8", 8, True),
        ("NVFP4", 4 + 8 / 16, True),
        ("NF4", 4 + 32 / 64, True),
    ],
)
def test_other_engines_round_all_or_all_but_the_ends(form, bits, ends):
    numbers = kinds("Llama 3.1 8B")
    outer = numbers["embedding"] + numbers["head"]
    layers = sum(numbers.values()) - outer
    assert file_bytes(LLAMA, form) == pytest.approx((layers * bits + outer * (16 if ends else bits)) / 8)


def test_larger_variants_keep_embedding_and_head_in_8_bits():
    for large, of in LARGER.items():
        ends = 128_256 * 4096
        more = ends * (8.5 - BITS["Q6_K"] + 8.5 - BITS[MIXES[of].base]) / 8
        assert file_bytes(LLAMA, large) - file_bytes(LLAMA, of) == pytest.approx(more)


@given(some.sampled_from(sorted(BLOCKS)), some.integers(1, 40_000))
def test_what_stands_in_has_whole_blocks(kind, width):
    found = fitting(kind, width)
    assert width % BLOCKS[found].numbers == 0
    assert found in (kind, INSTEAD.get(kind), "F16")
    assert (found == kind) == (width % BLOCKS[kind].numbers == 0)


@given(some.sampled_from(sorted(MIXES)), some.integers(0, 127), some.integers(1, 128), some.booleans())
def test_every_rule_gives_a_type_there_is(form, layer, layers, guided):
    place = MatrixPlace(min(layer, layers - 1), layers, 4, 0, guided)
    for asked in MIXES[form]:
        if callable(asked):
            assert (asked(place) or MIXES[form].base) in BITS
    assert all(asked in ("", *BITS) for asked in MIXES[form][:-1] if isinstance(asked, str))


def test_every_format_has_bits_for_every_shape_that_is_modelled():
    assert all(1 < bits_a_weight(LLAMA, form) <= 32 for form in FORMATS)
