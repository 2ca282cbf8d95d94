"""The knobs of a use of a language model, and of the training behind it."""

from dataclasses import dataclass
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lessons import facts
from lessons.estimate import accelerator_energy, footprint, training, weight_formats
from lessons.facts.architectures import Architecture, models
from lessons.quantity import Quantity
from lessons.text import sections
from lessons.ui.state.knob import Knob
from lessons.ui.state.presets import Preset
from lessons.ui.state.widgets import choice, field, more, pick, slider

WORDS = sections("footprint")
BY_HAND, MEASURED = "by hand", WORDS["measured run"]
MODEL = Knob("footprint_model", WORDS["model"], (*models(), BY_HAND), "Llama 3.1 70B")
TASK = Knob("footprint_task", WORDS["task"], (*footprint.TASKS, *footprint.MEDIA, BY_HAND), "chat")
METHOD = Knob("footprint_method", WORDS["method"], tuple(footprint.METHODS), "boards")
BATCH = Knob("footprint_batch", WORDS["batch"], tuple(str(2**n) for n in range(10)), "64")
BOARD = Knob(
    "footprint_board", WORDS["board"], tuple(accelerator_energy.usable()), next(iter(accelerator_energy.usable()))
)
DTYPE = Knob("footprint_dtype", WORDS["weights as"], weight_formats.DTYPES, weight_formats.NATIVE)
GRID = Knob("footprint_grid", WORDS["grid"], tuple(facts.grids()), "Germany")
PUES = {"Google": "pue_google", "Microsoft": "pue_microsoft", "Amazon": "pue_aws", "survey mean": "pue_survey"}
PUE = Knob("footprint_pue", WORDS["building"], tuple(PUES), "Microsoft")
LENGTHS = ("1", "10", "30", "100", "300", "1000", "3000", "10000", "100000")
PROMPT = Knob("footprint_prompt", WORDS["prompt tokens"], LENGTHS, "300")
OUTPUT = Knob("footprint_output", WORDS["output tokens"], LENGTHS, "300")
SIZES = ("0.1", "0.3", "1", "3", "8", "20", "40", "70", "200", "400", "700", "1000", "2000")
TOTAL = Knob("footprint_total", WORDS["parameters"], SIZES, "70")
ACTIVE = Knob("footprint_active", WORDS["active parameters"], SIZES, "70")
USES = Knob("footprint_uses", WORDS["uses"], ("1", "3", "10", "30", "100", "300"), "10")
CROWD = Knob("footprint_crowd", WORDS["people"], tuple(f"{10**n:,}" for n in range(2, 10)), "100,000,000")
READ = ("as listed", "0.3", "1", "2", "5", "10", "15", "40")
TOKENS = Knob("footprint_tokens", WORDS["training tokens"], READ, READ[0])
CHIPS = Knob("footprint_chips", WORDS["trained on"], tuple(training.FITTED), "H100")
CLAIM = Knob("footprint_claim", WORDS["which is wrong"], ("not yet", "first", "second", "third"), "not yet")
HEADLINE = Knob("footprint_headline", WORDS["from the news"], (), "")
COUNTS = Knob("footprint_counts", WORDS["what it counts"], footprint.BOUNDARIES, footprint.OURS)
PART = Knob("footprint_part", WORDS["look at"], ("one use", "training", "the law", "a wrong headline"), "one use")
ASKED = (MODEL, TASK, METHOD, BATCH, BOARD, DTYPE, GRID, PUE, PROMPT, OUTPUT, TOTAL, ACTIVE, USES, HEADLINE, COUNTS)
KNOBS = (*ASKED, PART, CROWD, TOKENS, CHIPS, CLAIM)
GUESSES = ("2×", "5×", "20×", "50×", "200×")
ONCE = ("100×", "500×")  # guesses that old links may hold

PRESETS = (
    Preset("A small model", {MODEL: "Llama 3.1 8B"}),
    Preset("Let it think", {TASK: "reasoning"}),
    Preset("Batch of one", {BATCH: "1"}),
    Preset("Break it", {MODEL: "Llama 3.1 405B", METHOD: "older EcoLogits"}),
    Preset("A video", {TASK: "video"}),
)


