"""How a model is adapted to something new. Here only what that is called and can be; `lessons/adaptation` does it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from lessons.data.texts import CORPORA, Corpus
from lessons.experiment.fields import BadExperiment, must_be_one_of, must_be_whole, number, one_of, shown, whole
from lessons.experiment.language_source import Written, shipped_names, written_as
from lessons.experiment.step import Effect, Step
from lessons.experiment.vision_source import Loaded, Trained, trained_as
from lessons.text import sections

WORDS = sections("experiment")

NEW_TEXTS = {
    "bible": Corpus(WORDS["bible"], "And "),
    "names": CORPORA["names"],
}
NEW_PICTURES = {"turned": WORDS["turned"], "inverted": WORDS["inverted"]}
NEW = NEW_TEXTS | NEW_PICTURES
LOW_RANK = ("lora", "rslora", "dora")
METHODS = (*LOW_RANK, "full", "head", "vectors")
IN_TEXTS = {  # matrices of each layer
    "query": ("q_proj",),
    "query and value": ("q_proj", "v_proj"),
    "attention": ("q_proj", "k_proj", "v_proj", "o_proj"),
    "MLP": ("gate_proj", "up_proj", "down_proj"),
    "attention and MLP": ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"),
}
IN_PICTURES = {
    "first layer": ("conv1",),
    "convolutions": ("conv1", "conv2", "conv3"),
    "every layer": ("conv1", "conv2", "conv3", "fc"),
}
WHERE = IN_TEXTS | IN_PICTURES
READS, SEES = "shakespeare", "cnn"  # what a small model must know (others have too few letters), and be


@dataclass(frozen=True)
class Adapt(Step, called="adapt", effect=Effect.TRAINS):
    """Fine-tune, `to` another text or other pictures: low-rank matrices of a `rank` beside some layers ("lora" and its
    kin), all weights ("full"), the layer that answers ("head": for small language models the embeddings, with which
    they also answer), or all that is no matrix ("vectors": gains of norms, biases).

    `alpha`, with the rank, scales what is learnt; `rate`: the highest learning rate; `stopped_at`: the optimiser step
    at which the run was stopped. `file`: the hash of an adapter that was not trained here but uploaded; its matrices
    are kept, and nothing is trained. In use, `strength` times the change is added, or of it in each matrix only the
    `cut` largest singular values. Several in a row are each learnt from the model before the first, and their changes
    add up.
    """

    to: str = one_of("bible", NEW)
    method: str = one_of("lora", METHODS)
    rank: int = whole(8, 1, 128)
    alpha: float = number(16, 0.1, 1_000)
    where: str = one_of("attention and MLP", WHERE)
    rate: float = number(5e-3, 1e-6, 1)
    steps: int = whole(150, 10, 10_000)
    seed: int = whole(0, 0, 999_999)
    stopped_at: int | None = None
    file: str | None = None
    strength: float = number(1, 0, 2)
    cut: int | None = whole(None, 1, 64)

    def __post_init__(self):
        super().__post_init__()
        must_be_whole("adapt.stopped_at", self.stopped_at, 1, self.steps, empty=True)
        if self.file is not None and not (isinstance(self.file, str) and re.fullmatch("[0-9a-f]{64}", self.file)):
            raise BadExperiment(WORDS("adapt: no hash", value=shown(self.file)))
        if self.file and self.method not in LOW_RANK:
            raise BadExperiment(WORDS("adapt: file without low rank", method=self.method))

    @property
    def learnt(self) -> Self:
        """The training alone: what is learnt does not depend on how much of it is used."""
        return replace(self, strength=1.0, cut=None)

    def follows(self, before: Sequence[Step], source: object) -> None:
        pictures = isinstance(source, Trained | Loaded)
        must_be_one_of("adapt.to", self.to, NEW_PICTURES if pictures else NEW_TEXTS)
        if self.method in LOW_RANK:
            must_be_one_of("adapt.where", self.where, IN_PICTURES if pictures else IN_TEXTS)
        (_must_see if pictures else _must_read)(source, self.method)
        can_follow = Effect.ROUNDS_WEIGHTS | Effect.TRAINS
        if odd := next((step for step in before if step.effect not in can_follow), None):
            raise BadExperiment(WORDS("adapt: cannot follow", step=odd.called))
        if self.method not in (*LOW_RANK, "vectors") and any(each.effect in Effect.ROUNDS_WEIGHTS for each in before):
            raise BadExperiment(WORDS("adapt: quantized matrices", method=self.method))


def _must_see(source: Trained | Loaded, method: str) -> None:
    if (model := trained_as(source).model) != SEES:
        raise BadExperiment(WORDS("adapt: other network", can=SEES, model=model))


def _must_read(source: object, method: str) -> None:
    made = source if isinstance(source, Written) else None
    if made is None and source.file in shipped_names():
        made = written_as(source.file)
    if made and made.corpus != READS:
        raise BadExperiment(WORDS("adapt: other letters", corpus=made.corpus))
    if made is None and method not in LOW_RANK:
        raise BadExperiment(WORDS("adapt: for small models", method=method))


def parted(recipe: Sequence[Step]) -> tuple[tuple[Step, ...], tuple[Adapt, ...]]:
    """A recipe before its first Adapt, and from there on."""
    at = next((at for at, step in enumerate(recipe) if isinstance(step, Adapt)), len(recipe))
    return tuple(recipe[:at]), tuple(recipe[at:])
