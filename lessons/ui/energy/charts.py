"""The energy floor of a network: what it is made of in each format, and when fetching a weight pays off."""

from collections.abc import Iterable, Mapping

from lessons.charts.chart import Chart
from lessons.charts.lines import Axis, Point, lines
from lessons.charts.stack import stack
from lessons.estimate import silicon
from lessons.measure.layer_view import LayerCost
from lessons.quantity import Quantity
from lessons.ui.energy.first_picture import PARTS, Setting

USES = 1_000  # of a weight, at least, on the axis


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
        number: floor and {name: floor[name].value for name in PARTS if name in floor}
        for number, floor in by_format.items()
    }
    return stack("Energy floor of an image", "format", parts, "J", chosen, upto=upto)


def fetching(layers: Mapping[str, LayerCost], number: str, node: str, memory: str, batch: int) -> Chart:
    """Energy of reading a weight once, and of using it, against how often it is used."""
    each = sum(filter(None, silicon.operation(number, node)))
    fetch = silicon.crossing(number, node, memory) * each
    uses = {name: batch * cost.macs / cost.weights for name, cost in layers.items()}
    span = (1, max(USES, *uses.values()))
    points = [
        Point(name, use, use * each, "layers", f"{use:,.0f} uses", place="below right") for name, use in uses.items()
    ]
    curves = {"fetching it once": [(x, fetch) for x in span], "using it": [(x, x * each) for x in span]}
    return lines(
        "When fetching a weight pays off",
        Axis("uses of a weight per fetch"),
        Axis("energy (pJ)"),
        curves,
        points,
    )
