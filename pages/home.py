"""Home: what this is, a first model to shrink, and the path of the talk."""

import streamlit as st

from lessons import charts, ui
from lessons.catalog import LESSONS
from lessons.experiment import Quantize
from lessons.text import sections
from lessons.ui.home import cards, first_picture
from lessons.ui.home.knobs import BITS, KNOBS, NETWORK, WIDTHS

WORDS = sections("home")

page = ui.begin("home", *KNOBS, network=NETWORK)
top, below = st.container(), st.container()
with below:
    baseline = ui.baseline(page, Quantize())

with top:

    @ui.lab
    def lab() -> None:
        bits = ui.slider(BITS)
        points = {width: baseline if width == "fp32" else baseline | Quantize(int(width)) for width in WIDTHS}
        found = ui.outcomes(points)
        measured = ui.measurements(found)
        page.opens(lambda: ui.picture(first_picture.frames(measured), BITS))
        ui.before_and_after(baseline, points[bits])
        sweep = charts.accuracy_sweep(WORDS["bits: axis"], {WORDS["model in use"]: measured}, measured["fp32"])
        page.text("what this is")
        ui.headline(ui.shrunk_frames(found["fp32"], found), BITS, sweep=sweep)
        ui.keeps(page.lesson, lambda: ui.measured_at(st.session_state[BITS.name], points, found, found["fp32"]))
        ui.on_release({BITS: [width for width in WIDTHS if found[width]]})(lambda _: None)


if ui.presenting():
    st.stop()
page.text("the path")
for row in (LESSONS[at : at + 3] for at in range(0, len(LESSONS), 3)):
    for place, lesson in zip(st.columns(3), row, strict=False):
        with place.container(border=True, height="stretch"):
            st.caption(WORDS("card", part=lesson.part, minutes=lesson.minutes))
            st.markdown(cards.pictures().get(lesson.path, ""), unsafe_allow_html=True)  # an SVG, which st.html drops
            st.page_link(lesson.script, label=f"**{lesson.title}**")
            st.markdown(lesson.question)
page.text("honesty")
