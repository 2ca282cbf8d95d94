"""The parts of the lesson on low-rank adaptation, its knobs, and settings worth a look."""

from lessons.ui.lora import at_scale
from lessons.ui.lora.adapters import HANDLES, SHARE
from lessons.ui.lora.learning import ADAPTS, BASE, RANK, TASK, WHERE_TO
from lessons.ui.state.knob import Knob
from lessons.ui.state.presets import Preset

PART = Knob("lora_part", "Look at", ("learn", "microscope", "swap", "at scale"), "learn")
PRESETS = (
    Preset("Rank one", {RANK: "1"}),
    Preset("Far away", {TASK: "names"}),
    Preset("Everywhere", {WHERE_TO: "attention and MLP"}),
    Preset("Four bits", {BASE: "4"}),
    Preset("Two bits", {BASE: "2"}),
    Preset("Pictures", {TASK: "turned"}),
    Preset("Microscope", {PART: "microscope"}),
    Preset("Blend", {PART: "swap", SHARE: "25"}),
    Preset("At scale", {PART: "at scale"}),
)
KNOBS = (PART, *ADAPTS, *HANDLES, *at_scale.KNOBS)
