"""The small pictures on the cards of Home: each lesson's idea as an SVG, drawn to scale from a few of its numbers."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from math import log, sqrt

import numpy as np

from lessons.estimate.candidates import Candidate
from lessons.estimate.growth import Trend
from lessons.estimate.silicon import PARTS
from lessons.measure.layer_view import LayerCost, RoundedWeights, Rounding, Wiring
from lessons.quantity import Quantity, show
from lessons.text import sections

WORDS = sections("home")
WIDE, HIGH = 120, 60  # of a picture; one is a pixel, or a bit more
ONE, TWO, THREE, REST = "one", "two", "three", "rest"  # colours of the theme, and the text's, faint: style.css
SHADES = 5  # of an image
THICKEST = 2.5  # pixels of a wire
ROWS = 3  # lines of a text


def network(costs: Sequence[LayerCost], pixels: np.ndarray) -> str:
    """An image, uint8 [28, 28], and a square for each layer whose area is its parameters."""
    most, left = max(cost.parameters for cost in costs), 48.0
    shapes = [_image(pixels, 2, 9, 42)]
    for cost in costs:
        side = 25 * sqrt(cost.parameters / most)
        shapes.append(_rect(left, HIGH / 2 - side / 2, side, side, ONE))
        left += side + 2
    said = ", ".join(f"{cost.name} {cost.parameters:,}" for cost in costs)
    return _svg(shapes, WORDS("thumbnail: network", layers=said))


def energy(parts: Mapping[str, Quantity]) -> str:
    """A bar for each part of what a weight costs (J): fetching it, moving it on the chip, computing with it."""
    bars = [part for name, part in parts.items() if name != "total"]
    most = max(bar.value for bar in bars)
    shapes = [_rect(0, 6 + 18 * at, WIDE * bar.value / most, 12, ONE if at else TWO) for at, bar in enumerate(bars)]
    said = "; ".join(f"{PARTS[name]} {part}" for name, part in parts.items() if name != "total")
    return _svg(shapes, WORDS("thumbnail: energy", parts=said))


def footprint(answer: Quantity, things: Mapping[str, float]) -> str:
    """An answer's energy (Wh) with its band on a logarithmic line, among things people know, by name."""
    low, high = answer.low or answer.value, answer.high or answer.value
    every = [low, high, *things.values()]
    at = lambda value: 5 + 110 * log(value / min(every)) / log(max(every) / min(every))
    shapes = [_line(0, 40, WIDE, 40, REST), *(_dot(at(value), 40, 3, REST) for value in things.values())]
    shapes += [_rect(at(low), 18, at(high) - at(low), 6, ONE, 0.4), _dot(at(answer.value), 21, 5, ONE)]
    shapes.append(_line(at(answer.value), 26, at(answer.value), 40, ONE))
    return _svg(shapes, WORDS("thumbnail: footprint", answer=answer, things=", ".join(things)))


def scaling(wanted: Trend, offered: Trend, since: int, by: int) -> str:
    """Demand and supply on a logarithmic scale, both 1 in the year they begin, and the gap between them."""
    grown = [trend.at(by) / trend.at(since) for trend in (wanted, offered)]
    up, down = (56 - 52 * log(times) / log(max(*grown, 2)) for times in grown)
    gap = f'<polygon class="rest" points="4,56 116,{up:.1f} 116,{down:.1f}" fill="currentColor" opacity="0.25"/>'
    shapes = [gap, _line(4, 56, 116, up, ONE, 3), _line(4, 56, 116, down, TWO, 3)]
    times = {"demand": show(grown[0], "×"), "supply": show(grown[1], "×")}
    return _svg(shapes, WORDS("thumbnail: scaling", since=since, by=by, **times))


