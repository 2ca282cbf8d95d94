"""A speaker asks the room: the first picture and the question, and nothing that answers it, until it is revealed."""

from streamlit.testing.v1 import AppTest

from lessons.ui.layout.predict import CHOSEN, WRONG
from tests.pages.reader import buttons, link, measured, press, run_until, tiles


def components(page: AppTest) -> list[str]:
    return [each.proto.component_name for each in page.get("bidi_component")]


def said(page: AppTest) -> str:
    return "\n".join(text.value for text in page.markdown)


def test_the_room_is_asked_and_then_told():
    page = run_until(link("quantization", present="1"), measured)
    assert "picture" not in components(page) and "Predict:" not in said(page)
    press(page, "Ask the room").run()
    assert "picture" in components(page) and not tiles(page)
    assert "at how many bits does the network break?" in said(page)
    next(group for group in page.get("button_group") if group.key == CHOSEN).set_value("6").run()
    assert not tiles(page) and "breaks at" not in said(page)
    press(page, "Reveal")
    run_until(page, lambda page: measured(page) and WRONG in said(page))
    assert "breaks at **3 bits**" in said(page)
    assert "picture" not in components(page)
    press(page, "Leave")
    run_until(page, measured)
    assert "Ask the room" not in buttons(page) and "You predicted **6 bits**" in said(page)


def test_a_page_without_a_question_does_not_ask():
    page = run_until(link("home", present="1"), measured)
    assert "Ask the room" not in buttons(page)
