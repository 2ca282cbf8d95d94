"""Adapting a large model, estimated: what has to be trained, the memory for that, the GPUs that have it, the energy.
The tiles and bars follow the slider of the text's length."""

from dataclasses import replace

import streamlit as st

from lessons.charts.stack import stack
from lessons.estimate.finetune_bill import ADAPTER, FULL, MOMENTS, TuningRun, bill, on_fullest, takes
from lessons.estimate.finetune_cards import holding, too_small
from lessons.estimate.finetune_memory import BESIDE, energy, memory_by_method
from lessons.facts import Board
from lessons.facts.architectures import models
from lessons.quantity import show
from lessons.text import sections
from lessons.ui.layout.headline import Frame, headline
from lessons.ui.layout.presenter import presenting
from lessons.ui.layout.tiles import numbers, tiles
from lessons.ui.state.handing import Drawn
from lessons.ui.state.knob import Knob
from lessons.ui.state.release import on_release
from lessons.ui.state.widgets import choice, more, pick, slider

WORDS = sections("lora")
LENGTHS = ("256", "512", "1024", "2048", "4096", "8192", "16384")
LARGE = Knob("lora_large", WORDS["large model"], tuple(models()), "Llama 3.1 8B")
LARGE_RANK = Knob("lora_large_rank", WORDS["large rank"], ("1", "2", "4", "8", "16", "32", "64", "128", "256"), "16")
LARGE_WHERE = Knob("lora_large_where", WORDS["adapted matrices"], tuple(BESIDE), "attention")
LENGTH = Knob("lora_large_length", WORDS["length"], LENGTHS, "2048")
BATCH = Knob("lora_large_batch", WORDS["batch"], ("1", "2", "4", "8", "16"), "1")
AGAIN = Knob("lora_large_checkpoints", WORDS["checkpointing"], ("on", "off"), "on")
FLASH = Knob("lora_large_attention", WORDS["attention"], ("flash", "standard"), "flash")
LOSS = Knob("lora_large_loss", WORDS["loss computed"], ("at once", "in parts"), "at once")
STATES = Knob("lora_large_moments", WORDS["moments"], tuple(MOMENTS), "32 bits")
READS = Knob("lora_large_tokens", WORDS["tokens"], ("1 M", "10 M", "100 M", "1 B"), "10 M")
TOKENS = {"1 M": 1e6, "10 M": 1e7, "100 M": 1e8, "1 B": 1e9}
KNOBS = (LARGE, LARGE_RANK, LARGE_WHERE, LENGTH, BATCH, AGAIN, FLASH, LOSS, STATES, READS)


def at_scale() -> Drawn | None:
    """The knobs, and what follows from them and from facts."""
    run, tokens = _chosen()
    try:
        frames = _frames(run)
    except ValueError as unknown:
        st.warning(f"{unknown}.", icon=":material/block:")
        return [], {}
    headline(frames, LENGTH)

    def below(length: str) -> Drawn:
        took = {WORDS("energy", way=way): each for way, each in energy(run.shape, run.used, tokens).items()}
        if not presenting():
            numbers(took)
        return list(frames[length].charts), frames[length].quantities | took

    if presenting():
        return below(str(run.length))
    on_release({LENGTH: LENGTHS})(below)
    return None


def _chosen() -> tuple[TuningRun, float]:
    """What is trained, and the tokens of all of its text."""
    length, rank = int(slider(LENGTH)), int(slider(LARGE_RANK, waits=True))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shape = models()[pick(LARGE)]
        with more():
            run = TuningRun(shape, rank=rank, length=length, where=choice(LARGE_WHERE))
            batch, again, flash = int(choice(BATCH)), choice(AGAIN) == "on", choice(FLASH) == "flash"
            chunked, moments, tokens = choice(LOSS) == "in parts", choice(STATES), TOKENS[choice(READS)]
    return replace(run, batch=batch, checkpointing=again, flash=flash, chunked=chunked, moments=moments), tokens


def _frames(run: TuningRun) -> dict[str, Frame]:
    """The headline for each length, all bars on one axis."""
    runs = {length: _by_method(replace(run, length=int(length))) for length in LENGTHS}
    highest = max(takes(each).value for way, each in runs[LENGTHS[-1]].items() if way != FULL)
    return {length: _frame(ways, highest) for length, ways in runs.items()}


def _by_method(run: TuningRun) -> dict[str, TuningRun]:
    return {method: replace(run, method=method) for method in memory_by_method(run.shape, run.trained)}


def _frame(ways: dict[str, TuningRun], highest: float) -> Frame:
    """Tiles of all methods, and bars of those with adapters, beside which full fine-tuning would make them flat.
    `highest`: bytes that the axis reaches."""
    run = ways["LoRA"]
    share = WORDS("of its weights", share=show(100 * run.trained.value / run.shape.params_total, "%"))
    memory = {WORDS("memory", way=way): takes(each) for way, each in ways.items()}
    held = {WORDS("memory", way=way): _held(each) for way, each in ways.items()}
    bars = {way: _drawn(each) for way, each in ways.items() if way != FULL}
    drawn = stack(WORDS["adapter memory"], WORDS["method"], bars, "B", "LoRA", upto=highest)
    return Frame(tiles({WORDS["trained"]: run.trained} | memory, {WORDS["trained"]: share} | held), [drawn])


def _drawn(run: TuningRun) -> dict[str, float]:
    """The bill, with all that is of the adapter as one."""
    found = bill(run)
    learns = sum(found.pop(part) for part in ADAPTER)
    frozen = next(iter(found))
    return {frozen: found.pop(frozen), WORDS["of the adapter"]: learns} | found


def _held(run: TuningRun) -> str:
    """The smallest card that holds it; off a stage also the largest that does not, and the smallest of which two do."""
    whole = on_fullest(run)
    one, below, two = holding(whole), too_small(whole), holding(on_fullest(run, 2), pairs=True)
    said = [WORDS("holds", name=_short(one[0])) if one else WORDS["no GPU"]]
    if presenting():
        return said[0]
    if one and below:
        said.append(WORDS("too small", name=_short(below)))
    said.append(WORDS("two hold", name=_short(two[0])) if two else WORDS["no two GPUs"])
    return " ".join(said)


def _short(board: Board) -> str:
    """Its name with the size of its memory."""
    name = board.name.partition(" PCIe")[0].removeprefix("NVIDIA ").removeprefix("GeForce ")
    return name if "GB" in name else WORDS("board and memory", name=name, memory=board.memory_GB)
