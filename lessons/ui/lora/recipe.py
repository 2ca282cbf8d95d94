"""Adapted models out of what a reader can choose."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from lessons.data import TASKS as DATA
from lessons.data.texts import CORPORA
from lessons.experiment import (
    SMOLLM2,
    Adapt,
    Experiment,
    Quantize,
    QuantizeWeights,
    file_source,
    ready_written,
    shipped,
)
from lessons.experiment.adapt import NEW_PICTURES, NEW_TEXTS
from lessons.shrink import lora, nf4, quantize
from lessons.text import sections

WORDS = sections("lora")
KEPT = "as it is"  # in place of bits
BASES = ("2", "3", "4", "8", KEPT)  # bits of the matrices that the adapter stands beside
RANKS = ("0", "1", "2", "4", "8", "16", "32", "64")
SHARES, STRENGTHS = (0, 25, 50, 75, 100), (0.0, 0.5, 1.0, 1.5, 2.0)  # measured ahead
FULL, HEAD = WORDS["full fine-tuning"], WORDS["head alone"]
VECTORS = {True: WORDS["gains alone"], False: WORDS["biases alone"]}  # of those that write, and that see
NAMES = {"lora": "LoRA", "rslora": "rsLoRA", "dora": "DoRA"}
KNOWN = {
    "shakespeare": WORDS["Macbeth"],
    "prose": WORDS["this course's text"],
}  # what is tested of what a language model knows
TRIED = "as tried"  # in place of a rate: one of these, close to the best of those tried (tests/study/adapting.py)
RATES = {
    "shakespeare": {"low": 1e-2, "full": 1e-3, "head": 1e-2, "vectors": 1e-2},
    "fashion": {"low": 1e-2, "full": 1e-2, "head": 3e-2, "vectors": 3e-1},
    SMOLLM2: {"low": 5e-3},
}


SHOWN_AS = {"text": WORDS["text"], "pictures": WORDS["images"]}  # what a task is about, as readers call it


@dataclass(frozen=True)
class AdaptationTask:
    """What is learnt, by whom. `base`: who learns; `to`: what; `old`: what it knows; `pair`: the two tasks that can be
    blended."""

    base: str
    to: str
    old: str
    pair: tuple[str, ...] = ()

    @cached_property
    def model(self) -> Experiment:
        """Who learns, before that."""
        if self.base in DATA:
            return shipped("cnn", self.base)
        return Experiment(ready_written(self.base) if self.base in CORPORA else file_source(self.base))

    @property
    def writes(self) -> bool:
        return self.base not in DATA

    @property
    def large(self) -> bool:
        """Whether it takes minutes, and only low-rank matrices can learn."""
        return self.base == SMOLLM2

    @property
    def metric(self) -> str:
        """How well it is done."""
        return "loss" if self.writes else "accuracy"

    @property
    def things(self) -> str:
        """What it is about, old and new."""
        return "text" if self.writes else "pictures"

    @property
    def new(self) -> str:
        """What is learnt, as readers call it."""
        return NEW_TEXTS[self.to].name if self.writes else f"{DATA[self.base].NAME}, {NEW_PICTURES[self.to]}"

    @property
    def known(self) -> str:
        """What it knows, as readers call it."""
        return KNOWN.get(self.old) or DATA[self.old].NAME


TASKS = {
    "bible": AdaptationTask("shakespeare", "bible", "shakespeare", ("bible", "names")),
    "names": AdaptationTask("shakespeare", "names", "shakespeare", ("bible", "names")),
    "turned": AdaptationTask("fashion", "turned", "fashion", ("turned", "inverted")),
    "inverted": AdaptationTask("fashion", "inverted", "fashion", ("turned", "inverted")),
    SMOLLM2: AdaptationTask(SMOLLM2, "names", "prose"),
}


@dataclass(frozen=True)
class Adapting:
    """How to adapt. `task`: one of TASKS; `kind`: "lora" or its kin; `base`: bits of the matrices that stay, or KEPT;
    `rate`: the highest learning rate of the low-rank matrices, or None for the one that was tried."""

    task: str = "bible"
    rank: int = Adapt.rank
    base: str = KEPT
    kind: str = "lora"
    where: str = "query and value"
    alpha: float = Adapt.alpha
    rate: float | None = None
    steps: int = 100
    seed: int = 0

    @property
    def of(self) -> AdaptationTask:
        """What is learnt, by whom."""
        return TASKS[self.task]

    @property
    def below(self) -> Experiment:
        """The model that is adapted: where it is rounded, a language model's layers in groups of 32, at 4 bits to NF4,
        as QLoRA does; a network for pictures by output channel."""
        if self.base == KEPT:
            return self.of.model
        if not self.of.writes:
            return self.of.model | Quantize(int(self.base), "channel")
        scheme = "nf4" if self.base == "4" else "affine"
        return self.of.model | QuantizeWeights(int(self.base), "group", scheme, parts="attention and MLP")

    @property
    def low(self) -> Adapt | None:
        """The low-rank matrices, and how they are trained; none of rank 0."""
        if not self.rank:
            return None
        rate = self.rate or RATES[self.of.base]["low"]
        return Adapt(self.of.to, self.kind, self.rank, self.alpha, self.where, rate, self.steps, self.seed)

    @property
    def name(self) -> str:
        """What the low-rank matrices are called, among others."""
        said = {"kind": NAMES[self.kind], "rank": self.rank}
        return WORDS("adapter", **said) if self.base == KEPT else WORDS("adapter on bits", bits=self.base, **said)

    @property
    def adapted(self) -> Experiment:
        """The model with what low-rank matrices have learnt."""
        return self.below | self.low if self.low else self.below

    def other(self, method: str) -> Experiment:
        """The model as it is, having learnt another way: the same in the same order, at the rate that suits it."""
        rate = RATES[self.of.base][method]
        return self.of.model | Adapt(self.of.to, method, rate=rate, steps=self.steps, seed=self.seed)

    @property
    def runners(self) -> dict[str, Experiment]:
        """Who can race: on rounded matrices only what leaves them as they are, and the same on the model as it is."""
        mine = {self.name: self.adapted} if self.rank else {}
        if self.of.large:
            return mine
        if self.base != KEPT:
            whole = replace(self, base=KEPT)
            return mine | ({whole.name: whole.adapted} if self.rank else {})
        others = {FULL: "full", HEAD: "head", VECTORS[self.of.writes]: "vectors"}
        return mine | {name: self.other(method) for name, method in others.items()}

    @property
    def techniques(self) -> list[Callable]:
        """The functions that do it."""
        nearest = nf4.nf4 if self.base == "4" and self.of.writes else quantize.quantize
        return [*([] if self.base == KEPT else [nearest]), lora.begin, lora.scale, lora.Adapted, lora.merged]


def blend(model: Experiment, one: Adapt, other: Adapt, share: int, strength: float) -> Experiment:
    """Two adapters on one model, `share` percent of the other, and `strength` times both."""
    parts = {one: strength * (100 - share) / 100, other: strength * share / 100}
    blended = model
    for how, much in parts.items():
        if much:
            blended |= replace(how, strength=much)
    return blended
