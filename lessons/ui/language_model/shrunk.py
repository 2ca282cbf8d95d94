"""A language model shrunk as the knobs say: perplexity and bytes at every position of the slider."""

from collections.abc import Mapping

from lessons.experiment import Experiment
from lessons.text import sections
from lessons.ui.language_model import damage_charts, measurements, method_chart
from lessons.ui.language_model.model_picker import Writer
from lessons.ui.language_model.recipe import Shrinking
from lessons.ui.language_model.shrink_knobs import BITS, shrinking
from lessons.ui.layout.headline import Frame, headline
from lessons.ui.layout.presenter import presenting
from lessons.ui.layout.tiles import compared
from lessons.ui.state.handing import hand_on, handed

WORDS = sections("language-model")
TILES = {
    WORDS["tile: perplexity"]: "perplexity",
    WORDS["tile: KL"]: "kl",
    WORDS["tile: file"]: "packed",
    WORDS["tile: energy"]: "energy_45nm",
}
TALL = 480  # pixels of the chart on a stage


def chosen(writer: Writer, folded: bool = False) -> tuple[Shrinking, str, Experiment | None]:
    """How the model is shrunk, to how many bits, and the model so shrunk; None where that is not possible. Draws the
    knobs, all `folded` away or not; the bits are those of the slider at the top."""
    bits = handed("bits")
    how, run = shrinking(writer.model, bits, folded)
    return hand_on("now", (how, bits, run))


def outcome(writer: Writer, shrinking: Shrinking, bits: str, run: Experiment) -> Mapping[str, Frame | None]:
    """The headline: perplexity, KL divergence, file and energy at every position of the slider, None where they are not
    known; draws it."""
    before, after = measurements.pair(writer, run)
    plain = shrinking == Shrinking(shrinking.grain)  # else the other grains show where somebody has looked at them
    curves = measurements.curves(writer, shrinking.curves(writer.model), None if plain else 1)
    points = {"": shrinking.at_each(writer.model)}
    each = measurements.curves(writer, points, place="positions")[""] | {bits: after}
    ways = measurements.by_method(writer, shrinking.methods(writer.model))

    title = WORDS("grains", method=method_chart.NAMES[shrinking.method])
    title = title if shrinking.rounds else WORDS["factors at"]
    grains = damage_charts.by_grain(curves, shrinking.group)

    def frame(place: str) -> Frame:
        marks = damage_charts.Marks(before, each[place], [found for found in each.values() if found])
        methods = method_chart.methods(ways, marks, shrinking.group, large=presenting())
        charts = [damage_charts.damage(title, grains, marks, large=presenting()), *([methods] if methods else [])]
        chosen = presenting() and shrinking.method != method_chart.NEAREST  # a stage has room for one
        return Frame(compared(before, each[place], TILES), charts[::-1] if chosen else charts)

    frames = {at: frame(at) if before and each.get(at) else None for at in BITS.options}
    headline(frames, BITS, tall=TALL)
    return frames
