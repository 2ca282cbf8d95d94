"""Home: what this is, a first model to shrink, and the path of the talk."""

import streamlit as st

from lessons import charts, ui
from lessons.catalog import LESSONS
from lessons.experiment import Quantize

WIDTHS = (*map(str, range(1, 17)), "fp32")
BITS = ui.Knob("home_bits", "Bits per weight", WIDTHS, default="4", help="How many bits each weight is rounded to.")

page = ui.begin("home", BITS)
page.text("what this is")

page.text("try it")
place = st.container()
baseline = ui.baseline()


with place:

    @ui.lab
    def lab() -> None:
        bits = ui.slider(BITS)
        points = {width: baseline if width == "fp32" else baseline | Quantize(int(width)) for width in WIDTHS}
        pair = ui.before_and_after(baseline, points[bits])
        if pair:
            ui.tiles(*pair)
        measured = ui.outcomes(points.values())
        curve = {width: measured[e].measurement["accuracy"].value for width, e in points.items() if e in measured}
        ui.figure(
            charts.accuracy_against_bits(curve, bits, curve.get("fp32"), chance=10),
            "Accuracy against bits",
            "home_curve",
        )
        if pair:
            ui.answers(*pair)


page.text("the path")
for part in dict.fromkeys(lesson.part for lesson in LESSONS):
    st.caption(part)
    for lesson in (lesson for lesson in LESSONS if lesson.part == part):
        st.page_link(lesson.script, label=f"**{lesson.title}** ({lesson.minutes} min)")
        st.markdown(lesson.question)
page.text("honesty")
