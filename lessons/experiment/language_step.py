"""What can be done to a language model, step by step. Here only what each step is called and can be;
`language/steps.py` does it."""

from collections.abc import Sequence
from dataclasses import dataclass

from lessons.experiment.fields import BadExperiment, number, one_of, whole
from lessons.experiment.step import Effect, Step
from lessons.text import sections

WORDS = sections("experiment")

GRAINS = ("tensor", "row", "group")
SCHEMES = ("symmetric", "affine", "nf4", "Q8_0", "Q4_0", "Q4_1")
METHODS = ("nearest", "gptq", "awq")
CHOICES = ("activation", "weight", "random")
PARTS = ("all", "attention", "MLP", "embeddings", "attention and MLP")
PUBLISHED = {"gptq": "attention and MLP", "awq": "attention and MLP"}  # what else there is stays as it was
CRITERIA = ("wanda", "magnitude", "random")
ENCODES = Effect.ROUNDS_WEIGHTS | Effect.RESHAPES  # what a matrix can bear once
BLOCKS = {"Q8_0": 8, "Q4_0": 4, "Q4_1": 4}  # llama.cpp's: their bits


class LanguageStep(Step):
    """One step of a language model's recipe."""


@dataclass(frozen=True)
class QuantizeWeights(LanguageStep, called="quantize_weights", effect=Effect.ROUNDS_WEIGHTS):
    """Round matrices to `bits` bits. `gptq` and `awq` look at what flows into the matrices of the layers; where `parts`
    holds embeddings, these are rounded to the nearest. Their authors round attention and MLP alone (see PUBLISHED).

    `grain`: what shares a scale of 16 bits; `scheme`: the grid, or one of llama.cpp's blocks of 32; `method`: to the
    nearest level, or so that outputs change least; `outliers`: % of the columns that stay in 16 bits, `chosen` by what;
    `parts`: which matrices.
    """

    bits: int = whole(8, 2, 8)
    grain: str = one_of("row", GRAINS)
    scheme: str = one_of("symmetric", SCHEMES)
    group: int = whole(32, 32, 128)
    method: str = one_of("nearest", METHODS)
    outliers: float = number(0, 0, 10)
    chosen: str = one_of("activation", CHOICES)
    parts: str = one_of("all", PARTS)
    seed: int = whole(0, 0, 999_999)

    def __post_init__(self):
        super().__post_init__()
        if self.group not in (32, 64, 128):
            raise BadExperiment(
                WORDS("not one of", place="quantize_weights.group", value=self.group, options="32, 64, 128")
            )
        if self.scheme == "nf4" and self.bits != 4:
            raise BadExperiment(WORDS["nf4: bits"])
        bits = BLOCKS.get(self.scheme)
        if bits and (self.bits, self.grain, self.group) != (bits, "group", 32):
            raise BadExperiment(WORDS("blocks: bits", scheme=self.scheme, bits=bits))
        if bits and (self.method != "nearest" or self.outliers):
            raise BadExperiment(WORDS("blocks: nearest", scheme=self.scheme))
        if self.scheme == "nf4" and self.method == "gptq":
            raise BadExperiment(WORDS["nf4: gptq"])
        if self.outliers and self.method != "nearest":
            raise BadExperiment(WORDS("outliers", method=self.method))

    def follows(self, before: Sequence[Step], source: object) -> None:
        if any(step.effect in ENCODES for step in before):
            raise BadExperiment(WORDS["matrices once"])
        if any(step.effect in Effect.MASKS for step in before) and (
            self.method != "nearest" or self.outliers or self.scheme in BLOCKS
        ):
            raise BadExperiment(WORDS["pruned: nearest"])


@dataclass(frozen=True)
class QuantizeActivationsPerToken(
    LanguageStep, called="quantize_activations_per_token", effect=Effect.ROUNDS_ACTIVATIONS
):
    """Round what flows into each matrix of the layers to `bits` bits, each token on a scale of its own."""

    bits: int = whole(8, 2, 8)

    def follows(self, before: Sequence[Step], source: object) -> None:
        _once(self, before)


@dataclass(frozen=True)
class QuantizeKVCache(LanguageStep, called="quantize_kv_cache", effect=Effect.ROUNDS_ACTIVATIONS):
    """Round keys and values to `bits` bits, each of a token's heads on a scale of its own."""

    bits: int = whole(8, 2, 8)

    def follows(self, before: Sequence[Step], source: object) -> None:
        _once(self, before)


@dataclass(frozen=True)
class PruneWeights(LanguageStep, called="prune_weights", effect=Effect.MASKS):
    """Take away the `sparsity` percent of each row of the layers' matrices that matter least by this criterion."""

    sparsity: int = whole(50, 0, 95)
    criterion: str = one_of("wanda", CRITERIA)
    seed: int = whole(0, 0, 999_999)

    def follows(self, before: Sequence[Step], source: object) -> None:
        if any(step.effect in ENCODES | Effect.MASKS for step in before):
            raise BadExperiment(WORDS("first and once", step=self.called))


@dataclass(frozen=True)
class FactorizeWeights(LanguageStep, called="factorize_weights", effect=Effect.RESHAPES):
    """Make each matrix of the layers the product of two that together have `share` percent of its numbers."""

    share: int = whole(50, 1, 100)

    def follows(self, before: Sequence[Step], source: object) -> None:
        if any(step.effect in ENCODES | Effect.MASKS for step in before):
            raise BadExperiment(WORDS("first and once", step=self.called))


def block_of(step: Step) -> str | None:
    """The blocks of llama.cpp that hold just what a step makes of matrices; None where there are none."""
    if not isinstance(step, QuantizeWeights):
        return None
    if step.scheme in BLOCKS:
        return step.scheme
    alike = step.scheme == "symmetric" and step.grain == "group" and step.group == 32
    one_scale = alike and step.method != "awq" and not step.outliers
    return {8: "Q8_0", 4: "Q4_0"}.get(step.bits) if one_scale else None


def computes_in(recipe: Sequence[Step]) -> str:
    """The numbers a model could multiply: "int8" where all matrices are rounded to whole numbers, and what flows into
    them."""
    weights = any(
        isinstance(step, QuantizeWeights) and step.parts == "all" and step.scheme != "nf4" and not step.outliers
        for step in recipe
    )
    return "int8" if weights and any(isinstance(step, QuantizeActivationsPerToken) for step in recipe) else "fp32"


def _once(step: LanguageStep, before: Sequence[Step]) -> None:
    if any(isinstance(other, type(step)) for other in before):
        raise BadExperiment(WORDS("once", step=step.called))
