"""Settings of a large model at home that are worth a look."""

from lessons.ui.llm_at_home.knobs import BATCH, CONTEXT, FORMAT, MODEL, PART
from lessons.ui.state.presets import Preset

PRESETS = (
    Preset("Too large", {MODEL: "Llama 3.1 70B", FORMAT: "Q4_K_M"}),
    Preset("A long context", {FORMAT: "Q8_0", CONTEXT: "131,072"}),
    Preset("Mixture of experts", {MODEL: "Qwen3 30B-A3B", FORMAT: "Q4_K_M", PART: "speed"}),
    Preset("Batch size 64", {FORMAT: "Q4_K_M", PART: "speed", BATCH: "64", CONTEXT: "1,024"}),
    Preset("Small against large", {FORMAT: "Q4_K_M", PART: "map", CONTEXT: "1,024"}),
)
