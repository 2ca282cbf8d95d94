"""What a teacher hands a class: a link that locks knobs, hides others and says a task; and the place that makes one."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from lessons.ui.layout.class_link import FOLD
from tests.pages.reader import link, press

BITS, GRAIN = "quantization_bits", "quantization_grain"


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(tmp_path))


def knobs(page: AppTest) -> dict[str, object]:
    """The sliders and choices of a page, by their names."""
    return {knob.key: knob for knob in (*page.select_slider, *page.get("button_group")) if knob.key}


def handed(**query: str) -> AppTest:
    page = link("quantization", quantization_bits="3", quantization_grain="channel", **query).run()
    assert not page.exception
    return page


def test_a_locked_knob_stands_where_the_link_has_it():
    page = handed(lock=f"{BITS},{GRAIN}")
    for _ in range(2):
        bits, grain = (knobs(page)[name] for name in (BITS, GRAIN))
        assert (bits.value, bits.label) == ("3", ":material/lock: Bits per weight")
        assert bits.proto.disabled and grain.proto.disabled
        assert page.session_state[GRAIN] == "channel"
        assert not page.warning
        press(page, "Reset the knobs").run()


def test_a_preset_moves_no_locked_knob():
    page = handed(lock=BITS)
    presets = [button for button in page.button if str(button.key).startswith("preset ")]
    assert presets
    for at in range(len(presets)):
        page.button(presets[at].key).click().run()
        assert page.session_state[BITS] == "3"


def test_a_crafted_message_moves_no_locked_knob():
    page = handed(lock=BITS)
    page.session_state[BITS] = "8"
    page.run()
    assert page.select_slider(BITS).value == page.session_state[BITS] == "3"


def test_what_is_free_can_still_be_moved():
    page = handed(lock=GRAIN)
    page.select_slider(BITS).set_value("8").run()
    assert page.select_slider(BITS).value == "8"
    assert not page.select_slider(BITS).proto.disabled


def test_a_hidden_knob_keeps_its_value_out_of_sight():
    page = handed(hide=GRAIN)
    (place,) = [block for block in blocks(page.main) if "hidden_knob" in str(block.proto)]
    assert [each.key for each in place.children.values()] == [GRAIN]
    press(page, "Reset the knobs").run()
    assert page.session_state[GRAIN] == "channel"
    assert page.session_state[BITS] != "3"


def blocks(block):
    for each in block.children.values():
        if hasattr(each, "children"):
            yield each
            yield from blocks(each)


def test_a_task_is_shown_as_the_words_it_is():
    page = handed(assignment="<b>Find</b> the $cliff$ " + "x" * 300)
    (note,) = [info for info in page.info if "cliff" in info.value]
    assert note.value.startswith("\\<b\\>Find\\</b\\> the \\$cliff\\$ xxx")
    assert note.value.count("x") == 200 - len("<b>Find</b> the $cliff$ ")
    assert any("more than 200 characters" in warning.value for warning in page.warning)


def test_a_stage_has_the_task_and_a_talk_has_none():
    shown = lambda page: [text.value for text in page.markdown if "the cliff" in text.value]
    stage = link("scaling", present="1", assignment="Find *the cliff*").run()
    assert shown(stage) == [r"Find \*the cliff\*"] and not stage.exception
    talk = link("scaling", present="1", talk="37c3", at="11", assignment="Find *the cliff*").run()
    assert shown(talk) == [] and not talk.exception


def test_a_name_that_is_no_knob_is_complained_about():
    page = handed(lock="quantization_bit", hide="[x](y)")
    (said,) = page.warning
    assert "lock=quantization_bit" in said.value
    assert "[x](y)" not in said.value


def test_a_teacher_makes_a_link_with_locks_and_a_task():
    page = handed()
    page.session_state[FOLD] = True
    page.run()
    pills = {group.key: group for group in page.get("button_group")}
    page.session_state["class_link_lock"] = [BITS]
    page.session_state["class_link_hide"] = [GRAIN]
    page.session_state["class_link_task"] = "Find the cliff."
    assert {"class_link_lock", "class_link_hide"} <= set(pills)
    page.session_state[FOLD] = True
    page.button("class_link_short").click()
    page.run()
    full, short = (code.value for code in page.code if "//" in code.value)
    assert full.endswith(
        f"/quantization?{BITS}=3&{GRAIN}=channel&lock={BITS}&hide={GRAIN}&assignment=Find%20the%20cliff."
    )
    assert re.search(r"/s/[2-9b-z]{6}$", short)
    assert any("works on this machine only" in caption.value for caption in page.caption)
