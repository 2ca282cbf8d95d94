"""Shrunk language models out of what a reader can choose."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from lessons.experiment import (
    BadExperiment,
    Experiment,
    FactorizeWeights,
    PruneWeights,
    QuantizeActivationsPerToken,
    QuantizeKVCache,
    QuantizeWeights,
)
from lessons.experiment.language_step import BLOCKS, GRAINS, METHODS
from lessons.shrink import awq, blocks, gptq, grid, half, nf4, outliers, quantize, svd, token_quantize, wanda
from lessons.text import sections

WORDS = sections("language-model")
ROUNDED = (8, 4, 3, 2)  # bits at which models are compared with smaller ones
KEPT = "as stored"  # in place of bits
WIDTHS = ("2", "3", "4", "5", "6", "8")
FULL = "32"  # bits of what is not rounded
SHARES = ("25", "50", "75", "90", "100")  # % of the numbers of a matrix that its two factors have; 100: it stays one


@dataclass(frozen=True)
class Shrinking:
    """How to shrink; `pruned`: % of each row before; `outliers`: % of columns kept in 16 bits; `activations`, `cache`:
    bits; `share`: % of the numbers that two factors have in place of one matrix."""

    grain: str = "row"
    method: str = "nearest"
    scheme: str = "symmetric"
    group: int = QuantizeWeights.group
    outliers: float = 0.0
    parts: str = "all"
    activations: str = FULL
    cache: str = FULL
    pruned: int = 0
    criterion: str = "wanda"
    share: int = 100

    @property
    def rounds(self) -> bool:
        """Whether weights can be rounded: those of factors stay in 16 bits."""
        return self.share == 100

    def named(self, bits: str) -> str:
        """It, in few words."""
        parts = [WORDS("named: pruned", share=self.pruned)] if self.pruned else []
        parts += [WORDS("named: factors", share=self.share)] if not self.rounds else []
        which = [self.parts] if self.parts != QuantizeWeights.parts else []
        parts += [", ".join([WORDS("at bits", bits=bits), self.grain, self.method, *which])] if bits != KEPT else []
        parts += [WORDS("named: cache", bits=self.cache)] if self.cache != FULL else []
        parts += [WORDS("named: activations", bits=self.activations)] if self.activations != FULL else []
        return "; ".join(parts) or KEPT

    def of(self, model: Experiment, bits: str) -> Experiment:
        """The model shrunk, with this many bits a weight. Raises BadExperiment where that cannot be had."""
        if self.pruned:
            model |= PruneWeights(self.pruned, self.criterion)
        if not self.rounds:
            model |= FactorizeWeights(self.share)
        if bits != KEPT:
            group = self.group if self.grain == "group" else QuantizeWeights.group
            model |= QuantizeWeights(
                int(bits), self.grain, self.scheme, group, self.method, self.outliers, parts=self.parts
            )
        if self.activations != FULL:
            model |= QuantizeActivationsPerToken(int(self.activations))
        return model if self.cache == FULL else model | QuantizeKVCache(int(self.cache))

    def curves(self, model: Experiment) -> dict[tuple[str, str], dict[str, Experiment]]:
        """The model at every width, with every grain, this one first; where matrices are thin, at every share. By grain
        and method, and position."""
        if not self.rounds:
            points = {f"{at} %": replace(self, share=int(at)).of(model, KEPT) for at in SHARES[:-1]}
            return {(WORDS["low-rank factors"], ""): points}
        grains = (self.grain, *(grain for grain in GRAINS if grain != self.grain))
        return {(grain, self.method): self.along(model, grain=grain) for grain in grains}

    def methods(self, model: Experiment) -> dict[tuple[str, str], dict[str, Experiment]]:
        """The model at every width, rounded by every method that can do the rest of this, and to the nearest with the
        other grain (groups; rows where this has groups). By grain and method, and bits; none of one width alone."""
        other = "row" if self.grain == "group" else "group"
        ways = [*((self.grain, method) for method in METHODS), (other, METHODS[0])]
        found = {(grain, method): self.along(model, grain=grain, method=method) for grain, method in ways}
        return {way: points for way, points in found.items() if len(points) > 1} if self.rounds else {}

    def at_each(self, model: Experiment) -> dict[str, Experiment]:
        """The model at every position of the slider for bits that can be had; where matrices are thin, at the last."""
        return (self.along(model) if self.rounds else {}) | {KEPT: self.of(model, KEPT)}

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
        found += [] if self.rounds else [svd.factorize, svd.rank_for]
        if bits != KEPT:
            found += {"gptq": [gptq.gptq, gptq.inverse_root], "awq": [awq.awq, awq.scales, awq.output_error]}.get(
                self.method, []
            )
            found += [outliers.chosen, outliers.mixed] if self.outliers else []
            if self.scheme in BLOCKS:
                found.append(blocks.FORMATS[self.scheme])
            elif self.scheme == "nf4":
                found += [nf4.nf4, nf4.levels, half.scale_in_file, half.up_to_half]
            else:
                found += [quantize.quantize, getattr(grid, self.scheme), grid.to_codes]
                found += [half.scale_in_file, half.up_to_half]
        if (self.cache, self.activations) != (FULL, FULL):
            found += [token_quantize.rounded, grid.affine, grid.to_codes]
        return list(dict.fromkeys(found))


def in_groups(model: Experiment) -> dict[str, Experiment]:
    """A model trained here as it is, and with fewer bits a weight in groups of 32."""
    rounded = {WORDS("at bits", bits=bits): model | QuantizeWeights(bits, "group") for bits in ROUNDED}
    return {WORDS("at bits", bits=FULL): model} | rounded
