"""How weights are kept in few bits: in blocks of numbers that share scales, as the table *weight blocks* has them.

A row of a matrix is a whole number of blocks. llama.cpp has others in place of those that do not fit
(`src/llama-quant.cpp` at 0c1e57098, `tensor_type_fallback`).
"""

from lessons.facts.architectures import weight_blocks

BLOCKS = weight_blocks()
BITS = {kind: 8 * block.bytes / block.numbers for kind, block in BLOCKS.items()}  # of a number
INSTEAD = {
    "IQ1_S": "IQ4_NL", "IQ1_M": "IQ4_NL", "IQ2_XXS": "IQ4_NL", "IQ2_XS": "IQ4_NL", "IQ2_S": "IQ4_NL",
    "IQ3_XXS": "IQ4_NL", "IQ3_S": "IQ4_NL", "IQ4_XS": "IQ4_NL",
    "TQ1_0": "Q4_0", "TQ2_0": "Q4_0", "Q2_0": "Q4_0", "Q2_K": "Q4_0", "Q3_K": "Q4_0",
    "Q4_K": "Q5_0", "Q5_K": "Q5_1", "Q6_K": "Q8_0",
}  # fmt: skip


def fitting(kind: str, width: int) -> str:
    """The type `kind` itself, or the one in its place where rows of this width are no whole number of its blocks; 16
    bits where those do not fit, either."""
    for found in (kind, INSTEAD.get(kind, "F16")):
        if width % BLOCKS[found].numbers == 0:
            return found
    return "F16"
