"""The first picture of the lesson: one sentence that SmolLM2 goes on with, as stored and rounded to fewer bits."""

from collections.abc import Mapping
from functools import lru_cache

from lessons.experiment import SMOLLM2, Experiment, file_source
from lessons.facts.architectures import models
from lessons.jobs import language, recordings
from lessons.quantity import counted
from lessons.recorded import writing
from lessons.text import sections
from lessons.ui.language_model.damage_charts import doubles_at
from lessons.ui.language_model.recipe import KEPT, Shrinking
from lessons.ui.layout.sentences import Passage, SideBySide, different

WORDS = sections("language-model")
BEGIN, MOST = "A language model is", 40  # tokens


def points() -> dict[str, Experiment]:
    """SmolLM2 at every position of the slider for bits, rounded to the nearest with one scale a row; last as stored."""
    return Shrinking().at_each(Experiment(file_source(SMOLLM2)))


@lru_cache(maxsize=2)
def frames(answered: bool) -> Mapping[str, SideBySide | None]:
    """What was recorded of SmolLM2's most likely continuation at every position, beside that of the model as stored;
    None where nothing was. `answered`: whether the page's question is, which perplexity would answer."""
    written = {at: recordings.find(language.continuing, each, BEGIN, MOST) for at, each in points().items()}
    pieces = {at: recording.result.pieces for at, recording in written.items() if recording}
    if KEPT not in pieces:
        return dict.fromkeys(written)
    return {at: _frame(at, pieces[at], pieces[KEPT], answered) if at in pieces else None for at in written}


def doubles() -> str | None:
    """Coming down from 8 bits, the first width at which SmolLM2's recorded perplexity is at least doubled."""
    curve = {at: writing.measurement(each) for at, each in points().items()}
    return doubles_at(curve, curve[KEPT])


def _frame(at: str, now: tuple[str, ...], before: tuple[str, ...], answered: bool) -> SideBySide:
    marked = different(now, before)
    whole = Passage(WORDS["first picture: as stored"], BEGIN, different(before, before), ("recorded",))
    title = whole.title
    if at != KEPT:
        title = WORDS("first picture: rounded", bits=at, size=writing.measurement(points()[at])["packed"])
    return SideBySide([whole, Passage(title, BEGIN, marked, ("recorded",))], _note(at, marked, answered))


def _note(at: str, marked: list[tuple[str, bool]], answered: bool) -> str:
    found = {place: writing.measurement(points()[place]) for place in (at, KEPT)}
    perplexity = {place: str(each["perplexity"]) for place, each in found.items()}
    size = {"stored": found[KEPT]["packed"], "whole": found[KEPT]["in 16 bits"]}
    guess = f"{models()['SmolLM2 135M'].vocab:,}"
    said = WORDS["first picture"] if at != KEPT else WORDS["first picture: not rounded"]
    differ = f"{sum(differs for _, differs in marked)} of {counted(len(marked), 'token')}"
    if at != KEPT and not answered:
        said = WORDS["first picture: before a prediction"]
    return said.format(differ=differ, now=perplexity[at], before=perplexity[KEPT], guess=guess, **size)
