"""What else a teacher could have become: its students beside itself quantized and pruned."""

from collections.abc import Mapping
from dataclasses import replace

from lessons.charts.chart import Chart
from lessons.charts.lines import Axis, Point, lines
from lessons.estimate.training_break_even import within
from lessons.quantity import Measurement, badges_of, show
from lessons.text import sections
from lessons.ui.distillation.share_bars import bars
from lessons.ui.distillation.students import STUDENTS

WORDS = sections("distillation")
MADE = {  # what a teacher can be made into, by its key
    "quantized": WORDS["quantized"],
    "pruned": WORDS["pruned"],
    "fine-tuned": WORDS["fine-tuned"],
}
NAMED = {
    "quantized": ("2", "below right"),
    "pruned": ("50", "left"),
}  # which point of a curve says what it is, and where
Family = Mapping[str, Measurement | None]


def made(family: str, amount: str) -> str:
    """What a teacher was made into, in words. `amount`: bits per weight, or percent of its weights that are pruned."""
    if family == "quantized":
        return WORDS["quantized to one"] if amount == "1" else WORDS("quantized to", bits=amount)
    said = WORDS["pruned by"] if family == "pruned" else WORDS["pruned by, fine-tuned"]
    return said.format(percent=amount)


def bargain(families: Mapping[str, Family], students: Mapping[str, Measurement]) -> list[Chart]:
    """Accuracy against the file (kB), and against the energy of an image (µJ), of the teacher shrunk in other ways and
    of its students; and accuracy of those that fit into the student's bytes. `families`: by a key of MADE."""
    known = {
        name: {at: m for at, m in family.items() if m} for name, family in families.items() if any(family.values())
    }
    return [
        _against("packed", 1e-3, WORDS["against bytes"], WORDS["kilobytes"], known, students),
        _against("energy_45nm", 1e6, WORDS["against energy"], WORDS["microjoules"], known, students),
        _in_the_same_bytes(families, students),
    ]


def _against(
    what: str,
    scale: float,
    title: str,
    axis: str,
    known: Mapping[str, Mapping[str, Measurement]],
    students: Mapping[str, Measurement],
) -> Chart:
    """Accuracy against a quantity, times `scale`; a curve for each family, a point for each student."""

    def place(measurement: Measurement) -> tuple[float, float]:
        return scale * measurement[what].value, measurement["accuracy"].value

    colours = {name: () for name in STUDENTS.values()} | {MADE[name]: () for name in MADE}
    curves = colours | {MADE[name]: [place(m) for m in family.values()] for name, family in known.items()}
    points = [Point(STUDENTS[name], *place(m), STUDENTS[name]) for name, m in students.items()]
    points += [
        Point(
            MADE[name] if name == "fine-tuned" else made(name, at),
            *place(m),
            MADE[name],
            says=at == NAMED.get(name, (at,))[0],
            place=NAMED.get(name, ("", "right"))[1],
        )
        for name, family in known.items()
        for at, m in family.items()
    ]
    seen = [*students.values(), *(m for family in known.values() for m in family.values())]
    badges = badges_of(m[name] for m in seen for name in (what, "accuracy"))
    y = Axis(WORDS["test accuracy"], log=False)
    return lines(title, Axis(axis, format="~g"), y, curves, points, 340, badges=badges, legend=False)


def _in_the_same_bytes(families: Mapping[str, Family], students: Mapping[str, Measurement]) -> Chart:
    """Accuracy of the students, and of the largest of each family that fits into the student's file."""
    fits = {name: within(family, students["taught"]) for name, family in families.items()}
    shares = {STUDENTS[name]: (name, found["accuracy"]) for name, found in students.items()}
    shares |= {made(name, at): (name, families[name][at]["accuracy"]) for name, at in fits.items() if at}
    whole = {name: family for name, family in families.items() if family and all(family.values())}
    least = {name: min(found["packed"].value for found in family.values()) for name, family in whole.items()}
    none = [WORDS("does not fit", how=MADE[name], bytes=show(least[name], "bytes")) for name in least if not fits[name]]
    chart = bars(WORDS("in the same bytes", bytes=students["taught"]["packed"]), shares)
    return replace(chart, note=" ".join(none))
