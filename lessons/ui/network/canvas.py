"""An image on its way through a network: the canvas to draw on, and what each layer makes of a drawing."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from lessons import charts
from lessons.data import TASKS
from lessons.experiment import Experiment
from lessons.jobs import ask
from lessons.jobs.events import Activations
from lessons.measure.layer_view import LayerCost
from lessons.measure.per_layer import shape
from lessons.text import sections
from lessons.ui import browser
from lessons.ui.layout.presenter import presenting
from lessons.ui.work.results import answer

WORDS = sections("network")
SHOWN = "looked at last"
PIXELS = 28 * 28
SMALL, SIDE, LARGE = 116, 232, 400  # pixels on the screen: beside the canvas on a phone, alone, and on a stage


@dataclass(frozen=True)
class Shown:
    """The last look that was there, and of what."""

    experiment: Experiment
    picture: int | bytes
    look: Activations


def canvas(key: str, subject: str) -> bytes | None:
    """A canvas to draw on; what is drawn, 28 × 28 bytes, or None. It is wiped when `subject` changes."""
    given = browser.canvas(key=key, data={"of": subject}, on_drawing_change=lambda: None).drawing
    if not (isinstance(given, dict) and given.get("of") == subject and isinstance(given.get("pixels"), str)):
        return None
    try:
        pixels = base64.b64decode(given["pixels"], validate=True)
    except ValueError:  # it is no base64, or no ASCII
        return None
    return pixels if len(pixels) == PIXELS and any(pixels) else None


def look(experiment: Experiment, picture: int | bytes) -> Activations | None:
    """What a picture does in a network. While that is under way, the last one there was; None if there was none."""
    shown: Shown | None = st.session_state.get(SHOWN)
    if shown and (shown.experiment, shown.picture) == (experiment, picture):
        return shown.look
    found = answer(ask.look, experiment, picture)
    if found is None:
        return shown.look if shown and shown.experiment == experiment else None
    st.session_state[SHOWN] = Shown(experiment, picture, found)
    return found


def show(experiment: Experiment, index: int, key: str) -> tuple[Activations | None, bool]:
    """Draw the image a network looks at: one of the test set by its number, or what is drawn on the canvas of this key.
    What the network makes of it, once that is there, and whether it is a drawing."""
    with st.container(horizontal=True, key="looked_at"):
        with st.container(width=LARGE if presenting() else 2 * 112):
            drawn = canvas(key, f"{experiment.source.task} {index}")
        seen = look(experiment, drawn or index)
        if seen:
            data = TASKS[experiment.source.task]
            right = data.CLASSES[data.test_labels()[index]]
            what = WORDS("drawing", data=data.NAME) if drawn else WORDS("test image", number=index + 1, right=right)
            image = charts.channels(seen.pixels[None], SIDE if presenting() else SMALL)
            st.image(image, caption=what, width=image.shape[1], alt=WORDS("image in words", what=what))
    return seen, bool(drawn)


def walk(seen: Activations, layers: Sequence[LayerCost]) -> None:
    """All feature maps of each layer for an image, side by side."""
    shown = [layer for layer in layers if layer.name in seen.layers]
    for column, layer in zip(st.columns(len(shown)), shown, strict=True):
        with column.container(key=f"walk_{layer.name}"):
            images = seen.layers[layer.name]
            shapes = "" if presenting() else f" {shape(layer.shape_in)} → {shape(layer.shape_out)}"
            st.markdown(f"**{layer.name}**{shapes}")
            st.image(
                charts.channels(images, SIDE),
                alt=WORDS("channels in words", channels=len(images), layer=layer.name),
            )
