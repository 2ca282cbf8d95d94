"""Adapting a large model, estimated: what has to be trained, the memory for that, the boards that have it, the
energy."""

import streamlit as st

from lessons.charts.stack import stack
from lessons.estimate.finetune_memory import BESIDE, energy, holding, low_rank, memory_by_method, needed
from lessons.facts.architectures import models
from lessons.quantity import Quantity, show
from lessons.text import sections
from lessons.ui.layout.figures import row
from lessons.ui.layout.presenter import presenting
from lessons.ui.layout.tiles import beside, numbers
from lessons.ui.state.handing import Drawn
from lessons.ui.state.knob import Knob
from lessons.ui.state.widgets import choice, more, pick, slider

WORDS = sections("lora")
LARGE = Knob("lora_large", WORDS["large model"], tuple(models()), "Llama 3.1 8B")
LARGE_RANK = Knob("lora_large_rank", WORDS["large rank"], ("1", "2", "4", "8", "16", "32", "64", "128", "256"), "16")
LARGE_WHERE = Knob("lora_large_where", WORDS["adapted matrices"], tuple(BESIDE), "attention")
READS = Knob("lora_large_tokens", WORDS["tokens"], ("1 M", "10 M", "100 M", "1 B"), "10 M")
TOKENS = {"1 M": 1e6, "10 M": 1e7, "100 M": 1e8, "1 B": 1e9}
KNOBS = (LARGE, LARGE_RANK, LARGE_WHERE, READS)


def at_scale() -> Drawn:
    """The knobs, and what follows from them and from facts."""
    rank = int(slider(LARGE_RANK))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        model = models()[pick(LARGE)]
        where = choice(LARGE_WHERE)
        with more():
            tokens = TOKENS[choice(READS)]
    try:
        trained = low_rank(model, rank, where)
    except ValueError as unknown:
        st.warning(f"{unknown}.", icon=":material/block:")
        return [], {}
    parts = memory_by_method(model, trained)
    wants = {way: needed(way, each) for way, each in parts.items()}
    share = WORDS("of its weights", share=show(100 * trained.value / model.params_total, "%"))
    memory = {WORDS["trained"]: trained, **{WORDS("memory", way=way): want for way, want in wants.items()}}
    took = {WORDS("energy", way=way): each for way, each in energy(model, trained, tokens).items()}
    figure = stack(WORDS["training memory"], WORDS["method"], parts, "B", "LoRA")
    places, picture = beside()
    with places:
        boards = {WORDS("memory", way=way): _boards(want) for way, want in wants.items()}
        numbers(memory, {WORDS["trained"]: share} | boards)
    with picture:
        row("at scale", figure)
    if not presenting():
        numbers(took)
    return [figure], memory | took


def _boards(want: Quantity) -> str:
    found = holding(want.value)
    if not found:
        return WORDS["no GPU"]
    name = found[0].name.partition(" PCIe")[0].removeprefix("NVIDIA ").removeprefix("GeForce ")
    return WORDS("boards", name=name, others=len(found) - 1)
