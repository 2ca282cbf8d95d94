"""Adapted language models out of what a reader can choose."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from lessons.experiment import Adapt, Experiment, RoundMatrices
from lessons.shrink import lora, nf4, quantize

KEPT = "as it is"  # in place of bits
BASES = ("2", "3", "4", "8", KEPT)  # bits of the matrices that the adapter stands beside
RANKS = ("0", "1", "2", "4", "8", "16", "32", "64")
RATES = {
    "full": 1e-3,
    "head": 1e-2,
    "gains": 1e-2,
}  # the lowest that comes within 0.02 nats of the best (tests/study/adapting.py)
SHARES, STRENGTHS = (0, 25, 50, 75, 100), (0.0, 0.5, 1.0, 1.5, 2.0)  # measured ahead
FULL, HEAD, GAINS = "all weights", "embeddings alone", "gains alone"
NAMES = {"lora": "LoRA", "rslora": "rsLoRA", "dora": "DoRA"}


@dataclass(frozen=True)
class Adapting:
    """How to adapt; `kind`: "lora" or its kin; `base`: bits of the matrices that stay, or KEPT."""

    text: str = Adapt.text
    rank: int = Adapt.rank
    base: str = KEPT
    kind: str = "lora"
    where: str = Adapt.where
    alpha: float = Adapt.alpha
    rate: float = Adapt.rate
    steps: int = Adapt.steps
    seed: int = 0

    def on(self, model: Experiment) -> Experiment:
        """The model that is adapted: with its layers rounded in groups of 32, at 4 bits to NF4, as QLoRA does."""
        if self.base == KEPT:
            return model
        scheme = "nf4" if self.base == "4" else "affine"
        return model | RoundMatrices(int(self.base), "group", scheme, parts="attention and MLP")

    @property
    def low(self) -> Adapt | None:
        """The thin matrices, and how they are trained; none of rank 0."""
        if not self.rank:
            return None
        return Adapt(self.text, self.kind, self.rank, self.alpha, self.where, self.rate, self.steps, self.seed)

    @property
    def name(self) -> str:
        """What the thin matrices are called, among others."""
        bits = "" if self.base == KEPT else f" on {self.base} bits"
        return f"{NAMES[self.kind]}, rank {self.rank}{bits}"

    def adapted(self, model: Experiment) -> Experiment:
        """The model with what thin matrices have learnt."""
        return self.on(model) | self.low if self.low else self.on(model)

    def other(self, method: str) -> Adapt:
        """Another way, with the same passages in the same order, at the rate that suits it."""
        return Adapt(self.text, method, rate=RATES[method], steps=self.steps, seed=self.seed)

    def runners(self, model: Experiment) -> dict[str, Experiment]:
        """Who can race: on rounded matrices only what leaves them as they are, and the same on the model as it is."""
        mine = {self.name: self.adapted(model)} if self.rank else {}
        if self.base != KEPT:
            whole = replace(self, base=KEPT)
            return mine | ({whole.name: whole.adapted(model)} if self.rank else {})
        others = {FULL: "full", HEAD: "head", GAINS: "gains"}
        return mine | {name: model | self.other(method) for name, method in others.items()}

    @property
    def techniques(self) -> list[Callable]:
        """The functions that do it."""
        rounds = {KEPT: [], "4": [nf4.nf4]}.get(self.base, [quantize.quantize])
        return [*rounds, lora.begin, lora.scale, lora.Adapted, lora.merged]


def blend(model: Experiment, one: Adapt, other: Adapt, share: int, strength: float) -> Experiment:
    """Two adapters on one model, `share` percent of the other, and `strength` times both."""
    parts = {one: strength * (100 - share) / 100, other: strength * share / 100}
    blended = model
    for how, much in parts.items():
        if much:
            blended |= replace(how, strength=much)
    return blended
