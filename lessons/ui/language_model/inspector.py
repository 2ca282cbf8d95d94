"""A language model opened up: what it makes of a reader's text, what flows through it, and how fast it is."""

from lessons.jobs import language
from lessons.language.attention import attention
from lessons.language.benchmark import pacing
from lessons.language.generate import drawn as draw_token
from lessons.language.outliers import injected, output_errors
from lessons.language.results import FACTORS, PLACES, Inside, of_flow, of_text, quantities
from lessons.language.train import likelihood, passages, taught
from lessons.text import sections
from lessons.ui.language_model import inside_charts, outlier_charts, roofline_chart
from lessons.ui.language_model.model_picker import Writer
from lessons.ui.language_model.recipe import KEPT
from lessons.ui.language_model.text_panels import HEAT, SEED, tokens
from lessons.ui.layout.figures import surface
from lessons.ui.layout.presenter import presenting
from lessons.ui.layout.tiles import headed
from lessons.ui.state.handing import Drawn
from lessons.ui.state.knob import Knob
from lessons.ui.state.widgets import choice, field, more, slider, sliders
from lessons.ui.work.ask_button import asked

WORDS = sections("language-model")
TEXT = Knob("language_text", WORDS["your text"], (), "")
LAYER = Knob("language_layer", WORDS["layer"], tuple(map(str, range(1, 31))), "2")
HEAD = Knob("language_head", WORDS["head"], tuple(map(str, range(1, 10))), "1")
PLACE = Knob("language_place", WORDS["flows into"], tuple(PLACES), "MLP, inside")
FACTOR = Knob("language_factor", WORDS["factor"], tuple(f"{each:g}" for each in FACTORS), "1")
RAN = {  # what a part shows is made by
    "inside": [attention, draw_token],
    "train": [passages, likelihood, taught],
    "outliers": [injected, output_errors],
    "time": [pacing],
}
LOOKS = (TEXT, LAYER, HEAD, HEAT, SEED, PLACE, FACTOR)
BEGINS = {  # what stands in the field until something is written, by what a model was trained on
    "prose": WORDS["begins: prose"],
    "shakespeare": WORDS["begins: Shakespeare"],
    "names": WORDS["begins: names"],
}
SHORT = 400  # pixels of a chart on a stage, below three rows of knobs
LONGEST = 600  # characters of a text


def text(writer: Writer) -> str:
    """Draw the field for a reader's text; what is in it, or a text to begin with."""
    example = BEGINS[writer.corpus]
    return (field(TEXT, example, live=False) or "").strip()[:LONGEST] or example


def inside(writer: Writer) -> tuple[Drawn, Inside | None]:
    """A text as tokens, where one head looks, and what may come next; gives the charts, the last of them, of the cache,
    not drawn yet, and what the model makes of the text."""
    begin = text(writer)
    heat = slider(HEAT)
    with more():
        layer, head = sliders(LAYER, HEAD, most=writer.counts)
    seen = writer.ready and asked("inside", WORDS["read"], language.looking_inside, writer.model, begin, large=False)
    if not seen:
        return ([], {}), None
    layers, heads = seen.attention.shape[:2]
    at, which = min(int(layer), layers) - 1, min(int(head), heads) - 1
    found = of_text(seen, inside_charts.probabilities(seen.logits, float(heat)).max())
    tokens(seen)
    figures = [inside_charts.attention(seen, at, which), inside_charts.next_tokens(seen, float(heat))]
    shown = figures[::-1] if presenting() else figures  # on a stage there is room for one
    headed(found, "inside", *shown, tall=SHORT)
    return ([*figures, inside_charts.cache_growth(seen)], found), seen


def flow(writer: Writer) -> Drawn:
    """The largest numbers that flow into each layer, and what one of them does to rounding."""
    place, factor = choice(PLACE), slider(FACTOR)
    with more():
        layer = slider(LAYER, most=writer.counts[0])
    question = language.watching_flow, writer.model, place, int(layer) - 1
    seen = asked("flow", WORDS["watch"], *question, large=False) if writer.ready else None
    if seen is None:
        return [], {}
    figures, found = (
        [outlier_charts.outliers(seen, place), outlier_charts.injected_errors(seen, float(factor))],
        of_flow(seen),
    )
    headed(found, "injected", figures[1], tall=SHORT)
    if not presenting():
        surface(figures[0], "outliers")
    return figures, found


def pace(writer: Writer, bits: str) -> Drawn:
    """How fast a model prefills and decodes here, under this machine's roofline, and how fast it could decode with
    weights of so many `bits`."""
    found = asked("pace", WORDS["time it"], language.timing, writer.model, large=False) if writer.ready else None
    if found is None:
        return [], {}
    width = found.stored if bits == KEPT else float(bits)
    figure, numbers = roofline_chart.roofline(found, width), quantities(found, width)
    headed(numbers, "roofline", figure)
    return [figure], numbers
