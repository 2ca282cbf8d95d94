"""No lesson opens empty: as it begins, and at each of its presets, what a reader would have to wait for is there."""

import pytest
from streamlit.testing.v1 import AppTest

from lessons.ui.distillation import knobs as distillation
from lessons.ui.lora import knobs as lora
from lessons.ui.pruning import knobs as pruning
from lessons.ui.quantization import knobs as quantization
from lessons.ui.state.knob import Knob
from lessons.ui.state.presets import DEFAULTS, Preset
from tests.pages.reader import charts, link, run_until

SHOWS = {  # of each part of the lesson on low-rank adaptation
    "learn": ["Learnt and forgotten", "The race"],
    "microscope": ["Lost by cutting to r directions", "The race"],
    "swap": ["One model, two adapters", "The race"],
}
TRAINS = Knob("language_part", "Look at", ("train",), "train")  # the page's own
DISTILLED = {  # of each part of the lesson on distillation
    "race": ["The race", "Every race so far"],
    "bargain": ["Accuracy against bytes"],
    "never shown": ["The race", "Accuracy on all test images"],
}
STOPS = [
    *(
        ("distillation", preset, DISTILLED[preset.settings.get(distillation.PART, "race")])
        for preset in (DEFAULTS, *distillation.PRESETS, *(Preset("linked", each) for each in distillation.LINKED))
    ),
    *(
        ("lora", preset, SHOWS[part])
        for preset in (DEFAULTS, *lora.PRESETS)
        if (part := preset.settings.get(lora.PART, "learn")) in SHOWS
    ),
    *(
        (path, preset, ["Accuracy after each step"])
        for path, room, trains in (
            ("pruning", pruning, pruning.WHEN),
            ("quantization", quantization, quantization.EPOCHS),
        )
        for preset in room.PRESETS
        if trains in preset.settings
    ),
    ("pruning", Preset("layers", {pruning.PART: "layers"}), ["Accuracy with one layer pruned alone (%)"]),
    ("pruning", Preset("speed", {pruning.PART: "speed"}), ["The large network by channels"]),
    ("language-model", Preset("train", {TRAINS: "train"}), ["Loss while training"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "preset", "titles"), STOPS, ids=[f"{path}-{preset.name}" for path, preset, _ in STOPS]
)
def test_nothing_a_reader_would_wait_for_is_missing(path: str, preset: Preset, titles: list[str]):
    page = link(path, guess="skip")
    for knob, value in preset.settings.items():
        page.session_state[knob.name] = value
    run_until(page, lambda page: all(known(page).get(title) for title in titles))
    assert [title for title, badges in known(page).items() if not badges] == []


def known(page: AppTest) -> dict[str, list[str]]:
    """How each chart is known; nothing of those on which nothing is."""
    return {chart["title"]: chart["badges"] for chart in charts(page)}
