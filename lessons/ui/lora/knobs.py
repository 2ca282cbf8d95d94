"""The parts of the lesson on low-rank adaptation, its knobs, and settings worth a look."""

from lessons.text import sections
from lessons.ui.lora import at_scale
from lessons.ui.lora.adapters import HANDLES, SHARE
from lessons.ui.lora.learning import ADAPTS, BASE, RANK, TASK, WHERE_TO
from lessons.ui.state.knob import Knob
from lessons.ui.state.presets import Preset

WORDS = sections("lora")
PART = Knob("lora_part", WORDS["look at"], ("learn", "microscope", "swap", "at scale"), "learn")
PRESETS = (
    Preset("Rank one", {RANK: "1"}),
    Preset("Everywhere", {WHERE_TO: "attention and MLP"}),
    Preset("Images", {TASK: "turned"}),
    Preset("Microscope", {PART: "microscope"}),
    Preset("Blend", {PART: "swap", SHARE: "25"}),
)
ALSO = ({TASK: "names"}, {BASE: "4"}, {BASE: "2"})  # settings that the text links: recorded, too
KNOBS = (PART, *ADAPTS, *HANDLES, *at_scale.KNOBS)
GUESSES = ("5", "20", "40", "60", "80", "100")  # per cent
