"""Home: what this is, a first model to shrink, and the path of the talk."""

import streamlit as st

from lessons import charts, ui
from lessons.catalog import LESSONS
from lessons.experiment import Quantize
from lessons.ui.home import first_picture

WIDTHS = (*map(str, range(1, 17)), "fp32")
BITS = ui.Knob("home_bits", "Bits per weight", WIDTHS, default="4", help="How many bits each weight is rounded to.")
NETWORK = ui.network_knob("home")

page = ui.begin("home", BITS, network=NETWORK)
top, below = st.container(), st.container()
with below:
    baseline = ui.baseline(page)

with top:

    @ui.lab
    def lab() -> None:
        bits = ui.slider(BITS)
        points = {width: baseline if width == "fp32" else baseline | Quantize(int(width)) for width in WIDTHS}
        found = ui.outcomes(points)
        measured = ui.measurements(found)
        page.opens(lambda: ui.picture(first_picture.frames(measured), BITS))
        ui.before_and_after(baseline, points[bits])
        sweep = charts.accuracy_sweep("bits per weight", {"model in use": measured}, measured["fp32"])
        page.text("what this is")
        ui.headline(ui.shrunk_frames(found["fp32"], found), BITS, sweep=sweep)
        ui.on_release({BITS: [width for width in WIDTHS if found[width]]})(lambda _: None)


if ui.presenting():
    st.stop()
page.text("the path")
for part in dict.fromkeys(lesson.part for lesson in LESSONS):
    st.caption(part)
    for lesson in (lesson for lesson in LESSONS if lesson.part == part):
        st.page_link(lesson.script, label=f"**{lesson.title}** ({lesson.minutes} min)")
        st.markdown(lesson.question)
page.text("honesty")
