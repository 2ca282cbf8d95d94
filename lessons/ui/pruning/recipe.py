"""Pruning out of what a reader can choose: how much, of what, in how many rounds, with or without fine-tuning."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from lessons.experiment import STRUCTURES, Experiment, FineTune, Prune, RemoveChannels
from lessons.measure.layer_view import SCANNED, Scanned
from lessons.shrink import budget, channels, prune, saliency, straight_through
from lessons.shrink.schedule import SCHEDULES

Ratios = Callable[[int], tuple[float, ...]]  # sparsity (%) → percent of each layer


def by_the_scan(scan: Sequence[Scanned]) -> Ratios | None:
    """What to take of each layer so that sensitive ones keep more; None until all of them are scanned."""
    layers = {found.layer: found.weights for found in scan}
    if not scan or (scan[-1].sparsity, scan[-1].layer) != (SCANNED[-1], max(layers)):
        return None
    curves = [[(at.sparsity, at.accuracy.value) for at in scan if at.layer == layer] for layer in layers]
    return lambda percent: budget.ratios(curves, list(layers.values()), percent)


def by_hand(shares: Sequence[int]) -> Ratios:
    """What to take of each layer, in percent of the sparsity."""
    return lambda percent: tuple(percent * share / 100 for share in shares)


@dataclass(frozen=True)
class Pruning:
    """How to prune. `ratios`: what to take of each layer, in place of a scope; `epochs`: of fine-tuning after each
    round, 0 for none; `removed`: whether silent channels go at the end."""

    structure: str = "weights"
    criterion: str = "magnitude"
    scope: str = "global"
    ratios: Ratios | None = None
    epochs: int = 0
    rounds: int = 1
    schedule: str = "cubic"
    removed: bool = False

    @classmethod
    def chosen(
        cls,
        structure: str,
        criterion: str,
        scope: str,
        ratios: Ratios | None,
        channels: str,
        when: str,
        epochs: str,
        rounds: str,
        schedule: str,
    ) -> Self:
        """In the words of the knobs."""
        removed = (structure, channels) == ("channels", "removed")
        plain = cls(structure, criterion, "global" if scope == "network" else "layer", ratios, removed=removed)
        if when == "one shot":
            return plain
        return replace(plain, epochs=int(epochs), rounds=int(rounds) if when == "in rounds" else 1, schedule=schedule)

    @property
    def in_one_shot(self) -> Self:
        """The same without fine-tuning."""
        return replace(self, epochs=0, rounds=1, schedule=Pruning.schedule)

    @property
    def when(self) -> str:
        """Whether it is done at once, and what follows."""
        return ("in rounds" if self.rounds > 1 else "fine-tuned") if self.epochs else "one shot"

    @property
    def fixed(self) -> int | None:
        """The sparsity (%), where the structure leaves no choice."""
        return STRUCTURES[self.structure]

    def of(self, model: Experiment, sparsity: int) -> Experiment:
        """The model pruned to this sparsity (%); at 0 it is the model itself."""
        stages = [self.fixed] if self.fixed else SCHEDULES[self.schedule](sparsity, self.rounds)
        for stage in dict.fromkeys(filter(None, stages)):
            model |= self._round(stage)
            if self.epochs:
                model |= FineTune(self.epochs)
        return model | RemoveChannels() if self.removed and stages[-1] else model

    def along(self, model: Experiment, sparsities: Sequence[str]) -> dict[str, Experiment]:
        """The model pruned to each of these sparsities (%)."""
        return {at: self.of(model, int(at)) for at in sparsities}

    @property
    def techniques(self) -> list[Callable]:
        """The functions that do it."""
        found: list[Callable] = [getattr(saliency, self.criterion)]
        if self.structure == "channels":
            found += [channels.channel_scores, channels.highest, channels.masks]
        elif self.fixed:
            found += [prune.n_of_m]
        else:
            found += [prune.block_scores] if self.structure == "blocks" else []
            found += [prune.all_together if self.scope == "global" and not self.ratios else prune.per_layer, prune.keep]
        found += [SCHEDULES[self.schedule]] if self.rounds > 1 and not self.fixed else []
        found += [straight_through.Through] if self.epochs else []
        return found + [channels.removed] * self.removed

    def _round(self, sparsity: int) -> Prune:
        if self.fixed:
            return Prune(sparsity, self.criterion, self.structure, "layer")
        if self.ratios:
            return Prune(
                criterion=self.criterion, structure=self.structure, scope="given", ratios=self.ratios(sparsity)
            )
        return Prune(sparsity, self.criterion, self.structure, self.scope)


@dataclass(frozen=True)
class PrunedNow:
    """What a lab shows, for the labs below it: how it was pruned and to what model; the sparsities (%) of the curve and
    what its axis says; the layer whose weights are shown."""

    how: Pruning
    run: Experiment
    swept: tuple[str, ...]
    axis: str
    layer: str

    def along(self, model: Experiment) -> dict[str, Experiment]:
        """The model pruned at once, not fine-tuned, to each sparsity (%) of the curve."""
        return self.how.in_one_shot.along(model, self.swept)
