"""The knobs of the lesson on what a model is."""

from lessons import models
from lessons.data import TASKS
from lessons.experiment import Trained
from lessons.text import sections
from lessons.ui.state.knob import Knob
from lessons.ui.state.presets import Preset

WORDS = sections("network")
PART = Knob("network_part", WORDS["part"], ("inside", "size", "learning"), "inside")
WALK = Knob("network_walk", WORDS["walk"], ("image", *models.LAYERS["cnn"]), models.LAYERS["cnn"][0])
PICTURE = Knob("network_picture", WORDS["image"], tuple(map(str, range(1, 25))), "1")
WIDTH = Knob("network_width", WORDS["width"], tuple(map(str, models.WIDTHS)), "16")
DEPTH = Knob("network_depth", WORDS["depth"], tuple(map(str, models.DEPTHS)), "3")
RATE = Knob("network_rate", WORDS["rate"], ("0.3", "1", "3", "10", "30", "100"), "3")
STEPS = Knob("network_steps", WORDS["steps"], tuple(map(str, range(13))), "6")
LAYER = Knob("network_layer", WORDS["layer"], models.LAYERS["cnn"], "conv1", WORDS["layer: help"])
TASK = Knob("network_task", WORDS["task"], tuple(TASKS), Trained.task)
KNOBS = (PART, WALK, PICTURE, WIDTH, DEPTH, RATE, STEPS, LAYER, TASK)
GUESSES = models.LAYERS["cnn"]
PRESETS = (
    Preset("Sure and wrong", {PICTURE: "18"}),
    Preset("Draw a digit", {TASK: "digits"}),
    Preset("Twice as wide", {PART: "size", WIDTH: "32"}),
    Preset("One convolution", {PART: "size", DEPTH: "1"}),
    Preset("Break it", {PART: "learning", RATE: "100", STEPS: "12"}),
)
