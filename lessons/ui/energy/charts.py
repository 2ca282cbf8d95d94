"""The energy floor of a network: what it is made of in each format, and when fetching a weight pays off."""

from collections.abc import Iterable, Mapping

from lessons.charts.chart import Chart
from lessons.charts.line_names import ABOVE_END, at_lines
from lessons.charts.lines import Axis, Point, lines
from lessons.charts.stack import stack
from lessons.charts.ticks import powers
from lessons.estimate import silicon
from lessons.estimate.silicon import PARTS
from lessons.measure.layer_view import LayerCost
from lessons.quantity import Quantity
from lessons.text import sections
from lessons.ui.energy.first_picture import Setting
from lessons.ui.energy.knobs import BATCH

WORDS = sections("energy")
LEAST, LARGEST = 0.5, int(BATCH.options[-1])  # uses of a weight where the axis begins; images of a batch
ROOM = 10  # times the most uses, where the axis ends: a line's name is there


def floors_of(
    layers: Iterable[LayerCost], now: Setting, batches: Iterable[str]
) -> dict[str, dict[str, dict[str, Quantity] | None]]:
    """The floor of an image by batch size and format; None where no figure is sourced."""
    barred, layers = silicon.unsourced(now.node), tuple(layers)
    of = lambda at, number: None if number in barred else now._replace(number=number).of_image(layers, int(at))
    return {at: {number: of(at, number) for number in silicon.FORMATS} for at in batches}


def floors(by_format: Mapping[str, Mapping[str, Quantity] | None], chosen: str, upto: float = 0.0) -> Chart:
    """The parts of the floor in each format; None where no figure is sourced. `upto`: J, how far
    the axis reaches at least."""
    parts = {
        number: floor and {name: floor[part].value for part, name in PARTS.items() if part in floor}
        for number, floor in by_format.items()
    }
    order = tuple(PARTS.values())
    return stack(WORDS["by format"], WORDS["each format"], parts, "J", chosen, upto=upto, order=order)


def fetching(layers: Mapping[str, LayerCost], number: str, node: str, memory: str, batch: int) -> Chart:
    """J of reading a weight once, and of using it, against how often it is used; the axes are those of any batch."""
    each = 1e-12 * sum(filter(None, silicon.operation(number, node)))
    fetch = silicon.crossing(number, node, memory) * each
    uses = {name: cost.macs / cost.weights for name, cost in layers.items()}  # by an image
    span = (LEAST, ROOM * LARGEST * max(uses.values()))
    points = [_layer(name, batch * use, each, fetch) for name, use in uses.items()]
    dram, compute = WORDS["fetching"], WORDS["using"]
    curves = {dram: [(x, fetch) for x in span], compute: [(x, x * each) for x in span]}
    x, y = Axis(WORDS["uses per fetch"]), Axis(WORDS["energy per weight"])
    chart = lines(WORDS["fetching pays off"], x, y, curves, points, legend=False)
    energies = powers([y for curve in curves.values() for _, y in curve], "J")
    colours = (dram, PARTS["on-chip memory"], compute, WORDS["layers"])  # as the parts of a floor have them
    return at_lines(chart, dict.fromkeys(curves, ABOVE_END), powers(span, ""), energies, colours=colours)


def _layer(name: str, uses: float, each: float, fetch: float) -> Point:
    """A layer on the line of using a weight, its name beside both lines. `each`, `fetch`: J of a use and a fetch."""
    place = "left" if uses * each > fetch else "below right"
    return Point(name, uses, uses * each, WORDS["layers"], WORDS("uses", uses=uses), place=place)
