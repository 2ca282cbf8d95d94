"""What limits a language model's speed (Williams et al., "Roofline", 2009)."""

from lessons.charts.chart import Chart
from lessons.charts.lines import Axis, Point, lines
from lessons.language.results import Benchmark
from lessons.quantity import show
from lessons.text import sections

WORDS = sections("language-model")
ROOF, HERE = WORDS["roof"], WORDS["measured here"]


def roofline(pace: Benchmark, bits: float) -> Chart:
    """MACs a second against MACs for each byte read: what this machine could do at best, prompts of some lengths and
    writing, as measured, and the roof over writing with weights of so many bits, if they were read as such."""
    top, ridge = pace.macs_a_second, pace.macs_a_second / pace.bandwidth
    least = pace.macs / pace.bytes / 2
    most = max(ridge * 4, pace.macs * max(pace.prefill) / pace.bytes * 2)
    small = pace.macs / pace.bytes * 32 / bits
    packed = small, min(top, small * pace.bandwidth)
    rate = WORDS("rate", rate=f"{1 / pace.decode:,.0f}")
    points = [  # names of what is measured below the roof, and of what is on it above
        Point(WORDS["decode"], *_dot(pace, 1, pace.decode), HERE, rate, place="below right"),
        Point(WORDS("decode at", bits=f"{bits:.3g}"), *packed, ROOF, WORDS["read packed"], place="left"),
    ]
    points += [
        Point(
            WORDS("prefill of", tokens=n),
            *_dot(pace, n, seconds),
            HERE,
            f"{show(1000 * seconds, '')} ms",
            place="below right",
        )
        for n, seconds in pace.prefill.items()
        if n > 1
    ]
    return lines(
        WORDS["roofline"],
        Axis(WORDS["MACs a byte"], format="~g"),
        Axis(WORDS["MACs a second"]),
        {ROOF: [(least, least * pace.bandwidth), (ridge, top), (max(most, small * 2), top)]},
        points,
        height=380,
        note=WORDS("roofline: note", read=f"{pace.bandwidth / 1e9:.1f}", top=f"{top / 1e9:.0f}"),
        badges=("measured",),
    )


def _dot(pace: Benchmark, tokens: int, seconds: float) -> tuple[float, float]:
    return tokens * pace.macs / pace.bytes, tokens * pace.macs / seconds
