"""SmolLM2 as a real file of every weight format, on the page: what each costs in quality, and how fast it decodes
beside what is expected. Recorded: the same whatever model and machine a reader chooses."""

from collections.abc import Iterable
from functools import lru_cache

from lessons.charts.chart import Chart
from lessons.charts.lines import Axis, Point, lines
from lessons.pareto import front
from lessons.quantity import show
from lessons.recorded.ladder import NARROW, REFERENCE, WIDE, Rung, expected, ladder, questions, step
from lessons.text import sections

WORDS = sections("llm-at-home")
HIGH, MEGA = 360, 1e6  # pixels; bytes
BITS, NATS = Axis(WORDS["quality: bits"], log=False, format="~g"), Axis(WORDS["real files: nats"], format=",~g")
MEGABYTES = Axis(WORDS["real files: megabytes"], log=False, format="d")
RATE = Axis(WORDS["real files: rate"], log=False, format="d")
BASES = {NARROW: WORDS["real files: narrow"], WIDE: WORDS["real files: wide"]}
KINDS = {
    "IQ": WORDS["real files: IQ"],
    "_K": WORDS["real files: K"],
    "TQ": WORDS["real files: TQ"],
}  # by a part of a name
NAMED = ("Q8_0", "Q6_K", "Q2_K", "IQ2_XXS", "IQ1_S")  # types whose names a chart shows: where there is room
FULL = ("fp16", REFERENCE)  # nothing is lost in these


def cost(form: str) -> dict[str, str] | None:
    """What a format costs SmolLM2, as sentences name it; None where that was not recorded."""
    rungs = ladder().of(NARROW)
    if form not in rungs or form in FULL:
        return None
    rung, wide = rungs[form], ladder().of(WIDE).get(form)
    padded = " " + WORDS("real files: padded", **_lost(wide)) if wide else ""
    speeds = {"speed": f"{rung.decode[1]:.0f}", "expected": f"{expected(rung).value:.0f}"}
    return _lost(rung) | speeds | {"form": form, "before": str(rungs[REFERENCE].right), "padded": padded}


@lru_cache(maxsize=64)
def against_bits(form: str) -> Chart:
    """KL divergence against bits per weight of every type, a line through those that no smaller one beats; the format
    in use named."""
    rungs = {base: quantized(base) for base in BASES}
    curves = {BASES[base]: _unbeaten(rows) for base, rows in rungs.items()}
    points = [_cost(row, form) for rows in rungs.values() for row in rows]
    note, badges = WORDS("real files: note", source=ladder().source), ("recorded",)
    return lines(WORDS["real files: title"], BITS, NATS, curves, points, HIGH, note, badges, clear=True)


@lru_cache(maxsize=1)
def against_bytes() -> Chart:
    """Tokens/s against the bytes that a token reads, over the line of what is expected."""
    rows = [row for base in BASES for row in quantized(base)]
    curves = {WORDS["real files: expected"]: sorted((read(row), expected(row).value) for row in rows)}
    points = [Point(row.form, read(row), row.decode[1], kind(row.form), _pace(row), _is_named(row)) for row in rows]
    said = {"rounds": ladder().rounds, "bandwidth": show(ladder().bandwidth, "bytes")}
    note, badges = WORDS("real files: speed note", **said), ("recorded", "estimated")
    return lines(WORDS["real files: speed"], MEGABYTES, RATE, curves, points, HIGH, note, badges, clear=True)


def kind(form: str) -> str:
    """The kind of a type, in words."""
    return next((words for part, words in KINDS.items() if part in form), WORDS["real files: blocks"])


def read(row: Rung) -> float:
    """Megabytes that a token reads."""
    return step(row)[1].bytes / MEGA


@lru_cache(maxsize=4)
def quantized(base: str) -> tuple[Rung, ...]:
    """Every rung of a base of fewer than 16 bits, from the fewest on."""
    rows = [row for row in ladder().rows if row.base == base and row.form not in FULL]
    return tuple(sorted(rows, key=lambda row: row.bits))


def _unbeaten(rows: Iterable[Rung]) -> list[tuple[float, float]]:
    """Bits and nats of those that none beats in both."""
    points = {row.sha256: (row.bits, row.kl[0]) for row in rows}
    return [points[name] for name in front(points)]


def _cost(row: Rung, form: str) -> Point:
    note = WORDS("real files: point", **_lost(row))
    return Point(_name(row), row.bits, row.kl[0], BASES[row.base], note, _name(row) == form or _is_named(row))


def _is_named(row: Rung) -> bool:
    return row.base == WIDE and row.form in NAMED and _name(row) == row.form


def _name(row: Rung) -> str:
    """Its type, and whether an importance matrix guided the rounding though it need not."""
    needless = row.guided and any(other.form == row.form and not other.guided for other in quantized(row.base))
    return WORDS("real files: guided", form=row.form) if needless else row.form


def _pace(row: Rung) -> str:
    return WORDS("real files: pace", share=f"{100 * row.decode[1] / expected(row).value:.0f}", base=BASES[row.base])


def _lost(row: Rung) -> dict[str, str]:
    """What is lost, as a sentence names it."""
    return {
        "size": show(row.bytes, "bytes"),
        "bits": f"{row.bits:.1f}",
        "nats": f"{row.kl[0]:.2g}",
        "same": f"{row.same:.0f}",
        "right": str(row.right),
        "questions": str(questions()),
        "perplexity": f"{row.perplexity:,.0f}",
    }
