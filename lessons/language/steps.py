"""What each step of a recipe does to a language model. Each is a generator: shares of the work that are done, then the
model."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial, singledispatch

import torch
from torch import Tensor, nn

from lessons.data.texts import text
from lessons.experiment import (
    FactorizeWeights,
    LanguageStep,
    PruneWeights,
    QuantizeActivationsPerToken,
    QuantizeKVCache,
    QuantizeWeights,
)
from lessons.experiment.fields import BadExperiment
from lessons.experiment.language_step import BLOCKS
from lessons.language.model import LanguageModel, LayerInputs, block_by_block, blocks, matrices, with_net
from lessons.shrink import outliers
from lessons.shrink.awq import awq
from lessons.shrink.blocks import FORMATS, Blocks
from lessons.shrink.encoded import Composite, Encoded, Encoding
from lessons.shrink.gptq import gptq
from lessons.shrink.grid import SCHEMES, Scheme, affine
from lessons.shrink.half import in_half, scale_in_file, up_to_half
from lessons.shrink.nf4 import nf4
from lessons.shrink.pack import pack
from lessons.shrink.quantize import quantize
from lessons.shrink.sparse import Sparse
from lessons.shrink.svd import factorize, rank_for
from lessons.shrink.token_quantize import rounded
from lessons.shrink.wanda import row_by_row, wanda
from lessons.text import sections

WORDS = sections("measure")

IN_CACHE = partial(affine, stored=up_to_half)
GRAINS = {"tensor": "tensor", "row": "channel", "group": "group"}  # as `quantize` calls them
LOOKED_AT, PASSAGE = 16, 128  # passages of training text, and tokens in each, that techniques look at
Stored = Tensor | Encoding | Sparse | Composite | Blocks


@singledispatch
def apply(step: LanguageStep, model: LanguageModel) -> Iterator[float | LanguageModel]:
    """The share of the work that is done, again and again, and at last the model after one more step. The one before it
    stays as it is. Raises NotImplementedError for a step that is not for language models."""
    raise NotImplementedError(f"no language model is built for {type(step).__name__}")


@apply.register
def quantize_weights(step: QuantizeWeights, model: LanguageModel) -> Iterator[float | LanguageModel]:
    """Each matrix [out, in] rounded to the nearest level, by GPTQ, or by AWQ, perhaps with some columns in 16 bits."""
    looks = step.method != "nearest" or (step.outliers and step.chosen == "activation")
    return _each_matrix(model, step.parts, looks, partial(_rounded, step))


@apply.register
def prune_weights(step: PruneWeights, model: LanguageModel) -> Iterator[float | LanguageModel]:
    """The same share of each row of the layers' matrices gone: by Wanda's score, by magnitude, or at random."""
    random = torch.Generator().manual_seed(step.seed)

    def pruned(name: str, weight: Tensor, inputs: LayerInputs | None) -> Stored:
        scores = {
            "wanda": lambda: wanda(weight, inputs.norm),
            "magnitude": weight.abs,
            "random": lambda: torch.rand(weight.shape, generator=random),
        }[step.criterion]()
        return Sparse(row_by_row(scores, step.sparsity / 100), in_half(weight))

    return _each_matrix(model, "attention and MLP", step.criterion == "wanda", pruned)


@apply.register
def factorize_weights(step: FactorizeWeights, model: LanguageModel) -> Iterator[float | LanguageModel]:
    """Each matrix of the layers as the product of its two factors of the rank that has this share of its numbers."""

    def thin(name: str, weight: Tensor, inputs: LayerInputs | None) -> Stored:
        return factorize(weight, rank_for(weight.shape, step.share / 100))

    return _each_matrix(model, "attention and MLP", False, thin)


@apply.register
def quantize_activations(step: QuantizeActivationsPerToken, model: LanguageModel) -> Iterator[float | LanguageModel]:
    """What flows into each matrix of the layers rounded, each token on a scale of its own, in every forward pass."""
    model = with_net(model)
    for layer in model.net.layers.modules():
        if isinstance(layer, nn.Linear):
            layer.register_forward_pre_hook(lambda _, given: (rounded(given[0], step.bits), *given[1:]))
    model.net.norm.register_forward_hook(lambda _, given, found: rounded(found, step.bits))  # into the output's matrix
    yield model


@apply.register
def quantize_kv_cache(step: QuantizeKVCache, model: LanguageModel) -> Iterator[float | LanguageModel]:
    """Keys and values rounded as they enter the cache, each head of a token on an affine grid of its own."""
    model = with_net(model)
    for block in model.net.layers:
        block.self_attn.stored = partial(rounded, bits=step.bits, scheme=IN_CACHE)
    width = model.net.shape.head_dim
    yield model._replace(cache_bits=step.bits + 32 / width)  # a scale and a zero point of 16 bits for each head


def calibration(model: LanguageModel) -> Tensor:
    """Passages of text to look at, none of them of the test: int64 [16, 128]."""
    tokens = model.vocabulary.encode(text(model.corpus, "train")[: LOOKED_AT * PASSAGE * 8])
    return torch.tensor(tokens[: LOOKED_AT * PASSAGE]).view(LOOKED_AT, PASSAGE)


def _each_matrix(
    model: LanguageModel, parts: str, looks: bool, encode: Callable[[str, Tensor, LayerInputs | None], Stored]
) -> Iterator[float | LanguageModel]:
    """The model with the matrices of some parts encoded, block after block, those outside the blocks at last."""
    model = with_net(model)
    wanted, kept, factors = matrices(model.net, parts), dict(model.kept), dict(model.factors)
    for done, (at, seen) in enumerate(_in_order(model, looks), start=1):
        for name in [name for name in wanted if name.startswith(f"layers.{at}.") or (at < 0 and "layers." not in name)]:
            stored = encode(name, wanted[name], seen.get(name))
            if isinstance(stored, Sparse):
                kept[name] = stored.kept
            elif name in kept:
                stored = Sparse(kept[name], stored)
            elif isinstance(stored, Composite) and stored.macs is not None:
                factors[name] = stored.macs
            wanted[name].copy_(stored.decode())
            model.files[name], model.bits[name] = as_file(name, stored), bits_of(stored)
        yield done / (len(model.net.layers) + 1)
    yield model._replace(kept=kept, factors=factors)


def _in_order(model: LanguageModel, looks: bool) -> Iterator[tuple[int, dict[str, LayerInputs]]]:
    yield from block_by_block(model.net, calibration(model)) if looks else blocks(model.net)
    yield -1, {}


def _rounded(step: QuantizeWeights, name: str, weight: Tensor, inputs: LayerInputs | None) -> Stored:
    if step.scheme in BLOCKS:
        return _in_blocks(step.scheme, name, weight)
    if step.method == "gptq" and inputs:
        return _halved(gptq(weight, inputs.second, step.bits, GRAINS[step.grain], _scheme(step), step.group))
    if step.method == "awq" and inputs:
        return awq(weight, partial(_nearest, step), inputs.size, inputs.second)
    if step.outliers and (inputs or step.chosen != "activation"):
        size = inputs.size if inputs else weight.new_zeros(weight.shape[1])
        columns = outliers.chosen(weight, size, step.outliers / 100, step.chosen, step.seed)
        return outliers.mixed(weight, partial(_nearest, step), columns)
    return _nearest(step, weight)


def _nearest(step: QuantizeWeights, weight: Tensor) -> Encoded:
    if step.scheme == "nf4":
        return _halved(nf4(weight, GRAINS[step.grain], step.group, scale_in_file))
    return _halved(quantize(weight, step.bits, GRAINS[step.grain], _scheme(step), "min-max", step.group))


def _scheme(step: QuantizeWeights) -> Scheme:
    """Its grid, with scales as files of language models hold them: codes are computed with those."""
    return partial(SCHEMES[step.scheme], stored=scale_in_file)


def _halved(encoded: Encoded) -> Encoded:
    """With scales in 16 bits, as files of language models have them, where each is a float16."""
    half = encoded.scale.half()
    return replace(encoded, scale=half) if torch.equal(half.float(), encoded.scale) else encoded


def _in_blocks(kind: str, name: str, weight: Tensor) -> Blocks:
    """Those of llama.cpp. Raises BadExperiment where its 16-bit scales make a matrix infinite, or nothing but zeros."""
    found = FORMATS[kind](weight)
    decoded, largest = found.decode(), f"{weight.abs().max().item():.3g}"
    if not decoded.isfinite().all():
        raise BadExperiment(WORDS("scale too large", matrix=name, kind=kind, largest=largest))
    if weight.any() and not decoded.any():
        raise BadExperiment(WORDS("scale too small", matrix=name, kind=kind, largest=largest))
    return found


def as_file(name: str, stored: Stored) -> bytes:
    """A tensor as the bytes of a file: llama.cpp's blocks as they are, everything else packed. `stored`: as a step
    keeps it."""
    if isinstance(stored, Blocks):
        return stored.to_bytes()
    if isinstance(stored, Sparse):
        return pack({name: stored}, "bitmap")
    return pack(stored.parts(name) if isinstance(stored, Composite) else {name: stored})


def bits_of(stored: Stored) -> int:
    """Bits the numbers need, without any header. `stored`: as a step keeps it."""
    if isinstance(stored, Sparse):
        return stored.bitmap_bits
    return 8 * stored.nbytes if isinstance(stored, Tensor) else stored.stored_bits
