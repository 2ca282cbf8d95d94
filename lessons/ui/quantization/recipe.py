"""Quantization out of what a reader can choose: bits of weights and activations, how they are rounded, and training
on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lessons.experiment import Experiment, FineTune, Quantize, QuantizeActivations
from lessons.shrink import activations, grid, quantize, ranges, straight_through

WIDTHS = (*map(str, range(1, 17)), "fp32")  # bits a weight
COMPARED = WIDTHS[1:8]  # where ways of rounding differ; 1 bit has two levels at ±mean|w|, whatever the grid


@dataclass(frozen=True)
class Quantizing:
    """How to round; "fp32" is not at all. `epochs`: of fine-tuning."""

    bits: str = "8"
    grain: str = "tensor"
    range: str = "min-max"
    activations: str = "fp32"
    scheme: str = "symmetric"
    group: int = Quantize.group
    images: int = QuantizeActivations.images
    epochs: int = 0

    def rounded(self, model: Experiment, bits: str) -> Experiment:
        """The model rounded to this many bits a weight."""
        if bits != "fp32":
            group = self.group if self.grain == "group" else Quantize.group
            model |= Quantize(int(bits), self.grain, self.scheme, self.range, group)
        if self.activations != "fp32":
            model |= QuantizeActivations(int(self.activations), self.images, self.range)
        return model

    def along(self, model: Experiment) -> dict[str, Experiment]:
        """The model rounded to every width, the unrounded one last."""
        return {width: self.rounded(model, width) for width in WIDTHS}

    def weights_alone(self, model: Experiment, widths: Sequence[str]) -> dict[str, Experiment]:
        """The model with weights rounded to each of these widths, and activations as they are."""
        way = replace(self, activations="fp32")
        return {width: way.rounded(model, width) for width in widths}

    def by(self, setting: str, options: Sequence[str], model: Experiment) -> dict[str, dict[str, Experiment]]:
        """The model rounded to each width of COMPARED, by the options of one setting ("grain" or "range")."""
        ways = {option: replace(self, **{setting: option}) for option in options}
        return {option: {width: way.rounded(model, width) for width in COMPARED} for option, way in ways.items()}

    def tuned(self, model: Experiment, bits: str) -> Experiment:
        """The same, fine-tuned so rounded, if there is anything to round."""
        found = self.rounded(model, bits)
        return found | FineTune(self.epochs) if found.recipe and self.epochs else found

    @property
    def techniques(self) -> list[Callable]:
        """The functions that do it."""
        found: list[Callable] = []
        if self.bits == "1":
            found += [quantize.binary, quantize.shared]
        elif self.bits != "fp32":
            found += [
                quantize.quantize,
                quantize.shared,
                ranges.RANGES[self.range],
                getattr(grid, self.scheme),
                grid.to_codes,
            ]
        if self.activations != "fp32":
            found += [activations.calibrate, ranges.RANGES[self.range], grid.affine, grid.round_to, grid.to_codes]
        found += [straight_through.Through, straight_through.straight_through] if self.epochs and found else []
        return list(dict.fromkeys(found))
