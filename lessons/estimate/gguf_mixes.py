"""The file types of `llama-quantize`: which of a model's matrices each rounds finer than the rest.

This is `src/llama-quant.cpp` of llama.cpp at 0c1e57098, as a table. One thing is older: where queries, keys and values
are one matrix (`fused`), it has the type that files of 2024 and 2025 give it; at that commit it is rounded as values
are (Phi-3-mini: Q2_K 6 % larger, Q5_K_M 2 % smaller). DeepSeek's projection up to keys and values is one matrix here,
as in files of early 2025, and counts as values.

Each rule gives the type `kind` in some places, and `else_`, or in `later` layers another, in the rest; "" is the type
that most matrices have.
"""

from collections.abc import Callable
from typing import NamedTuple


class MatrixPlace(NamedTuple):
    """Where a matrix is: its `layer`, from 0 on, of how many `layers`; so many query heads `share` a key; `experts` in
    a layer; and whether an importance matrix has `guided` the rounding."""

    layer: int
    layers: int
    share: int = 1
    experts: int = 0
    guided: bool = False

    @property
    def eighth(self) -> int:
        """Layers in an eighth of all."""
        return self.layers // 8

    @property
    def often(self) -> bool:
        """In the first or the last eighth of the layers, or every third between."""
        ends = self.layer < self.eighth or self.layer >= 7 * self.layers // 8
        return ends or (self.layer - self.eighth) % 3 == 2


Rule = Callable[[MatrixPlace], str]  # the type of a matrix there


class Mix(NamedTuple):
    """A file's types, by kind of matrix; "" is the `base`, which most have. `head`: of the matrix that gives the
    logits, and of an `embedding` it shares; `query`, `key`, `value`: of attention's first matrices; `fused`: of all
    three as one; `output`: of attention's last; `eight`: of that in models of eight experts; `up`: of the MLP's first
    matrices; `down`: of its last; `router`: of what chooses experts; `needs`: whether it takes an importance matrix."""

    base: str
    head: str = "Q6_K"
    embedding: str = ""
    query: str = ""
    key: str = ""
    value: str | Rule = ""
    fused: str = ""
    output: str = ""
    eight: str = ""
    up: str | Rule = ""
    down: str | Rule = ""
    experts: str = ""  # all of their matrices
    router: str = "F32"
    needs: bool = False

    @property
    def narrow(self) -> bool:
        """Whether most have fewer than 3 bits in a way that llama.cpp makes exceptions for."""
        return self.base.startswith(("IQ1", "IQ2"))


def often(kind: str) -> Rule:
    """In the first and the last eighth of the layers, and every third between."""
    return lambda at: kind if at.often else ""


def first(kind: str, part: int = 8, later: str = "") -> Rule:
    """In the first 1 ÷ `part` of the layers."""
    return lambda at: kind if at.layer < at.layers // part else later


def begin(kind: str, count: int, later: str = "") -> Rule:
    """In the first `count` layers."""
    return lambda at: kind if at.layer < count else later


def between(kind: str) -> Rule:
    """In all but the first and the last eighth of the layers."""
    return lambda at: kind if at.eighth <= at.layer < 7 * at.layers // 8 else ""


def shared(kind: str, else_: str = "") -> Rule:
    """Where four or more query heads share keys and values, of which there are few then."""
    return lambda at: kind if at.share >= 4 else else_


def few(kind: str, else_: str) -> Rule:
    """The same, and with four or more experts, beside which values are few."""
    return lambda at: kind if at.share >= 4 or at.experts >= 4 else else_


def first_or_often(kind: str) -> Rule:
    """In the first eighth of the layers; in models of eight experts as `often`."""
    return lambda at: kind if at.layer < at.eighth or (at.experts == 8 and at.often) else ""


def guided(rule: Rule) -> Rule:
    """Only where an importance matrix guides the rounding."""
    return lambda at: rule(at) if at.guided else ""


def unguided(rule: Rule) -> Rule:
    """Only where none does."""
    return lambda at: "" if at.guided else rule(at)


def _narrow(base: str, embedding: str, output: str = "") -> Mix:
    """Fewer than 3 bits: what is finer than the rest is as fine as the `embedding`, or has four bits."""
    value, down = few("Q4_K", embedding), first(embedding)
    return Mix(base, "Q5_K", embedding, value=value, output=output, eight="Q5_K", down=down, needs=True)


