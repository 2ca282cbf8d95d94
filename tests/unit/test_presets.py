"""Keys on a stage: every press counts, also one that comes while the page still runs, with knobs as they were."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import streamlit as st

from lessons.catalog import LESSONS
from lessons.ui import presets
from lessons.ui.presets import AT, FRAME, GO_TO, STAGE, Preset
from lessons.ui.query import Knob

BITS, GRAIN = Knob("bits", "Bits", ("1", "2", "8"), "8"), Knob("grain", "Grain", ("tensor", "channel"), "tensor")
KNOBS = (BITS, GRAIN)
TRIES = (Preset("one", {BITS: "1"}), Preset("two", {BITS: "2", GRAIN: "channel"}), Preset("three", {GRAIN: "channel"}))
FRAME_JS = Path(presets.__file__).parent / "browser" / "frame.js"


@pytest.fixture
def state(monkeypatch) -> dict:
    found = {STAGE: (LESSONS[1], TRIES, KNOBS), FRAME: {}}
    monkeypatch.setattr(st, "session_state", found)
    monkeypatch.setattr(st, "query_params", {})
    return found


def press(state: dict, steps: int, **stale: str) -> str:
    """What keys tell; knobs that are `stale` come as they were before. Gives where one is then."""
    state.update(stale)
    state[FRAME] = {"steps": steps}
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


def clocks() -> list[int]:
    return json.loads(re.search(r"CLOCKS = (\[.*?\])", FRAME_JS.read_text())[1])


def test_the_frame_knows_the_clocks_of_labs_and_of_the_training_panel():
    assert clocks() == [round(1000 * sys.modules[f"lessons.ui.{name}"].LOOK_EVERY) for name in ("lab", "baseline")]


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_a_clock_does_not_tick_while_anything_runs_and_other_timers_do(tmp_path):
    script = """
    let now = "running", ticks = []
    globalThis.window = { setInterval: (act, wait) => act }
    globalThis.document = { querySelector: () => ({ dataset: { testScriptState: now } }), addEventListener() {} }
    globalThis.history = { pushState: () => {}, replaceState: () => {} }
    const frame = (await import(process.argv[2])).default
    frame({ setStateValue: () => {} })
    for (const wait of [300, 700, 1000]) {
        const tick = window.setInterval(() => ticks.push(wait + now), wait)
        for (now of ["running", "rerunRequested", "notRunning"]) tick()
    }
    console.log(JSON.stringify(ticks))
    """
    (tmp_path / "frame.mjs").write_text(FRAME_JS.read_text())
    (tmp_path / "test.mjs").write_text(script)
    ran = subprocess.run(
        ["node", "test.mjs", "./frame.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120
    )
    every = ["1000running", "1000rerunRequested", "1000notRunning"]
    assert json.loads(ran.stdout) == ["300notRunning", "700notRunning", *every]
