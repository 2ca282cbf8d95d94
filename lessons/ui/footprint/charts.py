"""One use, by all methods and as published; training runs: what was disclosed against the formula, and when use has
taken as much as training."""

from collections.abc import Mapping

from lessons.charts.chart import Chart
from lessons.charts.line_names import ABOVE_END, ABOVE_START, at_lines
from lessons.charts.lines import Axis, Point, lines
from lessons.charts.ranges import ranges
from lessons.charts.ticks import Ticks, powers
from lessons.estimate import footprint
from lessons.estimate.training import FITTED, OUTLIERS, fitted, picojoules_per_flop
from lessons.facts import TrainingRun, training_runs
from lessons.quantity import SUPERSCRIPT, Quantity, convert, show
from lessons.text import sections

WORDS = sections("footprint")
SPAN = (1e21, 1e28)  # FLOP: what the lines reach over
LEAST = 1e22  # FLOP of the runs that are drawn
REACH = (1.5, 20.0)  # pJ/FLOP
ORDERS = Ticks({float(f"1e{power}"): f"10{str(power).translate(SUPERSCRIPT)}" for power in range(21, 29)})
STEPS = Ticks({float(each): f"{each} pJ" for each in (2, 5, 10, 20)})
NAMED = {  # and where their names stand
    "GPT-3 175B": "below right",
    "Llama 3.1 405B": "below right",
    "Llama 3.2 1B": "left",
}
LIKE = {"H800": "H100"}  # boards of one generation under two names
NEAR = 1.3  # times what is fitted: a name fits between no line and a point so near above it
HEIGHT = 340
DAYS = (1.0, 1e4)  # what the axis shows at least
BEYOND = 10.0  # times the days of the crossing, which is always seen


def all_figures(task: str, every: Mapping[str, Quantity], most: int | None = None) -> Chart:
    """Energies (Wh) of one use by each method, and the first so many published ones of this task, all for None."""
    seen, boundaries = footprint.published(task, most)
    return ranges(WORDS["all figures"], WORDS["energy of a use"], {**every, **seen}, boundaries, units=True)


def disclosed_runs(name: str, chips: str, flop: float, energy: Quantity) -> Chart:
    """pJ/FLOP of disclosed runs against their FLOP, a line for what is fitted to each generation, and the run of the
    model of this `name`. `chips`: what that is trained on, a key of FITTED."""
    line_of = {each: WORDS("generation", chips=each, fitted=f"{fitted(each):.3g}") for each in FITTED}
    curves = {line_of[each]: [(flops, fitted(each)) for flops in SPAN] for each in FITTED}
    runs = [run for run in training_runs() if picojoules_per_flop(run) and run.training_flop > LEAST]
    points = [_disclosed(run, line_of[LIKE.get(run.generation, run.generation)]) for run in runs]
    each, said = convert(energy.value, "Wh", "J") / flop * 1e12, WORDS("as set", model=name)
    place = "right" if each < NEAR * fitted(chips) else "below right"
    here = Point(said, flop, each, said, energy.source, place=place)
    x, y = Axis(WORDS["training FLOP"]), Axis(WORDS["energy per FLOP"])
    reach = [(flops, each) for flops in SPAN for each in REACH]
    chart = lines(WORDS["runs"], x, y, curves, [here, *points], HEIGHT, legend=False, reach=reach)
    return at_lines(chart, dict.fromkeys(curves, ABOVE_END), ORDERS, STEPS)


def _disclosed(run: TrainingRun, generation: str) -> Point:
    """A disclosed run, in the colour of its generation."""
    note = WORDS("disclosed", hardware=run.hardware, why=OUTLIERS.get(run.model, WORDS["as disclosed"]))
    says, place = run.model in NAMED, NAMED.get(run.model, "right")
    return Point(run.model, run.training_flop, picojoules_per_flop(run), generation, note, says, place)


def use_overtakes(energy: Quantity, a_day: Quantity) -> Chart:
    """Wh of training, and of use so far, over days; and the day on which they are the same."""
    crossing = energy.value / a_day.value
    span = (min(DAYS[0], crossing / BEYOND), max(DAYS[1], crossing * BEYOND))
    training, use = WORDS["training line"], WORDS["use line"]
    curves = {training: [(day, energy.value) for day in span], use: [(day, a_day.value * day) for day in span]}
    said = WORDS("crossing", days=show(crossing, "days"))
    points = [Point(said, crossing, energy.value, said, place="below right")]
    x, y = Axis(WORDS["days"]), Axis(WORDS["energy so far"])
    chart = lines(WORDS["overtakes"], x, y, curves, points, HEIGHT, legend=False)
    late = crossing > (span[0] * span[1]) ** 0.5
    sides = {training: ABOVE_START if late else ABOVE_END, use: ABOVE_END}
    return at_lines(chart, sides, powers(span, ""), powers([wh for _, wh in curves[use]], "Wh"))
