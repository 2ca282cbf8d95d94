"""What limits a language model's speed (Williams et al., "Roofline", 2009)."""

from lessons.charts.chart import Chart
from lessons.charts.lines import Axis, Point, lines
from lessons.language.results import Benchmark
from lessons.quantity import show

ROOF = "at best (estimated)"


def roofline(pace: Benchmark, bits: float) -> Chart:
    """MACs a second against MACs for each byte read: what this machine could do at best, prompts of some lengths and
    writing, as measured, and the roof over writing with weights of so many bits, if they were read as such."""
    top, ridge = pace.macs_a_second, pace.macs_a_second / pace.bandwidth
    least = pace.macs / pace.bytes / 2
    most = max(ridge * 4, pace.macs * max(pace.prefill) / pace.bytes * 2)
    points = [
        Point(
            f"prefill, {n} tokens",
            *_dot(pace, n, seconds),
            "measured here",
            f"{show(1000 * seconds, '')} ms",
            place="below right",
        )
        for n, seconds in pace.prefill.items()
        if n > 1
    ]
    points.append(
        Point("decode", *_dot(pace, 1, pace.decode), "measured here", f"{1 / pace.decode:,.0f} tokens/s", place="left")
    )
    small = pace.macs / pace.bytes * 32 / bits
    points.append(
        Point(
            f"decode, {bits:.3g} bits",
            small,
            min(top, small * pace.bandwidth),
            ROOF,
            "if weights are read packed",
            place="below right",
        )
    )
    return lines(
        "The roofline of this machine, one core",
        Axis("MACs for each byte read", format="~g"),
        Axis("MACs a second"),
        {ROOF: [(least, least * pace.bandwidth), (ridge, top), (max(most, small * 2), top)]},
        points,
        height=380,
        note=(
            f"Roof: {pace.bandwidth / 1e9:.1f} GB/s read, and {top / 1e9:.0f} GMACs/s in a matrix product, both "
            f"measured now."
        ),
        badges=("measured",),
    )


def _dot(pace: Benchmark, tokens: int, seconds: float) -> tuple[float, float]:
    return tokens * pace.macs / pace.bytes, tokens * pace.macs / seconds