@dataclass(frozen=True)
class AskedUse:
    """One use, as the knobs say it. `told`: whether by tokens; an image or a video is one measured run."""

    task: str
    method: str
    name: str  # of the model, or BY_HAND
    total: str  # parameters (10⁹) of a model by hand
    active: str
    tokens: footprint.UseTokens
    board: facts.Board
    dtype: str
    pue: facts.Figure
    grid: facts.ElectricityGrid
    uses: int  # a day and person

    @property
    def told(self) -> bool:
        return self.task not in footprint.MEDIA

    @property
    def chosen(self) -> str:
        """The method whose figure is shown."""
        return self.method if self.told else MEASURED

    @property
    def batched(self) -> bool:
        """Whether the batch matters to it."""
        return self.chosen == METHOD.default

    def by_each(self, batch: str) -> dict[str, Quantity]:
        """Wh of one use by each method."""
        if not self.told:
            return {MEASURED: footprint.of_medium(self.task, self.pue)}
        return footprint.by_all(self.with_batch(int(batch)))

    @property
    def impossible(self) -> bool:
        """Whether more parameters are active than there are."""
        return self.name == BY_HAND and float(self.active) > float(self.total)

    @property
    def model(self) -> Architecture:
        by_hand = self.name == BY_HAND
        return footprint.by_hand(float(self.total) * 1e9, float(self.active) * 1e9) if by_hand else models()[self.name]

    def with_batch(self, batch: int) -> footprint.Scenario:
        """So many such uses at once."""
        return footprint.Scenario(self.model, self.tokens, self.board, self.dtype, batch, self.pue)


def by_default(batch: int) -> footprint.Scenario:
    """The use that the page opens with, so many at once."""
    tokens, pue = footprint.TASKS[TASK.default], facts.figure(PUES[PUE.default])
    return footprint.Scenario(models()[MODEL.default], tokens, facts.boards()[BOARD.default], DTYPE.default, batch, pue)


def asked(top: DeltaGenerator) -> AskedUse:
    """Draw the knobs, at the `top` the slider of the batch: what they say."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        task = choice(TASK)
        told, by_hand = task not in footprint.MEDIA, task == BY_HAND
        name = pick(MODEL)
        with more():
            method = choice(METHOD, told)
            ours = told and method == METHOD.default
            board, dtype, pue = pick(BOARD, ours), choice(DTYPE, ours), choice(PUE)
            grid, uses = pick(GRID), choice(USES)
            prompt, output = slider(PROMPT, by_hand), slider(OUTPUT, by_hand)
            total, active = slider(TOTAL, name == BY_HAND), slider(ACTIVE, name == BY_HAND)
    with top:
        slider(BATCH, ours)
    return AskedUse(
        task=task,
        method=method,
        name=name,
        total=total,
        active=active,
        tokens=footprint.TASKS.get(task, footprint.UseTokens(int(prompt), int(output))),
        board=facts.boards()[board],
        dtype=dtype,
        pue=facts.figure(PUES[pue]),
        grid=facts.grids()[grid],
        uses=int(uses),
    )


def headline() -> tuple[str, str]:
    """Draw the knobs of somebody else's figure, folded: what is written there, and what it counts."""
    with st.popover(WORDS["compare"]):
        written = field(HEADLINE, WORDS["a figure"])
        return written, choice(COUNTS, bool(written))


class Training(NamedTuple):
    """A training run, as the knobs say it. `read`: tokens, None as listed."""

    read: float | None
    chips: str
    flop: Quantity
    energy: Quantity

    def tokens_of(self, model: Architecture) -> float:
        """Tokens that this model was trained with."""
        return self.read or training.tokens_of(model).value


def trained(what: AskedUse) -> Training:
    """Draw the knobs of the training behind a model, folded: what they say."""
    with more():
        return run_of(what, slider(TOKENS), choice(CHIPS))


def run_of(what: AskedUse, tokens: str = TOKENS.default, chips: str = CHIPS.default) -> Training:
    """The training run behind a model, with so many tokens, on such chips."""
    read = None if tokens == TOKENS.default else float(tokens) * 1e12
    flop = training.flop_of(what.model, read)
    return Training(read, chips, flop, training.energy_of(flop, chips, what.pue))
