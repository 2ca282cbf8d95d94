"""A language model as it stands, and how to look into its layers. None is ever changed."""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from types import MappingProxyType
from typing import NamedTuple

from torch import Tensor, nn

from lessons.estimate.transformer import keys_and_values
from lessons.experiment import Written, written_as
from lessons.experiment.language_source import LanguageSource, shipped_names
from lessons.models.bad_file import BadFile
from lessons.models.llama import Cache, Llama, turns
from lessons.models.vocabulary import Vocabulary
from lessons.models.written import part_of
from lessons.text import sections

WORDS = sections("measure")


class LanguageModel(NamedTuple):
    """A language model ready to write. `files`: each of its tensors as bytes of a file; `bits`: that the numbers in
    them need; `kept`: what pruning left of matrices; `factors`: numbers in the two matrices that stand for one;
    `cache_bits`: of a number among the keys and values."""

    net: Llama  # with the weights that its files stand for
    files: Mapping[str, bytes]
    bits: Mapping[str, int]
    vocabulary: Vocabulary  # text ↔ tokens
    source: LanguageSource  # where its weights come from, before they were shrunk
    kept: Mapping[str, Tensor] = MappingProxyType({})
    factors: Mapping[str, int] = MappingProxyType({})
    cache_bits: float = 32

    @property
    def corpus(self) -> str:
        """The text it is tested on."""
        if isinstance(self.source, Written):
            return self.source.corpus
        return written_as(self.source.file).corpus if self.source.file in shipped_names() else "prose"


class LayerInputs(NamedTuple):
    """What flowed into a matrix: Σ x·xᵀ [in, in], Σ |x| [in], and of how many tokens."""

    second: Tensor  # Σ x·xᵀ, float32 [in, in]
    total: Tensor  # Σ |x|, float32 [in]
    tokens: int  # how many were summed

    @property
    def size(self) -> Tensor:
        """Mean |x| of each input, [in]."""
        return self.total / self.tokens

    @property
    def norm(self) -> Tensor:
        """‖x‖₂ of each input over all tokens, [in]."""
        return self.second.diagonal().sqrt()


def matrices(net: Llama, parts: str = "all") -> dict[str, Tensor]:
    """The matrices in some parts of a network ("all", or their names), by name."""
    found = {name: weight for name, weight in net.named_parameters() if weight.dim() > 1}
    return found if parts == "all" else {name: w for name, w in found.items() if part_of(name) in parts.split(" and ")}


def block_by_block(net: Llama, tokens: Tensor) -> Iterator[tuple[int, dict[str, LayerInputs]]]:
    """Send tokens [n, t] through a network, and say of each block what flows into its matrices, by name. Whatever is
    done to a block's weights then, later blocks see the results of. Raises BadFile where that is no number any more."""
    turn = turns(0, tokens.shape[1], net.shape)
    x = net.embed_tokens(tokens)
    for at, block in enumerate(net.layers):
        seen: dict[str, LayerInputs] = {}
        with ExitStack() as hooks:
            for name, layer in block.named_modules():
                if isinstance(layer, nn.Linear):
                    note = _note(seen, f"layers.{at}.{name}.weight")
                    hooks.callback(layer.register_forward_pre_hook(note, prepend=True).remove)
            block(x, turn, Cache())
        _must_be_finite(seen)
        yield at, seen
        x = block(x, turn, Cache())


def blocks(net: Llama) -> Iterator[tuple[int, dict[str, LayerInputs]]]:
    """The same, where nobody has to look."""
    for at in range(len(net.layers)):
        yield at, {}


def with_net(model: LanguageModel) -> LanguageModel:
    """The model with a network of its own, which may be changed."""
    return model._replace(net=copy.deepcopy(model.net), files=dict(model.files), bits=dict(model.bits))


def _must_be_finite(inputs: Mapping[str, LayerInputs]) -> None:
    """Raises BadFile where numbers have become too large: what looks at them would find nothing."""
    for name, each in inputs.items():
        if not bool(each.second.diagonal().isfinite().all()):
            raise BadFile(WORDS("activations too large", matrix=name))


def _note(inputs: dict[str, LayerInputs], name: str) -> Callable:
    def note(layer: nn.Module, given: tuple[Tensor, ...]) -> None:
        x = given[0].flatten(0, 1)
        inputs[name] = LayerInputs(x.T @ x, x.abs().sum(0), len(x))

    return note


def pieces(model: LanguageModel, tokens: Sequence[int]) -> list[str]:
    """The text of each token by itself; half a character shows as a question mark. `tokens`: their numbers."""
    return [model.vocabulary.decode([token]) for token in tokens]


def cache_numbers(net: Llama) -> int:
    """Keys and values a token adds."""
    shape = net.shape
    return shape.layers * keys_and_values(shape.kv_heads, shape.head_dim)


def multiplications(model: LanguageModel) -> int:
    """MACs for a token without looking back: each number of each matrix once, the embedding only where it writes. Zeros
    are multiplied, too."""
    net = model.net
    written = 0 if net.lm_head is None else -net.embed_tokens.weight.numel()
    return sum(model.factors.get(name, weight.numel()) for name, weight in matrices(net).items()) + written
