"""The knobs of the lesson on distillation, and the student that they name."""

from collections.abc import Mapping

from lessons.data import fashion_mnist
from lessons.experiment import LOSSES
from lessons.ui.distillation.recipe import STUDENTS, TEACHERS, Distilling
from lessons.ui.state.knob import Knob
from lessons.ui.state.presets import Preset

WARMTHS = ("0.1", "0.5", "1", "2", "4", "8", "20", "100")
SHOWN = ("0.1", "0.2", "0.3", "0.5", "0.7", "1", "1.5", "2", "3", "4", "6", "8", "12", "20", "30", "50", "100")
COUNTS = ("0", "1", "20", "50", "100", "200", "500", "1,000", "2,000", "5,000", "10,000", "20,000")
TEACHER = Knob("distillation_teacher", "Teacher", tuple(TEACHERS), "large")
PICTURE = Knob("distillation_picture", "Test picture", tuple(map(str, range(1, 25))), "5")
SHOWN_AT = Knob("distillation_shown_at", "Temperature of what is shown", SHOWN, "1")
SIZE = Knob("distillation_student", "Student (parameters)", tuple(STUDENTS), "3,206")
LABELLED = Knob("distillation_labelled", "Labelled pictures", COUNTS, "500")
UNLABELLED = Knob("distillation_unlabelled", "Unlabelled pictures", ("0", "500", "2,000", "20,000"), "0")
TEMPERATURE = Knob("distillation_temperature", "Temperature", WARMTHS, "4")
ALPHA = Knob("distillation_alpha", "α, the teacher's share", ("0", "0.3", "0.6", "0.9", "1"), "0.9")
EPOCHS = Knob("distillation_epochs", "Epochs", ("1", "2", "5", "10"), "5")
LOSS = Knob("distillation_loss", "Learns from", LOSSES, "kl")
BITS = Knob("distillation_bits", "Bits per weight", ("1", "2", "4", "8", "fp32"), "fp32")
WITHHELD = Knob("distillation_withheld", "Class never shown", fashion_mnist.CLASSES, "Trouser")
CHOSEN = (SIZE, TEACHER, LABELLED, UNLABELLED, TEMPERATURE, ALPHA, EPOCHS, LOSS, BITS)  # as `Distilling` takes them
KNOBS = (*CHOSEN, PICTURE, SHOWN_AT, WITHHELD)
PRESETS = (
    Preset("Fifty labels", {LABELLED: "50"}),
    Preset("Pictures without labels", {LABELLED: "50", UNLABELLED: "20,000"}),
    Preset("No label at all", {LABELLED: "0", ALPHA: "1", UNLABELLED: "20,000"}),
    Preset("All labels", {LABELLED: "20,000"}),
    Preset("Itself as teacher", {TEACHER: "itself"}),
    Preset("Three small teachers", {TEACHER: "three trained here"}),
    Preset("Two bits", {SIZE: "8,706", BITS: "2"}),
)
HEATS = 5  # seeds one can race from


def distilling(values: Mapping[str, str]) -> Distilling:
    """The student that knobs name, by where each stands."""
    return Distilling.chosen(*(values[knob.name] for knob in CHOSEN))


def without(label: int) -> Distilling:
    """A student that is never shown this class."""
    return Distilling("cnn-8x3", withheld=label)
