"""Shrunk language models out of what a reader can choose."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from lessons.experiment import BadExperiment, Experiment, PruneMatrices, RoundActivations, RoundCache, RoundMatrices
from lessons.experiment.text_step import BLOCKS
from lessons.shrink import awq, blocks, gptq, grid, nf4, outliers, per_token, quantize, wanda

KEPT = "as stored"  # in place of bits
WIDTHS = ("2", "3", "4", "5", "6", "8")
FULL = "32"  # bits of what is not rounded


@dataclass(frozen=True)
class Shrinking:
    """How to shrink; `pruned`: % of each row before; `outliers`: % of columns kept in 16 bits; `activations`, `cache`: bits."""

    grain: str = "row"
    method: str = "nearest"
    scheme: str = "symmetric"
    group: int = RoundMatrices.group
    outliers: float = 0.0
    parts: str = "all"
    activations: str = FULL
    cache: str = FULL
    pruned: int = 0
    criterion: str = "wanda"

    def of(self, model: Experiment, bits: str) -> Experiment:
        """The model shrunk, with this many bits a weight. Raises BadExperiment where that cannot be had."""
        if self.pruned:
            model |= PruneMatrices(self.pruned, self.criterion)
        if bits != KEPT:
            group = self.group if self.grain == "group" else RoundMatrices.group
            model |= RoundMatrices(
                int(bits), self.grain, self.scheme, group, self.method, self.outliers, parts=self.parts
            )
        if self.activations != FULL:
            model |= RoundActivations(int(self.activations))
        return model if self.cache == FULL else model | RoundCache(int(self.cache))

    def along(self, model: Experiment, **changed: str) -> dict[str, Experiment]:
        """The model at every width that can be had, with some of this changed."""
        found = {}
        for bits in WIDTHS:
            try:
                found[bits] = replace(self, **changed).of(model, bits)
            except BadExperiment:  # a scheme that has no such width
                continue
        return found

    def techniques(self, bits: str) -> list[Callable]:
        """The functions that do it."""
        found: list[Callable] = [wanda.wanda, wanda.row_by_row] if self.pruned else []
        if bits != KEPT:
            found += {"gptq": [gptq.gptq, gptq.inverse_root], "awq": [awq.awq, awq.scales, awq.output_error]}.get(
                self.method, []
            )
            found += [outliers.chosen, outliers.mixed] if self.outliers else []
            if self.scheme in BLOCKS:
                found.append(blocks.FORMATS[self.scheme])
            elif self.scheme == "nf4":
                found += [nf4.nf4, nf4.levels]
            else:
                found += [quantize.quantize, getattr(grid, self.scheme), grid.to_codes]
        return found + ([per_token.rounded] if (self.cache, self.activations) != (FULL, FULL) else [])
