"""Training a shrunk model on: what is pruned stays pruned, what is rounded is rounded in every forward pass.

The straight-through estimator: Bengio et al., "Estimating or Propagating Gradients Through Stochastic Neurons" (2013),
§4. Rounding has slope 0 nearly everywhere, so the gradient is passed on as if nothing had been rounded. Training with
rounded weights: Jacob et al., "Quantization and Training of Neural Networks …" (2018), §3.
"""

from collections.abc import Callable

from torch import Tensor, nn
from torch.nn.utils import parametrize

from lessons.shrink.encoded import Encoded
from lessons.shrink.sparse import Sparse

Encode = Callable[[Tensor], Encoded]


def straight_through(x: Tensor, rounded: Tensor) -> Tensor:
    """Forwards what x was rounded to, backwards the gradient as if it were x."""
    return x + (rounded - x).detach()


def shrink(weight: Tensor, kept: Tensor | None, encode: Encode | None) -> Tensor | Encoded | Sparse:
    """A weight as it is stored: rounded, without those that are not kept."""
    stored = weight if encode is None else encode(weight if kept is None else weight * kept)
    return stored if kept is None else Sparse(kept, stored)


class Through(nn.Module):
    """A parametrization: the layer multiplies with the shrunk weight, and training moves the one behind it."""

    def __init__(self, kept: Tensor | None, encode: Encode | None):
        super().__init__()
        self.kept, self.encode = kept, encode

    def forward(self, weight: Tensor) -> Tensor:
        """The weight as it multiplies: masked, rounded; its gradient goes to the one behind it."""
        alive = weight if self.kept is None else weight * self.kept
        if self.encode is None:
            return alive
        return straight_through(alive, shrink(weight.detach(), self.kept, self.encode).decode())


def open_up(net: nn.Module, parametrizations: dict[str, Through]) -> None:
    """Let these parameters of a network, by name, be trained through what shrinks them."""
    for name, way in parametrizations.items():
        layer, _, parameter = name.rpartition(".")
        parametrize.register_parametrization(net.get_submodule(layer), parameter, way, unsafe=True)


def close_up(net: nn.Module) -> None:
    """Make every parameter the one that was trained, as it was before it was shrunk."""
    for layer in net.modules():
        for parameter in list(getattr(layer, "parametrizations", ())):
            parametrize.remove_parametrizations(layer, parameter, leave_parametrized=False)
