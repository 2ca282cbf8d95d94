"""The prediction held against reality, on the page: SmolLM2 run here, and what others have measured."""

import streamlit as st

from lessons.charts.stack import stack
from lessons.estimate import published_speeds, roofline_validation
from lessons.estimate.at_home import Home
from lessons.estimate.roofline import Machine, writing
from lessons.experiment import SMOLLM2, Experiment, file_source
from lessons.facts.architectures import architectures
from lessons.jobs import ask, language
from lessons.language.results import Benchmark
from lessons.models.written import smollm2
from lessons.quantity import show
from lessons.text import sections
from lessons.ui.layout.figures import row
from lessons.ui.layout.presenter import presenting
from lessons.ui.layout.tiles import beside, numbers
from lessons.ui.llm_at_home import charts as drawn
from lessons.ui.state.handing import Drawn
from lessons.ui.work.ask_button import asked
from lessons.ui.work.notices import missing

MODEL = "SmolLM2 135M"
SMALL = Experiment(file_source(SMOLLM2))
WORDS = sections("llm-at-home")
BEST, PRODUCTS, BETWEEN = WORDS["time: reading"], WORDS["time: products"], WORDS["time: between"]
STAGE_TILES, TALL = 3, 700  # tiles, and pixels of a chart, on a stage


def run_here() -> Benchmark | None:
    """How fast SmolLM2 reads and writes in this app; None until somebody has asked for it and it is known."""
    if not smollm2():
        missing()
        return None
    return asked("check", WORDS["run here"], language.timing, SMALL, large=True)


def against_reality(benchmark: Benchmark | None) -> Drawn:
    """Predicted and measured, and where the time of a token goes."""
    elsewhere, prompts = published_speeds.written(), published_speeds.read()
    checks = _checks(benchmark) if benchmark else []
    figures, tiles = [drawn.against(checks, elsewhere)], roofline_validation.of_others(elsewhere, prompts)
    if benchmark:
        gap = _gap(benchmark)
        tiles = roofline_validation.quantities(checks[-1], gap, benchmark.operations) | tiles
        took = dict(zip((BEST, PRODUCTS, BETWEEN), gap, strict=True))
        bars = {WORDS["time: predicted"]: {BEST: gap.at_best}, WORDS["time: measured"]: took}
        figures.append(stack(WORDS["time: title"], "", bars, "s", WORDS["time: measured"], ("measured",)))
    places, picture = beside()
    with places:
        numbers(dict(list(tiles.items())[: STAGE_TILES if presenting() else None]))
    with picture:
        for at, figure in enumerate(figures[-1:] if presenting() else figures):  # on a stage the gap, once it is there
            row(f"against_{at}", figure, tall=TALL)
    return figures, tiles


def again() -> None:
    """A button to run it once more."""
    st.button(WORDS["run again"], icon=":material/replay:", on_click=_forget, key="check again")


def _forget() -> None:
    ticket = ask.writer_before(language.timing, SMALL)
    if ticket and ticket.ended:
        ticket.pool.forget(ticket)


def noisy(benchmark: Benchmark) -> bool:
    """Whether something else kept the machine busy: a part cannot take longer than the whole."""
    return benchmark.products >= benchmark.decode


def explained(benchmark: Benchmark) -> dict[str, str]:
    """The gap in numbers, as a sentence names them."""
    gap = _gap(benchmark)
    return {
        "best": show(1000 * gap.at_best, ""),
        "took": show(1000 * benchmark.decode, ""),
        "bandwidth": show(benchmark.bandwidth / 1e9, ""),
        "reached": show(benchmark.bytes / benchmark.products / 1e9, ""),
        "beyond": show(1000 * gap.products, ""),
        "between": show(1000 * gap.between, ""),
        "operations": f"{benchmark.operations:,}",
        "each": show(1e6 * gap.between / benchmark.operations, ""),
    }


def _machine(benchmark: Benchmark) -> Machine:
    """The core it ran on, as measured beside it."""
    return Machine(WORDS["one core"], 0, benchmark.bandwidth, 2 * benchmark.macs_a_second)


def _checks(benchmark: Benchmark) -> list[roofline_validation.Check]:
    shape = architectures()[MODEL]
    return roofline_validation.run_here(
        shape, _machine(benchmark), benchmark.prefill, benchmark.decode, benchmark.context
    )


def _gap(benchmark: Benchmark) -> roofline_validation.TokenTime:
    home = Home(architectures()[MODEL], "fp32", "32 bits", benchmark.context)
    return roofline_validation.gap(
        writing(home, _machine(benchmark), benchmark.context), benchmark.products, benchmark.decode
    )
