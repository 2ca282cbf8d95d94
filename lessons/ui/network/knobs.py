"""The knobs of the lesson on what a model is."""

from lessons import models
from lessons.data import TASKS
from lessons.experiment import Trained
from lessons.ui.state.knob import Knob
from lessons.ui.state.presets import Preset

PART = Knob("network_part", "Look at", ("inside", "size", "learning"), "inside")
PICTURE = Knob("network_picture", "Test image", tuple(map(str, range(1, 25))), "1")
WIDTH = Knob("network_width", "Channels in the first layer", tuple(map(str, models.WIDTHS)), "16")
DEPTH = Knob("network_depth", "Convolutions", tuple(map(str, models.DEPTHS)), "3")
RATE = Knob("network_rate", "Learning rate", ("0.3", "1", "3", "10", "30", "100"), "3")
STEPS = Knob("network_steps", "Steps", tuple(map(str, range(13))), "6")
LAYER = Knob("network_layer", "Layer of the weight", models.LAYERS["cnn"], "conv1")
TASK = Knob("network_task", "Data set", tuple(TASKS), Trained.task)
KNOBS = (PART, PICTURE, WIDTH, DEPTH, RATE, STEPS, LAYER)
PRESETS = (
    Preset("Sure and wrong", {PICTURE: "18"}),
    Preset("Draw a digit", {TASK: "digits"}),
    Preset("Twice as wide", {PART: "size", WIDTH: "32"}),
    Preset("One convolution", {PART: "size", DEPTH: "1"}),
    Preset("Break it", {PART: "learning", RATE: "100", STEPS: "12"}),
)
