"""Class: a teacher opens one, students join it with a code, and all predict together."""

from lessons import ui
from lessons.text import sections
from lessons.ui.classroom import panel
from lessons.ui.state.classes import ANOTHER, CODE_GIVEN, looked_at

WORDS = sections("class")

page = ui.begin("class", also=(CODE_GIVEN, ANOTHER))
if not looked_at():
    page.text("what is here")
panel.draw()
if not panel.member():
    page.closed(WORDS["how it works"], "for a teacher")
