"""Keys on a stage: every press counts, also one that comes while the page still runs, with knobs as they were."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import streamlit as st
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from lessons import scripts
from lessons.catalog import LESSONS
from lessons.ui.state import presets
from lessons.ui.state.knob import Knob
from lessons.ui.state.presets import AT, GO_TO, KEYS, STAGE, Preset

BITS, GRAIN = Knob("bits", "Bits", ("1", "2", "8"), "8"), Knob("grain", "Grain", ("tensor", "channel"), "tensor")
KNOBS = (BITS, GRAIN)
TRIES = (Preset("one", {BITS: "1"}), Preset("two", {BITS: "2", GRAIN: "channel"}), Preset("three", {GRAIN: "channel"}))


@pytest.fixture
def state(monkeypatch) -> dict:
    found = {STAGE: (LESSONS[1], TRIES, KNOBS), KEYS: {}}
    monkeypatch.setattr(st, "session_state", found)
    monkeypatch.setattr(st, "query_params", {})
    return found


def press(state: dict, steps: int, **stale: str) -> str:
    """What keys tell; knobs that are `stale` come as they were before. Gives where one is then."""
    state.update(stale)
    state[KEYS] = {"steps": steps}
    presets.step()
    return state[AT].name


def test_a_press_that_comes_with_knobs_as_they_were_goes_on_all_the_same(state):
    assert press(state, 1, bits="8", grain="tensor") == "one"
    assert press(state, 2, bits="8") == "two"  # the browser had not heard of the first yet
    assert press(state, 3, bits="8", grain="tensor") == "three"  # nor of either
    assert press(state, 2, bits="1", grain="channel") == "two"  # some of one, some of another, and back


def test_presses_that_arrive_together_all_count(state):
    assert press(state, 3) == "three"
    assert press(state, 1) == "one"
    assert GO_TO not in state
    press(state, 5)
    assert state[GO_TO] == LESSONS[2]


def test_a_knob_moved_by_hand_is_no_preset_and_the_next_press_goes_on_from_the_last(state):
    press(state, 1)
    state["bits"] = "2"  # neither what was set nor what was before
    assert press(state, 2) == "two"


def test_keys_that_were_told_before_a_page_was_left_are_not_taken_again(state):
    press(state, 2)
    assert press(state, 2) == "two"


def test_a_key_that_names_the_page_before_does_not_bring_it_back(state):
    press(state, 1)
    assert presets.elsewhere(LESSONS[0].path) == LESSONS[1]  # the one that was drawn last
    assert presets.elsewhere(LESSONS[0].path) is None  # a link may lead there
    press(state, 2)
    assert presets.elsewhere(LESSONS[1].path) is None
    press(state, 5)
    assert presets.elsewhere(LESSONS[1].path) == LESSONS[2]


TICKS, NEXT = "a part with a clock", "the page after"
IN_NODE = """
let now = "running", time = 1, sent = [], hear
class Socket {
    send(message) { sent.push(message.length) }
    addEventListener(name, act) { if (name === "message") hear = act }
}
Object.assign(globalThis, {
    window: {}, location: { search: "?present=1" }, WebSocket: Socket,
    performance: { now: () => time }, history: { pushState() {}, replaceState() {} },
    setTimeout: act => { waiting = act }, MutationObserver: class { observe() {} },
    document: { querySelector: () => ({ dataset: { testScriptState: now } }) },
})
let waiting = null, told = []
const messages = process.argv.slice(2).map(each => Uint8Array.from(Buffer.from(each, "hex")))
const [tick, click, away, begins, ends, interrupted, beginsTick, arrives] = messages
const { default: frame } = await import("./frame.js")
const { listens, step, tellPosition } = await import("./stage/tell.js")
const { begin, changed, go, move, talk } = await import("./stage/position.js")
const socket = new Socket()
frame({ data: {} })
listens((name, value) => { told.push(value.at ?? value); socket.send(click) })
const says = message => hear?.({ data: message.buffer })
const becomes = state => { now = state; says(state === "running" ? begins : ends) }
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
@pytest.mark.parametrize(
    ("happens", "found"),
    [
        ('becomes("running"); socket.send(tick); socket.send(click)', "click"),
        ('becomes("notRunning"); socket.send(tick)', "tick"),
        # not begun with
        ('becomes("notRunning"); socket.send(tick); socket.send(tick); socket.send(click)', "tick click"),
        (
            'becomes("notRunning"); socket.send(click); becomes("running"); becomes("notRunning"); socket.send(tick)',
            "click tick",
        ),
        # a run too short to be seen
        (
            'now = "notRunning"; socket.send(click); says(begins); socket.send(tick); says(ends); socket.send(tick)',
            "click tick",
        ),
        ('now = "notRunning"; socket.send(click); says(begins); says(interrupted); socket.send(tick)', "click"),
        # the connection was lost
        (
            'now = "notRunning"; socket.send(click); says(begins);'
            " const next = new Socket(); next.send(click); time = 4000; next.send(tick)",
            "click click tick",
        ),
        # the tick before has not begun when another page is asked for: what runs first is not what was clicked
        (
            'now = "notRunning"; socket.send(tick); socket.send(away); says(beginsTick); says(ends); socket.send(tick)',
            "tick away",
        ),
        (
            'now = "notRunning"; socket.send(tick); socket.send(away); says(beginsTick); says(ends); says(arrives);'
            " says(ends); socket.send(tick)",
            "tick away tick",
        ),
        # nor is a part of the page what was clicked in another
        (
            'now = "notRunning"; socket.send(tick); socket.send(click); says(beginsTick); says(ends);'
            " socket.send(tick)",
            "tick click",
        ),
        # nothing came of it
        ('becomes("notRunning"); socket.send(click); time = 4000; socket.send(tick)', "click tick"),
    ],
)  # fmt: skip
def test_a_tick_waits_until_what_was_asked_for_is_there_and_a_click_does_not(tmp_path, happens, found):
    sizes = {str(len(tick())): "tick", str(len(click())): "click", str(len(away())): "away"}
    assert [
        sizes[str(each)] for each in in_node(tmp_path, f"{happens}; console.log(JSON.stringify(sent))")
    ] == found.split()


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_keys_are_told_one_by_one_when_nothing_runs(tmp_path):
    happens = """
    becomes("running"); [1, 1, 1, -1].forEach(step); waiting()
    const held = [...told]
    for (let at = 0; at < 9; at++) { becomes("notRunning"); waiting(); waiting(); becomes("running") }
    console.log(JSON.stringify([held, told]))
    """
    assert in_node(tmp_path, happens) == [[], [1, 2]]


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_of_the_keys_pressed_in_a_talk_only_where_they_lead_is_told(tmp_path):
    happens = """
    begin({ name: "a talk", states: [..."abcdefg"], at: 2 })
    changed(tellPosition)
    becomes("running"); [1, 1, 1, -1, 1].forEach(move); waiting()
    const held = [...told]
    becomes("notRunning"); waiting(); becomes("running")
    go(99); move(1); go(-5); go(1); waiting(); becomes("notRunning")
    for (let at = 0; at < 3; at++) waiting()
    becomes("running"); becomes("notRunning"); waiting(); go(talk.at)
    console.log(JSON.stringify([held, told, talk.at]))
    """
    assert in_node(tmp_path, happens) == [[], [5, 1, 1], 1]


