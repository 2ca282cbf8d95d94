"""Your ant: the models a reader has kept, what they have learnt, and how to take both along."""

import streamlit as st

from lessons import ui
from lessons.ant import IMAGES, TEXT
from lessons.text import sections
from lessons.ui.my_ant import belongings, models, progress

WORDS = sections("my-ant")
page = ui.begin("my-ant")
page.text("what is here")


@ui.lab
def kept() -> None:
    shown = [family for family in (IMAGES, TEXT) if ui.stages(family)]
    if not shown:
        page.text("nothing kept")
    for family in shown:
        models.draw(family)


@ui.lab
def learnt() -> None:
    page.text("progress")
    progress.table()


page.text("keep it")
belongings.print_and_take_along()
belongings.bring_back()
belongings.delete()
st.caption(WORDS["where it is kept"])