MIXES = {
    "IQ1_S": _narrow("IQ1_S", "Q2_K", "IQ2_XXS"),
    "IQ1_M": _narrow("IQ1_M", "Q2_K", "IQ2_XXS"),
    "IQ2_XXS": _narrow("IQ2_XXS", "Q2_K"),
    "IQ2_XS": _narrow("IQ2_XS", "Q2_K"),
    "IQ2_S": _narrow("IQ2_XS", "IQ3_S", "IQ3_S"),
    "IQ2_M": _narrow("IQ2_S", "IQ3_S", "IQ3_S"),
    "IQ3_XXS": Mix(
        "IQ3_XXS", "Q5_K", "IQ3_S", "IQ2_S", "IQ2_S", shared("Q4_K"), output="IQ3_S", eight="Q5_K", needs=True
    ),
    "IQ3_XS": Mix("IQ3_S", query="IQ3_XXS", key="IQ3_XXS", value=shared("Q4_K"), eight="Q5_K", up=between("IQ3_XXS")),
    "IQ3_S": Mix("IQ3_S", value=shared("Q4_K"), eight="Q5_K"),
    "IQ3_M": Mix("IQ3_S", value="Q4_K", fused="Q4_K", output="Q4_K", eight="Q5_K", down=first_or_often("Q4_K")),
    "IQ4_XS": Mix("IQ4_XS", value=shared("Q5_K"), eight="Q5_K", down=unguided(first("Q5_K"))),
    "IQ4_NL": Mix("IQ4_NL", value=shared("Q5_K"), eight="Q5_K", down=unguided(first("Q5_K"))),
    "Q2_K_S": Mix("Q2_K", value=shared("Q4_K"), down=first("Q4_K"), needs=True),
    "Q2_K": Mix("Q2_K", value=shared("Q4_K", "Q3_K"), output="Q3_K", eight="Q5_K", down="Q3_K"),
    "Q3_K_S": Mix("Q3_K", eight="Q5_K"),
    "Q3_K_M": Mix(
        "Q3_K",
        value=begin("Q5_K", 2, "Q4_K"),
        fused="Q4_K",
        output="Q4_K",
        eight="Q5_K",
        down=first("Q5_K", 16, "Q4_K"),
    ),
    "Q3_K_L": Mix("Q3_K", value="Q5_K", fused="Q4_K", output="Q5_K", down="Q5_K"),
    "Q4_0": Mix("Q4_0", down=guided(first("Q4_1"))),
    "Q4_1": Mix("Q4_1"),
    "Q4_K_S": Mix("Q4_K", value=begin("Q5_K", 4), eight="Q5_K", down=first("Q5_K")),
    "Q4_K_M": Mix("Q4_K", value=often("Q6_K"), fused="Q5_K", eight="Q5_K", down=often("Q6_K")),
    "Q5_0": Mix("Q5_0", down=guided(first("Q5_1"))),
    "Q5_1": Mix("Q5_1"),
    "Q5_K_S": Mix("Q5_K"),
    "Q5_K_M": Mix("Q5_K", value=often("Q6_K"), fused="Q6_K", down=often("Q6_K")),
    "Q6_K": Mix("Q6_K"),
    "Q8_0": Mix("Q8_0", "Q8_0"),
    "TQ1_0": Mix("TQ1_0", embedding="Q4_K"),
    "TQ2_0": Mix("TQ2_0", embedding="Q4_K"),
    "Q1_0": Mix("Q1_0"),
    "Q2_0": Mix("Q2_0", embedding="Q4_K"),
    "MXFP4": Mix("Q8_0", "Q8_0", experts="MXFP4"),  # llama-quantize calls it MXFP4_MOE
}
LARGER = {"Q2_K_L": "Q2_K", "Q3_K_XL": "Q3_K_L", "Q4_K_L": "Q4_K_M", "Q5_K_L": "Q5_K_M", "Q6_K_L": "Q6_K"}
MIXES |= {large: MIXES[of]._replace(head="Q8_0", embedding="Q8_0") for large, of in LARGER.items()}
# --token-embedding-type q8_0 --output-tensor-type q8_0
