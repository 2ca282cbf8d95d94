"""What flows through a language model: how large the numbers are, channel by channel, and what the largest do to
rounding."""

from collections.abc import Iterator
from functools import partial

import torch
from torch import Tensor, nn

from lessons.data.texts import text
from lessons.language.model import LanguageModel
from lessons.language.results import FACTORS, PLACES, Flow
from lessons.shrink import outliers
from lessons.shrink.grid import symmetric
from lessons.shrink.half import in_half
from lessons.shrink.quantize import quantize
from lessons.shrink.token_quantize import rounded
from lessons.text import sections

WORDS = sections("measure")

TOKENS = 128
BITS = 8
KEPT = 0.01  # of the columns, in 16 bits; one at least


@torch.inference_mode()  # of a generator: while it runs, not while it waits
def flowing(model: LanguageModel, place: str, layer: int) -> Iterator[float | Flow]:
    """Shares of the work that are done, then what flows into a matrix of each layer (one of `PLACES`) while 128 tokens
    of the test are read; where there is no such `layer`, the last is looked into. `place`: one of those."""
    layer = min(layer, len(model.net.layers) - 1)
    tokens = torch.tensor([model.vocabulary.encode(text(model.corpus, "test"))[:TOKENS]])
    inputs: list[Tensor] = []
    matrices = [block.get_submodule(PLACES[place]) for block in model.net.layers]
    hooks = [each.register_forward_pre_hook(lambda _, given: inputs.append(given[0][0])) for each in matrices]
    try:
        model.net.read(tokens)
    finally:
        for hook in hooks:
            hook.remove()
    yield 0.5
    errors: dict[str, list[float]] = {}
    for at, factor in enumerate(FACTORS, start=1):
        for way, error in output_errors(*injected(inputs[layer], matrices[layer], factor)).items():
            errors.setdefault(way, []).append(error)
        yield 0.5 + 0.5 * at / len(FACTORS)
    largest = torch.stack([each.abs().amax(0) for each in inputs])
    yield Flow(largest.numpy(), torch.stack([each.abs().mean() for each in inputs]).numpy(), layer, errors)


def injected(x: Tensor, matrix: nn.Linear, factor: float) -> tuple[Tensor, Tensor]:
    """Activations x [t, in] with their largest channel made `factor` times as large, and the weight [out, in] with that
    column made as much smaller: what the layer computes stays the same."""
    channel = int(x.abs().amax(0).argmax())
    scale = torch.ones(x.shape[1]).index_fill(0, torch.tensor(channel), factor)
    return x * scale, matrix.weight / scale


def output_errors(x: Tensor, weight: Tensor) -> dict[str, float]:
    """‖y′ − y‖ ÷ ‖y‖ (%) of y = x·Wᵀ with 8-bit weights, a scale a row, and 8-bit activations, by how these are
    rounded.

    Dettmers et al., "LLM.int8()" (2022), §3: a scale for all is spoilt by one large channel; a scale a token less; and
    not at all where the few largest columns are computed in 16 bits.
    """
    exact = x @ weight.T
    by_row = partial(quantize, bits=BITS, grain="channel", scheme=symmetric, range="min-max")
    rows = by_row(weight).decode()
    columns = outliers.chosen(weight, x.abs().amax(0), max(KEPT, 1 / x.shape[1]), "activation")
    rest = rounded(x.index_fill(1, columns, 0.0), BITS) @ outliers.mixed(weight, by_row, columns).rest.decode().T
    apart = in_half(x[:, columns]).float() @ in_half(weight[:, columns]).float().T
    found = {
        WORDS["per-tensor"]: rounded(x.reshape(1, -1), BITS).view_as(x) @ rows.T,
        WORDS["per-token"]: rounded(x, BITS) @ rows.T,
        WORDS["per-token, mixed"]: rest + apart,
    }
    return {way: 100 * ((y - exact).norm() / exact.norm()).item() for way, y in found.items()}
