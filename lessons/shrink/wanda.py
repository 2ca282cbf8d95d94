"""Pruning by weights and activations: a small weight matters where what it is multiplied with is large.

Sun et al., "A Simple and Effective Pruning Approach for Large Language Models" (2024), §3: |w| · ‖x‖, compared within
each row, that is, for each output.
"""

from torch import Tensor


def wanda(weight: Tensor, norm: Tensor) -> Tensor:
    """How much each weight [out, in] matters; `norm`: ‖x‖₂ of each input over all tokens looked at, [in]."""
    return weight.abs() * norm


def row_by_row(scores: Tensor, share: float) -> Tensor:
    """Which weights stay, bool [out, in], if that share of each row goes, those with the lowest scores."""
    gone = scores.argsort(1)[:, : round(share * scores.shape[1])]
    return scores.new_ones(scores.shape, dtype=bool).scatter(1, gone, False)
