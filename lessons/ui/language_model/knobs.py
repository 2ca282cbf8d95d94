"""The parts of the lesson on language models, its knobs, and settings worth a look."""

from lessons.recorded import writing
from lessons.text import sections
from lessons.ui.language_model.inspector import LOOKS
from lessons.ui.language_model.model_picker import MODEL, REAL
from lessons.ui.language_model.recipe import WIDTHS
from lessons.ui.language_model.shrink_knobs import BITS, GRAIN, MATRICES, METHOD, SHRINKS
from lessons.ui.language_model.training import LEARNS
from lessons.ui.state.knob import Knob
from lessons.ui.state.presets import Preset

WORDS = sections("language-model")
PART = Knob("language_part", WORDS["part"], ("inside", "train", "shrink", "read", "outliers", "time"), "inside")
READ_BITS = ("shrink", "read", "time")  # parts that the slider for bits moves
SHRINK, ON_REAL = {PART: "shrink"}, {PART: "shrink", MODEL: REAL}
PRESETS = (
    Preset("Eight bits", {**SHRINK, BITS: "8"}),
    Preset("Break it", {PART: "read", BITS: "2"}),
    Preset("Groups of 32", {**ON_REAL, BITS: "4", GRAIN: "group"}),
    Preset("GPTQ", {**ON_REAL, BITS: "3", GRAIN: "group", METHOD: "gptq", MATRICES: writing.LAYERS}),
    Preset("Outliers", {PART: "outliers", MODEL: REAL}),
)
KNOBS = (PART, MODEL, *LOOKS, *LEARNS, *SHRINKS)
GUESSES = WIDTHS