def quantization(seen: RoundedWeights, way: Rounding, channels: int = 2) -> str:
    """The weights of some channels, and below them the levels that they are rounded to."""
    last = max(np.abs(seen.weights[:channels]).max(), np.abs(way.weights[:channels]).max())
    at = lambda weight: WIDE / 2 + 56 * float(weight) / last
    shapes = []
    for row in range(channels):
        above, y = 8 + 30 * row, 24 + 30 * row
        levels = way.first[row] + way.step[row] * np.arange(way.levels)
        shapes += [_line(at(level), y - 4, at(level), y + 4, REST) for level in levels if abs(level) <= last]
        pairs = list(zip(seen.weights[row], way.weights[row], strict=True))
        shapes += [_line(at(before), above, at(now), y, REST) for before, now in pairs]
        shapes += [_dot(at(before), above, 2, TWO) for before, _ in pairs] + [
            _dot(at(now), y, 3, ONE) for _, now in pairs
        ]
    return _svg(shapes, WORDS("thumbnail: quantization", levels=way.levels, layer=seen.layer))


def pruning(seen: Wiring, way: int) -> str:
    """What one way of pruning leaves of the wires between some channels of a network: as thick as the sum of their
    weights' magnitudes is among those of their layer."""
    counts, left = [1, *map(len, seen.channels)], seen.strength[way + 1]
    across = (WIDE - 8) / (len(counts) - 1)
    place = lambda layer, at: (4 + across * layer, HIGH * (at + 0.5) / counts[layer])
    layers, thickest = (
        seen.wires[:, 0],
        [seen.strength[0][seen.wires[:, 0] == layer].max() for layer in range(len(seen.layers))],
    )
    widths = THICKEST * left / np.array(thickest)[layers]
    kept = [(*wire, width) for wire, width in zip(seen.wires.tolist(), widths.tolist(), strict=True) if width]
    shapes = [_line(*place(layer, come), *place(layer + 1, to), ONE, width) for layer, come, to, width in kept]
    shapes += [_dot(*place(layer, at), 2, REST) for layer, count in enumerate(counts) for at in range(count)]
    return _svg(shapes, WORDS("thumbnail: pruning", kept=len(kept), wires=len(left)))


def distillation(shares: Sequence[float], label: int, name: str, temperature: float) -> str:
    """A teacher's soft targets of one image as columns, a class each, before what its `label`, called `name`, says."""
    heights = [54 * share for share in shares]
    shapes = [_rect(2 + 12 * label, 3, 10, 54, TWO, 0.35)]
    shapes += [_rect(2 + 12 * at, 57 - high, 10, high, ONE) for at, high in enumerate(heights)]
    shapes.append(_line(0, 57.5, WIDE, 57.5, REST))
    share = f"{100 * shares[label]:.0f}"
    return _svg(shapes, WORDS("thumbnail: distillation", label=name, share=share, temperature=f"{temperature:g}"))


def language_model(before: Sequence[str], now: Sequence[str], bits: int) -> str:
    """Tokens of a text that a rounded model writes, as bars as long as they are; marked are those which the model as
    stored writes otherwise in this place."""
    shapes, left, row, length = [], 0.0, 0, WIDE * 2 * ROWS / max(sum(map(len, now)), 1)
    differ = sum(one != other for one, other in zip(now, before, strict=False))
    for piece, other in zip(now, before, strict=False):
        long = min(length * len(piece), WIDE)
        if left + long > WIDE:
            left, row = 0.0, row + 1
        shapes.append(_rect(left, 2 + 10 * row, max(long - 1.5, 1), 6, TWO if piece != other else REST))
        left += long
        if row == 2 * ROWS - 1 and left > WIDE - 4:
            break
    return _svg(shapes, WORDS("thumbnail: language-model", bits=bits, differ=differ, tokens=min(len(now), len(before))))


def lora(out: int, into: int, rank: int) -> str:
    """A weight matrix [out, into], and beside it the two low-rank matrices of an adapter, all to the same scale."""
    scale = 46 / max(out, into)
    wide, high, thin, left = scale * into, scale * out, max(scale * rank, 1), 0
    shapes = [_rect(left, 2, wide, high, REST, 0.5), _rect(left + wide + 5, 2, thin, high, ONE)]
    shapes.append(_rect(left, high + 7, wide, thin, ONE))
    return _svg(shapes, WORDS("thumbnail: lora", out=out, into=into, rank=rank))


