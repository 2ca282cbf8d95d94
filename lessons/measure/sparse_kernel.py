"""A network whose layers multiply with sparse matrices: what it takes to skip zeros on this machine.

Gale et al., "Sparse GPU Kernels for Deep Learning" (2020), §1–2: a dense kernel multiplies zeros like any other number;
one that skips them must look up where the others are, so it wins only where enough are zero. Here the kernel is torch's
product of a CSR matrix (compressed sparse rows) and a dense one.
"""

import copy
import warnings

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons.models.layers import weighted

SIDE = 2048  # of a large layer


def with_sparse_kernels(net: nn.Module) -> nn.Module:
    """A copy of `net` that gives the same answers, in which no weight that is 0 is stored or multiplied.

    Raises ValueError for layers there is no such kernel for, and for those with hooks, which would be lost.
    """
    net = copy.deepcopy(net)
    for name, layer in weighted(net).items():
        if layer._forward_pre_hooks or layer._forward_hooks:
            raise ValueError(f"{name} has hooks, which a sparse kernel would lose")
        net.set_submodule(name, SparseLinear(layer) if isinstance(layer, nn.Linear) else SparseConv2d(layer))
    return net


def large_layer(gone: float) -> nn.Sequential:
    """One linear layer of a size that large models have, `gone` of its weights 0 (a share), at random."""
    layer = nn.Linear(SIDE, SIDE).requires_grad_(False)
    places = torch.randperm(layer.weight.numel(), generator=torch.Generator().manual_seed(0))
    layer.weight.view(-1)[places[: round(gone * len(places))]] = 0
    return nn.Sequential(layer)


class SparseLinear(nn.Module):
    """Input float32 [n, in] → [n, out]."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.weight, self.bias = csr(layer.weight), layer.bias

    def forward(self, x: Tensor) -> Tensor:
        """x [n, in] → [n, out]."""
        output = (self.weight @ x.T).T
        return output if self.bias is None else output + self.bias


class SparseConv2d(nn.Module):
    """Input float32 [n, in, height, width] → [n, out, …]: a convolution as the product of two matrices.

    What each place of the output sees becomes a column (Chellapilla et al., "High Performance Convolutional Neural
    Networks for Document Processing", 2006, §2.1). A convolution in groups is a matrix with a block for each of them.
    """

    def __init__(self, layer: nn.Conv2d) -> None:
        super().__init__()
        if not isinstance(layer, nn.Conv2d) or layer.padding_mode != "zeros" or isinstance(layer.padding, str):
            raise ValueError(f"there is no sparse kernel for {layer}")
        self.weight, self.bias = csr(torch.block_diag(*layer.weight.flatten(1).chunk(layer.groups))), layer.bias
        self.window = {name: getattr(layer, name) for name in ("kernel_size", "dilation", "padding", "stride")}

    def forward(self, x: Tensor) -> Tensor:
        """x [n, in, height, width] → [n, out, height, width], as a matrix product over unfolded windows."""
        columns = F.unfold(x, **self.window)  # [n, in × kernel, places]
        output = self.weight @ columns.transpose(0, 1).flatten(1)
        if self.bias is not None:
            output += self.bias[:, None]
        return output.unflatten(1, (len(x), *self._places(x))).transpose(0, 1)

    def _places(self, x: Tensor) -> list[int]:
        """Height and width of the output."""
        kernel, dilation, padding, stride = self.window.values()
        return [
            (side + 2 * padding[at] - dilation[at] * (kernel[at] - 1) - 1) // stride[at] + 1
            for at, side in enumerate(x.shape[2:])
        ]


def csr(weight: Tensor) -> Tensor:
    """A matrix of which only what is not 0 is stored."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sparse CSR tensor support is in beta state", UserWarning)
        return weight.detach().to_sparse_csr()
