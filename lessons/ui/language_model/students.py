"""What a smaller model costs, and what the shipped one does when it is rounded instead."""

from lessons.experiment import Experiment, Written, ready_written
from lessons.experiment.language_source import CHARACTERS
from lessons.ui.language_model import damage_charts
from lessons.ui.language_model.measurements import curves
from lessons.ui.language_model.model_picker import OURS, Writer
from lessons.ui.language_model.recipe import in_groups
from lessons.ui.language_model.training import trained_here
from lessons.ui.layout.figures import row
from lessons.ui.state.handing import Drawn

LAST = 3  # models trained here that are compared
COSTS = {"packed": "bytes of the file", "energy_45nm": "energy a token (J, at 45 nm)"}


def bargain(corpus: str) -> Drawn:
    """The shipped model, if it has learnt the same text, and those trained in this visit: each rounded to fewer bits,
    against bytes and energy. Nothing until one has been trained."""
    shipped = Experiment(ready_written(OURS.lower()))
    trained = [each for each in trained_here() if each.source.corpus == corpus][-LAST:]
    if not trained or corpus != OURS.lower():
        return [], {}
    models = {f"{OURS}, shipped": shipped} | {_name(each.source): each for each in trained}
    small = Writer(shipped, OURS, large=False, ready=True)
    found = curves(small, {name: in_groups(model) for name, model in models.items()})
    figures = [damage_charts.students(found, quantity, axis) for quantity, axis in COSTS.items()]
    row("bargain", *figures)
    return figures, {}


def _name(source: Written) -> str:
    parts = [source.model.removeprefix("llama-"), "taught" if source.tutored else "alone"]
    parts += [] if source.vocabulary == CHARACTERS else [source.vocabulary]
    steps = f"stopped at {source.stopped_at:,} of {source.steps:,}" if source.stopped_at else f"{source.steps:,} steps"
    return ", ".join([*parts, steps, *([f"seed {source.seed}"] if source.seed else [])])
