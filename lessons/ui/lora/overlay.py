"""Everybody trains an adapter, of one of some ranks, from their own seed."""

from lessons.charts.lines import Axis
from lessons.classroom.deal import Dealt
from lessons.jobs import adaptation, ask
from lessons.text import sections
from lessons.ui.lora.learning import LAYERS, RANK, SEED, TASK
from lessons.ui.lora.recipe import TASKS, Adapting
from lessons.ui.state.overlay import Overlay

WORDS = sections("activities")
LEARNT = "turned"  # images: an adapter of rank 32 takes 3 s of one core
RANKS = ("1", "2", "4", "8", "16", "32")


def _adapting(dealt: Dealt) -> Adapting:
    return Adapting(LEARNT, int(dealt.value), where=LAYERS.default, seed=dealt.seed)


def _settings(dealt: Dealt) -> dict[str, str]:
    """The seed among them, where the lesson has it: the first 36 members of a class are dealt such."""
    seed = {SEED.name: str(dealt.seed)} if str(dealt.seed) in SEED.options else {}
    return {TASK.name: LEARNT, RANK.name: dealt.value} | seed


OVERLAY = Overlay(
    WORDS["lora: title"],
    WORDS["open run"],
    Axis(WORDS["lora: rank"], format=".1~f", base=2),
    Axis(WORDS["lora: accuracy"], log=False, format=".2~f"),
    runs=lambda dealt: {float(dealt.value): _adapting(dealt).adapted},
    said=lambda dealt: WORDS("lora: dealt", rank=dealt.value, seed=dealt.seed),
    settings=_settings,
    measures=lambda experiment, payer: ask.writer(adaptation.judging, experiment, TASKS[LEARNT].to, payer=payer),
    values=RANKS,
    first=0,
)
