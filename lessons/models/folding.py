"""Folding batch normalisation into the convolution before it: the same answers from fewer numbers.

Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference" (2018),
§3.2. After training, a BatchNorm multiplies and shifts each channel by constants, which the convolution can do as well.
"""

import copy
from itertools import pairwise

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


def has_batchnorm(net: nn.Module) -> bool:
    """Whether there is a BatchNorm left."""
    return any(isinstance(layer, nn.BatchNorm2d) for layer in net.modules())


def folded(net: nn.Module) -> nn.Module:
    """A copy of `net`, which must be in eval mode, without the BatchNorms that follow a convolution."""
    net = copy.deepcopy(net)
    for block in [block for block in net.modules() if isinstance(block, nn.Sequential)]:
        for (name, layer), (after, norm) in pairwise(list(block.named_children())):
            if isinstance(layer, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                setattr(block, name, fuse_conv_bn_eval(layer, norm))
                setattr(block, after, nn.Identity())
    return net