def llm_at_home(poured: Mapping[str, Mapping[str, float]], card: float, name: str) -> str:
    """A card's memory as a jar for each format of a model, filled to scale with its parts (bytes)."""
    most = max(card, *(sum(parts.values()) for parts in poured.values()))
    width, shapes = WIDE / len(poured) - 12, []
    for nth, parts in enumerate(poured.values()):
        left, top = 6 + (width + 12) * nth, 58.0
        for colour, size in zip((ONE, TWO, THREE, REST), parts.values(), strict=True):
            high = 54 * size / most
            top -= high
            shapes.append(_rect(left, top, width, high, colour))
        rim = 58 - 54 * card / most
        shapes.append(_path(f"M{left - 2:.1f} {rim:.1f}V59H{left + width + 2:.1f}V{rim:.1f}", REST))
    said = ", ".join(f"{form} {show(sum(parts.values()), 'bytes')}" for form, parts in poured.items())
    return _svg(shapes, WORDS("thumbnail: llm-at-home", model=name, formats=said, card=show(card, "bytes")))


def decide(ways: Sequence[Candidate], best: Candidate | None) -> str:
    """The energy of a use (Wh) of each way that has one, as columns to scale; the one that is chosen stands out."""
    there = [way for way in ways if way.use]
    most = max(way.use.value for way in there)
    width, shapes = WIDE / len(there), [_line(0, 57.5, WIDE, 57.5, REST)]
    for at, way in enumerate(there):
        high, colour = max(54 * way.use.value / most, 1), ONE if way.kind == best.kind else REST
        shapes.append(_rect(width * at + 8, 57 - high, width - 16, high, colour))
    said = "; ".join(f"{way.model} {way.use}" for way in there)
    return _svg(shapes, WORDS("thumbnail: decide", ways=said, chosen=best.model or best.kind))


def _svg(shapes: Iterable[str], label: str) -> str:
    """A picture with its text alternative."""
    said = escape(label, quote=True)
    return f'<svg class="thumbnail" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{said}">{"".join(shapes)}</svg>'


def _rect(x: float, y: float, width: float, height: float, colour: str, opacity: float = 1) -> str:
    drawn = f'<rect class="{colour}" x="{x:.1f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}"/>'
    return drawn.replace("/>", f' opacity="{opacity:g}" fill="currentColor"/>')


def _dot(x: float, y: float, radius: float, colour: str) -> str:
    return f'<circle class="{colour}" cx="{x:.2f}" cy="{y:.1f}" r="{radius:g}" fill="currentColor"/>'


def _line(x: float, y: float, x2: float, y2: float, colour: str, width: float = 1) -> str:
    ends = f'x1="{x:.2f}" y1="{y:.1f}" x2="{x2:.2f}" y2="{y2:.1f}"'
    return f'<line class="{colour}" {ends} stroke="currentColor" stroke-width="{width:.3g}"/>'


def _path(drawn: str, colour: str) -> str:
    return f'<path class="{colour}" d="{drawn}" fill="none" stroke="currentColor" stroke-width="1.5"/>'


def _image(pixels: np.ndarray, x: float, y: float, side: float) -> str:
    """Pixels, uint8 [rows, columns], two by two in one, as `SHADES` of the text's colour, each one path."""
    rows, columns = (length // 2 for length in pixels.shape)
    mean = pixels.reshape(rows, 2, columns, 2).mean((1, 3)) / 255
    shade, size = np.rint(mean * (SHADES - 1)).astype(int), side / columns
    drawn = []
    for each in range(1, SHADES):
        places = "".join(
            f"M{x + size * b:g} {y + size * a:g}h{size:g}v{size:g}h-{size:g}" for a, b in np.argwhere(shade == each)
        )
        drawn.append(f'<path d="{places}" fill="currentColor" opacity="{each / (SHADES - 1):g}"/>')
    return "".join(drawn)
