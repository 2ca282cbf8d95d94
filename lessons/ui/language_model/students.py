"""What a smaller model costs, and what the shipped one does when it is rounded instead."""

from lessons.experiment import Experiment, Written, ready_written
from lessons.experiment.language_source import CHARACTERS
from lessons.text import sections
from lessons.ui.language_model import damage_charts
from lessons.ui.language_model.measurements import curves
from lessons.ui.language_model.model_picker import OURS, Writer
from lessons.ui.language_model.recipe import in_groups
from lessons.ui.language_model.training import trained_here
from lessons.ui.layout.figures import row
from lessons.ui.state.handing import Drawn

WORDS = sections("language-model")
LAST = 3  # models trained here that are compared
COSTS = {"packed": WORDS["bytes of the file"], "energy_45nm": WORDS["energy a token"]}


def bargain(corpus: str) -> Drawn:
    """The shipped model, if it has learnt the same text, and those trained in this visit: each rounded to fewer bits,
    against bytes and energy. Nothing until one has been trained."""
    shipped = Experiment(ready_written(OURS.lower()))
    trained = [each for each in trained_here() if each.source.corpus == corpus][-LAST:]
    if not trained or corpus != OURS.lower():
        return [], {}
    models = {WORDS("shipped", name=OURS): shipped} | {_name(each.source): each for each in trained}
    small = Writer(shipped, OURS, large=False, ready=True)
    found = curves(small, {name: in_groups(model) for name, model in models.items()})
    figures = [damage_charts.students(found, quantity, axis) for quantity, axis in COSTS.items()]
    row("bargain", *figures)
    return figures, {}


def _name(source: Written) -> str:
    parts = [source.model.removeprefix("llama-"), WORDS["taught"] if source.tutored else WORDS["alone"]]
    parts += [] if source.vocabulary == CHARACTERS else [source.vocabulary]
    many = f"{source.steps:,}"
    stopped = source.stopped_at and WORDS("stopped at", step=f"{source.stopped_at:,}", steps=many)
    seed = [WORDS("with seed", seed=source.seed)] if source.seed else []
    return ", ".join([*parts, stopped or WORDS("all steps", steps=many), *seed])
