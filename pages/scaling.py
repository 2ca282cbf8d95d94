"""Growing past Moore's law: how much faster do models grow than chips get better?"""

import streamlit as st

from lessons import models, ui
from lessons.estimate import flop, growth, savings, silicon
from lessons.experiment import Quantize, shipped
from lessons.text import sections
from lessons.ui.scaling import charts as scaling_charts
from lessons.ui.scaling import exercises, first_picture, waterfall_chart
from lessons.ui.scaling import product as shrinking
from lessons.ui.scaling.knobs import (
    BOARD,
    BY,
    GUESSES,
    KNOBS,
    NARROWEST,
    PART,
    PRESETS,
    asked,
    two_by_default,
)

WORDS = sections("scaling")
LABELS = {name: (name, "left") for name in ("AlexNet", "Grok-3")} | {"Neocognitron": ("Neocognitron", "below right")}
LABELS |= {"Perceptron (1960)": ("Perceptron", "right"), "GPT-3 175B (davinci)": ("GPT-3", "left")}
WIDTHS = (8, 6, 5, 4, 3, 2)
RAN = [growth.fitted, growth.gap, flop.steps, savings.traffic, savings.saved, silicon.floor]


def after_two_years() -> ui.Found:
    """The answer to this page's question."""
    gap = two_by_default().gap(2014)
    return ui.Found(ui.nearest([f"{each}×" for each in GUESSES], gap.value).rstrip("×"), {"exact": gap})


def two_lines() -> None:
    """Demand and supply, and how far they have come apart."""
    top = st.container()
    page.text("the idea")
    page.why("the formula")
    page.try_presets()
    two, years, _ = asked(top)
    drawn = first_picture.frames(two, years)
    with top:
        page.opens(lambda: ui.picture(drawn, BY), after_two_years)
    page.about_preset()
    page.exercise(exercises.FACTOR, lambda: (two,))
    page.exercise(exercises.CHASE, lambda: (two,))
    doubles = {WORDS["demand doubles"]: two.wanted.doubling, WORDS["supply doubles"]: two.offered.doubling}
    found = {by: doubles | {WORDS("gap", by=by, since=two.since): two.gap(int(by))} for by in years}
    on_stage = drawn if ui.presenting() else {}
    charts = {by: on_stage[by].charts if on_stage else [] for by in years}
    ui.headline({by: ui.Frame(ui.tiles(found[by]), charts[by]) for by in years}, BY)
    page.exercise(exercises.SLOPE, lambda: (two,))
    page.exercise(exercises.THOUSANDTH, lambda: (exercises.gaps(two, years),))
    ui.hand_on("two lines", two)
    ui.on_release({BY: years})(lambda by: (drawn[by].charts, found[by]))


def data() -> ui.Drawn:
    """The rows through which the two lines are drawn."""
    two: first_picture.Two = ui.handed("two lines")
    page.text("about the gap")
    lines = {two.wants: two.wanted, two.offers: two.offered}
    figure = scaling_charts.two_trends(lines, two.since, int(BY.default), LABELS)
    ui.row("rows", figure)
    page.why("about the rows")
    return [figure], {}


def operations() -> ui.Drawn:
    """Where the fall of a FLOP's energy came from, and what did not fall."""
    page.text("where it came from")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        old, new, narrowest = exercises.since_p100(ui.choice(BOARD), ui.choice(NARROWEST))
    ui.hand_on("boards", exercises.TwoBoards(old, new, narrowest))
    factors, before = flop.steps(old, new, narrowest), flop.sheet(old, "fp32")
    found = {WORDS["it fell by"]: flop.whole(factors)} | flop.sheet(new, flop.best(new, narrowest)[0])
    ui.numbers(found, {name: WORDS("from before", before=quantity) for name, quantity in before.items()})
    figure = waterfall_chart.waterfall(
        WORDS["waterfall"], WORDS["waterfall: axis"], WORDS["waterfall: start"], flop.energy(old, "fp32"), factors
    )
    ui.row("waterfall", figure)
    page.text("what did not fall")
    page.why("what each row says")
    return [figure], found | {WORDS("waterfall: step", name=name): factor for name, factor in factors.items()}


def product() -> ui.Drawn:
    """Three savings multiplied: on paper, and at the energy floor."""
    page.text("multiplying")
    if not (found := shrinking.asked()):
        return [], {}
    layers, how = found
    stages = savings.stages(layers, how)
    found = {
        WORDS["if multiplied"]: savings.promised(how),
        WORDS["at the floor"]: savings.saved(layers, how),
        WORDS["what is left"]: stages["rounded"]["total"],
    }
    figure = scaling_charts.shrunk_in_steps(WORDS["step by step"], stages, savings.promised(how))
    ui.headed(found, "product", figure)
    page.why("what is assumed")
    return [figure], found


def measured() -> ui.Drawn:
    """Two savings multiplied, measured: a network with fewer weights, and fewer bits."""
    page.text("measured")
    curves = {
        name: ui.curve({"fp32": shipped(name)} | {WORDS("bits", n=b): shipped(name) | Quantize(b) for b in WIDTHS})
        for name in models.NAMES
    }
    figure = scaling_charts.accuracy_by_size(WORDS["weights then bits"], curves, [WORDS("bits", n=n) for n in (4, 3)])
    ui.row("measured", figure)
    return [figure], {}


PARTS = {"data": [data], "operations": [operations], "savings": [product, measured]}
page = ui.begin("scaling", *KNOBS, tries=PRESETS, guesses=GUESSES)
ui.lab(two_lines)
ui.hand_on("boards", exercises.since_p100(BOARD.default, NARROWEST.default))  # unless a part below has others
shrinking.hand_on_default()
part = "" if ui.presenting() else ui.choice(PART)
for each in PARTS.get(part, ()):
    ui.lab(each)
page.exercise(exercises.CHEAPER, lambda: (ui.handed("boards"),))
page.exercise(exercises.ZEROS, shrinking.as_subject)
page.exercise(exercises.MULTIPLIED, shrinking.as_subject)
if part:
    ui.workings_of(page, RAN, two_lines, *PARTS[part])
page.end()