def tick() -> bytes:
    asked = ClientState(query_string="present=1", page_script_hash="ab", fragment_id=TICKS, is_auto_rerun=True)
    return BackMsg(rerun_script=asked).SerializeToString()


def click() -> bytes:
    widgets = {
        "widgets": [{"id": "a slider", "double_array_value": {"data": [1e9]}}, {"id": "x" * 200, "int_value": -1}]
    }
    asked = ClientState(query_string="present=1", widget_states=widgets, page_script_hash="ab", fragment_id="cd")
    return BackMsg(rerun_script=asked).SerializeToString()


def away() -> bytes:
    return BackMsg(rerun_script=ClientState(query_string="", page_script_hash=NEXT)).SerializeToString()


def said(**message) -> str:
    return ForwardMsg(**message).SerializeToString().hex()


def in_node(folder: Path, happens: str) -> list:
    """What the scripts of the frame and the stage do in a browser made of nothing, when this happens."""
    shutil.copytree(scripts.FOLDER, folder, dirs_exist_ok=True)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "test.js").write_text(IN_NODE + happens)
    runs = [
        said(new_session={"name": "a page"}),
        *(said(script_finished=how) for how in ("FINISHED_SUCCESSFULLY", "FINISHED_EARLY_FOR_RERUN")),
        said(new_session={"page_script_hash": "ab"}, metadata={"run": {"fragment_ids": [TICKS, "another"]}}),
        said(new_session={"page_script_hash": NEXT}),
    ]
    command = ["node", "test.js", tick().hex(), click().hex(), away().hex(), *runs]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=120)
    return json.loads(ran.stdout)
