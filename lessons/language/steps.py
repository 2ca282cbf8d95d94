"""What each step of a recipe does to a language model. Each is a generator: shares of the work that are done, then the model."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial, singledispatch

import torch
from torch import Tensor, nn

from lessons.data.texts import text
from lessons.experiment import FactorizeMatrices, PruneMatrices, RoundActivations, RoundCache, RoundMatrices, TextStep
from lessons.experiment.fields import BadExperiment
from lessons.experiment.text_step import BLOCKS
from lessons.language.model import Model, Seen, block_by_block, blocks, matrices, with_net
from lessons.shrink import outliers
from lessons.shrink.awq import Scaled, awq
from lessons.shrink.blocks import FORMATS, Blocks
from lessons.shrink.encoded import Encoded
from lessons.shrink.gptq import gptq
from lessons.shrink.grid import affine, symmetric
from lessons.shrink.half import in_half, scale_in_file, up_to_half
from lessons.shrink.nf4 import nf4
from lessons.shrink.outliers import Mixed
from lessons.shrink.pack import pack
from lessons.shrink.per_token import rounded
from lessons.shrink.quantize import quantize
from lessons.shrink.sparse import Sparse
from lessons.shrink.svd import Factors, factorize, rank_for
from lessons.shrink.wanda import row_by_row, wanda

SCHEMES = {"symmetric": partial(symmetric, stored=scale_in_file), "affine": partial(affine, stored=scale_in_file)}
IN_CACHE = partial(affine, stored=up_to_half)
GRAINS = {"tensor": "tensor", "row": "channel", "group": "group"}  # as `quantize` calls them
LOOKED_AT, PASSAGE = 16, 128  # passages of training text, and tokens in each, that techniques look at
Stored = Tensor | Encoded | Sparse | Scaled | Mixed | Factors | Blocks


@singledispatch
def apply(step: TextStep, model: Model) -> Iterator[float | Model]:
    """The share of the work that is done, again and again, and at last the model after one more step. The one before it
    stays as it is."""
    raise NotImplementedError(f"no language model is built for {type(step).__name__}")


@apply.register
def _(step: RoundMatrices, model: Model) -> Iterator[float | Model]:
    looks = step.method != "nearest" or (step.outliers and step.chosen == "activation")
    return _each_matrix(model, step.parts, looks, partial(_rounded, step))


@apply.register
def _(step: PruneMatrices, model: Model) -> Iterator[float | Model]:
    random = torch.Generator().manual_seed(step.seed)

    def pruned(name: str, weight: Tensor, seen: Seen | None) -> Stored:
        scores = {
            "wanda": lambda: wanda(weight, seen.norm),
            "magnitude": weight.abs,
            "random": lambda: torch.rand(weight.shape, generator=random),
        }[step.criterion]()
        return Sparse(row_by_row(scores, step.sparsity / 100), in_half(weight))

    return _each_matrix(model, "attention and MLP", step.criterion == "wanda", pruned)


@apply.register
def _(step: FactorizeMatrices, model: Model) -> Iterator[float | Model]:
    def thin(name: str, weight: Tensor, seen: Seen | None) -> Stored:
        return factorize(weight, rank_for(weight.shape, step.share / 100))

    return _each_matrix(model, "attention and MLP", False, thin)


@apply.register
def _(step: RoundActivations, model: Model) -> Iterator[float | Model]:
    model = with_net(model)
    for layer in model.net.layers.modules():
        if isinstance(layer, nn.Linear):
            layer.register_forward_pre_hook(lambda _, given: (rounded(given[0], step.bits), *given[1:]))
    model.net.norm.register_forward_hook(lambda _, given, found: rounded(found, step.bits))  # into the output's matrix
    yield model


@apply.register
def _(step: RoundCache, model: Model) -> Iterator[float | Model]:
    model = with_net(model)
    for block in model.net.layers:
        block.self_attn.stored = partial(rounded, bits=step.bits, scheme=IN_CACHE)
    width = model.net.shape.head_dim
    yield model._replace(cache_bits=step.bits + 32 / width)  # a scale and a zero point of 16 bits for each head


def calibration(model: Model) -> Tensor:
    """Passages of text to look at, none of them of the test: int64 [16, 128]."""
    tokens = model.vocabulary.encode(text(model.corpus, "train")[: LOOKED_AT * PASSAGE * 8])
    return torch.tensor(tokens[: LOOKED_AT * PASSAGE]).view(LOOKED_AT, PASSAGE)


def _each_matrix(
    model: Model, parts: str, looks: bool, encode: Callable[[str, Tensor, Seen | None], Stored]
) -> Iterator[float | Model]:
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
            elif isinstance(stored, Factors):
                factors[name] = stored.up.numel() + stored.down.numel()
            wanted[name].copy_(stored.decode())
            model.files[name], model.bits[name] = as_file(name, stored), bits_of(stored)
        yield done / (len(model.net.layers) + 1)
    yield model._replace(kept=kept, factors=factors)


def _in_order(model: Model, looks: bool) -> Iterator[tuple[int, dict[str, Seen]]]:
    yield from block_by_block(model.net, calibration(model)) if looks else blocks(model.net)
    yield -1, {}


def _rounded(step: RoundMatrices, name: str, weight: Tensor, seen: Seen | None) -> Stored:
    if step.scheme in BLOCKS:
        return _in_blocks(step.scheme, name, weight)
    if step.method == "gptq" and seen:
        return _halved(gptq(weight, seen.second, step.bits, GRAINS[step.grain], SCHEMES[step.scheme], step.group))
    if step.method == "awq" and seen:
        return awq(weight, partial(_nearest, step), seen.size, seen.second)
    if step.outliers and (seen or step.chosen != "activation"):
        size = seen.size if seen else weight.new_zeros(weight.shape[1])
        columns = outliers.chosen(weight, size, step.outliers / 100, step.chosen, step.seed)
        return outliers.mixed(weight, partial(_nearest, step), columns)
    return _nearest(step, weight)


def _nearest(step: RoundMatrices, weight: Tensor) -> Encoded:
    if step.scheme == "nf4":
        return _halved(nf4(weight, GRAINS[step.grain], step.group, scale_in_file))
    return _halved(quantize(weight, step.bits, GRAINS[step.grain], SCHEMES[step.scheme], "min-max", step.group))


def _halved(encoded: Encoded) -> Encoded:
    """With scales in 16 bits, as files of language models have them, where each is a float16."""
    half = encoded.scale.half()
    return replace(encoded, scale=half) if torch.equal(half.float(), encoded.scale) else encoded


def _in_blocks(kind: str, name: str, weight: Tensor) -> Blocks:
    """Those of llama.cpp. Raises BadExperiment where its 16-bit scales make a matrix infinite, or nothing but zeros."""
    found = FORMATS[kind](weight)
    decoded, largest = found.decode(), f"{weight.abs().max().item():.3g}"
    if not decoded.isfinite().all():
        raise BadExperiment(f"{name} does not fit {kind}: its largest weight, {largest}, needs a scale beyond 65,504")
    if weight.any() and not decoded.any():
        raise BadExperiment(
            f"{name} does not fit {kind}: its largest weight, {largest}, needs a scale that 16 bits round to 0"
        )
    return found


def as_file(name: str, stored: Stored) -> bytes:
    """A tensor as the bytes of a file: llama.cpp's blocks as they are, everything else packed."""
    if isinstance(stored, Blocks):
        return stored.to_bytes()
    if isinstance(stored, Sparse):
        return pack({name: stored}, "bitmap")
    if isinstance(stored, Scaled):
        return pack({name: stored.encoded, f"{name}.s": stored.s})
    if isinstance(stored, Mixed):
        return pack({name: stored.rest, f"{name}.columns": stored.columns.float(), f"{name}.exact": stored.exact})
    if isinstance(stored, Factors):
        return pack({f"{name}.up": stored.up, f"{name}.down": stored.down})
    return pack({name: stored})


def bits_of(stored: Stored) -> int:
    """Bits the numbers need, without any header."""
    if isinstance(stored, Sparse):
        weights = stored.weights
        each = weights.bits if isinstance(weights, Encoded) else 8 * weights.element_size()
        shared = weights.stored_bits - each * weights.codes.numel() if isinstance(weights, Encoded) else 0
        return stored.kept.numel() + each * int(stored.kept.sum()) + shared
    return stored.stored_bits if not isinstance(stored, Tensor) else 8 * stored.nbytes
