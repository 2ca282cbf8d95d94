"""The knobs of the lesson on distillation, and the student that they name."""

from collections.abc import Mapping

from lessons.data import fashion_mnist
from lessons.experiment import LOSSES
from lessons.text import sections
from lessons.ui.distillation.recipe import STUDENTS, TEACHERS, Distilling
from lessons.ui.state.knob import Knob
from lessons.ui.state.presets import Preset

WORDS = sections("distillation")
SHOWN_FIRST = 24  # test images
WARMTHS = ("0.1", "0.5", "1", "2", "4", "8", "20", "100")
SHOWN = ("0.1", "0.2", "0.3", "0.5", "0.7", "1", "1.5", "2", "3", "4", "6", "8", "12", "20", "30", "50", "100")
COUNTS = ("0", "1", "20", "50", "100", "200", "500", "1,000", "2,000", "5,000", "10,000", "20,000")
TEACHER = Knob("distillation_teacher", WORDS["teacher"], tuple(TEACHERS), "large")
PICTURE = Knob("distillation_picture", WORDS["test image"], tuple(map(str, range(1, SHOWN_FIRST + 1))), "5")
SHOWN_AT = Knob("distillation_shown_at", WORDS["temperature"], SHOWN, "1")
SIZE = Knob("distillation_student", WORDS["student"], tuple(STUDENTS), "3,206")
LABELLED = Knob("distillation_labelled", WORDS["labelled images"], COUNTS, "500")
UNLABELLED = Knob("distillation_unlabelled", WORDS["unlabelled images"], ("0", "500", "2,000", "20,000"), "0")
TEMPERATURE = Knob(
    "distillation_temperature", WORDS["temperature in training"], WARMTHS, "4", WORDS["temperature: help"]
)
ALPHA = Knob("distillation_alpha", WORDS["alpha"], ("0", "0.3", "0.6", "0.9", "1"), "0.9", WORDS["alpha: help"])
EPOCHS = Knob("distillation_epochs", WORDS["epochs"], ("1", "2", "5", "10"), "5")
LOSS = Knob("distillation_loss", WORDS["teacher's loss"], LOSSES, "kl", WORDS["teacher's loss: help"])
BITS = Knob("distillation_bits", WORDS["bits per weight"], ("1", "2", "4", "8", "fp32"), "fp32")
PART = Knob("distillation_part", WORDS["look at"], ("race", "bargain", "never shown", "map"), "race")
WITHHELD = Knob("distillation_withheld", WORDS["class never shown"], fashion_mnist.CLASSES, "Trouser")
CHOSEN = (SIZE, TEACHER, LABELLED, UNLABELLED, TEMPERATURE, ALPHA, EPOCHS, LOSS, BITS)  # as `Distilling` takes them
KNOBS = (*CHOSEN, PART, PICTURE, SHOWN_AT, WITHHELD)
GUESSES = ("−2", "0", "+2", "+5", "+10")  # percentage points
PRESETS = (
    Preset("Unlabelled images", {LABELLED: "50", UNLABELLED: "20,000"}),
    Preset("No label at all", {LABELLED: "0", ALPHA: "1", UNLABELLED: "20,000"}),
    Preset("All labels", {LABELLED: "20,000"}),
    Preset("A class never shown", {PART: "never shown"}),
    Preset("Is it worth it?", {PART: "bargain"}),
)
LINKED = (  # what the text links to
    {LABELLED: "50"},
    {TEACHER: "itself"},
    {TEACHER: "three trained here"},
    {SIZE: "8,706", BITS: "2"},
)
HEATS = 5  # seeds one can race from


def distilling(values: Mapping[str, str]) -> Distilling:
    """The student that knobs name, by where each stands."""
    return Distilling.chosen(*(values[knob.name] for knob in CHOSEN))


def without(label: int) -> Distilling:
    """A student that is never shown this class."""
    return Distilling("cnn-8x3", withheld=label)
