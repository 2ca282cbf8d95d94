"""How weights are kept in few bits: in blocks of numbers that share scales.

llama.cpp: `ggml/src/ggml-common.h` at 0c1e57098, the sizes of its structs. MLX: `mlx.core.quantize`, a scale and a bias
of 16 bits for 64 numbers. AWQ, GPTQ: a scale of 16 bits and a zero point of 4 for 128. NVFP4: a scale of 8 bits for 16.
NF4: a scale of 32 bits for 64 (Dettmers et al., "QLoRA" (2023), §3, without double quantization).
"""

from typing import NamedTuple


class Block(NamedTuple):
    """`bytes` of a block of so many `numbers`, its scales among them. A row of a matrix is a whole number of blocks."""

    numbers: int
    bytes: float


BLOCKS = {
    "F32": Block(1, 4), "F16": Block(1, 2), "F8": Block(1, 1),
    "Q8_0": Block(32, 34), "Q5_1": Block(32, 24), "Q5_0": Block(32, 22), "Q4_1": Block(32, 20), "Q4_0": Block(32, 18),
    "Q6_K": Block(256, 210), "Q5_K": Block(256, 176), "Q4_K": Block(256, 144), "Q3_K": Block(256, 110),
    "Q2_K": Block(256, 84),
    "IQ4_NL": Block(32, 18), "IQ4_XS": Block(256, 136), "IQ3_S": Block(256, 110), "IQ3_XXS": Block(256, 98),
    "IQ2_S": Block(256, 82), "IQ2_XS": Block(256, 74), "IQ2_XXS": Block(256, 66), "IQ1_M": Block(256, 56),
    "IQ1_S": Block(256, 50),
    "TQ2_0": Block(256, 66), "TQ1_0": Block(256, 54), "Q2_0": Block(64, 18), "Q1_0": Block(128, 18),
    "MXFP4": Block(32, 17), "NVFP4": Block(64, 36),
    "MLX 8": Block(64, 68), "MLX 6": Block(64, 52), "MLX 5": Block(64, 44), "MLX 4": Block(64, 36),
    "MLX 3": Block(64, 28),
    "INT4": Block(128, 66.5), "NF4": Block(64, 36),
}  # fmt: skip
BITS = {kind: 8 * block.bytes / block.numbers for kind, block in BLOCKS.items()}  # of a number
INSTEAD = {
    "IQ1_S": "IQ4_NL", "IQ1_M": "IQ4_NL", "IQ2_XXS": "IQ4_NL", "IQ2_XS": "IQ4_NL", "IQ2_S": "IQ4_NL",
    "IQ3_XXS": "IQ4_NL", "IQ3_S": "IQ4_NL", "IQ4_XS": "IQ4_NL",
    "TQ1_0": "Q4_0", "TQ2_0": "Q4_0", "Q2_0": "Q4_0", "Q2_K": "Q4_0", "Q3_K": "Q4_0",
    "Q4_K": "Q5_0", "Q5_K": "Q5_1", "Q6_K": "Q8_0",
}  # fmt: skip


def fitting(kind: str, width: int) -> str:
    """The type itself, or the one in its place where rows of this width are no whole number of its blocks (llama.cpp,
    `tensor_type_fallback`); 16 bits where those do not fit, either."""
    for found in (kind, INSTEAD.get(kind, "F16")):
        if width % BLOCKS[found].numbers == 0:
            return found
    return "F16"
