"""Talk: the states of a scripted talk, and all that a speaker needs to give it."""

import streamlit as st

from lessons import ui
from lessons.text import sections
from lessons.ui.talk import choosing, listing, taking_along
from lessons.ui.talk.rehearse import rehearse
from lessons.ui.talk.speaker import speaker_window
from lessons.ui.talk.starting import asked_for, start

WORDS = sections("talk")
TALK = choosing.knob()

page = ui.begin("talk", TALK, also=("speaker", "at"))
if number := asked_for(talk := choosing.choose(TALK)):
    speaker_window(talk, number)
    st.stop()
page.text("what is here")
start(talk)
rehearse(talk)
listing.draw(talk)
page.text("take it along")
taking_along.draw(talk)
page.text("bring your own")
choosing.bring()
