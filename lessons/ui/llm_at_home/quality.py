"""What a weight format costs, on the page: how it keeps weights, and what others measured of its quality."""

from collections.abc import Iterable

from lessons.charts.chart import Chart
from lessons.charts.lines import Axis, Point, lines
from lessons.estimate.at_home import Home
from lessons.estimate.engine_mixes import GROUPED, MLX
from lessons.estimate.format_quality import FormatLoss, SizeClass, ladders, loss
from lessons.estimate.gguf_mixes import MIXES
from lessons.estimate.gguf_size import as_published
from lessons.estimate.transformer import parameters
from lessons.pareto import front
from lessons.quantity import Quantity
from lessons.text import sections
from lessons.ui.layout.figures import row
from lessons.ui.layout.presenter import presenting
from lessons.ui.layout.tiles import Tile
from lessons.ui.llm_at_home import real_files

WORDS = sections("llm-at-home")
BITS, LOST = Axis(WORDS["quality: bits"], log=False, format="~g"), Axis(WORDS["quality: lost"], format=",~g")
HIGH = 360  # pixels
LEAST = 0.1  # percent: what is drawn of a loss that is less, or none
Note = tuple[str, dict]  # the name of a sentence, and what is in it


def of_format(form: str) -> list[Note]:
    """How a format keeps weights, where its name does not say that."""
    if form in MLX:
        return [("MLX", {"form": form, "bits": form.split()[1]})]
    if form in GROUPED:
        return [("grouped", {"form": form})]
    if form in ("NVFP4", "NF4"):
        return [(form, {})]
    return [("guided", {"form": form})] if form in MIXES and MIXES[form].needs else []


def lost(home: Home) -> FormatLoss | None:
    """What others measured of the format, on models about as large; nothing of a mixture whose experts stay in MXFP4
    whatever the format, for no measured model is one."""
    if home.shape.native == "MXFP4":
        return None
    return loss(home.form, parameters(home.shape) / 1e9)


def cost(home: Home) -> Note:
    """What the format costs this model, as a sentence."""
    if home.form == as_published(home.shape):
        return "reference", {"form": home.form}
    found = lost(home)
    if found is None:
        return "unknown", {"form": home.form}
    return "known" if len(found.rows) > 1 else "once", _said(found)


def of_change(before: Home, after: Home) -> str:
    """What another format costs, as the end of a sentence; nothing where the format stays, or nothing is published."""
    found = lost(after) if after.form != before.form else None
    return WORDS("quality: of a change", **_said(found)) if found else ""


def tiles(home: Home) -> list[Tile]:
    """The same as a number; none where nothing is published."""
    if home.form == as_published(home.shape):
        nothing = Quantity("lost", 0.0, "%", "cited", source=WORDS("quality: reference", form=home.form))
        return [Tile(WORDS["quality: tile"], nothing, description=WORDS["quality: beside the reference"])]
    if (found := lost(home)) is None:
        return []
    beside = WORDS("quality: beside" if len(found.rows) > 1 else "quality: beside one", **_said(found))
    source = WORDS("quality: formula", **_said(found))
    number = Quantity("lost", found.middle, "%", "cited", found.low, found.high, source)
    return [Tile(WORDS["quality: tile"], number, description=beside)]


def ladder(home: Home) -> list[Chart]:
    """Draw what formats cost against what they take, as others measured it and as recorded of real files; a stage has
    the first."""
    if presenting():
        return []
    row("quality", chart := against_bits(home))
    row("real_files", *(recorded := (real_files.against_bits(home.form), real_files.against_bytes())))
    return [chart, *recorded]


def against_bits(home: Home) -> Chart:
    """Percent of perplexity against bits per weight, a line for models of about one size through the formats that no
    smaller one beats; the format in use marked."""
    curves = {_size(of): _unbeaten(losses.values()) for of, losses in ladders().items()}
    found = None if home.form == as_published(home.shape) else lost(home)
    at = found and found.bits
    here = [Point(home.form, at, max(found.middle, LEAST), WORDS["quality: here"])] if found and at else []
    return lines(
        WORDS["quality: title"], BITS, LOST, curves, here, HIGH, WORDS["quality: note"], ("cited",), clear=True
    )


def said(home: Home) -> list[Note]:
    """What the format costs this model, by others; and what it was recorded to cost a small one."""
    recorded = real_files.cost(home.form)
    return [cost(home), *([("recorded", recorded)] if recorded else [])]


def _unbeaten(losses: Iterable[FormatLoss]) -> list[tuple[float, float]]:
    """Bits and percent of the formats that none beats in both, from the fewest bits on."""
    points = {each.form: (each.bits, max(each.middle, LEAST)) for each in losses if each.bits}
    return [points[form] for form in front(points)]


def _said(found: FormatLoss) -> dict[str, str]:
    """A loss as sentences name it."""
    nats, count = found.divergence, len(found.rows)
    return {
        "form": found.form,
        "metric": found.metric,
        "low": _signed(found.low),
        "middle": _signed(found.middle),
        "high": _signed(found.high),
        "size": _size(found.of),
        "count": WORDS("quality: measurements", count=count) if count > 1 else WORDS["quality: one"],
        "models": ", ".join(found.models),
        "nats": f" {WORDS('quality: nats', nats=_nats(*nats))}" if nats else "",
    }


def _nats(low: float, high: float) -> str:
    """From and to where they differ."""
    ends = dict.fromkeys(f"{end:.2g}" for end in (low, high))
    return WORDS("quality: from to", low=f"{low:.2g}", high=f"{high:.2g}") if len(ends) > 1 else next(iter(ends))


def _signed(percent: float) -> str:
    return f"{percent:+.1f}" if abs(percent) < 10 else f"{percent:+,.0f}"


def _size(of: SizeClass) -> str:
    """Billions of weights, from and to where these differ."""
    low, high = f"{of.smallest:.2g}", f"{of.largest:.2g}"
    return WORDS("quality: size", size=low if low == high else f"{low}–{high}")
